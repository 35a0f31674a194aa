"""Check every exercise: right answers pass, wrong ones get a sentence that names the bug, starters match their sources."""

import contextlib
import functools
import importlib
import inspect
import io
import re
import warnings

import nbformat
import pytest

from helpers.exercises.compare import NotYet
from helpers.grading import derive

ASSIGNMENTS = derive.assignments()
SEEDS = (0, 1, 7)
BUILD_IT, OTHERS = 5, 2


@functools.cache
def source(assignment):
    return nbformat.read(derive.source_path(assignment), 4)


@functools.cache
def starter(assignment):
    return derive.derive(source(assignment))


def bank(assignment):
    return importlib.import_module(f"exercises.bank.{assignment}")


def checks(assignment):
    return importlib.import_module(f"helpers.exercises.{assignment}")


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def kinds(nb):
    """Return exercise -> its kind, for the exercises with code."""
    found, kind = {}, None
    for cell in nb.cells:
        heading = re.match(r"## Exercise \d+: .*\((.+), \d+ minutes\)", cell.source)
        kind = heading.group(1) if heading else kind
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            found[grade_id(cell)] = kind
    return found


def answers(side):
    """Return (assignment, exercise, answer) for everything in every bank's RIGHT or WRONG."""
    return [
        pytest.param(assignment, exercise, answer, id=f"{assignment}-{exercise}-{number}")
        for assignment in ASSIGNMENTS
        for exercise, listed in getattr(bank(assignment), side).items()
        for number, answer in enumerate(listed, start=1)
    ]


def refused(check, function, **keywords):
    with pytest.raises(NotYet) as caught:
        check(function, **keywords)
    return str(caught.value)


@contextlib.contextmanager
def quiet():
    with contextlib.redirect_stdout(io.StringIO()) as said:
        yield said


@pytest.mark.parametrize(("assignment", "exercise", "function"), answers("RIGHT"))
def test_right_answers_pass_under_every_seed_whatever_they_warn(assignment, exercise, function):
    def chatty(*arguments):
        warnings.warn("careful", stacklevel=1)
        return function(*arguments)

    check = getattr(checks(assignment), exercise)
    with quiet() as said:
        assert [check(chatty, seed=seed) for seed in SEEDS] == [None] * len(SEEDS)
    assert said.getvalue() == "Right.\n" * len(SEEDS)


@pytest.mark.parametrize(("assignment", "exercise", "answer"), answers("WRONG"))
def test_wrong_answers_are_told_their_bug(assignment, exercise, answer):
    function, words = answer
    said = refused(getattr(checks(assignment), exercise), function)
    assert words in said
    assert "Traceback" not in said and "\n" not in said


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_bank_holds_enough_for_every_exercise_and_nothing_else(assignment):
    found, both = kinds(source(assignment)), bank(assignment)
    assert set(both.RIGHT) == set(both.WRONG) == set(found)
    few = {
        exercise: (len(both.RIGHT[exercise]), len(both.WRONG[exercise]))
        for exercise, kind in found.items()
        if len(both.RIGHT[exercise]) < 2 or len(both.WRONG[exercise]) < (BUILD_IT if kind == "build it" else OTHERS)
    }
    assert not few, "exercise: (right, wrong) answers in the bank"


def given(nb):
    """Return the names that the cells before the first exercise define."""
    names = {}
    for cell in nb.cells:
        if cell.source.startswith("## Exercise"):
            return names
        if cell.cell_type == "code":
            exec(cell.source, names)
    raise AssertionError("there is no exercise")


def sections(nb):
    """Return exercise -> its code cells, in order."""
    found, cells = {}, []
    for cell in nb.cells:
        if cell.source.startswith("## Exercise"):
            cells = []
        if cell.cell_type == "code":
            cells.append(cell)
            if cell.metadata.get("nbgrader", {}).get("solution"):
                found[grade_id(cell)] = cells
    return found


def run(cells, names):
    with quiet():
        for cell in cells:
            exec(cell.source, names)
    return names


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_each_solution_passes_on_its_own_hidden_tests_included(assignment):
    for cells in sections(source(assignment)).values():
        run(cells, given(source(assignment)))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_stored_solutions_say_right(assignment):
    for cell in source(assignment).cells:
        if grade_id(cell).endswith("_check"):
            assert [output.get("text") for output in cell.outputs] == ["Right.\nRight.\n"], grade_id(cell)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_blank_answers_fail_with_what_to_do(assignment):
    for exercise, cells in sections(starter(assignment)).items():
        with pytest.raises(NotYet, match="no body yet"):
            run(cells, given(starter(assignment)))
        assert "BEGIN" not in "".join(cell.source for cell in cells), exercise


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_deriving_again_changes_nothing(assignment):
    assert derive.up_to_date(assignment), f"{assignment} differs from its source: run `make exercises`"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_hidden_test_is_another_seed(assignment):
    for cell in source(assignment).cells:
        if grade_id(cell).endswith("_check"):
            shown, _, hidden = cell.source.partition("### BEGIN HIDDEN TESTS")
            assert "seed=" in hidden and "seed=" not in shown


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_checks_are_named_as_their_exercises_and_take_a_seed(assignment):
    for exercise in kinds(source(assignment)):
        assert inspect.signature(getattr(checks(assignment), exercise)).parameters["seed"].default == 0
        assert f"check.{exercise}({exercise}" in "".join(cell.source for cell in sections(source(assignment))[exercise])


# Variants


VARIED = [(assignment, exercise) for assignment in ASSIGNMENTS for exercise in derive.variants(source(assignment))]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_templates_with_the_published_values_are_the_cells(assignment):
    assert derive.render(source(assignment)) == source(assignment)


@pytest.mark.parametrize(("assignment", "exercise"), VARIED)
def test_an_answer_passes_its_own_variant_and_fails_every_other(assignment, exercise):
    nb = source(assignment)
    names = [values["name"] for values in derive.variants(nb)[exercise]]
    assert names[0] == derive.PUBLISHED and len(set(names)) == len(names) > 1
    rendered = {name: sections(derive.render(nb, {exercise: name}))[exercise] for name in names}
    for own in names:
        for other in names:
            *answer, _ = rendered[own]
            test = rendered[other][-1]
            if own == other:
                run([*answer, test], given(nb))
            else:
                with pytest.raises(NotYet):
                    run([*answer, test], given(nb))


OF_THE_BANK = [
    (assignment, exercise) for assignment in ASSIGNMENTS for exercise in getattr(bank(assignment), "VARIANTS", {})
]


@pytest.mark.parametrize(("assignment", "exercise"), OF_THE_BANK)
def test_right_answers_pass_their_own_variant_and_no_other(assignment, exercise):
    check, listed = getattr(checks(assignment), exercise), bank(assignment).VARIANTS[exercise]
    for own, functions in listed.items():
        assert len(functions) > 1
        for other in listed:
            for function in functions:
                for seed in SEEDS:
                    if own == other:
                        with quiet():
                            check(function, seed=seed, variant=own)
                    else:
                        refused(check, function, seed=seed, variant=other)


def test_an_unknown_variant_gets_a_sentence():
    with pytest.raises(ValueError, match="step has no variant 'lazy'; it has published, "):
        derive.render(source("one_cell"), {"step": "lazy"})


# Deriving


def test_a_starter_holds_no_solution_no_hidden_test_and_no_template():
    nb = starter("one_cell")
    text = nbformat.writes(nb)
    assert [word for word in ("SOLUTION", "HIDDEN", "np.tanh(z)", "leaky", "**Why.**") if word in text] == []
    assert [cell.source for cell in nb.cells if grade_id(cell) == "twins_answer"] == [
        derive.CONFIG.ClearSolutions.text_stub
    ]
    step = next(cell for cell in nb.cells if grade_id(cell) == "step")
    assert step.source.endswith(":\n    raise NotImplementedError")
    assert step.metadata.deletable is False and "editable" not in step.metadata
    check = next(cell for cell in nb.cells if grade_id(cell) == "step_check")
    assert check.metadata.editable is False and check.metadata.nbgrader.points == 4 and check.metadata.nbgrader.checksum


def test_a_variant_starter_speaks_of_its_own_model_only():
    text = nbformat.writes(derive.derive(source("one_cell"), {"step": "leaky"}))
    assert "three quarters" in text and '[\\"leaky' not in text and 'update=\\"leaky\\"' in text
    assert "a plain tanh cell" not in text


def test_a_stale_starter_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(derive, "STARTERS", tmp_path)
    assert not derive.up_to_date("one_cell")
    nb = starter("one_cell").copy()
    derive.starter_path("one_cell").parent.mkdir()
    nbformat.write(nb, derive.starter_path("one_cell"))
    assert derive.up_to_date("one_cell")
    nb.cells[0].source += " changed"
    nbformat.write(nb, derive.starter_path("one_cell"))
    assert not derive.up_to_date("one_cell")
