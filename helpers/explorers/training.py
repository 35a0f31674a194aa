"""The explorers of lesson 6: what truncating the way back costs, and a model that writes."""

import numpy as np

from helpers import memory
from helpers.experiments import sonnets
from helpers.explorers.shared import drawable, left_out, plural, short
from helpers.figures import BLUE, GREY, ORANGE, PURPLE
from helpers.text import split_words, whole_characters
from helpers.widgets.explorer import choice, explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

LINES, LONGEST_LINE, COUNT, MOST_READ = 10, 76, 360, 200
"""Lines shown, characters in the longest of them, characters written, and the most that are read of a beginning."""


def wrapped(written, longest=LONGEST_LINE):
    """Return a text's lines, each with the number of characters it stands for; a long one goes on in the next, from a space."""
    lines = []
    for line in written.split("\n"):
        while len(line) > longest:
            cut = line.rfind(" ", 0, longest) + 1 or longest
            lines.append((line[:cut], cut))
            line = line[cut:]
        lines.append((line, len(line) + 1))
    return lines


def writer(weights, alphabet, words):
    """Lesson 6: let a trained character model go on from a typed beginning, at a temperature.

    Args:
        weights, alphabet: as `helpers.experiments.stored.writer` returns them.
        words: set of the words of the text that it learned from, in small letters.
    """

    def draw(fig):
        fig.set_size_inches(7.2, 3.2)
        ax = fig.subplots()
        ax.set(xlim=(0, LONGEST_LINE), ylim=(LINES - 0.5, -0.6))
        ax.axis("off")
        ax.set_title("Orange: the beginning. Black: what the model writes")
        style = dict(fontsize=10.5, family="monospace", va="center", animated=True)
        given = [ax.text(0, i, "", color=ORANGE, **style) for i in range(LINES)]
        new = [ax.text(0, i, "", **style) for i in range(LINES)]

        def update(beginning, temperature, attempt):
            rng = np.random.default_rng(attempt)
            typed = "".join(whole_characters(beginning))
            known = "".join(character for character in typed if character in alphabet)
            read = known[:MOST_READ]
            text = sonnets.write(weights, alphabet, read, COUNT, rng, temperature)
            lines, left = wrapped(text.lstrip("\n"))[:LINES], len(read)
            for i in range(LINES):
                line, stands_for = lines[i] if i < len(lines) else ("", 0)
                blank = line[:left] + " " * max(0, len(line) - left)
                given[i].set_text(drawable(blank.rstrip()))
                new[i].set_text(drawable((" " * len(line[:left]) + line[left:]).rstrip()))
                left = max(0, left - stands_for)
            found = [word for word in split_words(text[len(read) :].lower()) if word.isalpha()]
            real = sum(word in words for word in found)
            start = f"After “{short(read.strip(), 40)}”" if read.strip() else "From the start of a line"
            status = (
                f"{start}, temperature {temperature:g}, try {attempt}: {real} of the {plural(len(found), 'word')} that it "
                f"wrote stand in the text it learned from."
            )
            if len(known) > len(read):
                status += f" Only the first {MOST_READ} characters are read."
            return status + left_out(typed, alphabet, "the letters and signs of its text")

        return update

    return predict(
        "At temperature 0 the model always takes its likeliest character. What will its verse be like?",
        ["its best verse", "it repeats itself", "letters without words"],
        answer="it repeats itself",
        why="Set the temperature to 0, then to 0.5, 1 and 2. Then write a beginning of your own, and move “Another try”.",
        then=explore(
            draw,
            "Ten lines of text: a beginning in orange, and after it, in black, what the model writes.",
            beginning=text_box("Beginning", "Shall I "),
            temperature=slider("Temperature", 0.0, 2.0, 0.5, 0.25),
            attempt=slider("Another try", 1, 50, 1),
        ),
    )


def error_and_cosine(truncated, full):
    """Return |truncated - full| / |full| for each truncated gradient, and the cosine of its angle to the full one."""
    truncated, full = truncated.reshape(len(truncated), -1), full.ravel()
    length = np.linalg.norm(full)
    error = np.linalg.norm(truncated - full, axis=1) / length
    return error, truncated @ full / (np.linalg.norm(truncated, axis=1) * length)


def truncation():
    """Lesson 6: plot the error and the direction of the truncated gradient against the window."""
    most = 30

    def draw(fig):
        sizes, turns = fig.subplots(1, 2)
        sizes.set(xlim=(0, most + 1), ylim=(1e-4, 10), yscale="log", xlabel="window k", ylabel="relative error")
        sizes.set_title("How far off it is")
        sizes.axhline(1, color=GREY, linestyle=":")
        sizes.text(most, 1.3, "error as long as the gradient", color=GREY, fontsize=10, ha="right")
        turns.set(xlim=(0, most + 1), ylim=(-1.1, 1.1), xlabel="window k", ylabel="cosine with the whole gradient")
        turns.set_title("Which way it points")
        turns.axhspan(-1.1, 0, color="#FBE7DC")
        turns.text(most, -1.02, "the wrong way", color=ORANGE, ha="right")
        lines = [ax.plot([], [], ".-", color=BLUE, markersize=4, animated=True)[0] for ax in (sizes, turns)]
        points = [ax.plot([], [], "D", color=PURPLE, markersize=9, animated=True)[0] for ax in (sizes, turns)]

        def update(T, cut, w_hh, window):
            gradients = memory.truncated_gradients(T, w_hh, cut)
            found = error_and_cosine(gradients, gradients[-1])
            shown = (np.where(found[0] > 0, found[0], np.nan), found[1])
            for line, point, values in zip(lines, points, shown, strict=True):
                line.set_data(np.arange(1, T + 1), values)
                point.set_data([min(window, T)], [values[min(window, T) - 1]])
            if window >= T:
                whole = np.linalg.norm(gradients[-1])
                return f"Length {T}, window {window}: nothing is cut off, this is the whole gradient of W_hh, {whole:.3g} long."
            error, cosine = found[0][window - 1], found[1][window - 1]
            way = "the wrong way" if cosine < 0 else "nearly the right way" if cosine > 0.95 else "somewhat aside"
            where = cut.replace("k steps", plural(window, "step"))
            return (
                f"Length {T}, the way back is cut: {where}. Relative error {error:.2g}, cosine {cosine:.3f}: the truncated "
                f"gradient of W_hh points {way if error else 'exactly the right way'}."
            )

        return update

    return predict(
        "With a window of 1 each loss moves weights by its own step only. Can such a gradient point away from the whole one?",
        ["no, it is only shorter", "yes"],
        answer="yes",
        why="Set “Recurrent weights times” to 3.5 and “Window k” to 1, and look at the right-hand picture.",
        then=explore(
            draw,
            "Two curves over the window, the truncated gradient's relative error (log scale) and its cosine with the whole "
            "gradient; a diamond marks the chosen window.",
            T=slider("Sequence length T", 2, most, most),
            cut=choice("The way back is cut", [memory.EVERY_K, memory.K_BACK]),
            w_hh=slider("Recurrent weights times", 0.0, 4.0, 1.0, 0.125),
            window=slider("Window k", 1, most, 3),
        ),
    )
