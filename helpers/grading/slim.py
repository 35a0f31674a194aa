"""Copy a notebook from input to output without its outputs and widgets.

Run as a program of its own, with a limit on its memory, because reading a strange file can take any amount of it.
"""

import json
import sys

MEMORY = 3_000_000_000


def slim(notebook):
    """Return a notebook (a dict of format 3 or 4) without outputs and widget state."""
    sheets = [notebook, *notebook.get("worksheets", [])]
    for cell in (cell for sheet in sheets for cell in sheet.get("cells", [])):
        if "outputs" in cell:
            cell["outputs"] = []
    notebook.get("metadata", {}).pop("widgets", None)
    return notebook


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    json.dump(slim(json.loads(sys.stdin.buffer.read())), sys.stdout, indent=1)
