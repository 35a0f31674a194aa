"""Measure the results tables of the ten applications with three seeds, and print the rows as JSON.

`applications.py NOTEBOOK` measures one application, `applications.py NOTEBOOK SEED` runs it once, and
`applications.py --store` adds what is missing to notebooks/measured/applications.csv, which the notebooks print. A
notebook is run up to its last table of results, with its line `seed = 0` changed.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).resolve().parents[1] / "notebooks" / "applications"
SEEDS = (0, 1, 2)


def tables(notebook, seed):
    """Run a notebook with this seed. Returns (table, metric, row) of each row of its results, tables from 1."""
    import matplotlib
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell

    from helpers import applications

    matplotlib.use("agg")
    found = []
    applications.Results.show = lambda self, alt: found.append((self.metric, self.rows))
    cells = [cell.source for cell in nbformat.read(FOLDER / f"{notebook}.ipynb", 4).cells if cell.cell_type == "code"]
    last = max(i for i, source in enumerate(cells) if re.search(r"results\w*\.show\(|\btable\(", source))
    shell = InteractiveShell.instance()
    for source in cells[: last + 1]:
        shell.run_cell(re.sub(r"^seed = 0$", f"seed = {seed}", source, flags=re.MULTILINE)).raise_error()
    return [(number, metric, row) for number, (metric, rows) in enumerate(found, 1) for row in rows]


def measure(notebooks):
    """Run each of these notebooks with each seed. Returns the rows of `side_by_side`."""
    runs = []
    for notebook in notebooks:
        for seed in SEEDS:
            start = time.perf_counter()
            found = run(notebook, seed)
            runs.append((notebook, seed, time.perf_counter() - start, found))
    return side_by_side(runs)


def run(notebook, seed):
    """Run a notebook with a seed in a process of its own. Returns the rows of `tables`."""
    command = [sys.executable, __file__, notebook, str(seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def store(notebooks):
    """Add the results of the networks to the stored file, for every notebook and seed that is not there."""
    from helpers.experiments import stored

    for notebook, seed in [(notebook, seed) for notebook in notebooks for seed in SEEDS]:
        if (notebook, seed) not in stored.applications_done():
            stored.add_application(notebook, seed, networks(run(notebook, seed)))


def networks(found):
    """Return (table, metric, model, value) of the networks among the rows of `tables`."""
    return [(table, metric, row["model"], row["value"]) for table, metric, row in found if row["kind"] == "recurrent"]


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
    else:
        print(json.dumps(tables(*sys.argv[1:]) if sys.argv[2:] else measure(sys.argv[1:] or every), default=float))
