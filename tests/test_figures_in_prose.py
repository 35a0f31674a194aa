"""Every figure in the prose of a lesson is printed there or stands in its code, and the rule finds one that is not."""

import json
from pathlib import Path

import execute_notebooks
import numpy as np
import pytest
from explorers.test_one_cell import moves
from figures_in_prose import exercises_figures_are_shown, figures_are_shown, figures_of, is_shown, reasons
from nbformat import v4

from helpers import explorers
from helpers.exercises import topics
from helpers.explorers.gates import half_life
from helpers.grading import derive

ON_THE_DATA = "printed in “Look at the data”"

NAMED = {
    "01_why_a_fixed_network_fails": {"200": "a stop of the slider T", "300": "a stop of the slider H"},
    "02_tokens_and_one_hot_vectors": {
        "16,206": "printed in “What white space gets wrong”",
        "15,000": "16,206 - 1,000, rounded",
        "21%": "25.7% - 4.6%",
    },
    "03_one_rnn_cell": {
        "0.002": "1 - 0.999²",
        "0.1": "a bias of `toy`",
        "0.2": "what “was” brings, an input weight of `toy`",
        "0.4": "what “was” brings, an input weight of `toy`",
    },
    "04_unrolling": {
        "20": "the end of the slider “Times it is read”",
        "1.000001": "1 and the nudge of the next cell",
        "0.4": "an example: 0.4 millionths / 1 millionth",
    },
    "05_backpropagation_through_time": {
        "0.75": "2 * 0.5 * (1 - 0.5²)",
        "3.25": "0.5 * 2 + 0.75 * 3",
        "0.006": "-0.060 * 0.6 + (-0.104) * (-0.4), rounded",
    },
    "06_training_on_a_text": {
        "138": "how `sonnets.sonnets` divides the text",
        "99": "100 updates - 1",
        "16": "how `sonnets.sonnets` divides the text",
        "0.6": "a number drawn, in the example",
        "0.07": "where the wall stands, in the picture of its cell",
    },
    "11_recurrence_without_the_loop": {
        "512": "counted in “A scan in a few lines”",
        "511": "512 - 1",
        "256": "512 / 2",
        "16": "counted in “A scan in a few lines”",
        "96": "8 letters * 12 units",
        "0.1": "0.5 * 0.2, and the sum of the worked kernel",
        "0.4": "an input of the worked kernel",
    },
    "07_the_four_types": {},
    "08_short_term_memory": {},
    "09_gates": {"12": "a stop of the slider of the input weight"},
    "10_reading_both_ways_attending_aligning": {"0.001": "0.00101, rounded"},
    # applications
    "forecasting": {
        "54": "216 test quarters / 4",
        "500": "draws of applications.interval",
        "24": "solar cycles that peaked from 1749 to 2008, or half of one",
        "15": "of them before 1915",
        "33": "LENGTH / 4",
        "40": "160 validation quarters / 4",
        "18": "54 years / 3",
        "0.8": "the share between the quantiles that are asked for",
        "16": "units, in “The model”",
    },
    "image_captioning": {
        "1,797": "all digits of the archive",
        "91": "7 * 13",
        "4.0": "the version of a licence",
        "100": "the largest BLEU",
    },
    "movie_rating": {"0.9": "0.890, rounded", "0.5": "0.518, rounded", "8,000": ON_THE_DATA},
    "named_entities": {
        "33": "data.named_entities",
        **dict.fromkeys(("15", "20", "55"), ON_THE_DATA),
        "40": "2 * 20 templates; 39, 42 and 37 %, rounded",
        "30": "600 test sentences / 20 templates; the longest of the sentences chosen",
        "500": "draws of applications.interval",
        "0.15": "0.72 - 0.57",
        "0.57": "printed in “Train it”",
        "0.9": "of Lample and others",
        **dict.fromkeys(("0.636", "0.695"), "printed in “Forbid what makes no sense”"),
        "0.06": "0.432 - 0.370, rounded",
    },
    "next_word": {
        "75": "100 - 25, the share of unknown words",
        "37": "Shakespeare's plays",
        "16": "sentences in a batch of “Train it”",
    },
    "parts_of_speech": {
        "500": "texts of the corpus; draws of applications.interval",
        "12": "the coarse tags",
        "170": ON_THE_DATA,
        "1,000": "2 in 1,000 are 0.965 - 0.963",
        "0.02": "0.018 to 0.021, rounded",
    },
    "sentiment": {
        "0.69": "-ln 0.5",
        "0.5": "a guess between two",
        "0.99": "sigmoid(1.5 * 3)",
        "0.57": "sigmoid(1.5 * 0.2)",
        "0.2": "a rating, as an example",
        "3.5": "a rating, as an example",
        "20": "the most frequent length, in the picture of its cell",
        **dict.fromkeys(("608", "8,000"), ON_THE_DATA),
    },
    "speech_recognition": {
        "3,000": "2,100 + 300 + 600",
        "72": "6 voices, 2 networks, 2 rates of dropout, 3 seeds",
        **dict.fromkeys(("13", "200", "400", "600"), ON_THE_DATA),
        **dict.fromkeys(("0.05", "0.11"), "printed in “What they reach on voices they know”"),
        **dict.fromkeys(("0.10", "0.39"), "printed in “Each voice in turn”"),
    },
    "text_generation": {
        "15": "16 characters with the one that is to come",
        "100": "per cent: all",
        "128": "units, in “The model”",
        "1.5": "a temperature, its names printed in “Let them write”",
    },
    "translation": {
        "9,999": "8,500 + 500 + 1,000 numbers from 0 on",
        "1,900": "where a hundred begins",
        "1,999": "the hundred that begins with 1,900",
        "1,100": "where a hundred begins",
        "1,199": "the hundred that begins with 1,100",
        "75": "1,500 / 20",
        "500": ON_THE_DATA,
        "1,000": "the numbers below it are all trained with",
        "1,500": "updates, in “Train it”",
    },
}
"""Lesson or application -> figure -> what it follows from."""

ROOT = Path(__file__).parents[1]

STORY = "of the exercise's story"

NAMED_IN_EXERCISES = {
    "attention": {"0.74": "1 - 0.26", "4.1": STORY},
    "backpropagation": {"1e-13": "an order of magnitude near the precision of float64"},
    "fixed_networks": {"4,999": "(10^9 - 10) // (20,000 * 10), rounded down", "21": STORY, "80": STORY},
    "forecasting": {"54": "216 test quarters / 4"},
    "four_types": {"96": "100 * 0.96 < 30 / 31", "97": STORY, "85": STORY, "0.97": STORY, "0.74": "0.97 ** 10"},
    "gates": {"0.37": "-ln(ln 2)", "2.3": "ln 10"},
    "image_captioning": {"80": STORY, "80.6": STORY, "81.0": STORY, "99.5": STORY, "0.4": "81.0 - 80.6"},
    "movie_rating": {"1.2": "0.96 / 0.80"},
    "named_entities": {"90": STORY},
    "one_cell": {
        "0.000001": "the bound that the check asks for",
        "1.9": "the range that the check draws from",
        "1,000,000": "the bound that the check asks for",
    },
    "parts_of_speech": {key: "of the application's tables, in per cent" for key in ("87", "92", "94")},
    "scans": {
        "60": "the smallest n that the check asks for",
        "200": "the largest",
        "400": "the most factors that it takes",
        "3.4e38": "the largest float32",
        "2.9e-39": "1 / 3.4e38",
    },
    "text_generation": {"99": STORY},
    "translation": {"0.3": "the bound that the check asks for"},
    "unrolling": {"50": STORY},
}
"""Assignment -> figure -> what it follows from."""

FIRST_MOVES, SECOND_MOVES, THIRD_MOVES = moves()
REASONS = {
    "canvas_captions": [24],  # the end of “First: across”
    "eigenvalue_memory": [np.log(2), 0.5 ** (1 / 100), 24, 45],  # two angles
    "forget_gate": np.round([half_life(5), half_life(6)]),
    "influence": [0.125],  # a stop of the slider, as in the next three
    "next_letter": [0.5],
    "truncation": [3.5],
    "writer": [0.5],
    "one_unit": np.tanh([2, 4]),
    "state_plane": [
        min(THIRD_MOVES),
        *np.ceil(100 * np.array([max(SECOND_MOVES), max(FIRST_MOVES)])) / 100,
    ],  # “at most”
}
"""Explorer -> what the figures in its answer's reason follow from. The notebook shows a reason to those who have answered."""

PATHS = [path for path in execute_notebooks.notebooks() if "_exercises" not in path.stem]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_lists_name_every_lesson_and_application():
    assert {*NAMED} == {path.stem for path in PATHS}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_figure_is_shown(path):
    complaints = figures_are_shown(load(path), NAMED[path.stem])
    assert not complaints, "\n".join([path.name, *complaints])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_figure_is_named_in_vain(path):
    complaints = figures_are_shown(load(path))
    assert all(any(f": {figure} in" in complaint for complaint in complaints) for figure in NAMED[path.stem])


def lesson_of(assignment):
    lesson = topics.LESSONS.get(assignment)
    notebook = lesson.notebook if lesson else f"applications/{assignment}"
    return load(ROOT / "notebooks" / f"{notebook}.ipynb")


@pytest.mark.parametrize("assignment", derive.assignments())
def test_every_figure_of_an_assignment_is_shown(assignment):
    nb, lesson = load(derive.source_path(assignment)), lesson_of(assignment)
    named = NAMED_IN_EXERCISES.get(assignment, {})
    complaints = exercises_figures_are_shown(nb, lesson, named)
    assert not complaints, "\n".join([assignment, *complaints])
    prose = "".join("".join(cell["source"]) for cell in nb["cells"] if cell["cell_type"] == "markdown")
    assert [figure for figure in named if figure not in prose] == []


WHYS = dict(
    reason
    for path in sorted((ROOT / "helpers" / "explorers").glob("*.py"))
    for reason in reasons(path.read_text("utf-8"))
)


@pytest.mark.parametrize("name", explorers.__all__)
def test_every_figure_of_a_predictions_reason_is_computed(name):
    shown = [figure for figure in figures_of(WHYS[name]) if not is_shown(figure, ())]
    assert all(is_shown(figure, REASONS.get(name, ())) for figure in shown), shown
    assert all(any(is_shown(figure, [value]) for figure in shown) for value in REASONS.get(name, ()))


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
    (notebook("x", source="show('ends at 6.9')", shown=ALT.format("6.9"), printed="6.69"), "6.9"),
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


def test_what_stands_before_a_heading_belongs_to_the_section_before_it():
    nb = notebook("x", printed="0.12")
    nb["cells"] += notebook("It was 0.12, not 0.58.\n\n## Two\n\nIt ends at 0.58, not at 0.12.", printed="0.58")[
        "cells"
    ]
    assert [text.split()[2] for text in figures_are_shown(nb)] == ["0.58", "0.12"]


def test_a_single_digit_is_no_rounding():
    nb = notebook("It falls to 0.4, or 0.38, or 0.006.", printed="0.384 0.0057")
    assert [text.split()[2] for text in figures_are_shown(nb)] == ["0.4", "0.006"]
    assert figures_are_shown(notebook("It falls to 0.4.", printed="0.40")) == []


def test_an_alt_text_may_be_made_of_values():
    nb = notebook(
        "x", source="figures.show(fig, f'The held-out curve ends at {end:.1f}, above all')", shown=ALT.format("6.9")
    )
    assert figures_are_shown(nb) == []
    nb["cells"][1]["source"] = "figures.show(fig, 'The held-out curve ends at 6.9, above all')"
    assert len(figures_are_shown(nb)) == 1


def test_an_assignment_answers_for_what_is_no_worked_number():
    nb = notebook(
        "## Exercise 1\n\nIt fell to 0.58.\n\nWorked number: for x = 0.25 it is\n0.75.\n\nNot 0.44.", source="x"
    )
    complaints = exercises_figures_are_shown(nb, notebook("It ends at 0.58.", printed="0.58"))
    assert len(complaints) == 1 and "0.44" in complaints[0]
    assert exercises_figures_are_shown(nb, notebook("x", printed="0.44"), {"0.58"}) == []


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
