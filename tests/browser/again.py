"""An application for JupyterLab in which nothing is trained: nbval has just run it, and here its cells show that again."""

from pathlib import Path

import nbformat
from IPython.display import display
from website import explorers


def notebook(path):
    """Return an application's notebook without outputs, each of whose cells shows what is stored or an explorer."""
    nb, made = nbformat.read(path, as_version=4), explorers.of_notebook(path)
    for cell in nb.cells:
        if cell.cell_type == "code":
            shows = "explorer" if cell.id in made else "stored"
            cell.update(
                source=f"import again\n\nagain.{shows}({str(path)!r}, {cell.id!r})", outputs=[], execution_count=None
            )
    return nb


def explorer(path, cell):
    """Return a cell's explorer, on the networks that the last run of the notebook has trained."""
    return explorers.again(Path(path), cell)


def stored(path, cell):
    """Show what is stored of a cell."""
    (found,) = [each for each in nbformat.read(path, as_version=4).cells if each.id == cell]
    for output in found.outputs:
        if output.output_type == "stream":
            print(output.text, end="")
        else:
            display(output.data, raw=True)
