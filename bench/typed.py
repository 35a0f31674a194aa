"""Time how long an application's text box takes to answer each letter: the network and the picture, not the browser.

Prints rows as JSON; `typed.py NOTEBOOK` measures one notebook. Training is shortened: answers change, times do not.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
APPLICATIONS = ROOT / "notebooks" / "applications"


def boxes(notebook):
    """Type the text of each text box of a notebook again, letter by letter. Returns a row for each box."""
    import ipywidgets as widgets
    import matplotlib

    sys.path[:0] = [str(ROOT / folder) for folder in ("tests/widgets", "tests", "tools")]
    matplotlib.use("agg")
    from test_explorer import explorers_of

    rows = []
    for explorer in explorers_of(APPLICATIONS / f"{notebook}.ipynb"):
        for name, control in explorer.controls.items():
            if isinstance(control.widget, widgets.Text):
                typed, times = control.widget.value or "some words to read", []
                for length in [*range(1, len(typed) + 1)] * 2:
                    start = time.perf_counter()
                    control.widget.value = typed[:length]
                    times.append(1000 * (time.perf_counter() - start))
                row = {"notebook": notebook, "text box": name, "letters": len(typed)}
                rows.append(row | {"ms": median(times), "p95": quantiles(times, n=20)[-1]})
    return rows


def measure():
    rows = []
    for path in sorted(APPLICATIONS.glob("*.ipynb")):
        done = subprocess.run([sys.executable, __file__, path.stem], stdout=subprocess.PIPE, text=True, check=True)
        rows += json.loads(done.stdout.splitlines()[-1])
    return rows


if __name__ == "__main__":
    print(json.dumps(boxes(*sys.argv[1:]) if sys.argv[1:] else measure()))
