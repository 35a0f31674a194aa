"""helpers.widgets.explorer: controls change the picture, errors are shown, and every explorer works over its range."""

import base64
import html
import io
import itertools
import re
import subprocess
import sys
import threading
from pathlib import Path

import execute_notebooks
import ipywidgets as widgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import images
from PIL import Image
from traitlets import TraitError
from website import explorers as kept

from helpers.widgets.explorer import buttons, choice, drawing, explore, ink_of, recording, samples_of, slider, text
from helpers.widgets.prediction import predict

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [path for path in execute_notebooks.notebooks() if kept.code_cells(path)]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def only_image(source):
    (image,) = images(source)
    return image


def png(source):
    header, data = only_image(source)["src"].split(",")
    assert header == "data:image/png;base64"
    return base64.b64decode(data, validate=True)


def words(source):
    """Return the text of HTML as a reader sees it, without pictures."""
    return html.unescape(re.sub(r"<[^>]*>", "", source))


# A small explorer


def draw_bar(fig):
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 10))
    (line,) = ax.plot([0, 1], [0, 0], linewidth=4, animated=True)

    def update(height, word):
        if word == "break":
            raise RuntimeError("a <b> went wrong")
        line.set_ydata([height, height])
        return f"The line of {word!r} stands at {height}."

    return update


def bar(height=3, word="a", alt="A line."):
    return explore(draw_bar, alt, height=slider("Height", 0, 10, height), word=text("Word", word))


def test_buttons_hold_one_value_and_mark_it():
    control = buttons("Step", ["one", "two", "three"], "two")
    caption, *row = control.row.children
    assert (caption.value, control.widget.value) == ("Step", "two")
    row[2].click()
    assert control.widget.value == "three"
    assert [button.icon for button in row] == ["", "", "check"]
    control.widget.value = "one"
    assert [button.button_style for button in row] == ["info", "", ""]


def test_values_reach_the_update_by_name():
    seen = []

    def draw(fig):
        def update(**values):
            seen.append(values)
            return "Seen."

        return update

    explorer = explore(
        draw,
        "Nothing.",
        n=slider("N", 0, 5, 2),
        x=slider("X", 0.0, 1.0, 0.5, 0.1),
        kind=choice("Kind", "ab"),
        say=text("Say", ""),
    )
    first = dict(n=2, x=0.5, kind="a", say="")
    assert seen == [first]
    for name, value in dict(n=5, x=0.7, kind="b", say="é").items():
        explorer.controls[name].widget.value = value
        first[name] = value
        assert seen[-1] == first
    assert [type(value) for value in seen[-1].values()] == [int, float, str, str]


def test_picture_and_status_follow():
    explorer = bar()
    before = explorer.view.value
    explorer.controls["height"].widget.value = 7
    assert png(explorer.view.value) != png(before)
    assert explorer.status == "The line of 'a' stands at 7."
    assert explorer.status in words(explorer.view.value)
    assert "stands at 3" not in explorer.view.value

    explorer.controls["height"].widget.value = 3
    assert explorer.view.value == before, "an earlier setting leaves nothing behind"
    assert explorer.error is None


def test_what_does_not_move_stays_in_the_picture():
    def draw(fig):
        ax = fig.subplots()
        ax.axvspan(0, 0.3, color="red")
        (line,) = ax.plot([0, 1], [0, 1], color="blue", animated=True)
        return lambda n: line.set_ydata([0, n]) or "Moved."

    explorer = explore(draw, "Red and blue.", n=slider("N", 1, 9, 1))
    explorer.controls["n"].widget.value = 9
    pixels = np.asarray(explorer._canvas.buffer_rgba())[..., :3]
    assert (pixels == (255, 0, 0)).all(axis=-1).sum() > 1000
    assert (pixels == (0, 0, 255)).all(axis=-1).any()


def test_alt_text_holds_the_status_and_is_escaped():
    explorer = bar(alt='A "line" & <b>more</b>.', word='"><script>&')
    for source in (explorer.view.value, explorer._repr_mimebundle_()["text/html"]):
        assert only_image(source)["alt"] == f'A "line" & <b>more</b>. {explorer.status}'
        assert "<script>" not in source
        assert "<b>" not in source


@given(st.text(max_size=20).filter(lambda word: word != "break"))
def test_any_text_is_shown_as_text(word):
    explorer = ANY_TEXT
    explorer.controls["word"].widget.value = word
    assert explorer.error is None
    assert len(images(explorer.view.value)) == 1
    assert re.findall(r"</?(\w+)", explorer.view.value) == ["figure", "img", "figure", "p", "p"]


ANY_TEXT = bar()


def test_without_a_kernel_the_default_picture_and_sentence_remain():
    explorer = bar()
    bundle = explorer._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {WIDGET_VIEW, "text/html", "text/plain"}
    stored, seen = (
        Image.open(io.BytesIO(png(source))).convert("RGB") for source in (bundle["text/html"], explorer.view.value)
    )
    assert np.abs(np.asarray(stored).astype(int) - np.asarray(seen)).max() < 40, "few colours, but nearly the same"
    assert explorer.status in words(bundle["text/html"])
    assert bundle["text/plain"] == f"A line. {explorer.status}"


def test_picture_and_plain_text_of_a_moved_explorer_say_the_same():
    explorer = bar()
    explorer.controls["height"].widget.value = 9
    bundle = explorer._repr_mimebundle_()
    assert only_image(bundle["text/html"])["alt"] == bundle["text/plain"]


def test_the_box_holds_every_control_and_the_one_that_plays_is_next_to_the_picture():
    explorer = explore(draw_bar, "A line.", height=slider("Height", 0, 10, 3, play=True), word=text("Word", "a"))
    controls, view = explorer.box.children
    assert controls.children == (explorer.controls["word"].row, explorer.controls["height"].row)
    assert view is explorer.view


def test_a_picture_is_sharp_shrinks_with_its_place_and_leaves_room_for_two_lines():
    explorer = bar()
    image = only_image(explorer.view.value)
    assert (image["width"], image["height"]) == ("720", "420")
    assert Image.open(io.BytesIO(png(explorer.view.value))).size == (1080, 630)
    assert "max-width:100%;height:auto" in image["style"] and "min-height:3em" in explorer.view.value


# Mistakes


def test_an_exception_at_construction_is_raised():
    with pytest.raises(RuntimeError, match="went wrong"):
        bar(word="break")
    with pytest.raises(ZeroDivisionError):
        explore(lambda fig: 1 / 0, "Nothing.")
    with pytest.raises(TypeError, match="word"):
        explore(draw_bar, "A line.", height=slider("Height", 0, 10, 3))


def test_a_later_exception_is_shown_kept_and_recovered_from():
    explorer = bar()
    before = explorer.view.value
    word = explorer.controls["word"].widget
    word.value = "break"
    assert isinstance(explorer.error, RuntimeError)
    assert images(explorer.view.value) == []
    assert 'role="alert"' in explorer.view.value
    assert "RuntimeError: a <b> went wrong" in words(explorer.view.value)
    assert "<b> went" not in explorer.view.value

    first = explorer.error
    word.value = "a"
    assert explorer.view.value == before
    word.value = "break"
    assert explorer.error is first, "the first exception stays for tests to see"


def test_controls_may_move_on_other_threads():
    explorer = bar()
    slide = explorer.controls["height"].widget

    def walk(values):
        for value in values:
            slide.value = value

    threads = [threading.Thread(target=walk, args=(range(start, 11, 3),)) for start in (0, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert explorer.error is None
    assert explorer.status == f"The line of 'a' stands at {slide.value}."
    assert explorer.status in words(explorer.view.value)


# Controls


@pytest.mark.parametrize(
    ("arguments", "box"),
    [((0, 10, 3), widgets.BoundedIntText), ((0, 1, 0.5, 0.1), widgets.BoundedFloatText)],
)
def test_a_slider_has_a_number_box_with_its_name(arguments, box):
    control = slider("Words in the sentence", *arguments)
    (named,) = (part for part in control.row.children if isinstance(part, box))
    assert named.description == "Words in the sentence"
    for part in control.row.children:
        assert (part.min, part.max, part.value, part.step) == (
            control.widget.min,
            control.widget.max,
            control.widget.value,
            control.widget.step,
        )
    assert control.row.children[1].continuous_update
    assert {link.target[0] for link in control.in_jupyter.links} | {
        link.source[0] for link in control.in_jupyter.links
    } == set(control.row.children)


def steps_and_at():
    drawn = []
    explorer = explore(
        lambda fig: lambda T, at: drawn.append((T, at)) or f"Step {at} of {T}.",
        "Nothing.",
        T=slider("T", 1, 9, 6),
        at=slider("At", 1, 6, 6, up_to=lambda values: values["T"]),
    )
    return explorer, drawn


def test_a_slider_whose_end_follows_another():
    explorer, drawn = steps_and_at()
    T, at = (explorer.controls[name].widget for name in ("T", "at"))
    T.value = 9
    assert (at.max, at.value) == (9, 9), "a value at the old end moves to the new one"
    at.value = 3
    T.value = 5
    assert (at.max, at.value, explorer.controls["at"].row.children[1].max) == (5, 3, 5)
    T.value = 1
    assert (at.max, at.value) == (2, 2), "a slider needs two different ends"
    assert drawn == [(6, 6), (9, 9), (9, 3), (5, 3), (1, 2)], "one picture for each move"


def test_a_move_without_widgets_draws_once_and_limits():
    explorer, drawn = steps_and_at()
    explorer.move(T=4, at=6)
    assert explorer.values == {"T": 4, "at": 4}
    assert explorer.status == "Step 4 of 4." and len(drawn) == 2
    assert "in_jupyter" not in vars(explorer)


def test_a_button_puts_a_player_with_the_sound_on_the_page():
    explorer = explore(
        draw_bar, "A line.", listen=("Hear it", lambda: b"RIFF"), height=slider("H", 0, 9, 1), word=text("W", "")
    )
    button, player = explorer.box.children[-1].children
    assert button.description == "Hear it" and "<audio" not in player.value
    button.click()
    assert base64.b64encode(b"RIFF").decode() in player.value


def test_play_walks_the_slider():
    control = slider("Step", 1, 6, 2, play=True)
    (player,) = (part for part in control.row.children if isinstance(part, widgets.Button))
    seen, over = [], threading.Event()
    control.widget.observe(lambda change: seen.append(change.new), "value")
    player.observe(lambda change: change.new == "Play" and over.set(), "description")
    player.click()
    assert player.description == "Pause"
    assert over.wait(30)
    assert seen == [3, 4, 5, 6]
    over.clear()
    player.click()  # at the end it starts again, and a second click pauses it
    player.click()
    assert over.wait(30)
    assert control.widget.value < 6


def test_choice_and_text_have_names_and_values():
    assert choice("Kind", ["one", "two"]).widget.value == "one"
    assert choice("Kind", ["one", "two"], "two").widget.value == "two"
    assert choice("Kind", ["one", "two"]).widget.description == "Kind"
    assert text("Sentence", "ü").widget.value == "ü"
    assert text("Sentence", "ü").widget.description == "Sentence"
    assert text("Sentence", "").widget.continuous_update
    beside, whole = (text("Digits", "1", short=short).widget.layout for short in (True, False))
    assert beside.max_width == "430px" and whole.max_width == "720px"


def test_a_drawing_is_bits_of_ink_and_jupyter_leaves_it_out():
    field = drawing("Draw", 2, 8)
    assert field.value == "" and not field.row.children
    assert not ink_of("", *field.options).any()
    assert np.argwhere(ink_of("8001", *field.options)).tolist() == [[0, 0], [1, 7]]


def test_a_recording_is_samples_of_16_bits_and_jupyter_leaves_it_out():
    button = recording("Record", 8000, 4)
    assert button.value == "" and not button.row.children
    assert samples_of("").tolist() == []
    assert samples_of(base64.b64encode(bytes([0, 0x40, 0xFF, 0xFF, 0, 0x80])).decode()).tolist() == [0.5, -(2**-15), -1]


def test_a_click_on_an_example_types_it():
    explorer = explore(draw_bar, "A line.", height=slider("H", 0, 9, 1), word=text("W", "", ["soup", "great food"]))
    [_, offered] = explorer.controls["word"].row.children
    [_caption, soup, food] = offered.children
    food.click()
    assert explorer.values["word"] == explorer.controls["word"].widget.value == "great food"
    assert "great food" in explorer.status
    soup.click()
    assert explorer.values["word"] == "soup"


@pytest.mark.parametrize(
    "make",
    [
        lambda: slider("N", 5, 1, 3),
        lambda: slider("N", 0, 10, 11),
        lambda: slider("X", 0.0, 1.0, -0.5, 0.1),
        lambda: choice("Kind", ["one"], "three"),
    ],
    ids=["low above high", "value above high", "value below low", "no such option"],
)
def test_impossible_controls_are_refused(make):
    with pytest.raises((ValueError, TraitError)):
        make()


def test_the_module_loads_neither_torch_nor_pyplot():
    code = "import sys, helpers.widgets.explorer, helpers.widgets.quiz; print({'torch', 'matplotlib.pyplot'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# Predictions


def ask(**changed):
    given = dict(question="Which way?", choices=["Up", "Down"], answer="Down", why="Because.", then=bar())
    return predict(**{**given, **changed})


def press(prediction, label):
    (button,) = (button for button in prediction.buttons.children if button.description == label)
    button.click()
    return words(prediction.reply.value)


@pytest.mark.parametrize(
    ("label", "reply"),
    [
        ("Up", "✗ Not quite. You said: Up. It is: Down. Because."),
        ("Down", "✓ Right. It is: Down. Because."),
        ("Skip", "It is: Down. Because."),
    ],
)
def test_a_prediction_opens_the_explorer_and_says_what_it_is(label, reply):
    prediction = ask()
    assert prediction.box.children[-1] is prediction.explorer.box
    assert prediction.explorer.box.layout.display == "none"
    assert "Down" not in words(prediction.reply.value)
    assert press(prediction, label) == reply
    assert prediction.explorer.box.layout.display != "none"
    assert 'role="alert"' in prediction.reply.value


def test_a_prediction_marks_the_choice_and_may_change():
    prediction = ask()
    buttons = prediction.buttons.children
    for label, look in {
        "Up": ("warning", "times", "not quite"),
        "Down": ("success", "check", "right"),
        "Skip": ("info", "", "skipped"),
    }.items():
        press(prediction, label)
        looks = {button.description: (button.button_style, button.icon, button.tooltip) for button in buttons}
        assert looks == {**dict.fromkeys(("Up", "Down", "Skip"), ("", "", None)), label: look}


def test_a_prediction_without_a_kernel_shows_question_choices_and_picture():
    prediction = ask()
    bundle = prediction._repr_mimebundle_()
    assert set(bundle) == {WIDGET_VIEW, "text/html", "text/plain"}
    assert only_image(bundle["text/html"])["alt"] == f"A line. {prediction.explorer.status}"
    before, fold = bundle["text/html"].split("<details>")
    assert "<img" not in before and prediction.explorer.status not in before
    assert fold.startswith("<summary>Commit first, then open the picture</summary>") and fold.endswith("</details>")
    for part in ("Which way?", "Up", "Down"):
        assert part in words(before)
        assert part in bundle["text/plain"]
    assert "Because" not in words(bundle["text/html"])


def test_choices_are_text_not_markup():
    prediction = ask(choices=["a <b> c", "Down"], answer="a <b> c")
    assert press(prediction, "a <b> c") == "✓ Right. It is: a <b> c. Because."
    assert "a <b> c" in words(prediction._repr_mimebundle_()["text/html"])


def test_an_answer_that_was_not_offered_is_refused():
    explorer = bar()
    with pytest.raises(ValueError, match=r"Left.*Up.*Down"):
        ask(answer="Left", then=explorer)
    assert explorer.box.layout.display != "none", "the explorer can still be shown on its own"


# Every explorer of the course, from the notebooks themselves

NASTY = [
    *("", "   ", "word " * 500, "🍕 👩‍🍳 é", "<b>&", "wasn't", "a", "<pad> <unk>"),
    *("שלום 你好", "फिल्म İstanbul", "x" * 5000, "d99999", "-" * 5000),
]


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def course(request):
    """The explorers of a notebook, on what it gave them when it was run last, each with a name for complaints."""
    made = [kept.again(request.param, cell).explorer for cell in kept.of_notebook(request.param)]
    return [(f"explorer {number}, {explorer.alt[:60]!r}", explorer) for number, explorer in enumerate(made, 1)]


def values_of(widget):
    """Return values to set a control to: both ends and values between, every option, or strange texts."""
    if hasattr(widget, "options"):
        return [("index", i) for i in range(len(widget.options))]
    if isinstance(widget, widgets.Text):
        return [("value", nasty) for nasty in NASTY]
    whole = isinstance(widget, widgets.IntSlider)
    steps = round((widget.max - widget.min) / widget.step)
    between = sorted({round(part * steps / 6) for part in range(7)})
    low = widget.min
    return [("value", low + i * widget.step if whole else min(widget.max, low + i * widget.step)) for i in between]


def in_jupyter(explorer):
    """Return name -> Control of those that JupyterLab shows."""
    return {
        name: control for name, control in explorer.controls.items() if control.kind not in ("drawing", "recording")
    }


def ends_of(widget):
    values = values_of(widget)
    return [values[0], values[2]] if isinstance(widget, widgets.Text) else [values[0], values[-1]]


def put(explorer, name, setting):
    """Set a control. Returns what is wrong with the page after that."""
    explorer.error = None
    setattr(explorer.controls[name].widget, *setting)
    change = f"{name}={setting[1]!r:.40}"
    if explorer.error is not None:
        return [f"{change}: {type(explorer.error).__name__}: {explorer.error}"]
    if not images(explorer.view.value):
        return [f"{change}: no picture"]
    if max(map(len, explorer.status.split()), default=0) > 200:
        return [f"{change}: an endless word in the status sentence"]
    return [] if explorer.status.strip() else [f"{change}: no status sentence"]


def default_of(widget):
    return ("index", widget.index) if hasattr(widget, "options") else ("value", widget.value)


def page(explorer):
    """Return what a learner sees: the bytes of the picture and the sentence below it."""
    return png(explorer.view.value), explorer.status


def complaints_of_each_control(explorer):
    """Move every control over its range, the others at their defaults. Each must change the page, and change it back."""
    complaints, before = [], page(explorer)
    for name, control in in_jupyter(explorer).items():
        default, moved = default_of(control.widget), False
        for setting in values_of(control.widget):
            wrong = put(explorer, name, setting)
            moved = moved or bool(wrong) or page(explorer) != before
            complaints += wrong
        if not moved:
            complaints.append(f"{name} changes neither the picture nor the status")
        complaints += put(explorer, name, default)
        if not complaints and page(explorer) != before:
            complaints.append(f"{name} back at its default leaves another page than before")
    return complaints


def complaints_of_every_pair(explorer):
    """Move every two controls to each combination of their ends."""
    complaints = []
    for pair in itertools.combinations(in_jupyter(explorer), 2):
        of_pair = [explorer.controls[name].widget for name in pair]
        defaults = tuple(map(default_of, of_pair))
        for settings in (*itertools.product(*map(ends_of, of_pair)), defaults):
            wrong = [
                what for name, setting in zip(pair, settings, strict=True) for what in put(explorer, name, setting)
            ]
            if wrong:
                complaints.append(
                    f"{dict(zip(pair, (value for _, value in settings), strict=True))}: {wrong[-1]}"[:300]
                )
    return complaints


@pytest.mark.slow
@pytest.mark.parametrize("drive", [complaints_of_each_control, complaints_of_every_pair])
def test_every_explorer_of_a_notebook_survives_its_range(course, drive):
    complaints = [f"{name}: {what}" for name, explorer in course for what in drive(explorer)]
    assert not complaints, "\n".join(complaints)


def draw_small(fig):
    (line,) = fig.subplots().plot([0, 9], [0, 0], animated=True)

    def update(n, dead, kind, say):
        if kind == "b" and n == 9:
            raise RuntimeError("nine and b")
        if not say:
            raise RuntimeError("empty")
        line.set_ydata([0, n])
        return f"{n} {kind} {say[:9]}"

    return update


def a_bad_explorer():
    controls = dict(n=slider("N", 0, 9, 1), dead=slider("Dead", 0.0, 1.0, 0.5, 0.25), kind=choice("Kind", "ab"))
    return explore(draw_small, "A line.", **controls, say=text("Say", "x"))


def test_the_drive_finds_what_is_wrong_with_a_bad_explorer():
    explorer = a_bad_explorer()
    assert complaints_of_each_control(explorer) == [
        "dead changes neither the picture nor the status",
        "say='': RuntimeError: empty",
    ]
    pairs = "\n".join(complaints_of_every_pair(explorer))
    assert "nine and b" in pairs
    assert "empty" in pairs


def test_the_drive_reaches_both_ends_and_every_option():
    explorer = a_bad_explorer()
    reached = {name: values_of(control.widget) for name, control in explorer.controls.items()}
    assert [value for _, value in reached["n"]][:: len(reached["n"]) - 1] == [0, 9]
    assert [value for _, value in reached["dead"]] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert reached["kind"] == [("index", 0), ("index", 1)]
    assert [value for _, value in reached["say"]] == NASTY
