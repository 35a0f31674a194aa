"""Small notebooks made by code: a good one, built like a lesson, and a bad one that every check must catch."""

import nbformat
from nbclient import NotebookClient

SET_UP = """\
import numpy as np
from helpers.widgets.explorer import choice, explore, slider, text
from helpers.widgets.prediction import predict
from helpers.figures import new, show
from helpers.widgets.quiz import quiz


def wave(fig):
    fig.set_size_inches(7.2, 3.7)
    ax = fig.subplots()
    ax.set(xlim=(0, 1), ylim=(-1, 1), xlabel="time", ylabel="value")
    x = np.linspace(0, 1, 200)
    (line,) = ax.plot(x, x, animated=True)
    words = ax.text(0.02, 0.9, "", animated=True)

    def update(length, height, shape, sentence):
        curve = np.sin(length * x) if shape == "sine" else np.sign(np.sin(length * x))
        line.set_ydata(height * curve)
        words.set_text(sentence)
        return f"A {shape} of length {length} and height {height:.2f} over {len(sentence.split())} words."

    return update


def controls():
    return dict(
        length=slider("Length", 1, 40, 5, play=True),
        height=slider("Height", 0.125, 1.0, 0.5, step=0.125),
        shape=choice("Shape", ["sine", "square"]),
        sentence=text("Your sentence", "Food was nice"),
    )
"""
FIGURE = """\
fig, ax = new()
ax.plot([0, 1], [0, 1])
show(fig, "A straight line that rises from zero to one.")"""
PREDICTION = """\
predict(
    "What happens to the wave when its length grows?",
    ["More bends", "Fewer bends"],
    answer="More bends",
    why="Count the crossings of zero.",
    then=explore(wave, "A wave over time.", **controls()),
)"""
QUIZ = """\
quiz(
    ("How many inputs?", {"400,000": "20 words times 20,000.", "20,000": "That is one word."}, "400,000"),
    ("And weights?", {"4 million": "Ten for each input.", "10": "Those are the biases."}, "4 million"),
)"""
EXPLORER = 'explore(wave, "A wave over time.", **controls())'

BAD = [
    SET_UP,
    """\
def still(fig):
    fig.subplots()
    return lambda length: "Nothing moves."


explore(still, "A still picture.", length=slider("Still", 1, 9, 5))""",
    """\
def breaks(fig):
    fig.subplots()

    def update(length):
        return f"A picture of length {length * (9 // (9 - length))}."

    return update


explore(breaks, "A picture that breaks.", length=slider("Breaks", 1, 9, 5))""",
    """\
def wide(fig):
    fig.subplots()
    return lambda length: f"A picture of length {length}."


explore(wide, "A picture.", length=slider("Uneven", 0.2, 0.9, 0.5, step=0.1))""",
    "import ipywidgets\nfrom IPython.display import HTML, Javascript",
    """\
def tall(fig):
    fig.set_size_inches(7.2, 6)
    fig.subplots()
    return lambda length: f"A picture of length {length}."


explore(tall, "A picture.", length=slider("Tall", 1, 9, 5))""",
    """\
ipywidgets.HBox([
    ipywidgets.IntSlider(layout={"width": "60px"}, readout=False),
    ipywidgets.HTML('<p style="color:#777">Grey</p>', layout={"min_width": "600px"}),
])""",
    """\
ipywidgets.VBox([
    ipywidgets.HBox([ipywidgets.Button(description="Yes"), ipywidgets.Button(description="No")]),
    ipywidgets.HTML("<p></p>"),
])""",
    "ipywidgets.VBox([ipywidgets.IntSlider(), ipywidgets.IntText(3)])",
    """HTML('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">')""",
    """HTML('<div style="overflow: hidden"><div style="width: 3000px">A wide picture</div></div>')""",
    "from IPython.display import Markdown\nMarkdown('$$x = 1' + ' + 1' * 40 + '$$')",
    "Javascript('console.error(\"ours\")')",
    "import sys\nprint('careful', file=sys.stderr)",
    "1 / 0",
    "print('never reached')",
]
"""Code cells, each with one thing wrong."""


def good():
    """A notebook with everything a lesson has."""
    return notebook([SET_UP, FIGURE, PREDICTION, QUIZ, EXPLORER])


def bad():
    """A notebook with everything wrong."""
    return notebook(BAD)


def stored(folder, environment):
    """Return the good notebook, executed and without widgets, as lessons are stored."""
    made = good()
    client = NotebookClient(made, resources={"metadata": {"path": str(folder)}}, store_widget_state=False)
    client.execute(env=environment)
    for cell in made.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return made


def notebook(sources):
    """Return a notebook with these code cells."""
    cells = [nbformat.v4.new_markdown_cell("# A small notebook")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
