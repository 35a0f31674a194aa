"""The explorers of the tagging applications: a network's tag for every word of a typed sentence."""

import numpy as np

from helpers.applications.tagging import split_like_brown, split_tokens
from helpers.explorers.shared import nothing_to, plural, short, show_word
from helpers.figures import ORANGE
from helpers.widgets.explorer import choice, explore
from helpers.widgets.explorer import text as text_box
from helpers.widgets.prediction import predict

MOST_WORDS = 16


def parts_of_speech(networks, tags, encoder):
    """Show the part of speech that a network gives to every word of a typed sentence.

    Args:
        networks: name -> function from T >= 1 tokens to (T, K) probabilities.
        tags: the K names.
        encoder: helpers.applications.tagging.Encoder; it knows which words were seen in training.
    """

    def in_words(tokens, found):
        return " ".join(f"{token}/{tag}" for token, tag in zip(tokens, found, strict=True))

    return predict(
        "Give the GRU that reads both ways “Watch”, then “Watch the”, then “Watch the watch”. Which step moves the tag of the first word most?",
        ["“the” arrives", "The second “watch” arrives", "Neither: the tag stays"],
        answer="“the” arrives",
        why="A word before “the” is a verb rather than a noun; the second “watch” only confirms it. Type it word by word. Forwards only, nothing moves it.",
        then=_tag_by_tag(
            networks, tags, encoder, in_words, "Watch the watch before you play the play.", split_like_brown
        ),
    )


def entities(networks, tags, encoder):
    """Show the people, places and organisations that a network finds in a typed sentence.

    Args:
        networks, tags, encoder: as in `parts_of_speech`; the tags are "O", "B-PER", "I-PER" and so on.
    """
    return predict(
        "“Maria Silva flew to Lisbon and called the Bank of Norway.” Which name is the GRU that reads both ways least sure of?",
        ["Maria Silva", "Lisbon", "Bank of Norway"],
        answer="Lisbon",
        why="“flew to” asks for a place, yet what comes after it brings doubt. End the sentence after “Lisbon”, then change the network.",
        then=_tag_by_tag(
            networks, tags, encoder, _names, "Maria Silva flew to Lisbon and called the Bank of Norway.", split_tokens
        ),
    )


def entities_in_news(networks, tags, encoder):
    """Show what two networks make of a sentence from a newspaper; one of them has learned from such sentences.

    Args:
        networks, tags, encoder: as in `entities`.
    """
    sentence = "Taxes will rise, Thompson said in Dallas."
    return predict(
        f"“{sentence}” Which of the two GRUs takes “Taxes” for a name?",
        ["both", "only the one without real sentences", "neither"],
        answer="only the one without real sentences",
        why="With real sentences it has become careful with a capital at the beginning. That has its price: type “Skorich began his new job auspiciously today.”",
        then=_tag_by_tag(networks, tags, encoder, _names, sentence, split_tokens),
    )


def _names(tokens, found):
    names = []
    for token, tag in zip(tokens, found, strict=True):
        if tag == "O":
            names.append(None)
        elif tag.startswith("I-") and names and names[-1] and names[-1][0] == tag[2:]:
            names[-1][1].append(token)
        else:
            names.append((tag[2:], [token]))
    marked = [f"{kind}: {' '.join(words)}" for kind, words in filter(None, names)]
    return "; ".join(marked) or "no name in it"


def _tag_by_tag(networks, tags, encoder, in_words, sentence, split):
    """Return an explorer with a text box, a choice of networks, and a grid of words (across) and tags (down).

    Args:
        networks, tags, encoder: as in `parts_of_speech`.
        in_words: function from tokens and their tags to the words for them in the status.
        sentence: the text in the box at first.
        split: function from a text to tokens.
    """

    def draw(fig):
        fig.set_size_inches(7.6, 2.2 + 0.165 * len(tags))
        ax = fig.subplots()
        ax.set(xlim=(-0.5, MOST_WORDS - 0.5), ylim=(len(tags) - 0.5, -0.5), xticks=[])
        ax.set_yticks(range(len(tags)), tags, fontsize=10)
        ax.set_xlabel("words, in the order they stand (grey italics: not known)", labelpad=58)
        ax.set_title("How sure of each tag: the darker, the surer; the ring is the answer", pad=8)
        for row in range(len(tags) - 1):
            ax.axhline(row + 0.5, color="#D5D9DE", linewidth=0.6)
        grid = ax.imshow(
            np.zeros((len(tags), MOST_WORDS)), cmap="Blues", vmin=0, vmax=1.2, aspect="auto", zorder=0, animated=True
        )
        (ring,) = ax.plot(
            [], [], "o", color=ORANGE, markerfacecolor="none", markersize=9, markeredgewidth=2, animated=True
        )
        below = dict(transform=ax.get_xaxis_transform(), ha="right", va="top", rotation=50, rotation_mode="anchor")
        labels = [ax.text(i + 0.25, -0.04, "", fontsize=10, animated=True, **below) for i in range(MOST_WORDS)]

        def update(network, sentence):
            tokens = split(sentence)
            if nothing := nothing_to("tag", tokens, tokens, "Type a sentence."):
                return nothing
            p = np.asarray(networks[network](tokens))
            first = max(0, len(tokens) - MOST_WORDS)
            shown = np.zeros((len(tags), MOST_WORDS))
            shown[:, : len(tokens) - first] = p[first:].T
            grid.set_data(shown)
            ring.set_data(range(len(tokens) - first), p[first:].argmax(axis=1))
            for i, label in enumerate(labels):
                label.set_visible(first + i < len(tokens))
                if first + i < len(tokens):
                    token = tokens[first + i]
                    known = token in encoder
                    show_word(label, short(token, 12), known)
            found = [tags[k] for k in p[first:].argmax(axis=1)]
            least = int(p.max(axis=1).argmin())
            unknown = sum(token not in encoder for token in tokens)
            strange = "None of these words is in its vocabulary, so it can only go by their look. "
            return (
                f"{strange * (unknown == len(tokens))}The {network} says {in_words(list(map(short, tokens[first:])), found)}. Least sure: “{short(tokens[least])}”, {p[least].max():.2f}. "
                f"{plural(unknown, 'unknown word')}." + (f" The picture shows the last {MOST_WORDS}." if first else "")
            )

        return update

    return explore(
        draw,
        "A grid of words from left to right and tags from top to bottom, dark where the network is sure, with a ring "
        "round the tag it gives each word.",
        network=choice("Network", networks),
        sentence=text_box("Your sentence", sentence),
    )
