"""Every notebook keeps every rule, every rule finds a bad notebook, and outputs are stored in the same way each time."""

import json
import re
import subprocess
import sys
from pathlib import Path

import execute_notebooks
import nbformat
import pytest
from nbformat import v4
from nbval.plugin import get_sanitize_patterns
from notebook_rules import EXERCISE_RULES, LESSON_RULES, RULES, STARTER_RULES, WIDGET_VIEW

TESTS = Path(__file__).parent
ROOT = TESTS.parent
NOTEBOOKS = execute_notebooks.notebooks()
TEXTS = [*ROOT.glob("*.md"), *ROOT.glob("notebooks/exercises/**/*.md")]
RULE = {rule.__name__: rule for rule in (*RULES, *LESSON_RULES)}
OF_EXERCISES = {rule.__name__: rule for rule in (*EXERCISE_RULES, *STARTER_RULES)}

PICTURE = (
    '<figure><img alt="A line that rises with every step" src="data:image/png;base64,/tmp/0x7f00000000aa/1.5"></figure>'
)


# Every notebook


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_notebooks_keep_the_rules(path, rule):
    complaints = rule(json.loads(path.read_text(encoding="utf-8")))
    assert not complaints, "\n".join([path.name, *complaints])


@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if re.match(r"\d\d_", path.name)], ids=lambda path: path.stem
)
@pytest.mark.parametrize("rule", LESSON_RULES, ids=lambda rule: rule.__name__)
def test_lessons_keep_the_rules(path, rule):
    test_notebooks_keep_the_rules(path, rule)


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        pytest.param(path, rule, id=f"{path.parts[-3]}-{path.stem}-{rule.__name__}")
        for path in NOTEBOOKS
        for folder, rules in (("solutions", EXERCISE_RULES), ("exercises", [*EXERCISE_RULES, *STARTER_RULES]))
        if folder in path.parts[-3:-1]
        for rule in rules
    ],
)
def test_exercises_keep_the_rules(path, rule):
    test_notebooks_keep_the_rules(path, rule)


def astray(path, markdown):
    """Return the links and pictures in a text that lead to no file, to no heading, or only from the root of a server.

    For a learner's own copies, the starters that they are copied from are checked.
    """
    targets = [a or b for a, b in re.findall(r"""\]\(([^)\s]+)|(?:src|href)=["']([^"']+)""", markdown)]
    within = [target for target in targets if not re.match(r"https:|mailto:|data:", target)]
    return [target for target in within if target.startswith("/") or not leads(path, target)]


def leads(path, target):
    file, _, anchor = target.partition("#")
    found = (path.parent / file) if file else path
    if not anchor or found.suffix != ".md":
        return not file or found.exists()
    if not found.exists():
        return False
    headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*TEXTS, *NOTEBOOKS], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_links_are_relative_and_lead_to_a_file(path):
    """A hub serves the course below /user/NAME/, and a clone may have any name."""
    text = path.read_text(encoding="utf-8")
    if path in NOTEBOOKS:
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert not astray(path, text)


def test_a_link_that_leads_nowhere_is_caught():
    bad = (
        '[a](/files/x.ipynb) [b](http://localhost:8888/lab) ![c](none.png "C") <img src="/img.png"> [d](../lost.md#top)'
        " [e](../README.md#no-such-heading)"
    )
    assert len(astray(NOTEBOOKS[0], bad)) == 6
    good = f"[a]({NOTEBOOKS[0].name}#part) [e](../CONTRIBUTING.md#the-map) [b](https://example.org) [c](#part) ![d](images/explorer.png)"
    assert astray(ROOT / "notebooks" / "a.ipynb", good) == []


# Every rule


def result(text, count, **data):
    return v4.new_output("execute_result", {"text/plain": text, **data}, execution_count=count)


def shown(**data):
    return v4.new_output("display_data", {kind.replace("_", "/"): content for kind, content in data.items()})


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def error(name="ValueError", traceback=("Not yet: try again.",)):
    return v4.new_output("error", ename=name, evalue="Not yet: try again.", traceback=list(traceback))


def code(source, count, *outputs, tags=()):
    return v4.new_code_cell(source, execution_count=count, outputs=list(outputs), metadata={"tags": list(tags)})


def folded(source, count, *outputs, tags=("hide-input",), **more):
    cell = code(source, count, *outputs, tags=tags)
    cell.metadata["jupyter"] = {"source_hidden": True, **more}
    return cell


def good():
    """A lesson that keeps every rule, with parts that a careless rule would reject."""
    cells = [
        v4.new_markdown_cell(
            "# Count to two\n\nYou will build a counter.\n\n**You will** count. **You need** ten minutes.\n\n**You need** fingers."
        ),
        code("import numpy as np", 1),
        v4.new_markdown_cell(
            "## One\n\n```\n#### not a heading\n```\n\n### Inside\n\n![a hand](hand.png) and/or see https://example.org/home/page"
        ),
        code("# plot it\n1 + 1", 2, stream("0.53 seconds of speech, the 1990s, 0x1F600, 5 steps\n"), result("2", 2)),
        v4.new_markdown_cell("## Two"),
        code("", None),
        folded("show(fig, alt)", 3, shown(text_html=PICTURE, text_plain="A line that rises with every step")),
        code("check(f)", 4, error(), tags=["raises-exception"]),
        v4.new_markdown_cell("## Takeaways\n\nYou can count."),
    ]
    return v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )


def put(position, cell):
    def change(nb):
        nb.cells[position] = cell

    return change


def prints(text):
    return put(1, code("f()", 1, stream(text)))


def says(text):
    return put(2, v4.new_markdown_cell(text))


def displays(**data):
    return put(1, code("f()", 1, shown(text_plain="x", **data)))


def keep(*wanted):
    """Keep only the cells at these positions."""

    def change(nb):
        nb.cells = [nb.cells[i] for i in wanted]

    return change


def without_ids(nb):
    for cell in nb.cells:
        del cell["id"]


def same_ids(nb):
    nb.cells[1]["id"] = nb.cells[0]["id"]


def optional(inside, after):
    """Make the second part optional, with this code in it, and put a last cell after the lesson."""

    def change(nb):
        nb.cells[4] = v4.new_markdown_cell("## Two (optional)", metadata={"jp-MarkdownHeadingCollapsed": True})
        nb.cells[5] = code(inside, 3)
        nb.cells.append(code(after, 5))

    return change


BAD = [
    ("headings_in_order", says("# Again"), "second title"),
    ("headings_in_order", says("#### Deep"), "level 4"),
    ("headings_in_order", put(0, v4.new_markdown_cell("## Small")), "title"),
    ("headings_in_order", keep(1, 0, 8), "title"),
    ("headings_in_order", keep(), "title"),
    ("no_empty_text", put(1, v4.new_markdown_cell(" ")), "Cell 2 is empty"),
    ("lesson_anatomy", keep(0, 1), "Takeaways"),
    ("lesson_anatomy", keep(1, 8), "You will"),
    ("lesson_anatomy", keep(8, 0), "order"),
    ("lesson_anatomy", put(0, v4.new_markdown_cell("# T\n\n**You will** do")), "You need"),
    (
        "lesson_anatomy",
        put(0, v4.new_markdown_cell("# T\n\nWhat you will see, You will too. **You need** x")),
        "You will",
    ),
    ("alt_text_on_every_picture", says("![](hand.png)"), "Markdown"),
    ("alt_text_on_every_picture", says('<img src="hand.png">'), "''"),
    ("alt_text_on_every_picture", displays(text_html='<img src="x" alt="A short one">'), "A short one"),
    ("alt_text_on_every_picture", displays(text_html=PICTURE + "<img src='x' alt>"), "''"),
    ("no_bare_pictures", displays(image_png="iVBO"), "image/png"),
    ("no_bare_pictures", displays(image_png="iVBO", text_html="<p>no picture</p>"), "image/png"),
    ("no_bare_pictures", displays(**{"image_svg+xml": "<svg></svg>"}), "image/svg+xml"),
    ("no_bare_pictures", displays(text_html="<div><svg></svg></div>"), "<svg>"),
    ("executed_in_order", put(1, code("f()", 2)), "[2, 2, 3, 4]"),
    ("executed_in_order", put(1, code("f()", None)), "[None, 2, 3, 4]"),
    ("executed_in_order", put(1, code("f()", 7)), "1 to 4"),
    ("executed_in_order", put(1, code("f()", 1, result("2", 9))), "[9]"),
    ("no_errors", put(1, code("f()", 1, error())), "ValueError: Not yet"),
    ("no_errors", put(1, code("f()", 1, error(), tags=["hint"])), "ValueError"),
    ("nothing_on_stderr", put(1, code("f()", 1, stream("UserWarning: old", "stderr"))), "UserWarning"),
    ("no_widget_state", lambda nb: nb.metadata.update(widgets={}), "metadata"),
    ("no_widget_state", displays(**{WIDGET_VIEW: {"model_id": "a"}}), "widget view"),
    ("no_machine_paths", prints("saved to /home/ada/x.npz"), "/home/ada/x.npz"),
    ("no_machine_paths", prints("'/root/.cache/x'"), "/root/.cache/x"),
    ("no_machine_paths", prints("/tmp/ipykernel_12/3.py:1"), "/tmp/ipykernel_12/3.py:1"),
    ("no_machine_paths", prints("in /Users/ada/x"), "/Users/ada/x"),
    ("no_machine_paths", prints("in /workspaces/ada/x"), "/workspaces/ada/x"),
    ("no_machine_paths", prints(r"C:\Users\ada"), r"C:\Users"),
    ("no_machine_paths", prints("python3.11/site-packages/torch"), "site-packages"),
    ("no_machine_paths", put(1, code("open('/tmp/x')", 1)), "/tmp/x"),
    ("no_machine_paths", says("Open /home/ada/x"), "/home/ada/x"),
    ("no_machine_paths", put(1, code("f()", 1, error(traceback=["File /usr/lib/x.py"]))), "/usr/lib/x.py"),
    ("no_machine_paths", displays(text_html="<p>/tmp/x.png</p>"), "/tmp/x.png"),
    ("no_memory_addresses", prints("<function f at 0x7f3a5c0d1e50>"), "0x7f3a5c0d1e50"),
    ("no_memory_addresses", put(1, code("f", 1, result("<object at 0x104a3b2c0>", 1))), "0x104a3b2c0"),
    ("no_durations", prints("1.23 s"), "1.23 s"),
    ("no_durations", prints("took 3 seconds"), "took 3 seconds"),
    ("no_durations", prints("45 ms"), "45 ms"),
    ("no_durations", prints("12.5 µs ± 3 ns per loop"), "12.5 µs"),
    ("no_durations", prints("40/40 [00:05<00:00,  7.1it/s]"), "00:05<00:00"),
    ("no_durations", prints("Wall time: 3 h"), "Wall time"),
    ("no_durations", displays(text_html="<p>done in 1.2 s</p>"), "1.2 s"),
    ("no_ignored_outputs", put(1, code("# NBVAL_IGNORE_OUTPUT\nf()", 1)), "NBVAL_IGNORE_OUTPUT"),
    ("no_ignored_outputs", put(1, code("# NBVAL_SKIP\nf()", 1)), "NBVAL_SKIP"),
    ("no_ignored_outputs", put(1, code("# PYTEST_VALIDATE_IGNORE_OUTPUT\nf()", 1)), "PYTEST_VALIDATE"),
    ("no_ignored_outputs", put(1, code("f()", 1, tags=["nbval-skip"])), "nbval-skip"),
    ("no_ignored_outputs", put(1, code("f()", 1, tags=["nbval-ignore-output"])), "nbval-ignore-output"),
    ("no_pyplot", put(1, code("plt.show()", 1)), "plt.show"),
    ("no_pyplot", put(1, code("import matplotlib.pyplot as plt", 1)), "pyplot"),
    ("no_pyplot", put(1, code("%matplotlib inline", 1)), "%matplotlib"),
    ("only_drawings_folded", put(1, folded("np.ones(3)", 1)), "does not draw"),
    ("only_drawings_folded", put(1, folded("import a\nshow(fig, alt)", 1)), "folds an import"),
    ("only_drawings_folded", put(1, folded("show(fig, alt)", 1, tags=[])), "both source_hidden and the tag hide-input"),
    (
        "only_drawings_folded",
        put(1, code("show(fig, alt)", 1, tags=["hide-input"])),
        "both source_hidden and the tag hide-input",
    ),
    ("only_drawings_folded", put(1, folded("show(fig, alt)", 1, scrolled=True)), "scrolled"),
    ("optional_may_be_skipped", optional("kept = 1", "print(kept)"), "Cell 10 reads 'kept'"),
    ("optional_may_be_skipped", optional("import kept", "def f():\n    return kept"), "section of cell 5"),
    ("optional_may_be_skipped", optional("def kept():\n    return 1", "[kept() for _ in '']"), "'kept'"),
    ("optional_may_be_skipped", optional("np = 1", "np.ones(3)"), "'np'"),
    ("small", prints("x" * 1_000_000), "1,000,000"),
    ("python3_kernel", lambda nb: nb.metadata.kernelspec.update(name="conda-env-rnn"), "conda-env-rnn"),
    ("python3_kernel", lambda nb: nb.metadata.pop("kernelspec"), "None"),
    ("cells_have_ids", without_ids, "Cell 1 has no id"),
    ("cells_have_ids", same_ids, "more than once"),
]


@pytest.mark.parametrize("rule", RULE.values(), ids=RULE)
def test_a_good_notebook_keeps_every_rule(rule):
    assert rule(good()) == []


@pytest.mark.parametrize(("rule", "spoil", "phrase"), BAD, ids=[f"{rule}-{phrase}" for rule, _, phrase in BAD])
def test_a_bad_notebook_is_caught(rule, spoil, phrase):
    nb = good()
    spoil(nb)
    complaints = RULE[rule](nb)
    assert any(phrase in complaint for complaint in complaints), complaints


@pytest.mark.parametrize(("rule", "spoil", "phrase"), BAD, ids=[f"{rule}-{phrase}" for rule, _, phrase in BAD])
def test_a_bad_notebook_is_caught_in_a_file_too(rule, spoil, phrase):
    """In files, sources and texts are lists of lines."""
    nb = good()
    spoil(nb)
    stored = json.loads(json.dumps(nb))
    for cell in stored["cells"]:
        cell["source"] = cell["source"].splitlines(True)
        for output in cell.get("outputs", []):
            texts = output if "text" in output else output.get("data", {})
            texts.update(
                {k: v.splitlines(True) for k, v in texts.items() if k.startswith("text") and isinstance(v, str)}
            )
    assert any(phrase in complaint for complaint in RULE[rule](stored))


@pytest.mark.parametrize(
    "after",
    [
        "kept = 2\nprint(kept)",
        "for kept in 'ab':\n    print(kept)",
        "[kept for kept in 'ab']",
        "def f(kept):\n    return kept",
    ],
)
def test_a_name_of_an_optional_section_may_be_given_again(after):
    nb = good()
    optional("kept = 1\nprint(kept)", after)(nb)
    assert RULE["optional_may_be_skipped"](nb) == []


def exercises():
    """A starter that keeps every rule for exercises."""

    def graded(cell, grade_id, grade, solution, locked, tags=(), **points):
        cell.metadata = {
            "tags": list(tags),
            "nbgrader": dict(grade_id=grade_id, grade=grade, solution=solution, locked=locked, **points),
        }
        return cell

    hints = "".join(f"<details><summary>Hint {n}</summary>x</details>\n" for n in (1, 2))
    return v4.new_notebook(
        cells=[
            v4.new_markdown_cell("# Exercises\n\nabout 20 minutes"),
            graded(code("import numpy", 1), "setup", False, False, True),
            v4.new_markdown_cell(f"## Exercise 1: Count (build it, 15 minutes)\n\nWorked number: 2.\n\n{hints}"),
            graded(code("def f(): ...", 2), "f", False, True, False),
            graded(code("check.f(f)", 3, error()), "f_check", True, False, True, ["raises-exception"], points=4),
            v4.new_markdown_cell("## Exercise 2: Why (explain it, 5 minutes)"),
            graded(v4.new_markdown_cell("Answer here."), "why_answer", True, True, False, points=3),
        ]
    )


def meta(position, **changed):
    def change(nb):
        nb.cells[position].metadata.nbgrader.update(changed)

    return change


def replaced(position, old, new):
    def change(nb):
        assert old in nb.cells[position].source
        nb.cells[position].source = nb.cells[position].source.replace(old, new)

    return change


BAD_EXERCISES = [
    ("exercise_anatomy", keep(0, 1), "numbered []"),
    ("exercise_anatomy", replaced(5, "Exercise 2", "Exercise 3"), "['1', '3']"),
    ("exercise_anatomy", replaced(5, "explain it", "essay"), "does not have the graded cells"),
    ("exercise_anatomy", replaced(2, "Hint 2", "Tip 2"), "1 hints"),
    ("exercise_anatomy", replaced(2, "Worked number: 2", "Two"), "Worked number"),
    ("exercise_anatomy", keep(0, 1, 2, 3, 5, 6), "does not have the graded cells"),
    ("exercise_anatomy", meta(4, locked=False), "does not have the graded cells"),
    ("exercise_anatomy", meta(4, points=0), "whole number"),
    ("exercise_anatomy", lambda nb: nb.cells[4].metadata.update(tags=[]), "raises-exception"),
    ("exercise_anatomy", meta(4, grade_id="g_check"), "are called"),
    ("exercise_anatomy", meta(6, grade_id="f"), "used twice"),
    ("exercise_anatomy", keep(0, 1, 2, 3, 4), "in words"),
    ("exercise_anatomy", replaced(0, "20", "30"), "20 minutes"),
    ("no_solutions", replaced(3, "...", "...  ### BEGIN SOLUTION"), "BEGIN SOLUTION"),
    ("no_solutions", replaced(4, "f)", "f)\n### BEGIN HIDDEN TESTS"), "HIDDEN TESTS"),
    ("no_solutions", lambda nb: nb.metadata.update(rnn_unrolled={}), "rnn_unrolled"),
    ("no_solutions", lambda nb: nb.cells[5].metadata.update(tags=["solution"]), "solution"),
]


@pytest.mark.parametrize("rule", OF_EXERCISES.values(), ids=OF_EXERCISES)
def test_good_exercises_keep_every_rule(rule):
    assert rule(exercises()) == rule(json.loads(json.dumps(exercises()))) == []


@pytest.mark.parametrize(("rule", "spoil", "phrase"), BAD_EXERCISES, ids=[phrase for *_, phrase in BAD_EXERCISES])
def test_bad_exercises_are_caught(rule, spoil, phrase):
    nb = exercises()
    spoil(nb)
    complaints = OF_EXERCISES[rule](nb)
    assert any(phrase in complaint for complaint in complaints), complaints


def test_every_rule_meets_a_bad_notebook():
    assert {rule for rule, _, _ in BAD} == set(RULE)
    assert {rule for rule, _, _ in BAD_EXERCISES} == set(OF_EXERCISES)


# Storing outputs


def written(tmp_path, *sources, tags=()):
    path = tmp_path / "lesson.ipynb"
    cells = [v4.new_markdown_cell("# Run me"), *map(v4.new_code_cell, sources)]
    cells[-1].metadata = {"tags": list(tags), "collapsed": False}
    cells[0].metadata = {"jp-MarkdownHeadingCollapsed": True}
    cells[1].metadata = {"jupyter": {"source_hidden": True}, "scrolled": True}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"widgets": {}}), path)
    return path


@pytest.mark.kernel
def test_executing_twice_stores_the_same_bytes_and_keeps_every_rule(tmp_path):
    path = written(
        tmp_path,
        "import os, ipywidgets\nprint(os.environ['OMP_NUM_THREADS'], os.path.exists('lesson.ipynb'))\nprint(1, flush=True)",
        "ipywidgets.IntSlider(3)",
        "raise ValueError('meant')",
        tags=["raises-exception"],
    )
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert not execute_notebooks.main([path])
    once = path.read_bytes()
    assert not execute_notebooks.main([path])
    assert path.read_bytes() == once

    nb = nbformat.read(path, as_version=4)
    assert [cell.id for cell in nb.cells] == ids
    fold = {"jupyter": {"source_hidden": True}}
    collapsed = {"jp-MarkdownHeadingCollapsed": True}
    assert [cell.metadata for cell in nb.cells] == [collapsed, fold, {}, {"tags": ["raises-exception"]}]
    assert nb.cells[1].outputs[0].text == "1 True\n1\n"
    assert list(nb.cells[2].outputs[0].data) == ["text/plain"]
    assert "version" not in nb.metadata.language_info
    stored = json.loads(once)
    kept = [rule for rule in RULES if rule.__name__ not in ("no_machine_paths", "only_drawings_folded")]
    assert [complaint for rule in kept for complaint in rule(stored)] == []


@pytest.mark.kernel
def test_a_failing_notebook_is_named_and_left_as_it_was(tmp_path):
    path = written(tmp_path, "x = 1", "# divide\nx / 0")
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "execute_notebooks.py", path], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert (
        "lesson.ipynb: cell 3, which begins with '# divide', raised ZeroDivisionError: division by zero" in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [None, "not a notebook"])
def test_what_is_not_a_notebook_gets_a_sentence(tmp_path, capsys, content):
    path = tmp_path / "gone.ipynb"
    if content:
        path.write_text(content)
    assert execute_notebooks.main([path])
    assert "gone.ipynb" in capsys.readouterr().err


# Comparing outputs


def sanitized(text):
    """Return the text as nbval compares it."""
    for regex, replace in get_sanitize_patterns((TESTS / "nbval_sanitize.cfg").read_text()):
        text = re.sub(regex, replace, text)
    return text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (PICTURE, PICTURE.replace("/tmp/", "AAAA"), True),
        (PICTURE, PICTURE.replace("rises", "falls"), False),
        ('src="data:image/png;base64,AA=="', 'src="data:image/png;base64,BB" width="3"', False),
        ("40/40 [00:05<00:00,  7.1it/s]", "40/40 [00:07<00:00,  5.2it/s]", True),
        ("40/40 [00:05<00:00,  7.1it/s]", "39/40 [00:05<00:00,  7.1it/s]", False),
        ("10% [0:00:05<0:01:00]", "10% [0:00:06<0:01:00]", True),
        ("trained in 1.2 s", "trained in 31 s", True),
        ("trained in 250 ms", "trained in 31.4 ms", True),
        ("loss 0.693", "loss 0.694", False),
        ("in 2 steps", "in 3 steps", False),
        ("1.2 s of speech", "1.3 s of speech", False),
        ("[3:5]", "[3:6]", False),
    ],
)
def test_only_picture_bytes_and_durations_pass(one, other, same):
    assert (sanitized(one) == sanitized(other)) == same
