"""The settings of Sphinx; `website.build` runs it."""

import re

import latex2mathml.converter

NAMED = r"(?<!<msub>)(?<!<msup>)(<mi>(?:ln|log|tanh)</mi>)"
SPACE = '<mspace width="0.17em"/>'
SIGN = r"((?:<mrow>|<mo[^>]*>(?:[\[(,=·/+]|&#x000(?:28|2C|3D|B7|2F|2B|7B);)</mo>))<mo>&#x02212;</mo>"
"""A minus that subtracts nothing: behind a bracket, a comma or another sign, or at the beginning."""
PRIME = r"<msup>(<mi>\w</mi>)<mi>(&#x0203[23];)</mi></msup>"
"""The font's own primes are raised; as an exponent they are raised twice, and too small to tell one from two."""

project = "Recurrent neural networks, unrolled"
author = "the authors of the course"
language = "en"
highlight_language = "none"  # of a block that names none: shells and lists
extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 4
smartquotes_action = "qe"  # and no dashes: -- are two blanks of CTC
myst_dmath_double_inline = True
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header", "myst.xref_missing", "misc.highlighting_failure"]
exclude_patterns = ["extra/**"]
html_theme = "sphinx_book_theme"
html_use_index = False  # the glossary is one
html_title = project
html_css_files = ["site.css"]
html_js_files = [
    ("early.js", {"priority": 1}),
    *((name, {"defer": "defer"}) for name in ("page.js", "cells.js", "writer.js")),
]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_sidebars = {"**": ["navbar-logo.html", "sbt-sidebar-nav.html"]}
html_math_renderer = "mathml"
html_favicon = "static/icon.svg"
html_context = {"default_mode": "auto"}
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_repository_button": False,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def _mathml(text, display):
    source = latex2mathml.converter.convert(text, display=display)
    source = re.sub(rf"{NAMED}(?!<mo|</)", rf"\1{SPACE}", source)
    source = re.sub(rf"(?<=</msub>){NAMED}", rf"{SPACE}\1", source)
    source = re.sub(SIGN, r'\1<mo form="prefix">&#x02212;</mo>', source)
    source = re.sub(PRIME, r'<mrow>\1<mo lspace="0" rspace="0">\2</mo></mrow>', source)
    long = " long" if display == "inline" and len(text) > 40 else ""
    return f'<span class="formula {display}{long}">{source}</span>'


def _visit_math(translator, node):
    translator.body.append(_mathml(node.astext(), "inline"))
    raise _skip()


def _visit_displayed(translator, node):
    text = node.astext()
    formulas = [text] if r"\begin" in text else text.split(r"\qquad")  # side by side if there is room
    shown = "".join(_mathml(each, "block") for each in formulas)
    translator.body.append(f'<div class="math-block">{shown}</div>')
    raise _skip()


def _skip():
    from docutils.nodes import SkipNode

    return SkipNode


def _footer(app, page, template, context, doctree):
    front = context["pathto"]("index").removesuffix("#")
    context["theme_extra_footer"] = f'<p><a href="{front}#cite">Text under CC BY 4.0, code under MIT</a></p>'


def setup(app):
    app.connect("html-page-context", _footer)
    app.add_html_math_renderer("mathml", (_visit_math, None), (_visit_displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
