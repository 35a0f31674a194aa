"""Use every notebook in a real JupyterLab as a learner does, and test the checks themselves on small notebooks."""

import os
import shutil

import again
import checks
import execute_notebooks
import nbformat
import pytest
import sample
from checks import none
from lab import REPOSITORY, Lab, with_chromium
from nbformat.sign import NotebookNotary

from helpers import my_course

pytestmark = pytest.mark.browser

NOTEBOOKS = [str(path.relative_to(execute_notebooks.NOTEBOOKS)) for path in execute_notebooks.notebooks()]
STARTERS = [path for path in NOTEBOOKS if path.startswith("exercises/")]  # sources of exercises are the same pages
NOTEBOOKS = [path for path in NOTEBOOKS if not path.startswith(("exercises/", "solutions/"))]
SCREENSHOTS = REPOSITORY / "build" / "screenshots"
CAUGHT = {
    checks.errors: ["ZeroDivisionError", "careful", "did not run"],
    checks.answers: ["'Yes' is not answered"],
    checks.controls: [
        "Still: ArrowRight: changes nothing",
        "the picture is the same",
        "Breaks: End: it says: ",
        "Uneven: ArrowRight: its number box",
    ],
    checks.names: ["slider from 0", "spinbutton without a name"],
    checks.pictures: ["without alt text", "cut off: <div> A wide picture", "a formula that leaves less than 5 %"],
    checks.screen: [
        " pixels from its first control",
        "at 640: cut off",
        "at 640: a slider of",
        "JupyterLab Dark: contrast",
    ],
    checks.console: ["ours"],
}
"""Check -> parts of the complaints that it must make about the bad notebook."""


def by_notebook(*paths):
    """Return parameters that keep all tests of a notebook in one process (with `-n 2 --dist loadgroup`)."""
    return [pytest.param(path, marks=pytest.mark.xdist_group(path)) for path in paths]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with_chromium()
    root = tmp_path_factory.mktemp("root")
    my_course.update(mine=root)
    for name in ("good.ipynb", "again.ipynb"):
        nbformat.write(sample.good(), root / name)
    nbformat.write(sample.bad(), root / "bad.ipynb")
    with Lab(root, tmp_path_factory.mktemp("private")) as lab:
        yield lab


@pytest.fixture(scope="module", params=by_notebook("good.ipynb", *NOTEBOOKS, *STARTERS))
def lesson(lab, request):
    """A notebook that was run once, and whose predictions and quiz questions were answered."""
    if request.param.startswith("applications/"):
        nbformat.write(again.notebook(REPOSITORY / "notebooks" / request.param), lab.root / request.param)
    with lab.open(request.param) as notebook:
        notebook.run_all()
        notebook.unanswered = checks.answers(notebook)
        notebook.folder = SCREENSHOTS / request.param.removesuffix(".ipynb")
        yield notebook


not_of_starters = pytest.mark.parametrize(
    "lesson", by_notebook("good.ipynb", *NOTEBOOKS), indirect=True, scope="module"
)
"""For what a starter does not have: it stores no more than errors, and no explorer."""


@pytest.mark.xdist_group("good.ipynb")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is only one process")
def test_groups_stay_in_one_process(request):
    """Without groups, each process runs every notebook and deletes the screenshots that the others make."""
    assert request.node.nodeid.endswith("@good.ipynb"), "this pytest-xdist ignores groups under this pytest"


def test_runs_without_errors(lesson):
    none(checks.errors(lesson))


@not_of_starters
def test_predictions_and_quizzes_answer(lesson):
    none(lesson.unanswered)


def test_screenshots_from_top_to_bottom(lesson):
    assert lesson.screenshots(lesson.folder) > 0


def test_pictures_have_alt_text_and_nothing_is_cut_off(lesson):
    none(checks.pictures(lesson))


@not_of_starters
def test_controls_have_names(lesson):
    none(checks.names(lesson))


@not_of_starters
def test_every_control_moves_its_picture(lesson):
    none(checks.controls(lesson, lesson.folder / "explorers"))


@not_of_starters
def test_it_fits_a_laptop_a_narrow_window_and_both_themes(lesson):
    none(checks.screen(lesson, lesson.folder / "screens"))


def test_nothing_complained_on_the_console(lesson):
    none(checks.console(lesson))


@not_of_starters
def test_saved_and_opened_on_the_next_day_it_shows_what_it_showed(lab, lesson):
    """The last test of a notebook: its kernel ends, and with it the widgets."""
    lesson.save()
    shown = checks.stored_pictures(lesson)
    lesson.close()
    with lab.open(lesson.path) as again:
        assert again.trusted() and checks.stored_pictures(again) == shown
        none(checks.default_pictures(again))
        none(checks.console(again))


def test_restart_and_run_all_twice(lab):
    with lab.open("again.ipynb") as notebook:
        for _ in range(2):
            notebook.run_all(restart=True)
            none(checks.errors(notebook))
            none(checks.answers(notebook))
        none(checks.controls(notebook))
        none(checks.console(notebook))


@pytest.mark.parametrize(
    "path, trusted",
    [
        pytest.param(path, trusted, id=f"{path}-{'un' * (not trusted)}trusted", marks=pytest.mark.xdist_group(path))
        for path in ("stored.ipynb", *NOTEBOOKS)
        for trusted in (True, False)
    ],
)
def test_opened_without_running_shows_the_default_pictures(lab, path, trusted):
    if path == "stored.ipynb":
        nbformat.write(sample.stored(lab.root, lab.environment), lab.root / path)
    else:
        shutil.copy(REPOSITORY / "notebooks" / path, lab.root / path)
    notary, notebook = NotebookNotary(data_dir=str(lab.data)), nbformat.read(lab.root / path, 4)
    (notary.sign if trusted else notary.unsign)(notebook)
    notary.store.close()
    with lab.open(path) as notebook:
        assert notebook.trusted() == trusted
        none(checks.default_pictures(notebook))
        none(checks.console(notebook))


@pytest.fixture(scope="module")
def bad(lab):
    with lab.open("bad.ipynb") as notebook:
        notebook.run_all()
        notebook.patience = 3_000  # an error comes later than this only on a machine that is very busy
        yield notebook


@pytest.mark.xdist_group("bad.ipynb")
@pytest.mark.parametrize("check", CAUGHT, ids=lambda check: check.__name__)
def test_the_bad_notebook_is_caught(bad, check):
    found = check(bad)
    assert [words for words in CAUGHT[check] if not any(words in complaint for complaint in found)] == [], found
