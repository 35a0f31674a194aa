"""Make the learners' starters from the sources with solutions (`make exercises`).

    notebooks/solutions/<assignment>/<assignment>_exercises.ipynb  ->  notebooks/exercises/<assignment>/<same name>

The steps are nbgrader's own, so that a starter is what `nbgrader generate_assignment` releases, and one more,
`Publish`. Deriving a starter that is up to date changes nothing. A starter that changed is run, to store its outputs.
"""

import argparse
import copy
import sys
from pathlib import Path

import jinja2
import nbformat
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from nbgrader.preprocessors.base import NbGraderPreprocessor
from traitlets import Dict
from traitlets.config import Config

from helpers.exercises import topics
from helpers.grading.execute import store

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "notebooks" / "solutions"
STARTERS = ROOT / "notebooks" / "exercises"
OURS = "rnn_unrolled"
PUBLISHED = "published"
CONFIG = Config(
    ClearSolutions={
        "code_stub": {"python": "raise NotImplementedError"},
        "text_stub": "*Write your answer here, in place of this line.*",
    }
)

_TEMPLATES = jinja2.Environment(
    variable_start_string="[[",
    variable_end_string="]]",
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,
)


class Publish(NbGraderPreprocessor):
    """Write the chosen variants into the cells, and remove templates and cells tagged `solution`."""

    chosen = Dict(help="exercise -> the name of its variant; by default the published one").tag(config=True)

    def preprocess(self, nb, resources):
        nb = render(nb, self.chosen)
        nb.cells = [cell for cell in nb.cells if "solution" not in cell.metadata.get("tags", [])]
        nb.metadata.pop(OURS, None)
        for cell in nb.cells:
            cell.metadata.pop(OURS, None)
        return nb, resources


STEPS = (
    Publish,
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)


def assignments():
    """Return the names of all assignments, in alphabetical order."""
    return sorted(folder.name for folder in SOURCES.iterdir() if folder.is_dir() and any(folder.glob("*.ipynb")))


def source_path(assignment):
    return SOURCES / assignment / f"{assignment}_exercises.ipynb"


def starter_path(assignment):
    return STARTERS / assignment / f"{assignment}_exercises.ipynb"


def variants(nb):
    """Return the notebook's variants: exercise -> list of dicts with a name and the values of its placeholders."""
    return nb.metadata.get(OURS, {}).get("variants", {})


def render(nb, chosen=()):
    """Return a copy of a source with the chosen variants written into the cells of their exercises.

    Args:
        nb: a source notebook.
        chosen: dict exercise -> name of the variant; exercises not in it get the published one.

    Raises:
        ValueError: the notebook has no such exercise, the exercise has no such variant, or a placeholder has no value.
    """
    nb, chosen, known = copy.deepcopy(nb), dict(chosen), variants(nb)
    for exercise, name in chosen.items():
        names = [values["name"] for values in known.get(exercise, [])]
        if name not in names:
            raise ValueError(f"{exercise} has no variant {name!r}; it has {', '.join(names) or 'none'}.")
    for cell in nb.cells:
        ours = cell.metadata.get(OURS, {})
        if "template" in ours:
            wanted = chosen.get(ours["exercise"], PUBLISHED)
            values = next(values for values in known[ours["exercise"]] if values["name"] == wanted)
            try:
                cell.source = _TEMPLATES.from_string(ours["template"]).render(values)
            except jinja2.TemplateError as error:
                raise ValueError(f"{ours['exercise']}, variant {wanted!r}: {error}.") from None
    return nb


def derive(source, chosen=()):
    """Return the starter of a source notebook, not run yet; `chosen` as for `render`."""
    config = copy.deepcopy(CONFIG)
    config.Publish.chosen = dict(chosen)
    nb, resources = copy.deepcopy(source), {}
    for step in STEPS:
        nb, resources = step(config=config).preprocess(nb, resources)
    return nb


def without_outputs(nb):
    """Return a copy of a notebook without outputs, as if it had never been run."""
    nb, _ = ClearOutput().preprocess(copy.deepcopy(nb), {})
    return nb


def up_to_date(assignment):
    """Return whether the stored starter, outputs aside, equals the one derived from its source."""
    derived, path = derive(nbformat.read(source_path(assignment), 4)), starter_path(assignment)
    return path.exists() and without_outputs(nbformat.read(path, 4)) == derived


def main(names):
    if renamed := [sentence for name in names if (sentence := topics.renamed(name, "ARGS"))]:
        return " ".join(renamed)
    stale = [name for name in names or assignments() if not up_to_date(name)]
    for name in stale:
        starter_path(name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(derive(nbformat.read(source_path(name), 4)), starter_path(name))
    print(f"{len(stale)} of {len(names or assignments())} starters are new or changed.", flush=True)
    return store(map(starter_path, stale))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("assignment", nargs="*", help="default: all of them")
    sys.exit(main(parser.parse_args().assignment))
