"""Strips of handwritten digits, and captions that say which digit is where; canvases with digits at free positions."""

import random
from itertools import combinations
from typing import NamedTuple

import numpy as np

from helpers.data.split import Split, by_hash

PLACES = ["far left", "left", "middle", "right", "far right"]
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


class DigitImage(NamedTuple):
    """A handwritten digit: pixels (8, 8) float64 from 0 (paper) to 1 (ink), its value, and its stroke, thick or thin."""

    pixels: np.ndarray
    digit: int
    stroke: str


def digit_images():
    """Return handwritten digits of 13 people, each thick or thin.

    Returns:
        Split of lists of DigitImage; `stroke` is "thick" or "thin".

    An image is thick if its ink, the sum of its pixels, is in the largest two fifths for its digit, and thin if it is
    in the smallest two fifths; the fifth between is left out. The limits are computed from the training images.

    Size and split: 1,024 / 142 / 305 images, split at random within each digit. Weakness: 8 by 8 pixels; the archive
    does not say who wrote which digit, so one person's digits may be in two parts.
    Licence: Creative Commons Attribution 4.0. Origin: Alpaydin and Kaynak (1998), Optical Recognition of
    Handwritten Digits, UCI Machine Learning Repository, data set 80, its 1,797 test images; kept in scikit-learn.
    """
    from sklearn.datasets import load_digits

    images, digits = load_digits(return_X_y=True)
    parts = ([], [], [])
    for digit in range(10):
        own = by_hash(np.flatnonzero(digits == digit))
        test, validation, train = own[:36], own[36:54], own[54:]
        thin, thick = np.quantile(images[train].sum(axis=1), [0.4, 0.6])
        for part, indices in zip(parts, (train, validation, test), strict=True):
            for index in indices:
                ink = images[index].sum()
                if not thin < ink < thick:
                    stroke = "thin" if ink <= thin else "thick"
                    part.append((index, DigitImage(images[index].reshape(8, 8) / 16, digit, stroke)))
    return Split(*([image for _, image in sorted(part, key=lambda pair: pair[0])] for part in parts))


def digit_strips(images, count, seed):
    """Put 1 to 4 digits on a strip with room for five, and describe it.

    Args:
        images: a list of DigitImage, one part of a Split, so that no image is seen in two parts.
        count: how many strips.
        seed: of the generator; the same seed gives the same strips everywhere.

    Returns:
        list of (strip, caption): (8, 40) float64 and a text such as "two digits: a thick three on the far left and a
        thin five in the middle".

    The captions are generated for this course by a rule; the digits are real. Every strip has exactly one right
    caption: the number of digits, then each digit from left to right, thick or thin, and its place.
    """
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        places = sorted(rng.sample(range(5), rng.randint(1, 4)))
        chosen = [(place, rng.choice(images)) for place in places]
        strip = np.zeros((8, 40))
        for place, image in chosen:
            strip[:, 8 * place : 8 * place + 8] = image.pixels
        pairs.append((strip, describe(chosen)))
    return pairs


def describe(chosen):
    """Return the caption of a strip, from (place, DigitImage) pairs in order, with places from 0 to 4."""
    phrases = [
        f"a {image.stroke} {WORDS[image.digit]} {'in' if place == 2 else 'on'} the {PLACES[place]}"
        for place, image in chosen
    ]
    listed = " and ".join(filter(None, [", ".join(phrases[:-1]), phrases[-1]]))
    return f"{WORDS[len(phrases)]} digit{'s' * (len(phrases) > 1)}: {listed}"


def digit_canvases(images, count, seed):
    """Put 1 to 4 digits anywhere on a canvas of 20 by 32 pixels. No two overlap.

    Args:
        images: a list of DigitImage, one part of a Split, so that no image is seen in two parts.
        count: how many canvases.
        seed: of the generator; the same seed gives the same canvases everywhere.

    Returns:
        list of (canvas, placed): (20, 32) float64, and (row, column, digit) of each digit, from left to right. Row and
        column are those of its top left pixel; columns differ by 3 or more, so that the order is plain.

    Made for this course by a rule; the digits are real.
    """
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        corners = _free_corners(rng, rng.randint(1, 4))
        chosen = [(row, column, rng.choice(images)) for column, row in corners]
        canvas = np.zeros((20, 32))
        for row, column, image in chosen:
            canvas[row : row + 8, column : column + 8] = image.pixels
        made.append((canvas, [(row, column, image.digit) for row, column, image in chosen]))
    return made


def _free_corners(rng, count):
    """Return (column, row) of so many squares of 8 by 8 that do not overlap, from left to right."""
    while True:
        corners = sorted((rng.randint(0, 24), rng.randint(0, 12)) for _ in range(count))
        apart = [(b[0] - a[0], abs(b[1] - a[1])) for a, b in combinations(corners, 2)]
        if all(across >= 8 or (across >= 3 and down >= 8) for across, down in apart):
            return corners
