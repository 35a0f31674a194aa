"""The explorers of lesson 10: reading in both directions, the paths of CTC, and attention."""

import zlib

import numpy as np
from matplotlib.collections import LineCollection

from helpers import attention as attention_
from helpers import cells, ctc, losses, text
from helpers.explorers.shared import (
    LINE,
    TWO_REVIEWS,
    AttentionGrid,
    drawable,
    nothing_to,
    plural,
    quoted,
    short,
    unknown_words,
)
from helpers.figures import BLUE, GREEN, GREY, ORANGE
from helpers.widgets.explorer import choice, explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

PALE = "#D5D9DE"


def both_ways():
    """Lesson 10: read two sentences in both directions; show which states differ, and which words a state has read."""
    most, H = 8, 12
    names, rows, under = ("forward", "backward"), (2.1, 4.0), (3.0, 4.9)  # heights of each reader's states and arrow
    rng = np.random.default_rng(9)
    W_hh = 0.9 * np.linalg.qr(rng.normal(size=(H, H)))[0]

    def states(words):
        rows = [np.random.default_rng(zlib.crc32(word.encode())).normal(size=H) for word in words]
        return cells.rnn_forward(0.7 * np.array([rows]), None, np.eye(H), W_hh, np.zeros(H))[0]

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        ax = fig.subplots()
        ax.set(xlim=(0.4, most + 0.6), ylim=(5.5, -0.5), xticks=[], yticks=sorted([0, 0.8, *rows, *under]))
        ax.set_yticklabels(["sentence", "changed", "forward\nstates", "has read", "backward\nstates", "has read"])
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        ax.set_title("How far each state moves when the words change")
        label = {"ha": "center", "va": "center", "animated": True}
        words = [[ax.text(i + 1, row, "", fontsize=10, **label) for i in range(most)] for row in (0, 0.8)]
        moved = [[ax.text(i + 1, row, "", fontsize=10, **label) for i in range(most)] for row in rows]
        cells_ = [ax.scatter([], [], s=1500, marker="s", animated=True) for _ in moved]
        read = [ax.plot([], [], color=c, linewidth=5, **LINE)[0] for c in (BLUE, GREEN)]
        heads = [
            ax.plot([], [], marker, color=c, markersize=11, animated=True)[0]
            for marker, c in ((">", BLUE), ("<", GREEN))
        ]

        def update(first, second, at):
            every = [text.split_words(sentence) for sentence in (first, second)]
            pair = [words[:most] for words in every]
            for typed, box in zip(pair, ("Sentence", "Changed to"), strict=True):
                if nothing := nothing_to("compare", typed, typed, f"Type a few words into “{box}”."):
                    return nothing
            T = min(map(len, pair))
            too_short = f"The shorter sentence has {T} words. " if at > T else ""
            at = min(at, T)
            forward, backward = ([states(sentence[::way])[::way] for sentence in pair] for way in (1, -1))
            sizes = [np.sqrt(((one[:T] - other[:T]) ** 2).sum(axis=1)) for one, other in (forward, backward)]
            for row, sentence in zip(words, pair, strict=True):
                for i, artist in enumerate(row):
                    artist.set_visible(i < len(sentence))
                    if i < len(sentence):
                        same = i < min(map(len, pair)) and pair[0][i] == pair[1][i]
                        artist.set(text=drawable(short(sentence[i], 10)), color="black" if same else ORANGE)
                        artist.set_weight("normal" if same else "bold")
            for row, artists, squares, size in zip(rows, moved, cells_, sizes, strict=True):
                squares.set_offsets(np.column_stack([np.arange(1, T + 1), np.full(T, row)]))
                squares.set_facecolor(["#FFD9A8" if s > 0 else "#F1F3F5" for s in size])
                squares.set_edgecolor(["black" if i + 1 == at else "none" for i in range(T)])
                for i, artist in enumerate(artists):
                    artist.set_visible(i < T)
                    if i < T:
                        artist.set_text(f"{size[i]:.3f}" if size[i] else "0")
            read[0].set_data([0.6, at + 0.3], [under[0]] * 2)
            heads[0].set_data([at + 0.3], under[:1])
            read[1].set_data([at - 0.3, len(pair[0]) + 0.4], [under[1]] * 2)
            heads[1].set_data([at - 0.3], under[1:])
            still = [f"{np.count_nonzero(size == 0)} of {T} {name}" for name, size in zip(names, sizes, strict=True)]
            seen = list(map(short, pair[0]))
            cut = f" Only the first {most} words are read." if max(map(len, every)) > most else ""
            return (
                f"{too_short}At step {at} the forward state has read “{' '.join(seen[:at])}”, the backward state "
                f"“{' '.join(seen[at - 1 :][::-1])}”, in this order. Exactly as before: "
                f"{still[0]} and {still[1]} states.{cut}"
            )

        return update

    return predict(
        "You change the last of six words. How many of the six forward states move?",
        ["none", "one", "all six"],
        answer="one",
        why="Only the last one has read the changed word; look for the zeros. And the backward reader begins there: where "
        "does it move most?",
        then=explore(
            draw,
            "Two sentences word by word, and under each word by how much its forward and its backward state differ; two "
            "bars show which words the states at the chosen step have read.",
            first=text_box("Sentence", TWO_REVIEWS[1]),
            second=text_box("Changed to", "Food was nice but service was"),
            at=slider("Step shown t", 1, most, 2),
        ),
    )


def alignments():
    """Lesson 10: draw all CTC paths for a label through its trellis; more probable paths are thicker."""
    letters, most = "–no", 10
    labels = {"no": [1, 2], "oo": [2, 2], "noon": [1, 2, 2, 1]}
    S = 2 * max(map(len, labels.values())) + 1

    def emissions(spoken, T, sharpness, blank):
        """Return (T, 3) probabilities: a spoken letter's score peaks in the middle of its frames, the blank's is constant."""
        middles = (np.arange(len(spoken)) + 0.5) / len(spoken)
        at = (np.arange(T) + 0.5) / T
        logits = np.zeros((T, len(letters)))
        for symbol, middle in zip(spoken, middles, strict=True):
            bump = np.exp(-(((at - middle) * 2.5 * len(spoken)) ** 2))
            logits[:, symbol] = np.maximum(logits[:, symbol], sharpness * bump)
        logits[:, 0] = blank
        return losses.softmax(logits)

    def draw(fig):
        fig.set_size_inches(7.2, 3.7)
        top, ax = fig.subplots(2, 1, height_ratios=[1, 2.2], sharex=True)
        top.set(xlim=(-0.5, most - 0.5), ylim=(len(letters) - 0.5, -0.5), yticks=range(len(letters)))
        top.set_yticklabels(["blank –", "n", "o"])
        top.set_title("Probability of each symbol, frame by frame (dark: 1; ring: the largest)")
        ax.set(ylim=(S - 0.3, -0.5), yticks=[], xticks=[])
        ax.set_xlabel("frame t", labelpad=18)
        ax.set_ylabel("the label, blanks around", labelpad=24)
        ax.set_title("Paths that collapse to the label (thick: more probable)")
        for axes in (top, ax):
            axes.spines[:].set_visible(False)
            axes.tick_params(length=0)
        extent = (-0.5, most - 0.5, len(letters) - 0.5, -0.5)
        image = top.imshow(
            np.zeros((len(letters), 1)), cmap="Blues", vmin=0, vmax=1, aspect="auto", extent=extent, animated=True
        )
        (rings,) = top.plot(
            [], [], "o", color=ORANGE, markersize=13, fillstyle="none", markeredgewidth=2, animated=True
        )
        edges = LineCollection([], color=BLUE, animated=True)
        ax.add_collection(edges)
        (places,) = ax.plot([], [], "o", color=PALE, markersize=6, zorder=1, animated=True)
        nodes = ax.scatter([], [], color=BLUE, zorder=3, animated=True)
        label_ = {"ha": "center", "va": "center", "animated": True}
        names = [ax.text(-0.8, 0, "", fontsize=11, **label_) for _ in range(S)]
        frames = [ax.text(0, S - 0.1, str(t + 1), fontsize=10, **label_) for t in range(most)]
        none = ax.text((most - 1) / 2, (S - 1) / 2, "no path: too few frames", fontsize=13, color=ORANGE, **label_)

        def update(spoken, label, T, sharpness, blank):
            p = emissions(labels[spoken], T, sharpness, blank)
            wanted = labels[label]
            states, _ = ctc.trellis(wanted)
            weight, steps = shares(np.log(p), wanted)
            best = p.argmax(axis=1)
            wide, high = most / T, (S - 1) / (len(states) - 1)
            across, down = wide * (np.arange(T) + 0.5) - 0.5, high * np.arange(len(states))
            image.set_data(p.T)
            rings.set_data(across, best)
            everywhere = np.stack(np.meshgrid(across, down, indexing="ij"), axis=-1).reshape(-1, 2)
            places.set_data(*everywhere.T)
            nodes.set_offsets(everywhere)
            nodes.set_sizes(260 * weight.ravel())
            taken = {step: share for step, share in steps.items() if share > 0.002}
            edges.set_segments([((across[t], down[s - back]), (across[t + 1], down[s])) for t, s, back in taken])
            edges.set_linewidths([0.4 + 9 * share for share in taken.values()])
            none.set_visible(not steps)
            for s, name in enumerate(names):
                name.set_visible(s < len(states))
                if s < len(states):
                    name.set(text=letters[states[s]], y=down[s])
            for t, frame in enumerate(frames):
                frame.set_visible(t < T)
                if t < T:
                    frame.set_x(across[t])
            count = round(np.exp(np.logaddexp.reduce(ctc.log_alpha(np.zeros((T, 3)), wanted)[-1, -2:])))
            greedy = "".join(letters[k] for k in ctc.collapse(best.tolist()))
            return (
                f"{plural(count, 'path')} of {3**T:,} {'collapses' if count == 1 else 'collapse'} to “{label}”, "
                f"with probability {np.exp(-ctc.ctc_loss(np.log(p), wanted)):.3f} in all. The largest symbol of each "
                f"frame, {''.join(letters[k] for k in best)}, collapses to “{greedy}”."
            )

        return update

    return predict(
        "How many frames does the label “noon” need at least?",
        ["4", "5", "7"],
        answer="5",
        why="One for each letter, and one for a blank between the two o's: n o – o n. Choose “noon” and four frames, then five.",
        then=explore(
            draw,
            "Above, the probability of blank, n and o in each frame; below, a grid of the label's states by frame with "
            "the paths that collapse to the label.",
            spoken=choice("The sound says", labels, "no"),
            label=choice("Label", labels, "no"),
            T=slider("Frames T", 2, most, 6),
            sharpness=slider("Score of a spoken letter", 0.0, 8.0, 3.0, 0.25),
            blank=slider("Score of the blank", -4.0, 4.0, 1.0, 0.25),
        ),
    )


def shares(log_p, label):
    """Return the share of a label's probability that passes through each state and each step of its trellis.

    Args:
        log_p: (T, K) log-probabilities, class 0 the blank.
        label: U ids.

    Returns:
        weight: (T, S), each row summing to 1; zeros where no path gives the label.
        steps: (t, s, back) -> share of the steps from state s - back at frame t to state s at frame t + 1.
    """
    states, may_skip = ctc.trellis(label)
    alpha = ctc.log_alpha(log_p, label)
    beta = ctc.log_alpha(log_p[::-1], label[::-1])[::-1, ::-1]  # the same recursion from the other end
    total = np.logaddexp.reduce(alpha[-1, -2:])
    steps = {}
    if total == -np.inf:
        return np.zeros_like(alpha), steps
    for t in range(len(log_p) - 1):
        for s in range(len(states)):
            for back in range(min(s, 1 + may_skip[s]) + 1):
                steps[t, s, back] = np.exp(alpha[t, s - back] + beta[t + 1, s] - total)
    return np.exp(alpha + beta - log_p[:, states] - total), steps


def attention(encode, known):
    """Lesson 10: set a query with two sliders; show the states it is compared with, and the resulting weights.

    Args:
        encode: function from a sentence to its (T, 2) states.
        known: the words whose rows are not zero.
    """
    most_words, most = 8, 12

    def draw(fig):
        fig.set_size_inches(7.2, 3.3)
        plane, ax = fig.subplots(1, 2, width_ratios=[1, 1.1])
        plane.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.75), xticks=[-1, 0, 1], yticks=[-1, 0, 1])
        plane.set(xlabel="unit 1: service ← → food", ylabel="unit 2: bad ← → good", aspect="equal")
        plane.set_title("States, numbered by step")
        plane.axhline(0, color=PALE, linewidth=0.8, zorder=0)
        plane.axvline(0, color=PALE, linewidth=0.8, zorder=0)
        (query,) = plane.plot([], [], color=ORANGE, linewidth=3, **LINE)
        (tip,) = plane.plot(
            [], [], "D", color=ORANGE, markersize=10, fillstyle="none", markeredgewidth=2, animated=True
        )
        points = plane.scatter([], [], color=BLUE, alpha=0.55, animated=True)
        numbers = [
            plane.text(0, 0, "", fontsize=10, ha="center", va="center", animated=True) for _ in range(most_words)
        ]
        (mean,) = plane.plot([], [], "*", color=GREEN, markersize=17, markeredgecolor="white", animated=True)
        for y, name, colour in ((1.6, "◇ query, drawn at 1/4 size", ORANGE), (1.37, "★ weighted sum", GREEN)):
            plane.text(-1.08, y, name, color=colour, fontsize=10, va="center")
        ax.set(xlim=(-0.72, 1.02), ylim=(most - 0.5, -0.5), xticks=[0, 0.5, 1], yticks=[], xlabel="weight")
        ax.set_title("Weight of each step")
        ax.spines["left"].set_visible(False)
        ax.axvline(0, color=GREY, linewidth=0.8)
        bars = [ax.plot([], [], linewidth=11, **LINE)[0] for _ in range(most)]
        names = [ax.text(-0.03, i, "", ha="right", va="center", fontsize=10, animated=True) for i in range(most)]

        def update(review, q1, q2, times, T, masked):
            typed = text.split_words(review)
            words = typed[:most_words]
            if nothing := nothing_to("compare", words, known, f"Type a sentence with words such as {quoted(known)}"):
                return nothing
            states = encode(" ".join(words))
            n = len(words)
            T = max(T, n)
            keys = np.zeros((1, T, 2))
            keys[0, :n] = states
            mask = text.mask([n], T) if masked == "on" else None
            context, weights = attention_.attend(times * np.array([[[q1, q2]]]), keys, keys, mask)
            context, weights = context[0, 0], weights[0, 0]
            query.set_data([0, q1 / 4], [0, q2 / 4])
            tip.set_data([q1 / 4], [q2 / 4])
            points.set_offsets(states)
            points.set_sizes(60 + 900 * weights[:n])
            for i, number in enumerate(numbers):
                number.set_visible(i < n)
                if i < n:
                    number.set(text=str(i + 1), x=states[i, 0], y=states[i, 1] + (0.13 if i % 2 else -0.13))
            mean.set_data(context[:1], context[1:])
            for i, (bar, name) in enumerate(zip(bars, names, strict=True)):
                bar.set_visible(i < T)
                name.set_visible(i < T)
                if i < T:
                    bar.set_data([0, weights[i]], [i, i])
                    bar.set_color(BLUE if i < n else ORANGE)
                    word = f"{i + 1} {drawable(short(words[i], 12))}" if i < n else text.PAD
                    name.set(text=f"{word}  {weights[i]:.2f}", color="black" if i < n else ORANGE)
            wasted = f" Padding takes {weights[n:].sum():.0%} of the attention." if n < T else ""
            top = int(weights[:n].argmax())
            verdict = "no verdict" if abs(context[1]) < 0.005 else "good" if context[1] > 0 else "bad"
            strange = [word for word in words if word not in known]
            unknown = f" Row (0, 0), so they say nothing themselves: {quoted(strange)}." if strange else ""
            cut = f" Only the first {most_words} words are read." if len(typed) > most_words else ""
            return (
                f"Most attention among the words, {weights[top]:.2f}, goes to “{short(words[top])}”; the weighted sum is "
                f"({context[0]:.2f}, {context[1]:.2f}), {verdict} by its second number.{wasted}{unknown}{cut}"
            ).replace("-0.00", "0.00")

        return update

    return predict(
        "“Delightful place to have dinner” is padded to 12 with zeros, nothing is masked, and the query (3, 0) asks about food. "
        "How much of the attention goes to padding?",
        ["none", "about a third", "more than half"],
        answer="about a third",
        why="Asked about food, the words score above 0 and outweigh padding, but seven times e⁰ is no small sum. Switch the "
        "mask on, and padding gets nothing.",
        then=explore(
            draw,
            "Left, the states of a sentence as points in a plane with the query and the weighted sum; right, a bar for "
            "the attention weight of each step.",
            review=text_box("Sentence", TWO_REVIEWS[0], [TWO_REVIEWS[1], "place awful but dinner nice"]),
            q1=slider("Query, number 1", -4.0, 4.0, 3.0, 0.25),
            q2=slider("Query, number 2", -4.0, 4.0, 0.0, 0.25),
            times=slider("Scores times", 0.0, 8.0, 1.0, 0.25),
            T=slider("Padded length T", 6, most, most),
            masked=choice("Mask", ["on", "off"], "off"),
        ),
    )


def summaries(task, without, attending):
    """Lesson 10: what two trained networks say about a typed review, and where the attending one looks.

    Args:
        task: `helpers.experiments.summaries.Summaries`, the words that they know.
        without, attending: `models.Summariser`, trained without attention and with it.
    """
    most_read, most_written = 14, 8

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        grid = AttentionGrid(fig, [0.16, 0.03, 0.82, 0.66], most_written, most_read)
        fig.text(0.02, 0.94, "Where each written word (down) looks among the words read (across)", fontsize=12)
        inside = dict(ha="center", va="center", fontsize=10, animated=True)
        numbers = [[grid.ax.text(j, i, "", **inside) for j in range(most_read)] for i in range(most_written)]

        def update(review):
            typed = text.split_words(review)
            words = typed[:most_read]
            ask = "Type a review such as “soup was bad but wine was nice”."
            if nothing := nothing_to("sum up", words, task.vocabulary, ask):
                return nothing
            ids, lengths = text.pad([task.vocabulary.encode(words)])
            said, weights = {}, None
            for name, model in (("without", without), ("with", attending)):
                row, weights = model.summarise(ids, lengths, task.replies.id(text.START), most_written)
                row = task.replies.decode(row[0])
                said[name] = row[: row.index(text.END) + 1] if text.END in row else row
            shown = len(said["with"])
            grid.show(words, task.vocabulary, said["with"], weights[0, :shown])
            for (i, j), weight in np.ndenumerate(grid.weights):
                numbers[i][j].set_visible(weight >= 0.15)
                if weight >= 0.15:
                    numbers[i][j].set(text=f"{weight:.1f}", color="white" if weight > 0.6 else "black")
            cut = f" Only the first {most_read} words are read." if len(typed) > most_read else ""
            return (
                f"With attention it says “{_sentence(said['with'])}”, without it “{_sentence(said['without'])}”."
                f"{unknown_words(words, task.vocabulary)}{cut}"
            )

        return update

    return predict(
        "It reads “wine was nice but dessert wasn't” and writes “wine good dessert bad”. Three of the words that it writes look mostly "
        "at one word of the review. Which one looks at two words far apart?",
        ["wine", "good", "dessert", "bad"],
        answer="bad",
        why="“good” looks mostly at “nice”, “bad” is split between “nice” and “wasn't”.",
        then=explore(
            draw,
            "A grid with the words of a review across and the words of its summary down; the darker a cell, the more attention.",
            review=text_box(
                "Review",
                "Wine was nice but dessert wasn't",
                [
                    TWO_REVIEWS[1],
                    "overall superb although wine was sad and music was poor",
                    "soup was dull and waiter was horrible and wine was rotten but overall delightful",
                ],
            ),
        ),
    )


def _sentence(words):
    return " ".join(word for word in words if word != text.END) + ("" if text.END in words else " …")
