"""What a widget leaves on a page that has no kernel."""


def with_fallback(box, fallback_html, plain):
    """The live widget, and beside it what a page without a kernel shows: a bundle for `display(..., raw=True)`."""
    return {**box._repr_mimebundle_(), "text/html": fallback_html, "text/plain": plain}
