"""The page on a class: what it counts, that it names nobody, and that nothing on it can run."""

import re
from html.parser import HTMLParser

import pytest

from helpers.grading import statistics
from helpers.grading.course import Stop
from tests.grading import big, tiny

pytestmark = pytest.mark.kernel

RIGHT = {"double_check": 3, "last_check": 1, "step_check": 5, "why_answer": 3}


class Page(HTMLParser):
    """The rows of a page's tables as lists of text, its tags, and the alt texts of its pictures."""

    def __init__(self, path):
        super().__init__()
        self.rows, self.tags, self.alts, self.in_cell = [], set(), [], False
        self.html = path.read_text(encoding="utf-8")
        self.feed(self.html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.alts += [value for name, value in attributes if name == "alt"]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self.in_cell:
            self.rows[-1][-1] += data.strip()

    def row(self, first):
        """Return a row of the first table as a dict."""
        [found] = [dict(zip(self.rows[0], row, strict=True)) for row in self.rows if row[0] == first]
        return found


def page(course):
    [path] = statistics.write_statistics(course)
    assert path == course.work / "statistics" / "tiny.html"
    return Page(path)


def said(cell, text, points=0):
    return {cell: {"points": points, "of": 5, "said": text}}


def test_each_exercise_says_how_many_passed_failed_and_left_it_blank(course):
    given = {f"passed{number}": RIGHT for number in range(4)}
    given |= {f"part{number}": RIGHT | {"step_check": 2.5} for number in range(2)}
    given |= {f"failed{number}": RIGHT | {"step_check": 0} for number in range(3)}
    given |= {"blank_check": RIGHT | {"step_check": 0}, "blank_cell": RIGHT | {"step_check": 0}, "new": None}
    big.graded(course, given, {"blank_cell": {"step": ("No response.", "")}, "failed0": {"step": ("", "No.")}})
    big.store(course, "blank_check", tests=said("step_check", "NotYet: step has no body yet: replace the raise line."))
    big.store(course, "failed0", tests=said("step_check", "NotYet: step(1): you have 3, expected 4."))
    found = page(course)
    counts = {"passed": "4", "in part": "2", "failed": "3", "left blank": "2", "mean points": "2.3 of 5"}
    assert found.row("step") == {"exercise": "step"} | counts
    assert found.row("why (in words)")["passed"] == "11"
    assert "12 handed in, 11 graded." in found.html
    assert "step: 4 passed, 2 in part, 3 failed, 2 left blank" in found.alts[1]


def test_marks_that_are_missing_are_no_failures(course):
    given = {f"learner{number}": RIGHT | {"why_answer": None} for number in range(3)}
    big.graded(course, given, waiting=["why_answer"])
    found = page(course)
    assert found.row("why (in words)")["to be marked"] == "3" and found.row("why (in words)")["mean points"] == "–"
    assert "3 with answers that still wait for a mark" in found.html


def test_the_histogram_counts_every_score(course):
    points = [0, 0, 3, 4, 4, 4, 12, 12]
    cells = {"double_check": 0, "last_check": 0, "step_check": 0}
    big.graded(course, {f"learner{n}": cells | {"why_answer": score} for n, score in enumerate(points)})
    found = page(course)
    wanted = "8 scores out of 12 points: 2 from 0 to below 1, 1 from 3 to below 4, 3 from 4 to below 5, 2 from 12 to below 13"
    assert wanted in found.alts[0]
    assert "Mean 4.9, median 4, from 0 to 12 points." in found.html


@pytest.mark.parametrize("of, points", [(1, [0, 0, 1]), (16, [16]), (17, [3.5, 17]), (400, [-2, 399.5, 401]), (0, [0])])
def test_a_histogram_has_few_bars_and_everybody_in_it(of, points):
    fig, alt = statistics.histogram(points, of)
    heights = [bar.get_height() for bar in fig.axes[0].patches]
    assert sum(heights) == len(points) and len(heights) <= 17
    assert sum(map(int, re.findall(r"(\d+) from", alt))) == len(points)


@pytest.mark.parametrize(
    "one, other, sentence",
    [
        (
            "double(2): you have 0, expected 4.",
            "double(-7): you have 1e-05, expected 14.5.",
            "double(…): you have …, expected ….",
        ),
        (
            "W has shape (4, 4), expected (8, 4) = (H + D, H): it is transposed.",
            "W has shape (16,), expected (20, 16) = (H + D, H): it is transposed.",
            "W has shape …, expected … = (H + D, H): it is transposed.",
        ),
        (
            "x first differs at index (0, 1): you have nan.",
            "x first differs at index 3: you have -2.",
            "x first differs at index …: you have ….",
        ),
        ("name 'foo' is not defined", 'name "it\'s" is not defined', "name … is not defined"),
        ("it's `a` in 'b c'", "it's `b` in ''", "it's … in …"),
        ("you have [1, 2, [3, 'a']], expected [].", "you have [4.], expected [].", "you have …, expected []."),
        ("you return [True, 3]", "you return (None, 0.1, 7)", "you return …"),
        ("for [[0.1 0.2]\n [0.3 0.4]] too", "for [1.\n 2.] too", "for … too"),
        ("a is [1, 2, 3", "a is [[1.5", "a is …"),
        ("1, 2 and 3 of them", "4 and 5 of them", "… and … of them"),
        ("items[3] of h_1 and b_h2", "items[12] of h_1 and b_h2", "items[…] of h_1 and b_h2"),
    ],
)
def test_the_same_sentence_with_other_values_counts_as_one(one, other, sentence):
    often, rare = statistics.sentences([f"NotYet: {one}", other, f"NotYet: {other}"])
    assert [(times, text) for times, text, _ in often] == [(3, sentence)] and rare == 0


@pytest.mark.parametrize(
    "one, other",
    [
        ("the bias b_h is missing.", "the bias b_y is missing."),
        ("h_1 is wrong.", "h_2 is wrong."),
        ("W has shape (4, 4).", "b has shape (4, 4)."),
        ("x is of kind 2D.", "x is of kind 3D."),
        ("= (H, D)", "= (D, H)"),
    ],
)
def test_other_sentences_stay_apart(one, other):
    assert statistics.general(one) != statistics.general(other)


def test_a_sentence_is_listed_with_an_example_and_rare_ones_are_only_counted(course):
    big.graded(course, {f"learner{number}": RIGHT | {"step_check": 0} for number in range(6)})
    for number in range(4):
        text = f"NotYet: step({number}): you have {number}, expected 'secret name'."
        big.store(course, f"learner{number}", tests=said("step_check", text))
    big.store(course, "learner4", tests=said("step_check", "my name is Anna"))
    big.store(course, "learner5", tests=said("step_check", "my name is Anna"))
    found = page(course)
    [often] = [row for row in found.rows if row[0] == "4" and len(row) == 2]
    assert often[1].startswith("step(…): you have …, expected ….") and "step(0): you have 0" in often[1]
    assert ["2", "other sentences, each said to fewer than 3 learners"] in found.rows
    assert "Anna" not in found.html and "secret name" not in found.html


@pytest.mark.parametrize("size", [1, 2])
def test_a_group_of_fewer_than_3_is_not_broken_down(course, size):
    big.graded(course, {f"learner{number}": RIGHT for number in range(size)} | dict.fromkeys("abcd"))
    found = page(course)
    assert f"{size + 4} handed in, {size} graded." in found.html and "fewer than 3" in found.html
    assert found.rows == [] and found.alts == []


def test_no_learner_is_named_and_nothing_can_run_or_load(course):
    names = [f"<b>zoë{number}" for number in range(3)]
    big.graded(course, dict.fromkeys([name.replace("<b>", "berg_") for name in names], RIGHT | {"last_check": 0}))
    for name in names:
        text = "<script>alert(1)</script><img src=//evil.org onerror=a> \x1b[2J\u202e & more"
        big.store(course, name.replace("<b>", "berg_"), tests=said("last_check", text))
    found = page(course)
    assert "berg" not in found.html and "zoë" not in found.html
    assert (
        found.tags
        <= set(
            [
                "html",
                "head",
                "meta",
                "title",
                "style",
                "body",
                "h1",
                "h2",
                "h3",
                "p",
                "figure",
                "img",
                "div",
                "table",
                "tr",
                "th",
                "td",
                "span",
            ]
        )
        and "script" not in found.tags
    )
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in found.html
    assert set(re.findall(r'(?:src|href)="(\w+:)', found.html)) == {"data:"}
    assert "&lt;script&gt;alert(…)" in found.html and "\x1b" not in found.html and "\u202e" not in found.html
    assert r"\x1b" in found.html and len(found.alts) == 2 and all(len(alt.split()) > 8 for alt in found.alts)


def test_attempts_are_counted_where_they_are_kept(course):
    big.graded(course, {f"learner{number}": RIGHT for number in range(5)})
    assert len(page(course).alts) == 2
    for number, times in enumerate([1, 2, 2, 40]):
        folder = course.work / "attempts" / tiny.NAME / f"learner{number}"
        folder.mkdir(parents=True)
        for attempt in range(times):
            (folder / f"{attempt}.ipynb").touch()
        (folder / "facts.json").touch()
    wanted = "How many attempts 4 learners made: 1 handed in 1, 2 handed in 2, 1 handed in 12 or more."
    assert page(course).alts[2] == wanted


def test_results_without_what_was_said_still_make_a_page(course):
    big.graded(course, {f"learner{number}": RIGHT for number in range(3)})
    big.store(course, "learner0", tests={"step_check": "odd", "last_check": {"said": None}})
    assert "Nothing is stored of what the checks said." in page(course).html


def test_nothing_graded_gets_one_sentence(course):
    with pytest.raises(Stop, match="Nothing is graded yet"):
        statistics.write_statistics(course)
