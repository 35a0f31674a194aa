"""The drawings of the lesson on the four types."""

from helpers.diagrams.shared import (
    ANSWER,
    BACK,
    INPUT,
    OUTPUT,
    QUIET,
    RECURRENT,
    SECOND_CELL,
    STATE,
    WORD,
    node,
    page,
    wire,
)

SECOND_STATE = STATE | dict(facecolor=SECOND_CELL)


def encoder_decoder(ax, read, spoken):
    """Draw an encoder that reads `read`, its last state handed to a decoder that speaks `spoken`, and the error's way back.

    Args:
        read: words for the encoder.
        spoken: words of the decoder; each is also what it reads one step later, after `<start>`.
    """
    gap, apart = 1.5, 1.8
    begins = apart * len(read) + gap
    at = [apart * i for i in range(len(read))], [begins + apart * i for i in range(len(spoken))]
    end = at[1][-1]
    page(ax, end + 1, 6)
    for boxes, kind, words, names in (
        (at[0], STATE, read, "h"),
        (at[1], SECOND_STATE, ["<start>", *spoken[:-1]], "s"),
    ):
        for step, (x, word) in enumerate(zip(boxes, words, strict=True), start=1):
            colour = BACK if kind is SECOND_STATE and step > 1 else INPUT
            node(ax, x, 0.8, word, WORD | dict(edgecolor=colour), fontsize=10)
            wire(ax, (x, 1.2), (x, 2.35), colour=colour)
            node(ax, x, 2.8, f"${names}_{{{step}}}$", kind, fontsize=13)
    for x, word in zip(at[1], spoken, strict=True):
        wire(ax, (x, 3.3), (x, 4.1), colour=OUTPUT)
        node(ax, x, 4.5, word, ANSWER, fontsize=10)
    every = [*at[0], *at[1]]
    for before, after in zip(every, every[1:], strict=False):
        joins = after == begins
        wire(ax, (before + 0.5, 2.95), (after - 0.5, 2.95), colour=RECURRENT, width=3.5 if joins else 1.6)
        wire(ax, (after - 0.5, 2.6), (before + 0.5, 2.6), colour=BACK, style="--", width=2.5 if joins else 1.2)
    middle = begins - (apart + gap) / 2
    ax.text(middle, 3.2, "last state,\nH numbers", ha="center", va="bottom", color=RECURRENT, fontsize=10.5)
    ax.text(middle, 2.4, "dh_0", ha="center", va="top", color=BACK, fontsize=10.5)
    for x, text in ((at[0][0] - 0.6, "encoder: reads in silence"), (begins - 0.6, "decoder: speaks until <end>")):
        ax.text(x, 5.45, text, ha="left", fontsize=11, color=QUIET)
    return ax
