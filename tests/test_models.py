"""helpers.models: gradients compared with finite differences, and the accuracy after training."""

import numpy as np
import pytest

from helpers import cells, models
from helpers.data import last_capital
from helpers.training import train

T, V, H, K = 5, 7, 3, 2
NETWORKS = {
    "padded": lambda rng: models.PaddedNetwork(T, V, H, K, rng),
    "embed": lambda rng: models.EmbedThenFlatten(T, V, H, K, 4, rng),
    "rnn": lambda rng: models.RNNClassifier(V, H, K, rng),
    "lstm": lambda rng: models.LSTMClassifier(V, H, K, rng),
    "min_gru": lambda rng: models.MinGRUClassifier(V, H, K, rng, keep_bias=2.0),
}


def batch():
    ids = np.array([[1, 2, 3, 4, 5], [6, 6, 2, 0, 0], [3, 0, 0, 0, 0]])
    return ids, np.array([5, 3, 1]), np.array([0, 1, 1])


def finite_differences(array, loss):
    numeric = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        before = array[index]
        array[index] = before + 1e-6
        up = loss()
        array[index] = before - 1e-6
        down = loss()
        array[index] = before
        numeric[index] = (up - down) / 2e-6
    return numeric


@pytest.mark.parametrize("network", NETWORKS)
def test_gradients_agree_with_finite_differences(network):
    model = NETWORKS[network](np.random.default_rng(0))
    _, gradients = model.loss_and_gradients(*batch())
    assert gradients.keys() == model.parameters.keys()
    for name, parameter in model.parameters.items():
        numeric = finite_differences(parameter, lambda: model.loss_and_gradients(*batch())[0])
        np.testing.assert_allclose(gradients[name], numeric, rtol=1e-5, atol=1e-9, err_msg=name)


def test_the_way_back_from_every_step_agrees_with_finite_differences():
    rng = np.random.default_rng(0)
    model, ids, h_0 = NETWORKS["rnn"](rng), batch()[0], rng.normal(size=(3, H))
    p, weights = model.parameters, rng.normal(size=(3, T, K))

    def states():
        return cells.rnn_forward(ids, h_0, p["W_xh"], p["W_hh"], p["b_h"])

    def loss():
        return (weights * (states() @ p["W_hy"] + p["b_y"])).sum()

    gradients, dh_0 = model.back_from_every_step(weights, ids, states(), h_0)
    assert gradients.keys() == p.keys()
    for name, gradient in {**gradients, "h_0": dh_0}.items():
        numeric = finite_differences(h_0 if name == "h_0" else p[name], loss)
        np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-8, err_msg=name)


def test_padded_network_is_a_plain_layer_on_one_hot_words_side_by_side():
    model = NETWORKS["padded"](np.random.default_rng(1))
    ids, lengths, _ = batch()
    flat = np.eye(V)[ids].reshape(len(ids), T * V)
    layer = flat @ model.parameters["W_1"].reshape(T * V, H) + model.parameters["b_1"]
    np.testing.assert_allclose(model.read(ids, lengths)[0], np.tanh(layer), rtol=1e-12)


@pytest.mark.parametrize("network", ["rnn", "lstm"])
def test_recurrent_networks_read_the_state_after_the_last_real_word(network):
    model = NETWORKS[network](np.random.default_rng(2))
    ids, lengths, _ = batch()
    alone = [model.logits(ids[i : i + 1, : lengths[i]], lengths[i : i + 1])[0] for i in range(3)]
    np.testing.assert_allclose(model.logits(ids, lengths), alone, rtol=1e-12)


@pytest.mark.parametrize("network", NETWORKS)
def test_asking_between_reading_and_going_back_changes_no_gradient(network):
    model = NETWORKS[network](np.random.default_rng(5))
    ids, lengths, labels = batch()
    hidden, kept = model.read(ids, lengths)
    dhidden = np.ones_like(hidden)
    before = model.read_back(dhidden, kept, ids, lengths)
    model.accuracy(ids[:1, ::-1], lengths[:1], labels[:1])
    for name, grad in model.read_back(dhidden, kept, ids, lengths).items():
        np.testing.assert_array_equal(grad, before[name])


def test_training_lowers_the_loss_and_repeats_itself():
    curves = []
    for _ in range(2):
        model = NETWORKS["rnn"](np.random.default_rng(3))
        curves.append(train(model, *batch(), updates=60, seed=4))
    np.testing.assert_array_equal(curves[0], curves[1])
    heard = []
    train(NETWORKS["rnn"](np.random.default_rng(3)), *batch(), updates=60, seed=4, each=heard.append)
    assert heard == curves[0].tolist()
    assert curves[0][-10:].mean() < 0.5 * curves[0][:10].mean()


def test_training_clips_what_is_longer_than_the_limit():
    class Steep:
        parameters = {"w": np.zeros(2)}

        def loss_and_gradients(self, ids, lengths, labels):
            return 0.0, {"w": np.array([3e6, 4e6])}

    model = Steep()
    train(model, *batch(), updates=1, learning_rate=0.01, clip=1.0)
    np.testing.assert_allclose(model.parameters["w"], [-0.01, -0.01], rtol=1e-6)  # Adam's first step has this size


def test_the_forget_bias_starts_where_it_is_told():
    model = models.LSTMClassifier(V, H, K, np.random.default_rng(0), forget_bias=3.0)
    np.testing.assert_array_equal(model.parameters["b_h"], [0] * H + [3] * H + [0] * 2 * H)
    changed = model.run(batch()[0], b_h=0 * model.parameters["b_h"])[2]
    assert (changed != model.run(batch()[0])[2]).any()


@pytest.mark.slow
@pytest.mark.parametrize("forget_bias, learned", [(0.0, False), (3.0, True)])
def test_an_open_forget_gate_learns_what_a_half_open_one_does_not(forget_bias, learned):
    model = models.LSTMClassifier(8, 12, 4, np.random.default_rng(0), forget_bias)
    train(model, *last_capital.letter_rows(2500, seed=0), updates=300)
    accuracy = model.accuracy(*last_capital.letter_rows(500, seed=1))
    assert accuracy > 0.95 if learned else accuracy < 0.35


WRITTEN = np.array([[2, 4, 5, 3], [2, 5, 3, 0], [2, 3, 0, 0]])


@pytest.mark.parametrize("attends", [False, True])
def test_the_summarisers_gradients_agree_with_finite_differences(attends):
    model = models.Summariser(V, 6, H, np.random.default_rng(0), attends)
    ids, lengths, _ = batch()
    _, gradients = model.loss_and_gradients(ids, lengths, WRITTEN)
    assert gradients.keys() == model.parameters.keys()
    for name, parameter in model.parameters.items():
        numeric = np.zeros_like(parameter)
        for at in np.ndindex(parameter.shape):
            before, losses = parameter[at], []
            for nudge in (1e-6, -1e-6):
                parameter[at] = before + nudge
                losses.append(model.loss_and_gradients(ids, lengths, WRITTEN)[0])
            parameter[at] = before
            numeric[at] = (losses[0] - losses[1]) / 2e-6
        assert gradients[name] == pytest.approx(numeric, abs=1e-7), name


def test_a_summariser_writes_what_it_was_taught_and_looks_at_no_padding():
    model = models.Summariser(V, 6, 8, np.random.default_rng(0), attends=True)
    ids, lengths, _ = batch()
    train(model, ids, lengths, WRITTEN, updates=150)
    said, looked = model.summarise(ids, lengths, start=2, most=3)
    right = WRITTEN[:, 1:]
    assert np.array_equal(np.where(right, said, 0), right)
    assert looked.sum(axis=-1) == pytest.approx(1)
    assert not looked[1, :, 3:].any() and not looked[2, :, 1:].any()


def test_both_summarisers_start_with_the_same_cells():
    one, other = (models.Summariser(V, 6, H, np.random.default_rng(0), attends) for attends in (False, True))
    assert one.summarise(*batch()[:2], start=2, most=2)[1] is None
    for name in one.parameters.keys() - {"W_hy"}:
        assert np.array_equal(one.parameters[name], other.parameters[name])
