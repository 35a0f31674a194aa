"""What is done to every page that Sphinx has made: folded sections, lazy pictures, and a policy of what it may load."""

import hashlib
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, NavigableString

SHORT = 18
"""So many characters of a table's cell stand in one line on a telephone, where the table is scrolled."""

NO_ICONS = {"fa-solid", "fa-lg", "fa-fw"}
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob: data:; font-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'"
)
"""The theme and the colours of code are styled in the page itself, so style-src needs 'unsafe-inline'; scripts do not."""


def finish(site, folds):
    """Change every page below a folder.

    Args:
        site: Path.
        folds: page -> titles of the sections that are folded.
    """
    icons = Icons(site / "_static" / "scripts" / "fontawesome.js")
    for path in sorted(site.rglob("*.html")):
        page = path.relative_to(site).with_suffix("").as_posix()
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        if not soup.head:  # a part that the theme leaves there
            path.unlink()
            continue
        icons.draw(soup)
        _scripts(soup, path, site)
        for title in folds.get(page, []):
            _fold(soup, title)
        for number, picture in enumerate(soup.select("article img, .bd-article img")):
            if number:
                picture["loading"] = "lazy"
        for table in soup.select("article table"):
            table.wrap(soup.new_tag("div", attrs={"class": "wide"}))
            for cell in table.select("td, th"):
                if len(re.sub(r"\s+", " ", cell.get_text()).strip()) <= SHORT:
                    cell["class"] = [*cell.get("class", []), "short"]
        for formula in soup.select(".formula.inline"):
            _keep_with_stop(soup, formula)
        for head in soup.select("th"):
            if not head.get_text(strip=True) and not head.find(["img", "math"]):
                head.name = "td"  # an empty corner of a table is no heading
            for formula in head.find_all("math"):
                formula["aria-label"] = formula.get_text(" ", strip=True)  # not every reader knows MathML
        for bar in soup.select("#pst-primary-sidebar"):
            bar.attrs |= {"role": "navigation", "aria-label": "The course"}
        policy = soup.new_tag("meta", attrs={"http-equiv": "Content-Security-Policy", "content": POLICY})
        soup.head.insert(0, policy)
        path.write_text(str(soup), "utf-8")
    for file in [*site.rglob("*.js.map"), *site.rglob("fa-*.woff2"), icons.script]:
        file.unlink()
    for style in site.rglob("*.css"):
        style.write_text(re.sub(r'(?:\.fa-[\w-]+,?)+\{--fa:"[^"]*"\}', "", style.read_text("utf-8")), "utf-8")


def _keep_with_stop(soup, formula):
    """Let no line begin with the full stop or the comma behind a formula."""
    after = formula.next_sibling
    stop = isinstance(after, NavigableString) and re.match(r"[.,;:?!)”’]+", after)
    if stop:
        formula.wrap(soup.new_tag("span", attrs={"class": "with-stop"})).append(stop[0])
        after.replace_with(after[stop.end() :])


class Icons:
    """The theme's script, fonts and rules for all icons weigh more than a lesson: the few in use are written into the pages."""

    def __init__(self, script):
        self.script, self.source = script, script.read_text("utf-8")

    def draw(self, soup):
        for icon in soup.select(".fa-solid"):
            name = next(each[3:] for each in icon["class"] if each.startswith("fa-") and each not in NO_ICONS)
            width, height, path = self._path(name)
            icon.name = "svg"
            icon["class"] = ["svg-inline--fa", *icon["class"]]
            icon.attrs |= {
                "viewBox": f"0 0 {width} {height}",
                "aria-hidden": "true",
                "focusable": "false",
                "role": "img",
            }
            icon.clear()
            icon.append(soup.new_tag("path", attrs={"fill": "currentColor", "d": path}))
        for script in soup.find_all(["script", "link"]):
            if self.script.name in (script.get("src") or script.get("href") or ""):
                script.decompose()

    def _path(self, name):
        found = re.search(rf'[{{,]"?{name}"?:\[(\d+),(\d+),\[[^\]]*\],"[^"]*","([^"]+)"\]', self.source)
        return found.groups()


def _scripts(soup, path, site):
    """Move scripts that stand in the page to files."""
    up = "../" * (len(path.relative_to(site).parts) - 1)
    for script in soup.find_all("script"):
        if script.get("src") or script.get("type") in ("application/json", "application/ld+json"):
            continue
        content = script.string or ""
        name = f"_static/from-page-{hashlib.sha256(content.encode()).hexdigest()[:12]}.js"
        (site / name).write_text(content, "utf-8")
        script.string = ""
        script["src"] = up + name


def _fold(soup, title):
    for heading in soup.select("section > h2, section > h3, section > h4"):
        shown = "".join(part for part in heading.find_all(string=True) if not part.find_parent(["math", "a"]))
        if _letters(shown) != _letters(re.sub(r"\$[^$]*\$", "", title)):
            continue
        fold = soup.new_tag("details", attrs={"class": "section-fold"})
        summary = soup.new_tag("summary")
        summary.string = "Show this section"
        fold.append(summary)
        for part in list(heading.next_siblings):
            fold.append(part.extract())
        heading.insert_after(fold)
        return
    raise ValueError(f"no section {title!r} to fold")


def _letters(title):
    """Return a title without its signs, some of which Sphinx writes in another way."""
    return re.sub(r"[\W_]+", "", title).lower()


LOADS = re.compile(r"""(?:@import |url\()["']?(?!data:)([^"')?#]+)""")
"""What a stylesheet loads: another one, or a font."""


def weight(path):
    """Return the bytes of a built page and of all that it shows, without its engine."""
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    needed = soup.select("img[src], script[src], link[rel=stylesheet], link[rel~=icon]")
    files = {path} | {path.parent / urlsplit(tag.get("src") or tag["href"]).path for tag in needed}
    for style in [file for file in files if file.suffix == ".css"]:
        files |= {style.parent / name for name in LOADS.findall(style.read_text("utf-8"))}
    return sum(file.stat().st_size for file in {file.resolve() for file in files} if file.is_file())


def read_folds(folder):
    return json.loads(Path(folder, "folds.json").read_text())
