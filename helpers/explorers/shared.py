"""What the pictures of several explorers share."""

from matplotlib.font_manager import findfont, get_font

FONT = get_font(findfont("DejaVu Sans"))
LINE = {"solid_capstyle": "butt", "animated": True}
PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
TWO_REVIEWS = ["Delightful place to have dinner", "Food was nice but service wasn't"]


def plural(count, thing):
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def drawable(word):
    """As it can be drawn: what the font lacks becomes a box, and dollar signs would start a formula."""
    return "".join(c if FONT.get_char_index(ord(c)) else "□" for c in word).replace("$", r"\$")
