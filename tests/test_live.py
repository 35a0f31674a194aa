"""helpers.live: a curve grows, is not drawn too often, and ends with the same picture in every case."""

import math
import re
import time

import nbformat
import pytest
from matplotlib.text import Text
from nbclient import NotebookClient

from helpers import figures, live
from helpers.widgets import interrupts

ALT = "A curve that falls from left to right."


@pytest.fixture
def page(monkeypatch):
    """The list of what is displayed, in order."""
    shown = []
    for place in ("helpers.live.display", "IPython.display.display"):
        monkeypatch.setattr(place, lambda data, raw: shown.append(data))
    return shown


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves only when a test moves it: `clock[0] += 1`."""
    now = [0.0]
    monkeypatch.setattr(live.time, "monotonic", lambda: now[0])
    return now


def falling(steps=20, **options):
    with live.curve("loss", steps, alt=ALT, **options) as curve:
        for step in range(steps):
            curve.add(1 / (step + 1))
    return curve


def is_closed(widget):
    return widget.comm is None


def test_an_update_is_called_what_the_axis_calls_it(page):
    curve = falling(xlabel="epoch")
    assert page[0]["text/plain"] == "loss: 20 epochs."
    assert curve.figure().axes[0].get_xlabel() == "epoch"
    assert "Epoch 20 of 20: " in curve._picture()


def test_a_still_picture_stays_and_the_widgets_close(page):
    curve = falling()
    running, still = page
    assert running["text/plain"] == "loss: 20 updates."
    assert running["text/html"] == "<p>loss: 20 updates.</p>"
    assert still["text/plain"] == ALT
    assert f'alt="{ALT}"' in still["text/html"]
    assert all(map(is_closed, (curve.box, curve.view, curve.bar.container, *curve.bar.container.children)))


def test_values_and_other_series_keep_their_steps(page):
    with live.curve("loss", 4, alt=ALT, baselines={"chance": 2.0}, ylabel="nats") as curve:
        for step in range(4):
            curve.add(step, **({"held_out": 10.0} if step == 2 else {}))
    assert curve.series == {"loss": ([1, 2, 3, 4], [0.0, 1.0, 2.0, 3.0]), "held out": ([3], [10.0])}
    written = [text.get_text() for text in curve.figure().axes[0].texts]
    assert {"loss", "held out", "chance"} == set(written)


def test_a_better_alt_may_be_given_before_leaving(page):
    with live.curve("loss", 1, alt=ALT) as curve:
        curve.add(3.0)
        curve.alt = "The loss ends at three, where it began."
    assert page[-1]["text/plain"] == curve.alt


def test_at_most_five_pictures_a_second(page, clock):
    with live.curve("loss", 32, alt=ALT) as curve:
        drawn = []
        curve.view.observe(lambda change: drawn.append(clock[0]), "value")
        for _ in range(32):
            clock[0] += 0.0625
            curve.add(1.0)
    assert 8 <= len(drawn) <= 10
    assert min(b - a for a, b in zip(drawn, drawn[1:], strict=False)) >= live.OFTEN


def test_drawing_takes_a_tenth_of_the_time_at_most(page, clock, monkeypatch):
    with live.curve("loss", 100, alt=ALT) as curve:

        def slow():
            clock[0] += 0.0625
            return f"{clock[0]}"

        monkeypatch.setattr(curve, "_picture", slow)
        for _ in range(100):
            clock[0] += 0.125
            curve.add(1.0)
    assert clock[0] <= 12.5 / 0.9 + 0.125


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interrupt_leaves_a_tidy_page_and_is_seen(page, kind):
    with pytest.raises(kind), live.curve("loss", 9, alt=ALT) as curve:
        curve.add(1.0)
        raise kind
    assert page[-1]["text/plain"] == f"{ALT} Stopped after update 1 of 9."
    assert is_closed(curve.box)


def test_nothing_added_nothing_shown(page):
    with pytest.raises(ZeroDivisionError), live.curve("loss", 9, alt=ALT):
        raise ZeroDivisionError
    assert len(page) == 1


def test_numbers_that_are_not_finite_are_drawn_as_gaps(page):
    with live.curve("loss", 3, alt=ALT, yscale="log") as curve:
        for value in (1.0, math.inf, math.nan):
            curve.add(value)
    assert "<img" in page[-1]["text/html"]
    with live.curve("loss", 1, alt=ALT) as curve:
        curve.add(math.nan)
    assert "<img" in page[-1]["text/html"]


def test_a_bar_counts_updates_and_ends_after_the_last(page, monkeypatch):
    shown = live._bar(total=1500)
    monkeypatch.setattr(live, "_bar", lambda **_: shown)
    each = live.bar("Training", 1500)
    assert page[0]["text/plain"] == "Training: 1,500 updates."
    for loss in range(1499):
        each(loss)
    assert (shown.n, shown.container.children[1].bar_style) == (1499, "")
    each(0.1)
    assert (shown.n, shown.container.children[1].bar_style) == (1500, "success")


def test_what_cannot_work_is_said_before_the_training():
    with pytest.raises(ValueError, match="expected a sentence"):
        live.curve("loss", 10, alt="A curve.")
    with pytest.raises(ValueError, match="at least 1"):
        live.curve("loss", 0, alt=ALT)


def test_labels_of_lines_that_end_together_move_apart():
    fig, ax = figures.new()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    for name, height in {"a": 0.5, "b": 0.5, "c": 0.51}.items():
        ax.plot([0, 1], [height, height], label=name)
    figures.label_lines(ax)
    fig.canvas.draw()
    boxes = sorted((Text.get_window_extent(text) for text in ax.texts), key=lambda box: box.y0)
    assert all(above.y0 >= below.y1 for below, above in zip(boxes, boxes[1:], strict=False))


# titles and interrupts


def test_the_verdict_comes_after_all_steps():
    curve = live.curve("loss", 3, alt=ALT, title="The loss of each step", title_after="Down to 1")
    titles = [curve.figure().axes[0].get_title(loc="left")]
    for loss in (3, 2, 1):
        curve.add(loss)
        titles.append(curve.figure().axes[0].get_title(loc="left"))
    assert titles == ["The loss of each step"] * 3 + ["Down to 1"]
    assert curve.figure({"loss": ([1, 3], [3, 1])}).axes[0].get_title(loc="left") == "Down to 1"


def test_an_interrupted_curve_stays_and_says_how_far_it_came(page):
    with (
        pytest.raises(KeyboardInterrupt, match=r"^Stopped after update 2 of 5\.$") as stopped,
        live.curve("loss", 5, alt=ALT) as curve,
    ):
        curve.add(3)
        curve.add(2)
        raise KeyboardInterrupt
    assert page[-1]["text/plain"] == f"{ALT} Stopped after update 2 of 5."
    assert (
        interrupts.in_one_sentence(stopped.value)
        == "Stopped after update 2 of 5. Run this cell again before you go on."
    )


# on demand


STORED = {"loss": ([1, 2, 3], [3.0, 2.0, 1.0])}


def on_demand(run, steps=5):
    return live.on_demand("Train it now", run, live.curve("loss", steps, alt=ALT), STORED)


def press(demand):
    demand.button.click()
    if demand.button.description == "Stop":
        demand.thread.join(20)


def test_before_the_click_the_stored_curve_stands_there():
    demand = on_demand(lambda curve: curve.add(1.0))
    bundle = demand._repr_mimebundle_()
    assert bundle["text/plain"] == ALT
    assert f'alt="{ALT}"' in bundle["text/html"]
    assert demand.place.children[0].value == bundle["text/html"]
    assert demand.button.description == "Train it now"


def test_a_click_trains_in_the_page_again_and_again():
    demand = on_demand(lambda curve: [curve.add(step) for step in range(5)])
    for _ in range(2):
        press(demand)
        assert demand.curve.series == {"loss": ([1, 2, 3, 4, 5], [0.0, 1.0, 2.0, 3.0, 4.0])}
        assert "Update 5 of 5: loss 4." in demand.place.children[0].value
        assert demand.button.description == "Train it now"
        assert is_closed(demand.curve.box)


def test_what_a_training_raises_is_seen():
    demand = on_demand(lambda curve: curve.no_such_thing)
    press(demand)
    assert isinstance(demand.error, AttributeError)
    assert 'role="alert"' in demand.place.children[0].value
    assert "no_such_thing" in demand.place.children[0].value


def test_a_second_click_stops_it():
    def endless(curve):
        while True:
            try:
                curve.add(1.0)
                time.sleep(0.01)
            except Exception:
                pass

    demand = on_demand(endless)
    demand.button.click()
    assert demand.button.description == "Stop"
    demand.button.click()
    demand.thread.join(20)
    assert not demand.thread.is_alive()
    assert "Stopped." in demand.place.children[0].value
    assert demand.button.description == "Train it now"


@pytest.mark.kernel
def test_stored_outputs_are_the_same_after_every_run():
    source = f"""\
import time
from helpers import live
with live.curve("loss", 30, alt="{ALT}") as curve:
    for step in range(30):
        time.sleep(0.02)
        curve.add(step)
live.on_demand("Train it now", lambda curve: curve.add(1), live.curve("loss", 3, alt="{ALT}"), {STORED})"""
    pages = []
    for _ in range(2):
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        NotebookClient(nb, kernel_name="python3", store_widget_state=False).execute()
        outputs = nb.cells[0].outputs
        assert [output.output_type for output in outputs] == ["display_data", "display_data", "execute_result"]
        for output in outputs:
            output.data.pop("application/vnd.jupyter.widget-view+json", None)
        pages.append(re.sub(r"base64,[^\"]*", "", str(outputs)))
    assert pages[0] == pages[1]
