"""Word lists that a package keeps in its source: read as text, never run."""

import ast


def word_lists(source):
    """What the classes of a Python source set to lists of texts: name -> the texts, in their order."""
    found = {}
    for definition in ast.parse(source).body:
        for node in definition.body if isinstance(definition, ast.ClassDef) else []:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                texts = [leaf.value for leaf in ast.walk(node.value) if isinstance(leaf, ast.Constant)]
                found[target.id] = [text for text in texts if isinstance(text, str)]
    return found
