"""helpers.experiments.trained: the classifier that lessons 1, 4 and 7 start from."""

import pytest

from helpers.experiments import trained


@pytest.mark.slow
def test_the_sealed_box_of_lesson_1_knows_the_courses_reviews():
    vocabulary, model, accuracy = trained.restaurant_classifier()
    assert accuracy > 0.97
    assert len(vocabulary) == model.parameters["W_xh"].shape[0]
