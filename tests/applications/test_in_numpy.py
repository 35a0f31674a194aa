"""helpers.applications.in_numpy answers as the notebooks' own PyTorch networks do, on 200 inputs each, to 1e-6.

The networks' classes are read from the notebooks, and get random weights: equal answers do not hang on a training.
"""

import ast
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from helpers import text
from helpers.applications import in_numpy, tagging

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks" / "applications"
CELLS = pytest.mark.parametrize("cell", [torch.nn.RNN, torch.nn.GRU])
INPUTS = 200


@pytest.fixture(autouse=True)
def doubles():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    with torch.no_grad():
        yield
    torch.set_default_dtype(before)


def from_notebook(notebook, *wanted, **names):
    """Return what a notebook defines by these names, functions, classes and numbers: a dict."""
    names |= {"torch": torch, "np": np, "text": text, "__name__": "__main__"}
    names |= {"pack_padded_sequence": pack_padded_sequence, "pad_packed_sequence": pad_packed_sequence}
    found = set()
    for cell in json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or source.lstrip().startswith("%"):
            continue
        for node in ast.parse(source).body:
            defined = getattr(node, "name", None) or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]))
            if defined in wanted:
                exec(ast.unparse(node), names)
                found.add(defined)
    assert found == set(wanted)
    return names


def larger(model):
    """Return a network whose random weights are not small, so that its answers differ."""
    for weight in model.parameters():
        weight.mul_(2)
    return model.eval()


def random_ids(V, seed=0, longest=30):
    rng = np.random.default_rng(seed)
    return [rng.integers(1, V, rng.integers(1, longest)).tolist() for _ in range(INPUTS)]


def vocabulary(size=60):
    return text.Vocabulary([[f"w{i}" for i in range(size - len(text.SPECIAL))]])


def equal(ours, theirs):
    assert np.shape(ours) == tuple(theirs.shape)
    assert np.abs(ours - np.asarray(theirs)).max(initial=0) < 1e-6


@pytest.mark.parametrize("cell, keep_largest", [(torch.nn.RNN, True), (torch.nn.GRU, False)])
def test_reader(cell, keep_largest):
    names = from_notebook("sentiment", "Reader", "after_every_word")
    model = larger(names["Reader"](60, cell, keep_largest))
    reader = in_numpy.Reader(model)
    for ids in random_ids(60):
        equal(reader(ids), names["after_every_word"](model, ids))


@CELLS
def test_rater(cell):
    names = from_notebook("movie_rating", "Rater", "after_every_word")
    model = larger(names["Rater"](60, cell))
    rater = in_numpy.Rater(model)
    for ids in random_ids(60):
        equal(rater(ids), names["after_every_word"](model, ids))


@pytest.mark.parametrize("notebook", ["parts_of_speech", "named_entities"])
@pytest.mark.parametrize("cell, both_ways", [(torch.nn.RNN, True), (torch.nn.GRU, True), (torch.nn.GRU, False)])
def test_tagger(cell, notebook, both_ways):
    sentences = [[f"w{i}" for i in ids] for ids in random_ids(60)]
    encoder = tagging.Encoder(sentences, lambda tokens: [(token[-1], token[:2], str(len(token))) for token in tokens])
    model = larger(from_notebook(notebook, "Tagger", TAGS=list("abcdefg"))["Tagger"](encoder, cell, both_ways))
    tagger = in_numpy.Tagger(model, encoder)
    for tokens in sentences:
        equal(
            tagger([*tokens, "new"]), model(*map(torch.from_numpy, encoder.encode([[*tokens, "new"]])))[0].softmax(-1)
        )


@CELLS
def test_suggester(cell):
    words = vocabulary()
    model = larger(from_notebook("next_word", "Suggester")["Suggester"](torch.arange(1.0, 61), cell))
    suggester = in_numpy.Suggester(model, words)
    for tokens in map(words.decode, random_ids(60)):
        ids = torch.tensor([words.encode(tokens, start=True)])
        equal(suggester(tokens), model(ids)[0, -1].softmax(-1))
    assert np.isclose(suggester([]).sum(), 1), "nothing is typed yet"


@CELLS
def test_writer(cell):
    from helpers import decoding

    letters = text.Vocabulary([list("abcdefghijklmnopqrstuvwxyz")])
    names = from_notebook("text_generation", "Writer", "write", "until_end", decoding=decoding, seed=0)
    model = larger(names["Writer"](len(letters), cell, 0.0))
    writer = in_numpy.NameWriter(model, letters)
    for tokens in map(letters.decode, random_ids(len(letters), longest=12)):
        equal(writer.logits(tokens)[0], model(torch.tensor([letters.encode(tokens, start=True)]))[0][0, -1])
    for temperature in (0, 0.5, 1, 2):
        assert writer.write(["a"], 5, temperature, 16) == names["write"](model, letters, ["a"], 5, temperature, 16)
    p, written = writer("mar", 1.0, 8)
    assert p.shape == (27,) and len(written) == 8 and all(name.startswith("mar") for name in written)
    tunes = in_numpy.TuneWriter(model, letters)
    assert tunes("reel", "G", "ab", 0.5) == names["write"](model, letters, ["reel", "G", "a", "b"], 1, 0.5, 70)[0]


@pytest.mark.parametrize("cell, attention, longest", [(torch.nn.RNN, True, 12), (torch.nn.GRU, False, 14)])
def test_translator(cell, attention, longest):
    french = vocabulary(20)
    ends = dict(START=french.id(text.START), END=french.id(text.END))
    names = from_notebook("translation", "Translator", "translate", "until_end", **ends)
    model = larger(names["Translator"](60, 20, cell, attention))
    translator = in_numpy.Translator(model, french, longest)
    for ids in random_ids(60):
        words, sure, looked = translator(ids)
        said, p, weights = names["translate"](model, torch.tensor([ids]), torch.tensor([len(ids)]), longest)
        U = len(names["until_end"](said[0]))
        assert words == french.decode(said[0, :U].tolist())
        equal(sure, p[0, :U])
        if attention:
            equal(looked, weights[0, :U])
        else:
            assert looked is None


@CELLS
def test_forecaster(cell):
    names = from_notebook("forecasting", "Forecaster", "to_units", "to_numbers", "HORIZON", centre=9.0, spread=4.0)
    forecasts_are_equal(names["Forecaster"](cell), names)


def test_forecaster_of_quantiles():
    names = from_notebook(
        "forecasting", "QuantileForecaster", "LEVELS", "to_units", "to_numbers", "HORIZON", centre=9.0, spread=4.0
    )
    forecasts_are_equal(names["QuantileForecaster"](), names)


def forecasts_are_equal(model, names):
    model = larger(model)
    forecaster = in_numpy.Forecaster(model, 9.0, 4.0)
    rng = np.random.default_rng(0)
    for _ in range(INPUTS):
        numbers = rng.uniform(0, 300, rng.integers(4, 90))
        units = torch.from_numpy(names["to_units"](numbers))
        equal(forecaster(numbers), names["to_numbers"](model(units[None])[0, -1]))


@pytest.mark.parametrize("cell, look_again", [(torch.nn.RNN, True), (torch.nn.GRU, False)])
def test_speaker(cell, look_again):
    words = vocabulary(30)
    names = from_notebook(
        "image_captioning", "WithInk", "Eye", "Speaker", "speak", "sentence", "reasons", vocabulary=words
    )
    eye, model = larger(names["Eye"]()), larger(names["Speaker"](30, cell, look_again))
    names["eye"] = eye
    speaker = in_numpy.Speaker(model, eye, words)
    strips = np.random.default_rng(0).uniform(0, 1, (INPUTS, 8, 40))
    for number, theirs in enumerate(names["speak"](model, strips)):
        ours, needs = speaker(strips[number])
        assert ours == theirs
        if ours and number < 50:  # PyTorch takes its time for these
            equal(needs, names["reasons"](model, strips[number], ours))


def test_captioner():
    words = vocabulary(14)
    wanted = ("(ROWS, COLUMNS)", "passed", "Seer", "Captioner", "Attending", "found_on", "greedy_captions")
    names = from_notebook("image_captioning", *wanted, names=words)
    seer, model = larger(names["Seer"]()), larger(names["Attending"](14))
    names["seer"] = seer
    captioner = in_numpy.Captioner(model, seer, words)
    canvases = np.random.default_rng(0).uniform(0, 1, (INPUTS, 20, 32))
    found = names["found_on"]([(canvas, []) for canvas in canvases])
    theirs = names["greedy_captions"](model, found)
    for number, canvas in enumerate(canvases):
        equal(captioner.find(canvas), found[number])
        said, looked = captioner(canvas)
        assert " ".join(said) == theirs[number]
        _, _, weights = model(found[number][None], torch.tensor([words.encode(said, start=True)]))
        equal(looked.reshape(len(looked), -1), torch.cat(weights)[: len(looked)])


@CELLS
def test_listener(cell):
    names = from_notebook("speech_recognition", "Listener", "probabilities", "normal")
    model = larger(names["Listener"](cell, np.linspace(1, 3, 13)))
    listener = in_numpy.Listener(model)
    rng = np.random.default_rng(0)
    for _ in range(INPUTS):
        sound = rng.normal(0, 5, (rng.integers(5, 60), 13))
        equal(listener(sound), names["probabilities"](model, sound))
