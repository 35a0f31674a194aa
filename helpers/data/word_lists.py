"""Word lists in the source code of a package; the code is read as text and never run."""

import ast


def word_lists(source):
    """Return the lists of texts that the classes in a Python source define: name -> texts, in order."""
    found = {}
    for definition in ast.parse(source).body:
        for node in definition.body if isinstance(definition, ast.ClassDef) else []:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                texts = [leaf.value for leaf in ast.walk(node.value) if isinstance(leaf, ast.Constant)]
                found[target.id] = [text for text in texts if isinstance(text, str)]
    return found
