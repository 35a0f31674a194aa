"""helpers.experiments.summaries: what the reviews of several things hold, and what counts as right."""

import numpy as np
import pytest

from helpers import models
from helpers.data.restaurant import annotated
from helpers.experiments.summaries import Summaries, of_things, reviews


@pytest.mark.parametrize("things", [2, 3, 4])
def test_a_review_of_several_things_has_that_many_and_one_verdict_overall(things):
    made = of_things(things, 40, seed=0)
    assert made == of_things(things, 40, seed=0)
    for tokens in made:
        summary = annotated(tokens)[1]
        assert len(summary) == 2 * things + 2 and summary[-2] == "overall"
        assert len(set(summary[1:-2:2])) == 1 and summary[-1] != summary[1]
    assert {annotated(tokens)[1][-1] for tokens in made} == {"good", "bad"}


def test_lesson_sevens_reviews_are_about_two_things_at_most():
    assert {len(annotated(tokens)[1]) for tokens in reviews()} == {2, 4, 6}


class Parrot:
    """Says a summary that is given, whatever it reads."""

    def __init__(self, words):
        self.words = words

    def summarise(self, ids, lengths, start, most):
        row = (self.words + [3] * most)[:most]
        return np.array([row] * len(ids)), None


def test_right_is_the_whole_summary_and_its_end():
    read = [["food", "was", "nice"], ["food", "was", "nice", "but", "wine", "was", "bad"]]
    task = Summaries(read)
    for said, right in (("food good", 0.5), ("food good wine bad", 0.5), ("food", 0), ("wine good", 0)):
        assert task.right(Parrot(task.replies.encode(said.split())), read) == right


def test_the_model_is_trained_in_place():
    read = [["food", "was", "nice"], ["wine", "was", "bad"]]
    task = Summaries(read)
    model = models.Summariser(len(task.vocabulary), len(task.replies), 4, np.random.default_rng(0), attends=True)
    task.train(model, read)
    assert task.said(model, read) == [["food", "good"], ["wine", "bad"]]
