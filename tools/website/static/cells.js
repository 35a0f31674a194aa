// The code cells of a lesson that run in the page: each can be edited, and they share their names, as in a notebook.
"use strict";

const code_cells = [];
let given = { worker: null, names: new Set() }; // the data sets that this worker has

async function give(source) {
  if (given.worker !== engine.worker) given = { worker: engine.worker, names: new Set() };
  const files = document.querySelector("script.data");
  for (const [name, file] of Object.entries(files ? JSON.parse(files.textContent) : {})) {
    if (given.names.has(name) || !source.includes(`${name}(`)) continue;
    const content = await contentOf(file);
    if (given.worker !== engine.worker) throw new Error("stopped"); // meanwhile
    await engine.ask("give", { name, content });
    given.names.add(name);
  }
}

class CodeCell extends Editor {
  constructor(place) {
    const shown = place.querySelector(".cell_input .highlight pre");
    const id = [...place.classList].find((each) => each.startsWith("tag_runs-")).slice(9);
    const code = element("textarea", { spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-label": "Code of this cell" });
    code.value = shown.textContent.trimEnd();
    super(code, `rnn-unrolled ${id}`, 240); // a lesson's own training takes a minute on a slow machine
    Object.assign(this, { place, id, number: code_cells.length });
    this.above = element("button", { type: "button", onclick: () => this.run(() => this.all_above()) }, "Run all above");
    this.open_ = element("button", { type: "button", onclick: () => this.open() }, "Edit and run");
    this.result = element("div", { class: "cell_output", hidden: true });
    this.block = shown.closest(".cell_input > div");
    this.block.after(element("div", { class: "choices code-cell" }, this.open_));
    if (code.value !== this.begin) this.open(false);
  }

  open(touched = true) {
    const editor = element("div", { class: "code-cell" }, this.code);
    editor.append(element("div", { class: "choices" }, this.run_, ...(this.number ? [this.above] : []), this.again_), this.keys, this.line, this.reply);
    this.open_.parentElement.replaceWith(editor);
    this.block.hidden = true;
    this.code.rows = this.code.value.split("\n").length + 1;
    this.code.addEventListener("input", () => { this.code.rows = this.code.value.split("\n").length + 1; });
    this.opened = true;
    this.stored = this.place.querySelector(".cell_output");
    if (this.stored) this.stored.after(this.result);
    else this.place.append(this.result);
    if (touched) {
      this.code.focus();
      engine.start().catch(() => {});
    }
  }

  // Runs the cells above that have not run yet, so that their names are there, and then this one.
  async work() {
    for (const cell of code_cells.slice(0, this.number)) {
      if (cell.ran !== engine.worker && !(await this.one_above(cell))) return;
    }
    if (!(await this.execute(this))) return;
    this.say(this.result.childElementCount ? "Done." : "Done; it printed nothing.", "");
  }

  async all_above() {
    for (const cell of code_cells.slice(0, this.number)) if (!(await this.one_above(cell))) return;
    this.say(this.number === 1 ? "The cell above ran." : `The ${this.number} cells above ran.`, "");
  }

  async one_above(cell) {
    this.line.textContent = `Running the code above, cell ${cell.number + 1} of ${this.number} …`;
    const ran = await cell.execute(this);
    this.line.textContent = "";
    return ran;
  }

  // Returns whether it came to its end; `asker` is the cell whose button was pressed, which says what went wrong.
  async execute(asker) {
    await give(this.code.value);
    const { shown, problem } = await asker.ask("run", { cell: this.id, source: this.code.value });
    this.ran = problem ? null : engine.worker;
    if (this.opened) this.show(shown);
    if (problem) asker.say(asker === this ? problem : `A cell above stopped, the one that begins “${this.code.value.trim().split("\n")[0]}”. ${problem}`, "wrong");
    return !problem;
  }

  show(parts) {
    if (this.stored) this.stored.hidden = true;
    this.result.replaceChildren(...parts.map(({ text, picture, alt, width }) => (picture
      ? element("figure", {}, element("img", { src: `data:image/png;base64,${picture}`, alt, width }))
      : element("pre", {}, text))));
    this.result.hidden = !parts.length;
    const fold = this.result.closest("details.below-input");
    if (fold) fold.open = true;
    scrollable();
  }

  clear() {
    this.result.hidden = true;
    if (this.stored) this.stored.hidden = false;
  }
}

for (const place of document.querySelectorAll(".cell.tag_runs")) code_cells.push(new CodeCell(place));
