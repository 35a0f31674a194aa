"""helpers.experiments.forgetting: film reviews with neutral words after or before them."""

import numpy as np
import pytest

from helpers.experiments import forgetting


def test_neutral_words_stand_where_asked_and_mean_little_to_a_bag_of_words():
    films = forgetting.films()
    ids, labels = films.held_out
    rng = np.random.default_rng(0)
    after = forgetting.with_neutral_words(ids[:50], films.neutral, 7, rng)
    before = forgetting.with_neutral_words(ids[:50], films.neutral, 7, rng, "before")
    for row, longer, in_front in zip(ids[:50], after, before, strict=True):
        assert longer[:-7] == row == in_front[7:]
        assert set(longer[-7:]) | set(in_front[:7]) <= set(films.neutral.tolist())
    counts = [len(row) for row in forgetting.with_neutral_words(ids, films.neutral, range(3), rng)]
    assert {count - len(row) for count, row in zip(counts, ids, strict=True)} == {0, 1, 2}
    forty = forgetting.with_neutral_words(ids, films.neutral, 40, rng)
    plain, longer = (films.bag.score(films.counts(rows), labels) for rows in (ids, forty))
    assert plain > 0.77 and longer > plain - 0.03


def test_another_place_is_named():
    with pytest.raises(ValueError, match="inside"):
        forgetting.with_neutral_words([[1]], [2], 1, np.random.default_rng(), "inside")
