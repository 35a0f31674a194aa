"""The files in notebooks/measured: they contain every run, and one command measures them all."""

import re

import nbformat
import numpy as np
import pytest

from helpers.data import speech
from helpers.experiments import forgetting, recall_and_adding, sonnets, stored
from helpers.experiments.recall_and_adding import SEEDS, TASKS

KEPT = stored.MEASURED


@pytest.mark.parametrize("task", TASKS)
def test_the_file_holds_every_curve_of_the_design(task):
    job, curves = TASKS[task], stored.curves(task)
    assert sorted(curves) == sorted(stored.all_runs(task))
    for key, curve in curves.items():
        updates, values = curve.T
        np.testing.assert_array_equal(
            updates, recall_and_adding.EVERY * np.arange(1, len(updates) + 1), err_msg=str(key)
        )
        learned = values >= job.learned if job.K > 1 else values <= job.learned
        assert not learned[:-1].any(), f"{key} went on after it had learned"
        assert learned[-1] or updates[-1] == job.updates, f"{key} stopped before it had learned or used its budget"
        assert (values >= 0).all() and (job.K == 1 or values.max() <= 1)


@pytest.mark.slow
@pytest.mark.parametrize("task, cell, length", [("recall", "rnn", 2), ("recall", "lstm", 1), ("adding", "gru", 5)])
def test_a_cheap_curve_measured_again_agrees_with_the_file(task, cell, length):
    kept = stored.curves(task)[cell, length, 0][:3]
    again = [
        (update, value)
        for update, _, value in recall_and_adding.train_until_learned(task, cell, length, 0, updates=150)
        if value is not None
    ]
    np.testing.assert_allclose(again, kept, rtol=0.01)


def test_the_reviews_file_holds_every_point():
    kept = stored.reviews()
    assert list(kept) == [
        (kind, place) for kind in ("as they are", "with words after") for place in ("after", "before")
    ]
    for right in kept.values():
        assert right.shape == (len(forgetting.COUNTS), len(SEEDS))
        assert ((right > 0.4) & (right < 0.9)).all()


@pytest.mark.slow
def test_the_stored_writer_is_what_its_command_measures():
    measured, trained = stored.writer_curves(), []
    assert measured["training"][0] == list(range(1, sonnets.WRITER["readings"] + 1)) == measured["held out"][0]
    sonnets.train_writer(lambda *row: trained.append(row), readings=1)
    reading, training, held_out = trained[0]
    assert reading == 1
    assert measured["training"][1][0] == pytest.approx(training, rel=0.01)
    assert measured["held out"][1][0] == pytest.approx(held_out, rel=0.01)


def test_the_stored_weights_have_the_last_perplexity_of_the_curve():
    weights, alphabet = stored.writer()
    held_out = sonnets.encode(sonnets.sonnets()[1], alphabet)
    assert sonnets.perplexity(weights, held_out) == pytest.approx(stored.writer_curves()["held out"][1][-1], abs=0.01)
    assert weights["W_hh"].shape == (sonnets.WRITER["H"],) * 2 and weights["W_hh"].dtype == np.float64
    assert weights["W_xh"].shape[0] == weights["b_y"].size == len(alphabet)
    assert (KEPT / "writer.npz").stat().st_size < 1_000_000


def test_a_file_that_is_not_measured_is_named():
    with pytest.raises(ValueError, match="no 'poems'; choose from writer, recall, adding, reviews"):
        stored.measure("poems")


@pytest.fixture
def quickly(monkeypatch, tmp_path):
    """Measure into an empty folder, with fake trainings. Returns a list of the runs that were asked for."""
    runs = []

    def learn(task, cell, length, seed):
        runs.append((task, cell, length, seed))
        yield 49, 0.7, None
        yield 50, 0.7, 0.5

    def train_writer(add):
        runs.append("writer")
        add(1, 9.0, 8.0)
        return {"b_y": np.ones(3, np.float32)}

    def measure(seed, films):
        runs.append(("reviews", seed))
        for kind in ("as they are", "with words after"):
            for place in ("after", "before"):
                for count in forgetting.COUNTS:
                    yield kind, place, count, 0.75

    monkeypatch.setattr(stored, "MEASURED", tmp_path / "measured")
    monkeypatch.setattr(recall_and_adding, "train_until_learned", learn)
    monkeypatch.setattr(sonnets, "train_writer", train_writer)
    monkeypatch.setattr(forgetting, "films", lambda: None)
    monkeypatch.setattr(forgetting, "measure", measure)
    return runs


def test_one_command_measures_every_file_of_curves_as_it_is_stored(quickly):
    real = {path.name: path.read_text().splitlines()[0] for path in KEPT.glob("*.csv")}
    stored.measure()
    stored.add_application("numbers", 0, [(1, "exact", "GRU", 1)])  # what bench/applications.py --store adds
    stored.add_voice(0, 0, {"GRU": 0.5})  # this, too
    assert {path.name: path.read_text().splitlines()[0] for path in stored.MEASURED.glob("*.csv")} == real
    assert len(quickly) == 1 + sum(len(stored.all_runs(task)) for task in TASKS) + len(SEEDS)
    assert stored.writer_curves() == {"training": ([1], [9.0]), "held out": ([1], [8.0])}
    np.testing.assert_array_equal(stored.writer()[0]["b_y"], np.ones(3))
    assert stored.final_values("recall", "gru").shape == (len(TASKS["recall"].lengths), len(SEEDS))
    assert stored.reviews()["as they are", "after"].shape == (len(forgetting.COUNTS), len(SEEDS))


def test_what_is_measured_is_not_measured_again(quickly):
    stored.measure()
    (stored.MEASURED / "adding.csv").write_text(f"{stored.HEADERS['adding']}\nrnn,5,0,50,0.1\n")
    quickly.clear()
    stored.measure()
    missing = [("adding", *key) for key in stored.all_runs("adding") if key != ("rnn", 5, 0)]
    assert quickly == missing


FOLDER = stored.MEASURED.parent / "applications"
APPLICATIONS = sorted(
    path.stem for path in FOLDER.glob("*.ipynb") if "three_seeds(" in path.read_text(encoding="utf-8")
)


def printed_by(application):
    cells = nbformat.read(FOLDER / f"{application}.ipynb", 4).cells
    return "".join(out.get("text", "") for cell in cells for out in cell.get("outputs", []))


def results_tables(printed):
    """Return the tables of results in what a notebook printed, in order: for each, (model, column) -> the cell as text."""
    tables = []
    for line in printed.splitlines():
        model, *cells = re.split(" {2,}", line)
        if not model and cells[1:2] == ["95 % interval"]:
            columns = cells
            tables.append({})
        elif tables and re.fullmatch(r"\S+ to \S+", "".join(cells[1:2])):
            tables[-1] |= {(model, column): cell for column, cell in zip(columns, cells, strict=False)}
    return tables


@pytest.mark.parametrize("application", APPLICATIONS)
def test_an_application_is_stored_with_three_seeds_and_its_notebook_prints_them(application):
    rows = [row for row in stored._rows("applications") if row["application"] == application]
    named = {seed: [row for row in rows if row["seed"] == str(seed)] for seed in SEEDS}
    by_seed = {seed: [(row["table"], row["metric"], row["model"]) for row in named[seed]] for seed in SEEDS}
    assert by_seed[0] == by_seed[1] == by_seed[2] and by_seed[0]
    assert len(rows) == 3 * len(by_seed[0])
    printed = printed_by(application)
    assert all(stored.three_seeds(application, int(table)) in printed for table, _, _ in by_seed[0])
    metrics = {(table, metric) for table, metric, _ in by_seed[0]}
    assert len(stored.three_seeds(application).splitlines()) == len(by_seed[0]) + len(metrics)


@pytest.mark.parametrize("application", APPLICATIONS)
def test_what_is_stored_of_the_first_seed_is_what_the_notebook_printed(application):
    tables = results_tables(printed_by(application))
    for row in stored._rows("applications"):
        if (row["application"], row["seed"]) == (application, "0"):
            value = tables[int(row["table"]) - 1][row["model"], row["metric"]]
            last_digit = 10.0 ** -len(value.partition(".")[2])
            assert abs(float(value) - float(row["value"])) < 0.56 * last_digit, row  # both are rounded


def test_every_application_that_is_stored_prints_it():
    assert {application for application, _ in stored.applications_done()} == set(APPLICATIONS)


def test_an_application_that_is_not_stored_is_named():
    with pytest.raises(ValueError, match="Nothing is stored of 'chess'"):
        stored.three_seeds("chess")
    with pytest.raises(ValueError, match="Nothing is stored of 'translation'"):
        stored.three_seeds("translation", table=9)


def test_three_seeds_stand_side_by_side(monkeypatch, tmp_path):
    monkeypatch.setattr(stored, "MEASURED", tmp_path)
    for seed, value in enumerate((0.98912, 0.93, 0.5)):
        stored.add_application("numbers", seed, [(1, "exact", "GRU", value), (1, "exact", "plain RNN, attention", 1)])
    assert stored.applications_done() == {("numbers", seed) for seed in SEEDS}
    assert stored.three_seeds("numbers").splitlines() == [
        "exact, seeds 0, 1 and 2",
        "    GRU                   0.989  0.930  0.500",
        "    plain RNN, attention  1.000  1.000  1.000",
    ]


def test_each_voice_is_held_out_with_three_seeds_and_the_notebook_prints_the_errors():
    kept = stored.voices()
    assert list(kept) == ["hidden Markov", "plain RNN", "GRU"]
    assert [errors.shape for errors in kept.values()] == [(1, speech.VOICES), *[(len(SEEDS), speech.VOICES)] * 2]
    lines = {" ".join(line.split()) for line in printed_by("speech_recognition").splitlines()}
    for model, errors in kept.items():
        assert ((errors > 0) & (errors < 1)).all()
        for row in errors:
            line = " ".join(f"{error:.2f}" for error in [*row, row.mean()])
            assert any(other.startswith(model) and other.endswith(line) for other in lines)


def test_voices_and_seeds_stand_in_order(monkeypatch, tmp_path):
    monkeypatch.setattr(stored, "MEASURED", tmp_path)
    for seed in reversed(SEEDS):
        for voice in reversed(range(speech.VOICES)):
            stored.add_voice(voice, seed, {"GRU": voice / 10 + seed, "hidden Markov": 0.5})
    np.testing.assert_allclose(stored.voices()["GRU"], np.arange(6) / 10 + np.array(SEEDS)[:, None])
    assert stored.voices()["hidden Markov"].tolist() == [[0.5] * 6], "it has no seed"
    assert stored.voices_done() == {(voice, seed) for voice in range(6) for seed in SEEDS}
