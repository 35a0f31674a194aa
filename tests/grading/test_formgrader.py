"""Which scripts of a template get the word that lets them run, and the sentence in a folder that is no course."""

import pytest
from jinja2 import DictLoader, Environment

from helpers.grading import formgrader


def rendered(source, **names):
    environment = Environment(loader=DictLoader({"page": source}))
    formgrader.mark_scripts(environment)
    token = formgrader.nonce.set("word")
    try:
        return environment.get_template("page").render(**names)
    finally:
        formgrader.nonce.reset(token)


def test_a_templates_own_scripts_get_the_word_and_what_it_shows_does_not():
    shown = rendered('<script src="a.js"></script><script>\nb();</script>{{ text }}', text="<script>c()</script>")
    assert shown == '<script nonce="word" src="a.js"></script><script nonce="word">\nb();</script><script>c()</script>'


@pytest.mark.parametrize("data", ["output.data['application/javascript']", "cell.source", "nb.metadata.widgets"])
def test_a_script_that_holds_something_of_a_notebooks_gets_none(data):
    assert "nonce" not in formgrader.marked(f"<script>{{{{ {data} }}}}</script>")


def test_names_are_escaped_and_the_link_into_jupyterlab_is_gone():
    source = 'var name = "{{ resources.name }}";<a title="Open live notebook" data-link="{{ resources.path }}">x</a>'
    shown = rendered(source, resources={"name": '";</script>', "path": "gone"})
    assert "</script>" not in shown and '";"' not in shown and "gone" not in shown and "Open live" not in shown


def test_formgraders_own_buttons_are_allowed_by_what_they_do():
    assert formgrader.digest("toggleAllNames()") in formgrader.click_hashes()


def test_a_folder_that_is_no_course_gets_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert formgrader.main([]).startswith("There is no nbgrader_config.py here. Run make mark")
