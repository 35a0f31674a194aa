"""Static HTML to show in place of a widget when there is no kernel."""

VIEW = "application/vnd.jupyter.widget-view+json"


def with_fallback(box, fallback_html, plain):
    """Return a bundle for `display(..., raw=True)`: a widget, and the HTML and text that a page without a kernel shows."""
    return {**box._repr_mimebundle_(), "text/html": fallback_html, "text/plain": plain}


def keep_html(model, **_):
    """Drop from a notebook that is being saved each widget that has HTML in its place. A `pre_save_hook` of Jupyter.

    A widget lives as long as its kernel. On the next day JupyterLab would show "model not found" and not the HTML.
    """
    for cell in (model.get("content") or {}).get("cells", ()) if model.get("type") == "notebook" else ():
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data:
                data.pop(VIEW, None)
