"""helpers.experiments.trained: the classifier that lessons 1, 4 and 7 start from."""

import pytest

from helpers.data.restaurant import plain_reviews, restaurant_reviews
from helpers.experiments import trained
from helpers.text import pad, split_words
from helpers.training import train
from tests.experiments.typed_reviews import NEGATIVE, POSITIVE


@pytest.fixture(scope="module")
def classifier():
    vocabulary, model, learn, held_out = trained.restaurant_classifier()
    train(model, *learn, updates=1500, batch_size=64)
    return vocabulary, model, model.accuracy(*held_out)


def positive(classifier, review):
    vocabulary, model, _ = classifier
    return model.probabilities(*pad([vocabulary.encode(split_words(review))]))[0, 1]


@pytest.mark.slow
def test_the_sealed_box_of_lesson_1_knows_the_courses_reviews(classifier):
    vocabulary, model, accuracy = classifier
    assert accuracy > 0.97
    assert len(vocabulary) == model.parameters["W_xh"].shape[0]
    assert positive(classifier, "Delightful place to have dinner") > 0.95
    assert positive(classifier, "Food was nice but service wasn't") < 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("reviews", "label"), [(POSITIVE, 1), (NEGATIVE, 0)])
def test_what_people_type_first_is_judged_right_though_it_is_not_in_the_training_data(classifier, reviews, label):
    learned = {review for review, _ in restaurant_reviews(3000, 0)[:2400] + plain_reviews(3600, 0)}
    assert len(set(reviews)) == 40
    assert not learned & {" ".join(split_words(review)) for review in reviews}
    vocabulary = classifier[0]
    known = [review for review in reviews if all(word in vocabulary for word in split_words(review))]
    assert len(known) >= 38
    wrong = [review for review in known if (positive(classifier, review) > 0.5) != label]
    assert len(wrong) <= 0.05 * len(known), wrong


@pytest.mark.slow
@pytest.mark.parametrize(
    ("review", "label"),
    [("great food", 1), ("terrible food", 0), ("the tiramisu was great", 1), ("the tiramisu was not great", 0)],
)
def test_an_unknown_noun_does_no_harm(classifier, review, label):
    assert abs(positive(classifier, review) - label) < 0.2
