"""Check that the notebooks print the same on other processors.

    python tools/portable.py [--seeds 10] [--kernels-only | --jitter-only] [notebook or folder ...]

Runs the notebooks and compares them strictly with their stored outputs: once with every kernel of NumPy's OpenBLAS that
this processor can run, each together with one of torch's instruction levels, once with two threads, and once with each
jitter seed (see `helpers.experiments.jitter`). It prints first what was left out, and at the end which cells differ.
"""

import argparse
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ("PRESCOTT", "NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX", "ARMV8", "NEOVERSEN1", "NEOVERSEV1", "VORTEX")
LEVELS = ("default", "avx2", "avx512")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

ASK_KERNEL = """
import numpy, threadpoolctl
numpy.ones((200, 200)) @ numpy.ones((200, 200))
print(*(pool["architecture"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"))
"""
ASK_LEVEL = "import torch; print(torch.backends.cpu.get_cpu_capability())"


def answer(question, **environment):
    """Return what a new Python prints, or "" if it fails, for example because the processor lacks an instruction."""
    found = subprocess.run(
        [sys.executable, "-c", question], env=os.environ | environment, capture_output=True, text=True
    )
    return found.stdout.strip() if found.returncode == 0 else ""


def kernels():
    """Return the names of OpenBLAS kernels for OPENBLAS_CORETYPE: (those that run here, those that do not)."""
    run, left_out, seen = [], [], set()
    for name in KERNELS:
        found = answer(ASK_KERNEL, OPENBLAS_CORETYPE=name)
        taken = found.upper() == name or (name == "PRESCOTT" and found == "Katmai")
        if taken and found not in seen:
            run.append(name)
            seen.add(found)
        else:
            left_out.append(name)
    return run, left_out


def levels():
    """Return torch's instruction levels: (those that run here, those that do not)."""
    run = [level for level in LEVELS if answer(ASK_LEVEL, ATEN_CPU_CAPABILITY=level).lower() == level]
    return run, [level for level in LEVELS if level not in run]


def surroundings(seeds, with_kernels, with_jitter):
    """Return the settings to run the notebooks with: name -> environment variables."""
    found = {}
    if with_kernels:
        (run, no_kernel), (run_levels, no_level) = kernels(), levels()
        for what, names in (("OpenBLAS kernels", no_kernel), ("torch levels", no_level)):
            if names:
                print(f"Left out, because this processor or this build does not have these {what}: {', '.join(names)}.")
        turns = max(len(run), len(run_levels))
        pairs = itertools.islice(
            zip(itertools.cycle(run or [""]), itertools.cycle(run_levels or [""]), strict=False), turns
        )
        for kernel, level in pairs:
            found[f"OpenBLAS {kernel or 'as it is'}, torch {level or 'as it is'}"] = dict(
                OPENBLAS_CORETYPE=kernel, ATEN_CPU_CAPABILITY=level
            )
        found["two threads"] = dict.fromkeys(THREADS, "2")
    if with_jitter:
        found |= {f"jitter seed {seed}": dict(RNN_UNROLLED_JITTER=str(seed)) for seed in range(1, seeds + 1)}
    return found


def run(paths, environment):
    """Compare the notebooks with their outputs, in an environment. Returns the cells that differ and whether all passed."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--nbval", "--nbval-current-env"]
    command += ["--nbval-sanitize-with", "tests/nbval_sanitize.cfg", "-p", "no:cacheprovider", *paths]
    environment = {name: value for name, value in environment.items() if value}
    finished = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "portable.log").open("a", encoding="utf-8") as log:
        log.write(f"{environment}\n{finished.stdout}{finished.stderr}\n")
    return re.findall(r"^FAILED (.+?)(?: - .*)?$", finished.stdout, re.MULTILINE), finished.returncode == 0


def main(arguments):
    (ROOT / "build" / "portable.log").unlink(missing_ok=True)
    found = surroundings(arguments.seeds, not arguments.jitter_only, not arguments.kernels_only)
    failed = False
    for name, environment in found.items():
        moved, fine = run(arguments.paths, environment)
        print(f"{name}: {'no differences' if fine else 'DIFFERENT: ' + ', '.join(moved)}", flush=True)
        failed |= not fine
    if failed:
        print("build/portable.log shows the stored and the new outputs.")
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", default=["notebooks"], help="default: notebooks")
    parser.add_argument("--seeds", type=int, default=10, help="jitter seeds, default 10")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--kernels-only", action="store_true")
    only.add_argument("--jitter-only", action="store_true")
    sys.exit(main(parser.parse_args()))
