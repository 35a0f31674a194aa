"""The explorer of the image-captioning application: strips of digits composed by the learner, and a reason for each word."""

import numpy as np

from helpers.data.captions import PLACES
from helpers.explorers.shared import drawable, left_out, plural, visible
from helpers.widgets.explorer import drawing, explore, ink_of, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

HANDS = 12
MOST_WORDS = 40
POINTS = 32
"""A place to draw in has so many points in each direction, as the data's digits had before they became 8 by 8 pixels."""


def as_pixels(ink):
    """Make a drawn digit look like those of the data: as tall as its place, in the middle, 16 points to a pixel.

    Args:
        ink: (32, 32) booleans, True where it was drawn.

    Returns:
        pixels (8, 8) float64, the share of each pixel's points that have ink; zeros if nothing was drawn.

    Source: Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, for the
    blocks of 4 by 4 points.
    """
    if not ink.any():
        return np.zeros((8, 8))
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = max(cut.shape) / POINTS
    height, width = (max(1, round(size / scale)) for size in cut.shape)
    whole = np.zeros((POINTS, POINTS))
    top, left = (POINTS - height) // 2, (POINTS - width) // 2
    from_rows, from_columns = (
        (np.arange(size) * old // size).astype(int) for size, old in zip((height, width), cut.shape, strict=True)
    )
    whole[top : top + height, left : left + width] = cut[np.ix_(from_rows, from_columns)]
    return whole.reshape(8, 4, 8, 4).mean(axis=(1, 3))


def digit_captions(caption, images):
    """Show the caption of a strip, and which piece of the strip each word depends on.

    Args:
        caption: function of a strip, (8, 40) float64 from 0 (paper) to 1 (ink). It returns a list of T >= 0 words, and
            how much less likely each becomes when a place is covered, (T, 5).
        images: list of DigitImage to compose strips from.
    """
    of_digit = {str(digit): [image.pixels for image in images if image.digit == digit][:HANDS] for digit in range(10)}

    def draw(fig):
        fig.set_size_inches(7.2, 4.2)
        above, below = fig.subplots(2, 1, height_ratios=[1, 1.5])
        strip_image = above.imshow(np.zeros((8, 40)), cmap="Greys", vmin=0, vmax=1, animated=True)
        above.set(xticks=np.arange(3.5, 40, 8), yticks=[])
        above.set_xticklabels(PLACES)
        above.set_title("The strip")
        looks = below.imshow(np.zeros((5, MOST_WORDS)), cmap="Blues", vmin=0, vmax=1, aspect="auto", animated=True)
        below.set_yticks(range(5), PLACES)
        below.set(xticks=[])
        below.set_title("Because of which piece (dark: without it, another word)")
        below.set_xlabel(" ", labelpad=44)
        turned = dict(rotation=60, ha="right", va="top", rotation_mode="anchor", fontsize=10, animated=True)
        labels = [below.text(i, 4.7, "", **turned) for i in range(MOST_WORDS)]

        def update(places, hand, ink, drawn):
            read = [character for character in places if character in of_digit or character in ". "]
            asked = read[:5]
            strip = np.zeros((8, 40))
            for place, character in enumerate(asked):
                if character in of_digit:
                    hands = of_digit[character]
                    strip[:, 8 * place : 8 * place + 8] = hands[(hand - 1) % len(hands)]
            digits = sum(character in of_digit for character in asked)
            for place, own in enumerate(np.split(ink_of(drawn, POINTS, 5 * POINTS), 5, axis=1)):
                if own.any():
                    digits += not strip[:, 8 * place : 8 * place + 8].any()
                    strip[:, 8 * place : 8 * place + 8] = as_pixels(own)
            strip = np.clip(ink * strip, 0, 1)
            words, weights = caption(strip)
            strip_image.set_data(strip)
            shown = np.zeros((5, MOST_WORDS))
            shown[:, : len(words)] = np.transpose(weights)[:, :MOST_WORDS]
            looks.set_data(shown)
            for i, label in enumerate(labels):
                label.set_text(drawable(words[i]) if i < len(words) else "")
            status = "" if visible(places) or drawn else "Nothing is typed yet, so the strip is blank. "
            status += f"It says: “{' '.join(words).replace(' :', ':').replace(' ,', ',')}”."
            if digits in (0, 5):
                status += f" There {'are no digits' if digits == 0 else 'are five digits'}, which it has never seen in training."
            else:
                status += f" There {'is' if digits == 1 else 'are'} {plural(digits, 'digit')}."
            if len(read) > len(asked):
                status += " Only the first five places count."
            return status + left_out(places, {*of_digit, "."}, "digits, and dots for empty places,")

        return update

    return predict(
        "No strip in training had more than four digits. What will it say of five?",
        ["“five digits: ...”", "“four digits: ...”", "nothing at all"],
        answer="“four digits: ...”",
        why="No caption ever began with “five digits”. Type five digits into the box and read on: it says four, and goes on. Then type one digit five times, and then none.",
        then=explore(
            draw,
            "A strip of digits, and below it, for five places and the words of the caption, how much each word needs the place.",
            places=text_box("Five places", "3.58."),
            hand=slider("Hand", 1, HANDS, 1),
            ink=slider("Ink", 0.25, 2.0, 1.0, 0.125),
            drawn=drawing("Or draw digits yourself", POINTS, 5 * POINTS),
        ),
    )
