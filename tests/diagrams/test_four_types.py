"""The drawing of an encoder and a decoder says what each step reads and speaks, and joins the two by one state."""

from helpers import figures
from helpers.diagrams import encoder_decoder


def test_each_word_is_read_and_each_answer_is_spoken_and_read_again():
    _, ax = figures.new(8, 3)
    encoder_decoder(ax, ["food", "was", "nice"], ["food", "good", "<end>"])
    texts = [(text.get_text(), *text.get_position()) for text in ax.texts if text.get_text()]
    read = [word for word, _, y in sorted(texts, key=lambda text: text[1]) if y == 0.8]
    spoken = [word for word, _, y in sorted(texts, key=lambda text: text[1]) if y == 4.5]
    assert read == ["food", "was", "nice", "<start>", "food", "good"]
    assert spoken == ["food", "good", "<end>"]
    names = {word for word, *_ in texts}
    assert {"$h_{3}$", "$s_{1}$", "last state,\nH numbers", "dh_0"} <= names
