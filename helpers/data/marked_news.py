"""Two hundred sentences of press reportage with their names marked by hand. Only where the names stand is kept here."""

from pathlib import Path

from helpers.data.brown import brown_sentences

_READINGS = {
    "settled": {"both", "first kept", "second kept"},
    "first": {"both", "first kept", "first left"},
    "second": {"both", "second kept", "second left"},
}


def marked_news(reading="settled"):
    """Return sentences of press reportage with their people, places and organisations marked by hand.

    Args:
        reading: "first" or "second", what each of two readers marked, or "settled", what was kept where they
            differed. The nine rules of marking stand at the top of marked_news.txt.

    Returns:
        list of BrownSentence, their `tags` like those of `named_entities`: "B-PER", "I-PER", ..., "O".

    Raises:
        ValueError: there is no such reading.
        DataUnavailable: the Brown corpus is not on this machine.

    Size: 200 sentences, every 15th of those with 8 to 30 words and marks in the genre "news", so that nobody picked nice
    ones. Weakness: American news of 1961. The second reader saw only the rules and the bare sentences, but the two are
    from one house and no trained annotators.
    Marked for this course (licence of its texts); the sentences are the corpus's (`brown_sentences`).
    """
    if reading not in _READINGS:
        raise ValueError(f"reading is {reading!r}; choose from {', '.join(map(repr, _READINGS))}.")
    ordinary = [sentence for sentence in brown_sentences(["news"]) if 8 <= len(sentence.tokens) <= 30]
    chosen = [sentence._replace(tags=["O"] * len(sentence.tokens)) for sentence in ordinary[::15][:200]]
    for line in (Path(__file__).parent / "marked_news.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        number, kind, first, last, *marked_in = line.split()
        if (" ".join(marked_in) or "both") in _READINGS[reading]:
            tags, first, last = chosen[int(number)].tags, int(first), int(last)
            tags[first : last + 1] = [f"B-{kind}"] + [f"I-{kind}"] * (last - first)
    return chosen
