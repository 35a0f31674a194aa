"""helpers.experiments.sonnets: the texts and the training."""

import numpy as np
import pytest

from helpers.experiments import sonnets

rng = np.random.default_rng(0)


def test_the_two_texts_are_the_sonnets_cut_between_two_of_them():
    training, held_out = sonnets.sonnets()
    assert training.startswith("I\n\nFrom fairest creatures we desire increase,")
    assert training.endswith("\n\n") and held_out.startswith("CXXXIX\n\nO! call not me")
    assert set(held_out) <= set(training)
    assert (len(training), len(held_out)) == (85_766, 9_844)


def test_gradients_agree_with_finite_differences():
    weights = sonnets.new_weights(5, 3, np.random.default_rng(1))
    x, y = rng.integers(5, size=(2, 2, 4))
    state = rng.normal(size=(2, 3))
    _, grads, _ = sonnets.loss_and_gradients(weights, x, y, state)
    assert grads.keys() == weights.keys()
    for name, array in weights.items():
        for index in np.ndindex(array.shape):
            kept, losses_ = array[index], []
            for nudge in (1e-5, -1e-5):
                array[index] = kept + nudge
                losses_.append(sonnets.loss_and_gradients(weights, x, y, state)[0])
            array[index] = kept
            np.testing.assert_allclose(grads[name][index], np.subtract(*losses_) / 2e-5, atol=1e-9, err_msg=name)


def test_windows_walk_along_the_text():
    found = sonnets.windows(np.arange(25), B=2, T=5)
    assert len(found) == 2
    np.testing.assert_array_equal(found[0][0], [[0, 1, 2, 3, 4], [12, 13, 14, 15, 16]])
    np.testing.assert_array_equal(found[1][0], [[5, 6, 7, 8, 9], [17, 18, 19, 20, 21]])
    for x, y in found:
        np.testing.assert_array_equal(y, x + 1)


def test_the_state_is_handed_from_window_to_window():
    weights = sonnets.new_weights(5, 3, np.random.default_rng(2))
    x = rng.integers(5, size=(2, 8))
    _, _, state = sonnets.loss_and_gradients(weights, x[:, :5], x[:, :5], None)
    whole, _ = sonnets.forward(weights, x, None)
    after, _ = sonnets.forward(weights, x[:, 5:], state)
    np.testing.assert_allclose(after, whole[:, 5:], rtol=1e-12)


def test_perplexity_of_a_model_that_knows_nothing_is_the_number_of_characters():
    weights = {name: 0 * array for name, array in sonnets.new_weights(7, 3, rng).items()}
    assert sonnets.perplexity(weights, rng.integers(7, size=50)) == pytest.approx(7)


def test_training_learns_an_order_and_writes_it():
    ids = np.tile([0, 1, 2, 3], 100)
    weights = sonnets.new_weights(4, 8, np.random.default_rng(3))
    curve = list(sonnets.train(weights, ids, readings=17, B=4, T=10, rate=2.0))
    assert np.mean(curve[-10:]) < 0.1 * curve[0]
    assert sonnets.write(weights, "abcd", "abcdabcd", 12, np.random.default_rng(0)) == "abcd" * 5


def test_samples_repeat_with_their_seed():
    weights = sonnets.new_weights(4, 8, np.random.default_rng(4))
    one, two, other = (sonnets.write(weights, "abcd", "a", 40, np.random.default_rng(s)) for s in (1, 1, 2))
    assert one == two != other


def test_equal_to_torch_step_for_step():
    torch = pytest.importorskip("torch")
    V, H = 6, 5
    ids = rng.integers(V, size=400)
    weights = sonnets.new_weights(V, H, np.random.default_rng(6))
    rnn = torch.nn.RNN(V, H, batch_first=True, dtype=torch.float64)
    output = torch.nn.Linear(H, V, dtype=torch.float64)
    with torch.no_grad():
        for parameter, array in (
            (rnn.weight_ih_l0, weights["W_xh"].T),
            (rnn.weight_hh_l0, weights["W_hh"].T),
            (rnn.bias_ih_l0, weights["b_h"]),
            (output.weight, weights["W_hy"].T),
            (output.bias, weights["b_y"]),
        ):
            parameter.copy_(torch.tensor(array))
        rnn.bias_hh_l0.zero_().requires_grad_(False)
    trained = [p for p in (*rnn.parameters(), *output.parameters()) if p.requires_grad]
    ours = list(sonnets.train(weights, ids, readings=1, B=2, T=10, rate=1.0))
    state, updates = None, len(ours)
    assert updates == 19
    for step, (x, y) in enumerate(sonnets.windows(ids, 2, 10)):
        h, state = rnn(
            torch.nn.functional.one_hot(torch.tensor(x), V).double(), None if state is None else state.detach()
        )
        loss = torch.nn.functional.cross_entropy(output(h).reshape(-1, V), torch.tensor(y).reshape(-1))
        grads = torch.autograd.grad(loss, trained)
        norm = torch.sqrt(sum((grad**2).sum() for grad in grads))
        with torch.no_grad():
            for parameter, grad in zip(trained, grads, strict=True):
                parameter -= (1 - step / updates) * min(1, 1 / norm) * grad
        assert loss.item() == pytest.approx(ours[step], rel=1e-10)


def test_characters_that_are_not_in_the_alphabet_are_left_out():
    np.testing.assert_array_equal(sonnets.encode("b2a\u00e9b", "ab"), [1, 0, 1])
    assert sonnets.encode("2", "ab").shape == (0,)
    weights = sonnets.new_weights(3, 4, np.random.default_rng(7))
    for beginning, read in (("I am 20", "a"), ("", "\n"), ("a2b", "ab"), ("\U0001f600", "\n")):
        written = sonnets.write(weights, "\nab", beginning, 5, np.random.default_rng(0), temperature=0.5)
        assert written.startswith(read) and len(written) == len(read) + 5


def test_verse_is_lines_of_one_form_and_then_the_sonnets():
    text = sonnets.verse()
    assert set(text) == set(sonnets.LETTERS_AND_SIGNS)
    training, held_out = sonnets.sonnets()
    other = text.removesuffix(training).rstrip("\n").split("\n")
    assert len(other) > 10_000 and all(30 <= len(line) <= 55 and line[0].isupper() for line in other)
    assert not set(other) & {line.strip() for line in held_out.split("\n") if len(line) > 20}
    assert {"Q", "Z"} <= set(text)
