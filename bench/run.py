"""Measure speed and memory: `python bench/run.py [sliders site passes training imports notebooks typed hub applications
grading]`, all by default.

Prints a table for each bench and stores the numbers in build/bench.json. Where a number misses its floor, the table
says so. A bench that cannot run prints why. Neither is an error. A bench or an explorer that fails is an error, but the
others are still measured.
"""

import json
import os
import platform
import subprocess
import sys
import time
import traceback
from pathlib import Path
from statistics import median, quantiles

from processes import memory

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = REPOSITORY / "build" / "bench.json"
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}


def sliders():
    """Time from a key press or a letter typed, or from the end of a drag, until the new picture is painted."""
    import sliders as bench

    titles = ["explorer", "ours ms", "p95", "interact ms", "its p95", "times faster", "after a drag ms", "its drag"]
    titles += ["floor", "was"]
    rows = []
    for name, times in bench.measure().items():
        row = dict.fromkeys(titles, "") | {"explorer": name}
        rows.append(row)
        if "problem" in times:
            row["was"] = f"FAILED: {times['problem']}"
            continue
        for kind, title, its_p95, drag in (
            ("explore", "ours ms", "p95", "after a drag ms"),
            ("interact", "interact ms", "its p95", "its drag"),
        ):
            row[title], row[its_p95] = median(times[kind]["press"]), p95(times[kind]["press"])
            if times[kind]["drag"]:
                row[drag] = median(times[kind]["drag"])
        row["times faster"] = row["interact ms"] / row["ours ms"]
        row |= {"floor": "5 (goal 8)", "was": verdict(row["times faster"] >= 5)}
    return "Slider to painted picture in JupyterLab, ours and stock interact in turn", rows


def site():
    """Time the website: until a page is there and alive, and from a press to the painted picture, JupyterLab beside it."""
    import pages as bench

    rows = bench.rows(*bench.measure(), p95)
    return "The website in Chromium, and the same explorers in JupyterLab, ours and stock interact", rows


def passes():
    """Time one forward and backward pass, on one thread each."""
    rows = rows_of("passes.py")
    for row in rows:
        row["was"] = verdict(row["torch.nn / ours"] >= row["floor"]) if "floor" in row else ""
    return "One forward and backward pass of helpers.cells, one thread", rows


def training():
    """Time complete training runs, on one thread each, one after the other."""
    rows = rows_of("training.py")
    for row in rows:
        row["was"] = verdict(row["nn.RNN / ours"] >= 1)
    return "A character model trained, helpers.experiments.sonnets against torch.nn.RNN, one thread", rows


def imports():
    """Measure seconds and memory of imports in new processes, and of a kernel."""
    statements = [
        "pass",
        "import helpers",
        "import helpers.cells",
        "import helpers.widgets.explorer",
        "import helpers.cells, torch",
    ]
    seconds, pss, rss, loaded = ({statement: [] for statement in statements} for _ in range(4))
    for _ in range(7):
        for statement in statements:
            took, (private, resident, _), modules = fresh(statement)
            seconds[statement].append(took)
            pss[statement].append(private)
            rss[statement].append(resident)
            loaded[statement] = modules
    bare = median(seconds["pass"])
    rows = []
    for statement in statements:
        row = {
            "process": "bare interpreter" if statement == "pass" else statement,
            "seconds": median(seconds[statement]) - (bare if statement != "pass" else 0),
            "PSS MB": median(pss[statement]),
            "RSS MB": median(rss[statement]),
            "also loads": ", ".join(loaded[statement]) or "-",
            "floor": "",
            "was": "",
        }
        if statement == "import helpers":
            row["floor"] = "0.3 s, 60 MB, neither"
            row["was"] = verdict(row["seconds"] < 0.3 and row["RSS MB"] < 60 and not loaded[statement])
        rows.append(row)
    for name, code in {"kernel": "", "kernel, helpers.explorers": "import helpers.explorers"}.items():
        rows.append(kernel(name, code))
    rows.append(kernel("kernel, helpers.explorers, torch", "import helpers.explorers, torch"))
    return "Imports in new processes (seconds more than the bare interpreter), memory afterwards", rows


def notebooks():
    """Measure the seconds that each notebook takes, and the highest memory of its kernel."""
    import nbformat
    from nbclient import NotebookClient

    rows = []
    for path in sorted((REPOSITORY / "notebooks").rglob("*.ipynb")):
        if {".ipynb_checkpoints", "my_exercises"} & set(path.parts):
            continue
        limit = 30 if path.parent == REPOSITORY / "notebooks" else 120
        client = NotebookClient(
            nbformat.read(path, 4),
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
        )
        peaks = []
        client.on_cell_executed = lambda client=client, peaks=peaks, **_: peaks.append(
            memory(client.km.provisioner.pid)[2]
        )
        start = time.perf_counter()
        client.execute(env=os.environ | import_path(), stderr=subprocess.DEVNULL)
        took = time.perf_counter() - start
        rows.append(
            {
                "notebook": path.stem,
                "seconds": took,
                "limit": limit,
                "was": verdict(took <= limit),
                "peak MB": max(peaks),
            }
        )
    return "Seconds per notebook, start of the kernel included, and the highest memory of its kernel", rows


def hub():
    """Measure the memory per learner on a JupyterHub, and how fast a slider answers six learners at once."""
    import hub as bench

    rows, limit = bench.measure()
    rows = [
        dict.fromkeys(("measured", "PSS MB", "RSS MB", "peak MB", "p50", "p95", "max", "errors", "of"), "") | row
        for row in rows
    ]
    title = f"A JupyterHub with two users, then with six at once; suggested: c.Spawner.mem_limit = '{limit / 1024:g}G'"
    return f"{title}, for a server, a kernel with torch and the kernel that needs most; MB per learner", rows


def applications():
    """Measure the test results of the applications with three seeds."""
    return "Test results of the applications with three seeds, and their spread", rows_of("applications.py")


def typed():
    """Time from a letter typed in a text box until the kernel has the new picture."""
    rows = rows_of("typed.py")
    for row in rows:
        row["under 100 ms"] = verdict(row["p95"] < 100)
    return "Text boxes of the applications: from a letter to the new picture, in the kernel, ms", rows


def grading():
    """Grade fifty right submissions of lesson 3 with two workers, sandboxes included, here and on a Dask cluster."""
    rows = rows_of("grading.py")
    for row in rows:
        row["at most 1.2 s"] = verdict(row["seconds each"] <= 1.2) if row["what"].startswith("grade") else ""
    return "Grading in the sandbox with two workers, and what comes after it, for each submission", rows


BENCHES = {
    bench.__name__: bench
    for bench in (sliders, site, passes, training, imports, notebooks, typed, hub, applications, grading)
}


def rows_of(script):
    """Run a bench in its own process on one thread. Returns the rows that it prints."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name(script)],
        env=os.environ | ONE_THREAD | import_path(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def verdict(held):
    return "met" if held else "MISSED"


def p95(times):
    return quantiles(times, n=20)[-1]


def import_path():
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))}


def fresh(statement):
    """Run an import in a new process. Returns seconds, memory in MB, and which of torch and matplotlib were loaded."""
    code = f"""{statement}
import sys
print([name for name in ("torch", "matplotlib") if name in sys.modules], flush=True)
sys.stdin.read()"""
    start = time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True, env=os.environ | import_path()
    ) as process:
        loaded = process.stdout.readline()
        took = time.perf_counter() - start
        used = memory(process.pid)
        process.stdin.close()
    return took, used, json.loads(loaded.replace("'", '"'))


def kernel(name, code):
    """Return a row with the memory of a Jupyter kernel after it ran `code`."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", env=os.environ | import_path(), stderr=subprocess.DEVNULL)
    try:
        client.execute_interactive(code, timeout=120)
        private, resident, _ = memory(manager.provisioner.pid)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    return {"process": name, "seconds": "", "PSS MB": private, "RSS MB": resident}


def table(title, rows):
    """Return rows with equal keys as a text in columns."""
    if not rows:
        return f"{title}: nothing to measure."
    cells = [list(rows[0])]
    for row in rows:
        cells.append([f"{v:.3g}" if isinstance(v, float) else str(v) for v in (row.get(key, "") for key in rows[0])])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([f"\n{title}", *lines])


def main(names):
    unknown = set(names) - set(BENCHES)
    if unknown:
        sys.exit(f"There is no bench {', '.join(sorted(unknown))}; the benches are {', '.join(BENCHES)}.")
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    failed = []
    for name in names or BENCHES:
        try:
            title, rows = BENCHES[name]()
        except SystemExit as reason:
            print(f"\n{reason}", flush=True)
            continue
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        print(table(title, rows), flush=True)
        failed += [f"{name}: {[*row.values()][0]}" for row in rows if str(row.get("was", "")).startswith("FAILED")]
        results[name] = {
            "title": title,
            "when": time.strftime("%Y-%m-%d %H:%M"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "rows": rows,
        }
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    if failed:
        sys.exit(f"\nFailed: {'; '.join(failed)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
