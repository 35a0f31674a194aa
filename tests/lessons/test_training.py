"""Check that lesson 6 shows what the helpers do, and check its explorers and its drawing."""

import numpy as np
import pytest
from shown import shown

from helpers import cells, diagrams, figures, losses, toy
from helpers.experiments import sonnets
from helpers.explorers import training
from helpers.memory import K_BACK, truncated_gradients

SHOWN = shown("06_training_on_a_text.ipynb", "torch")


def test_training_shown_is_training_stored():
    training, _ = sonnets.sonnets()
    alphabet = sorted(set(training))
    ids = np.array([alphabet.index(c) for c in training[:2000]])
    ours, theirs = (sonnets.new_weights(len(alphabet), 8, np.random.default_rng(0)) for _ in range(2))
    all_windows = SHOWN["windows"](ids, 4, 50)
    stored, state = sonnets.train(theirs, ids, readings=1, B=4, T=50, rate=2.0), None
    for step, (x, y) in enumerate(all_windows):
        loss, grads, state = SHOWN["loss_and_gradients"](ours, x, y, state)
        for name, grad in SHOWN["clip_by_norm"](grads, 1.0).items():
            ours[name] -= 2.0 * (1 - step / len(all_windows)) * grad
        assert loss == pytest.approx(next(stored), rel=1e-12)


def test_clipping():
    grads = {"a": np.array([3.0]), "b": np.array([[-4.0]])}
    for clip in (SHOWN["clip_by_norm"], sonnets.clip_by_norm):
        np.testing.assert_allclose([clip(grads, 1.0)["a"][0], clip(grads, 1.0)["b"][0, 0]], [0.6, -0.8])
        np.testing.assert_array_equal(clip(grads, 9.0)["b"], grads["b"])
        np.testing.assert_array_equal(clip({"a": np.zeros(2)}, 1.0)["a"], np.zeros(2))
    assert SHOWN["clip_by_value"](grads, 1.0) == {"a": [1.0], "b": [[-1.0]]}


@pytest.mark.parametrize("B, T", [(1, 5), (3, 7), (16, 25)])
def test_windows_shown_are_the_helper(B, T):
    ids = np.random.default_rng(0).integers(9, size=1000)
    ours, theirs = SHOWN["windows"](ids, B, T), sonnets.windows(ids, B, T)
    assert len(ours) == len(theirs) > 0
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("temperature", [0.5, 1.0])
@pytest.mark.parametrize("beginning", ["Shall I ", "I am 20", "Queen", "", "2"])
def test_writing_shown_is_the_helper(temperature, beginning):
    alphabet = sorted(set(sonnets.sonnets()[0]))
    weights = sonnets.new_weights(len(alphabet), 8, np.random.default_rng(0))
    ours, theirs = (
        write(weights, alphabet, beginning, 60, np.random.default_rng(3), temperature)
        for write in (SHOWN["write"], sonnets.write)
    )
    assert ours == theirs


def test_writing_shown_names_what_it_leaves_out(capsys):
    for beginning, said in (("Zoë 2", "Left out, since the text does not have it: 2 ë\n"), ("Zoo", "")):
        SHOWN["name_unknown"](beginning, "Zo ")
        assert capsys.readouterr().out == said


# the explorers and the drawing

ALPHABET = "\n aehlt"


def a_writer(words=("the", "tale")):
    weights = sonnets.new_weights(len(ALPHABET), 6, np.random.default_rng(1))
    return training.writer(weights, ALPHABET, set(words)).explorer


def test_the_writer_names_what_it_cannot_read_and_writes_after_anything():
    shown = a_writer()
    for typed, named in (
        ("the tale", None),
        ("the 20", "“2”, “0”"),
        ("", None),
        ("\U0001f600", "\U0001f600"),
        ("$", "$"),
    ):
        shown.controls["beginning"].widget.value = typed
        assert shown.error is None
        assert ("Left out" in shown.status) == (named is not None) and (named or "") in shown.status
    assert "From the start of a line" in shown.status


def test_another_try_writes_another_text_and_temperature_0_the_same():
    shown = a_writer()
    pictures = []
    for temperature, attempt in ((1.0, 1), (1.0, 2), (0.0, 1), (0.0, 2)):
        shown.controls["temperature"].widget.value = temperature
        shown.controls["attempt"].widget.value = attempt
        pictures.append(shown.status.partition(":")[2])
    assert pictures[0] != pictures[1] and pictures[2] == pictures[3]


def test_a_long_line_goes_on_in_the_next():
    assert training.wrapped("abcdef\n\ng", 4) == [("abcd", 4), ("ef", 3), ("", 1), ("g", 2)]
    assert training.wrapped("a bc def", 6) == [("a bc ", 5), ("def", 4)]


def test_in_the_drawing_the_state_crosses_the_border_and_the_error_does_not():
    _, ax = figures.new()
    diagrams.text_windows(ax, {"row 1": "abc\nefgh", "row 2": "ABCDEFGH"}, 4)
    texts = [text.get_text() for text in ax.texts]
    assert {"abc↵", "efgh", "ABCD", "EFGH", "state", "window 1", "window 2"} <= set(texts)
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    back = [arrow for arrow in arrows if arrow.xy[0] < arrow.xyann[0]]
    assert len(back) == 2 and len(arrows) == 2 + 2 * 2


def dh_and_states(T, W_hh):
    ids = np.resize([0, 1, 2], (1, T))
    h = cells.rnn_forward(ids, None, toy.W_xh, W_hh, toy.b_h)
    _, dlogits = losses.cross_entropy(h @ toy.W_hy + toy.b_y, np.resize([0, 0, 1], (1, T)))
    return dlogits @ toy.W_hy.T, np.eye(3)[ids], h


@pytest.mark.parametrize("T, w_hh", [(2, 1.0), (7, 3.5), (30, 1.0)])
def test_truncated_gradients_are_those_of_the_lesson(T, w_hh):
    W_hh = w_hh * toy.W_hh
    dh, x, h = dh_and_states(T, W_hh)
    h_0 = np.zeros((1, 2))
    for k, gradient in enumerate(truncated_gradients(T, w_hh), start=1):
        shown = SHOWN["truncated_backward"](dh, x, h, h_0, toy.W_xh, W_hh, k)["dW_hh"]
        np.testing.assert_allclose(gradient, shown, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("T, w_hh", [(2, 1.0), (7, 3.5)])
def test_each_loss_reaches_k_steps_is_one_walk_for_each_loss(T, w_hh):
    W_hh = w_hh * toy.W_hh
    dh, x, h = dh_and_states(T, W_hh)
    before = np.concatenate([np.zeros((1, 1, 2)), h], axis=1)
    for k, gradient in enumerate(truncated_gradients(T, w_hh, K_BACK), start=1):
        total = 0
        for s in range(T):
            reach = slice(max(0, s - k + 1), s + 1)
            alone = np.zeros_like(dh[:, reach])
            alone[:, -1] = dh[:, s]
            grads = cells.rnn_backward(alone, x[:, reach], h[:, reach], before[:, reach.start], toy.W_xh, W_hh)
            total = total + grads["dW_hh"]
        np.testing.assert_allclose(gradient, total, rtol=1e-10, atol=1e-15)


def test_following_a_gradient_that_points_the_wrong_way_raises_the_loss():
    gradients = truncated_gradients(30, 3.5)
    _, cosine = training.error_and_cosine(gradients, gradients[-1])
    assert cosine[0] < -0.5 and cosine[-1] == pytest.approx(1)

    def loss(W_hh):
        h = cells.rnn_forward(np.resize([0, 1, 2], (1, 30)), None, toy.W_xh, W_hh, toy.b_h)
        return losses.cross_entropy(h @ toy.W_hy + toy.b_y, np.resize([0, 0, 1], (1, 30)))[0]

    start = 3.5 * toy.W_hh
    assert loss(start - 0.01 * gradients[0]) > loss(start) > loss(start - 0.01 * gradients[-1])
