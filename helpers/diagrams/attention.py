"""The drawings of the lesson on reading both ways, attention and alignments."""

import numpy as np

from helpers.diagrams.shared import (
    ANSWER,
    BACK,
    FUNCTION,
    INPUT,
    OPERATION,
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
FILLS = ["#CFE3F2", "#FFE0B8", "#CDEBDD", "#E2D6EE", "#F6F2B8", "#F3C9C2"]
LEFT_OUT = "#ECEEF0"


def both_ways(ax, words, forward, backward, answers):
    """Draw a bidirectional network over a sentence.

    Args:
        words: T words; forward, backward: T texts, the two readers' states; answers: T texts, "" for none.
    """
    T = len(words)
    page(ax, 3 * T + 1, 6.4)
    at = [3 * t + 2.2 for t in range(T)]
    for x, word, f, b, answer in zip(at, words, forward, backward, answers, strict=True):
        node(ax, x, 0.6, word, WORD)
        wire(ax, (x - 0.25, 1), (x - 0.25, 1.75), colour=INPUT)
        wire(ax, (x + 0.25, 1), (x + 0.25, 3.15), colour=INPUT)
        node(ax, x - 0.25, 2.1, f, STATE)
        node(ax, x + 0.25, 3.5, b, SECOND_STATE)
        wire(ax, (x - 0.62, 2.5), (x - 0.62, 5.15), colour=OUTPUT)
        wire(ax, (x + 0.25, 3.9), (x + 0.25, 5.15), colour=OUTPUT)
        node(ax, x, 5.6, answer or "–", ANSWER)
    for left, right in zip(at, at[1:], strict=False):
        wire(ax, (left + 0.25, 2.1), (right - 0.75, 2.1), colour=RECURRENT)
        wire(ax, (right - 0.25, 3.5), (left + 0.75, 3.5), colour=RECURRENT)
    for y, name in ((0.6, "reads"), (2.1, "forward\nreader →"), (3.5, "← backward\nreader"), (5.6, "answers")):
        ax.text(-1.3, y, name, va="center", fontsize=11)
    return ax


def rows_of_cells(ax, rows, left_out=("<pad>",)):
    """Draw rows of coloured cells, one under the other: equal texts have one colour, and `left_out` are grey.

    Args:
        rows: label -> list of texts, or of (text, how many columns it covers).
    """
    pairs = {label: [cell if isinstance(cell, tuple) else (cell, 1) for cell in row] for label, row in rows.items()}
    texts = list(dict.fromkeys(text for row in pairs.values() for text, _ in row if text not in left_out))
    for y, row in enumerate(pairs.values()):
        x = 0
        for text, width in row:
            fill = LEFT_OUT if text in left_out else FILLS[texts.index(text) % len(FILLS)]
            if text:
                box = dict(facecolor=fill, edgecolor="white", linewidth=3)
                ax.barh(y, width, left=x, height=0.86, **box)
                colour = QUIET if text in left_out else "black"
                ax.text(x + width / 2, y, text, ha="center", va="center", fontsize=12, color=colour)
            x += width
    widest = max(sum(width for _, width in row) for row in pairs.values())
    ax.set(xlim=(0, widest), ylim=(len(rows) - 0.5, -0.5), xticks=[], yticks=range(len(rows)), yticklabels=rows)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def asking(ax, words, query, keys, scores, weights, values):
    """Draw attention for one query, from top to bottom: keys, scores, weights, values, weighted values, and their sum.

    Args:
        words: T words; query: a text; keys, scores, weights, values: T numbers each.
    """
    T = len(words)
    page(ax, 2 * T + 3.4, 9.4)
    at = [2 * t + 2.6 for t in range(T)]
    lines = (
        (8.9, "word", None),
        (7.6, "key: unit 1", RECURRENT),
        (6.2, "score", None),
        (4.6, "weight", RECURRENT),
        (3.0, "value: unit 2", OUTPUT),
        (1.4, "weight × value", OUTPUT),
    )
    for y, name, colour in lines:
        ax.text(1.15, y, name, ha="right", va="center", fontsize=11, color=colour or "black")
    ax.text(1.15, 6.9, f"query {query} asks", ha="right", va="center", fontsize=11, color=BACK)
    for x, word, key, score, weight, value in zip(at, words, keys, scores, weights, values, strict=True):
        ax.text(x, 8.9, word, ha="center", va="center", fontsize=11)
        node(ax, x, 7.6, f"{key:.3f}", STATE, fontsize=11)
        wire(ax, (x, 7.15), (x, 6.6))
        node(ax, x, 6.2, f"{score:.2f}", FUNCTION, fontsize=11)
        wire(ax, (x, 5.75), (x, 5.25))
        ax.bar(x, 1.1 * weight, bottom=4.05, width=1.3, color=RECURRENT, alpha=0.35)
        ax.text(x, 4.85, f"{weight:.2f}", ha="center", va="center", fontsize=11)
        wire(ax, (x, 4.0), (x, 3.45), colour=RECURRENT, strength=0.2 + 0.8 * weight)
        node(ax, x, 3.0, f"{value:.3f}", ANSWER, fontsize=11)
        wire(ax, (x, 2.55), (x, 1.8), colour=OUTPUT, strength=0.2 + 0.8 * weight)
        ax.text(x, 1.4, f"{weight * value:.3f}", ha="center", va="center", fontsize=11)
        wire(ax, (x, 1.05), (x, 0.45), arrow=False, colour=OUTPUT)
    wire(ax, (at[0], 0.45), (at[-1] + 1.1, 0.45), colour=OUTPUT)
    ax.text(at[-1] + 1.2, 5.4, "softmax", ha="left", va="center", fontsize=11)
    total = float(np.dot(weights, values))
    node(ax, at[-1] + 1.9, 0.45, f"{total:.3f}", ANSWER, fontweight="bold")
    ax.text(at[-1] + 1.9, 1.4, "sum", ha="center", va="center", fontsize=11, color=OUTPUT)
    return ax


def attention_decoder(ax, read, written, at, weights):
    """Draw an encoder, a decoder, and how the decoder's step `at` looks at all states of the encoder.

    Args:
        read: T words; written: U words, the answers; at: 0 to U - 1; weights: T numbers, what that step gives to each.
    """
    T, U = len(read), len(written)
    page(ax, 2 * (T + U) + 1, 8)
    encoder, decoder = [2 * t + 0.4 for t in range(T)], [2 * (T + u) + 1.0 for u in range(U)]
    meet = (np.mean(encoder), 5.6)
    label = dict(fontsize=11, va="center", zorder=4, bbox=dict(facecolor="white", edgecolor="none", pad=1))
    for x, word, weight in zip(encoder, read, weights, strict=True):
        node(ax, x, 0.7, word, WORD, fontsize=11)
        wire(ax, (x, 1.1), (x, 2.0), colour=INPUT)
        wire(ax, (x, 2.85), meet, arrow=False, colour=RECURRENT, width=0.8 + 9 * weight, strength=0.25 + 0.75 * weight)
        ax.text(x, 3.35, f"{weight:.2f}", **(label | dict(fontsize=10, ha="center")))
        node(ax, x, 2.4, f"h{'₁₂₃₄₅₆₇₈₉'[encoder.index(x)]}", STATE)
    for u, (x, word) in enumerate(zip(decoder, written, strict=True)):
        reads, colour = (written[u - 1], BACK) if u else ("<start>", INPUT)
        node(ax, x, 0.7, reads, WORD | dict(edgecolor=colour), fontsize=11)
        wire(ax, (x, 1.1), (x, 2.0), colour=colour)
        node(ax, x, 2.4, f"s{'₁₂₃₄₅₆₇₈₉'[u]}", SECOND_STATE)
        wire(ax, (x, 2.85), (x, 6.9), colour=OUTPUT, strength=1 if u == at else 0.3)
        node(ax, x, 7.3, word, ANSWER, fontsize=11)
    for left, right in zip([*encoder, *decoder], [*encoder[1:], *decoder], strict=False):
        wire(ax, (left + 0.5, 2.4), (right - 0.5, 2.4), colour=RECURRENT)
    asks = decoder[at]
    wire(ax, (asks - 0.15, 2.85), (asks - 0.15, 4.6), (meet[0], 4.6), (meet[0], 5.2), colour=BACK, style="--")
    wire(ax, (meet[0] + 0.45, 5.6), (asks - 0.05, 5.6), (asks - 0.05, 6.9), colour=OUTPUT, width=3)
    node(ax, *meet, "Σ", OPERATION)
    ax.text(decoder[0] - 1.2, 4.6, "query", color=BACK, ha="center", **label)
    ax.text(decoder[0] - 1.2, 5.6, "context", color=OUTPUT, ha="center", **label)
    return ax


def lattice(ax, states, alpha, may_skip):
    """Draw the lattice of CTC: a dot for each state of the label and each frame, and the steps a path may take.

    Args:
        states: S texts, the label with blanks around every letter.
        alpha: (T, S), the number to write on each dot; 0 where no beginning of a path comes.
        may_skip: (S,) booleans, True where a path may come from two states before.
    """
    T, S = alpha.shape
    ends = S - 2
    for t in range(T):
        for s in range(S):
            for back in range(min(s, 1 + may_skip[s]) + 1):
                if t and alpha[t - 1, s - back]:
                    leads = alpha[t, s] > 0
                    wire(ax, (t - 1 + 0.2, s - back), (t - 0.2, s), colour=RECURRENT, strength=0.8 if leads else 0.2)
            reached = alpha[t, s] > 0
            last = reached and t == T - 1 and s >= ends
            box = STATE | dict(edgecolor=OUTPUT if last else RECURRENT, linewidth=2.5 if last else 1)
            if reached:
                node(ax, t, s, f"{alpha[t, s]:.3f}", box, fontsize=11)
            else:
                node(ax, t, s, "0", STATE | dict(facecolor="white", edgecolor=LEFT_OUT), color=QUIET, fontsize=10)
    ax.set(xlim=(-0.5, T - 0.5), ylim=(S - 0.4, -0.6), xticks=range(T), yticks=range(S), yticklabels=states)
    ax.set_xticklabels([f"frame {t + 1}" for t in range(T)])
    ax.tick_params(length=0, labelsize=12)
    ax.spines[:].set_visible(False)
    return ax
