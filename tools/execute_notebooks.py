"""Run notebooks in place and store their outputs: `make notebooks`.

python tools/execute_notebooks.py [notebook ...]        without arguments: every notebook under notebooks/
"""

import argparse
import sys
from pathlib import Path

from helpers.grading.execute import store

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NOT_OURS = {".ipynb_checkpoints", "my_exercises"}


def notebooks():
    """Return every notebook of the course, without Jupyter's and learners' copies."""
    return sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if not NOT_OURS & set(path.parts))


def main(names):
    return store([Path(name).resolve() for name in names] or notebooks())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebook", nargs="*", help="default: every notebook under notebooks/")
    sys.exit(main(parser.parse_args().notebook))
