"""The explorers of the text-generation application: names that begin as you type, and tunes to see and to hear."""

import numpy as np
from matplotlib.collections import LineCollection

from helpers.applications import abc_music
from helpers.data.names_and_tunes import LETTERS
from helpers.explorers.shared import drawable, left_out, plural, visible
from helpers.figures import BLUE, GREY, ORANGE
from helpers.text import whole_characters
from helpers.widgets.explorer import choice, explore, slider
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

END_MARK = "end"
TRIES = 8
LONGEST_BEGINNING = 12
MOST_CHARACTERS = 80


def next_letter(networks, known):
    """Show the probabilities of the next letter of a name, and complete names that begin as typed.

    Args:
        networks: name -> function of (beginning, temperature, count): it returns the probabilities of the 26 letters and of
            the end, (27,), and `count` complete names that begin with it.
        known: set of the names in the training data.
    """

    def draw(fig):
        fig.set_size_inches(7.2, 3.9)
        left, right = fig.subplots(1, 2, width_ratios=[2.2, 1])
        left.set(xlim=(-0.7, 26.7), ylim=(0, 1), ylabel="probability", xlabel="next letter")
        left.set_xticks(range(27), [*LETTERS, END_MARK], fontsize=10)
        left.get_xticklabels()[-1].set_rotation(90)
        left.set_title("What comes next")
        bars = LineCollection([], colors=BLUE, linewidths=7, capstyle="butt", animated=True)
        left.add_collection(bars)
        right.set(xlim=(0, 1), ylim=(TRIES - 0.4, -0.6))
        right.axis("off")
        right.set_title("What it writes")
        lines = [right.text(0, i, "", fontsize=11, animated=True) for i in range(TRIES)]

        def update(network, beginning, temperature):
            asked = beginning.lower()
            letters = "".join(letter for letter in whole_characters(asked) if letter in LETTERS)
            typed = letters[:LONGEST_BEGINNING]
            probabilities, written = networks[network](typed, temperature, TRIES)
            bars.set_segments([[(i, 0), (i, p)] for i, p in enumerate(probabilities)])
            for line, name in zip(lines, written, strict=True):
                new = name not in known
                line.set(text=drawable(name.capitalize()) + (" *" if new else ""), color=ORANGE if new else "black")
            likeliest = np.argsort(-probabilities)[:3]
            listed = ", ".join(f"{[*LETTERS, END_MARK][i]} ({probabilities[i]:.2f})" for i in likeliest)
            fresh = sum(name not in known for name in written)
            status = f"After “{typed}”" if typed else "At the start of a name"
            status += f" the likeliest: {listed}. {plural(len(set(written)), 'different name')}; {fresh} of {TRIES} not in the training data (*)."
            if len(letters) > len(typed):
                status += f" Only the first {LONGEST_BEGINNING} letters are read."
            return status + left_out(asked, LETTERS, "the letters a to z")

        return update

    return predict(
        "A name begins with “ma”. How many letters does the GRU give more than one chance in ten to come next?",
        ["1", "about 4", "about 8"],
        answer="1",
        why="One letter is the favourite by far, and the rest is shared by many rare ones. Now raise the temperature: at 0 it writes the favourite name eight times, at 0.5 it is careful, at 2 it babbles.",
        then=explore(
            draw,
            "Bars with the probability of each next letter, and beside them eight names; orange and a star mark those not in the training data.",
            network=choice("Network", networks),
            beginning=text_box("The name begins", "ma"),
            temperature=slider("Temperature", 0.0, 2.0, 0.0, 0.25),
        ),
    )


def tunes(go_on, play, kinds, keys):
    """Show how a network continues a tune, with a button to hear it.

    Args:
        go_on: function of (kind, key, beginning, temperature) -> the notes that follow the beginning, in ABC.
        play: function of (notes, key, kind) -> bytes of a sound file.
        kinds: kind of dance -> units of length in a bar.
        keys: the keys to choose from.
    """
    shown = {}

    def draw(fig):
        fig.set_size_inches(7.2, 3.6)
        ax = fig.subplots()
        pitches = range(55, 89)
        ax.set(xlim=(0, 66), ylim=(pitches[0], pitches[-1]), xlabel="time, in units of length (dotted: bar lines)")
        ax.set_yticks([57, 62, 69, 74, 81, 86], ["A,", "D", "A", "d", "a", "d'"])
        ax.set_title("Orange and thin: the beginning. Blue: what the network writes")
        given = LineCollection([], colors=ORANGE, linewidths=3, animated=True)
        written = LineCollection([], colors=BLUE, linewidths=6, animated=True)
        lines = LineCollection([], colors=GREY, linewidths=0.8, linestyles=":", animated=True)
        for collection in (lines, given, written):
            ax.add_collection(collection)

        def update(kind, key, beginning, temperature):
            every = visible(beginning)
            typed = every[:MOST_CHARACTERS]
            abc = typed + go_on(kind, key, typed, temperature)
            notes, bars, cut = abc_music.parse(abc, key)
            first = len(abc_music.parse(typed, key)[0])
            segments = [
                [(note.start, note.pitch), (note.start + 0.85 * note.length, note.pitch)] if note.pitch else []
                for note in notes
            ]
            given.set_segments([segment for segment in segments[:first] if segment])
            written.set_segments([segment for segment in segments[first:] if segment])
            lines.set_segments([[(bar, pitches[0]), (bar, pitches[-1])] for bar in bars])
            shown.update(notes=abc, key=key, kind=kind)
            lengths = [b - a for a, b in zip(bars, bars[1:], strict=False) if b > a]
            right = sum(abs(length - kinds[kind]) < 1e-6 for length in lengths)
            status = f"{plural(len(notes), 'note')}; {right} of {plural(len(lengths), 'whole bar')} last {kinds[kind]} units, as a {kind} should. In ABC: {abc}"
            if cut:
                status += f" {cut}"
            if len(every) > len(typed):
                status += f" Only the first {MOST_CHARACTERS} characters are read."
            unread = abc_music.TOKEN.sub("", typed)
            status += left_out(unread, "", "notes, rests, bar lines and signs for their length")
            if not typed:
                status = f"Nothing is typed yet, so the network writes the whole tune. {status}"
            return status if notes else f"No note is written. {status}"

        return update

    explorer = explore(
        draw,
        "The notes of a tune as lines, higher for higher notes, from left to right in time, with bar lines.",
        listen=("Hear this tune", lambda: play(shown["notes"], shown["key"], shown["kind"])),
        kind=choice("Kind of dance", kinds),
        key=choice("Key", keys),
        beginning=text_box("The tune begins", "d2 Bd"),
        temperature=slider("Temperature", 0.0, 2.0, 0.5, 0.25),
    )
    return predict(
        "A hornpipe has eight units in a bar, like a reel. What will set the network's hornpipes apart from its reels?",
        ["higher notes", "a long note and a short one in turn", "nothing that can be seen"],
        answer="a long note and a short one in turn",
        why="Long and short, written “>”, is the mark of the hornpipe, and the network has read the kind of dance before the first note. Change the kind, look, then press the button and listen.",
        then=explorer,
    )
