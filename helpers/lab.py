"""`python -m helpers.lab`: before JupyterLab starts, say in one sentence what would keep it from starting."""

import os
import sys
from pathlib import Path


def main():
    """Return None, or the sentence to exit with."""
    return problem()


def problem():
    """Return what keeps JupyterLab from starting and how to fix it, or None.

    It keeps a few files in a folder below the home folder, and ends with a traceback where it may not write.
    """
    from jupyter_core.paths import jupyter_runtime_dir

    fix = "Set HOME or JUPYTER_DATA_DIR to a folder that can be written."
    try:
        folder = Path(jupyter_runtime_dir()).absolute()
    except RuntimeError:  # no HOME, and the system has no name for this user
        return f"JupyterLab finds no home folder for its files. {fix}"
    if can_be_written(folder):
        return None
    return f"JupyterLab cannot write its files to {folder}. {fix}"


def can_be_written(folder):
    """Whether this user may write in a folder, or make it if it does not exist yet."""
    there = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    effective = os.access in os.supports_effective_ids
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK, effective_ids=effective)


if __name__ == "__main__":
    sys.exit(main())
