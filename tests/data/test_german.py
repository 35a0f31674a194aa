"""The generated English sentences and their German translations."""

from helpers import data
from helpers.data.german import PEOPLE, VERBS


def test_the_verb_goes_where_german_puts_it_and_every_right_order_is_named():
    finite, _, participles = map(set, zip(*map(str.split, VERBS.values()), strict=True))
    for one in (one for part in data.german_sentences() for one in part):
        assert len(set(one.right)) == (3 if one.english.split()[-1] in ("today", "here") else 1)
        assert one.german in one.right
        assert len({tuple(sorted(right.split())) for right in one.right}) == 1
        for right in one.right:
            last = right.split()[-1]
            if " that " in one.english:
                assert last in finite | {"hat", "kann"}
            elif " has " in one.english:
                assert last in participles


def test_a_sentence_of_every_kind_is_right():
    right = {one.english: one.right for part in data.german_sentences() for one in part}
    for english, german in {
        "the old aunt can see the dog": ("die alte Tante kann den Hund sehen",),
        "we know that the old man brings the famous letter": (
            "wir wissen, dass der alte Mann den berühmten Brief bringt",
        ),
        "the old woman can bring the famous letter here": (
            "hier kann die alte Frau den berühmten Brief bringen",
            "die alte Frau kann hier den berühmten Brief bringen",
            "die alte Frau kann den berühmten Brief hier bringen",
        ),
        "she says that the man can find the old letter today": (
            "sie sagt, dass heute der Mann den alten Brief finden kann",
            "sie sagt, dass der Mann heute den alten Brief finden kann",
            "sie sagt, dass der Mann den alten Brief heute finden kann",
        ),
    }.items():
        assert right[english] == german


def test_people_never_do_in_training_what_they_do_in_the_test():
    stems = {form: verb for verb in VERBS for form in verb.split()}

    def deeds(part):
        found = set()
        for one in part:
            words = one.english.split()
            found.add((next(w for w in words if w in PEOPLE), next(stems[w] for w in words if w in stems)))
        return found

    train, validation, test = map(deeds, data.german_sentences())
    assert (len(train), len(validation), len(test)) == (27, 3, 6)
    assert not train & validation and not train & test and not validation & test
    words = [{w for one in part for w in one.english.split()} for part in data.german_sentences()]
    assert words[1] | words[2] <= words[0]
