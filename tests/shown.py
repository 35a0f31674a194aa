"""The functions and classes that a notebook shows, to compare them with the helpers that later lessons import."""

import ast
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def shown(notebook, *imports):
    """Run only the imports and definitions of a notebook's code cells. Returns name -> object.

    Args:
        notebook: file name below notebooks/.
        imports: names of modules not to import, so that a test does not need torch.
    """
    names = {}
    for cell in nbformat.read(NOTEBOOKS / notebook, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        kept = [
            node
            for node in ast.parse(cell.source).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ImportFrom)
            or (isinstance(node, ast.Import) and node.names[0].name not in imports)
        ]
        exec(compile(ast.Module(kept, []), notebook, "exec"), names)
    return names
