"""The explorer of the application that suggests words: three models and their three offers, while you type."""

from helpers import text
from helpers.explorers.shared import drawable
from helpers.figures import COLOURS
from helpers.widgets.explorer import explore
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

OFFERS = 3
MOST_WORDS = 40


def next_word(models, vocabulary):
    """What will be typed next?

    Args:
        models: name -> function of a list of T >= 0 words; it returns the probability of every next word, (V,). The first
            is the one whose offers are put into words.
        vocabulary: Vocabulary.
    """

    def draw(fig):
        fig.set_size_inches(7.2, 3.6)
        axes = fig.subplots(1, len(models), sharex=True)
        panels = []
        for ax, name, colour in zip(axes, models, COLOURS, strict=False):
            ax.set(xlim=(0, 1), ylim=(OFFERS - 0.3, -0.7), xticks=[0, 0.5, 1], yticks=[], xlabel="probability")
            ax.set_title(name)
            bars = [
                ax.plot([0, 0], [i, i], color=colour, linewidth=9, solid_capstyle="butt", animated=True)[0]
                for i in range(OFFERS)
            ]
            words = [ax.text(0.03, i - 0.22, "", fontsize=13, animated=True) for i in range(OFFERS)]
            panels.append((models[name], bars, words))

        def update(typed):
            tokens, begun = _tokens(typed)
            said = []
            for answer, bars, words in panels:
                offered = _offers(answer(tokens[-MOST_WORDS:]), begun, vocabulary)
                said.append(", ".join(f"“{word}” ({p:.2f})" for word, p in offered))
                for i, (bar, label) in enumerate(zip(bars, words, strict=True)):
                    word, p = offered[i] if i < len(offered) else ("", 0.0)
                    bar.set_xdata([0, p])
                    label.set_text(drawable(word))
            unknown = list(dict.fromkeys(word for word in tokens if word not in vocabulary))
            first = next(iter(models))
            where = f"After “{tokens[-1][:20]}”" if tokens else "At the start of a sentence"
            if not said[0]:
                sentence = f"No word of the vocabulary begins with “{begun[:20]}”, so nothing is offered."
            else:
                sentence = f"{where}{f', for a word in “{begun[:20]}”' if begun else ''}, the {first} offers {said[0]}."
            if unknown:
                named = ", ".join(f"“{word[:20]}”" for word in unknown[:3]) + (", ..." if len(unknown) > 3 else "")
                sentence += f" Not in the vocabulary, so read as {text.UNK}: {named}."
            return sentence

        return update

    return predict(
        "After “it's one of the”, how likely is the GRU's first offer?",
        ["less than 0.10", "0.10 to 0.50", "more than 0.50"],
        answer="less than 0.10",
        why="After “the” a great many words fit, and each gets a little. Delete “the” and look again: after “one of”, hardly anything else does.",
        then=explore(
            draw,
            "Three panels, one for each model: the three next words it offers, with bars for their probabilities.",
            typed=text_box("Type here", "it's one of the "),
        ),
    )


def _tokens(typed):
    """Whole words, and the beginning of the one that is being typed."""
    tokens = text.split_words(typed)
    if tokens and not typed[-1].isspace() and tokens[-1][0].isalnum():
        return tokens[:-1], tokens[-1]
    return tokens, ""


def _offers(p, begun, vocabulary):
    """The likeliest words that may be offered, as (word, probability)."""
    special = len(text.SPECIAL)
    fits = [i for i in range(special, len(vocabulary)) if vocabulary.tokens[i].startswith(begun)]
    likeliest = sorted(fits, key=lambda i: -p[i])[:OFFERS]
    total = p[fits].sum() if begun and fits else 1.0
    return [(vocabulary.tokens[i], float(p[i] / total)) for i in likeliest]
