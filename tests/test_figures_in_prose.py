"""Every figure in the prose of a lesson is printed there or stands in its code, and the rule finds one that is not."""

import json
import re

import execute_notebooks
import pytest
from figures_in_prose import figures_are_shown
from nbformat import v4

NAMED = {
    "01_why_a_fixed_network_fails": {"200": "a stop of the slider T", "300": "a stop of the slider H"},
    "02_tokens_and_one_hot_vectors": {
        "16,206": "printed in “What white space gets wrong”",
        "15,000": "16,206 - 1,000, rounded",
        "21%": "25.7% - 4.6%",
    },
    "03_one_rnn_cell": {"0.002": "1 - 0.999²"},
    "04_unrolling": {"20": "the end of the slider “Times it is read”", "1.000001": "1 and the nudge of the next cell"},
    "05_backpropagation_through_time": {
        "3.5": "a stop of the slider of the recurrent weights",
        "99": "100 updates - 1",
        "138": "how `sonnets.sonnets` divides the text",
        "0.75": "2 * 0.5 * (1 - 0.5²)",
    },
    "11_recurrence_without_the_loop": {
        "512": "counted in “A scan of six lines”",
        "511": "512 - 1",
        "256": "512 / 2",
        "45": "a stop of the slider of the angle",
    },
    "07_the_four_types": {},
    "08_short_term_memory": {},
    "09_gates": {"12": "a stop of the slider of the input weight"},
    "10_reading_both_ways_attending_aligning": {},
}
"""Lesson -> figure -> what it follows from."""

NOT_YET = {
    **dict.fromkeys(
        [],
        "figures of other sections and of code in helpers still have to be printed or named",
    ),
}
"""Lesson -> why the rule does not hold there yet. Applications and exercises are not asked either."""

LESSONS = [path for path in execute_notebooks.notebooks() if re.match(r"\d\d_", path.name)]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_lists_name_lessons():
    assert {*NAMED, *NOT_YET} == {path.stem for path in LESSONS}
    assert not {*NAMED} & {*NOT_YET}


@pytest.mark.parametrize("path", [path for path in LESSONS if path.stem in NAMED], ids=lambda path: path.stem)
def test_every_figure_is_shown(path):
    complaints = figures_are_shown(load(path), NAMED[path.stem])
    assert not complaints, "\n".join([path.name, *complaints])


@pytest.mark.parametrize("path", [path for path in LESSONS if path.stem in NAMED], ids=lambda path: path.stem)
def test_no_figure_is_named_in_vain(path):
    complaints = figures_are_shown(load(path))
    assert all(any(f": {figure} in" in complaint for complaint in complaints) for figure in NAMED[path.stem])


# The rule itself


def notebook(prose, *, source="f()", printed="", shown="", plain=""):
    outputs = [v4.new_output("stream", name="stdout", text=printed)] if printed else []
    if shown:
        outputs.append(v4.new_output("display_data", {"text/html": shown, "text/plain": plain}))
    cells = [v4.new_markdown_cell(prose), v4.new_code_cell(source, outputs=outputs)]
    return json.loads(json.dumps(v4.new_notebook(cells=cells)))


QUIZ = "<p><b>1. T = 50. What happens?</b></p><details><summary>Answer</summary>Yes: it is {} times as long.</details>"
ALT = '<figure><img alt="The held-out curve ends at {}, above all others" src="data:image/png;base64,6.7"></figure>'

BAD = [
    (notebook("It falls to 4.3.", printed="4.354"), "4.3"),
    (notebook("It falls to 4.36.", printed="4.354"), "4.36"),
    (notebook("It takes 4,000,010 weights.", printed="4,000,000"), "4,000,010"),
    (notebook("About 87,000 characters.", printed="85,766"), "87,000"),
    (notebook("Right in 78% of all.", printed="0.77"), "78%"),
    (notebook("It names -0.25.", printed="0.35"), "0.25"),
    (notebook("After 1e-5.", printed="1e-6"), "1e-5"),
    (notebook("A *0.786*, against $0.771$.", printed="0.786"), "0.771"),
    (notebook("Only a text says 0.42.", source="'at 0.42'"), "0.42"),
    (notebook("Only an alt text says 6.7.", shown=ALT.format("6.7"), plain="ends at 6.7"), "6.7"),
    (notebook("x", shown=ALT.format("6.9"), printed="6.69"), "6.9"),
    (notebook("x", shown=QUIZ.format("60"), plain="60"), "60"),
]


@pytest.mark.parametrize(("nb", "figure"), BAD, ids=[figure for _, figure in BAD])
def test_a_figure_that_nothing_shows_is_caught(nb, figure):
    assert any(f": {figure} in" in complaint for complaint in figures_are_shown(nb)), figures_are_shown(nb)
    assert all(f": {figure} in" not in complaint for complaint in figures_are_shown(nb, {figure}))


def test_a_figure_of_another_section_is_caught():
    nb = notebook("## One\n\nIt ends at 0.58.", printed="0.12")
    nb["cells"] += notebook("## Two\n\nIt ends at 0.12.", printed="0.58")["cells"]
    assert len(figures_are_shown(nb)) == 2


GOOD = [
    notebook("It falls to 4.4, or 4.35.", printed="4.354"),
    notebook("It takes 4,000,010 weights, 4 million.", printed="4,000,010"),
    notebook("About 86,000 characters.", printed="85,766"),
    notebook("Right in 77% of all, 23.5 % more.", printed="0.77 23.5%"),
    notebook("A rate of 0.05, 150 updates and lengths 5 to 40.", source="f(0.05, 150, range(5, 41))"),
    notebook("It is $-0.25$, or $x_{17}^{18}$ and $h_{50}$, `a[99]`, [here](http://a.b/(77)99).", printed="-0.25"),
    notebook("In 1990, lessons 13 to 15, exercise 12, 45 minutes, the 64-bit float, ten words, 3 units."),
    notebook("x", shown=ALT.format("6.7"), printed="6.69"),
    notebook("x", shown=QUIZ.format("50"), plain="50"),
]


@pytest.mark.parametrize("nb", GOOD, ids=range(len(GOOD)))
def test_a_figure_that_is_shown_passes(nb):
    assert figures_are_shown(nb) == []


def test_takeaways_may_name_what_any_section_shows():
    nb = notebook("## One", printed="0.58")
    nb["cells"].append(v4.new_markdown_cell("## Takeaways\n\nIt ends at 0.58, not at 0.59."))
    assert len(figures_are_shown(nb)) == 1
