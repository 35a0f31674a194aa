"""Measure the results tables of the ten applications with three seeds, and print the rows as JSON.

`applications.py NOTEBOOK` measures one application, and `applications.py NOTEBOOK SEED` runs it once. What is measured with
three seeds is added to notebooks/measured/applications.csv where it is missing and, for speech recognition, to voices.csv,
where each of the six voices is held out in turn, with three seeds too (the hidden Markov model has none). The notebooks
print both. `applications.py --store` measures only what is missing there. A notebook is run up to its last table of
results, with its line `seed = 0` changed. For a voice that is held out, only its definitions are run.
"""

import ast
import contextlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).resolve().parents[1] / "notebooks" / "applications"
SEEDS = (0, 1, 2)
DEFINES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def tables(notebook, seed):
    """Run a notebook with this seed. Returns (table, metric, row) of each row of its results, tables from 1."""
    import matplotlib
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell

    from helpers import applications

    matplotlib.use("agg")
    found = []
    applications.Results.show = lambda self, alt=None: found.append((self.metric, self.rows))
    cells = up_to_the_last_table(nbformat.read(FOLDER / f"{notebook}.ipynb", 4))
    shell = InteractiveShell.instance()
    for source in cells:
        shell.run_cell(re.sub(r"^seed = 0$", f"seed = {seed}", source, flags=re.MULTILINE)).raise_error()
    return [(number, metric, row) for number, (metric, rows) in enumerate(found, 1) for row in rows]


def up_to_the_last_table(nb):
    """Return the code of a notebook up to its last table of results, without the cells that print what is stored."""
    code = [cell.source for cell in nb.cells if cell.cell_type == "code" and "stored.three_seeds(" not in cell.source]
    last = max(i for i, source in enumerate(code) if re.search(r"results\w*\.show\(|\btable\(", source))
    return code[: last + 1]


def held_out_voice(voice, seed):
    """Run `held_out_errors` of speech recognition with this seed. Returns model -> digit error rate on this voice."""
    import matplotlib
    import nbformat

    from helpers import applications

    matplotlib.use("agg")
    cells = nbformat.read(FOLDER / "speech_recognition.ipynb", 4).cells
    defined = definitions([cell.source for cell in cells if cell.cell_type == "code"])
    defined["seed"] = seed
    applications.make_reproducible(seed)
    with contextlib.redirect_stdout(None):
        return defined["held_out_errors"](voice)


def definitions(sources):
    """Run the imports, functions, classes and constants of these cells alone. Returns name -> value."""
    namespace = {}
    for source in sources:
        tree = ast.parse(source)
        tree.body = [node for node in tree.body if isinstance(node, DEFINES) or _is_constant(node)]
        exec(compile(tree, "notebook", "exec"), namespace)
    return namespace


def _is_constant(node):
    return isinstance(node, ast.Assign) and all(
        isinstance(name, ast.Name) and name.id.isupper() for name in node.targets
    )


def measure(notebooks):
    """Run each of these notebooks with each seed, and store what is not stored. Returns the rows of `side_by_side`."""
    runs = []
    for notebook in notebooks:
        for seed in SEEDS:
            start = time.perf_counter()
            found = run(notebook, seed)
            runs.append((notebook, seed, time.perf_counter() - start, found))
        store([notebook], {(name, seed): found for name, seed, _, found in runs})
    return side_by_side(runs)


def run(*arguments):
    """Run this script with these arguments in a process of its own. Returns what it prints."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def store(notebooks, measured=None):
    """Add what is not there to the stored files: the networks' results of notebooks and seeds, and voices held out.

    What stands in `measured`, (notebook, seed) -> rows of `tables`, is not run again.
    """
    from helpers.data.speech import VOICES
    from helpers.experiments import stored

    for notebook, seed in [(notebook, seed) for notebook in notebooks for seed in SEEDS]:
        if (notebook, seed) not in stored.applications_done():
            found = measured[notebook, seed] if measured else run(notebook, seed)
            stored.add_application(notebook, seed, networks(found))
    if "speech_recognition" in notebooks:
        for voice, seed in [(voice, seed) for seed in SEEDS for voice in range(VOICES)]:
            if (voice, seed) not in stored.voices_done():
                stored.add_voice(voice, seed, run("--voice", voice, seed))


def networks(found):
    """Return (table, metric, model, value) of the networks among the rows of `tables`; more columns of floats are metrics."""
    rows = []
    for table, metric, row in found:
        if row["kind"] == "recurrent":
            more = {name: value for name, value in row.items() if name not in ("value", "low", "high")}
            measured = {metric: row["value"]} | {
                name: value for name, value in more.items() if isinstance(value, float)
            }
            rows += [(table, name, row["model"], value) for name, value in measured.items()]
    return rows


def side_by_side(runs):
    """Return a row for each model, with the seeds in columns, from runs (notebook, seed, seconds, rows of `tables`).

    A model may be missing for a seed: some models are chosen by validation, and their names say which was chosen.
    """
    kept = {}
    for notebook, seed, _, found in runs:
        for table, metric, row in found:
            interval = {"95 % interval, first seed": f"{row['low']:.3g} to {row['high']:.3g}"}
            model = {"application": notebook, "table": table, "metric": metric, "model": row["model"]}
            model |= interval | {f"seed {seed}": "" for seed in SEEDS}
            kept.setdefault((notebook, table, row["model"]), model)[f"seed {seed}"] = row["value"]
    for model in kept.values():
        values = [model[f"seed {seed}"] for seed in SEEDS if model[f"seed {seed}"] != ""]
        model["spread"] = max(values) - min(values)
        model["seconds of a run"] = median(took for name, _, took, _ in runs if name == model["application"])
    return list(kept.values())


if __name__ == "__main__":
    every = [path.stem for path in sorted(FOLDER.glob("*.ipynb"))]
    if sys.argv[1:2] == ["--store"]:
        store(sys.argv[2:] or every)
    elif sys.argv[1:2] == ["--voice"]:
        print(json.dumps(held_out_voice(*map(int, sys.argv[2:]))))
    else:
        print(json.dumps(tables(*sys.argv[1:]) if sys.argv[2:] else measure(sys.argv[1:] or every), default=float))
