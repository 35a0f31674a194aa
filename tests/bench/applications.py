"""The tables of the ten applications from three seeds. Prints rows as JSON; `applications.py NOTEBOOK SEED` is one run of one.

A notebook is run with its line `seed = 0` changed, up to its last table of results.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "applications"
SEEDS = (0, 1, 2)


def tables(notebook, seed):
    """(table, metric, row) for every row of the results tables of a notebook run with this seed; tables count from 1."""
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


def measure():
    rows, seconds = {}, {}
    for path in sorted(FOLDER.glob("*.ipynb")):
        for seed in SEEDS:
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, __file__, path.stem, str(seed)], stdout=subprocess.PIPE, text=True, check=True
            )
            seconds.setdefault(path.stem, []).append(time.perf_counter() - start)
            for table, metric, row in json.loads(done.stdout.splitlines()[-1]):
                kept = rows.setdefault(
                    (path.stem, table, row["model"]),
                    {"application": path.stem, "table": table, "metric": metric, "model": row["model"], "values": []}
                    | {"95 % interval, seed 0": f"{row['low']:.3g} to {row['high']:.3g}"},
                )
                kept["values"].append(row["value"])
    for row in rows.values():
        values = row.pop("values")
        row |= {f"seed {seed}": value for seed, value in zip(SEEDS, values, strict=True)}
        row["spread"] = max(values) - min(values)
        row["seconds of a run"] = median(seconds[row["application"]])
    return list(rows.values())


if __name__ == "__main__":
    print(json.dumps(tables(sys.argv[1], int(sys.argv[2])) if sys.argv[1:] else measure(), default=float))
