"""Copies are found whatever their names and order are; honest short answers, starters and broken files are not."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, writes

from helpers.grading import likeness
from helpers.grading.course import Stop
from tests.grading import tiny

pytestmark = pytest.mark.kernel

LONG = '''
def gates(x, h, W):
    """Return the four gates."""
    z = x @ W[0] + h @ W[1]
    i, f, g, o = np.split(z, 4, axis=1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)

def forward(xs, h, c, W):
    states = []
    for t in range(len(xs)):
        i, f, g, o = gates(xs[t], h, W)
        c = f * c + i * g  # the cell
        h = o * np.tanh(c)
        states.append((h, c))
    return states

def loss(states, target):
    total = 0.0
    for h, c in states:
        total += np.sum((h - target) ** 2) / h.size
    return total / max(1, len(states))
'''
COPY = '''
# all mine
def how_far(everything: list, wanted: float) -> float:
    """How far off we are"""
    a = 0.0
    for first, second in everything:
        a += np.sum((first - wanted)**2)/first.size   # squared
    return a/max(1, len(everything))

def run_all(words, state, memory, V):
    kept = []
    for n in range(len(words)):
        one, two, three, four = parts(words[n],
                                      state, V)
        memory = two*memory + one*three
        state = four*np.tanh(memory)
        kept.append((state, memory))
    return kept

def parts(w, s, V):
    q = w @ V[0] + s @ V[1]
    one, two, three, four = np.split(q, 4, axis=1)
    return sigmoid(one), sigmoid(two), np.tanh(three), sigmoid(four)
'''
OWN = [
    """
def forward(xs, h, c, W):
    out = {"h": [h], "c": [c]}
    while len(out["h"]) <= xs.shape[0]:
        k = len(out["h"]) - 1
        every = np.concatenate([xs[k], out["h"][k]], axis=-1).dot(np.vstack(W))
        size = every.shape[-1] // 4
        a = 1 / (1 + np.exp(-every[:, : 2 * size]))
        out["c"].append(a[:, size:] * out["c"][k] + a[:, :size] * np.tanh(every[:, 2 * size : 3 * size]))
        out["h"].append(np.tanh(out["c"][-1]) / (1 + np.exp(-every[:, 3 * size :])))
    return list(zip(out["h"][1:], out["c"][1:]))
""",
    """
class Cell:
    def __init__(self, W):
        self.W, self.seen = W, 0

    def __call__(self, x, state):
        h, c = state
        self.seen += 1
        parts = [x @ w_x + h @ w_h for w_x, w_h in zip(*(np.hsplit(w, 4) for w in self.W))]
        return self.finish(c, *parts)

    def finish(self, c, i, f, g, o):
        new = expit(f) * c
        new += expit(i) * np.tanh(g)
        return expit(o) * np.tanh(new), new

def forward(xs, h, c, W):
    cell, state = Cell(W), (h, c)
    return [state := cell(x, state) for x in xs]
""",
]
WORDS = (
    "A recurrent network reads one letter after the other and keeps what it has read in its state, so that the last "
    "state can say something about the whole word, however long the word is, with the same few weights at every step."
)
SAME_WORDS = WORDS.upper().replace(",", " ...").replace(". ", "\n\n")
OTHER_WORDS = (
    "Because the weights are shared between the steps, there is no fixed width: each new input is mixed into a vector "
    "that stands for everything so far, and an output at the end depends on all of it, which a window cannot do."
)


def hand_in(course, learner, nb):
    place = course.submitted / learner / tiny.NAME
    place.mkdir(parents=True)
    text = nb if isinstance(nb, str) else writes(nb)
    (place / tiny.FILE).write_text(text, encoding="utf-8", errors="surrogatepass")


def answered(course, **answers):
    return tiny.answer(tiny.released(course.root), **answers)


def found(course):
    return [(learner, other) for _, learner, other, _ in likeness.most_alike(course, tiny.NAME)]


def test_a_copy_with_other_names_comments_and_order_is_at_the_top(course):
    hand_in(course, "anna", answered(course, step=LONG))
    hand_in(course, "zoe", answered(course, step=COPY))
    for number, code in enumerate(OWN):
        hand_in(course, f"honest{number}", answered(course, step=code))
    [(share, learner, other, where)] = likeness.most_alike(course, tiny.NAME)
    assert (learner, other, where) == ("anna", "zoe", "step")
    assert share > 0.8


def test_it_is_found_in_other_cells_and_beside_much_else_too(course):
    hidden = answered(course, double=OWN[0], last="# " + "x" * 100)
    hidden.cells.insert(0, new_code_cell(COPY[: COPY.index("def run_all")]))
    hidden.cells += [new_code_cell(COPY[COPY.index("def run_all") :]), new_code_cell(OWN[1])]
    for cell in hidden.cells:
        cell.metadata.pop("nbgrader", None)
    hand_in(course, "anna", answered(course, step=LONG))
    hand_in(course, "zoe", hidden)
    [(share, *names, where)] = likeness.most_alike(course, tiny.NAME)
    assert names == ["anna", "zoe"] and share > 0.7 and where == "step"


def test_code_that_does_not_parse_is_compared_too(course):
    hand_in(course, "anna", answered(course, step=LONG + "\ndef more(:"))
    hand_in(course, "zoe", answered(course, step=LONG.replace("states", "s").replace("total", "t") + "\n)"))
    assert found(course) == [("anna", "zoe")]


def test_half_an_emoji_in_json_stops_nothing(course):
    nb = answered(course, step=LONG, why_answer="half " + WORDS)
    hand_in(course, "anna", writes(nb).replace("half", "\\ud83d"))
    hand_in(course, "zoe", answered(course, why_answer=SAME_WORDS))
    assert found(course) == [("anna", "zoe")]


def test_copied_words_are_found_and_ones_own_are_not(course):
    for learner, text in {"anna": WORDS, "ben": OTHER_WORDS, "zoe": SAME_WORDS}.items():
        hand_in(course, learner, answered(course, why_answer=text))
    [(share, *names, where)] = likeness.most_alike(course, tiny.NAME)
    assert names == ["anna", "zoe"] and where == "why" and share > 0.9


def test_words_without_spaces_are_compared_too(course):
    text = "循环网络一个字母一个字母地读，并把读过的内容保存在状态里，所以最后的状态可以说明整个单词，不管单词有多长。"
    hand_in(course, "anna", answered(course, why_answer=text))
    hand_in(course, "zoe", answered(course, why_answer=text.replace("，", " ")))
    assert found(course) == [("anna", "zoe")]


def test_honest_short_answers_are_no_copies(course):
    for learner in ("anna", "ben"):
        hand_in(course, learner, answered(course, **tiny.RIGHT, why_answer="It has no memory of the first word."))
    assert found(course) == []


def test_blank_starters_are_not_alike(course):
    for learner in ("anna", "ben"):
        hand_in(course, learner, tiny.released(course.root))
    assert found(course) == []


def test_what_more_than_a_third_wrote_is_the_obvious_answer(course):
    for number in range(4):
        hand_in(course, f"usual{number}", answered(course, step=LONG))
    for number in range(2):
        hand_in(course, f"pair{number}", answered(course, step=OWN[0]))
    for number in range(5):
        hand_in(course, f"blank{number}", tiny.released(course.root))
    assert found(course) == [("pair0", "pair1")]
    hand_in(course, "blank5", tiny.released(course.root))
    assert len(found(course)) == 1 + 6


def test_what_was_given_out_is_nobodys(course):
    given = tiny.released(course.root)
    tiny.at(given, "setup").source += "\n" + LONG
    (course.work / "release" / tiny.NAME / tiny.FILE).write_text(writes(given))
    for learner in ("anna", "ben"):
        hand_in(course, learner, answered(course, step=COPY))
    assert found(course) == []


BAD = {
    "broken": "{",
    "list": "[]",
    "no_cells": '{"cells": 3}',
    "odd_cells": json.dumps({"cells": [3, None, {}, {"cell_type": [], "source": [1, None], "metadata": []}] * 3}),
    "odd_names": json.dumps({"cells": [{"metadata": {"nbgrader": {"grade_id": ["x"]}}, "source": {"a": "b"}}]}),
    "nested": "[" * 100_000,
    "many": '{"cells": [' + "{}," * 1_000_001 + "{}]}",
}


@pytest.mark.parametrize(
    "code",
    [
        "-" * 40_000 + "1",
        "a" + "[0]" * 16_000,
        "(" * 45_000,
        "x = 1\n" * 8_000,
        "1" * 5_000,
        "\x00",
        "'\ud83d'",
        '"""' * 9_999,
    ]
    + ["x = 1\n" * 400_000],
    ids=range(9),
)
def test_hostile_code_stops_nothing(course, code):
    nb = answered(course, step=LONG)
    nb.cells.insert(0, new_code_cell(code))
    hand_in(course, "bad", writes(nb))
    hand_in(course, "anna", answered(course, step=COPY))
    assert found(course) == [("anna", "bad")]


def test_a_submission_that_cannot_be_read_stops_no_other(course, tmp_path):
    for learner, text in BAD.items():
        hand_in(course, learner, text)
    (course.submitted / "nothing" / tiny.NAME).mkdir(parents=True)
    (tmp_path / "secret.ipynb").write_text(writes(answered(course, step=LONG)))
    (course.submitted / "link" / tiny.NAME).mkdir(parents=True)
    (course.submitted / "link" / tiny.NAME / tiny.FILE).symlink_to(tmp_path / "secret.ipynb")
    for learner, code in {"anna": LONG, "zoe": COPY}.items():
        hand_in(course, learner, answered(course, step=code))
    assert found(course) == [("anna", "zoe")]


def test_at_most_two_million_characters_are_read(course, monkeypatch):
    monkeypatch.setattr(likeness, "MAX_SOURCE_CHARACTERS", 3_000)
    nb = answered(course, step=LONG)
    nb.cells[0:0] = [new_code_cell("x = 1\n" * 400)] * 5
    hand_in(course, "anna", nb)
    kinds = {"step": "code"}
    kept = likeness.documents(course.submitted / "anna" / tiny.NAME / tiny.FILE, kinds)
    assert (sum(len(text) for *_, text in kept), kept[0]) == (pytest.approx(2_700, abs=300), ("code", "step", LONG))


def test_the_table_is_plain_and_says_that_it_is_no_proof(course, capsys):
    hand_in(course, "anna", answered(course, step=LONG))
    hand_in(course, "z\x1b[2J", answered(course, step=COPY))
    likeness.print_likeness(course, tiny.NAME)
    printed = capsys.readouterr().out
    assert r"z\x1b[2J" in printed and "\x1b" not in printed and "Likeness is no proof" in printed


def test_nothing_alike_is_said_and_nothing_given_out_too(course, capsys):
    likeness.print_likeness(course, tiny.NAME)
    assert "no two submissions agree" in capsys.readouterr().out
    with pytest.raises(Stop, match="not given out yet"):
        likeness.most_alike(course, "other")


def test_a_notebook_of_other_cells_is_no_answer_but_counts(course):
    for learner, text in {"anna": WORDS, "zoe": SAME_WORDS}.items():
        nb = tiny.released(course.root)
        nb.cells.append(new_markdown_cell(text))
        hand_in(course, learner, nb)
    [(_, *names, where)] = likeness.most_alike(course, tiny.NAME)
    assert (names, where) == (["anna", "zoe"], likeness.BESIDE)
