"""Static HTML to show in place of a widget when there is no kernel."""


def with_fallback(box, fallback_html, plain):
    """Return a bundle for `display(..., raw=True)`: a widget, and the HTML and text that a page without a kernel shows."""
    return {**box._repr_mimebundle_(), "text/html": fallback_html, "text/plain": plain}
