"""The small classifiers: gradients against finite differences, what training reaches, and the sets they learn from."""

import numpy as np
import pytest

from helpers import capitals, models, positions, restaurant
from helpers.text import split_words
from helpers.training import train

T, V, H, K = 5, 7, 3, 2
NETWORKS = {
    "padded": lambda rng: models.PaddedNetwork(T, V, H, K, rng),
    "embed": lambda rng: models.EmbedThenFlatten(T, V, H, K, 4, rng),
    "rnn": lambda rng: models.RNNClassifier(V, H, K, rng),
    "lstm": lambda rng: models.LSTMClassifier(V, H, K, rng),
}


def batch():
    ids = np.array([[1, 2, 3, 4, 5], [6, 6, 2, 0, 0], [3, 0, 0, 0, 0]])
    return ids, np.array([5, 3, 1]), np.array([0, 1, 1])


@pytest.mark.parametrize("network", NETWORKS)
def test_gradients_agree_with_finite_differences(network):
    model = NETWORKS[network](np.random.default_rng(0))
    _, gradients = model.loss_and_gradients(*batch())
    assert gradients.keys() == model.parameters.keys()
    for name, parameter in model.parameters.items():
        numeric = np.zeros_like(parameter)
        for index in np.ndindex(parameter.shape):
            before = parameter[index]
            parameter[index] = before + 1e-6
            up = model.loss_and_gradients(*batch())[0]
            parameter[index] = before - 1e-6
            down = model.loss_and_gradients(*batch())[0]
            parameter[index] = before
            numeric[index] = (up - down) / 2e-6
        np.testing.assert_allclose(gradients[name], numeric, rtol=1e-5, atol=1e-9, err_msg=name)


def test_padded_network_is_a_plain_layer_on_one_hot_words_side_by_side():
    model = NETWORKS["padded"](np.random.default_rng(1))
    ids, lengths, _ = batch()
    flat = np.eye(V)[ids].reshape(len(ids), T * V)
    layer = flat @ model.parameters["W_1"].reshape(T * V, H) + model.parameters["b_1"]
    np.testing.assert_allclose(model.read(ids, lengths), np.tanh(layer), rtol=1e-12)


@pytest.mark.parametrize("network", ["rnn", "lstm"])
def test_recurrent_networks_read_the_state_after_the_last_real_word(network):
    model = NETWORKS[network](np.random.default_rng(2))
    ids, lengths, _ = batch()
    alone = [model.logits(ids[i : i + 1, : lengths[i]], lengths[i : i + 1])[0] for i in range(3)]
    np.testing.assert_allclose(model.logits(ids, lengths), alone, rtol=1e-12)


def test_training_lowers_the_loss_and_repeats_itself():
    curves = []
    for _ in range(2):
        model = NETWORKS["rnn"](np.random.default_rng(3))
        curves.append(train(model, *batch(), steps=60, seed=4))
    np.testing.assert_array_equal(curves[0], curves[1])
    heard = []
    train(NETWORKS["rnn"](np.random.default_rng(3)), *batch(), steps=60, seed=4, each=heard.append)
    assert heard == curves[0].tolist()
    assert curves[0][-10:].mean() < 0.5 * curves[0][:10].mean()


def test_training_clips_what_is_longer_than_the_limit():
    class Steep:
        parameters = {"w": np.zeros(2)}

        def loss_and_gradients(self, ids, lengths, labels):
            return 0.0, {"w": np.array([3e6, 4e6])}

    model = Steep()
    train(model, *batch(), steps=1, learning_rate=0.01, clip=1.0)
    np.testing.assert_allclose(model.parameters["w"], [-0.01, -0.01], rtol=1e-6)  # Adam's first step has this size


@pytest.mark.slow
def test_the_sealed_box_of_lesson_1_knows_the_courses_reviews():
    vocabulary, model, accuracy = models.restaurant_classifier()
    assert accuracy > 0.97
    assert len(vocabulary) == model.parameters["W_xh"].shape[0]


def test_restaurant_reviews_repeat_with_their_seed_and_never_twice_within():
    reviews = restaurant.restaurant_reviews(500, seed=7)
    assert reviews == restaurant.restaurant_reviews(500, seed=7)
    assert reviews != restaurant.restaurant_reviews(500, seed=8)
    assert len({text for text, _ in reviews}) == 500


def test_restaurant_grammar_balances_its_bags_of_words():
    """Swapping the clauses of a "but" sentence swaps its label, with the same words."""
    labels = dict(restaurant.restaurant_reviews(3000, seed=0))
    bags = {}
    for text, label in labels.items():
        bags.setdefault(tuple(sorted(split_words(text))), set()).add(label)
    assert sum(found == {0, 1} for found in bags.values()) > 20
    assert 0.45 < np.mean(list(labels.values())) < 0.55


def test_restaurant_reviews_that_differ_only_in_their_subject_stand_in_one_part():
    parts = restaurant.restaurant_review_split()
    assert [len(part) for part in parts] == [2382, 410, 608]
    nouns = {*restaurant.ASPECTS, *restaurant.MEALS}
    phrases = [
        {" ".join("_" if word in nouns else word for word in text.split()) for text, _ in part} for part in parts
    ]
    assert not (phrases[0] & phrases[1] or phrases[0] & phrases[2] or phrases[1] & phrases[2])
    words = [{word for text, _ in part for word in text.split()} for part in parts]
    assert words[2] <= words[0], "the test puts known words in new places"


@pytest.mark.parametrize("words_after", [False, True])
@pytest.mark.parametrize("places", [positions.EARLY, positions.LATE])
def test_position_reviews_hold_one_telling_word_where_they_should(places, words_after):
    vocabulary = positions.vocabulary()
    ids, lengths, labels = positions.reviews(vocabulary, places, 200, seed=1, words_after=words_after)
    telling = {
        vocabulary.id(word): label for label, words in ((1, positions.GOOD), (0, positions.BAD)) for word in words
    }
    for row, length, label in zip(ids, lengths, labels, strict=True):
        found = [(t, telling[i]) for t, i in enumerate(row.tolist()) if i in telling]
        assert len(found) == 1 and found[0][0] in places and found[0][1] == label
        assert length == (positions.LONGEST if words_after else found[0][0] + 1)
        assert (row[:length] >= 4).all() and (row[length:] == 0).all()


def test_rows_of_letters_end_with_the_capital_their_label_says():
    ids, lengths, labels = capitals.rows(400, seed=3)
    assert ids.shape == (400, 30) and (lengths == 30).all()
    for row, label in zip(ids, labels, strict=True):
        at = np.flatnonzero(row < capitals.CAPITALS)
        assert 1 <= len(at) <= 3 and at[-1] < capitals.EARLY
        assert row[at[-1]] == label
    assert np.bincount(labels, minlength=4).min() > 60
    assert set(np.unique(ids)) == set(range(8))


def test_rows_of_letters_repeat_with_their_seed():
    np.testing.assert_array_equal(capitals.rows(20, seed=4)[0], capitals.rows(20, seed=4)[0])
    assert (capitals.rows(20, seed=4)[0] != capitals.rows(20, seed=5)[0]).any()


def test_the_forget_bias_starts_where_it_is_told():
    model = models.LSTMClassifier(V, H, K, np.random.default_rng(0), forget_bias=3.0)
    np.testing.assert_array_equal(model.parameters["b_h"], [0] * H + [3] * H + [0] * 2 * H)
    changed = model.run(batch()[0], b_h=0 * model.parameters["b_h"])[2]
    assert (changed != model.run(batch()[0])[2]).any()


@pytest.mark.slow
@pytest.mark.parametrize("forget_bias, learned", [(0.0, False), (3.0, True)])
def test_an_open_forget_gate_learns_what_a_half_open_one_does_not(forget_bias, learned):
    model = models.LSTMClassifier(8, 12, 4, np.random.default_rng(0), forget_bias)
    train(model, *capitals.rows(2500, seed=0), steps=300)
    accuracy = model.accuracy(*capitals.rows(500, seed=1))
    assert accuracy > 0.95 if learned else accuracy < 0.35
