"""Time from a key press or a drag until the new picture is on the screen, with `explore` and with stock `interact`.

An explorer without a slider has a text box: there, the last letter is typed anew.
"""

import contextlib
import itertools
import sys
import tempfile
from pathlib import Path

import nbformat

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tests/browser", "tests")]
import sample  # noqa: E402
from lab import NO_CHROMIUM, Lab, chromium  # noqa: E402

PRESSES, DRAGS = 40, 4
LETTERS = "-", "y"
"""Typed in turn in place of a text's last letter: in a wiring, too, both mean something."""
SELECT_LAST = "part => part.setSelectionRange(part.value.length - 1, part.value.length)"
SLIDER, TEXT_BOX = "[role=slider]", "input[type=text]"
FIRST_CELL = """\
import functools
import inspect
import json
import ipywidgets
import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from helpers import explorers
from helpers.experiments import trained
from helpers.widgets import explorer as module
from website import explorers as of_site, in_page


class Recorded(module.Explorer):
    def __init__(self, draw, *rest):
        self.draw = draw
        super().__init__(draw, *rest)


def fresh(control):
    sliders = {"BoundedIntText": ipywidgets.IntSlider, "BoundedFloatText": ipywidgets.FloatSlider}
    traits = {n: getattr(control, n) for n in ("min", "max", "step", "options", "value") if hasattr(control, n)}
    return sliders.get(type(control).__name__, type(control))(**traits)


def stock(explorer):
    def picture(**values):
        fig = plt.figure(figsize=(7.2, 4.2), dpi=100)
        print(explorer.draw(fig)(**values))
        for artist in fig.findobj(Artist.get_animated):
            artist.set_animated(False)
        plt.show()

    ipywidgets.interact(picture, **{name: fresh(control.widget) for name, control in explorer.controls.items()})


module.Explorer = Recorded
vocabulary, rnn, *_ = trained.restaurant_classifier()
supply = dict(vocabulary=vocabulary, rnn=rnn, bag_of_words=lambda tokens: 0.5)
make = {"sample": lambda: module.explore(wave, "A wave over time.", **controls())}
for name, function in inspect.getmembers(explorers, inspect.isfunction):
    needed = inspect.signature(function).parameters
    if set(needed) <= set(supply):
        make[name] = functools.partial(function, **{key: supply[key] for key in needed})
for kept in sorted(of_site.CACHE.glob("[0-9]*/explorers.json")):
    for plan in json.loads(kept.read_text()).values():
        if plan["name"] not in make:
            content = kept.parent / plan["file"]
            make[plan["name"]] = lambda name=plan["name"], content=content: in_page.made(name, content.read_bytes())


def made(name):
    found = make[name]()
    explorer = getattr(found, "explorer", found)  # without the prediction that comes before it
    explorer.box.layout.display = None
    return explorer


", ".join(make)"""
EMPTY = """\
import io
import ipywidgets
from PIL import Image


def dot(shade):
    png = io.BytesIO()
    Image.new("L", (1, 1), shade).save(png, "png")
    return png.getvalue()


slider = ipywidgets.IntSlider(max=100)
view = ipywidgets.Image(value=dot(0), format="png")
slider.observe(lambda change: setattr(view, "value", dot(change.new)), "value")
ipywidgets.VBox([slider, view])"""
WATCH_PRESS = """(area, part) => {
    part.focus({preventScroll: true});
    const before = area.querySelector('img')?.src;
    window.timing = new Promise(resolve => part.addEventListener('keydown', event => {
        setTimeout(() => resolve(null), 5000);
        const look = () => {
            const img = area.querySelector('img');
            if (!img || img.src === before) return requestAnimationFrame(look);
            img.decode().catch(() => {}).then(() =>
                requestAnimationFrame(() => resolve(performance.now() - event.timeStamp)));
        };
        look();
    }, {once: true, capture: true}));
}"""
WATCH_DRAG = """(area, slider) => {
    const source = () => area.querySelector('img')?.src;
    let seen = source(), painted = 0, moved = 0, ended = slider ? Infinity : performance.now();
    if (slider) {
        new MutationObserver(() => { moved = performance.now(); })
            .observe(slider, {attributes: true, attributeFilter: ['aria-valuenow']});
        document.addEventListener('mouseup', () => { ended = performance.now(); }, {once: true, capture: true});
    }
    window.timing = new Promise(resolve => {
        const look = () => {
            const now = performance.now(), img = area.querySelector('img');
            if (img && img.src !== seen && img.complete) { seen = img.src; painted = now; }
            const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
            if (now > Math.max(painted, ended) + 800 && kernel.status === 'idle') resolve(Math.max(0, painted - moved));
            else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    });
}"""


def measure(presses=PRESSES, drags=DRAGS):
    """Return explorer -> kind -> {"press": milliseconds of each, "drag": milliseconds from last move to last frame}.

    Of one that failed, "problem" -> what went wrong.
    """
    with names_and_lab() as (names, root, lab):
        return {name: attempt(measure_one, lab, root, name, presses, drags) for name in names}


def attempt(measure, *arguments):
    """Return what `measure` returns; {"problem": a line} if it fails, so that others are still measured."""
    try:
        return measure(*arguments)
    except Exception as error:
        return {"problem": f"{type(error).__name__}: {error}".splitlines()[0]}


@contextlib.contextmanager
def names_and_lab():
    """Start JupyterLab. Yields the names of the explorers that can be measured, its folder, and the Lab."""
    if not chromium():
        sys.exit(NO_CHROMIUM)
    with tempfile.TemporaryDirectory() as folder:
        root, private = Path(folder, "root"), Path(folder, "private")
        root.mkdir()
        nbformat.write(sample.notebook([sample.SET_UP, FIRST_CELL]), root / "names.ipynb")
        with Lab(root, private) as lab:
            with lab.open("names.ipynb") as notebook:
                notebook.run_all()
                names = eval(notebook.cells()[-1]["outputs"][-1]["data"]["text/plain"]).split(", ")
            yield names, root, lab


def measure_empty(lab, root, presses):
    """Return the milliseconds of presses that a kernel answers at once with a picture of one pixel."""
    nbformat.write(sample.notebook([EMPTY]), root / "empty.ipynb")
    with lab.open("empty.ipynb") as notebook:
        notebook.run_all()
        watched = Watched(notebook, notebook.page.locator(f".jp-OutputArea-output:has({SLIDER})").first)
        return [watched.step() for _ in range(presses)]


def measure_one(lab, root, name, presses, drags):
    cells = [sample.SET_UP, FIRST_CELL, f"explorer = made('{name}')\nexplorer", "stock(explorer)"]
    nbformat.write(sample.notebook(cells), root / f"{name}.ipynb")
    with lab.open(f"{name}.ipynb") as notebook:
        notebook.run_all()
        for output in (output for cell in notebook.cells() for output in cell.get("outputs", ())):
            if output["output_type"] == "error":
                raise RuntimeError(f"{output['ename']}: {output['evalue']}")
        areas = notebook.page.locator(f".jp-OutputArea-output:has({SLIDER}, {TEXT_BOX})")
        kinds = {"explore": Watched(notebook, areas.nth(0)), "interact": Watched(notebook, areas.nth(1))}
        for _ in range(presses):
            for watched in kinds.values():
                watched.times["press"].append(watched.step())
        for i in range(drags if kinds["explore"].slides else 0):
            for watched in kinds.values():
                watched.times["drag"].append(watched.drag(to_the_right=i % 2 == 0))
        return {kind: watched.times for kind, watched in kinds.items()}


class Watched:
    """A picture with a slider or a text box, and the times of its changes."""

    def __init__(self, notebook, area):
        self.notebook, self.area, self.key = notebook, area, "ArrowRight"
        self.letters = itertools.cycle(LETTERS)
        self.times = {"press": [], "drag": []}
        area.locator("img").wait_for()
        self.slides = area.locator(SLIDER).count() > 0
        self.part = area.locator(SLIDER if self.slides else TEXT_BOX).first

    def step(self):
        """Return the milliseconds of one press. Nothing changes after a short sentence's end: there, go back."""
        for _ in range(3):
            if self.slides:
                now, low, high = (float(self.part.get_attribute(f"aria-value{at}")) for at in ("now", "min", "max"))
                if now in (low, high):
                    self.key = "ArrowRight" if now == low else "ArrowLeft"
            else:
                self.part.evaluate(SELECT_LAST)
                self.key = next(self.letters)
            self.area.evaluate(WATCH_PRESS, self.part.element_handle())
            self.part.press(self.key)
            if (took := self.timed()) is not None:
                return took
            self.key = "ArrowLeft"
        raise RuntimeError("Moving a slider or typing did not change the picture; run tests/browser.")

    def drag(self, to_the_right):
        self.part.scroll_into_view_if_needed()
        track = self.part.locator("xpath=ancestor::div[contains(@class, 'noUi-target')]").bounding_box()
        low, high = track["x"] - 15, track["x"] + track["width"] + 15
        y = track["y"] + track["height"] / 2
        self.part.press("Home" if to_the_right else "End")
        self.area.evaluate(WATCH_DRAG)
        self.timed()
        handle, mouse = self.part.bounding_box(), self.notebook.page.mouse
        mouse.move(handle["x"] + handle["width"] / 2, y)
        self.area.evaluate(WATCH_DRAG, self.part.element_handle())
        mouse.down()
        mouse.move(high if to_the_right else low, y, steps=25)
        mouse.up()
        return self.timed()

    def timed(self):
        """Wait for the page to measure, and return the milliseconds; None if there was no new picture."""
        return self.notebook.page.evaluate("() => window.timing")
