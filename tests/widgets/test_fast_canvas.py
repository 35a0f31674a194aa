"""helpers.widgets.fast_canvas: a PNG has exactly the given pixels, and copied text looks as matplotlib draws it."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers.widgets import fast_canvas

STYLES = [
    {"ha": "left", "va": "center"},
    {"ha": "right", "va": "top", "color": "#D55E00", "fontsize": 9},
    {"ha": "center", "va": "bottom", "rotation": 90},
    {"ha": "center", "va": "center", "bbox": {"facecolor": "white", "edgecolor": "blue", "boxstyle": "round,pad=0.35"}},
]


def canvas_with(**style):
    canvas = FigureCanvasAgg(Figure(figsize=(3, 2), dpi=100))
    text = canvas.figure.text(0.5, 0.5, "1,234.50\ngy", **style)
    canvas.get_renderer().clear()
    return canvas, text


def ink(canvas):
    return np.asarray(canvas.buffer_rgba()).astype(int)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 13), (60, 100)])
def test_a_png_holds_exactly_its_pixels(height, width):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    with Image.open(io.BytesIO(fast_canvas.png(pixels))) as read:
        assert read.format == "PNG"
        assert (np.asarray(read) == pixels[..., :3]).all()


@pytest.mark.parametrize("style", STYLES)
def test_a_stamped_text_looks_as_matplotlib_draws_it(style):
    canvas, text = canvas_with(**style)
    text.draw(canvas.get_renderer())
    drawn = ink(canvas)
    assert drawn.any()
    for _ in range(2):  # first drawn, then copied
        canvas.get_renderer().clear()
        stamps = fast_canvas.Stamps(canvas)
        stamps.draw(text)
        assert np.abs(ink(canvas)[..., 3] - drawn[..., 3]).mean() < 0.3 * drawn[..., 3].mean()
        for axis in (0, 1):  # at most one pixel away
            spans = [np.flatnonzero(each[..., 3].any(axis=axis))[[0, -1]] for each in (drawn, ink(canvas))]
            assert np.abs(spans[0] - spans[1]).max() <= 1


@pytest.mark.parametrize(
    "change",
    [
        {"text": "other"},
        {"color": "red"},
        {"ha": "right"},
        {"va": "top"},
        {"fontsize": 20},
        {"rotation": 45},
        {"alpha": 0.5},
    ],
)
def test_a_changed_text_is_not_the_old_stamp(change):
    canvas, text = canvas_with(ha="left", va="center")
    stamps = fast_canvas.Stamps(canvas)
    stamps.draw(text)
    before = ink(canvas)
    canvas.get_renderer().clear()
    text.set(**change)
    stamps.draw(text)
    assert (ink(canvas) != before).any()


def test_a_plate_may_change_its_colour_and_a_text_may_move():
    canvas, text = canvas_with(bbox={"facecolor": "white"})
    stamps, seen = fast_canvas.Stamps(canvas), []
    for step in (
        lambda: None,
        lambda: text.get_bbox_patch().set(facecolor="red"),
        lambda: text.set_position((0.25, 0.5)),
        lambda: text.set_visible(False),
    ):
        step()
        canvas.get_renderer().clear()
        stamps.draw(text)
        seen.append(ink(canvas))
    plain, red, moved, hidden = seen
    assert (plain != red).any()
    assert (np.roll(red, -75, axis=1) == moved).all()
    assert not hidden[..., 3].any()
    assert len(stamps._kept) == 2


def test_old_stamps_make_room(monkeypatch):
    monkeypatch.setattr(fast_canvas, "MAX_STAMPS", 3)
    canvas, text = canvas_with()
    stamps = fast_canvas.Stamps(canvas)
    for number in range(10):
        text.set_text(str(number))
        stamps.draw(text)
        assert len(stamps._kept) <= 3


def test_an_empty_blank_or_placeless_text_draws_nothing():
    canvas, text = canvas_with()
    text.set_x(np.nan)
    fast_canvas.Stamps(canvas).draw(text)
    assert not ink(canvas)[..., 3].any()
    text.set_x(0.5)
    for blank in ("", "  "):
        text.set_text(blank)
        fast_canvas.Stamps(canvas).draw(text)
        assert not ink(canvas)[..., 3].any()
