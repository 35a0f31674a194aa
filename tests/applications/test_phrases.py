"""Phrases learned from pairs of sentences."""

from helpers.applications.phrases import links, phrase_table

WORDS = {("has", "hat"), ("seen", "gesehen"), ("the", "der"), ("the", "den"), ("man", "Mann"), ("dog", "Hund")}
READ, WRITTEN = ["the", "man", "has", "seen", "the", "dog"], ["der", "Mann", "hat", "den", "Hund", "gesehen"]


def likeness(pair):
    return float(pair in WORDS)


def test_words_are_linked_one_to_one_and_equal_ones_to_the_nearest():
    assert links(READ, WRITTEN, likeness) == {0: 0, 1: 1, 2: 2, 3: 5, 4: 3, 5: 4}
    assert links(["the"], ["den", "Hund", "der"], likeness) == {0: 0}


def test_a_piece_is_kept_only_if_no_link_leads_out_of_it():
    table = phrase_table([(READ, WRITTEN)], likeness)
    assert table["the dog"] == "den Hund"
    assert table["has seen the dog"] == "hat den Hund gesehen"
    assert "has seen" not in table and "seen the" not in table
    assert table[" ".join(READ)] == " ".join(WRITTEN)
    assert max(len(piece.split()) for piece in phrase_table([(READ, WRITTEN)], likeness, longest=2)) == 2


def test_of_several_translations_the_most_frequent_stays():
    pairs = [(["the"], ["den"]), (["the"], ["der"]), (["the"], ["der"])]
    assert phrase_table(pairs, likeness) == {"the": "der"}
