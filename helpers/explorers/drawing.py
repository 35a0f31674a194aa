"""What the pictures of several explorers share."""

LINE = {"solid_capstyle": "butt", "animated": True}
PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
TWO_REVIEWS = ["Delightful place to have dinner", "Food was nice but service wasn't"]


def some(count, thing):
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def plain(word):
    """Dollar signs would start a formula."""
    return word.replace("$", r"\$")


def subscript(number):
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
