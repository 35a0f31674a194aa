"""Answers to the exercises of named entities, right and wrong."""

import numpy as np
from seqeval.metrics.sequence_labeling import get_entities

from helpers.exercises.named_entities import _spans


def by_neighbours(tags):
    """A name begins at a B, or at an I that does not continue a name of its kind; it lasts while I's of its kind follow."""
    begins = [
        t for t, tag in enumerate(tags) if tag[0] == "B" or (tag[0] == "I" and (t == 0 or tags[t - 1][1:] != tag[1:]))
    ]
    found = []
    for t in begins:
        last = t
        while last + 1 < len(tags) and tags[last + 1] == f"I-{tags[t][2:]}":
            last += 1
        found.append([tags[t][2:], t, last])
    return found


def counted(there, said):
    hits = sum(len(set(t) & set(s)) for t, s in zip(there, said, strict=True))
    return 2 * hits / max(sum(map(len, there)) + sum(map(len, said)), 1)


def by_precision_and_recall(there, said):
    there = {(i, *span) for i, row in enumerate(there) for span in row}
    said = {(i, *span) for i, row in enumerate(said) for span in row}
    if not there & said:
        return 0.0
    precision, recall = len(there & said) / len(said), len(there & said) / len(there)
    return 2 / (1 / precision + 1 / recall)


def cut(keep):
    return lambda there, said: counted(
        [[tuple(span[i] for i in keep) for span in row] for row in there],
        [[tuple(span[i] for i in keep) for span in row] for row in said],
    )


def joined(there, said):
    return counted([set(sum(there, []))], [set(sum(said, []))])


RIGHT = {
    "spans": [by_neighbours, get_entities],
    "f1": [counted, by_precision_and_recall],
    "almost_right": [
        lambda tags: ["O" if tag[0] == "B" else tag for tag in tags],
        lambda tags: [("B-ORG" if tag == "B-LOC" else "B-LOC") if tag[0] == "B" else tag for tag in tags],
        lambda tags: ["B-THING" if tag[0] == "B" else tag for tag in tags],
        lambda tags: [tag.replace("B-", "B-NO-") for tag in tags],
    ],
}

WRONG = {
    "spans": [
        (lambda tags: _spans(tags, at_end=False), "last name is lost"),
        (lambda tags: _spans(tags, new_at_B=False), "a B always begins"),
        (lambda tags: _spans(tags, new_at_kind=False), "another kind"),
        (lambda tags: _spans(tags, stray=False), "with no name of its kind"),
        (lambda tags: [(k, a, b + 1) for k, a, b in _spans(tags)], "one too far"),
        (lambda tags: [(k, a, b - a + 1) for k, a, b in _spans(tags)], "how many words"),
        (lambda tags: [(a, b, k) for k, a, b in _spans(tags)], "the order"),
        (lambda tags: [(tag[2:], t, t) for t, tag in enumerate(tags) if tag != "O"], "is a name of its own"),
        (lambda tags: [(tags[a], a, b) for k, a, b in _spans(tags)], "in front"),
        (lambda tags: {span: 1 for span in _spans(tags)}, "a dict"),
    ],
    "f1": [
        (lambda there, said: np.nan, "you return nan"),
        (lambda there, said: counted(there, said) * 0.99, "you return 0.396"),
        (
            lambda there, said: (
                sum(len(set(t) & set(s)) for t, s in zip(there, said, strict=True)) / sum(map(len, said))
            ),
            "precision",
        ),
        (
            lambda there, said: (
                sum(len(set(t) & set(s)) for t, s in zip(there, said, strict=True)) / sum(map(len, there))
            ),
            "recall",
        ),
        (cut((1, 2)), "kind is ignored"),
        (cut((0, 1)), "half a name"),
        (joined, "sentence by sentence"),
        (
            lambda there, said: np.mean([counted([t], [s]) for t, s in zip(there, said, strict=True)]),
            "of each sentence",
        ),
        (lambda there, said: counted([sum(there, [])], [sum(said, [])]), "sentence by sentence"),
        (lambda there, said: counted(there, said) / 2, "factor 2"),
        (lambda there, said: counted(there, said) / (1 - 0 * (1 / sum(map(len, said)))), "ZeroDivisionError"),
    ],
    "almost_right": [
        (lambda tags: [tags], "one tag for each word"),
        (lambda tags: [[tag] for tag in tags], "is no tag"),
        (lambda tags: ["O"] * len(tags), "one wrong tag spoils"),
        (lambda tags: tags, "still right"),
        (lambda tags: ["O" if t == 0 else tag for t, tag in enumerate(tags)], "still right"),
        (lambda tags: tags[:-1], "one tag for each word"),
        (lambda tags: ["X" if tag[0] == "B" else tag for tag in tags], "is no tag"),
    ],
}


def over_gaps(tags):
    found = []
    for t, tag in enumerate(tags):
        if tag[0] == "I" and found and found[-1][0] == tag[2:]:
            found[-1] = (tag[2:], found[-1][1], t)
        elif tag != "O":
            found.append((tag[2:], t, t))
    return found


def share(there, said, of_nothing):
    right = sum(len(set(a) & set(b)) for a, b in zip(there, said, strict=True))
    total = sum(map(len, there)) + sum(map(len, said))
    return 2 * right / total if total else of_nothing


WRONG["spans"] += [(over_gaps, "an O ends a name"), (lambda tags: sorted(_spans(tags)), "are sorted")]
WRONG["f1"] += [
    (lambda there, said: share(there, said, float("nan")), "nothing is there and nothing was said"),
    (lambda there, said: share(there, said, 1.0), "nothing is there and nothing was said"),
]


def at_least(total):
    return lambda there, said: (
        2
        * sum(len(set(a) & set(b)) for a, b in zip(there, said, strict=True))
        / max(sum(map(len, there)) + sum(map(len, said)), total)
    )


def of_two_shares(there, said):
    right = sum(len(set(a) & set(b)) for a, b in zip(there, said, strict=True))
    precision, recall = (right / max(sum(map(len, names)), 2) for names in (said, there))
    return 2 * precision * recall / (precision + recall) if right else 0


WRONG["f1"] += [
    (at_least(3), "max(..., 3) makes"),
    (of_two_shares, "max(..., 2) makes"),
    (at_least(5), "you return 0.4, expected 1"),
]


def in_any_sentence(there, said):
    a = [x for s in there for x in s]
    b = [x for s in said for x in s]
    hits = sum(x in a for x in b)
    return 2 * hits / (len(a) + len(b)) if hits else 0


WRONG["f1"] += [(in_any_sentence, "in all sentences")]


def by_looking_ahead(tags):
    found, t = [], 0
    while t < len(tags):
        if tags[t] == "O":
            t += 1
            continue
        kind, last = tags[t].split("-")[1], t
        while last + 1 < len(tags) and tags[last + 1] == f"I-{kind}":
            last += 1
        found.append([kind, t, last])
        t = last + 1
    return found


def by_sets(there, said):
    a = {(i, *name) for i, row in enumerate(there) for name in row}
    b = {(i, *name) for i, row in enumerate(said) for name in row}
    return 2 * len(a & b) / (len(a) + len(b)) if a & b else 0


def first_tag_of_another_kind(tags):
    other = {"PER": "LOC", "LOC": "ORG", "ORG": "PER"}
    return ["B-" + other[t[2:]] if t[0] == "B" else t for t in tags]


RIGHT["spans"] += [by_looking_ahead]
RIGHT["f1"] += [by_sets]
RIGHT["almost_right"] += [first_tag_of_another_kind]


def by_first_letters(tags):
    kinds = {"P": "PER", "L": "LOC", "O": "ORG"}
    return [(kinds[kind], first, last) for kind, first, last in _spans([tag[:3] for tag in tags])]


WRONG["spans"] += [(by_first_letters, "only the first letter of the kind")]


def by_nearest(tags):
    found = []
    for t, tag in enumerate(tags):
        if tag[0] == "B":
            found.append((tag[2:], t, t))
        elif tag[0] == "I" and found and found[-1][2] == t - 1:
            found[-1] = (found[-1][0], found[-1][1], t)
    return found


WRONG["spans"] += [(by_nearest, "there are two mistakes")]


def last_tag(tags):
    """Take the last tag of each name, as long as O follows."""
    return ["O" if after == "O" else tag for tag, after in zip(tags, [*tags[1:], "O"], strict=True)]


def joined_to_the_name_before(tags):
    before = ["O", *tags]
    return [f"I{tag[1:]}" if tag[0] == "B" and tag[2:] == last[2:] else tag.replace(f"B{tag[1:]}", "O")
            for tag, last in zip(tags, before, strict=False)]  # fmt: skip


WRONG["almost_right"] += [(last_tag, "still right"), (joined_to_the_name_before, "still right")]
