"""Time the course's website in Chromium: until a page is there, until it is alive, and from a press to the new picture."""

import contextlib
import itertools
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tools", "tests/browser", "tests")]
import lab  # noqa: E402
import sliders  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from website import finish, serve  # noqa: E402

VISITS, PRESSES = 3, 15
SLOWER = 4
LIGHT = 1.5
"""Megabytes that a page may weigh without its engine."""
ALIVE = 3000
"""Milliseconds within which a laptop's second visit is to be alive."""
COMPUTES_LITTLE = 20
"""Milliseconds: an explorer of a lesson that computes less answers sooner than JupyterLab's empty round trip."""
KEEPS_CODE = 3000
"""Milliseconds after which Chromium has kept what it compiled."""

FIRST = "01_why_a_fixed_network_fails.html"
PAINTED = """addEventListener('DOMContentLoaded', () => {
    const picture = document.querySelector('article img');
    picture.decode().then(() => requestAnimationFrame(() => { window.first_picture = performance.now(); }));
})"""
TOUCH = """place => new Promise((done, fail) => {
    const began = performance.now();
    setTimeout(fail, 120000, 'no picture');
    place.addEventListener('drawn', () => requestAnimationFrame(() => done(performance.now() - began)), {once: true});
    [...place.querySelectorAll('.question button')].find(each => each.textContent === 'Skip').click();
})"""
WATCH = """part => {
    part.focus({preventScroll: true});
    window.timing = new Promise(done => part.addEventListener('keydown', event => {
        setTimeout(done, 5000, null);
        part.closest('.explorer').addEventListener('drawn', () =>
            requestAnimationFrame(() => done(performance.now() - event.timeStamp)), {once: true});
    }, {once: true}));
}"""
NOTE_ANSWERS = """() => {
    const ask = engine.ask.bind(engine);
    window.answers = [];
    engine.ask = (what, ...rest) => {
        const began = performance.now(), answer = ask(what, ...rest);
        if (what === 'move') answer.then(() => answers.push(performance.now() - began));
        return answer;
    };
}"""
KEPT = """async () => {
    const kept = [];
    for (const name of await caches.keys())
        kept.push(...(await (await caches.open(name)).keys()).map(each => each.url));
    return ['.wasm', 'packages-', '/modules-', 'lock.json', '/memory?', '/compiled?'].every(part => kept.some(url => url.includes(part)));
}"""


def measure():
    """Return milliseconds by name and by explorer, and megabytes.

    Returns:
        times: "text", "picture" (a processor four times slower), "cold", "cached", "offline" -> list.
        explorers: name -> kind ("page", "computes", "explore", "interact") -> milliseconds of each press. Those of the
            applications have no "explore"; one that failed has "problem" -> what went wrong.
        empty: milliseconds of an empty round trip in JupyterLab.
        heaviest: megabytes of the heaviest page without its engine.
    """
    if not (serve.SITE / "index.html").exists():
        sys.exit("The site is not built yet. Type: make site")
    if not lab.chromium():
        sys.exit(lab.NO_CHROMIUM)
    with browser() as (chromium, address):
        times = {name: [] for name in ("text", "picture", "cold", "cached", "offline")}
        for _ in range(VISITS):
            look(chromium, address, times)
            touch(chromium, address, times)
        of_lessons, of_applications = (
            {
                name: kinds
                for path in sorted(serve.SITE.glob(pattern))
                for name, kinds in press(chromium, address + path.relative_to(serve.SITE).as_posix()).items()
            }
            for pattern in ("[0-9][0-9]_*.html", "applications/*.html")
        )
    with sliders.names_and_lab() as (_, root, jupyter):
        empty = sliders.measure_empty(jupyter, root, PRESSES)
        for name, kinds in of_lessons.items():
            kinds |= sliders.attempt(in_jupyterlab, jupyter, root, name)
    heaviest = max(finish.weight(path) for path in serve.SITE.rglob("*.html")) / 1e6
    return times, of_lessons | of_applications, empty, heaviest


def in_jupyterlab(jupyter, root, name):
    """Return kind ("explore", "interact") -> milliseconds of each press of an explorer in JupyterLab."""
    there = sliders.measure_one(jupyter, root, name, PRESSES, drags=0)
    return {kind: taken["press"] for kind, taken in there.items()}


@contextlib.contextmanager
def browser():
    """Serve the site on this machine, and start a browser. Yields it and the address."""
    server = serve.server(serve.SITE)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=lab.chromium(), args=["--headless", *lab.FLAGS])
        yield chromium, f"http://127.0.0.1:{server.server_port}/"
        chromium.close()
    server.shutdown()


def look(chromium, address, times):
    """Open a page on a slower processor, and note when its first text and its first picture are there."""
    page = new_page(chromium)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(PAINTED)
    page.goto(address + FIRST)
    page.wait_for_function("window.first_picture")
    times["text"].append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    times["picture"].append(page.evaluate("window.first_picture"))
    page.context.close()


def touch(chromium, address, times):
    """Touch the first explorer: on a first visit, on a second one, and on one without a network.

    In a profile on disk, as a reader has it: a window off the record keeps no compiled WebAssembly.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = chromium.browser_type.launch_persistent_context(
            profile, executable_path=lab.chromium(), args=["--headless", *lab.FLAGS], viewport=lab.WINDOW
        )
        page = context.new_page()
        page.set_default_timeout(120_000)
        for visit in ("cold", "cached", "offline"):
            page.goto(address + FIRST)
            times[visit].append(page.locator(".explorer").first.evaluate(TOUCH))
            page.wait_for_function(KEPT, polling=500)
            page.wait_for_timeout(KEEPS_CODE)
            context.set_offline(visit == "cached")
        context.close()


def press(chromium, address):
    """Return name -> {"page": milliseconds of each press, "computes": those that Python takes} of a page's explorers."""
    page, found = new_page(chromium, service_workers="block"), {}
    page.goto(address)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.evaluate(NOTE_ANSWERS)
    for place in page.locator(".explorer:has(> script)").all():
        name = place.evaluate("place => JSON.parse(place.querySelector(':scope > script').textContent).name")
        found[name] = sliders.attempt(press_one, place)
    page.context.close()
    return found


def press_one(place):
    place.evaluate(TOUCH)
    sliders_first = [place.locator(kind) for kind in ("input[type=range]", sliders.TEXT_BOX)]
    part = next(part.first for part in sliders_first if part.count())
    part.page.evaluate("answers.length = 0")
    return {"page": presses(part), "computes": part.page.evaluate("answers")}


def presses(part):
    """Move a slider there and back with keys, or type a text's last letter anew. Returns the milliseconds of each press
    that led to a new picture."""
    slides, key, letters, taken = (
        part.get_attribute("type") == "range",
        "ArrowRight",
        itertools.cycle(sliders.LETTERS),
        [],
    )
    for _ in range(3 * PRESSES):
        if slides:
            now, low, high = (float(part.evaluate(f"part => part.{name}")) for name in ("value", "min", "max"))
            if now in (low, high):
                key = "ArrowRight" if now == low else "ArrowLeft"
        else:
            part.evaluate(sliders.SELECT_LAST)
            key = next(letters)
        part.evaluate(WATCH)
        part.press(key)
        took = part.page.evaluate("() => window.timing")
        if took is not None:
            taken.append(took)
        if len(taken) == PRESSES:
            return taken
    raise RuntimeError(f"{len(taken)} of {3 * PRESSES} presses led to a new picture; run tests/site.")


def new_page(chromium, **options):
    page = chromium.new_context(viewport=lab.WINDOW, **options).new_page()
    page.set_default_timeout(120_000)
    return page


def rows(times, explorers, empty, heaviest, p95):
    """Return the rows of the bench's table."""
    trip = median(empty)
    told = {
        "text": (f"first text, processor {SLOWER} times slower", ""),
        "picture": (f"first picture, processor {SLOWER} times slower", ""),
        "cold": ("first touch to picture, first visit", ""),
        "cached": ("first touch to picture, second visit", median(times["cold"]) / 2),
        "offline": ("first touch to picture, without a network", ""),
    }
    made = [
        {"what": words, "page ms": median(times[name]), "p95": max(times[name]), "floor": floor}
        for name, (words, floor) in told.items()
    ]
    made.append({"what": "second visit, the aim on a laptop", "page ms": median(times["cached"]), "floor": ALIVE})
    made.append({"what": "heaviest page without its engine, MB", "page ms": heaviest, "floor": LIGHT})
    for name, kinds in sorted(explorers.items()):
        row = {"what": f"press to picture: {name}"}
        for kind, title, its_p95 in (
            ("page", "page ms", "p95"),
            ("computes", "Python ms", None),
            ("explore", "JupyterLab ms", "JupyterLab p95"),
            ("interact", "interact ms", "interact p95"),
        ):
            if kind in kinds:
                row |= {title: median(kinds[kind])} | ({its_p95: p95(kinds[kind])} if its_p95 else {})
        if "problem" in kinds:
            row["was"] = f"FAILED: {kinds['problem']}"
        elif "explore" in kinds and row["Python ms"] < COMPUTES_LITTLE:
            row["floor"] = trip
        made.append(row)
    made.append({"what": "an empty round trip", "JupyterLab ms": trip, "JupyterLab p95": p95(empty)})
    titles = [
        "what",
        "page ms",
        "p95",
        "Python ms",
        "JupyterLab ms",
        "JupyterLab p95",
        "interact ms",
        "interact p95",
        "floor",
        "was",
    ]
    for row in made:
        if row.get("floor"):
            row["was"] = "met" if row["page ms"] <= row["floor"] else "MISSED"
    return [dict.fromkeys(titles, "") | row for row in made]
