"""helpers.widgets.fallback: what a saved notebook keeps of a widget."""

from helpers.widgets.fallback import VIEW, keep_html

WIDGET = {VIEW: {"model_id": "1"}, "text/plain": "a slider"}


def saved(*outputs, kind="notebook"):
    cells = [{"cell_type": "markdown", "source": "text"}, {"cell_type": "code", "outputs": list(outputs)}]
    model = {"type": kind, "content": {"cells": cells}}
    keep_html(model, path="a.ipynb", contents_manager=None)
    return model["content"]["cells"][1]["outputs"]


def test_a_widget_gives_way_to_its_html():
    [kept] = saved({"output_type": "display_data", "data": {**WIDGET, "text/html": "<p>Picture</p>"}})
    assert kept["data"] == {"text/html": "<p>Picture</p>", "text/plain": "a slider"}


def test_everything_else_stays():
    other = [{"output_type": "display_data", "data": dict(WIDGET)}, {"output_type": "stream", "text": "Right."}]
    assert saved(*other) == [
        {"output_type": "display_data", "data": WIDGET},
        {"output_type": "stream", "text": "Right."},
    ]


def test_what_is_no_notebook_is_left_alone():
    for model in ({"type": "file", "content": "text"}, {"type": "directory"}, {"type": "notebook", "content": None}):
        before = dict(model)
        keep_html(model, path="a")
        assert model == before
