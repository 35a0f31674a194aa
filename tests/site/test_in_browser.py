"""The site in Chromium: explorers, questions and exercises, by mouse and by keyboard, with and without a network."""

import contextlib
import importlib.resources
import json
import re

import pytest
from website import explorers
from website.pages import NOTEBOOKS, Site

pytestmark = pytest.mark.browser

LESSONS = {path.stem for path in Site.lessons_of_the_course()}
OWN = {
    "forecasting": "",
    "image_captioning": "2.7.1",
    "movie_rating": "A dull film with a lovely end",
    "named_entities": "Olga went to Paris.",
    "next_word": "i have no ",
    "parts_of_speech": "Time flies like an arrow.",
    "sentiment": "A dull film with a lovely end",
    "speech_recognition": "27",
    "text_generation": "jo",
    "translation": "the man has seen two hundred and seven",
}
"""What a learner types on the page of each application; "" where there is no line to type in."""

BY_HAND = {"image_captioning": ["draw"], "speech_recognition": ["Hear", "Record"], "text_generation": ["Hear"]}
"""The pages where one can listen, speak or draw."""

APPLICATIONS = sorted(path.stem for path in NOTEBOOKS.glob("applications/*.ipynb"))
UNROLLING = "04_unrolling.html"
KEPT = "caches.open('rnn-unrolled-compiled ' + root.pathname)"
"""What is kept of Python for another visit."""


def open_explorer(place):
    """Skip the prediction, and wait for the first living picture."""
    unfold(place.page)
    place.scroll_into_view_if_needed()
    place.get_by_role("button", name="Skip").click()
    place.locator("canvas.alive").wait_for()
    until_all_is_drawn(place.page)


def until_all_is_drawn(page):
    page.wait_for_function("() => !explorers.some(each => each.busy)")


HOLD = """() => {
    const plain = Worker.prototype.postMessage, held = [];
    Worker.prototype.postMessage = function (data, moved) {
        if (data.ask === 'start') held.push(() => plain.call(this, data, moved));
        else plain.call(this, data, moved);
    };
    window.let_go = () => {
        Worker.prototype.postMessage = plain;
        for (const start of held) start();
    };
    engine.start();
    engine.replace();
}"""


@contextlib.contextmanager
def python_starts_anew(page):
    """Python is started anew, and is not ready before the block ends, however quick the machine is."""
    page.evaluate(HOLD)
    try:
        yield
    finally:
        page.evaluate("let_go()")


def wait_until(page, found):
    """Wait until a list that an event fills holds something, four minutes at most."""
    for _ in range(2400):
        if found:
            return
        page.wait_for_timeout(100)
    raise AssertionError("Nothing came within four minutes.")


def unfold(page):
    page.evaluate("for (const fold of document.querySelectorAll('details.section-fold')) fold.open = true")


def picture(place):
    return place.locator("canvas.alive").evaluate(
        "async canvas => [...new Uint8Array(await crypto.subtle.digest('SHA-256',"
        " canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data))].join()"
    )


def seen_in(place):
    return picture(place), place.locator(".sentence").text_content()


LISTEN = """place => {
    place.drawn = new Promise(done => place.addEventListener('drawn', done, {once: true}));
    const said = place.said = [];
    place.listening?.disconnect();
    place.listening = new MutationObserver(changes => {
        for (const { target } of changes) {
            const region = (target.closest ? target : target.parentElement)?.closest('[role=status], [role=alert], [aria-live], output');
            if (region?.textContent) said.push(region.textContent);
        }
    });
    place.listening.observe(document, {childList: true, characterData: true, subtree: true});
}"""
HEARD = """place => Promise.race([place.drawn, new Promise((_, fail) => setTimeout(fail, 240000, 'no new picture'))])
    .then(() => new Promise(done => setTimeout(done, 60, place.said)))"""


def after(place, act):
    """Do one thing that asks for one new picture, and wait until it is drawn. A new sentence is heard once, an old one never."""
    until_all_is_drawn(place.page)  # else a picture that was asked for before would be taken for the new one
    before = place.locator(".sentence").text_content()
    place.evaluate(LISTEN)
    act()
    heard = place.evaluate(HEARD)
    seen = seen_in(place)
    assert heard == [seen[1]] * (seen[1] != before), "a screen reader says the new sentence, once"
    return seen


def no_wider(page):
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than {width} px"


LOOKS = """() => {
    const found = new Map();
    for (const each of document.querySelectorAll('body *')) {
        const text = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!text || !each.checkVisibility({visibilityProperty: true})) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(each), look = [color, fontSize, fontWeight];
        for (let behind = each; behind; behind = behind.parentElement) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(behind);
            look.push(backgroundColor, backgroundImage, opacity);
            if (backgroundColor.startsWith('rgb(')) break;
        }
        if (!found.has(look.join())) found.set(look.join(), each);
    }
    return [...found.values()];
}"""
"""One element of each colour and size of text on each ground: to look at the contrast of all takes axe a minute."""


def axe_finds_nothing(page):
    if not page.evaluate("'axe' in window"):
        page.evaluate((importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text())
    before = page.evaluate("document.documentElement.dataset.theme")
    asked = [("document", before, "rules: {'color-contrast': {enabled: false}}")]
    asked += [(f"{{include: ({LOOKS})()}}", scheme, "runOnly: 'color-contrast'") for scheme in ("light", "dark")]
    for where, scheme, which in asked:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # else colours change slowly
        page.locator(f"html[data-theme={scheme}]").wait_for()
        found = page.evaluate(f"axe.run({where}, {{{which}, resultTypes: ['violations'], preload: false}})")[
            "violations"
        ]
        said = [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
        assert not said, f"{page.url} {page.viewport_size['width']} {scheme}:\n" + "\n".join(said)
    page.emulate_media(color_scheme=before, reduced_motion="no-preference")


def test_a_lesson_fits_a_telephone_and_axe_finds_nothing(lesson):
    no_wider(lesson)
    axe_finds_nothing(lesson)


def test_on_a_dark_page_a_picture_is_dimmed_once(lesson):
    before = lesson.evaluate("document.documentElement.dataset.theme")
    lesson.emulate_media(color_scheme="dark", reduced_motion="reduce")
    lesson.locator("html[data-theme=dark]").wait_for()
    dimmed = lesson.evaluate("""() => [...document.querySelectorAll('article figure :is(img, canvas)')].map(each => {
        let times = 0;
        for (let at = each; at; at = at.parentElement) times += getComputedStyle(at).filter !== 'none';
        return times;
    })""")
    lesson.emulate_media(color_scheme=before, reduced_motion="no-preference")
    assert set(dimmed) == {1}


def test_what_goes_on_beyond_a_telephones_edge_fades_there_and_no_longer_at_its_end(phone):
    page = phone("05_backpropagation_through_time.html")
    page.locator("article figure.goes-on").first.wait_for()
    figure = page.locator("article figure").nth(
        page.evaluate("""() => [...document.querySelectorAll('article figure')]
        .findIndex(each => each.classList.contains('goes-on'))""")
    )
    figure.evaluate("figure => { figure.scrollLeft = figure.scrollWidth; }")
    page.wait_for_function("figure => !figure.classList.contains('goes-on')", arg=figure.element_handle())


def test_every_quiz_answers_at_once_and_right_looks_different(lesson):
    lesson.set_viewport_size({"width": 1280, "height": 900})
    for number, question in enumerate(lesson.locator(".quiz").all()):
        looks, right_one = set(), question.locator("details li[data-right]").get_attribute("data-answer")
        reply = question.get_by_role("status")
        for button in question.locator(".choices button").all():
            button.press("Enter") if not number else button.evaluate("button => button.click()")
            right = button.text_content() == right_one
            assert reply.inner_text().startswith("✓ Right. " if right else "✗ Not quite. ")
            looks.add((right, reply.get_attribute("class"), button.get_attribute("class")))
        assert len(looks) == 2


def test_every_explorer_wakes_and_answers_every_control(lesson):
    places = lesson.locator(".explorer").all()
    assert places
    for place in places:
        open_explorer(place)
        assert seen_in(place)[1] in place.locator("img.stored").get_attribute("alt"), (
            "the living picture begins as the stored one"
        )
        answers_every_control(place)
        assert not place.locator(USED_BY_HAND).count(), "they are tried on the applications' pages only"


USED_BY_HAND = ".controls :is(audio, output, canvas)"
"""Controls that a test of their own uses: a sound, the microphone, and a field to draw in."""


def answers_every_control(place):
    """Each by the keyboard, in the order of the page: sliders to both ends and to a value between them, text boxes by letters,
    menus by arrows. Each goes back to where it was.
    """
    for part in place.locator(".controls").locator("input:not([type=number]), select").all():
        kind, start, first = part.evaluate("part => part.type"), part.input_value(), seen_in(place)
        label = part.evaluate("part => part.labels[0].textContent")
        part.focus()
        if kind == "range":
            ends = away(part)
            keys = [*ends, "ArrowRight" if ends[-1] == "Home" else "ArrowLeft"]
            seen = {after(place, lambda part=part, key=key: part.press(key)) for key in keys}
            box = place.get_by_label(f"{label}, number", exact=True)
            assert after(place, lambda box=box, start=start: box.fill(start)) == first and part.input_value() == start
        elif kind == "text":
            part.press("End")
            seen = {after(place, lambda part=part, key=key: part.press(key)) for key in (" ", "a")}
            assert part.input_value() == f"{start} a"
            seen |= {after(place, lambda part=part: part.press("Backspace")) for _ in range(2)}
            assert seen_in(place) == first
        else:
            there, back = ("ArrowDown", "ArrowUp")[:: -1 if part.evaluate("menu => menu.selectedIndex") else 1]
            seen = {after(place, lambda part=part, key=there: part.press(key))}
            after(place, lambda part=part, key=back: part.press(key))
        assert seen - {first} or kind == "text", label
        assert "No picture for these settings" not in place.inner_text(), label
    for button in place.locator(".controls [role=group] button").all():
        if button.get_attribute("aria-pressed") == "false":
            before = seen_in(place)
            assert after(place, lambda button=button: button.press("Enter")) != before
    tries_examples(place)
    plays(place)
    assert place.get_by_role("alert").count() == 0


def tries_examples(place):
    """Press each of the texts that are offered."""
    for example in place.locator(".control-row", has_text="or try:").get_by_role("button").all():
        after(place, lambda example=example: example.press("Enter"))
        assert place.locator("input[type=text] >> nth=0").input_value() == example.text_content()


def plays(place):
    """Let a slider that has "Play" run to its end, where it stops by itself, and begin anew."""
    for row in place.locator(".control-row:has(.play)").all():
        slider, button = row.locator("input[type=range]"), row.locator(".play")
        slider.press("End")
        slider.press("ArrowLeft")
        button.evaluate(
            "button => { button.said = [];"
            " new MutationObserver(() => button.said.push(button.textContent)).observe(button, {childList: true}); }"
        )
        button.press("Enter")
        place.page.wait_for_function("button => button.said.length === 2", arg=button.element_handle())
        assert button.evaluate("button => button.said") == ["Pause", "Play"]
        low, high = slider.get_attribute("min"), slider.get_attribute("max")
        assert slider.input_value() == row.locator("input[type=number]").input_value() == high
        button.evaluate("button => { button.click(); button.click(); }")  # before it goes on by itself
        assert button.text_content() == "Play" and slider.input_value() == low
        until_all_is_drawn(place.page)


def test_what_tells_the_answer_opens_with_the_answer(lesson):
    """The explorers were answered by the test above; now the hidden outputs are shown."""
    lesson.evaluate("for (const fold of document.querySelectorAll('details.section-fold')) fold.open = true")
    folds = lesson.locator("details.told")
    assert folds.filter(has_text="what to notice").first.get_attribute("open") is not None
    lesson.evaluate("for (const fold of document.querySelectorAll('details.below-input')) fold.open = true")
    lesson.locator("details.told:not([open])").first.wait_for(state="detached")


def test_printing_shows_the_stored_pictures_and_no_controls(lesson):
    place = lesson.locator(".explorer").first
    open_explorer(place)
    place.locator(".sentence").evaluate("sentence => { sentence.textContent = 'It was moved.'; }")
    lesson.emulate_media(media="print")
    assert place.locator("img.stored").is_visible() and not place.locator("canvas.alive").is_visible()
    assert place.locator(".on-paper").inner_text() in place.locator("img.stored").get_attribute("alt")
    assert not place.get_by_text("It was moved.").is_visible()
    looks = lesson.evaluate(
        "() => { const look = document.documentElement.dataset, screen = look.theme; look.theme = 'dark';"
        " return [...['beforeprint', 'afterprint'].map(when => { dispatchEvent(new Event(when)); return look.theme; }),"
        " look.theme = screen]; }"
    )
    assert looks[:2] == ["light", "dark"], "paper is white"
    assert not place.locator("input").first.is_visible()
    unfold(lesson)
    assert lesson.locator("article button").count() and not lesson.locator("article button:visible").count()
    lesson.emulate_media(media="screen")
    assert place.locator("canvas.alive").is_visible()


def test_all_explorers_of_a_lesson_share_one_python(lesson):
    for place in lesson.locator(".explorer").all():
        open_explorer(place)
    assert len([address for address in lesson.asked if address.endswith("worker.js")]) == 1


def away(slider):
    """Return the keys that move a slider to each of its ends, the farther end last."""
    value, low, high = (float(slider.evaluate(f"slider => slider.{name}")) for name in ("value", "min", "max"))
    ends = sorted([(value - low, "Home"), (high - value, "End")])
    return [key for far, key in ends if far]


def test_every_exercise_is_done_in_the_page(lesson):
    does_the_exercise(lesson)


def does_the_exercise(page):
    unfold(page)
    for place in page.locator(".your-turn").all():
        code, run, reply = place.locator("textarea"), place.get_by_role("button", name="Run"), place.locator(".reply")
        place.scroll_into_view_if_needed()
        run.click()
        reply.filter(has_text="has no body yet").wait_for()
        solution = page.locator("details", has_text="Solution, and why").locator(".highlight pre")
        assert solution.count() == 1
        right = solution.text_content()
        code.fill(re.sub(r"\n    return ", "\n    return 0 * ", right))
        run.press("Enter")
        reply.filter(has_text=re.compile("^Not yet: ")).wait_for()
        assert "wrong" in reply.get_attribute("class")
        code.fill(right)
        code.press("Control+Enter")
        reply.filter(has_text=re.compile("^Right")).wait_for()
        assert "right" in reply.get_attribute("class")


def test_a_code_cell_is_edited_and_run_and_those_above_with_it(lesson):
    cells = lesson.locator(".cell.tag_runs")
    if not cells.count():
        return
    unfold(lesson)
    stored = ".cell_output .highlight pre"
    place = cells.filter(has=lesson.locator(stored)).nth(2)
    run, reply = place.get_by_role("button", name="Run", exact=True), place.locator(".reply")
    said = place.locator(stored).text_content()
    place.get_by_role("button", name="Edit and run").press("Enter")
    code = place.locator("textarea")
    run.press("Enter")
    reply.filter(has_text="Done.").wait_for()
    assert place.locator(".cell_output > pre").text_content() == said and not place.locator(stored).is_visible()
    begin = code.input_value()
    code.fill("print('mine')\n1 / 0")
    code.press("Control+Enter")
    reply.filter(has_text="ZeroDivisionError: division by zero, in line 2.").wait_for()
    assert place.locator(".cell_output > pre").text_content() == "mine\n"
    place.get_by_role("button", name="Run all above").click()
    reply.filter(has_text="cells above ran.").wait_for()
    place.get_by_role("button", name="Start again").click()
    assert code.input_value() == begin and place.locator(stored).is_visible()


NEXT_BY_TAB = """() => {
    const now = document.activeElement;
    if (now === document.body) return null;
    now.times_reached = (now.times_reached || 0) + 1;
    const look = getComputedStyle(now), box = now.getBoundingClientRect();
    return {
        shown: now.outerHTML.slice(0, 120),
        times: now.times_reached,
        ringed: (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== 'none',
        inView: box.bottom > 0 && box.top < innerHeight,
        is: TURNS.find(kind => now.matches(kind)) ?? null,
    };
}"""
NEVER_REACHED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(each => each.tabIndex >= 0 && !each.disabled && !each.times_reached && each.checkVisibility({visibilityProperty: true}))
    .map(each => each.outerHTML.slice(0, 120))"""


def test_the_keyboard_alone_does_a_whole_lesson(visit):
    """Tab from the top of the page to its end, and do what there is to do where it stops."""
    page = visit("02_tokens_and_one_hot_vectors.html", reduced_motion="reduce")  # what slides in is there at once
    keys, solution = page.keyboard, page.locator("details", has_text="Solution, and why").locator(".highlight pre")
    now, here = page.locator(":focus"), page.locator(".explorer:focus-within")

    def predict():
        keys.press("Enter")
        here.locator("canvas.alive").wait_for()

    def move():
        after(here, lambda: keys.press(away(now)[-1]))

    def write():
        keys.press("Control+A")
        keys.insert_text(solution.text_content())
        keys.press("Space")
        keys.press("Tab")
        assert now.input_value().endswith("     "), "Tab indents what is being written"
        keys.press("Escape")

    turns = {
        ".explorer .question .choices > :first-child": predict,
        ".explorer input[type=range]": move,
        ".quiz .choices > :first-child": lambda: keys.press("Enter"),
        "summary": lambda: keys.press("Enter"),
        ".your-turn textarea": write,
        ".your-turn .run": lambda: keys.press("Enter"),
    }
    for _ in range(1000):
        keys.press("Tab")
        stop = page.evaluate(NEXT_BY_TAB.replace("TURNS", json.dumps(list(turns))))
        if stop is None or stop["times"] > 1:
            break
        assert stop["ringed"] and stop["inView"], stop
        if stop["is"]:
            turns[stop["is"]]()
    assert page.evaluate(NEVER_REACHED) == []
    page.locator(".your-turn .reply", has_text="Right").wait_for()
    for kind, done in {".explorer": "canvas.alive", ".quiz": ".reply.right, .reply.wrong"}.items():
        assert page.locator(kind).count() == page.locator(f"{kind} :is({done})").count() > 0


BEFORE_THE_CURVE_COMES = """button => {
    engine.ask = (what, data) => {
        const answer = Engine.prototype.ask.call(engine, what, data);
        if (what === 'curve') {
            delete engine.ask;
            button.click();
        }
        return answer;
    };
}"""
"""Press a button while the picture of the curve is on its way."""


def test_a_network_learns_the_readers_text_pauses_and_writes(lesson):
    place = lesson.locator(".writer")
    if not place.count():
        return
    reply, button = place.locator("> .reply"), lambda name: place.get_by_role("button", name=name, exact=True)
    button("Train").click()
    reply.filter(has_text="This text has 0 characters").wait_for()
    button("Take Shakespeare’s sonnets").press("Enter")
    reply.filter(has_text="These are 138 sonnets.").wait_for()
    assert len(place.get_by_label("Your text").input_value()) > 80_000
    place.get_by_label("Your text").fill("naïve 日本 — ja, ja. " * 40)
    button("Train").click()
    place.locator(".samples p", has_text="After 50 updates").wait_for()
    button("Pause").click()
    reply.filter(has_text="Paused.").wait_for()
    paused = place.locator("> .engine-line").text_content()
    place.get_by_label("Beginning").fill("ja Ω")
    heat = place.get_by_label("Temperature")
    heat.press("Home")
    assert place.locator("output").text_content() == "0"
    button("Write").click()
    coldest = place.locator(".written").filter(has_text=re.compile("^ja ")).text_content()
    button("Write").click()
    place.locator("button:disabled", has_text="Write").wait_for(state="detached")
    assert place.locator(".written").text_content() == coldest, "without chance it writes the same again"
    assert "does not have it: Ω" in place.inner_text() and place.locator("canvas").is_visible()
    button("Continue").click()
    place.locator("> .engine-line").filter(has_not_text=paused).wait_for()
    button("Start again").click()
    assert button("Train").is_visible() and place.locator(".samples p").count() == 0
    place.locator("button", has_text="Start again").evaluate(BEFORE_THE_CURVE_COMES)  # it is hidden until then
    button("Train").click()
    lesson.wait_for_function("() => !Object.hasOwn(engine, 'ask')")
    lesson.evaluate("engine.ask('curve', {sharp: 1}).then(() => null)")  # is answered after the one before
    assert button("Train").is_visible() and not place.locator("canvas").is_visible()
    yours = lesson.locator(".your-turn")
    for act in ("Write", "Continue"):
        button("Train").click()
        place.locator(".samples p").first.wait_for()
        button("Pause").click()
        reply.filter(has_text="Paused.").wait_for()
        starts_python_anew(yours)
        button(act).click()
        reply.filter(has_text="Python was started anew, and the network is gone with it.").wait_for()
        assert place.get_by_label("Your text").input_value() and not button("Write").is_visible()
    with python_starts_anew(lesson):
        button("Train").click()
        button("Pause").click()
    lesson.evaluate("engine.start()")
    assert button("Train").is_visible() and not place.locator(".samples p").count() and reply.text_content() == ""


def starts_python_anew(place):
    """Stop an endless loop in "Your turn"."""
    code, run = place.locator("textarea"), place.locator("button.run")
    code.fill("while True:\n    pass")
    run.click()
    run.filter(has_text="Stop").click()
    place.locator(".reply").filter(has_text="You stopped it.").wait_for()


def test_axe_finds_nothing_when_a_lesson_is_awake(lesson):
    unfold(lesson)
    for skip in lesson.locator(".explorer").get_by_role("button", name="Skip").all():
        skip.click()
    lesson.locator(".explorer:not(:has(canvas.alive))").first.wait_for(state="detached")
    lesson.set_viewport_size({"width": 360, "height": 900})
    no_wider(lesson)
    axe_finds_nothing(lesson)
    lesson.emulate_media(reduced_motion="reduce")
    assert nothing_moves(lesson)
    lesson.emulate_media(reduced_motion="no-preference")


@pytest.mark.parametrize("name", sorted(OWN))
def test_the_trained_network_of_an_application_answers(phone, name):
    page = phone(f"applications/{name}.html")
    if name == "parts_of_speech" and not explorers.has_brown():
        assert page.locator("article figure img").count(), "its stored pictures stay"
        return
    places, by_hand = page.locator(".explorer").all(), []
    assert places
    for place in places:
        open_explorer(place)
        first = seen_in(place)
        assert first[1] in place.locator("img.stored").get_attribute("alt"), "it answers as the notebook's network did"
        if OWN[name]:
            line = place.locator(".controls input[type=text]")
            answered = after(place, lambda line=line: line.fill(OWN[name]))
            assert answered[0] != first[0] and answered[1] != first[1]
        answers_every_control(place)
        if (listen := place.locator(".controls").get_by_role("button", name="Hear")).count():
            by_hand.append("Hear")
            listen.click()
            place.locator("audio[src^='blob:']").wait_for()
        if place.get_by_role("button", name="Record").count():
            by_hand.append("Record")
            records_and_clears(place)
        if place.locator("canvas.drawing").count():
            by_hand.append("draw")
            draws_and_clears(place)
        assert "No picture for these settings" not in place.inner_text()
    assert by_hand == BY_HAND.get(name, [])
    no_wider(page)
    axe_finds_nothing(page)


def test_who_presses_hear_while_python_starts_hears_the_sound(visit):
    page = visit("applications/text_generation.html")
    place = page.locator(".explorer").filter(has=page.locator("audio"))
    with python_starts_anew(page):
        place.get_by_role("button", name="Skip").click()
        place.locator(".controls").get_by_role("button", name="Hear").click()
    place.locator("audio[src^='blob:']").wait_for()


NO_HURRY = """() => {
    const plain = setTimeout;
    window.setTimeout = (act, after, ...given) => plain(act, after === 4000 ? 240000 : after, ...given);
}"""
"""Let a recording end only when it is stopped: a slow machine may need longer than its four seconds to press Stop."""


def records_and_clears(place):
    """Chromium's own sounds stand for the reader's voice."""
    place.evaluate(NO_HURRY)
    button, clear, said = (
        place.get_by_role("button", name="Record"),
        place.get_by_role("button", name="Clear"),
        place.locator("output"),
    )
    before = seen_in(place)
    button.press("Enter")
    stop = place.get_by_role("button", name="Stop")
    stop.wait_for()
    assert said.text_content() == "Recording, at most 4 seconds …"
    place.page.wait_for_timeout(1200)
    recorded = after(place, lambda: stop.press("Enter"))
    assert recorded[1].startswith("In your recording it hears ") and recorded != before
    button.wait_for()
    assert said.text_content() == ""
    assert after(place, lambda: clear.press("Enter")) == before and not clear.is_visible()
    place.evaluate("() => { Blob.prototype.arrayBuffer = async () => new ArrayBuffer(8); }")  # no sound at all
    button.click()
    stop.click()
    said.filter(has_text="There is no sound in that recording.").wait_for()
    button.wait_for()
    assert seen_in(place) == before
    place.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); }; }"
    )
    button.click()
    said.filter(has_text="The microphone is not allowed here.").wait_for()
    place.evaluate("() => { Object.defineProperty(window, 'isSecureContext', {value: false}); }")
    button.click()
    said.filter(has_text="begins with https").wait_for()


def draws_and_clears(place):
    """Draw a one with a mouse, and another one beside it with a finger."""
    page, field, clear = place.page, place.locator("canvas.drawing"), place.get_by_role("button", name="Clear")
    line = place.locator("input[type=text]")
    if line.input_value():
        after(place, lambda: line.fill(""))
    field.scroll_into_view_if_needed()
    box, empty = field.bounding_box(), seen_in(place)

    def at(place_of_five, down):
        return box["x"] + (place_of_five + 0.5) * box["width"] / 5, box["y"] + down * box["height"]

    page.mouse.move(*at(1, 0.15))
    page.mouse.down()
    one = after(place, lambda: page.mouse.move(*at(1, 0.85)))
    page.mouse.up()
    assert one[0] != empty[0] and "There is 1 digit." in one[1]
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", at(3, 0.15))
    two = after(place, lambda: touch("touchMove", at(3, 0.85)))
    touch("touchEnd")
    assert two[0] != one[0] and "There are 2 digits." in two[1]
    assert after(place, lambda: clear.press("Enter"))[1] == empty[1]


WAYS_OUT = """
import sys
def of_module():
    del sys.modules["js"]
    import js
    return js
def of_finder():
    from _pyodide._importhook import jsfinder
    return jsfinder.jsproxies["js"]
def of_eval():
    from pyodide.code import run_js
    return run_js("fetch('http://127.0.0.2/')")
def of_constructor():
    from pyodide.webloop import scheduleCallback
    return scheduleCallback.constructor("return self")()
def of_memory():
    import gc
    from pyodide.ffi import JsProxy
    modules = [each for module in list(sys.modules.values()) for each in list(getattr(module, "__dict__", {}).values())]
    proxies = [each for each in [*gc.get_objects(), *modules] if isinstance(each, JsProxy)]
    assert proxies
    for proxy in proxies:
        for name in ("fetch", "caches", "storage", "indexedDB", "importScripts", "locks", "postMessage"):
            if getattr(proxy, name, None):
                return proxy, name
        try:
            return proxy.constructor("return self")()
        except Exception:
            pass
    raise LookupError
for way in (of_module, of_finder, of_eval, of_constructor, of_memory):
    try:
        print("It is open:", way())
    except BaseException as error:
        print(way.__name__, type(error).__name__)
"""
"""What a learner could try in order to reach the browser."""


PYTHON_BREAKS = ("fatal error", "memory access out of bounds", "Stack (most recent call first)", '  File "')


def without_room(route):
    """Give a Pyodide that finds no memory for a copy of its memory."""
    less = """
      const plainLoad = loadPyodide;
      loadPyodide = async (options) => Object.assign(await plainLoad(options), {
        makeMemorySnapshot() { throw new RangeError("Array buffer allocation failed"); },
      });
    """
    route.fulfill(body=route.fetch().text() + less, content_type="text/javascript")


def test_wrong_endless_stopped_and_kept(visit):
    page = visit(UNROLLING, expected=["Content Security Policy", *PYTHON_BREAKS])
    place = page.locator(".your-turn")
    code, run, reply = place.locator("textarea"), place.locator("button.run"), place.locator(".reply")
    place.scroll_into_view_if_needed()
    with python_starts_anew(page):
        run.click()
        place.get_by_role("button", name="Stop").click()
        reply.filter(has_text="You stopped it.").wait_for()
    code.fill(f"{WAYS_OUT}def last_real_state(h, lengths):\n    return h[:, -1]")
    run.click()
    reply.filter(has_text="Not yet: ").wait_for()
    assert "wrong" in reply.get_attribute("class")
    assert place.locator(".printed").text_content().splitlines() == [
        "of_module ModuleNotFoundError",
        "of_finder KeyError",
        "of_eval ModuleNotFoundError",
        "of_constructor JsException",
        "of_memory LookupError",
    ]
    open_explorer(page.locator(".explorer").first)
    page.wait_for_timeout(500)
    kept = page.evaluate(f"async () => (await (await {KEPT}).keys()).map(each => each.url)")
    assert not kept, "once a learner's code has run, nothing is kept for another visit"
    page.context.route("**/pyodide.js", without_room)
    code.fill("def last_real_state(h, lengths):\n    while True:\n        pass")
    run.click()
    reply.filter(has_text="does not come to an end").wait_for()
    code.fill("while True:\n    pass\ndef last_real_state(h, lengths):\n    pass")
    run.click()
    page.wait_for_timeout(500)
    place.get_by_role("button", name="Stop").click()
    reply.filter(has_text="You stopped it.").wait_for()
    open_explorer(page.locator(".explorer").nth(1))  # by a new worker
    code.fill("import ctypes\nctypes.string_at(2**32 - 9, 8)")  # ends Python itself
    run.click()
    reply.filter(has_text="Python broke off, perhaps because there was not enough memory.").wait_for()
    moved = page.locator(".explorer").nth(1)
    assert moved.locator("canvas.alive").is_visible()
    after(moved, lambda: moved.locator("input[type=range]").first.press("ArrowLeft"))
    code.fill("import js")
    run.click()
    reply.filter(has_text="There is no js in this page").wait_for()
    page.reload()
    assert code.input_value() == "import js"
    page.evaluate("engine.start()")
    code.fill("while True:\n    pass")
    run.click()
    place.get_by_role("button", name="Start again").click()
    run.filter(has_text="Run").wait_for()
    assert reply.text_content() == "", "what ran is ended, and nothing of it is shown below other code"
    assert "raise NotImplementedError" in code.input_value()
    page.evaluate("engine.start()")  # else its file may still be on its way through `without_room` when the page closes


def test_one_code_runs_at_a_time_and_when_it_is_stopped_nothing_else_is_lost(visit):
    page, no_network = visit(UNROLLING, expected=["ERR_FAILED", "Failed to fetch"]), lambda route: route.abort()
    place, yours = page.locator(".explorer").first, page.locator(".your-turn")
    cell = page.locator(".cell.tag_runs").filter(has_text="data.movie_reviews()")
    code, run, reply = cell.locator("textarea"), cell.locator("button.run"), cell.locator(".reply")
    open_explorer(place)
    cell.get_by_role("button", name="Edit and run").click()
    page.context.route("**/data-*", no_network)
    run.click()
    reply.filter(has_text="could not be fetched. Are you connected").wait_for()
    page.context.unroute("**/data-*", no_network)
    held, hold = [], lambda route: held.append(route)
    page.context.route("**/data-*", hold)
    run.click()
    wait_until(page, held)
    run.click()
    run.filter(has_text="Run").wait_for()
    held[0].continue_()  # to a Python that has been stopped
    assert reply.text_content() == "You stopped it."
    page.context.unroute("**/data-*", hold)
    page.evaluate("for (const cell of code_cells) cell.seconds = 3")
    code.fill("while True:\n    pass")
    run.click()
    yours.locator("button.run").click()
    yours.locator(".reply").filter(has_text="Other code on this page is running.").wait_for()
    slider = place.locator("input[type=range]").first
    first = seen_in(place)
    slider.press(away(slider)[-1])
    reply.filter(has_text="It did not come to an end within 3 seconds").wait_for()
    place.locator(".sentence", has_not_text=first[1]).wait_for()  # by a new Python
    assert picture(place) != first[0]
    does_the_exercise(page)


def test_a_second_visit_works_without_a_network_and_without_what_python_kept(visit):
    page = visit(UNROLLING, expected=["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch"], offline=True)
    other = "rnn-unrolled /another/copy/ 1"
    page.evaluate("name => caches.open(name)", other)
    open_explorer(page.locator(".explorer").first)
    further_down, kept = page.locator("img[loading=lazy]").last.get_attribute("src"), []
    for _ in range(480):
        kept = page.evaluate(
            "async () => { const kept = []; for (const name of await caches.keys())"
            " kept.push(...(await (await caches.open(name)).keys()).map(each => each.url)); return kept; }"
        )
        if all(
            any(part in url for url in kept)
            for part in (
                ".wasm",
                "packages-",
                "/modules-",
                "lock.json",
                "glossary.html",
                further_down,
                "data-",
                "/memory?",
                "/compiled?",
            )
        ):
            break
        page.wait_for_timeout(500)
    else:
        raise AssertionError(f"the engine is not kept: {kept}")
    page.evaluate(
        f"async () => {{ const cache = await {KEPT};"
        " for (const each of await cache.keys()) if (each.url.includes('/memory?'))"
        " await cache.put(each, new Response(new Uint8Array(1 << 25), {headers: {size: 1 << 25}})); }"
    )
    assert other in page.evaluate("caches.keys()"), "what another copy of the site keeps on this host stays"
    page.context.set_offline(True)
    assert not page.evaluate("fetch('sw.js?' + Math.random()).then(() => true, () => false)"), "there is no network"
    page.reload()
    open_explorer(page.locator(".explorer").first)
    page.goto(page.url.replace("04_unrolling", "glossary"))
    assert "Glossary" in page.title()


def test_a_link_to_a_section_opens_there(visit):
    page = visit(f"{UNROLLING}#pytorch-s-loop")
    heading = page.locator("h2", has_text="PyTorch").element_handle()
    page.wait_for_function("heading => heading.getBoundingClientRect().top < 900", arg=heading)


@pytest.mark.parametrize("old", [False, True])
def test_without_scripts_or_in_an_older_browser_everything_can_be_read(visit, old):
    later = ["too old", "before initialization", "is not defined"]
    page = visit("guide.html", java_script_enabled=old, expected=later)
    page.add_init_script("CSS.supports = () => false")
    page.goto(page.url.replace("guide.html", UNROLLING))
    assert not page.locator(".explorer button, .quiz button, .code-cell").count()
    for place in page.locator(".explorer").all():
        assert place.locator("img").is_visible() and place.locator(".question ul").is_visible()
        assert place.locator(".only-text").is_visible()
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
    ],
)
def test_without_an_engine_a_sentence_says_so_and_the_picture_stays(visit, obstacle, sentence):
    page = visit("03_one_rnn_cell.html")
    page.add_init_script(obstacle)
    page.reload()
    place = page.locator(".explorer").first
    place.get_by_role("button", name="Skip").click()
    place.locator(".engine-line[role=status]").filter(has_text=sentence).wait_for()
    assert place.locator("img.stored").is_visible()


def forbidding(route):
    whole = route.fetch()
    route.fulfill(response=whole, body=whole.text().replace(" 'wasm-unsafe-eval'", ""))


def without_memory(route):
    fails = "WebAssembly.Memory = class { constructor() { throw new RangeError('could not allocate memory'); } };"
    route.fulfill(body=fails + route.fetch().text(), content_type="text/javascript")


@pytest.mark.parametrize(
    "where, change, sentence",
    [
        ("03_one_rnn_cell.html", forbidding, "forbids WebAssembly"),
        ("pyodide.js", without_memory, "not enough memory"),
    ],
)
def test_where_webassembly_is_forbidden_or_finds_no_memory_a_sentence_says_so(visit, where, change, sentence):
    page = visit("_static/site.css", expected=["Content Security Policy", "wasm instantiation failed", "CompileError"])
    page.context.route(f"**/{where}", change)
    page.goto(page.url.replace("_static/site.css", "03_one_rnn_cell.html"))
    place = page.locator(".explorer").first
    place.get_by_role("button", name="Skip").click()
    place.locator(".engine-line[role=status]").filter(has_text=sentence).wait_for()
    assert place.locator("img.stored").is_visible()


def half(route):
    whole = route.fetch()
    route.fulfill(response=whole, body=whole.body()[: len(whole.body()) // 2])


@pytest.mark.parametrize("missing, what", [("packages-*", "nothing"), ("*.wasm", "half"), ("worker.js", "nothing")])
def test_half_an_engine_is_said_and_the_picture_stays(visit, missing, what):
    page = visit(
        "index.html",
        expected=["ERR_FAILED", "Failed to fetch", "wasm instantiation failed", "CompileError", "failed to load"],
    )
    page.context.route(f"**/{missing}", lambda route: route.abort() if what == "nothing" else half(route))
    page.goto(page.url.replace("index", "03_one_rnn_cell"))
    page.wait_for_timeout(500)  # what is fetched early has failed
    place = page.locator(".explorer").first
    place.get_by_role("button", name="Skip").click()
    place.locator(".engine-line").filter(has_text="could not be fetched or started").wait_for()
    assert place.locator("img.stored").is_visible()


def test_what_could_not_be_fetched_early_is_fetched_when_it_is_needed(visit):
    page = visit("_static/site.css", expected=["ERR_FAILED", "Failed to fetch"])
    page.add_init_script(
        "IntersectionObserver = class { observe() {} disconnect() {} }"
    )  # Python starts only when it is asked for
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.context.route("**/packages-*", lambda route: route.abort(), times=1)
    page.goto(page.url.replace("_static/site.css", "03_one_rnn_cell.html"))
    wait_until(page, failed)
    open_explorer(page.locator(".explorer").first)


def test_who_saves_data_fetches_only_what_is_shown_or_touched(visit):
    page = visit("_static/site.css", offline=True)
    page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', {value: true})")
    page.goto(page.url.replace("_static/site.css", "03_one_rnn_cell.html"), wait_until="networkidle")
    assert not page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length")
    assert not [url for url in page.asked if "/engine-" in url or url.endswith("worker.js")]


def test_any_host_will_do_for_the_first_slider_and_the_exercise(visit_there):
    page = visit_there("01_why_a_fixed_network_fails.html")
    place = page.locator(".explorer").first
    open_explorer(place)
    first, slider = picture(place), place.locator("input[type=range]").first
    assert after(place, lambda: slider.press(away(slider)[-1]))[0] != first
    does_the_exercise(page)


def test_a_page_lives_where_the_browser_has_no_room_to_keep_it(visit):
    page = visit("_static/site.css", offline=True)
    here = {"origin": "/".join(page.url.split("/")[:3]), "quotaSize": 1000}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", here)
    page.goto(page.url.replace("_static/site.css", "03_one_rnn_cell.html"))
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    open_explorer(page.locator(".explorer").first)
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    assert not page.evaluate(f"async () => (await (await {KEPT}).keys()).length"), "there was no room"


def test_a_full_storage_is_said(visit):
    page = visit("03_one_rnn_cell.html")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    place = page.locator(".your-turn")
    place.locator("textarea").fill("x = 1")
    assert "no room to keep this" in place.locator(".reply").text_content()


@pytest.mark.parametrize("folder", [".", "applications", "board", "handouts"])
def test_axe_finds_nothing_on_the_other_pages_and_none_is_wider_than_a_telephone(visit, built, folder):
    page = visit("index.html", width=360)
    start = page.url.removesuffix("index.html")
    names = [path.relative_to(built).as_posix() for path in sorted((built / folder).glob("*.html"))]
    assert names
    for name in names:
        if name.removesuffix(".html") not in LESSONS:
            page.goto(start + name)
            no_wider(page)
            axe_finds_nothing(page)


def nothing_moves(page):
    return not page.evaluate(
        "[...document.querySelectorAll('*')].filter(each => { const look = getComputedStyle(each);"
        " return look.animationName !== 'none' || parseFloat(look.transitionDuration) || look.scrollBehavior === 'smooth'; }).length"
    )


def test_nothing_moves_for_who_asks_for_less_of_it(visit):
    assert nothing_moves(visit("index.html", reduced_motion="reduce"))


def test_the_search_finds_a_word(visit):
    page = visit("search.html?q=perplexity")
    page.locator("#search-results li a").first.wait_for()
