"""helpers.applications: training is reproducible, intervals cover the true value, the table shows the results."""

import contextlib
import itertools
import re
import signal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import applications


@pytest.fixture(autouse=True)
def _torch_as_it_was():
    before = torch.get_default_dtype()
    yield
    torch.set_default_dtype(before)


def line_fitted(steps=300, seed=0, stop_at=None):
    """Fit a line; with `stop_at`, somebody interrupts the training during that update."""
    rng = applications.make_reproducible(seed)
    x = torch.from_numpy(rng.normal(size=(64, 2)))
    y = x @ torch.tensor([[2.0], [-1.0]]) + 0.5
    model, update = torch.nn.Linear(2, 1), itertools.count(1)

    def loss_of(rows):
        if next(update) == stop_at:
            signal.raise_signal(signal.SIGINT)
        return ((model(x[rows]) - y[rows]) ** 2).mean()

    return model, applications.train(model, loss_of, 64, steps, "A line", learning_rate=0.05)


@pytest.mark.slow
def test_training_fits_a_line_and_leaves_the_model_ready_to_answer():
    model, losses = line_fitted()
    assert model.weight.dtype == torch.float64 and not model.training
    assert np.allclose(model.weight.detach(), [[2, -1]], atol=0.01) and np.isclose(model.bias.item(), 0.5, atol=0.01)
    assert losses[-1] < 1e-3 * losses[0]


def test_the_curve_says_where_the_loss_began_and_ended(capsys):
    line_fitted(20)
    assert re.search(
        r"Its mean is [\d.]+ over the first tenth of the updates and [\d.]+ over the last\.", capsys.readouterr().out
    )


@pytest.mark.slow
def test_the_same_seed_gives_the_same_losses_and_another_seed_others():
    assert np.array_equal(line_fitted(20)[1], line_fitted(20)[1])
    assert not np.array_equal(line_fitted(20)[1], line_fitted(20, seed=1)[1])


def test_a_stopped_training_says_one_line_and_leaves_the_model_ready_to_answer(capsys):
    model, losses = line_fitted(20, stop_at=8)
    assert len(losses) == 8 and not model.training
    said = "Stopped after update 8 of 20. The cells below work with the network as it is now.\n"
    assert capsys.readouterr().out.endswith(said)
    applications.show_losses({"stopped": losses, "not stopped": line_fitted(20)[1]}, "Two losses")


def test_an_interrupt_stops_a_training_after_its_update_wherever_it_arrives(capsys):
    before, updates = signal.getsignal(signal.SIGINT), itertools.count(1)
    model = torch.nn.Linear(1, 1)

    def loss_of(rows):
        if next(updates) == 3:
            with contextlib.suppress(KeyboardInterrupt):  # as Python does while it clears something away
                signal.raise_signal(signal.SIGINT)
        return (model(torch.ones(1, 1)) ** 2).sum()

    applications.make_reproducible(0)
    losses = applications.train(model.double(), loss_of, 1, 5, "A line", batch_size=1)
    assert len(losses) == 3 and "Stopped after update 3 of 5." in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before


def test_losses_of_several_networks_stand_in_one_picture(capsys):
    applications.show_losses({"GRU": np.linspace(3, 0, 40), "plain RNN": np.ones(40)}, "Two losses")
    assert "Two losses: a curve that falls over 40 updates for each of GRU, plain RNN." in capsys.readouterr().out


def test_weights_are_counted():
    assert applications.parameter_count(torch.nn.Linear(3, 4)) == 16


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30))
@settings(deadline=None, max_examples=20)
def test_an_interval_of_a_mean_stays_within_the_values(values):
    low, high = applications.interval(np.mean, values, resamples=50)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_an_interval_has_the_width_that_theory_gives():
    hits = [1] * 400 + [0] * 400
    low, high = applications.interval(np.mean, hits, resamples=2000)
    assert np.isclose(high - low, 2 * 1.96 * 0.5 / 800**0.5, rtol=0.1)


def test_rows_are_resampled_together():
    column = list(range(50))
    assert applications.interval(lambda a, b: np.mean(np.array(a) == np.array(b)), column, column) == (1, 1)


@pytest.mark.parametrize("columns", [([1, 2], [1]), ([], [])])
def test_columns_that_disagree_are_named(columns):
    with pytest.raises(ValueError, match="expected the same number"):
        applications.interval(lambda *_: 0, *columns)


def test_the_table_prints_what_was_added_and_the_picture_names_the_best(capsys):
    results = applications.Results("accuracy", better="higher")
    results.add("majority", "trivial", 0.5, (0.4, 0.6), weights="-")
    results.add("GRU", "recurrent", 0.7, (0.6, 0.8), weights="1,000")
    results.add("GRU", "recurrent", 0.8125, (0.75, 0.875), weights="1,000")
    results.show("Two models with their intervals, the GRU ahead.")
    printed = capsys.readouterr().out
    assert "GRU       0.812     0.750 to 0.875  1,000" in printed and "0.700 " not in printed
    assert [row["model"] for row in results.rows] == ["majority", "GRU"]
    assert results._picture().axes[0].get_title(loc="left") == "Best on the test data: GRU"


def test_what_people_reach_is_printed_last_and_drawn_as_a_dotted_line(capsys):
    results = applications.Results("accuracy", better="higher", ceiling=("one person", 0.92))
    results.add("majority", "trivial", 0.5, (0.4, 0.6), weights=0)
    results.show("One model with its interval, and people.")
    assert "one person  0.920\n" in capsys.readouterr().out
    ax = results._picture().axes[0]
    (line,) = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert list(line.get_xdata()) == [0.92, 0.92] and [text.get_text() for text in ax.texts] == ["one person"]
    assert results._title() == "Best on the test data: majority"


def test_a_table_without_a_picture_rounds_its_columns_of_floats(capsys):
    results = applications.Results("F1", better="higher", digits=2)
    results.add("GRU", "recurrent", 0.625, (0.5, 0.75), gain=0.0449, weights=7)
    results.show()
    assert capsys.readouterr().out == "     F1    95 % interval  gain  weights\nGRU  0.62  0.50 to 0.75   0.04  7\n"


def test_an_alt_text_can_hold_the_values_as_they_are_printed():
    results = applications.Results("accuracy", better="higher", digits=2)
    results.add("GRU, forwards", "recurrent", 0.8125, (0.75, 0.875))
    results.add("majority", "trivial", 0.5, (0.4, 0.6))
    assert results.in_words() == "GRU, forwards: 0.81; majority: 0.50"


def test_the_picture_calls_nobody_best_whose_interval_meets_another():
    results = applications.Results("accuracy", better="higher")
    results.add("bag of words", "classical", 0.75, (0.7, 0.8))
    results.add("plain RNN", "recurrent", 0.6, (0.5, 0.69))
    results.add("GRU", "recurrent", 0.8, (0.75, 0.85))
    assert results._title() == "Highest here: GRU; 1 other interval overlaps"
    results.add("linear model", "classical", 0.78, (0.73, 0.83))
    assert results._title() == "Highest here: GRU; 2 other intervals overlap"


def test_the_picture_names_all_that_print_the_same_value():
    results = applications.Results("error", better="lower")
    results.add("last value", "trivial", 0.9, (0.8, 1))
    results.add("plain RNN", "recurrent", 0.0004, (0.0001, 0.001))
    results.add("GRU", "recurrent", 0, (0, 0))
    assert results._title() == "Lowest here: plain RNN and GRU, equal"
    results.add("linear model", "classical", 0.01, (0.001, 0.02))
    assert results._title() == "Lowest here: plain RNN and GRU, equal"
    results.add("bag of words", "classical", 0.01, (0, 0.02))
    assert results._title() == "Lowest here: plain RNN and GRU, equal; 1 other interval overlaps"


def test_lower_can_be_better():
    results = applications.Results("error", better="lower")
    results.add("last value", "trivial", 2, (1, 3))
    results.add("RNN", "recurrent", 1, (0.5, 1.5))
    assert "RNN" in results._picture().axes[0].get_title(loc="left")
    with pytest.raises(ValueError, match="expected 'higher' or 'lower'"):
        applications.Results("error", better="less")


def test_a_long_title_has_two_lines():
    results = applications.Results("accuracy", better="higher")
    for name, value in (("weights by naive Bayes", 0.8), ("bag of words", 0.79)):
        results.add(name, "classical", value, (0.7, 0.9))
    title = results._picture().axes[0].get_title(loc="left")
    assert title == "Highest here: weights by naive Bayes;\n1 other interval overlaps"


@pytest.mark.parametrize(
    ("label", "said"), [(None, "accuracy on test data"), ("share of right sentences", "share of right sentences")]
)
def test_the_axis_is_called_as_asked(label, said):
    results = applications.Results("accuracy", better="higher", label=label)
    results.add("a list", "trivial", 0.5, (0.4, 0.6))
    axis = results._picture().axes[0]
    assert axis.get_xlabel() == f"{said} (higher is better; line: 95 % interval)"


def test_a_trivial_row_far_away_gets_an_arrow_and_the_others_the_room():
    results = applications.Results("perplexity", better="lower", title="Perplexity")
    results.add("frequent words", "trivial", 87.6, (84, 91))
    results.add("3-gram", "classical", 37, (36, 38))
    results.add("GRU", "recurrent", 40, (39, 41))
    axis = results._picture().axes[0]
    assert [text.get_text() for text in axis.texts] == ["87.6 →"] and axis.get_xlim()[1] < 45
    assert axis.get_title(loc="left") == "Perplexity"
    results.add("frequent words", "trivial", 2, (1.9, 2.1))
    assert [text.get_text() for text in results._picture().axes[0].texts] == ["← 2.00"]
    results.add("frequent words", "trivial", 50, (49, 51))
    axis = results._picture().axes[0]
    assert not axis.texts and axis.get_xlim()[1] > 51
