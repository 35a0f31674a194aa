"""Word lists that a package keeps in its source: read as text, never run."""

import ast


def strings(source, *names):
    """All texts in what a Python source assigns to any of these names, in their order."""
    assignments = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assign | ast.AnnAssign))
    found = []
    for node in assignments:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id in names for target in targets) and node.value:
            constants = (leaf.value for leaf in ast.walk(node.value) if isinstance(leaf, ast.Constant))
            found += [constant for constant in constants if isinstance(constant, str)]
    return found
