"""The explorers of the next-word application: the three words that each of several models, or keyboards, suggests as you type."""

from helpers import text
from helpers.explorers.shared import drawable, nothing_to, quoted, short, unknown_words
from helpers.figures import COLOURS
from helpers.widgets.explorer import explore
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

OFFERS = 3
MOST_WORDS = 40


def next_word(models, vocabulary):
    """Show the three likeliest next words of each model for a typed text.

    Args:
        models: name -> function of a list of T >= 0 words; it returns the probability of every next word, (V,). The status
            sentence gives the offers of the first model.
        vocabulary: Vocabulary.
    """

    def draw(fig):
        show = _panels(fig, models)

        def update(typed):
            tokens, begun = _tokens(typed)
            if tokens and (nothing := nothing_to("go on from", tokens[-MOST_WORDS:], vocabulary, "Type other words.")):
                return nothing
            offers = [_offers(answer(tokens[-MOST_WORDS:]), begun, vocabulary) for answer in models.values()]
            show(offers)
            first = next(iter(models))
            if not offers[0]:
                sentence = f"No word of the vocabulary begins with “{short(begun)}”, so nothing is offered."
            else:
                listed = ", ".join(f"“{word}” ({p:.2f})" for word, p in offers[0])
                sentence = f"{_where(tokens, begun)}, the {first} offers {listed}."
            return sentence + unknown_words(tokens, vocabulary)

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


def keyboards(models):
    """Show the three likeliest next words of keyboards that have read different kinds of text.

    Args:
        models: kind of text -> (Vocabulary, function of a list of T >= 0 words that returns the probability of every next
            word of this vocabulary, (V,)).
    """
    known = {word for vocabulary, _ in models.values() for word in vocabulary.tokens}

    def draw(fig):
        show = _panels(fig, models)

        def update(typed):
            tokens, begun = _tokens(typed)
            if tokens and (nothing := nothing_to("go on from", tokens[-MOST_WORDS:], known, "Type other words.")):
                return nothing
            offers = [
                _offers(answer(tokens[-MOST_WORDS:]), begun, vocabulary) for vocabulary, answer in models.values()
            ]
            show(offers)
            listed = ", ".join(
                f"{kind} “{offered[0][0]}” ({offered[0][1]:.2f})" if offered else f"{kind} nothing"
                for kind, offered in zip(models, offers, strict=True)
            )
            said = f"{_where(tokens, begun)}, the first offers: {listed}."
            unknown = {kind: [word for word in tokens if word not in own] for kind, (own, _) in models.items()}
            read = ", ".join(f"{kind} {quoted(words)}" for kind, words in unknown.items() if words)
            return said + (f" Not in their vocabulary, so read as {text.UNK}: {read}." if read else "")

        return update

    return predict(
        "You type “I pray”, and all four keyboards have read the same number of words. Which of them is surest of its first offer?",
        list(models),
        answer="plays",
        why="“I pray you” is a set phrase on Shakespeare's stage. The other three do not even know “pray”. Now type what a reviewer would write, and a reporter, and see who offers the right word.",
        then=explore(
            draw,
            "A panel for each kind of text that a keyboard has read: the three next words it offers, with bars for their probabilities.",
            typed=text_box("Type here", "i pray "),
        ),
    )


def _panels(fig, models):
    """Draw an empty panel for each model. Returns a function of the offers of each, lists of (word, probability)."""
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
        panels.append((bars, [ax.text(0.03, i - 0.22, "", fontsize=13, animated=True) for i in range(OFFERS)]))

    def show(offers):
        for (bars, words), offered in zip(panels, offers, strict=True):
            for i, (bar, label) in enumerate(zip(bars, words, strict=True)):
                word, p = offered[i] if i < len(offered) else ("", 0.0)
                bar.set_xdata([0, p])
                label.set_text(drawable(word))

    return show


def _where(tokens, begun):
    where = f"After “{short(tokens[-1])}”" if tokens else "At the start of a sentence"
    return f"{where}, for a word in “{short(begun)}”" if begun else where


def _tokens(typed):
    """Split a typed text into its complete words and the beginning of the word that is being typed."""
    tokens = text.split_words(typed)
    if tokens and not typed[-1].isspace() and tokens[-1][0].isalnum():
        return tokens[:-1], tokens[-1]
    return tokens, ""


def _offers(p, begun, vocabulary):
    """Return the likeliest words that begin with `begun`, as (word, probability)."""
    special = len(text.SPECIAL)
    fits = [i for i in range(special, len(vocabulary)) if vocabulary.tokens[i].startswith(begun)]
    likeliest = sorted(fits, key=lambda i: -p[i])[:OFFERS]
    total = p[fits].sum() if begun and fits else 1.0
    return [(vocabulary.tokens[i], float(p[i] / total)) for i in likeliest]
