"""The explorer of the speech application: typed digits or a voice of one's own, and what a network hears at every step."""

import numpy as np

from helpers import sound
from helpers.explorers.shared import left_out, plural, short, visible
from helpers.figures import GREY, ORANGE
from helpers.widgets.explorer import choice, explore, recording, samples_of, slider, text
from helpers.widgets.prediction import predict

MOST_DIGITS, STEPS, MOST_SECONDS = 6, 80, 4
TO_TYPE = "Clear it to hear typed digits again."


def spoken_string(networks, recordings, step):
    """Join the recordings of typed digits and show the probability of each digit and of the blank at every step.

    A button plays a whisper made of the frames that are shown. On the web page the learner's own voice can be recorded.

    Args:
        networks: name -> function from (T, 13) frames to (steps, 11) probabilities, the blank first.
        recordings: (voice, digit) -> list of (T, 13) arrays.
        step: how many frames make a step.
    """
    voices = {f"voice {voice + 1}": voice for voice in sorted({voice for voice, _ in recordings})}
    takes = min(map(len, recordings.values()))
    shown = {}

    def draw(fig):
        fig.set_size_inches(7.2, 4.0)
        ax = fig.subplots()
        ax.set(xlim=(-0.5, STEPS - 0.5), ylim=(10.5, -0.5), yticks=range(11))
        ax.set_yticklabels(["blank", *"0123456789"])
        ax.set_xlabel(f"step of the network ({step} frames of sound each)")
        ax.set_title("What it says at every step", pad=26)
        grid = np.zeros((11, STEPS))
        cells = ax.imshow(grid, cmap="Blues", vmin=0, vmax=1.1, aspect="auto", animated=True, zorder=0.5)
        above = dict(transform=ax.get_xaxis_transform(), ha="center", va="bottom", animated=True)
        joins = [ax.plot([0, 0], [-0.5, 10.5], color=GREY, linestyle=":", animated=True)[0] for _ in range(MOST_DIGITS)]
        typed = [ax.text(0, 1.015, "", color=GREY, fontsize=11, **above) for _ in range(MOST_DIGITS)]
        (peaks,) = ax.plot([], [], "o", color=ORANGE, markersize=6, animated=True)

        def update(network, digits, voice, take, recorded):
            wanted = [] if recorded else [int(character) for character in digits if character in "0123456789"]
            asked, sounds = wanted[:MOST_DIGITS], []
            for digit in asked:
                of_digit = recordings[voices[voice], digit]
                sounds.append(of_digit[(take - 1) % len(of_digit)])
            own = sound.without_silence(samples_of(recorded))
            if len(own):
                sounds = [sound.mfcc(own)]
            shown["frames"] = np.concatenate(sounds) if sounds else np.zeros((0, sound.COEFFICIENTS))
            p = networks[network](shown["frames"]) if sounds else np.zeros((0, 11))
            grid = np.zeros((11, STEPS))
            grid[:, : len(p)] = p[:STEPS].T
            cells.set_data(grid)
            ends = np.cumsum([0, *map(len, sounds)]) / step
            for i, (join, label) in enumerate(zip(joins, typed, strict=True)):
                seen = i < len(asked) and ends[i] < STEPS - 2
                join.set_visible(seen)
                label.set_visible(seen)
                if seen:
                    join.set_xdata([ends[i + 1] - 0.5] * 2)
                    label.set(text=f"“{asked[i]}”", x=(ends[i] + min(ends[i + 1], STEPS) - 1) / 2)
            best = p.argmax(axis=1) if len(p) else np.array([], dtype=int)
            first = np.flatnonzero((best != 0) & (best != np.r_[0, best[:-1]]))
            peaks.set_data(first[first < STEPS], best[first[first < STEPS]])
            heard = [int(best[at]) - 1 for at in first]
            if recorded:
                return _status_of_own(heard, best)
            return _status(digits, asked, len(wanted), heard, best)

        return update

    def play():
        if not len(shown["frames"]):
            return sound.wav(np.zeros(sound.HOP))
        heard = sound.whisper(shown["frames"])
        return sound.wav(heard / np.abs(heard).max())

    return predict(
        "The third network was trained on voices 3 to 6. Let voice 1 speak: what kind of fault will it make most often?",
        ["it leaves digits out", "it takes one digit for another", "it hears digits where none is"],
        answer="it takes one digit for another",
        why="To the network a strange voice is not silence: it hears a digit, but another one. The three kinds are counted below. Now choose the third network and let voices 1 and 3 say the same.",
        then=explore(
            draw,
            "Eleven rows, the blank and the digits 0 to 9, over the steps of the network; the darker, the surer. Dots mark what is read off; dotted lines where recordings are joined.",
            listen=("Hear it as a whisper", play),
            digits=text("Digits, at most six", "31415", short=True),
            network=choice("Network", networks),
            voice=choice("Voice", voices),
            take=slider("Recording of each digit", 1, takes, 1),
            recorded=recording("Or say digits yourself", sound.RATE, MOST_SECONDS),
        ),
    )


def _status_of_own(heard, best):
    if not len(best):
        return f"The recording is silent. Is the microphone on? {TO_TYPE}"
    return f"In your recording it hears {_spell(heard)}. {_steps_of(best)} {TO_TYPE}"


def _status(digits, asked, count, heard, best):
    if not visible(digits):
        return "Nothing is typed yet, so there is nothing to play. Type one to six digits."
    if not asked:
        return f"There is no digit in “{short(visible(digits))}”, so there is nothing to play. Type one to six digits."
    verdict = "Right." if heard == asked else f"Wrong: it was {_spell(asked)}."
    status = f"It hears {_spell(heard)}. {verdict} {_steps_of(best)}"
    if count > MOST_DIGITS:
        status += f" Only the first {MOST_DIGITS} digits are played."
    return status + left_out(digits, "0123456789", "the digits 0 to 9")


def _spell(digits):
    return " ".join(map(str, digits)) or "nothing"


def _steps_of(best):
    steps = len(best)
    said = f"A digit is said in {plural(int(np.count_nonzero(best)), 'step')} of {steps}."
    return said + (f" The picture shows the first {STEPS} steps." if steps > STEPS else "")
