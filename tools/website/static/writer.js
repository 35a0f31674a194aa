// A network that learns to write, in the page, from the reader's own text.
"use strict";

const SLICE = 0.4; // seconds that it learns before it answers, so that explorers and "Pause" are never kept waiting
const REDRAWN = 1000; // milliseconds between pictures of the curve

const GONE = "Python was started anew, and the network is gone with it. Press Train to begin again.";

class Writer {
  constructor(place) {
    this.place = place;
    this.file = plan(place).text;
    const button = (words, act) => element("button", { type: "button", onclick: act }, words);
    this.text = element("textarea", { rows: 7, spellcheck: "false", autocomplete: "off" });
    this.sonnets = button("Take Shakespeare’s sonnets", () => this.take());
    this.train = button("Train", () => this.toggle());
    this.again = button("Start again", () => this.forget());
    this.again.hidden = true;
    this.reply = element("p", { class: "reply", role: "status" });
    this.progress = element("p", { class: "engine-line" });
    this.canvas = element("canvas", { role: "img", class: "alive", hidden: true });
    this.samples = element("div", { class: "samples", role: "group", "aria-label": "What it wrote on the way", tabindex: "0" });
    this.beginning = element("input", { type: "text", value: "", autocomplete: "off", spellcheck: "false" });
    this.heat = element("input", { type: "range", min: 0, max: 2, step: 0.1, value: 0.7 });
    const heat = element("output", {}, this.heat.value);
    this.heat.addEventListener("input", () => { heat.textContent = this.heat.value; });
    this.write_ = button("Write", () => this.write());
    this.written = element("div", { role: "status" });
    this.writing = element("div", { class: "controls", hidden: true },
      element("div", { class: "control-row" }, element("label", {}, "Beginning", this.beginning)),
      element("div", { class: "control-row" }, element("label", {}, "Temperature", this.heat, heat)),
      element("div", { class: "choices" }, this.write_), this.written);
    place.append(element("label", {}, "Your text", this.text), element("div", { class: "choices" }, this.sonnets, this.train, this.again),
      this.reply, this.progress, this.canvas, this.samples, this.writing);
    engine.lines.add((sentence) => { if (this.running) this.progress.textContent = sentence; });
  }

  say(sentence, kind = "") {
    this.reply.className = `reply ${kind}`;
    this.reply.textContent = sentence;
  }

  async take() {
    try {
      this.text.value = new TextDecoder().decode(await contentOf(this.file));
      this.say("These are 138 sonnets. Press Train.");
    } catch {
      this.say("The sonnets could not be fetched. Paste a text of your own.", "wrong");
    }
  }

  // The text stays as it is while the network learns it; "Start again" takes another one.
  forget() {
    this.running = this.learning = this.text.readOnly = this.sonnets.disabled = false;
    this.turn = null;
    this.train.textContent = "Train";
    this.train.hidden = false;
    this.again.hidden = this.writing.hidden = this.canvas.hidden = true;
    this.samples.replaceChildren();
    this.written.replaceChildren();
    this.progress.textContent = "";
    this.say("");
  }

  // Forgets the network if it is gone, since Python was started anew. Returns whether it is.
  lost() {
    if (!this.learning || this.worker === engine.worker) return false;
    this.fails(new Error("stopped"));
    return true;
  }

  fails(error) {
    this.forget();
    this.say(error.message === "stopped" ? GONE : engine.said(error), "wrong");
  }

  async toggle() {
    if (this.lost()) return;
    if (this.running) {
      if (!this.learning) return this.forget(); // while Python starts
      this.running = false; // the slice under way ends, then "Paused." is said
      this.train.textContent = "Continue";
      return;
    }
    const turn = this.turn = {}; // after a pause, or with another text, another one goes on
    this.running = true;
    this.train.textContent = "Pause";
    this.say("");
    try {
      this.progress.textContent = engine.sentence;
      await engine.start();
      if (this.turn !== turn) return;
      if (!this.learning) {
        const { problem, said } = await engine.ask("begin", { text: new TextDecoder().decode(new TextEncoder().encode(this.text.value)) });
        if (this.turn !== turn) return;
        if (problem) {
          this.forget();
          this.say(problem, "wrong");
          return;
        }
        this.learning = this.text.readOnly = this.sonnets.disabled = true;
        this.worker = engine.worker;
        this.drawn = 0;
        this.say(said);
      }
      this.again.hidden = this.writing.hidden = false;
      await this.learn(turn);
    } catch (error) {
      if (this.turn === turn) this.fails(error);
    }
  }

  async learn(turn) {
    while (this.running && this.turn === turn) {
      const { done, of, perplexity, sample } = await engine.ask("learn", { seconds: SLICE });
      if (this.turn !== turn) return;
      const heard = Object.entries(perplexity).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ");
      this.progress.textContent = `Update ${done} of ${of}. Perplexity: ${heard}.`;
      if (sample != null) this.samples.prepend(element("p", {}, element("b", {}, `After ${done === 1 ? "1 update" : `${done} updates`}`), element("q", {}, sample)));
      const ended = done === of;
      if (ended || !this.drawn || performance.now() - this.drawn > REDRAWN) {
        const curve = await engine.ask("curve", { sharp: Math.min(2, Math.max(1, Math.round(devicePixelRatio))) });
        if (this.turn !== turn) return;
        this.draw(curve, `Perplexity while it learns, after ${done} updates: ${heard}.`);
        this.drawn = performance.now();
      }
      if (!ended) continue;
      this.running = false;
      this.train.hidden = true;
      this.say(`It has made all its ${of} updates. Now let it write.`);
      return;
    }
    if (this.turn === turn) this.say("Paused. You can let it write, and continue.");
  }

  draw({ size: [width, height], pixels }, alt) {
    Object.assign(this.canvas, { width, height, hidden: false });
    this.canvas.setAttribute("aria-label", alt);
    this.canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  }

  async write() {
    if (this.lost()) return;
    this.write_.disabled = true;
    try {
      const asked = { beginning: this.beginning.value, temperature: Number(this.heat.value), seed: Math.floor(Math.random() * 1e9) };
      const { text, unknown } = await engine.ask("write", asked);
      if (!this.learning) return; // started again meanwhile
      this.written.replaceChildren(element("p", { class: "written" }, text));
      if (unknown) this.written.append(element("p", {}, `Left out, since the text does not have it: ${unknown}`));
    } catch (error) {
      if (this.learning && !this.lost()) this.say(engine.said(error), "wrong");
    } finally {
      this.write_.disabled = false;
    }
  }
}

for (const place of document.querySelectorAll(".writer")) new Writer(place);
