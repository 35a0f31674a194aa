"""Check the status sentences of the applications' explorers, with simple functions in place of networks."""

import base64
import io
import wave

import numpy as np
import pytest

from helpers import explorers, sound, text
from helpers.data.captions import WORDS, DigitImage
from helpers.explorers import image_captioning

ENGLISH = text.Vocabulary([["ninety", "-", "one", "two"]])
TRUTHS = {"ninety-one": "quatre-vingt-onze", "two": "deux"}


def always_91(ids):
    said = ["quatre", "-", "vingt", "-", "onze"]
    return said, np.full(5, 0.9), np.full((5, len(ids)), 1 / len(ids))


def nothing(ids):
    return [], np.zeros(0), None


@pytest.fixture
def translation():
    return explorers.translation(ENGLISH, {"attending": always_91, "silent": nothing}, TRUTHS).explorer


def typed(explorer, **values):
    for name, value in values.items():
        explorer.controls[name].widget.value = value
    assert explorer.error is None
    return explorer.status


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Ninety-One", "It writes “quatre-vingt-onze”. Right."),
        ("two", "Wrong: it is “deux”."),
        ("two one", "no number from 0 to 9,999"),
        ("one dog", "Not in its vocabulary, so read as <unk>: “dog”."),
        ("one " * 40, "Only the first 10 words were read."),
        (" ", "Nothing is typed yet"),
    ],
)
def test_a_translation_is_checked_and_odd_input_gets_a_sentence(translation, sentence, said):
    assert said in typed(translation, sentence=sentence)


def test_a_network_without_attention_may_write_nothing(translation):
    said = typed(translation, network="silent", sentence="two")
    assert "It writes “nothing at all”." in said
    assert "only the state after the last word" in said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("The dog sees the man.", "It writes “sie sagt, dass”."),
        ("the dog sees a unicorn", "Not in its vocabulary, so read as <unk>: “a”, “unicorn”."),
        ("the dog " * 10, "Only the first 12 words were read."),
        ("two hundred", "None of these words is in its vocabulary"),
        (" . ", "Nothing is typed yet"),
    ],
)
def test_a_german_sentence_is_written_with_its_comma(sentence, said):
    def always(ids):
        return ["sie", "sagt", ",", "dass"], np.full(4, 0.9), np.full((4, len(ids)), 1 / len(ids))

    words = text.Vocabulary([["the", "dog", "sees", "man"]])
    assert said in typed(explorers.german(words, {"attending": always}).explorer, sentence=sentence)


def reads_the_first_column(sound):
    """A perfect network: it outputs a sound's first number, its digit, in the second of every four steps."""
    p = np.zeros((len(sound) // 2, 11))
    p[:, 0] = 1
    for at in range(1, len(p), 4):
        p[at] = np.eye(11)[int(sound[2 * at, 0]) + 1]
    return p


@pytest.fixture
def spoken():
    recordings = {(v, d): [np.full((8, 13), float(d))] * (2 + v) for v in (0, 3) for d in range(10)}
    recordings[3, 7] = [np.full((8, 13), 1.0)] * 2
    return explorers.spoken_string({"perfect": reads_the_first_column}, recordings, step=2).explorer


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("907", "It hears 9 0 7. Right. A digit is said in 3 steps of 12."),
        ("3 3", "It hears 3 3. Right."),
        ("12345678", "Only the first 6 digits are played."),
        ("a1b", "Left out, because only the digits 0 to 9 are read: “a”, “b”."),
        ("²", "There is no digit in “²”"),
        (" ", "Nothing is typed yet"),
    ],
)
def test_typed_digits_are_joined_and_heard(spoken, digits, said):
    assert said in typed(spoken, digits=digits)


def test_voices_have_recordings_of_their_own(spoken):
    assert "Right." in typed(spoken, digits="7", voice="voice 1")
    assert "It hears 1. Wrong: it was 7." in typed(spoken, voice="voice 4")
    assert spoken.controls["take"].widget.max == 2, "as many as every digit and voice has"


def test_what_is_shown_can_be_heard(spoken):
    label, play = spoken.listen
    for digits, samples in [("907", 200 * (3 * 8 - 1)), ("", 200)]:
        spoken.move(digits=digits)
        with wave.open(io.BytesIO(play())) as file:
            content = np.frombuffer(file.readframes(file.getnframes()), np.uint8)
            assert file.getframerate() == 8000 and len(content) == samples
        assert (np.ptp(content) > 100) == bool(digits), "as loud as can be, or silent"
    assert label == "Hear it as a whisper"


def test_a_voice_of_ones_own_takes_the_place_of_what_is_typed():
    given = []

    def network(frames):
        given.append(frames)
        return np.eye(11)[[0, 8, 8, 0, 3]]

    recordings = {(0, digit): [np.ones((8, 13))] for digit in range(10)}
    explorer = explorers.spoken_string({"N": network}, recordings, step=2).explorer
    said = np.concatenate([np.zeros(4000), np.random.default_rng(0).uniform(-0.5, 0.5, 1600), np.zeros(4000)])
    whole = np.round(said * 2**15).astype("<i2")
    explorer.move(recorded=base64.b64encode(whole.tobytes()).decode())
    clear = "Clear it to hear typed digits again."
    assert explorer.status == f"In your recording it hears 7 2. A digit is said in 3 steps of 5. {clear}"
    np.testing.assert_array_equal(given[-1], sound.mfcc(whole[3800:5800] / 2**15))
    explorer.move(recorded=base64.b64encode(bytes(8000)).decode())
    assert explorer.status == f"The recording is silent. Is the microphone on? {clear}" and len(given) == 2
    explorer.move(recorded="")
    assert explorer.status.startswith("It hears 7 2. Wrong: it was 3 1 4 1 5.")


def test_a_drawn_digit_is_made_as_tall_as_its_place_and_stands_in_the_middle():
    ink = np.zeros((32, 32), dtype=bool)
    assert not image_captioning.as_pixels(ink).any()
    ink[20:28, 2:4] = True  # a small stroke in a corner: 8 points high, 2 wide
    pixels = image_captioning.as_pixels(ink)
    assert pixels.sum() * 16 == 32 * 8 and (pixels[:, 3:5] == 1).all()
    ink[:] = True
    assert (image_captioning.as_pixels(ink) == 1).all()


def test_what_is_drawn_takes_the_place_of_what_is_typed():
    images = [DigitImage(np.full((8, 8), 0.5), digit, "thin") for digit in range(10)]
    seen = []

    def caption(strip):
        seen.append(strip)
        return ["one", "digit"], np.zeros((2, 5))

    explorer = explorers.digit_captions(caption, images).explorer
    drawn = np.zeros((32, 160), dtype=bool)
    drawn[:, 40:48], drawn[:, 64:96] = True, True  # in the second place a stroke, the third one full
    explorer.move(places="3.5..", drawn=np.packbits(drawn).tobytes().hex())
    means = [piece.mean() for piece in np.split(seen[-1], 5, axis=1)]
    assert means == [0.5, 0.25, 1.0, 0.0, 0.0] and "There are 3 digits" in explorer.status
    explorer.move(places="")
    assert "Nothing is typed" not in explorer.status


def looks_at_ink(canvas):
    """A perfect network for digits made of rows of the same ink, a tenth of their value: it looks where each begins."""
    corners = [(column, row) for column in range(25) for row in range(13) if begins_at(canvas, row, column)]
    looked = np.zeros((len(corners) + 1, 7, 13))
    for step, (column, row) in enumerate(corners):
        looked[step, row // 2, column // 2] = 1
    return [WORDS[round(10 * canvas[row, column])] for column, row in corners], looked


def begins_at(canvas, row, column):
    above, left = np.pad(canvas, 1)[row, column + 1], np.pad(canvas, 1)[row + 1, column]
    return canvas[row, column] > 0 and above == 0 and left == 0


def test_digits_are_moved_on_a_canvas_and_read_from_left_to_right():
    images = [DigitImage(np.full((8, 8), digit / 10), digit, "thin") for digit in range(10)]
    explorer = explorers.canvas_captions(looks_at_ink, images).explorer
    looked = "the 3, 2 pixels down; the 7, 10 pixels down."
    assert explorer.status == f"Hand 1. It says: “three seven”. Right. Word by word it looks most at {looked}"
    explorer.move(across=24)
    assert explorer.status.startswith("Hand 1. It says: “seven three”. Right. Word by word it looks most at the 7, 10")
    explorer.move(across=14, down=0)
    assert "Two left edges are less than 3 pixels apart" in explorer.status
    explorer.move(across=10, down=8)
    assert "Two digits lie on each other" in explorer.status
    explorer.move(digits="3")
    assert "It says: “three”. Right." in explorer.status and explorer.error is None
    explorer.move(digits="1234", across=0, down=0, across_2=8, down_2=12)
    assert "It says: “one two three four”. Right." in explorer.status


def test_each_keyboard_offers_words_of_its_own():
    def always(vocabulary, word):
        return vocabulary, lambda tokens: np.eye(len(vocabulary))[vocabulary.id(word)]

    stage, press = text.Vocabulary([["thee", "pray", "i"]]), text.Vocabulary([["today", "tonight"]])
    explorer = explorers.keyboards({"plays": always(stage, "thee"), "news": always(press, "today")}).explorer
    unknown = " Not in their vocabulary, so read as <unk>: news “i”, “pray”."
    assert explorer.status == "After “pray”, the first offers: plays “thee” (1.00), news “today” (1.00)." + unknown
    explorer.move(typed="i pray to")
    assert explorer.status == (
        "After “pray”, for a word in “to”, the first offers: plays nothing, news “today” (1.00)." + unknown
    )
    explorer.move(typed="pray ")
    assert "news “pray”." in explorer.status and "plays “" not in explorer.status.partition("Not")[2]


def test_a_forecast_of_three_quantiles_has_a_band():
    years, numbers = 1749 + np.arange(1040) / 4, np.full(1040, 50.0)
    three = np.tile([40.0, 60.0, 90.0], (8, 1))
    networks = {"one": lambda seen: np.full(8, 60.0), "three": lambda seen: three}
    explorer = explorers.sunspots(years, numbers, networks, lambda seen: None).explorer
    assert "the one says 60, the autoregression cannot say" in explorer.status
    explorer.move(network="three")
    assert "the three says 60 (eight chances in ten: 40 to 90), the autoregression" in explorer.status


@pytest.mark.parametrize("explorer", [explorers.entities, explorers.entities_in_news])
@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Anna Berg left Rome", "PER: Anna Berg; LOC: Rome."),
        ("Berg left", "PER: Berg."),
        ("she left", "no name in it."),
    ],
)
def test_a_name_of_several_words_is_said_as_one(explorer, sentence, said):
    tags = ["O", "B-PER", "I-PER", "B-LOC"]
    tag_of = {"Anna": 1, "Berg": 2, "Rome": 3}

    def network(tokens):
        return np.eye(4)[[tag_of.get(token, 0) for token in tokens]]

    assert said in typed(explorer({"N": network}, tags, ENGLISH).explorer, sentence=sentence)
