"""The stored curves of lessons 6, 8 and 9, lesson 6's writer, and the applications' results with three seeds, and speech
recognition's results on six voices, each held out in turn. Only this module reads and writes notebooks/measured/.

`python -m helpers.experiments` measures what is missing of the curves (half an hour on one core; it continues where it
stopped), `python -m helpers.experiments writer` the writer alone, `python bench/applications.py --store` what is missing
of the applications. To measure a file again, delete it first.
"""

import csv
import functools
from pathlib import Path

import numpy as np

from helpers import rounding
from helpers.data import speech
from helpers.experiments import forgetting, recall_and_adding, sonnets
from helpers.experiments.recall_and_adding import CELLS, SEEDS, TASKS

MEASURED = Path(__file__).resolve().parents[2] / "notebooks" / "measured"
HEADERS = {
    "writer": "reading,training,held out",
    **{task: f"cell,{job.length},seed,step,value" for task, job in TASKS.items()},
    "reviews": "trained on,place,words,seed,accuracy",
    "applications": "application,seed,table,metric,model,value",
    "voices": "voice,seed,model,value",
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


def writer_curves():
    """Return the stored curves of the larger character model: name -> (how often the text was read, perplexities)."""
    rows = _rows("writer")
    readings = [int(row["reading"]) for row in rows]
    return {name: (readings, [float(row[name]) for row in rows]) for name in ("training", "held out")}


def writer():
    """Return the larger character model of lesson 6: its weights, a dict of float64 arrays, and its alphabet, a string.

    They are stored in half precision, which changes its perplexity by less than 0.01.
    """
    with np.load(MEASURED / "writer.npz") as kept:
        return {name: kept[name].astype(float) for name in kept.files}, sonnets.LETTERS_AND_SIGNS


def three_seeds(application, table=None):
    """Return a table, as text, of the test results of an application's networks, trained with the seeds 0, 1 and 2.

    Args:
        application: the name of its notebook.
        table: which of the notebook's tables of results, from 1; None for all of them.

    Raises:
        ValueError: nothing is stored of this application, or of this table.
    """
    found = {}
    for row in _rows("applications"):
        if row["application"] == application and table in (None, int(row["table"])):
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
    """Add the results of an application with one seed: rows of (table, metric, model, value).

    They are kept with five digits: rounded to three, they then agree with the notebook's table.
    """
    _append(
        "applications",
        [f'{application},{seed},{table},{metric},"{model}",{value:.5g}' for table, metric, model, value in rows],
    )


def applications_done():
    """Return the (application, seed) that are stored."""
    return {(row["application"], int(row["seed"])) for row in _rows("applications")}


def voices():
    """Return digit error rates on voices that were held out: model -> (seeds, 6) float64, a column for each voice.

    The hidden Markov model has one row: nothing in it is drawn, so it has no seed.
    """
    found = {}
    for row in _rows("voices"):
        by_voice = found.setdefault(row["model"], {}).setdefault(int(row["seed"]), {})
        by_voice[int(row["voice"])] = float(row["value"])
    return {
        model: np.array([[of_seed[seed][voice] for voice in range(speech.VOICES)] for seed in sorted(of_seed)])
        for model, of_seed in found.items()
    }


def add_voice(voice, seed, errors):
    """Add what models, trained with this seed, reach on a voice that was held out: model -> digit error rate.

    The hidden Markov model's is kept with the first seed only.
    """
    kept = {model: value for model, value in errors.items() if seed == SEEDS[0] or model != "hidden Markov"}
    _append("voices", [f"{voice},{seed},{model},{value:.4g}" for model, value in kept.items()])


def voices_done():
    """Return the (voice, seed) that are stored."""
    return {(int(row["voice"]), int(row["seed"])) for row in _rows("voices")}


def measure(*names):
    """Measure what is missing in each file of curves, or only in those named: "writer", "recall", "adding", "reviews".

    Raises:
        ValueError: there is no file of this name.
    """
    if unknown := set(names) - set(MEASURES):
        raise ValueError(f"There is no {min(unknown)!r}; choose from {', '.join(MEASURES)}.")
    MEASURED.mkdir(exist_ok=True)
    for name in names or MEASURES:
        MEASURES[name]()


def _measure_writer():
    from tqdm import tqdm

    if _rows("writer"):
        return
    lines = []
    with tqdm(total=sonnets.WRITER["readings"], desc="writer") as bar:

        def add(reading, training, held_out):
            lines.append(f"{reading},{training:.4g},{held_out:.4g}")
            bar.update()

        weights = sonnets.train_writer(add)
    np.savez_compressed(MEASURED / "writer.npz", **{name: array.astype(np.float16) for name, array in weights.items()})
    _append("writer", lines)


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


MEASURES = {
    "writer": _measure_writer,
    **{task: functools.partial(_measure_task, task) for task in TASKS},
    "reviews": _measure_reviews,
}
"""File -> the function that measures what is missing in it."""
