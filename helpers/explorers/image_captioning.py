"""The explorers of the image-captioning application: strips of digits, and a reason for each word; digits to move on a canvas,
and where attention looks."""

import numpy as np

from helpers.data.captions import PLACES, WORDS
from helpers.explorers.shared import drawable, left_out, plural, visible
from helpers.figures import ORANGE
from helpers.widgets.explorer import drawing, explore, ink_of, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

HANDS = 12
MOST_WORDS = 40
COLUMNS = (2, 3)
"""Panels stand in two rows: four large ones where they are enough, else six."""
AT_REST = ((17, 0), (24, 12))
"""Column and row of a third and a fourth digit on the canvas, which cannot be moved."""
EDGE = ([-0.5, 31.5, 31.5, -0.5, -0.5], [-0.5, -0.5, 19.5, 19.5, -0.5])
"""The canvas's edge, as a line."""
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


def canvas_captions(caption, images):
    """Show the caption of digits that the learner moves on a canvas, and where the network looks before each word.

    Args:
        caption: function of a canvas, (20, 32) float64 from 0 (paper) to 1 (ink). It returns a list of T words, and how much
            it looks at each of 7 by 13 windows before each word, and before the end: (T + 1, 7, 13), or (T, 7, 13) where it
            comes to no end. At most 6 of these T + 1 are shown.
        images: list of DigitImage to put on the canvas.
    """
    of_digit = {str(digit): [image.pixels for image in images if image.digit == digit][:HANDS] for digit in range(10)}

    def draw(fig):
        fig.set_size_inches(7.2, 3.6)
        few, many = ([_panel(ax) for ax in fig.subplots(2, columns).flat] for columns in COLUMNS)

        def update(digits, hand, across, down, across_2, down_2):
            read = [character for character in digits if character in of_digit]
            asked, canvas = read[:4], np.zeros((20, 32))
            corners = [(across, down), (across_2, down_2), *AT_REST]
            placed = sorted((*corner, digit) for corner, digit in zip(corners, asked, strict=False))
            for column, row, digit in placed:
                hands = of_digit[digit]
                place = canvas[row : row + 8, column : column + 8]
                np.maximum(place, hands[(hand - 1) % len(hands)], out=place)
            words, looked = caption(canvas)
            for artist in (artist for panel in [*few, *many] for artist in panel):
                artist.set_visible(False)
            for i, panel in enumerate((few if len(looked) <= len(few) else many)[: len(looked)]):
                for artist in panel:
                    artist.set_visible(True)
                picture, frame, word = panel[1:]
                picture.set_data(glow(canvas, looked[i]))
                word.set_text(f"“{words[i]}”" if i < len(words) else "the end")
                row, column = most_looked_at(looked[i])
                frame.set_data(column + np.array([0, 8, 8, 0, 0]) - 0.5, row + np.array([0, 0, 8, 8, 0]) - 0.5)
            status = f"Hand {hand}. " if placed else ""
            status += _what_is_said(words, looked, placed, visible(digits))
            if len(read) > len(asked):
                status += " Only the first four digits count."
            return status + left_out(digits, of_digit, "digits")

        return update

    return predict(
        "A 3 lies on the left and a 7 on the right. Now move the 3 past the 7, to the right edge. Where will the network look "
        "before its first word?",
        ["at the 3", "at the 7", "between the two"],
        answer="at the 7",
        why="It has learned to begin with the digit whose left edge comes first, whichever it is. Move “First: across” up to 24 and watch the frame of the first panel.",
        then=explore(
            draw,
            "A canvas with digits, drawn again for each word of its caption; an orange glow and a frame show where the network looks.",
            digits=text_box("Digits, at most four", "37"),
            across=slider("First: across", 0, 24, 3),
            down=slider("First: down", 0, 12, 2),
            across_2=slider("Second: across", 0, 24, 14),
            down_2=slider("Second: down", 0, 12, 10),
            hand=slider("Hand", 1, HANDS, 1),
        ),
    )


def _panel(ax):
    """Return what moves in a panel with the canvas: its border, the picture, the frame of a window, and the word above."""
    ax.set(xticks=[], yticks=[], xlim=(-0.5, 31.5), ylim=(19.5, -0.5), aspect="equal")
    ax.set_title(" ", fontsize=11)  # room for the word
    ax.spines[:].set_visible(False)
    (border,) = ax.plot(*EDGE, color="black", linewidth=1, clip_on=False, animated=True)
    picture = ax.imshow(np.ones((20, 32, 3)), animated=True)
    (frame,) = ax.plot([], [], color=ORANGE, linewidth=2, animated=True)
    word = ax.text(0.5, 1.03, "", transform=ax.transAxes, ha="center", fontsize=11, animated=True)
    return border, picture, frame, word


def _what_is_said(words, looked, placed, typed):
    """Return the sentence about a caption, from what is on the canvas: (column, row, digit), from left to right."""
    said = f"It says: “{' '.join(words)}”." if words else "It says nothing."
    if not placed:
        return f"{'There is no digit on' if typed else 'Nothing is typed yet, so nothing is on'} the canvas. {said}"
    right = [WORDS[int(digit)] for _, _, digit in placed]
    said += " Right." if words == right else f" Wrong: it is “{' '.join(right)}”."
    places = []
    for weights in looked[: max(len(words), 1)]:
        row, column = most_looked_at(weights)
        near = [(digit, top) for left, top, digit in placed if max(abs(left - column), abs(top - row)) <= 2]
        places.append("the {}, {} pixels down".format(*near[0]) if near else "a place beside the digits")
    said += f" Word by word it looks most at {'; '.join(places)}."
    pairs = [(a, b) for i, a in enumerate(placed) for b in placed[i + 1 :]]
    if any(b[0] - a[0] < 8 and abs(b[1] - a[1]) < 8 for a, b in pairs):
        return said + " Two digits lie on each other, which it has never seen in training."
    if any(b[0] - a[0] < 3 for a, b in pairs):
        return said + " Two left edges are less than 3 pixels apart, which it has never seen in training."
    return said


def most_looked_at(weights):
    """Return row and column of the top left pixel of the window with the largest weight, of (7, 13) windows."""
    row, column = divmod(int(weights.argmax()), weights.shape[1])
    return 2 * row, 2 * column


def glow(canvas, weights):
    """Return a canvas in colours, (20, 32, 3): a pixel is as orange as the windows that cover it, (7, 13), are looked at."""
    share = np.zeros(canvas.shape)
    for (row, column), weight in np.ndenumerate(weights):
        share[2 * row : 2 * row + 8, 2 * column : 2 * column + 8] += weight
    shade = 0.75 * share[..., None] * (1 - canvas[..., None])
    return (1 - canvas[..., None]) * (1 - shade) + shade * np.array([0.95, 0.55, 0.1])
