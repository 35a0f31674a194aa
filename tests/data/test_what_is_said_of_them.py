"""What lessons and docstrings say of the data is counted here."""

import io
import tarfile

import numpy as np
import pytest

from helpers import data, text
from helpers.data.archives import member

pytestmark = pytest.mark.slow


def test_a_film_sentence_was_rated_by_15_to_29_people():
    inner = member("movie reviews", "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        lines = archive.extractfile("hutto_ICWSM_2014/movieReviewSnippets_anonDataRatings.txt").read().decode()
    ratings = np.array([line.split("[")[1].count(",") + 1 for line in lines.splitlines()])
    assert (ratings.min(), ratings.max(), round(ratings.mean())) == (15, 29, 19)
    assert np.mean(ratings < 20) > 0.6


def test_the_first_part_of_the_film_reviews_has_170424_words_and_marks():
    assert sum(len(text.split_words(review.text)) for review in data.movie_review_split().train) == 170_424


def test_in_a_number_with_hundreds_and_comes_right_after_hundred():
    spelled = [pair.english for part in data.number_words() for pair in part]
    assert not [words for words in spelled if "hundred" in words and " and " in words and "hundred and" not in words]
    assert sum("thousand and" in words for words in spelled) == 891
