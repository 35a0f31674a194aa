"""Sentences from film reviews, with people's ratings."""

import ast
import io
import re
import tarfile
from typing import NamedTuple

from helpers.data.archives import member
from helpers.data.split import connected_groups, cut_groups, similar_pairs


class Review(NamedTuple):
    """A review's text and the mean of its human ratings, from -4 (worst) to 4 (best)."""

    text: str
    rating: float


def movie_reviews():
    """Return 10,603 sentences from film reviews, each with the mean of 15 to 29 people's ratings from -4 to 4.

    Returns:
        list of Review, in the source's order. Texts that differ only in case, spaces and punctuation are kept once.

    Size: 10,605 rows before that, 1 to 51 words. Split: none here. Weakness: no film ids, so sentences about one film
    may be in different parts of a split.
    Licence: MIT (the archive's).
    Origin: Hutto and Gilbert (2014), VADER, ICWSM, doi:10.1609/icwsm.v8i1.14550; the sentences are those Pang and Lee
    (2005, doi:10.3115/1219840.1219855) took from Rotten Tomatoes. The archive's README says that they come from Pang and
    Lee (2004), and that each has 20 ratings or more; its own file of ratings has 15 to 29 for a sentence, 19 on average.
    """
    return [review for review, _ in _with_votes()]


def movie_review_votes():
    """Return what each person said of each film review of `movie_reviews`: its text -> list of int from -4 to 4.

    The mean of a list is the review's rating. A list does not say who voted, so two lists cannot be matched by person.

    Licence and origin: see movie_reviews.
    """
    return {review.text: votes for review, votes in _with_votes()}


def movie_review_split():
    """Return the film reviews in three parts; sentences that are nearly equal are in the same part.

    Two sentences are in the same part if a fifth of their pairs of neighbouring words are common to both, or if they
    share a rare pair of capitalised words: mostly the name of a film, a director or an actor.

    Returns:
        Split of lists of Review.

    Lessons also learn the next word from this text: 170,424 words and marks in the first part, modern, and about one subject.

    Size and split: 7,968 / 1,335 / 1,300. Weakness: a film that is not named may still be in two parts.
    Licence and origin: see movie_reviews.
    """
    reviews = movie_reviews()
    equal = similar_pairs([_neighbours(review.text) for review in reviews], 0.2)
    named = similar_pairs([_names(review.text) for review in reviews], 0, common=12)
    return cut_groups(reviews, connected_groups(len(reviews), equal + named), 1300, 1300)


def stars(rating):
    """Turn a mean rating from -4 to 4 into stars from 1 to 5, with fractions: 3 + rating / 2."""
    return 3 + rating / 2


def _with_votes():
    """Return (Review, its votes) for each film review; texts that are nearly the same are kept once."""
    inner = member("movie reviews", "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        rated, voted = (
            archive.extractfile(f"hutto_ICWSM_2014/movieReviewSnippets_{name}.txt").read().decode().splitlines()
            for name in ("GroundTruth", "anonDataRatings")
        )
    kept = {}
    for line, votes in zip(rated, voted, strict=True):
        _, rating, text = line.split("\t")
        *_, votes = votes.split("\t")
        kept.setdefault(re.sub(r"\W", "", text.lower()), (Review(text, float(rating)), ast.literal_eval(votes)))
    return list(kept.values())


def _neighbours(text):
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], strict=False)) or {tuple(words)}


def _names(text):
    words = re.findall(r"[A-Za-z][\w']+|[.!?:]", text)
    return {(a, b) for a, b in zip(words, words[1:], strict=False) if a[0].isupper() and b[0].isupper()}
