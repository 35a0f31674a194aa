"""nbgrader's formgrader on a server of its own (`make mark`): python -m helpers.grading.formgrader --no-browser --port 8889

JupyterLab's server can write files, start kernels and open terminals, so a script of a learner's that ran on one of its
pages could do the same as the instructor. This server has formgrader and the login, and nothing else. Stored notebooks are
cleaned again before they are shown. Each answer has a policy by which a browser runs only the scripts that nbgrader's and
Jupyter's templates load, told by a word that is new for each answer and is written into the templates, never into what
they show; and MathJax's.
"""

import os
import re
import secrets
import sys
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, DictLoader
from jupyter_server.base.handlers import Template404
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.utils import url_path_join
from tornado import web

from helpers.grading.course import search_path
from helpers.grading.pages import MATHJAX, MATHJAX_TEMPLATE, TEMPLATES, Clean, digest, exporter

FORMGRADER = "nbgrader.server_extensions.formgrader"
SCRIPT = re.compile(r"<script\b(.*?</script>)", re.DOTALL)
LEARNERS = re.compile(r"\b(?:output|cell|nb)\.")  # what a template's script must not hold
ON_CLICK = re.compile(r'\son\w+="([^"]*)"', re.IGNORECASE)
LIVE = re.compile(r'title="Open live notebook"|data-link="[^"]*"')  # a link into JupyterLab, which is not here
WITHOUT_MATHJAX = """<script>
if (!MathJax.Hub) { MathJax.Hub = {Startup: {signal: {Interest: function (told) { told("End"); }}}}; }
</script>
{%- endmacro %}"""
OFFLINE = MATHJAX_TEMPLATE.replace(" async", "").replace("{%- endmacro %}", WITHOUT_MATHJAX)
"""Formgrader waits for MathJax before it listens to keys. If its host cannot be reached, this answers in its place."""
NAVIGATION = r"(?:next_incorrect|prev_incorrect|next|prev)/?$"

nonce = ContextVar("nonce", default="")


class Marking(ServerApp):
    """A Jupyter server with formgrader alone, in the current folder. Options are those of `jupyter server`."""

    default_services = ("auth",)
    description = __doc__

    def find_server_extensions(self):
        """Find none, however many are installed."""

    def init_server_extensions(self):
        self.jpserver_extensions, self.extra_services = {FORMGRADER: True}, []
        super().init_server_extensions()

    def init_configurables(self):
        self.contents_manager_class, self.default_url = NoFiles, "/formgrader"
        super().init_configurables()

    def load_server_extensions(self):
        closed = {
            # formgrader's own first page can be told to read settings, that is Python, from any folder
            r"/formgrader/?": (
                web.RedirectHandler,
                {"url": self.below("/formgrader/manage_assignments"), "permanent": False},
            ),
            # other files of a submission
            rf"/formgrader/submissions/(?!components/)[^/]+/(?!{NAVIGATION}).+": (Template404,),
        }
        self.web_app.add_handlers(".*$", [(self.below(path), *handler) for path, handler in closed.items()])
        self.web_app.add_transform(Policy)
        super().load_server_extensions()
        settings = self.web_app.settings
        settings["nbgrader_jinja2_env"].autoescape = True  # names in an address become part of a script
        pages = settings["nbgrader_exporter"] = exporter("formgrade")
        pages.register_preprocessor(Clean, enabled=True)
        pages.environment.loader = ChoiceLoader([DictLoader({"mathjax.html.j2": OFFLINE}), pages.environment.loader])
        for environment in (settings["jinja2_env"], settings["nbgrader_jinja2_env"], pages.environment):
            mark_scripts(environment)

    def below(self, path):
        return url_path_join(self.base_url, path)


class NoFiles(AsyncLargeFileManager):
    """Jupyter's manager of files, without the address that serves them."""

    def get_extra_handlers(self):
        return []


class Policy(web.OutputTransform):
    """Gives each answer a Content-Security-Policy with a new word, which `nonce` holds while the answer is made."""

    def __init__(self, request):
        self.word = secrets.token_urlsafe(16)
        nonce.set(self.word)

    def transform_first_chunk(self, status_code, headers, chunk, finishing):
        headers["Content-Security-Policy"] = "; ".join(
            [
                "default-src 'none'",
                f"script-src 'nonce-{self.word}' 'unsafe-hashes' {' '.join(click_hashes())} {MATHJAX}",
                f"style-src 'self' 'unsafe-inline' {MATHJAX}",
                f"font-src 'self' data: {MATHJAX}",
                "img-src 'self' data:",
                "connect-src 'self'",
                "form-action 'self'",
                "frame-ancestors 'self'",
                "base-uri 'none'",
            ]
        )
        headers["X-Frame-Options"] = "SAMEORIGIN"
        headers["X-Content-Type-Options"] = "nosniff"
        return status_code, headers, chunk


@cache
def click_hashes():
    """Return the policy's words for what nbgrader's templates write behind onclick, such as toggleAllNames()."""
    found = {
        code
        for path in (TEMPLATES / "templates").rglob("*")
        if path.is_file()
        for code in ON_CLICK.findall(path.read_text())
    }
    return [digest(code) for code in sorted(found)]


def mark_scripts(environment):
    """Let the templates of a jinja2 environment write the answer's word into their scripts."""
    environment.globals["nonce"] = nonce.get
    environment.loader = Marked(environment.loader)


class Marked(BaseLoader):
    """Another loader's templates, with the answer's word in their scripts, and escapes around what names a submission."""

    def __init__(self, loader):
        self.loader = loader

    def get_source(self, environment, template):
        source, *more = self.loader.get_source(environment, template)
        return (marked(source), *more)


def marked(source):
    """Return a template's source with the answer's word in each script that holds nothing of a notebook's."""
    source = re.sub(r"\{\{ (resources\.\w+) \}\}", r"{{ \1 | e }}", LIVE.sub("", source))
    return SCRIPT.sub(
        lambda script: script[0] if LEARNERS.search(script[1]) else f'<script nonce="{{{{ nonce() }}}}"{script[1]}',
        source,
    )


def main(arguments=None):
    if not Path("nbgrader_config.py").exists():
        return "There is no nbgrader_config.py here. Run make mark in the course's folder."
    os.environ["PATH"] = search_path()
    return Marking.launch_instance(arguments)


if __name__ == "__main__":
    sys.exit(main())
