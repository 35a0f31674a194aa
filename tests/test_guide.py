"""The instructor's guide says what is so: its minutes, points, variants, commands, options, sentences and sections."""

import ast
import inspect
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from helpers.exercises import topics
from helpers.grading import (
    box,
    class_list,
    derive,
    handed_in,
    judge,
    kit,
    late,
    pool,
    restore,
    sandbox,
    scores,
    values,
    worker,
)

ROOT = Path(__file__).parents[1]
EXERCISES = ROOT / "notebooks" / "exercises"
GUIDE = EXERCISES / "README.md"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
MAKEFILE = (ROOT / "Makefile").read_text()
LOOP = ("assign", "collect", "grade", "mark", "feedback", "scores", "likeness", "statistics")


def rows(page, heading):
    """The rows below the header of the first table whose first column has this heading."""
    table = re.search(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", page.read_text(), re.MULTILINE)
    return [[field.strip() for field in line.strip("|").split("|")] for line in table.group(1).splitlines()]


def prose(notebook):
    return "\n".join(cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "markdown")


def minutes(notebook):
    return int(re.search(r"about (\d+) minutes", prose(notebook)).group(1))


def lesson_or_application(assignment):
    if assignment in topics.LESSONS:
        return ROOT / "notebooks" / f"{topics.LESSONS[assignment].notebook}.ipynb"
    return ROOT / "notebooks" / "applications" / f"{assignment}.ipynb"


def listed():
    """Assignment -> its row in the guide's two tables."""
    guide = GUIDE.read_text()
    return {
        match[1]: [field.strip() for field in match[2].split("|")]
        for match in re.finditer(r"^\| `(\w+)` \|(.*)\|$", guide, re.MULTILINE)
    }


def test_the_readme_lists_every_lesson_with_its_minutes():
    table = re.findall(
        r"^\| (\d+) \| \[.+?\]\((notebooks/\d\d_\w+\.ipynb)\) \| .+ \| (\d+) \|$",
        (ROOT / "README.md").read_text(),
        re.MULTILINE,
    )
    lessons = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    numbers = [(str(int(path.name[:2])), f"notebooks/{path.name}", str(minutes(path))) for path in lessons]
    assert table == numbers


def test_every_assignment_is_listed():
    assert sorted(listed()) == derive.assignments()


@pytest.mark.parametrize("assignment", derive.assignments())
def test_minutes_points_and_variants_are_those_of_the_notebooks(assignment):
    nb, row = nbformat.read(derive.source_path(assignment), 4), listed()[assignment]
    told = [cell.metadata.nbgrader for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    by_hand = sum(cell.points for cell in told if cell.solution)
    by_tests = sum(cell.points for cell in told) - by_hand
    here = minutes(lesson_or_application(assignment)), minutes(derive.source_path(assignment))
    assert row[:4] == [str(number) for number in (*here, by_tests, by_hand)]
    if assignment in topics.LESSONS:
        assert re.findall(r"`(\w+)`", row[4]) == list(derive.variants(nb))


def named(text, kind):
    """Assignments in a phrase such as `lessons 1, 2`, `the same three` aside."""
    by_number = {int(lesson.notebook[:2]): topic for topic, lesson in topics.LESSONS.items()}
    found = [by_number[int(number)] for number in re.findall(r"\b\d+\b", text)]
    return found + [kind[words] for words in kind if words in text]


@pytest.mark.parametrize("heading, last", [("day", "the application"), ("week", "the same three")])
def test_the_syllabus_adds_up(heading, last):
    spoken = {each.replace("_", " "): each for each in derive.assignments() if each not in topics.LESSONS}
    *days, sums = [row[1:] for row in rows(GUIDE, heading)]
    for in_class, first, assigned, second, together in days:
        held = named(in_class, spoken)
        worked_on = named(assigned, spoken) + ([a for a in held if a not in topics.LESSONS] if last in assigned else [])
        assert int(first) == sum(minutes(lesson_or_application(each)) for each in held)
        assert int(second) == sum(minutes(derive.source_path(each)) for each in worked_on)
        assert int(together) == int(first) + int(second)
    for column in (1, 3, 4):
        assert int(sums[column].replace(",", "")) == sum(int(day[column]) for day in days)


def test_the_afternoon_adds_up():
    lasts = [int(field) for _, field in rows(GUIDE, "what")]
    stated = re.search(r"\*\*One afternoon\*\*, (\d+) minutes", GUIDE.read_text())
    assert sum(lasts) == int(stated.group(1)) and lasts[0] == sum(map(minutes, LESSONS[:2]))
    assert lasts[2] == sum(map(minutes, LESSONS[2:4]))


@pytest.mark.parametrize("topic", topics.LESSONS)
def test_a_plan_for_the_board_follows_its_lesson(topic):
    sections = rows(EXERCISES / "board" / f"{topic}.md", "section")
    headings = re.findall(r"^## (.+)$", prose(lesson_or_application(topic)), re.MULTILINE)
    planned = [section for section, *_ in sections]
    assert planned == [heading for heading in headings if heading not in ("Takeaways", "Notation", "Onward")]
    assert sum(int(lasts) for _, lasts, _ in sections) == minutes(lesson_or_application(topic))


@pytest.mark.parametrize("topic", topics.LESSONS)
def test_exercises_and_sections_named_on_the_board_exist(topic):
    text = (EXERCISES / "board" / f"{topic}.md").read_text()
    statements = prose(derive.source_path(topic))
    for which, title in re.findall(
        r"[Ee]xercise (\d), ([A-Z][^.;:|]*?)(?=[.;:|]|, (?:which|where|whose|name|that))", text
    ):
        assert re.search(rf"^## Exercise {which}: {re.escape(title.strip(' ?'))}", statements, re.MULTILINE), title


@pytest.mark.parametrize("topic", topics.LESSONS)
def test_a_handout_is_one_page_without_answers(topic):
    text = (EXERCISES / "handouts" / f"{topic}.md").read_text()
    assert len(text) < 3000 and "## Answers" not in text
    assert re.findall(r"^(\d)\. ", text.partition("## With your pencil")[2], re.MULTILINE) == ["1", "2", "3"]


def test_commands_of_nbgrader_exist():
    from nbgrader.apps import NbGraderApp

    words = set(re.findall(r"`nbgrader (\w+)", GUIDE.read_text()))
    assert {"generate_assignment", "autograde", "export"} <= words <= set(NbGraderApp.subcommands), words


# Commands and their options


def recipe(target):
    """Return the lines of a target in the Makefile."""
    return re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]


def variables():
    """Return the names of environment variables that grading reads."""
    files = [ROOT / "nbgrader_config.py", *(ROOT / "helpers" / "grading").glob("*.py")]
    return {name for file in files for name in re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', file.read_text())}


def typed(page):
    """Yield (options before it, target, options after it) for each `make` in a code block or between backticks."""
    blocks = re.findall(r"^```\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL))
    for line in [line for block in blocks for line in block.splitlines()] + spans:
        if found := re.fullmatch(r"((?:[A-Z_]+=\S+ )*)make ([a-z]+)(.*)", line):
            before, after = (set(re.findall(r"(?<![\w-])([A-Z_]+)=", found[part])) for part in (1, 3))
            yield before, found[2], after


@pytest.mark.parametrize("page", [GUIDE, ROOT / "README.md"], ids=["guide", "readme"])
def test_the_makefile_knows_every_option_that_is_typed(page):
    found = list(typed(page.read_text()))
    assert (set(LOOP[:6]) if page == GUIDE else {"lab", "test"}) <= {target for _, target, _ in found}
    for before, target, after in found:
        options = set(re.findall(r"\$\((\w+)\)", recipe(target) if f"\n{target}:" in MAKEFILE else ""))
        assert after <= options and before <= variables() | options, (target, before, after)


def test_the_guide_names_every_command_and_option_of_the_loop():
    guide, own = GUIDE.read_text(), set(re.findall(r"^([A-Z_]+) = \S", MAKEFILE, re.MULTILINE))
    for target in LOOP:
        assert f"make {target}" in guide
        for option in set(re.findall(r"\$\(([A-Z_]+)\)", recipe(target))) - own - {"CURDIR"}:
            assert f"{option}=" in guide, option
    for variable in ("SCHEDULER", "CELL_SECONDS", "NBGRADER_DB"):
        assert variable in variables() and f"{variable}=" in guide


def test_every_option_of_the_guide_is_one():
    code = re.findall(r"^```.*?^```|`[^`\n]+`", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    named = {name for piece in code for name in re.findall(r"(?<![\w-])([A-Z][A-Z_]+)=", piece)}
    elsewhere = {name for name in named if name.startswith("DASK_")} | {"JUPYTERHUB", "TLS"}
    assert named - elsewhere <= set(re.findall(r"\$\((\w+)\)", MAKEFILE)) | variables()


def test_the_tables_that_an_instructor_writes_and_gets_have_the_columns_of_the_guide():
    guide = GUIDE.read_text()
    assert f"\n{','.join(class_list.COLUMNS)},moodle,canvas\n" in guide
    assert f"\n{','.join(late.COLUMNS)}\n" in guide
    described = re.search(
        r"has a row for each submission: `([\w, ]+)`, a\s+column for each\s+question, `([\w, ]+)`", guide
    )
    assert tuple(described[1].split(", ")) == scores.FIRST and tuple(described[2].split(", ")) == scores.LAST


def test_options_of_dask_exist():
    known = {
        word: pytest.importorskip(f"distributed.cli.dask_{word}", reason="Dask is missing: make cluster").main
        for word in ("scheduler", "worker")
    }
    guide = GUIDE.read_text()
    secured = re.search(r'^TLS="(.*)"$', guide, re.MULTILINE)[1]
    lines = re.findall(r"bin/dask (scheduler|worker) (.*)", guide.replace("$TLS", secured))
    assert len(lines) == 4
    for word, options in lines:
        assert set(re.findall(r"--[a-z-]+", options)) <= {
            each for it in known[word].params for each in it.opts + it.secondary_opts
        }


# Sentences about submissions

CALLS = ("Unreadable", "MachineFault", "Died", "RuntimeError", "TooMuch", "failed", "refused", "_lose", "HandedIn")
RETURNING = ("why_not", "why_not_opened", "fetch", "there", "run")
NAMES = ("look", "why", "found")
CONSTANTS = ("ENDED", "STUCK", "STRIPPED", "NOT_GRADED")
MODULES = (restore, judge, box, sandbox, worker, pool, scores, handed_in)


def pattern(node, module):
    """Return a regular expression for the text of an expression; "" if it is no text that a person reads."""
    if isinstance(node, ast.Constant):
        return re.escape(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name) and node.id in CONSTANTS:
        return re.escape(getattr(module, node.id))
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        re.escape(part.value) if isinstance(part, ast.Constant) else re.escape(worth(part, module)) or ".+"
        for part in node.values
    )


def worth(part, module):
    """Return the text of a part of an f-string that only needs the module's own names, else ""."""
    try:
        return eval(compile(ast.fix_missing_locations(ast.Expression(ast.JoinedStr([part]))), "", "eval"), vars(module))
    except Exception:
        return ""


def expressions(tree):
    """Yield the expressions that become sentences about a submission."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CALLS:
            yield from [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "why_not")]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "look.append":
            yield node.args[0]
        elif isinstance(node, ast.FunctionDef) and node.name in RETURNING:
            yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)
        elif (
            isinstance(node, ast.Assign | ast.AugAssign)
            and ast.unparse(getattr(node, "target", None) or node.targets[0]) in NAMES
        ):
            yield node.value


def texts(node):
    """Yield the texts in an expression: itself, the items of a list, both sides of a condition, the keys of a dict."""
    if isinstance(node, ast.IfExp):
        yield from [*texts(node.body), *texts(node.orelse)]
    elif isinstance(node, ast.List):
        for each in node.elts:
            yield from texts(each)
    elif isinstance(node, ast.Dict):
        yield from (
            ast.JoinedStr([key, ast.Constant(": "), ast.FormattedValue(ast.Name("names", ast.Load()), -1)])
            for key in node.keys
            if key
        )
    else:
        yield node


def said_in_code():
    """Return patterns of all sentences that can stand in the column `look`."""
    found = {
        pattern(text, module)
        for module in MODULES
        for node in expressions(ast.parse(inspect.getsource(module)))
        for text in texts(node)
    }
    return {each for each in found if len(re.findall("[A-Za-z]", each.replace(".+", ""))) > 4}


def in_parts(sentence):
    """Return a sentence without "not graded:", what stands before its semicolon, and what says more after a colon."""
    whole = sentence.removeprefix("not graded: ")
    return [whole, whole.partition("; ")[0], whole.partition(": ")[2]]


def table_of_sentences():
    cells = [cell for cell, _, _ in rows(GUIDE, "it says")]
    return [sentence for cell in cells for sentence in cell.split("<br>")]


def test_every_sentence_of_the_table_is_in_the_code():
    whole = {each for each in said_in_code() if not each.startswith(".+;")}
    ends = said_in_code() - whole
    for sentence in table_of_sentences():
        assert any(re.fullmatch(each, part) for each in whole for part in in_parts(sentence)), sentence
        if "; " in sentence:
            assert any(re.fullmatch(each, in_parts(sentence)[0]) for each in whole | ends), sentence


@pytest.mark.parametrize("sentence", sorted(said_in_code()))
def test_every_sentence_of_the_code_is_in_the_table(sentence):
    assert any(re.fullmatch(sentence, part) for each in table_of_sentences() for part in in_parts(each))


def test_the_limits_of_the_sandbox_are_those_of_the_code():
    limits = dict(rows(GUIDE, "inside the sandbox"))
    assert limits["memory"] == (
        f"{sandbox.MEMORY / 1e9:.0f} GB of address space for each process, {sandbox.TOTAL_MEMORY / 1e9:.0f} GB for all together"
    )
    assert (
        limits["files it can write"] == f"a memory disk of {sandbox.DISK // 10**6} MB, at most {sandbox.FILES:,} files"
    )
    assert limits["processes and threads"] == str(sandbox.PROCESSES)
    assert limits["time"].startswith(f"{kit.SECONDS} seconds for a cell or a test, ten times as long for everything")
    assert judge.TOTAL_CELLS == 10 and f" {sandbox.CPU_SECONDS} seconds of processor time" in limits["time"]
    assert limits["output"].startswith(f"{values.MAX_OUTPUT_CHARACTERS:,} characters for each cell")


# The image for a hub


def test_the_image_and_the_values_for_a_hub_agree():
    dockerfile = (EXERCISES / "hub" / "Dockerfile").read_text()
    learner = yaml.safe_load((EXERCISES / "hub" / "values.yaml").read_text())["singleuser"]
    home = re.search(r"^WORKDIR (/home/\w+)\nCMD", dockerfile, re.MULTILINE)[1]
    [pull] = learner["lifecycleHooks"]["postStart"]["exec"]["command"][2:]
    assert pull.startswith(f"cd {home} && gitpuller ") and pull.endswith("|| true")
    opened = learner["defaultUrl"].removeprefix("/lab/tree/rnn-unrolled/")
    assert opened == f"my_course/{LESSONS[0].name}"
    assert "main rnn-unrolled && cd rnn-unrolled && python -m helpers.my_course" in pull
    assert f"{learner['image']['name']}:{learner['image']['tag']} " in dockerfile and "USER 1000\n" in dockerfile
    version = re.search(r"^ARG JUPYTERHUB=(.*)", dockerfile, re.MULTILINE)[1]
    assert f'"jupyterhub=={version}"' in (ROOT / "bench" / "hub.py").read_text()
    assert "EXPOSE" not in dockerfile and "--port" not in dockerfile
    for module in re.findall(r"python -m helpers\.(\w+)", dockerfile):
        assert any((ROOT / "helpers").glob(f"{module}*")), module
