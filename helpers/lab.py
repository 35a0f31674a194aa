"""Open the course in JupyterLab: python -m helpers.lab [options of JupyterLab]

It fetches data that are missing, brings the learner's own copy up to date, and starts at the copy's first lesson; or it
says in one sentence what would keep JupyterLab from starting. With --only-settings, it starts nothing: it writes the
settings that keep pictures in saved notebooks, for servers that others start (Binder, a hub). Every other option goes to
JupyterLab, such as --no-browser or --port 9999; python -m jupyterlab --help lists them.
"""

import os
import subprocess
import sys
from pathlib import Path

from helpers import install, my_course

ONLY_SETTINGS = "--only-settings"
HELP = {"-h", "--help"}


def main(arguments=()):
    """Return None after JupyterLab has ended, or what to exit with: a sentence, or the number of a command that failed."""
    if HELP & set(arguments):
        return print(__doc__.strip())
    if found := problem():
        return found
    try:
        install.keep_pictures(sys.prefix)
    except OSError as error:
        print(f"Saved notebooks may lose their pictures: {error.filename} cannot be written.")
    if ONLY_SETTINGS in arguments:
        return None
    if failed := subprocess.call([sys.executable, "-m", "helpers.data"]):
        return failed
    try:
        for sentence in my_course.main():
            print(sentence)
    except my_course.Stop as stop:
        return str(stop)
    mine = my_course.course().parent / my_course.FOLDER
    start([str(min(mine.glob("01_*.ipynb"))), *arguments])


def start(arguments):
    from jupyterlab.labapp import LabApp

    programs = str(Path(sys.executable).parent)  # what a terminal in JupyterLab should find first
    os.environ["PATH"] = os.pathsep.join(filter(None, [programs, os.environ.get("PATH")]))
    LabApp.launch_instance(argv=arguments)


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
    sys.exit(main(sys.argv[1:]))
