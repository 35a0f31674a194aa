"""A table of phrases, learned from sentences and their translations by counting."""

from collections import Counter, defaultdict


def links(read, written, likeness):
    """Link the words of a sentence one to one with those of its translation, the likeliest pair first, then the nearest.

    Args:
        read, written: lists of words.
        likeness: function from a pair of words to a number, larger if they go together.

    Returns:
        position in `read` -> position in `written`. Words of the longer sentence are left over.
    """
    both = [(i, j) for i in range(len(read)) for j in range(len(written))]
    both.sort(key=lambda ij: (-likeness((read[ij[0]], written[ij[1]])), abs(ij[0] - ij[1]), ij))
    link, taken = {}, set()
    for i, j in both:
        if i not in link and j not in taken:
            link[i] = j
            taken.add(j)
    return link


def phrase_table(pairs, likeness, longest=6):
    """Collect the pieces of sentences whose links stay inside a piece of the translation, each with its most frequent one.

    Args:
        pairs: (read, written) lists of words.
        likeness: as in `links`.
        longest: how many words a piece that is read may have.

    Returns:
        piece -> piece, as texts with a space between words.

    Source: Koehn, Och and Marcu (2003), Statistical phrase-based translation, section 4.1, with simpler links.
    """
    found = defaultdict(Counter)
    for read, written in pairs:
        link = links(read, written, likeness)
        for start in range(len(read)):
            for end in range(start + 1, min(start + longest, len(read)) + 1):
                inside = [link[i] for i in range(start, end) if i in link]
                others = [j for i, j in link.items() if not start <= i < end]
                if inside and not any(min(inside) <= j <= max(inside) for j in others):
                    piece = written[min(inside) : max(inside) + 1]
                    found[" ".join(read[start:end])][" ".join(piece)] += 1
    return {piece: counts.most_common(1)[0][0] for piece, counts in found.items()}
