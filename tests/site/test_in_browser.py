"""The site in Chromium: explorers, questions and exercises, by mouse and by keyboard, with and without a network."""

import importlib.resources
import json
import re

import pytest
from website.pages import Site

pytestmark = pytest.mark.browser

LESSONS = [path.stem for path in Site.lessons_of_the_course()]
UNROLLING = "04_unrolling.html"


def open_explorer(place):
    """Skip the prediction, and wait for the first living picture."""
    unfold(place.page)
    place.scroll_into_view_if_needed()
    place.get_by_role("button", name="Skip").click()
    place.locator("canvas").wait_for()


def unfold(page):
    page.evaluate("for (const fold of document.querySelectorAll('details.section-fold')) fold.open = true")


def picture(place):
    return place.locator("canvas").evaluate(
        "async canvas => [...new Uint8Array(await crypto.subtle.digest('SHA-256',"
        " canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data))].join()"
    )


def after(place, act):
    """Do something that asks for a new picture, and wait until it is drawn and nothing waits."""
    place.evaluate(
        "place => { place.drawn = new Promise(done => place.addEventListener('drawn', done, {once: true})); }"
    )
    act()
    place.evaluate(
        "place => Promise.race([place.drawn, new Promise((_, fail) => setTimeout(fail, 30000, 'no new picture'))])"
        ".then(() => new Promise(done => setTimeout(done, 60)))"
    )
    return picture(place), place.locator(".sentence").text_content()


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_explorer_wakes_and_answers_every_control_by_keyboard(visit, lesson):
    page = visit(f"{lesson}.html")
    places = page.locator(".explorer").all()
    assert places
    for place in places:
        open_explorer(place)
        stored = place.locator("img.stored")
        first = picture(place), place.locator(".sentence").text_content()
        assert first[1] in stored.get_attribute("alt"), "the living picture begins as the stored one"
        for part in place.locator(".controls").locator("input[type=range], input[type=text], select").all():
            kind = part.evaluate("part => part.type")
            part.focus()
            if kind == "range":
                start = part.input_value()
                seen = {after(place, lambda part=part, key=key: part.press(key)) for key in away(part)}
                after(place, lambda part=part, start=start: part.fill(start))
            elif kind == "text":
                start = part.input_value()
                seen = {after(place, lambda part=part: part.press_sequentially(" a"))}
                after(place, lambda part=part, start=start: part.fill(start))
            else:
                there, back = ("ArrowDown", "ArrowUp")[:: -1 if part.evaluate("menu => menu.selectedIndex") else 1]
                seen = {after(place, lambda part=part, key=there: part.press(key))}
                after(place, lambda part=part, key=back: part.press(key))
            assert seen - {first} or kind == "text", f"{lesson}: {part.evaluate('part => part.labels[0].textContent')}"
            assert "No picture for these settings" not in place.inner_text()
        for button in place.locator(".controls [role=group] button").all():
            if button.get_attribute("aria-pressed") == "false":
                before = picture(place), place.locator(".sentence").text_content()
                assert after(place, lambda button=button: button.press("Enter")) != before
        assert place.get_by_role("alert").count() == 0


def away(slider):
    """Return the keys that move a slider to each of its ends."""
    value, low, high = (float(slider.evaluate(f"slider => slider.{name}")) for name in ("value", "min", "max"))
    return [key for key, end in (("Home", low), ("End", high)) if value != end]


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_quiz_answers_at_once_and_right_looks_different(visit, lesson):
    page = visit(f"{lesson}.html")
    for question in page.locator(".quiz").all():
        looks = set()
        for button in question.locator(".choices button").all():
            button.press("Enter")
            reply = question.get_by_role("status")
            right = button.inner_text() == question.locator("details li[data-right]").get_attribute("data-answer")
            assert reply.inner_text().startswith("✓ Right. " if right else "✗ Not quite. ")
            looks.add((right, reply.get_attribute("class"), button.get_attribute("class")))
        assert len(looks) == 2


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_exercise_is_done_in_the_page(visit, lesson):
    page = visit(f"{lesson}.html")
    for place in page.locator(".your-turn").all():
        code, run, reply = place.locator("textarea"), place.get_by_role("button", name="Run"), place.locator(".reply")
        place.scroll_into_view_if_needed()
        run.click()
        reply.filter(has_text="has no body yet").wait_for()
        solution = page.locator("details", has_text="Solution, and why").locator(".highlight pre")
        if solution.count() != 1:
            continue
        code.fill(solution.text_content())
        code.press("Control+Enter")
        reply.filter(has_text=re.compile("^Right")).wait_for()
        assert "right" in reply.get_attribute("class")


def test_wrong_endless_stopped_and_kept(visit):
    page = visit(UNROLLING)
    place = page.locator(".your-turn")
    code, run, reply = place.locator("textarea"), place.locator("button.run"), place.locator(".reply")
    place.scroll_into_view_if_needed()
    code.fill("def last_real_state(h, lengths):\n    return h[:, -1]")
    run.click()
    reply.filter(has_text="Not yet: ").wait_for()
    assert "wrong" in reply.get_attribute("class")
    code.fill("def last_real_state(h, lengths):\n    while True:\n        pass")
    run.click()
    reply.filter(has_text="does not come to an end").wait_for()
    code.fill("while True:\n    pass\ndef last_real_state(h, lengths):\n    pass")
    run.click()
    page.wait_for_timeout(500)
    place.get_by_role("button", name="Stop").click()
    reply.filter(has_text="You stopped it.").wait_for()
    open_explorer(page.locator(".explorer").first)  # by a new worker
    code.fill("import js")
    run.click()
    reply.filter(has_text="ModuleNotFoundError").wait_for()
    page.reload()
    assert code.input_value() == "import js"
    place.get_by_role("button", name="Start again").click()
    assert "raise NotImplementedError" in code.input_value()


@pytest.mark.xfail(run=False, reason="it waited without end on a busy machine; to be looked at")
def test_a_second_visit_works_without_a_network(visit, chromium):
    page = visit(UNROLLING, expected=["ERR_INTERNET_DISCONNECTED"])
    open_explorer(page.locator(".explorer").first)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "async () => { for (const name of await caches.keys()) { const keys = await (await caches.open(name)).keys();"
        " if (keys.some(key => key.url.endsWith('.wasm')) && keys.some(key => key.url.includes('/arguments/'))) return true; } return false; }"
    )
    page.context.set_offline(True)
    page.reload()
    open_explorer(page.locator(".explorer").first)
    page.goto(page.url.replace("04_unrolling", "glossary"))
    assert "Glossary" in page.title()


def test_a_link_to_a_section_opens_there(visit):
    page = visit(f"{UNROLLING}#pytorch-s-loop")
    page.wait_for_timeout(500)
    assert page.locator("h2", has_text="PyTorch").evaluate("heading => heading.getBoundingClientRect().top") < 900


def test_without_scripts_everything_can_be_read(visit):
    page = visit(UNROLLING, java_script_enabled=False)
    for place in page.locator(".explorer").all():
        assert place.locator("img").is_visible() and place.locator(".question ul").is_visible()
        place.locator("summary", has_text="Answer").click()
        assert place.locator(".question details p").is_visible()
    assert page.locator(".quiz details").first.is_visible()
    assert page.locator(".your-turn .only-text").is_visible()


@pytest.mark.parametrize(
    "obstacle, sentence",
    [
        ("delete window.WebAssembly", "cannot run Python"),
        (
            "window.Worker = class { constructor() { throw new Error('no worker'); } }",
            "could not be fetched or started",
        ),
        ("window.Worker = class { postMessage() { this.onerror({message: 'Out of memory'}); } }", "not enough memory"),
        (
            "window.Worker = class { postMessage() { this.onerror({message: 'unsafe-eval is forbidden'}); } }",
            "forbids WebAssembly",
        ),
    ],
)
def test_without_an_engine_a_sentence_says_so_and_the_picture_stays(visit, obstacle, sentence):
    page = visit("03_one_rnn_cell.html")
    page.add_init_script(obstacle)
    page.reload()
    place = page.locator(".explorer").first
    place.get_by_role("button", name="Skip").click()
    place.locator(".engine-line").filter(has_text=sentence).wait_for()
    assert place.locator("img.stored").is_visible()


def test_half_an_engine_is_said_and_the_picture_stays(visit):
    page = visit("index.html", expected=["502", "ERR_FAILED", "Failed to load"], service_workers="block")
    page.context.route("**/engine/numpy*", lambda route: route.abort())
    page.goto(page.url.replace("index", "03_one_rnn_cell"))
    place = page.locator(".explorer").first
    place.get_by_role("button", name="Skip").click()
    place.locator(".engine-line").filter(has_text="could not be fetched or started").wait_for()
    assert place.locator("img.stored").is_visible()


def test_a_full_storage_is_said(visit):
    page = visit("03_one_rnn_cell.html")
    page.evaluate("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    place = page.locator(".your-turn")
    place.locator("textarea").fill("x = 1")
    assert "no room to keep this" in place.locator(".reply").text_content()


def test_printing_shows_the_stored_pictures_and_no_controls(visit):
    page = visit("03_one_rnn_cell.html")
    place = page.locator(".explorer").first
    open_explorer(place)
    page.emulate_media(media="print")
    assert place.locator("img.stored").is_visible() and not place.locator("canvas").is_visible()
    assert not place.locator("input").first.is_visible()


def pages_for_axe():
    return [
        "index.html",
        "glossary.html",
        "guide.html",
        "handouts/one_cell.html",
        "applications/sentiment.html",
        *(f"{lesson}.html" for lesson in LESSONS),
    ]


@pytest.mark.parametrize("name", pages_for_axe())
def test_axe_finds_nothing(visit, name):
    axe = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text()
    for width, dark in ((360, False), (1280, True)) if len(name) % 2 else ((360, True), (1280, False)):
        page = visit(name, width=width, dark=dark)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than {width} px"
        page.evaluate(axe)
        for state in ("asleep", "awake"):
            if state == "awake":
                unfold(page)
                for skip in page.locator(".explorer").get_by_role("button", name="Skip").all():
                    skip.click()
                if page.locator(".explorer").count():
                    page.locator(".explorer canvas").first.wait_for()
            found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")["violations"]
            said = [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
            assert not said, f"{name}, {width} px, dark {dark}, {state}:\n" + "\n".join(said)
        page.close()


def test_a_lesson_asks_for_python_once(visit):
    page = visit("index.html")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("index", "09_gates"))
    for place in page.locator(".explorer").all():
        open_explorer(place)
    assert len([url for url in asked if url.endswith("worker.js")]) == 1


def test_the_search_finds_a_word(visit):
    page = visit("search.html?q=perplexity")
    page.locator("#search-results li a").first.wait_for()
    assert json.dumps(page.locator("#search-results").inner_text())
