"""Checks of a notebook in the browser. Each returns a list of complaints, empty if nothing is wrong."""

import re

import pytest
from lab import WINDOW
from playwright.sync_api import TimeoutError as TooSlow
from reading_minutes import core

ON_A_LAPTOP = 500  # pixels for controls and picture; a window of 1366 x 768 has 529
NARROW = (800, 640)
TYPED = ("", "An unusually long sentence, typed to the end of the line " * 3, "Ça n’était pas 100 % «bon» 🙂 !")

TAG_EXPLORERS = """() => {
    document.querySelectorAll('.jp-OutputArea-output [role=status]').forEach((status, number) => {
        status.closest('.widget-html').parentElement.dataset.explorer = number + 1;
    });
    return document.querySelectorAll('[data-explorer]').length;
}"""
TAG_QUESTIONS = """() => {
    let number = 0;
    for (const row of document.querySelectorAll('.jp-OutputArea-output .widget-hbox')) {
        const reply = row.nextElementSibling;
        if (reply?.matches('.widget-html') && [...row.children].every(child => child.matches('.widget-button'))) {
            row.dataset.question = reply.dataset.reply = ++number;
        }
    }
    return number;
}"""
ANSWERED = """([number, button]) => button.matches('.mod-success, .mod-warning, .mod-info')
    && document.querySelector(`[data-reply='${number}'] [role=alert]`)?.innerText.trim()"""
STATE = """explorer => [
    explorer.querySelector('img')?.src ?? '',
    explorer.querySelector('[role=status]')?.textContent ?? '',
]"""
CUT_OFF = """([places, wide]) => {
    const found = [];
    // the hidden text that MathJax adds for screen readers may be wider than the formula, but is never cut off
    const seen = document.head.appendChild(document.createElement('style'));
    seen.textContent = 'mjx-assistive-mml { display: none !important; }';
    const say = (node, what) => found.push(
        `${what}: <${node.localName}> ${(node.alt || node.textContent || '').trim().slice(0, 60)}`);
    const pen = document.createElement('canvas').getContext('2d');
    for (const area of document.querySelectorAll(places)) {
        const edge = area.getBoundingClientRect().right + 1;
        for (const node of [area, ...area.querySelectorAll('*')]) {
            if (!node.clientWidth || node.matches('input, textarea, mjx-container *')) continue;
            const style = getComputedStyle(node);
            if (node.scrollWidth > node.clientWidth + 1 && style.overflowX !== 'visible') {
                say(node, 'cut off');
            } else if (node.localName === 'img' && node.getBoundingClientRect().right > edge) {
                say(node, 'wider than its place');
            } else if (wide && node.localName === 'select') {
                pen.font = style.font;
                for (const option of node.options) {
                    if (pen.measureText(option.text).width > node.clientWidth - 28) say(option, 'too long for its list');
                }
            }
        }
    }
    // a formula's size depends on the font of the text around it, so each needs some room to spare
    for (const formula of wide ? document.querySelectorAll('.jp-Notebook mjx-container[display=true]') : []) {
        const parts = [...formula.querySelectorAll('mjx-math, mjx-mrow, mjx-itable')];
        const width = Math.max(...parts.map(part => part.getBoundingClientRect().width));
        if (width > 0.95 * formula.clientWidth) say(formula, 'a formula that leaves less than 5 % of its line');
    }
    seen.remove();
    return found;
}"""
HEIGHTS = """() => [...document.querySelectorAll('.jp-OutputArea-output [role=status]')]
    .map(status => status.closest('.widget-html'))
    .filter(view => view.checkVisibility())
    .map((view, number) => [
        `explorer ${number + 1}`,
        Math.round(view.querySelector('img').getBoundingClientRect().bottom - view.parentElement.getBoundingClientRect().top),
    ])"""
SMALL_SLIDERS = """() => [...document.querySelectorAll('.jp-OutputArea-output .noUi-target')]
    .filter(slider => slider.checkVisibility() && slider.clientWidth < 80)
    .map(slider => `a slider of ${slider.clientWidth} pixels`)"""
UNREADABLE = """() => {
    const parse = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const below = node => {
        for (let at = node; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0.5) return light(colour);
        }
        return 1;
    };
    const places = 'p, label, button, input, select, summary, li';
    return [...document.querySelectorAll('.jp-OutputArea-output')]
        .flatMap(output => [...output.querySelectorAll(places)])
        .filter(node => node.checkVisibility() && (node.innerText || node.value || '').trim())
        .map(node => {
            const [one, other] = [light(parse(getComputedStyle(node).color)), below(node)];
            return [node, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
        })
        .filter(([, contrast]) => contrast < 4.5)
        .map(([node, contrast]) => `contrast ${contrast.toFixed(1)}: <${node.localName}> ${node.innerText || node.value}`);
}"""
NO_ALT = """() => [...document.querySelectorAll('.jp-OutputArea-output img, .jp-RenderedMarkdown img')]
    .filter(img => ['', 'Image'].includes(img.alt.trim()))  // JupyterLab writes "Image" where there is none
    .map(img => `a picture without alt text: ${img.outerHTML.slice(0, 80)}`)"""
LONE_SLIDERS = """() => [...document.querySelectorAll('.jp-OutputArea-output [role=slider]')]
    .filter(slider => {
        const box = slider.closest('.widget-hbox')?.querySelector('input[type=number]');
        return !slider.ariaLabel && !box?.labels[0]?.textContent.trim();
    })
    .map(slider => `a slider from ${slider.ariaValueMin} to ${slider.ariaValueMax} without a named number box next to it`)"""
CONTROL = re.compile(r'- (button|checkbox|combobox|radio|spinbutton|textbox|searchbox)(?: "(.*?)")?(?=[\s:\[]|$)', re.M)


def none(complaints):
    """Fail with the complaints, if there are any."""
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def errors(notebook):
    """Return errors and warnings that cells printed, and cells that did not run."""
    found = []
    for number, cell in enumerate(notebook.cells(), start=1):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        if cell["execution_count"] is None:
            found.append(f"cell {number} did not run")
        allowed = "raises-exception" in cell["metadata"].get("tags", ())
        for output in cell["outputs"]:
            if output["output_type"] == "error" and not allowed:
                found.append(f"cell {number}: {output['ename']}: {output['evalue']}")
            if output["output_type"] == "stream" and output["name"] == "stderr":
                found.append(f"cell {number} on stderr: {''.join(output['text']).strip()}")
    return found


def answers(notebook):
    """Press every answer of every prediction and quiz question: each must get a reply, and predictions must open."""
    found, page = [], notebook.page
    for number in range(1, page.evaluate(TAG_QUESTIONS) + 1):
        buttons = page.locator(f"[data-question='{number}'] button")
        for button in reversed(buttons.all()):
            button.click()
            try:
                notebook.wait(ANSWERED, [number, button.element_handle()], notebook.patience)
            except TooSlow:
                found.append(f"question {number}: pressing {button.inner_text()!r} is not answered")
    page.evaluate(TAG_EXPLORERS)
    for explorer in page.locator("[data-explorer]").all():
        if not explorer.is_visible():
            found.append(f"explorer {explorer.get_attribute('data-explorer')} stays hidden")
    return found


def controls(notebook, folder=None):
    """Move every control of every explorer: each must change picture and sentence. Saves screenshots in `folder`."""
    notebook.page.evaluate(TAG_EXPLORERS)
    found = []
    for box in notebook.page.locator("[data-explorer]").all():
        found += Explorer(notebook, box, folder).check()
    return found


def names(notebook):
    """Return the controls that have no name for a screen reader."""
    found = notebook.page.evaluate(LONE_SLIDERS)
    for output in notebook.page.locator(".jp-OutputArea-output:has(.jupyter-widgets)").all():
        for role, name in CONTROL.findall(output.aria_snapshot()):
            if not re.search(r"\w", name) or name == "null":  # "null": what ipywidgets writes without a description
                found.append(f"a {role} without a name")
    return found


def pictures(notebook):
    """Return pictures without alt text, and whatever is cut off at the right."""
    everywhere = ".jp-OutputArea-output, .jp-RenderedMarkdown"
    return notebook.page.evaluate(NO_ALT) + notebook.page.evaluate(CUT_OFF, [everywhere, True])


def screen(notebook, folder=None):
    """Return explorers that do not fit a laptop's screen, what a narrow window cuts off, and what a theme makes unreadable.

    With the file browser open, a window 640 pixels wide leaves as much as one of 1280 at 200 % zoom. Tables and formulas
    may be wider than that; pictures and controls may not. Saves a screenshot of each in `folder`.
    """
    page = notebook.page
    found = [
        f"{name}: {height} pixels from its first control to the end of its picture"
        for name, height in page.evaluate(HEIGHTS)
        if height > ON_A_LAPTOP
    ]

    def photograph(name):
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.evaluate(
                "document.querySelector('.jp-OutputArea-output [role=status]')?.scrollIntoView({block: 'end'})"
            )
            page.screenshot(path=folder / f"{name}.png")

    for width in NARROW:
        page.set_viewport_size(WINDOW | {"width": width})
        notebook.settled()
        cut = page.evaluate(
            CUT_OFF, [".jp-OutputArea-output:has(.jupyter-widgets), .jp-OutputArea-output figure", False]
        )
        found += [f"at {width}: {complaint}" for complaint in cut + page.evaluate(SMALL_SLIDERS)]
        photograph(width)
    page.set_viewport_size(WINDOW)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.theme(theme)
        found += [f"{theme}: {complaint}" for complaint in page.evaluate(UNREADABLE)]
        photograph(theme)
    return found


def console(notebook):
    """Return the errors of the page itself."""
    return notebook.complaints


def stored_pictures(notebook):
    """Count the stored pictures that are to be seen: not below a folded heading, not in a folded output."""
    opened = [cell for cell in core(notebook.cells()) if not cell["metadata"].get("jupyter", {}).get("outputs_hidden")]
    outputs = [output for cell in opened for output in cell.get("outputs", ())]
    return sum(str(output.get("data", {}).get("text/html", "")).count("<img ") for output in outputs)


def default_pictures(notebook):
    """Return, for a notebook opened but not run, stored pictures that are not visible and widgets that cannot be."""
    stored = stored_pictures(notebook)
    seen = ".filter(img => img.closest('.jp-Cell').checkVisibility() && img.complete && img.naturalWidth > 0).length"
    seen = f"[...document.querySelectorAll('.jp-OutputArea-output img')]{seen}"
    found = []
    try:
        notebook.wait(f"stored => {seen} === stored", stored, notebook.patience)
    except TooSlow:
        found.append(f"{stored} pictures are stored, {notebook.page.evaluate(f'() => {seen}')} are visible")
    text = " ".join(notebook.page.locator(".jp-OutputArea-output").all_inner_texts())
    return found + [words for words in ("model not found", "Loading widget", "Error displaying") if words in text]


class Explorer:
    """An explorer in the page, and the complaints found when its controls are moved."""

    def __init__(self, notebook, box, folder):
        self.notebook, self.box, self.folder, self.found = notebook, box, folder, []
        self.name = f"explorer {box.get_attribute('data-explorer')}"

    def check(self):
        if not self.box.is_visible():
            return [f"{self.name} is hidden"]
        self.notebook.page.set_viewport_size({"width": 1280, "height": 1300})  # a screenshot shows no more than this
        first = self.state()
        for slider in self.box.locator("[role=slider]:visible").all():
            self.check_slider(slider)
        for line in self.box.locator("input[type=text]:visible, textarea:visible").all():
            for value in (*TYPED, line.input_value()):
                self.moves(f"{label(line)}: {value[:20]!r} typed", lambda line=line, value=value: line.fill(value))
                self.photograph(f"{label(line)} {value[:9]}")
        for choices in self.box.locator("select:visible").all():
            for option in choices.locator("option:not(:checked)").all_inner_texts() + [chosen(choices)]:
                self.moves(
                    f"{label(choices)}: {option}",
                    lambda choices=choices, option=option: choices.select_option(label=option),
                )
                self.photograph(f"{label(choices)} {option}")
        for row in self.box.locator(".one-of:visible").all():
            marked = row.locator("button.mod-info")
            chosen_name = marked.inner_text()
            names = [name for name in row.locator("button").all_inner_texts() if name != chosen_name]
            for name in (*names, chosen_name):
                button = row.get_by_role("button", name=name.strip(), exact=True)
                self.moves(f"{name.strip()} pressed", lambda button=button: button.press("Enter"))
                self.photograph(name)
        self.reaches("all controls back at their first values", first)
        self.notebook.page.set_viewport_size(WINDOW)
        return self.found

    def check_slider(self, slider):
        row = slider.locator("xpath=ancestor::div[contains(@class, 'widget-hbox')][1]")
        box = row.locator("input[type=number]")
        name = label(box) if box.count() else "slider"

        slider.focus()
        if box.count():  # the slider itself has its value rounded to one decimal
            low_end, now, high_end = box.get_attribute("min"), box.input_value(), box.get_attribute("max")
        else:
            low_end, now, high_end = (slider.get_attribute(f"aria-value{which}") for which in ("min", "now", "max"))
        if float(now) != float(low_end):
            self.moves(f"{name}: Home", lambda: slider.press("Home"))
        low = self.state()
        self.photograph(f"{name} low")
        for key in ("ArrowRight", "ArrowLeft", "PageUp", "PageDown", "End"):
            self.moves(f"{name}: {key}", lambda key=key: slider.press(key))
            if box.count() and len(shown := box.input_value()) > 7:
                self.found.append(f"{self.name}: {name}: {key}: its number box shows {shown}")
        high = self.state()
        self.photograph(f"{name} high")
        for what, one, other in zip(("picture", "sentence"), low, high, strict=True):
            if one == other:
                self.found.append(f"{self.name}: {name}: the {what} is the same at both ends")

        play = row.locator("button:visible")
        if play.count():
            look = play.first.inner_html()
            self.moves(f"{name}: ArrowLeft", lambda: slider.press("ArrowLeft"))
            self.moves(f"{name}: ArrowLeft", lambda: slider.press("ArrowLeft"))
            play.first.click()
            self.reaches(f"{name}: played to the end", high)
            self.until(
                f"{name}: play", "does not stop", "(button, look) => button.innerHTML === look", look, play.first
            )

        place, track = slider.bounding_box(), slider.locator("xpath=ancestor::div[contains(@class, 'noUi-target')]")
        y, left = place["y"] + place["height"] / 2, track.bounding_box()["x"] - 20
        mouse = self.notebook.page.mouse
        mouse.move(place["x"] + place["width"] / 2, y)
        mouse.down()
        mouse.move(left, y, steps=12)
        self.reaches(f"{name}: dragged to its start", low)
        mouse.up()

        for value in (high_end, low_end, now) if box.count() else ():
            if float(value) != float(box.input_value()):
                self.moves(f"{name}: {value} typed", lambda value=value: (box.fill(value), box.press("Enter")))

    def state(self):
        return self.box.evaluate(STATE)

    def moves(self, what, act):
        """Call `act`, which must change the picture or the sentence."""
        before = self.state()
        act()
        self.until(what, "changes nothing", f"(box, before) => `${{({STATE})(box)}}` !== `${{before}}`", before)

    def reaches(self, what, state):
        """Wait until the picture and the sentence are those of `state`."""
        self.until(
            what,
            "the picture is not the same as before",
            f"(box, state) => `${{({STATE})(box)}}` === `${{state}}`",
            state,
        )

    def until(self, what, complaint, condition, argument, element=None):
        element = (element or self.box).element_handle()
        try:
            self.notebook.wait(
                f"([it, argument]) => ({condition})(it, argument)", [element, argument], self.notebook.patience
            )
        except TooSlow:
            self.found.append(f"{self.name}: {what}: {complaint}")
        alert = self.box.locator("[role=alert]")
        if alert.count():
            self.found.append(f"{self.name}: {what}: it says: {alert.inner_text()}")

    def photograph(self, name):
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.box.screenshot(path=self.folder / f"{self.name} {re.sub(r'[^A-Za-z0-9.]+', ' ', name).strip()}.png")


def label(control):
    return control.evaluate("control => control.labels[0]?.innerText ?? ''")


def chosen(choices):
    return choices.evaluate("choices => choices.selectedOptions[0].text")
