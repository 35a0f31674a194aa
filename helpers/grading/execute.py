"""Run notebooks in place and store only what is the same on every machine, so that a second run writes the same bytes.

Cell ids are kept. Removed are widget state, widget views, version numbers, and all cell metadata but tags, folds and
what grading needs.
"""

import os
import sys

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ONE_THREAD = dict(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEPT_OF_CELLS = {"tags", "jupyter", "nbgrader", "rnn_unrolled", "deletable", "editable", "jp-MarkdownHeadingCollapsed"}
SECONDS_PER_CELL = 300


def store(paths):
    """Run notebooks one after the other on one thread, and print the outcome of each. Returns whether one failed."""
    os.environ.update(ONE_THREAD)
    failed = False
    for path in paths:
        try:
            execute(path)
            print(f"{path.name}: executed.", flush=True)
        except (RuntimeError, OSError, ValueError) as error:
            print(f"Not executed: {path.name}: {error}", file=sys.stderr, flush=True)
            failed = True
    return failed


def execute(path):
    """Run one notebook and write it back. A notebook that fails is not changed.

    Raises:
        RuntimeError: a cell failed; the message says which and why.
    """
    nb = nbformat.read(path, as_version=4)
    client = NotebookClient(
        nb,
        kernel_name="python3",
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError, NoSuchKernel) as error:
        raise RuntimeError(_what_failed(nb, error)) from None
    clean(nb)
    nbformat.write(nb, path)


def clean(nb):
    """Remove from an executed notebook what differs between machines or hides its pictures."""
    nb.metadata.pop("widgets", None)
    nb.metadata.kernelspec = KERNEL
    nb.metadata.get("language_info", {}).pop("version", None)
    for cell in nb.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in KEPT_OF_CELLS}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def _what_failed(nb, error):
    for number, cell in enumerate(nb.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                first = cell.source.strip().partition("\n")[0]
                return f"cell {number}, which begins with {first!r}, raised {output.ename}: {output.evalue}"
    if isinstance(error, CellTimeoutError):
        running = [n for n, cell in enumerate(nb.cells, start=1) if cell.get("execution_count") is not None]
        return f"a cell after cell {max(running, default=0)} ran longer than {SECONDS_PER_CELL} seconds."
    return f"the kernel stopped: {error}"
