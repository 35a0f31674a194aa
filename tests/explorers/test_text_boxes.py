"""Every text box of the course: nothing typed, nothing known, left-out characters and endless words get a sentence."""

import re
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest

from helpers import explorers, models
from helpers.data import DigitImage
from helpers.experiments.summaries import Summaries
from helpers.explorers.shared import left_out, short
from helpers.text import Vocabulary
from helpers.widgets.explorer import Nothing

WORDS = Vocabulary([["food", "was", "nice", "but", "service", "wasn't", "film", "the", "one", "two"]])
LETTERS = Vocabulary([list("abcdefghijklmnopqrstuvwxyz")])
V, H = len(WORDS), 5
RNG = np.random.default_rng(0)
LONG = "x" * 5000


def weights(D, H=H, K=2):
    """Return the weights of a network with D inputs, H units and K answers, and with fixed first units."""
    sizes = dict(W_xh=(D, H), W_hh=(H, H), b_h=(H,), W_hy=(H, K), b_y=(K,))
    return {name: np.random.default_rng(1).normal(size=size) for name, size in sizes.items()}


def shuffled_words():
    return explorers.shuffled_words(WORDS, models.RNNClassifier(V, H, 2, RNG), lambda tokens: 0.5)


def four_types(kind):
    network = weights(V)
    made = explorers.four_types(
        WORDS,
        LETTERS,
        WORDS,
        ["N", "V"],
        network,
        weights(len(LETTERS), K=len(LETTERS)),
        weights(V, K=2),
        {name: network[name] for name in ("W_xh", "W_hh", "b_h")},
        weights(V, K=V),
    )
    made.explorer.controls["kind"].widget.value = kind
    return made


def summaries():
    task = Summaries([["food", "was", "nice"]])
    sizes = len(task.vocabulary), len(task.replies), H
    networks = [models.Summariser(*sizes, np.random.default_rng(0), attends) for attends in (False, True)]
    return explorers.summaries(task, *networks)


def two_tags(tokens):
    return np.full((len(tokens), 2), 0.5)


TYPES = ["many to one", "one to many", "many to many, equal", "many to many, unequal"]
MAKE = {
    "shuffled_words": shuffled_words,
    "one_hot_rows": lambda: explorers.one_hot_rows(WORDS),
    "unrolled": lambda: explorers.unrolled(WORDS, models.RNNClassifier(V, H, 2, RNG)),
    "sampling_temperature": lambda: explorers.sampling_temperature(LETTERS, weights(len(LETTERS), K=len(LETTERS))),
    "wiring": explorers.wiring,
    **{f"four_types, {kind}": lambda kind=kind: four_types(kind) for kind in TYPES},
    "last_capital": lambda: explorers.last_capital(models.LSTMClassifier(8, 12, 4, RNG)),
    "both_ways": explorers.both_ways,
    "attention": lambda: explorers.attention(
        lambda sentence: np.full((len(sentence.split()), 2), 0.5), {"food", "nice"}
    ),
    "summaries": summaries,
    "sentiment": lambda: explorers.sentiment({"N": (WORDS, lambda ids: np.full(len(ids), 0.5))}),
    "movie_rating": lambda: explorers.movie_rating({"N": (WORDS, lambda ids: np.full(len(ids), 3.0))}),
    "parts_of_speech": lambda: explorers.parts_of_speech({"N": two_tags}, ["NOUN", "VERB"], WORDS),
    "entities": lambda: explorers.entities({"N": two_tags}, ["B-PER", "O"], WORDS),
    "entities_in_news": lambda: explorers.entities_in_news({"N": two_tags}, ["B-PER", "O"], WORDS),
    "next_word": lambda: explorers.next_word({name: lambda tokens: np.full(V, 1 / V) for name in "MN"}, WORDS),
    "keyboards": lambda: explorers.keyboards(
        {kind: (WORDS, lambda tokens: np.full(V, 1 / V)) for kind in ("plays", "news")}
    ),
    "translation": lambda: explorers.translation(
        WORDS, {"N": lambda ids: (["un"], np.ones(1), np.full((1, len(ids)), 1 / len(ids)))}, {"one": "un"}
    ),
    "german": lambda: explorers.german(
        WORDS, {"N": lambda ids: (["der"], np.ones(1), np.full((1, len(ids)), 1 / len(ids)))}
    ),
    "spoken_string": lambda: explorers.spoken_string(
        {"N": lambda sound: np.full((len(sound) // 2, 11), 1 / 11)},
        {(0, digit): [np.ones((8, 13))] for digit in range(10)},
        step=2,
    ),
    "digit_captions": lambda: explorers.digit_captions(
        lambda strip: (["no", "digit"], np.zeros((2, 5))),
        [DigitImage(np.ones((8, 8)), digit, "thick") for digit in range(10)],
    ),
    "canvas_captions": lambda: explorers.canvas_captions(
        lambda canvas: (["one"], np.zeros((2, 7, 13))),
        [DigitImage(np.ones((8, 8)), digit, "thick") for digit in range(10)],
    ),
    "next_letter": lambda: explorers.next_letter({"N": lambda *_: (np.full(27, 1 / 27), ["ma"] * 8)}, set()),
    "writer": lambda: explorers.writer(weights(5, K=5), "\n aeh", {"he"}),
    "tunes": lambda: explorers.tunes(lambda *_: "ABcd|", lambda *_: b"", {"reel": 8}, ["G"]),
}


@pytest.fixture(scope="module", params=MAKE)
def box(request):
    """Return the name of an explorer and a function that types a text into each of its boxes: box name -> sentence."""
    explorer = MAKE[request.param]().explorer

    def type_into(text):
        said = {}
        for name, control in explorer.controls.items():
            if isinstance(control.widget, widgets.Text):
                before = control.widget.value
                control.widget.value = text
                assert explorer.error is None, explorer.error
                said[name] = explorer.status
                control.widget.value = before
        return said

    return request.param.partition(",")[0], type_into


def test_every_explorer_with_a_text_box_is_here():
    folder = Path(explorers.__file__).parent
    boxes = sum(len(re.findall(r"=(?:text_box|text)\(", file.read_text())) for file in folder.glob("*.py"))
    assert boxes == len({name.partition(",")[0] for name in MAKE} - {"sentiment", "parts_of_speech", "entities"}) + 2
    assert {name.partition(",")[0] for name in MAKE} <= set(explorers.__all__)


BEGINS = {
    "sampling_temperature": "At the start of a word",
    "next_letter": "At the start of a name",
    "keyboards": "At the start of a sentence",
    "next_word": "At the start of a sentence",
    "writer": "From the start of a line",
}


@pytest.mark.parametrize("empty", ["", "   ", "\t\u00a0", "\u200b\ufeff"])
def test_where_nothing_is_typed_a_sentence_says_so(box, empty):
    name, type_into = box
    for said in type_into(empty).values():
        assert said.startswith(BEGINS.get(name, "Nothing is typed yet")), said


STRANGE = "שלום 你好 ☃"


def test_where_nothing_is_known_a_sentence_says_so(box):
    name, type_into = box
    says = {
        "both_ways": "",  # it makes up the numbers of every word, so it knows all
        "sampling_temperature": "Left out, because only the letters of its vocabulary are read: “ש”, “ל”, “ו”, ...",
        "last_capital": "None of its letters is typed, so",
        "spoken_string": "There is no digit in",
        "digit_captions": "Left out, because only digits, and dots for empty places, are read: “ש”",
        "canvas_captions": "Left out, because only digits are read: “ש”",
        "next_letter": "Left out, because only the letters a to z are read: “ש”",
        "tunes": "Left out, because only notes, rests, bar lines and signs for their length are read: “ש”",
        "writer": "Left out, because only the letters and signs of its text are read: “ש”",
        "one_hot_rows": "None of these tokens is in its vocabulary",
        "wiring": "A wiring is written with x, y and - alone, not with “",
    }
    for said in type_into(STRANGE + " ").values():
        spells = "None of its letters is in this text"
        assert says.get(name, "None of these words is in its vocabulary") in said or spells in said, said


def test_a_network_that_knows_none_of_the_words_draws_nothing_and_gives_no_number():
    for name in (
        "attention",
        "summaries",
        "shuffled_words",
        "unrolled",
        "sentiment",
        "movie_rating",
        "translation",
        "german",
        "keyboards",
        "next_word",
    ):
        explorer = MAKE[name]().explorer
        for control in explorer.controls.values():
            if isinstance(control.widget, widgets.Text):
                control.widget.value = STRANGE + " "
        assert isinstance(explorer.status, Nothing) and not re.search(r"\d", explorer.status), explorer.status
        drawn = np.asarray(explorer._canvas.buffer_rgba()).copy()
        explorer._canvas.restore_region(explorer._background)
        assert np.array_equal(drawn, np.asarray(explorer._canvas.buffer_rgba()))


def test_after_nothing_the_picture_comes_back():
    explorer = MAKE["unrolled"]().explorer
    control = explorer.controls["sentence"].widget
    before, was = explorer.view.value, control.value
    control.value = ""
    control.value = was
    assert explorer.view.value == before


@pytest.mark.parametrize(
    "endless",
    [
        *(LONG, f"food {LONG} was", f"{LONG} {LONG[1:]} nice", "फ" * 5000, "a" + "\u0301" * 5000, "😀\u200d" * 2500),
        *("d" + "9" * 5000, "1" * 5000, "abcd" * 1500, "-" * 5000, "food " * 5000),
    ],
    ids=lambda text: repr(text[:5]),
)
def test_no_sentence_holds_an_endless_word(box, endless):
    name, type_into = box
    for said in type_into(endless).values():
        longest = max(map(len, said.split()))
        assert longest <= (170 if name == "tunes" else 60) and len(said) <= 1200, said[:300]


@pytest.mark.parametrize(
    "name, typed, said",
    [
        ("last_capital", "A1é b", "are read: “1”, “é”."),
        ("spoken_string", "a1 b", "are read: “a”, “b”."),
        ("digit_captions", "3x.", "are read: “x”."),
        ("next_letter", "jose\u0301", "are read: “e\u0301”."),
        ("sampling_temperature", "d’", "are read: “’”."),
        ("tunes", "d2 ♪ B", "are read: “♪”."),
        ("canvas_captions", "12345", "Only the first four digits count."),
        ("keyboards", "food sushi ", "Not in their vocabulary, so read as <unk>: plays “sushi”, news “sushi”."),
        ("digit_captions", "123456", "Only the first five places count."),
        ("next_letter", "m" * 13, "Only the first 12 letters are read."),
        ("sampling_temperature", "m" * 13, "Only the first 12 letters are read."),
        ("tunes", "d " * 41, "Only the first 80 characters are read."),
        ("shuffled_words", "food " * 21, "Only the first 20 words are read."),
        ("both_ways", "food " * 9, "Only the first 8 words are read."),
        ("attention", "food " * 9, "Only the first 8 words are read."),
        ("attention", "food sushi", "Row (0, 0), so they say nothing themselves: “sushi”."),
        ("summaries", "food " * 15, "Only the first 14 words are read."),
        ("summaries", "food sushi", "Not in its vocabulary, so read as <unk>: “sushi”."),
        ("unrolled", "food sushi", "Not in its vocabulary, so read as <unk>: “sushi”."),
        ("tunes", "d99999", "No note lasts longer than 64 units here, so this one is cut: d99999."),
    ],
)
def test_what_a_box_leaves_out_is_named(name, typed, said):
    explorer = MAKE[name]().explorer
    control = next(c.widget for c in explorer.controls.values() if isinstance(c.widget, widgets.Text))
    control.value = typed
    assert explorer.error is None and said in explorer.status, explorer.status


def test_names_of_the_training_data_get_no_star():
    names = ["ma"] * 3 + ["maxi"] * 5
    explorer = explorers.next_letter({"N": lambda *_: (np.full(27, 1 / 27), names)}, {"ma"}).explorer
    assert "2 different names; 5 of 8 not in the training data" in explorer.status


@pytest.mark.parametrize(
    "word, most, cut",
    [
        ("dinner", 6, "dinner"),
        ("dinners", 6, "dinne…"),
        ("", 6, ""),
        (LONG, 20, "x" * 19 + "…"),
        ("👩\u200d🍳👩\u200d🍳👩\u200d🍳", 8, "👩\u200d🍳👩\u200d🍳…"),
        ("e" + "\u0301" * 5000, 20, "…"),
    ],
)
def test_a_long_word_is_cut_between_characters(word, most, cut):
    assert short(word, most) == cut


def test_left_out_names_each_character_once_and_no_white_space():
    assert left_out("a b\tbca", "a", "a's") == " Left out, because only a's are read: “b”, “c”."
    assert left_out(" a ", "a", "a's") == ""


@pytest.mark.parametrize(
    ("kind", "with_loss"), list(zip(TYPES, ["1 of 3", r"(\d+) of \1", "3 of 3", r"\d of \d+"], strict=True))
)
def test_the_steps_with_a_loss_are_those_of_the_training(kind, with_loss):
    made = four_types(kind).explorer
    made.controls["sentence"].widget.value = "food was nice"
    assert re.search(rf"Steps with a loss in training: {with_loss}\.", made.status), made.status
    assert ("here your letter stands in for that" in made.status) == (kind == "one to many")
