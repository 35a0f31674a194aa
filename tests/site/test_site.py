"""The built site: every page is whole by itself, asks no other host for anything, and is light."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from website import engine, explorers, finish, runnable
from website.pages import ONLY_IN_JUPYTER, WRITES, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]  # they share what was read of all pages

WEIGHT = 1_500_000
THEMES_OWN = {"search.html"}


@pytest.fixture(scope="module")
def soups(built):
    return {
        path.relative_to(built).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(built.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    return Site(folder)


def test_every_lesson_application_handout_and_guide_is_a_page(soups, sources):
    assert set(soups) >= {f"{name}.html" for name in sources.documents.values()} | {"index.html", "glossary.html"}
    menu = {link["href"] for link in soups["index.html"].select(".bd-sidebar a[href]")}
    assert menu >= {f"{name}.html" for name in sources.documents.values()} | {"glossary.html"}


def test_the_front_page_has_a_living_explorer_and_says_what_each_lesson_and_application_is(soups, sources):
    front = soups["index.html"].select_one("article")
    assert front.select_one(".explorer > script")
    described = {row.select_one("a")["href"]: row.get_text(" ").split() for row in front.select("tbody tr")}
    assert set(described) == {f"{sources.documents[path]}.html" for path in [*sources.lessons, *sources.applications]}
    assert all(len(words) > 6 for words in described.values())


def test_the_front_page_says_what_python_weighs_and_how_to_cite_and_every_page_leads_there(built, soups):
    front = soups["index.html"]
    megabytes = sum(file.stat().st_size for file in (built / engine.folder()).iterdir()) / 1e6
    assert abs(megabytes - int(re.search(r"about (\d+) MB", front.get_text())[1])) < 1
    assert front.select_one("#cite blockquote").get_text().strip().startswith("Recurrent neural networks, unrolled")
    assert all(soup.select_one("footer a[href$='#cite']") for soup in soups.values())


def addresses(soup):
    for tag in soup.find_all(True):
        for name in ("src", "href", "poster"):
            if tag.get(name):
                yield tag, tag[name]


def test_every_link_inside_the_site_leads_somewhere(built, soups):
    wrong = []
    for page, soup in soups.items():
        for tag, address in addresses(soup):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or page in THEMES_OWN:
                continue
            if address.startswith("/"):
                wrong.append(f"{page}: {address} is not relative")
                continue
            target = (built / page).parent / unquote(parts.path) if parts.path else built / page
            if not target.exists():
                wrong.append(f"{page}: {address} is not there")
            elif parts.fragment and tag.name == "a" and target.suffix == ".html":
                there = soups[target.resolve().relative_to(built.resolve()).as_posix()]
                if parts.fragment not in ("", "main-content") and not there.find(id=unquote(parts.fragment)):
                    wrong.append(f"{page}: {address} has no such section")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_loaded_from_another_host(soups):
    for page, soup in soups.items():
        loaded = [address for tag, address in addresses(soup) if tag.name != "a" and urlsplit(address).netloc]
        assert [address for address in loaded if "canonical" not in address] == [], page
        (policy,) = soup.select("meta[http-equiv='Content-Security-Policy']")
        assert policy["content"] == finish.POLICY and soup.head.find(True) is policy, "it holds for all that follows"
        inline = [
            each for each in soup.find_all("script") if not each.get("src") and "json" not in each.get("type", "")
        ]
        assert not inline and not soup.find(onclick=True), page


def test_the_policy_allows_only_the_site_itself_and_webassembly():
    allowed = {name: set(sources) for name, *sources in (each.split() for each in finish.POLICY.split(";"))}
    assert allowed["default-src"] == allowed["connect-src"] == {"'self'"}
    assert allowed.pop("script-src") == {"'self'", "'wasm-unsafe-eval'"}
    assert allowed.pop("style-src") == {"'self'", "'unsafe-inline'"}
    assert allowed["worker-src"] == {"'self'", "blob:"}, "a worker made from a blob has this policy too"
    assert set.union(*allowed.values()) <= {"'self'", "'none'", "data:", "blob:"}


def test_every_explorer_of_every_lesson_and_application_is_alive(soups, sources):
    for path in [*sources.lessons, *sources.applications]:
        named = re.findall(r"explorers\.(\w+)\(", path.read_text("utf-8"))
        places = soups[f"{sources.documents[path]}.html"].select(".explorer")
        if path.stem == "parts_of_speech" and not explorers.has_brown():
            continue
        assert places, path.name
        plans = [json.loads(place.find("script").string) for place in places]
        assert [plan["name"] for plan in plans] == named
        for place, plan in zip(places, plans, strict=True):
            assert place.find("img")["alt"].startswith(plan["alt"]) and plan["controls"]
            assert plan["answer"] in place.select_one(".question details").get_text()


def test_every_lesson_has_its_quiz_and_its_exercise(soups, sources):
    for path in sources.lessons:
        text, page = path.read_text("utf-8"), soups[f"{path.stem}.html"]
        assert len(page.select(".your-turn")) == len(re.findall(r'"check\.\w+\(', text)), path.name
        assert bool(page.select(".quiz")) == ("quizzes." in text), path.name
        for question in page.select(".quiz"):
            assert len(question.select("details li[data-right]")) == 1


def test_code_runs_in_four_lessons_and_a_network_learns_to_write_in_one(built, soups, sources):
    for path in sources.lessons:
        page = soups[f"{path.stem}.html"]
        wanted = list(runnable.cells(path)) if path.name.startswith(runnable.LESSONS) else []
        for name, cell in zip(wanted, page.select(".tag_runs"), strict=True):
            assert f"tag_runs-{name}" in cell["class"]
        (data,) = page.select("script.data") or [None]
        for file in json.loads(data.string).values() if data else []:
            assert (built / file).stat().st_size < 700_000
        assert len(page.select(".writer")) == (path.stem == WRITES)


def test_a_page_leaves_out_what_only_holds_in_jupyterlab(soups, sources):
    notebooks = [*sources.lessons, *sources.applications]
    for begin in ONLY_IN_JUPYTER:
        assert any(json.dumps(begin)[1:-1] in path.read_text("utf-8") for path in notebooks), begin
        shown = [page for page, soup in soups.items() if begin.replace("**", "") in soup.get_text()]
        assert not shown, begin


def test_what_is_folded_in_the_notebook_is_folded_in_the_page(soups, sources):
    for path in [*sources.lessons, *sources.applications]:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        folded = [cell for cell in cells if cell["metadata"].get("jp-MarkdownHeadingCollapsed")]
        assert len(soups[f"{sources.documents[path]}.html"].select("details.section-fold")) == len(folded), path.name


def test_below_every_explorer_what_to_notice_waits_for_the_guess(soups, sources):
    for path in [*sources.lessons, *sources.applications]:
        soup = soups[f"{sources.documents[path]}.html"]
        shown = [each for each in soup.select("p") if each.get_text().startswith("What to notice")]
        waits = [each.find_parent("details", class_="told") for each in shown]
        assert sum(map(bool, waits)) == len(soup.select(".explorer")), path.name


def test_a_page_without_its_engine_is_light(built, soups):
    assert finish.weight(built / "01_why_a_fixed_network_fails.html") > 300_000, "with pictures, scripts and styles"
    fonts, styles = built / "_static" / "formulas.woff", (built / "_static" / "styles").glob("*.css")
    assert finish.weight(built / "glossary.html") > sum(file.stat().st_size for file in [fonts, *styles])
    for page in soups:
        weight = finish.weight(built / page)
        assert weight < WEIGHT, f"{page}: {weight:,} bytes"


def test_the_engine_is_the_official_one(built):
    import gzip
    import hashlib

    folder = built / engine.folder()
    for name in engine.ENGINE["core"]:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == engine.files()[name]
    sizes, contents = gzip.decompress(next(folder.glob("packages-*.bin")).read_bytes()).split(b"\n", 1)
    sizes = json.loads(sizes)
    assert sum(sizes.values()) == len(contents)
    for part in ("numpy/__init__.py", "matplotlib/figure.py", "PIL/Image.py", "kiwisolver/__init__.py"):
        assert any(path.endswith(f"/site-packages/{part}") for path in sizes)


def test_no_line_begins_with_the_full_stop_behind_a_formula(soups):
    behind = [formula.next_sibling for soup in soups.values() for formula in soup.select(".formula.inline")]
    stops = [each for each in behind if each and str(each)[0] in ".,;:?!)”’"]
    assert stops and all(each.parent.get("class") == ["with-stop"] for each in stops)


def test_formulas_are_formulas(soups, sources):
    for path in [*sources.lessons, *sources.applications]:
        page = soups[f"{sources.documents[path]}.html"]
        assert not re.search(r"\\(?:frac|tanh|partial|sum)\b", page.select_one("article").get_text()), path.name
