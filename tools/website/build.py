"""Build the course's website: python -m website.build [FOLDER]

The first time runs the notebooks up to their explorers, to store what these need; after that only what has changed.
"""

import gzip
import hashlib
import html
import io
import json
import logging
import re
import shutil
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib
import ziamath
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from matplotlib.font_manager import fontManager
from sphinx.application import Sphinx

from website import engine, explorers, finish, glossary
from website.in_page import together
from website.pages import NOTEBOOKS, ROOT, Page, Site

HERE = Path(__file__).parent
FONT_LIST = 330
"""The version of the list of fonts that the browser's matplotlib reads."""

INSTALLED = "/lib/python3.12/site-packages"
"""Where the browser's Python finds packages."""

BEGINS = {"TABLE": "|", "QUOTE": ">"}
"""What lines of the README begin with that the front page takes over."""

ON_THE_FRONT = ("04_unrolling", "unrolled")
"""The lesson and its explorer that a visitor meets first."""

LEFT_OUT = {"grading", "install", "lab", "shadow", "__main__", "in_jupyter", "quiz", "quizzes"}
"""What the browser has no use for."""


def main(target):
    began = time.monotonic()
    work = ROOT / "build" / "site-work"
    shutil.rmtree(work, ignore_errors=True)
    source, made = work / "source", work / "made"
    site = Site(source)
    with ThreadPoolExecutor(2) as two:  # each runs a process of its own
        notebooks = [*site.applications, *site.lessons]  # those that take longest first
        found = two.map(explorers.of_notebook, notebooks)
        site.explorers = dict(zip(notebooks, found, strict=True))
    for path in notebooks:
        if not site.explorers[path]:
            print(f"{path.stem} keeps its stored pictures: the corpus that it needs is not here.")
    site.write()
    front_pages(site)
    shutil.copytree(HERE / "static", source / "_own", ignore=shutil.ignore_patterns("sw.js"))
    own = {"html_extra_path": [str(source / "extra")], "html_static_path": [str(source / "_own")]}
    app = Sphinx(source, HERE, made, work / "doctrees", "html", own, status=None, warning=sys.stderr, freshenv=True)
    app.build()
    if app.statuscode:
        sys.exit("Sphinx could not build the pages.")
    finish.finish(made, finish.read_folds(source))
    for file in site.downloads:
        to = made / "notebooks" / file.relative_to(NOTEBOOKS)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, to)
    font_of_formulas(made)
    add_engine(made)
    for rest in (".buildinfo", "objects.inv", ".doctrees"):
        (made / rest).unlink(missing_ok=True)
    old = target.with_name(target.name + "-old")
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    shutil.move(made, target)
    shutil.rmtree(old, ignore_errors=True)
    for sentence in site.still:
        print(sentence)
    print(f"{target} was built in {time.monotonic() - began:.0f} s. To read it: make read")


def font_of_formulas(made):
    """Write a font with the signs that the site's formulas have: system fonts for them are rare and differ."""
    signs = {
        sign
        for page in made.rglob("*.html")
        for formula in re.findall(r"<math.*?</math>", page.read_text("utf-8"), re.DOTALL)
        for sign in html.unescape(re.sub(r"<[^>]*>", "", formula))
    }
    letters = {chr(italic) for italic in range(0x1D434, 0x1D468)} | {chr(0x210E)}  # browsers show h as italic h
    greek = {chr(italic) for italic in range(0x1D6E2, 0x1D71C)}
    options = Options()
    options.flavor, options.layout_features, options.notdef_outline = "woff", ["*"], True
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(signs | letters | greek | set("()[]{}|√∑−")))
    logging.getLogger("fontTools").setLevel("WARNING")
    font = TTFont(Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf")
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(made / "_static" / "formulas.woff")


def add_engine(made):
    """Put the engine and our modules into the site, and write into the worker what there is to fetch."""
    folder, content = engine.folder(), engine.read()
    wheels = [content.pop(name) for name in list(content) if name.endswith(".whl")]
    content["pyodide-lock.json"] = json.dumps(engine.ENGINE["lock"]).encode()
    for kind, files in {"packages": files_of(wheels), "modules": modules()}.items():
        whole = together({f"{INSTALLED}/{path}": each for path, each in files.items()})
        content[f"{kind}-{hashlib.sha256(whole).hexdigest()[:12]}.bin"] = gzip.compress(whole, mtime=0)
    (made / folder).mkdir()
    for name, each in content.items():
        (made / folder / name).write_bytes(each)
    sizes = {name: len(each) for name, each in content.items()}
    worker = made / "_static" / "worker.js"
    source = worker.read_text().replace("FILES = {}", f"FILES = {json.dumps(sizes)}")
    source = source.replace('"FOLDER"', json.dumps(folder))
    worker.write_text(source.replace('"VERSION"', json.dumps(hashlib.sha256(source.encode()).hexdigest()[:12])))
    kept = sorted(
        path.relative_to(made).as_posix()
        for path in made.rglob("*")
        if path.suffix in (".html", ".js", ".css", ".svg", ".woff", ".woff2")
    )
    kept = [name for name in kept if not name.startswith(f"{folder}/")]
    stamp = hashlib.sha256(b"".join((made / name).read_bytes() for name in kept)).hexdigest()[:12]
    service = (HERE / "static" / "sw.js").read_text()
    service = service.replace('"VERSION"', json.dumps(stamp)).replace("PAGES = []", f"PAGES = {json.dumps(kept)}")
    service = service.replace("ENGINE = []", f"ENGINE = {json.dumps([f'{folder}/{name}' for name in sizes])}")
    (made / "sw.js").write_text(service)
    (made / ".nojekyll").touch()


def files_of(wheels):
    """Return path -> content of every file that some wheels install."""
    found = {}
    for wheel in wheels:
        with zipfile.ZipFile(io.BytesIO(wheel)) as opened:
            found |= {info.filename: opened.read(info) for info in opened.infolist() if not info.is_dir()}
    return found


def modules():
    """Return path -> content of the modules that the browser runs, and of matplotlib's list of fonts."""
    found = {"matplotlib/fontlist.json": font_list().encode(), "website/__init__.py": b""}
    for path in sorted([*(ROOT / "helpers").rglob("*.py"), *(ROOT / "helpers").rglob("*.txt")]):
        inside = path.relative_to(ROOT / "helpers")
        if not LEFT_OUT & {part.removesuffix(".py") for part in inside.parts} and "__pycache__" not in inside.parts:
            found[f"helpers/{inside.as_posix()}"] = path.read_bytes()
    for name in ("stored.py", "running.py", "writing.py", "in_page.py"):
        found[f"website/{name}"] = (HERE / name).read_bytes()
    return found


def font_list():
    """Return matplotlib's list of its own fonts, as the browser's matplotlib keeps it; to make it there takes seconds."""
    folder = Path(matplotlib.get_data_path())
    inside = [font for font in fontManager.ttflist if Path(font.fname).is_relative_to(folder)]
    fields = ("name", "style", "variant", "weight", "stretch", "size")
    listed = [
        {field: getattr(font, field) for field in fields}
        | {"fname": Path(font.fname).relative_to(folder).as_posix(), "__class__": "FontEntry"}
        for font in inside
    ]
    manager = {
        "_version": FONT_LIST,
        "_FontManager__default_weight": "normal",
        "default_size": None,
        "defaultFamily": {"ttf": "DejaVu Sans", "afm": "Helvetica"},
        "afmlist": [],
        "ttflist": listed,
        "__class__": "FontManager",
    }
    return json.dumps(manager)


def front_pages(site):
    """Write the front page, the glossary, and the tables of contents."""
    (site.folder / "glossary.md").write_text(glossary.page(site.lessons, site.documents), "utf-8")
    front = (HERE / "pages" / "index.md").read_text("utf-8")
    for kind in ("lessons", "applications", "handouts", "boards"):
        front = front.replace(f"[{kind}]", "\n".join(site.documents[path] for path in getattr(site, kind)))
    for path in site.lessons:
        name = site.documents[path]
        front = front.replace(f"\n{name}\n", f"\n{int(path.name[:2])}. {title(path)} <{name}>\n")
    first, shown = site.lessons[0], next(path for path in site.lessons if path.stem == ON_THE_FRONT[0])
    front = front.replace("FIRST_LESSON", f"{site.documents[first]}.ipynb")
    front = front.replace("EXPLORER", Page(site, shown).explorer(ON_THE_FRONT[1]))
    front = re.sub("(TABLE|QUOTE) of (.*)", lambda found: part_of_readme(site, *found.groups()), front)
    for kind in ("handouts", "boards"):
        links = [f"[{number}]({site.documents[path]}.md)" for number, path in enumerate(getattr(site, kind), start=1)]
        front = front.replace(f"LINKS to {kind}", "lesson " + ", ".join(links))
    (site.folder / "index.md").write_text(front, "utf-8")


def part_of_readme(site, kind, section):
    """Return the first table or quotation of a section of the README, with links to the site's pages."""
    readme = ROOT / "README.md"
    after = readme.read_text("utf-8").split(f"\n## {section}\n")[1]
    lines = re.search(rf"(?:^{re.escape(BEGINS[kind])}.*\n)+", after, re.MULTILINE)[0]
    return site.links(lines, readme, "index")


def title(path):
    """Return the title of a notebook."""
    return "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"]).splitlines()[0].removeprefix("# ")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve())
