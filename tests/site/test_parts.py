"""tools/website: arguments are stored and read, links lead inside the site, terms are found, and the engine is checked."""

import hashlib
import html
import importlib
import inspect
import json
import linecache
import os
import py_compile
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from website import conf, engine, explorers, glossary, pages, runnable, running, serve, stored, writing

import helpers.explorers
from helpers import data, ngrams, text
from helpers.models import RNNClassifier

SOURCE = """
import re
import numpy as np
from helpers import text
weights = np.arange(3.0)
total = zip()
def plus(x):
    total = x + weights
    return total
class Twice:
    def __init__(self, by):
        self.by = by
    def __call__(self, x):
        return plus(x) * self.by
"""


def a_notebook():
    names = {"__name__": "__main__"}
    linecache.cache["<cell>"] = (len(SOURCE), None, SOURCE.splitlines(True), "<cell>")
    exec(compile(SOURCE, "<cell>", "exec"), names)
    return names


def test_arguments_come_back_as_they_were():
    names = a_notebook()
    rnn = RNNClassifier(6, 4, 2, np.random.default_rng(0))
    given = {
        "vocabulary": text.Vocabulary([["food", "was"]]),
        "rnn": rnn,
        "twice": names["Twice"](2),
        "plus": names["plus"],
        "plain": [1, 2.5, "é", None, (True, {"a"})],
        3: np.array(["x", "yy"]),
    }
    back = stored.read(stored.Writer(names).bytes(given))
    assert back["vocabulary"].tokens == given["vocabulary"].tokens and "food" in back["vocabulary"]
    ids = np.array([[1, 2]])
    assert np.array_equal(back["rnn"].states(ids), rnn.states(ids))
    assert back["twice"](np.ones(3)).tolist() == [2, 4, 6] and back["plus"](1).tolist() == [1, 2, 3]
    assert back["plain"] == given["plain"] and back[3].tolist() == ["x", "yy"]


def test_a_model_that_counts_comes_back():
    model = ngrams.KneserNey([list("abcab"), list("bca")], 3, "abc")
    back = stored.read(stored.Writer({}).bytes(model))
    assert back.following == model.following
    for history in ("", "a", "ab", "cc"):
        assert np.array_equal(back.distribution(history), model.distribution(history))


@pytest.mark.parametrize("each", [dict, Counter])
def test_counts_of_several_things_come_back(each):
    given = defaultdict(each, {"a": each(x=2, y=1), ("b", "c"): each(x=1)})
    back = stored.read(stored.Writer({}).bytes(given))
    assert back == given and back["new"] == each()
    assert {type(counts) for counts in back.values()} == {each}


@pytest.mark.parametrize(
    "given", [defaultdict(list, a=[1]), defaultdict(int, a=1), defaultdict(dict, a={"k": (1, 2)})], ids=str
)
def test_what_else_a_dictionary_makes_is_refused_in_words(given):
    with pytest.raises(stored.NotStorable):
        stored.Writer({}).node(given)


def test_the_same_value_is_the_same_file():
    assert stored.Writer({}).bytes([1, np.ones(2)]) == stored.Writer({}).bytes([1, np.ones(2)])
    assert stored.Writer({}).node({"c", "a", "b"}) == {"set": ["a", "b", "c"]}


@pytest.mark.parametrize(
    "value", [open, lambda: 0, object(), np.array([object()])], ids=["function", "lambda", "object", "array"]
)
def test_what_the_browser_could_not_make_again_is_refused(value):
    with pytest.raises(stored.NotStorable):
        stored.Writer({}).bytes(value)


def test_a_bag_of_words_answers_as_scikit_learn_does():
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    counts = CountVectorizer(tokenizer=text.split_words, token_pattern=None, ngram_range=(1, 2))
    bag = make_pipeline(counts, LogisticRegression()).fit(["good food", "bad food", "not good"], [1, 0, 0])
    back = stored.read(stored.Writer({}).bytes(bag))
    asked = ["good good food", "Not bad", "unknown words"]
    assert np.allclose(back.predict_proba(asked), bag.predict_proba(asked), atol=1e-12)


SMALL = (
    "%matplotlib inline\nfrom helpers import explorers, text",
    "explorers.one_unit()",
    "print('twice')",
    "explorers.one_hot_rows(text.Vocabulary([['food', 'was']]))",
    "1 / 0",
)


def a_small_notebook(path, sources=SMALL):
    made = [
        nbformat.v4.new_code_cell(
            source, id=f"cell{i}", metadata={"tags": ["raises-exception"]} if "/" in source else {}
        )
        for i, source in enumerate(sources)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def test_the_cells_above_an_explorer_are_found(tmp_path):
    path = a_small_notebook(tmp_path / "a.ipynb")
    assert [cell for cell, _ in explorers.code_cells(path)] == ["cell0", "cell1", "cell2", "cell3"]
    a_small_notebook(path, SMALL[:3])
    assert [cell for cell, _ in explorers.code_cells(path)] == ["before", "cell1"], "without arguments nothing is run"
    a_small_notebook(path, SMALL[:1])
    assert explorers.code_cells(path) == [] and explorers.of_notebook(path) == {}


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A small notebook. What its explorers are given is kept apart from the course's."""
    monkeypatch.setattr(explorers, "CACHE", tmp_path / "kept")
    return a_small_notebook(tmp_path / "a.ipynb")


def run(path):
    """Run a notebook to keep what its explorers are given; in this process, where it changes `helpers.explorers`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, function in inspect.getmembers(helpers.explorers, inspect.isfunction):
            patch.setattr(helpers.explorers, name, function)
        explorers.main(path)


def test_what_explorers_are_given_is_kept_and_taken_until_a_cell_or_a_module_changes(small):
    assert not explorers.is_kept(small)
    run(small)
    first, second = explorers.of_notebook(small).values()
    assert (first["name"], first["file"]) == ("one_unit", "") and second["name"] == "one_hot_rows"
    again = explorers.again(small, "cell3").explorer
    assert again.status == second["status"] and len(explorers.again(small, "cell1").explorer.controls) > 1
    stamp = explorers.folder(small) / "stamp.json"
    was = json.loads(stamp.read_text())
    assert "helpers/explorers/tokens.py" in was["files"]
    stamp.write_text(json.dumps(was | {"files": was["files"] | {"helpers/explorers/tokens.py": "another"}}))
    assert not explorers.is_kept(small)
    stamp.write_text(json.dumps(was))
    assert explorers.is_kept(small)
    a_small_notebook(small, [*SMALL[:2], "print('once')", *SMALL[3:]])
    assert not explorers.is_kept(small)


def test_what_is_not_run_to_its_end_does_not_count(small):
    a_small_notebook(small, [*SMALL[:2], "not_there", *SMALL[3:]])
    with pytest.raises(NameError):
        run(small)
    assert not explorers.is_kept(small)


@pytest.mark.kernel
def test_a_run_under_nbval_keeps_what_explorers_are_given(tmp_path):
    path = a_small_notebook(tmp_path / f"nbval_{os.getpid()}.ipynb", SMALL[:2])
    root = pages.ROOT
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-c", root / "pyproject.toml", "--rootdir", root]
    command += ["--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider", path]
    try:
        done = subprocess.run(
            command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout
        assert explorers.is_kept(path) and list(explorers.of_notebook(path)) == ["cell1"]
    finally:
        shutil.rmtree(explorers.folder(path), ignore_errors=True)


def test_links_lead_to_pages_or_downloads_or_nowhere(tmp_path):
    site = pages.Site(tmp_path)
    lesson, handout = site.lessons[0], site.handouts[0]
    line = f"[a](applications/sentiment.ipynb#x) [b](exercises/handouts/{handout.name}) [c](../Makefile) [d](https://e.org) [f](#g)"
    assert site.links(line, lesson, lesson.stem) == (
        f"[a](applications/sentiment.ipynb#x) [b](handouts/{handout.name}) c [d](https://e.org) [f](#g)"
    )
    assert site.links("[a](exercises/gates/gates_exercises.ipynb)", lesson, lesson.stem) == (
        '<a href="notebooks/exercises/gates/gates_exercises.ipynb" download>a</a>'
    )
    application = site.applications[0]
    assert site.links(f"[a](../{lesson.name})", application, site.documents[application]) == f"[a](../{lesson.name})"


def test_every_lesson_sets_terms_and_each_has_a_sentence(tmp_path):
    lessons = pages.Site(tmp_path).lessons
    found = glossary.terms(lessons)
    cells = [cell for path in lessons for cell in json.loads(path.read_text("utf-8"))["cells"]]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    texts = [re.sub("```.*?```", "", text, flags=re.DOTALL) for text in texts]
    bold = {" ".join(each.split()) for text in texts for each in re.findall(r"\*\*([^*]+)\*\*", text)}
    named = {term.lower() for term, *_ in found}
    assert {each.rstrip(".:") for each in bold if each.lower() not in named} == glossary.NO_TERMS
    assert all(len(term.split()) <= 3 and not term.endswith((".", ":", "?")) for term in named)
    assert all(f"**{term}**" in sentence and len(sentence.split()) > 4 for term, sentence, *_ in found)
    assert {path for *_, path, _ in found} == set(lessons)
    explained = [
        line for line in glossary.page(lessons, dict.fromkeys(lessons, "page")).splitlines() if line.startswith(": ")
    ]
    assert len(explained) == len(found)
    assert not [line for line in explained if line[2].islower() or ": [Lesson" in line]
    assert not [line for line in explained if line[2] == "(" or line.count("(") != line.count(")")]


def test_what_was_not_checked_is_not_published():
    publish = yaml.safe_load((pages.ROOT / ".github/workflows/publish.yml").read_text())
    checked = yaml.safe_load((pages.ROOT / ".github/workflows/check.yml").read_text())["name"]
    assert publish[True]["workflow_run"]["workflows"] == [checked]  # YAML reads the key "on" as true
    assert "workflow_run.conclusion == 'success'" in publish["jobs"]["site"]["if"]


def test_an_engine_with_any_one_file_changed_is_refused(tmp_path, monkeypatch):
    right = {name: name.encode() for name in engine.files()}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in right.items()}
    monkeypatch.setattr(engine, "files", lambda: hashes)

    def read(content):
        with zipfile.ZipFile(tmp_path / "wheel.whl", "w") as archive:
            for name, each in content.items():
                archive.writestr(engine.ENGINE["from"]["folder"] + name, each)
        return engine.read(tmp_path / "wheel.whl")

    assert read(right) == right and len(right) > 10
    for name in right:
        with pytest.raises(
            engine.EngineUnavailable, match=f"{re.escape(name)} is not the file of the official release"
        ):
            read(right | {name: b"something else"})


def test_an_answer_of_your_turn_is_checked_and_printed(monkeypatch):
    from website import in_page

    from helpers.exercises import asking

    monkeypatch.setattr(asking, "LIMIT", asking.LIMIT)  # a check in the page sets it

    names = "from helpers import cells, quizzes_that_do_not_exist, text"

    def said(source):
        return json.loads(in_page.check(source, names, "last_real_state", "last_real_state"))

    right = "def last_real_state(h, lengths):\n    print(text.PAD)\n    return h[np.arange(len(h)), lengths - 1]"
    told = said(right)
    assert told["right"] and told["said"] == "Right." and "<pad>" in told["printed"]
    for source, sentence in {
        right.replace("- 1", ""): "Not yet: ",
        "def other(): pass": "There is no function with the name last_real_state.",
        "def last_real_state(h, lengths)\n    pass": "Python cannot read line 1",
        "\n1 / 0": "ZeroDivisionError: division by zero, in line 2",
        "raise SystemExit": "SystemExit",
    }.items():
        told = said(source)
        assert not told["right"] and sentence in told["said"]


def cell(identity, source, **metadata):
    return {"cell_type": "code", "id": identity, "metadata": metadata, "source": source, "outputs": []}


def test_a_cell_runs_in_the_page_if_it_needs_no_more_than_is_there(tmp_path):
    path = tmp_path / "a.ipynb"
    sources = {
        "numpy": "import numpy as np\nfrom helpers import cells\nx = np.ones(2)",
        "torch": "import torch\ny = torch.ones(2)\ndef theirs():\n    inside = 1\n    return inside",
        "uses y": "z = y + x",
        "calls theirs": "def judge():\n    return theirs()",
        "calls judge": "print(judge())",
        "y again": "for y in x:\n    inside = y\nprint(inside)",
        "uses y now": "print(y, [theirs for theirs in x])",
        "own": "explorers.one_unit()",
        "yours": "def mine(x):\n    raise NotImplementedError",
        "check": "check.mine(mine)",
        "quiz": "quizzes.tokens()",
        "adds": "z += 1",
        "data": "reviews = data.movie_reviews()",
    }
    path.write_text(json.dumps({"cells": [cell(name, source) for name, source in sources.items()]}))
    found = runnable.cells(path)
    assert list(found) == ["numpy", "y again", "uses y now", "data"]
    assert runnable.data_sets(found.values()) == ["movie_reviews"]


@pytest.fixture
def as_in_the_worker(monkeypatch):
    """`running.run`, with no names yet, and without the modules that the browser does not have."""
    for name in ("torch", "sklearn", "scipy", "ipywidgets", "IPython", "pooch"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(running, "NAMES", {"__name__": "__main__"})
    kept = np.get_printoptions()
    yield lambda cell, source: json.loads(running.run(cell, source))
    np.set_printoptions(**kept)


QUICK = ("03", "05")
RUN_IN_PAGE = [
    pytest.param(path, id=path.stem, marks=[] if path.name.startswith(QUICK) else pytest.mark.slow)
    for path in pages.Site.lessons_of_the_course()
    if path.name.startswith(runnable.LESSONS)
]


@pytest.mark.parametrize("path", RUN_IN_PAGE)
def test_every_such_cell_shows_in_the_worker_what_is_stored(path, as_in_the_worker, monkeypatch):
    sources = runnable.cells(path)
    for name in runnable.data_sets(sources.values()):
        monkeypatch.setattr(data, name, getattr(data, name))
        with monkeypatch.context() as patch:
            patch.delitem(sys.modules, "pooch")
            content = stored.Writer({}).bytes(getattr(data, name)())
        running.give(name, content)
    outputs = {cell["id"]: cell.get("outputs") for cell in json.loads(path.read_text("utf-8"))["cells"]}
    assert len(sources) > 15
    for cell, source in sources.items():
        told = as_in_the_worker(cell, source)
        assert not told["problem"], (cell, told)
        printed = "".join(part.get("text", "") for part in told["shown"])
        assert printed == "".join("".join(each.get("text", "")) for each in outputs[cell]), cell
        pictures = [part["alt"] for part in told["shown"] if "picture" in part]
        drawn = [each["data"] for each in outputs[cell] if "<img" in str(each.get("data"))]
        assert pictures == ["".join(each["text/plain"]) for each in drawn], cell


def test_what_a_cell_shows_comes_in_order_and_an_error_is_a_sentence(as_in_the_worker):
    run = as_in_the_worker
    assert run("a", "x = 3\nprint(x)\nx + 1") == {"shown": [{"text": "3\n4\n"}], "problem": ""}
    assert run("a", "x;")["shown"] == [] and run("a", "None")["shown"] == []
    drawn = run("b", "from helpers import figures\nfig, ax = figures.new(2, 2)\nax.set_title('Two')\nprint(x)\nfig")[
        "shown"
    ]
    assert drawn[0] == {"text": "3\n"} and drawn[1]["width"] == 200 and "Two" in drawn[1]["alt"]
    (plotted,) = run("c", "import matplotlib.pyplot as plt\nplt.plot([1, 2])")["shown"][1:]
    assert "picture" in plotted
    assert len(run("d", "print('x' * 50_000)")["shown"][0]["text"]) < 21_000
    for source, sentence in {
        "x +": "Python cannot read line 1: ",
        "\nx / 0": "Your code stopped with ZeroDivisionError: division by zero, in line 2.",
        "import torch": "There is no torch in this page, in line 1: it has NumPy, matplotlib and the course's helpers.",
        "raise SystemExit": "Your code stopped with SystemExit, in line 1.",
        "figures.show(fig, 'short')": "Your code stopped with ValueError: alt is 'short'",
    }.items():
        assert run("e", source)["problem"].startswith(sentence)


def test_the_writer_learns_a_text_and_goes_on_after_a_pause_as_if_there_were_none():
    text = "tick tack — " * 30
    at_once, with_a_pause = writing.Learner(text, updates=120), writing.Learner(text, updates=120)
    for _ in range(120):
        at_once.update()
    for _ in range(50):
        with_a_pause.update()
    with_a_pause.write("tick", 10, 1.0, seed=0)
    for _ in range(70):
        with_a_pause.update()
    assert all(np.array_equal(at_once.weights[name], with_a_pause.weights[name]) for name in at_once.weights)
    (first, before), *_, (last, after) = at_once.curves["training"]
    assert (first, last) == (1, 120) and before > 5 and after < 1.3
    assert at_once.write("Ätick", 12, 0.1, seed=0) == "tick tack — tick"
    assert len(at_once.write("", 5, 1.0, seed=0)) == 6


def test_the_writer_holds_out_the_end_of_a_long_text_and_a_short_one_gets_a_sentence(monkeypatch):
    long = writing.Learner("ab c\n" * 3000)
    assert len(long.held_out) == 1500 and len(long.ids) == 13_500
    monkeypatch.setattr(writing, "TEST_EVERY", 2)
    for _ in range(5):
        long.update()
    assert [at for at, _ in long.curves["held out"]] == [2, 4]
    assert json.loads(writing.begin("a" * 199))["problem"].startswith("This text has 199 characters; ")
    assert "by heart" in json.loads(writing.begin("¿日本? " * 50))["said"]
    assert "left out" in json.loads(writing.begin("x" * 300_001))["said"]


def test_the_writer_answers_the_page_in_slices():
    assert json.loads(writing.begin("one two\r\n" * 60)) == {
        "problem": "",
        "said": "480 characters to learn from, 7 different ones. The text is short: it will soon know it by heart, and "
        "write little else.",
    }
    told = json.loads(writing.learn(5.0))
    assert told["done"] == 1 and len(told["sample"]) == 151, "a sample ends a slice"
    assert json.loads(writing.learn(-1.0)) == told | {"sample": None}
    assert set(told["perplexity"]) == {"training"}
    assert writing.picture(1).shape == (260, 640, 4)
    answer = json.loads(writing.write("One", 1.0, 0))
    assert answer["unknown"] == "O" and answer["text"].startswith("ne")


def test_what_was_compiled_is_taken_later_although_the_source_has_another_time(tmp_path, monkeypatch):
    from website import in_page

    (tmp_path / "compiled_once.py").write_text("value = 1\n")
    py_compile.compile(str(tmp_path / "compiled_once.py"))
    content = in_page.compiled(tmp_path)
    (tmp_path / "compiled_once.py").write_text("value = 2  # longer, and later\n")
    sizes, rest = content.split(b"\n", 1)
    for path, size in json.loads(sizes).items():
        Path(path).write_bytes(rest[:size])
        rest = rest[size:]
    assert not rest
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.import_module("compiled_once").value == 1


def test_a_reader_who_leaves_a_page_early_is_no_error(tmp_path, capsys):
    with serve.server(tmp_path) as server:
        for error, said in ((ConnectionResetError(), ""), (ValueError("no"), "ValueError: no")):
            try:
                raise error
            except Exception:
                server.handle_error(None, ("127.0.0.1", 1))
            assert said in (printed := capsys.readouterr().err) and bool(said) == bool(printed)


@pytest.mark.parametrize(
    ("formula", "shows"),
    [
        ("(-0.2, a - 1)", ['(</mo><mo form="prefix">−</mo><mn>0.2', "<mi>a</mi><mo>−</mo><mn>1"]),
        ("x = -1", ['=</mo><mo form="prefix">−</mo><mn>1']),
        ("a'' b'", ['<mi>a</mi><mo lspace="0" rspace="0">″</mo>', '<mi>b</mi><mo lspace="0" rspace="0">′</mo>']),
    ],
)
def test_a_sign_stands_close_and_primes_can_be_told_apart(formula, shows):
    source = html.unescape(conf._mathml(formula, "inline"))
    assert [each for each in shows if each not in re.sub(r' stretchy="false"', "", source)] == []


def test_the_applications_stand_in_the_readmes_order():
    names = [path.stem for path in pages.Site.applications_in_order()]
    assert names[0] == "sentiment" and names[-1] == "next_word" and len(set(names)) == 10
