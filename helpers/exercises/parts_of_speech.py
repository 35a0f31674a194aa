"""The checks of the exercises of "Tell nouns from verbs"."""

from collections import Counter, defaultdict

import numpy as np

from helpers.exercises import compare
from helpers.exercises.compare import NotYet, call, checking, checking_a_property, shown

TAGS = ["NOUN", "VERB", "DET", "PRON"]


def _sentences(rng, count):
    """Return sentences from a small vocabulary, so that many begin alike; a tag depends on a word and the next one."""
    words = ["watch", "play", "that", "fish", "can"]
    of_pair = {(a, b): str(rng.choice(TAGS)) for a in words for b in (*words, ".")}
    sentences = []
    for _ in range(count):
        tokens = [str(word) for word in rng.choice(words, rng.integers(2, 5), p=[0.4, 0.3, 0.1, 0.1, 0.1])]
        sentences.append([tokens, [of_pair[pair] for pair in zip(tokens, [*tokens[1:], "."], strict=True)]])
    return sentences


def _by_sentence(sentences, tokens):
    """Return the tags that most sentences give each token, however often it stands in them."""
    found = defaultdict(Counter)
    for words, tags in sentences:
        for word, tag in {(word.lower(), tag) for word, tag in zip(words, tags, strict=True)}:
            found[word][tag] += 1
    return [found[word.lower()].most_common(1)[0][0] if word.lower() in found else "NOUN" for word in tokens]


@checking
def most_frequent(function, seed=0):
    """function(sentences, tokens) -> for each token its most frequent tag in the sentences, NOUN if it was never seen."""
    rng = np.random.default_rng([seed, 1])
    examples = []
    for _ in range(3):
        sentences = []
        for word in ("Watch", "play", "that", "fish", "can", "Run"):
            usual, other = (str(tag) for tag in rng.choice(TAGS, 2, replace=False))
            if word == "that" and usual == "NOUN":  # where THAT counts as unknown, it shows
                usual, other = other, usual
            said = [usual] * int(rng.integers(3, 6)) + [other] * 2
            for tag in rng.permutation(said):
                small = word.lower() if rng.random() < 0.4 else word
                sentences.append([["oh", small], ["INTJ", str(tag)]])
        usual, other = (str(tag) for tag in rng.choice(TAGS, 2, replace=False))
        sentences += [[["go"] * 5, [usual] * 5], *([["oh", "Go"], ["INTJ", other]] for _ in range(3))]
        sentences += [[["Swim"], [usual]]] * 3 + [[["swim"], [other]]] * 2  # its usual tag has a capital letter
        sentences = [sentences[i] for i in rng.permutation(len(sentences))]
        words = [
            "swim",
            "THAT",
            "that",
            "watch",
            "Watch",
            "xylophones",
            "fish",
            "Can",
            "can",
            "run",
            "play",
            "oh",
            "go",
            "fish",
        ]
        examples.append([sentences, [words[i] for i in rng.permutation(len(words))]])

    def table(sentences, spell=str.lower):
        found = defaultdict(Counter)
        for tokens, tags in sentences:
            for token, tag in zip(tokens, tags, strict=True):
                found[spell(token)][tag] += 1
        return found

    def by(choose, spell=str.lower, unknown="NOUN"):
        tagged = []
        for sentences, tokens in examples:
            found = table(sentences, spell)
            tagged.append([choose(found[spell(each)]) if spell(each) in found else unknown for each in tokens])
        return tagged

    def usual(counts):
        return counts.most_common(1)[0][0]

    def overall(sentences):
        return Counter(tag for _, tags in sentences for tag in tags).most_common(1)[0][0]

    unseen_left_open = by(usual, unknown=None)
    bugs = {
        "Watch and watch are the same word: count and look up in small letters.": by(usual, spell=str),
        "only the first letter is put in small letters; in THAT all four are capital.": by(
            usual, spell=lambda word: word[:1].lower() + word[1:]
        ),
        "the words of the sentences must be put in small letters too when you count.": [
            [usual(found[each.lower()]) if each.lower() in found else "NOUN" for each in tokens]
            for found, tokens in ((table(sentences, str), tokens) for sentences, tokens in examples)
        ],
        "each word has the tag that was seen first; take the most frequent one.": by(lambda counts: next(iter(counts))),
        "each word has its rarest tag.": by(lambda counts: counts.most_common()[-1][0]),
        "every word has the tag that is most frequent of all; count for each word apart.": [
            [overall(sentences)] * len(tokens) for sentences, tokens in examples
        ],
        "a word counts once for each sentence; it counts as often as it stands there.": [
            _by_sentence(sentences, tokens) for sentences, tokens in examples
        ],
        "a word that was never seen gets the tag that is most frequent of all; it gets NOUN.": [
            [tag or overall(sentences) for tag in tags]
            for tags, (sentences, _) in zip(unseen_left_open, examples, strict=True)
        ],
        "a word that was never seen is left out; it gets NOUN.": [
            [tag for tag in tags if tag] for tags in unseen_left_open
        ],
        "a word that was never seen has no tag; it gets NOUN.": unseen_left_open,
        "a token that stands twice gets one tag; each token gets one, in the order of the tokens.": [
            [tags[tokens.index(token)] for token in dict.fromkeys(tokens)]
            for tags, (_, tokens) in zip(by(usual), examples, strict=True)
        ],
        "each tag comes with its count: most_common(1)[0] is a pair; take its first.": by(
            lambda counts: list(counts.most_common(1)[0])
        ),
        "each word has the tag that comes last in the alphabet; take the most frequent one.": by(max),
        "each word has the tag that comes first in the alphabet; take the most frequent one.": by(min),
        "every word is NOUN.": [["NOUN"] * len(tokens) for _, tokens in examples],
    }
    last = []
    for sentences, tokens in examples:
        seen = {token.lower(): tag for row in sentences for token, tag in zip(*row, strict=True)}
        last.append([seen.get(token.lower(), "NOUN") for token in tokens])
    bugs["each word has the tag that was seen last; take the most frequent one."] = last
    small = []
    for sentences, tokens in examples:
        found = table(sentences)
        small.append([usual(found[token]) if token in found else "NOUN" for token in tokens])
    bugs[
        "a word that is asked for with a capital letter is looked up as it is, or not at all; look it up in small letters too."
    ] = small
    unknown = dict.fromkeys(("KeyError", "IndexError", "ValueError"), "A word that was never seen gets NOUN")
    got = [call(function, *example, hint=unknown) for example in examples]
    compare.check_each_case([f"for {' '.join(tokens)}" for _, tokens in examples], got, by(usual), bugs)


@checking_a_property
def garden_path(function, seed=0):
    """function(sentences) -> (i, j, t): sentences i and j begin alike up to word t, and t has two tags."""
    rng = np.random.default_rng([seed, 2])
    apart = [[["that", "fish"], ["DET", "NOUN"]], [["can", "fish"], ["NOUN", "VERB"]], [["that"], ["PRON"]]]
    same_bag = [[["play", "watch"], ["NOUN", "VERB"]], [["watch", "play"], ["VERB", "NOUN"]]]
    joined = [[["to", "day"], ["PREP", "NOUN"]], [["today", "day"], ["ADV", "NOUN"]]]
    glued = [[["on", "to"], ["PREP", "PRON"]], [["ont", "o"], ["DET", "INTJ"]]]
    lists = [_sentences(rng, 30), _sentences(rng, 40), apart, [*same_bag, *joined, *glued, *apart]]
    answers = []
    for sentences in lists:
        try:
            got = call(
                function,
                sentences,
                nothing="there is such a pair in these sentences: search all of them, and end with return i, j, t",
            )
        except NotYet:
            if all(_is_garden_path(*answer) for answer in answers):
                raise
            break
        found = compare.whole_numbers(got, 3)
        if found is None:
            raise NotYet(f"you return {shown(got)}; expected three whole numbers: return i, j, t.")
        answers.append((sentences, *found))
    wrong = [answer for answer in answers if not _is_garden_path(*answer)]
    if not wrong:
        return
    sentences, i, j, t = wrong[0]
    for sentence, turned in OTHER_NUMBERS.items():
        if all(_is_garden_path(rows, *turned(*numbers)) for rows, *numbers in answers):
            raise NotYet(f"you return {shown([i, j, t])}; {sentence}")
    for name, number in (("i", i), ("j", j)):
        if not 0 <= number < len(sentences):
            raise NotYet(f"you return {name} = {number}; there are {len(sentences)} sentences, from 0.")
    (a, of_a), (b, _) = sentences[i], sentences[j]
    both = f"sentence {i} is “{' '.join(a)}” and sentence {j} “{' '.join(b)}”"
    if i == j:
        raise NotYet(f"i and j are both {i}; two different sentences are wanted.")
    if not 0 <= t < min(len(a), len(b)):
        raise NotYet(f"{both}; there is no word {t} in both of them, for words count from 0.")
    if a[t] != b[t]:
        raise NotYet(
            f"{both}: word {t} is “{a[t]}” in one and “{b[t]}” in the other, so any reader can tell them apart."
        )
    if a[:t] != b[:t]:
        raise NotYet(
            f"{both}: they begin differently, so a forward reader can tell what “{a[t]}”, word {t}, is; all words before "
            "it must be the same."
        )
    raise NotYet(f"{both}: “{a[t]}”, word {t}, is {of_a[t]} in both; look for one that has two tags.")


OTHER_NUMBERS = {
    "the three are right, but in another order: return i, j, t.": lambda i, t, j: (i, j, t),
    "the three are right, but in another order: t comes last, return i, j, t.": lambda t, i, j: (i, j, t),
    "t is one too large: words count from 0.": lambda i, j, t: (i, j, t - 1),
    "t is one too small: it is the word that has two tags, not the last one before it.": lambda i, j, t: (i, j, t + 1),
    "i and j are one too large: sentences count from 0.": lambda i, j, t: (i - 1, j - 1, t),
    "all three are one too large: they count from 0.": lambda i, j, t: (i - 1, j - 1, t - 1),
}
"""What is wrong with three numbers -> the right ones of them."""


def _is_garden_path(sentences, i, j, t):
    """Return whether sentences i and j begin alike up to word t, which has two tags."""
    if not (0 <= i < len(sentences) and 0 <= j < len(sentences)):
        return False
    (a, of_a), (b, of_b) = sentences[i], sentences[j]
    return 0 <= t < min(len(a), len(b)) and a[: t + 1] == b[: t + 1] and of_a[t] != of_b[t]


@checking
def best_forward(function, seed=0, tiny=0):
    """function(sentences) -> the highest share of words that any forward reader can tag rightly."""
    rng = np.random.default_rng([seed, 3])
    alike = [[["fish"], ["NOUN"]], [["fish"], ["VERB"]]]  # the same words throughout, and two tags
    joined = [[["to", "day"], ["PRON", "NOUN"]], [["today"], ["DET"]]]
    twice = [[["can", "fish"], ["PRON", "VERB"]], [["can", "fish"], ["VERB", "NOUN"]]]  # two words with two tags
    examples = [alike + joined + twice + _sentences(rng, count) for count in (21, 36, 56)]
    if tiny:
        that = [[["watch", "that"], ["VERB", "PRON"]], [["watch", "that", "play"], ["VERB", "DET", "NOUN"]]]
        examples = [that if tiny == 1 else twice + alike]

    def by(key, share=lambda hits, rows: hits / sum(len(tokens) for tokens, _ in rows)):
        shares = []
        for sentences in examples:
            found = defaultdict(Counter)
            for tokens, tags in sentences:
                for t, tag in enumerate(tags):
                    found[key(tokens, t, tags)][tag] += 1
            shares.append(share(sum(max(counts.values()) for counts in found.values()), sentences))
        return shares

    def prefix(tokens, t, tags):
        return tuple(tokens[: t + 1])

    def of_groups(sentences):
        found = defaultdict(set)
        for tokens, tags in sentences:
            for t, tag in enumerate(tags):
                found[tuple(tokens[: t + 1])].add(tag)
        return found

    def sure_of(sentences):
        found = of_groups(sentences)
        sure = [len(found[tuple(tokens[: t + 1])]) == 1 for tokens, tags in sentences for t in range(len(tags))]
        return sum(sure) / len(sure)

    def by_sentence(sentences):
        found = defaultdict(Counter)
        for tokens, tags in sentences:
            for t, tag in enumerate(tags):
                found[tuple(tokens[: t + 1])][tag] += 1
        said = [
            [found[tuple(tokens[: t + 1])].most_common(1)[0][0] for t in range(len(tags))] for tokens, tags in sentences
        ]
        shares = [sum(map(str.__eq__, mine, tags)) / len(tags) for mine, (_, tags) in zip(said, sentences, strict=True)]
        return sum(shares) / len(shares)

    bugs = {
        "that knows the true tags of the words before; a forward reader has the words alone.": by(
            lambda tokens, t, tags: (tuple(tokens[: t + 1]), tuple(tags[:t]))
        ),
        "that is the mean of each sentence's share; divide once, by the number of all words.": [
            by_sentence(rows) for rows in examples
        ],
        "that looks at the whole sentence; a forward reader has read words 0 to t when it tags word t.": by(
            lambda tokens, t, tags: (tuple(tokens), t)
        ),
        "that looks at the next word; a forward reader has not read it yet.": by(
            lambda tokens, t, tags: tuple(tokens[: t + 2])
        ),
        "that looks at the word alone; a forward reader also remembers all words before it.": by(
            lambda tokens, t, tags: tokens[t]
        ),
        "that looks at one word before; a forward reader remembers all of them.": by(
            lambda tokens, t, tags: tuple(tokens[max(t - 1, 0) : t + 1])
        ),
        "that forgets the word itself: word t is read before it is tagged.": by(
            lambda tokens, t, tags: tuple(tokens[:t])
        ),
        "that looks at the place in the sentence, not at the words.": by(lambda tokens, t, tags: t),
        "the words before are taken without their order.": by(lambda tokens, t, tags: (tokens[t], *sorted(tokens[:t]))),
        "a beginning with two tags counts as lost altogether; the best reader says the more frequent one, and is "
        "sometimes right.": [sure_of(rows) for rows in examples],
        "that is per cent; return a share.": by(
            prefix, lambda hits, rows: 100 * hits / sum(len(tokens) for tokens, _ in rows)
        ),
        "that is the share of words that must be wrong; return that of the right ones.": by(
            prefix, lambda hits, rows: 1 - hits / sum(len(tokens) for tokens, _ in rows)
        ),
        "that looks at the words to come, not at those before.": by(lambda tokens, t, tags: tuple(tokens[t:])),
        "that is divided by the number of different beginnings; divide by the number of words.": [
            hits / len(of_groups(rows))
            for hits, rows in zip(by(prefix, lambda hits, rows: hits), examples, strict=True)
        ],
        "that is how many words are right; divide by how many there are.": by(prefix, lambda hits, rows: hits),
        "that is divided by the number of sentences; divide by the number of words.": by(
            prefix, lambda hits, rows: hits / len(rows)
        ),
        "that is the best reader of all, who is never wrong; can a forward reader be that?": [1.0] * len(examples),
        "the words before and the word itself are taken without their order.": by(
            lambda tokens, t, tags: tuple(sorted(tokens[: t + 1]))
        ),
        "the words of a beginning are glued together, so that “to day” and “today” are one.": by(
            lambda tokens, t, tags: "".join(tokens[: t + 1])
        ),
        "that looks at the word and its place; a forward reader also remembers the words before it.": by(
            lambda tokens, t, tags: (t, tokens[t])
        ),
        "that is the mean over the beginnings; one that occurs often counts as often.": [
            np.mean([max(c.values()) / c.total() for c in _counted(rows).values()]) for rows in examples
        ],
        "each sentence is measured by itself; count over all of them.": [
            np.mean([1.0 for _ in rows]) for rows in examples
        ],
        "that takes the rarest tag of each beginning; the best reader says the most frequent.": [
            sum(min(c.values()) for c in _counted(rows).values()) / sum(len(tokens) for tokens, _ in rows)
            for rows in examples
        ],
        "that takes the tag that came first for each beginning; the best reader says the most frequent.": [
            sum(next(iter(c.values())) for c in _counted(rows).values()) / sum(len(tokens) for tokens, _ in rows)
            for rows in examples
        ],
        "that is the share of different beginnings that have one tag; count words, and the best reader is right of some "
        "of the others.": [np.mean([len(c) == 1 for c in _counted(rows).values()]) for rows in examples],
        "that is the number of different beginnings over the number of words.": [
            len(_counted(rows)) / sum(len(tokens) for tokens, _ in rows) for rows in examples
        ],
        "sentences that occur twice are counted once; count all.": [
            (lambda once: sum(max(c.values()) for c in _counted(once).values()) / sum(len(t) for t, _ in once))(
                [list(map(list, row)) for row in {(tuple(tokens), tuple(tags)) for tokens, tags in rows}]
            )
            for rows in examples
        ],
    }
    got = [call(function, sentences, hint="Each sentence is [tokens, tags].") for sentences in examples]
    cases = [f"for {shown(rows, 300) if tiny else f'{len(rows)} sentences'}" for rows in examples]
    compare.check_each_case(cases, got, by(prefix), bugs)


def _counted(sentences):
    """Return beginning -> how often each tag comes at its end."""
    found = defaultdict(Counter)
    for tokens, tags in sentences:
        for t, tag in enumerate(tags):
            found[tuple(tokens[: t + 1])][tag] += 1
    return found
