"""helpers.figures: every picture has alt text, and every drawing function draws what it is given."""

import base64
import io
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from helpers import diagrams, figures, toy

ALT = 'Five words "and" <more> & more'


@pytest.fixture
def shown(monkeypatch):
    """The list of what was displayed, as (data, options)."""
    calls = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: calls.append((data, options)))
    return calls


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_show_displays_an_image_with_alt_text(shown):
    fig, ax = figures.new()
    ax.plot([1, 2])
    assert figures.show(fig, ALT) is None
    ((data, options),) = shown
    assert options == {"raw": True}
    assert set(data) == {"text/html", "text/plain"}
    assert data["text/plain"] == ALT
    assert 'alt="Five words &quot;and&quot; &lt;more&gt; &amp; more"' in data["text/html"]


def test_the_picture_has_the_size_the_page_reserves_and_stays_small(shown):
    fig, _ = figures.new(7, 3)
    figures.show(fig, ALT)
    data = shown[0][0]["text/html"]
    png = base64.b64decode(data.split("base64,")[1].split('"')[0])
    assert Image.open(io.BytesIO(png)).size == (1050, 450)
    assert 'width="700" height="300"' in data
    assert len(png) < 100_000


def test_the_same_figure_gives_the_same_bytes():
    def picture():
        fig, ax = figures.new()
        figures.heat_map(ax, np.eye(3), rows="abc", columns="def")
        return figures.figure_element(fig, ALT)

    assert picture() == picture()


@pytest.mark.parametrize("alt", ["", "A plot", "one two three four"])
def test_a_short_alt_text_is_refused(shown, alt):
    fig, _ = figures.new()
    with pytest.raises(ValueError, match="alt is"):
        figures.show(fig, alt)
    assert shown == []


def test_new_passes_the_grid_on():
    _, axes = figures.new(7, 3, ncols=2, sharey=True)
    assert axes.shape == (2,)


def test_heat_writes_each_number_and_the_names():
    _, ax = figures.new()
    values = np.array([[0.5, -1.0, 0.0], [0.25, 0.75, 1.0]])
    assert figures.heat_map(ax, values, rows=["a", "b"], columns="xyz", row_label="unit", column_label="step") is ax
    assert texts(ax) == ["0.50", "-1.00", "0.00", "0.25", "0.75", "1.00"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["x", "y", "z"]
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("unit", "step")


def test_heat_without_numbers_or_names():
    _, ax = figures.new()
    figures.heat_map(ax, [[1, 2]], number="")
    assert texts(ax) == []
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0


def test_one_hot_grid_marks_each_one():
    _, ax = figures.new()
    assert figures.one_hot_grid(ax, np.eye(3), rows=["Food", "was", "nice"]) is ax
    assert texts(ax) == ["1", "1", "1"]
    assert [text.get_position() for text in ax.texts] == [(0, 0), (1, 1), (2, 2)]


def test_seed_lines_draw_the_middle_and_every_seed():
    _, ax = figures.new()
    results = np.array([[0.0, 0.2, 1.0], [1.0, 1.0, 0.4]])
    assert figures.seed_lines(ax, [5, 10], results, "s--", "s", np.median, label="GRU") is ax
    middle, *seeds = ax.get_lines()
    assert middle.get_ydata().tolist() == [0.2, 1.0] and middle.get_label() == "GRU"
    assert [seed.get_ydata().tolist() for seed in seeds] == results.T.tolist()
    assert {seed.get_color() for seed in seeds} == {middle.get_color()}


def test_lines_carry_their_names_in_their_colours():
    _, ax = figures.new()
    ax.plot([1, 2], [3, 4], label="padded")
    ax.plot([1, 2], [1, 1], label="RNN")
    ax.axhline(2)
    assert figures.label_lines(ax) is ax
    assert texts(ax) == ["padded", "RNN"]
    assert [text.get_color() for text in ax.texts] == [line.get_color() for line in ax.get_lines()[:2]]
    assert ax.texts[0].xy == (2, 4)


def test_the_module_does_not_load_pyplot():
    code = "import sys, helpers.figures; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def written_in(ax):
    return " ".join(text.get_text() for text in ax.texts)


def colours(ax):
    return [line.get_color() for line in ax.lines]


MARK = dict(title="a mark", reads="0.8, 1", c_prev=0.0, i=0.998, f=0.001, g=0.664, o=0.881, c_t=0.662, h_t=0.511)


def test_the_lstms_drawing_holds_every_number_of_its_steps_and_greys_what_is_shut():
    noise = MARK | dict(title="noise", reads="-0.5, 0", i=0.003, f=0.999)
    fig, ax = figures.new()
    assert diagrams.lstm_steps(ax, [MARK, noise]) is ax
    wanted = [step[name] for step in (MARK, noise) for name in ("title", "reads")]
    wanted += [f"{step[name]:.3f}" for step in (MARK, noise) for name in ("c_prev", "c_t", "h_t")]
    wanted += [f"{name}\n{step[name]:.2f}" for step in (MARK, noise) for name in "ifgo"]
    assert [text for text in wanted if text not in written_in(ax)] == []
    assert [s for s, times in (("σ", 6), ("tanh", 4), ("×", 6), ("+", 2)) if written_in(ax).count(s) != times] == []
    grey = {}
    for name, i, f in (("mark", 0.998, 0.001), ("noise", 0.003, 0.999), ("both", 0.9, 0.9), ("none", 0.01, 0.01)):
        _, ax = figures.new()
        diagrams.lstm_steps(ax, [MARK | dict(i=i, f=f)])
        grey[name] = colours(ax).count("#C9CED4")
    assert grey["both"] == 0 and grey["mark"] == 2 and grey["noise"] == 3 and grey["none"] == 5


def test_the_grus_drawing_holds_every_number_of_its_step():
    fig, ax = figures.new()
    assert diagrams.gru_step(ax, "one step", "x", 0.8, 0.7, 0.9, -0.4, 0.68) is ax
    assert [
        value for value in ("0.800", "r\n0.70", "u\n0.90", "0.10", "n\n-0.40", "0.680") if value not in written_in(ax)
    ] == []


def test_the_drawing_of_attention_writes_the_products_and_their_sum():
    fig, ax = figures.new()
    diagrams.asking(ax, ["a", "b"], "(3, 0)", [0.5, -0.5], [1.0, -1.0], [0.9, 0.1], [0.2, -0.4])
    assert [value for value in ("(3, 0)", "0.90", "0.180", "-0.040", "0.140") if value not in written_in(ax)] == []


def test_the_attending_decoder_draws_a_line_for_every_weight_thicker_where_it_is_larger():
    fig, ax = figures.new()
    assert diagrams.attention_decoder(ax, ["a", "b", "c"], ["x", "y"], 1, [0.1, 0.7, 0.2]) is ax
    to_sum = [line for line in ax.lines if line.get_xydata()[-1][1] == 5.6 and len(line.get_xdata()) == 2]
    assert np.argmax([line.get_linewidth() for line in to_sum[:3]]) == 1
    assert [text for text in ("0.70", "<start>", "s₂", "h₃", "Σ") if text not in written_in(ax)] == []


def test_the_two_readers_states_stand_over_their_words():
    fig, ax = figures.new()
    diagrams.both_ways(ax, ["a", "b"], ["0.1", "0.2"], ["0.3", "0.4"], ["verb", ""])
    assert [text for text in ("a", "b", "0.1", "0.2", "0.3", "0.4", "verb") if text not in written_in(ax)] == []


def test_equal_cells_have_one_colour_and_a_wide_cell_covers_its_columns():
    fig, ax = figures.new()
    diagrams.rows_of_cells(ax, {"path": ["n", "n", "–", "o"], "merged": [("n", 2), "–", "o"]}, left_out=("–",))
    fills = [tuple(patch.get_facecolor()) for patch in ax.patches]
    widths = [patch.get_width() for patch in ax.patches]
    assert widths == [1, 1, 1, 1, 2, 1, 1]
    assert fills[0] == fills[1] == fills[4] != fills[3] and fills[2] == fills[5] and fills[3] == fills[6]


def test_the_lattice_writes_every_number_and_only_allowed_steps():
    alpha = np.array([[0.1, 0.8, 0], [0.05, 0.09, 0.4]])
    fig, ax = figures.new()
    diagrams.lattice(ax, ["–", "n", "–"], alpha, [False, False, False])
    assert [text for text in ("0.100", "0.800", "0.050", "0.090", "0.400") if text not in written_in(ax)] == []
    assert len(ax.lines) == 4  # stay and step from both states that are reached at frame 1


@pytest.mark.parametrize("t", [1, 2, 3])
def test_the_cells_drawing_holds_every_number_of_its_step(t):
    h_prev, h_t = (0, 0), np.zeros(2)
    for x_t in toy.x[0, :t]:
        h_prev, z_t = h_t, x_t @ toy.W_xh + h_t @ toy.W_hh + toy.b_h
        h_t = np.tanh(z_t)
    fig, ax = figures.new()
    assert diagrams.rnn_cell(ax, t, toy.WORDS[t - 1], x_t, h_prev, toy.W_xh, toy.W_hh, toy.b_h) is ax
    drawn = " ".join(text.get_text() for text in ax.texts)
    rows = [x_t, h_prev, x_t @ toy.W_xh, h_prev @ toy.W_hh, toy.b_h, z_t, h_t]
    written = re.findall(r"\(([-\d., ]+)\)", drawn)
    found = sorted(tuple(map(float, row.split(", "))) for row in written)
    np.testing.assert_allclose(
        np.concatenate(found), np.concatenate(sorted(tuple(np.round(row, 3) + 0.0) for row in rows)), atol=1e-9
    )
    assert all(part in drawn for part in (f"“{toy.WORDS[t - 1]}”", "W_{xh}", "W_{hh}", "tanh", "+", f"h_{{{t}}}"))


def test_few_colours_keep_the_larger_areas_and_white_as_they_are():
    rng = np.random.default_rng(0)
    picture = np.full((100, 400, 3), 255, np.uint8)
    picture[:50, :256] = np.arange(256)[None, :, None] // 2
    picture[60:, :] = rng.integers(0, 256, (40, 400, 3))
    stored = np.asarray(Image.open(io.BytesIO(figures.small_png(Image.fromarray(picture)))).convert("RGB"))
    assert (stored[:60] == picture[:60]).all()
    assert np.abs(stored[60:].astype(int) - picture[60:]).mean() < 40


@pytest.mark.parametrize(
    "heights, moved",
    [
        ([0, 40, 20], [0, 40, 20]),
        ([10, 10], [3.5, 16.5]),
        ([0, 1, 2], [-12, 1, 14]),
        ([30, 0, 2], [30, -5.5, 7.5]),
        ([], []),
    ],
)
def test_labels_spread_up_and_down_alike(heights, moved):
    np.testing.assert_allclose(figures.spread(heights, 13), moved)


def test_a_label_that_had_to_move_has_a_line_to_its_end():
    fig, ax = figures.new()
    for height in (0, 0.001, 1):
        ax.plot([0, 1], [0, height], label=f"to {height}")
    figures.label_lines(ax)
    assert [text.arrow_patch is not None for text in ax.texts] == [True, True, False]
