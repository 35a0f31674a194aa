"""Answers to the exercises of parts of speech, right and wrong."""

from collections import Counter, defaultdict

import numpy as np


def usual_tags(sentences, tokens, spell=str.lower, ask=str.lower, choose=lambda counts: counts.most_common(1)[0][0]):
    found = defaultdict(Counter)
    for words, tags in sentences:
        for word, tag in zip(words, tags, strict=True):
            found[spell(word)][tag] += 1
    return [choose(found[ask(token)]) if ask(token) in found else "NOUN" for token in tokens]


def by_searching(sentences, tokens):
    pairs = [(w.lower(), tag) for words, tags in sentences for w, tag in zip(words, tags, strict=True)]
    tagged = []
    for token in tokens:
        said = [tag for word, tag in pairs if word == token.lower()]
        tagged.append(max(said, key=said.count) if said else "NOUN")
    return tagged


def last_seen(sentences, tokens):
    seen = {w.lower(): tag for words, tags in sentences for w, tag in zip(words, tags, strict=True)}
    return [seen.get(token.lower(), "NOUN") for token in tokens]


def without_unknown(sentences, tokens):
    seen = {w.lower(): tag for words, tags in sentences for w, tag in zip(words, tags, strict=True)}
    return [seen[token.lower()] for token in tokens]


def search(same_prefix=True, two_tags=True):
    def garden_path(sentences):
        for i, (a, of_a) in enumerate(sentences):
            for j, (b, of_b) in enumerate(sentences):
                for t in range(min(len(a), len(b))):
                    alike = a[: t + 1] == b[: t + 1] if same_prefix else a[t] == b[t] and a[:t] != b[:t]
                    if i != j and alike and (of_a[t] != of_b[t]) == two_tags:
                        return i, j, t

    return garden_path


def by_prefix(sentences):
    first = {}
    for i, (tokens, tags) in enumerate(sentences):
        for t, tag in enumerate(tags):
            j, before = first.setdefault(tuple(tokens[: t + 1]), (i, tag))
            if before != tag:
                return [j, i, t]


def limit(key, of=lambda counts: max(counts.values()), divide=True):
    def best_forward(sentences):
        found = defaultdict(Counter)
        for tokens, tags in sentences:
            for t, tag in enumerate(tags):
                found[key(tokens, t)][tag] += 1
        hits = sum(of(counts) for counts in found.values())
        return hits / sum(len(tags) for _, tags in sentences) if divide else hits

    return best_forward


def one_by_one(sentences):
    """Return the highest share, found for each word by looking for its beginning in all sentences."""
    right = total = 0
    for tokens, tags in sentences:
        for t, tag in enumerate(tags):
            said = [other[t] for words, other in sentences if words[: t + 1] == tokens[: t + 1]]
            right += max(sorted(set(said)), key=said.count) == tag
            total += 1
    return right / total


RIGHT = {
    "most_frequent": [usual_tags, by_searching],
    "garden_path": [search(), by_prefix],
    "best_forward": [limit(lambda tokens, t: tuple(tokens[: t + 1])), one_by_one],
}

WRONG = {
    "most_frequent": [
        (lambda s, t: usual_tags(s, t, str, str), "same word"),
        (lambda s, t: usual_tags(s, t, ask=str), "small letters too"),
        (last_seen, "seen last"),
        (lambda s, t: usual_tags(s, t, choose=lambda counts: next(iter(counts))), "seen first"),
        (lambda s, t: ["NOUN"] * len(t), "every word is NOUN"),
        (without_unknown, "never seen gets NOUN"),
        (lambda s, t: dict(zip(t, usual_tags(s, t), strict=True)), "a dict"),
        (lambda s, t: usual_tags(s, t, choose=lambda counts: counts.most_common()[-1][0]), "rarest"),
    ],
    "garden_path": [
        (lambda sentences: search()(sentences)[::-1], "in another order"),
        (lambda sentences: (float("nan"), [1], "a"), "three whole numbers"),
        (lambda sentences: None, "search all of them"),
        (search(two_tags=False), "look for one that has two tags"),
        (search(same_prefix=False), "begin differently"),
        (lambda sentences: (0, 0, 0), "two different sentences"),
        (lambda sentences: (0, 1, 99), "there is no word 99"),
        (lambda sentences: (0, 1), "three whole numbers"),
    ],
    "best_forward": [
        (limit(lambda tokens, t: (tuple(tokens), t)), "the whole sentence"),
        (limit(lambda tokens, t: tokens[t]), "the word alone"),
        (limit(lambda tokens, t: tuple(tokens[:t])), "forgets the word itself"),
        (limit(lambda tokens, t: tuple(tokens[max(t - 1, 0) : t + 1])), "one word before"),
        (limit(lambda tokens, t: tuple(tokens[: t + 2])), "next word"),
        (limit(lambda tokens, t: tuple(tokens[: t + 1]), divide=False), "how many words are right"),
        (
            limit(lambda tokens, t: tuple(tokens[: t + 1]), of=lambda c: c.total() if len(c) == 1 else 0),
            "lost altogether",
        ),
        (lambda sentences: 1.0, "you return"),
    ],
}


def once_each(sentences, tokens):
    found = defaultdict(Counter)
    for words, tags in sentences:
        for word, tag in {(word.lower(), tag) for word, tag in zip(words, tags, strict=True)}:
            found[word][tag] += 1
    return [found[word.lower()].most_common(1)[0][0] if word.lower() in found else "NOUN" for word in tokens]


def neighbours(sentences):
    for i in range(len(sentences) - 1):
        (a, of_a), (b, of_b) = sentences[i : i + 2]
        for t in range(min(len(a), len(b))):
            if a[: t + 1] == b[: t + 1] and of_a[t] != of_b[t]:
                return i, i + 1, t


WRONG["most_frequent"] += [(once_each, "once for each sentence")]
WRONG["garden_path"] += [(neighbours, "search all of them")]


def by_sentence(sentences):
    found = defaultdict(Counter)
    for tokens, tags in sentences:
        for t, tag in enumerate(tags):
            found[tuple(tokens[: t + 1])][tag] += 1
    shares = []
    for tokens, tags in sentences:
        said = [found[tuple(tokens[: t + 1])].most_common(1)[0][0] for t in range(len(tags))]
        shares.append(sum(a == b for a, b in zip(said, tags, strict=True)) / len(tags))
    return sum(shares) / len(shares)


WRONG["most_frequent"] += [(lambda s, t: usual_tags(s, t, spell=str), "when you count")]
WRONG["best_forward"] += [(by_sentence, "mean of each sentence's share")]


def moved(i=0, j=0, t=0):
    def garden_path(sentences):
        found = search()(sentences)
        return found[0] + i, found[1] + j, found[2] + t

    return garden_path


WRONG["garden_path"] += [
    (moved(t=1), "t is one too large"),
    (moved(t=-1), "t is one too small"),
    (moved(i=1, j=1), "sentences count from 0"),
    (lambda sentences: (search()(sentences)[0], *search()(sentences)[:0:-1]), "in another order"),
]


def glued_beginnings(sentences):
    for i, (a, p) in enumerate(sentences):
        for j, (b, q) in enumerate(sentences):
            for t in range(min(len(a), len(b))):
                if "".join(a[: t + 1]) == "".join(b[: t + 1]) and p[t] != q[t]:
                    return i, j, t


def beginnings_with_one_tag(sentences):
    c = defaultdict(set)
    for words, tags in sentences:
        for t in range(len(words)):
            c[tuple(words[: t + 1])].add(tags[t])
    return sum(len(x) == 1 for x in c.values()) / len(c)


WRONG["garden_path"] += [(glued_beginnings, "any reader can tell")]
WRONG["best_forward"] += [(beginnings_with_one_tag, "one tag")]


def by_pairs(sentences):
    from itertools import combinations

    for (i, (a, p)), (j, (b, q)) in combinations(enumerate(sentences), 2):
        for t, (w, v, x, y) in enumerate(zip(a, b, p, q, strict=False)):
            if w != v:
                break
            if x != y:
                return np.array([i, j, t]) if "np" in globals() else [i, j, t]


RIGHT["garden_path"] += [by_pairs]


def first_letter_small(word):
    return word[:1].lower() + word[1:]


def with_true_tags(sentences):
    found = defaultdict(Counter)
    for tokens, tags in sentences:
        for t, tag in enumerate(tags):
            found[tuple(tokens[: t + 1]), tuple(tags[:t])][tag] += 1
    return sum(max(counts.values()) for counts in found.values()) / sum(len(tokens) for tokens, _ in sentences)


WRONG["most_frequent"] += [
    (lambda s, t: usual_tags(s, t, first_letter_small, first_letter_small), "only the first letter"),
]
WRONG["best_forward"] += [(with_true_tags, "knows the true tags")]

WRONG["most_frequent"] += [
    (lambda s, t: usual_tags(s, list(dict.fromkeys(t))), "a token that stands twice"),
    (lambda s, t: usual_tags(s, t)[:-1], "you return 13 where 14 are expected"),
]
