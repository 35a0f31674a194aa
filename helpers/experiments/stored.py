"""The stored curves of lessons 5, 8 and 9, and the applications' results with three seeds. Only this module reads and
writes notebooks/measured/.

`python -m helpers.experiments` measures what is missing of the curves (15 minutes on one core; it continues where it
stopped), `python bench/applications.py --store` what is missing of the applications. To measure a file again, delete it
first.
"""

import csv
from pathlib import Path

import numpy as np

from helpers import rounding
from helpers.experiments import forgetting, recall_and_adding, sonnets
from helpers.experiments.recall_and_adding import CELLS, SEEDS, TASKS

MEASURED = Path(__file__).resolve().parents[2] / "notebooks" / "measured"
HEADERS = {
    "characters": "step,training,held out",
    **{task: f"cell,{job.length},seed,step,value" for task, job in TASKS.items()},
    "reviews": "trained on,place,words,seed,accuracy",
    "applications": "application,seed,table,metric,model,value",
}
"""File -> its columns."""


def curves(task):
    """Return the stored curves of a task: (cell, length, seed) -> (n, 2) array of steps and values."""
    found = {}
    for row in _rows(task):
        key = row["cell"], int(row[TASKS[task].length]), int(row["seed"])
        found.setdefault(key, []).append((int(row["step"]), float(row["value"])))
    return {key: np.array(curve) for key, curve in found.items()}


def final_values(task, cell, measured=None):
    """Return the last value of each stored curve of a cell: (lengths, seeds) float64."""
    measured = curves(task) if measured is None else measured
    return np.array([[measured[cell, length, seed][-1, 1] for seed in SEEDS] for length in TASKS[task].lengths])


def all_runs(task):
    """Return every (cell, length, seed) that is measured."""
    return [(cell, length, seed) for length in TASKS[task].lengths for cell in CELLS for seed in SEEDS]


def reviews():
    """Return the stored results of `forgetting.measure`: (trained on, place) -> (counts, seeds) accuracies."""
    found = {}
    for row in _rows("reviews"):
        at = int(row["words"]), int(row["seed"])
        found.setdefault((row["trained on"], row["place"]), {})[at] = float(row["accuracy"])
    return {
        key: np.array([[values[count, seed] for seed in SEEDS] for count in forgetting.COUNTS])
        for key, values in found.items()
    }


def characters():
    """Return the stored curves of the larger character model: name -> (steps, perplexities)."""
    rows = _rows("characters")
    steps = [int(row["step"]) for row in rows]
    return {name: (steps, [float(row[name]) for row in rows]) for name in ("training", "held out")}


def three_seeds(application):
    """Return a table, as text, of the test results of an application's networks, trained with the seeds 0, 1 and 2.

    Raises:
        ValueError: nothing is stored of this application.
    """
    found = {}
    for row in _rows("applications"):
        if row["application"] == application:
            found.setdefault((row["table"], row["metric"]), {}).setdefault(row["model"], []).append(float(row["value"]))
    if not found:
        raise ValueError(f"Nothing is stored of {application!r}; `python bench/applications.py --store` measures it.")
    lines = []
    for (_, metric), models in found.items():
        lines.append(f"{metric}, seeds 0, 1 and 2")
        width = max(map(len, models))
        lines += [
            f"    {model:{width}}  " + "  ".join(rounding.significant(value) for value in models[model])
            for model in models
        ]
    return "\n".join(lines)


def add_application(application, seed, rows):
    """Add the results of an application with one seed: rows of (table, metric, model, value)."""
    _append(
        "applications",
        [f'{application},{seed},{table},{metric},"{model}",{value:.4g}' for table, metric, model, value in rows],
    )


def applications_done():
    """Return the (application, seed) that are stored."""
    return {(row["application"], int(row["seed"])) for row in _rows("applications")}


def measure():
    """Measure what is missing in each file of curves."""
    MEASURED.mkdir(exist_ok=True)
    _measure_characters()
    for task in TASKS:
        _measure_task(task)
    _measure_reviews()


def _measure_characters():
    from tqdm import tqdm

    if _rows("characters"):
        return
    lines, recent = [], []
    with tqdm(total=sonnets.LARGER["steps"], desc="characters") as bar:

        def add(training, held_out=None):
            recent.append(training)
            bar.update()
            if held_out is not None:
                lines.append(f"{len(recent)},{np.mean(recent[-100:]):.4g},{held_out:.4g}")

        sonnets.train_larger(add)
    _append("characters", lines)


def _measure_task(task):
    import torch
    from tqdm import tqdm

    torch.set_num_threads(1)
    done = curves(task)
    for cell, length, seed in tqdm([key for key in all_runs(task) if key not in done], desc=task):
        measured = [
            row for row in recall_and_adding.train_until_learned(task, cell, length, seed) if row[2] is not None
        ]
        _append(task, [f"{cell},{length},{seed},{step},{value:.4g}" for step, _, value in measured])


def _measure_reviews():
    from tqdm import tqdm

    done = {int(row["seed"]) for row in _rows("reviews")}
    missing = [seed for seed in SEEDS if seed not in done]
    films = forgetting.films() if missing else None
    for seed in tqdm(missing, desc="reviews"):
        measured = forgetting.measure(seed, films)
        _append("reviews", [f"{kind},{place},{count},{seed},{right:.4g}" for kind, place, count, right in measured])


def _rows(name):
    """Return the rows of a file, or none if there is no file yet."""
    path = MEASURED / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _append(name, lines):
    """Add all lines of a run at once, so that a run is in the file completely or not at all."""
    path = MEASURED / f"{name}.csv"
    header = [] if path.exists() else [HEADERS[name]]
    with path.open("a") as file:
        file.write("".join(f"{line}\n" for line in [*header, *lines]))
