// Brings a page to life: predictions and quizzes at once, explorers and "Your turn" when Python is there.
"use strict";

if (!document.documentElement.classList.contains("js")) throw new Error("This browser is too old for what moves here.");

const root = new URL(document.documentElement.dataset.content_root || "./", location.href);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "html") made.innerHTML = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const plan = (place) => JSON.parse(place.querySelector(":scope > script").textContent);

// Python, in a worker

const NO_WORKER = "This browser cannot run Python in the page, so the pictures stay as they are.";
const NO_FILE = "A file that this needs could not be fetched. Are you connected to the network? Then try once more.";
const BROKEN = "Python broke off, perhaps because there was not enough memory. What you move or run next starts it again.";

class Engine {
  constructor() {
    this.lines = new Set();
    this.say("");
  }

  say(sentence) {
    this.sentence = sentence;
    for (const tell of this.lines) tell(sentence);
  }

  // Returns a promise that is kept when Python is ready.
  start() {
    if (this.ready) return this.ready;
    this.ready = this.begin().catch((error) => {
      if (error.message !== "stopped") { // else another start has begun
        this.failed = true;
        this.worker?.terminate(); // it may still be fetching, and would say so
        this.say(this.whyNot(error));
      }
      throw error;
    });
    this.ready.catch(() => {});
    return this.ready;
  }

  async begin() {
    if (typeof WebAssembly !== "object" || typeof Worker !== "function") throw new Error(NO_WORKER);
    if (!location.protocol.startsWith("http")) {
      throw new Error("Pages opened as files cannot run Python. In the folder of the site, type: python -m http.server");
    }
    this.waiting = new Map();
    this.next = 0;
    this.worker ??= this.newWorker();
    this.worker.onmessage = ({ data }) => this.heard(data);
    const broken = new Promise((_, fail) => {
      this.worker.onerror = (event) => fail(new Error(event.message || "the worker could not start"));
    });
    this.say("Fetching Python …");
    const started = this.ask("start", { root: root.href, sharp: devicePixelRatio });
    await Promise.race([started, broken]);
    this.worker.onerror = () => this.end(BROKEN);
    this.say("");
    keepOffline();
  }

  // A worker takes its policy of what it may load from its own address. No host must send one if that is a blob of this page.
  newWorker() {
    const source = `importScripts(${JSON.stringify(new URL("_static/worker.js", root).href)});`;
    return new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  }

  // Fetches what `start` needs, when the page has nothing else to do; starts nothing.
  fetchEarly() {
    if (this.ready) return;
    try {
      this.worker = this.newWorker();
      this.worker.onerror = () => { this.worker = null; };
      this.worker.postMessage({ ask: "fetch", root: root.href });
    } catch {
      this.worker = null; // `start` says why
    }
  }

  whyNot(error) {
    const message = String(error.message || error);
    if (message.includes("Pages opened as files") || message === NO_WORKER) return message;
    if (/memory|allocation/i.test(message)) return "There is not enough memory for Python here, so the pictures stay as they are.";
    if (/unsafe-eval|Content.Security/i.test(message)) return "This site or browser forbids WebAssembly, so the pictures stay as they are.";
    return "Python could not be fetched or started, so the pictures stay as they are. Load the page again to try once more.";
  }

  heard(data) {
    if ("arrived" in data) {
      const mega = (bytes) => Math.round(bytes / 1e6);
      this.say(`Fetching Python, ${Math.min(mega(data.arrived), mega(data.all))} of ${mega(data.all)} MB …`);
    } else if (data.starting) {
      this.say("Starting Python …");
    } else if (data.broken) {
      this.end(BROKEN);
    } else if (this.waiting.has(data.id)) {
      const { keep, fail } = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if ("error" in data) fail(new Error(data.error));
      else keep(data.answer);
    }
  }

  ask(what, data, moved = []) {
    return new Promise((keep, fail) => {
      this.waiting.set(++this.next, { keep, fail });
      this.worker.postMessage({ ...data, ask: what, id: this.next }, moved);
    });
  }

  // Ends the worker. The next `start` makes another one, where explorers open again when they are moved.
  end(why) {
    this.worker.terminate();
    this.worker = null;
    for (const { fail } of this.waiting.values()) fail(new Error(why));
    this.ready = null;
    this.failed = false;
    for (const explorer of explorers) explorer.opened = false;
  }

  replace() {
    this.end("stopped");
    return this.start();
  }

  // Returns a sentence for an error that what was asked of Python has led to.
  said(error) {
    if (this.failed) return this.sentence;
    return [BROKEN, NO_FILE].includes(error.message) ? error.message : `Python stopped: ${error.message}`;
  }
}

// Returns the content of a file of the site.
async function contentOf(file) {
  try {
    const response = await fetch(new URL(file, root));
    if (!response.ok) throw new Error(`${file} answers ${response.status}`);
    return await response.arrayBuffer();
  } catch (error) {
    console.error(error);
    throw new Error(NO_FILE);
  }
}

const engine = new Engine();
const explorers = [];

// A question with buttons: predictions and quizzes

function ask(choices, answered) {
  const reply = element("p", { class: "reply", role: "status" });
  const buttons = choices.map((choice) => element("button", {
    type: "button",
    "aria-pressed": "false",
    onclick: ({ currentTarget }) => {
      for (const other of buttons) {
        other.setAttribute("aria-pressed", String(other === currentTarget));
        other.classList.remove("right", "wrong");
      }
      const { right, says } = answered(choice);
      if (right != null) currentTarget.classList.add(right ? "right" : "wrong");
      reply.className = "reply" + (right == null ? "" : right ? " right" : " wrong");
      reply.innerHTML = says;
    },
  }, choice));
  return element("div", { class: "asked" }, element("div", { class: "choices" }, ...buttons), reply);
}

for (const place of document.querySelectorAll(".quiz")) {
  const answers = [...place.querySelectorAll("details li")];
  place.append(ask(answers.map((each) => each.dataset.answer), (choice) => {
    const answer = answers.find((each) => each.dataset.answer === choice);
    const right = "right" in answer.dataset;
    return { right, says: `<b>${right ? "✓ Right" : "✗ Not quite"}.</b> ${answer.querySelector("span").innerHTML}` };
  }));
}

// The microphone. What it hears stays in the page.

const AS_IT_IS = { autoGainControl: false, echoCancellation: false, noiseSuppression: false }; // they change a voice
const NO_SOUND = {
  NotAllowedError: "The microphone is not allowed here. Your browser's settings for this site can allow it.",
  NotFoundError: "No microphone was found.",
  EncodingError: "There is no sound in that recording. Perhaps it was too short: press Record, speak, and then press Stop.",
  insecure: "Recording needs a page whose address begins with https.",
  other: "This browser gives the page no sound that it can read.",
};

// Records until the function that `begun` is given is called, or for so many seconds; then the microphone is free again.
async function fromMicrophone(seconds, begun) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS });
  try {
    const recorder = new MediaRecorder(stream), parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((done) => { recorder.onstop = done; });
    recorder.start();
    const stop = () => recorder.state === "recording" && recorder.stop();
    const late = setTimeout(stop, 1000 * seconds);
    begun(stop);
    await ended;
    clearTimeout(late);
    return await new Blob(parts).arrayBuffer();
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

// Returns recorded sound as numbers of 16 bits, so many for each second, the low byte first, in base64.
async function samples(taken, rate, seconds) {
  const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(taken);
  const heard = sound.getChannelData(0).subarray(0, rate * seconds), bytes = new DataView(new ArrayBuffer(2 * heard.length));
  heard.forEach((value, at) => bytes.setInt16(2 * at, Math.round(32767 * Math.max(-1, Math.min(1, value))), true));
  return btoa(Array.from(new Uint8Array(bytes.buffer), (byte) => String.fromCharCode(byte)).join(""));
}

// Explorers

class Explorer {
  constructor(place) {
    this.place = place;
    this.plan = plan(place);
    this.body = place.querySelector(".explorer-body");
    this.stored = place.querySelector("img.stored");
    this.sentence = place.querySelector(".sentence");
    this.line = element("p", { class: "engine-line" });
    this.body.querySelector(".controls").append(...this.rows());
    this.body.append(this.line);
    engine.lines.add((sentence) => { this.line.textContent = sentence; });
    this.question();
  }

  question() {
    const replies = new Map(this.plan.replies);
    const row = ask([...replies.keys()], (choice) => {
      this.place.classList.add("answered");
      this.place.dispatchEvent(new CustomEvent("answered"));
      engine.start().then(() => this.show(), () => engine.failed && this.fails(engine.sentence));
      return { right: choice === "Skip" ? null : choice === this.plan.answer, says: replies.get(choice) };
    });
    this.place.querySelector(".question").append(row);
  }

  rows() {
    this.values = {};
    this.parts = {};
    const rows = Object.entries(this.plan.controls).map(([name, control], number) => {
      const id = `${this.place.id}-${number}`;
      this.values[name] = ["choice", "buttons"].includes(control.kind) ? control.options.indexOf(control.value) : control.value;
      return this[control.kind](name, control, id);
    });
    if (this.plan.listen) {
      this.player = element("audio", { controls: true, hidden: true, "aria-label": "the sound" });
      const button = element("button", { type: "button", onclick: () => this.hear() }, this.plan.listen);
      rows.push(element("div", { class: "control-row" }, button, this.player));
    }
    return rows;
  }

  slider(name, control, id) {
    const range = { min: control.low, max: control.high, step: control.step, value: control.value };
    const handle = element("input", { type: "range", id, ...range });
    const box = element("input", { type: "number", "aria-label": `${control.label}, number`, ...range });
    this.parts[name] = [handle, box];
    handle.addEventListener("input", () => this.set(name, Number(handle.value), box));
    box.addEventListener("input", () => {
      if (box.value !== "" && box.checkValidity()) this.set(name, Number(box.value), handle);
    });
    box.addEventListener("change", () => { box.value = this.values[name]; });
    const row = element("div", { class: "control-row" }, element("label", { for: id }, control.label), handle, box);
    if (control.play) row.append(this.player_of(name, handle, box));
    return row;
  }

  player_of(name, handle, box) {
    let timer = null;
    const button = element("button", { type: "button", class: "play" }, "Play");
    const pause = () => {
      clearInterval(timer);
      timer = null;
      button.textContent = "Play";
    };
    const put = (value) => {
      handle.value = value;
      this.set(name, Number(handle.value), box);
    };
    button.addEventListener("click", () => {
      if (timer) return pause();
      if (Number(handle.value) >= Number(handle.max)) put(handle.min);
      button.textContent = "Pause";
      timer = setInterval(() => {
        if (Number(handle.value) >= Number(handle.max)) pause();
        else if (!this.busy) put(Number(handle.value) + Number(handle.step));
      }, 400);
    });
    return button;
  }

  choice(name, control, id) {
    const menu = element("select", { id }, ...control.options.map((each) => element("option", {}, String(each))));
    menu.selectedIndex = this.values[name];
    menu.addEventListener("input", () => this.set(name, menu.selectedIndex));
    return element("div", { class: "control-row" }, element("label", { for: id }, control.label), menu);
  }

  buttons(name, control, id) {
    const row = control.options.map((option, index) => element("button", {
      type: "button",
      "aria-pressed": String(index === this.values[name]),
      onclick: ({ currentTarget }) => {
        for (const other of row) other.setAttribute("aria-pressed", String(other === currentTarget));
        this.set(name, index);
      },
    }, String(option)));
    const caption = element("span", { id }, control.label);
    return element("div", { class: "control-row", role: "group", "aria-labelledby": id }, caption, element("div", { class: "choices" }, ...row));
  }

  text(name, control, id) {
    const line = element("input", { type: "text", id, value: control.value, spellcheck: "false", autocomplete: "off" });
    line.addEventListener("input", () => this.set(name, line.value));
    const row = element("div", { class: "control-row" }, element("label", { for: id }, control.label), line);
    if (!control.options.length) return row;
    const examples = control.options.map((example) => element("button", {
      type: "button",
      onclick: () => this.set(name, example, line),
    }, example));
    const offered = element("div", { class: "control-row" }, element("span", {}, "or try:"), element("div", { class: "choices" }, ...examples));
    return element("div", {}, row, offered);
  }

  // Ink is kept as a bit for each point, row by row, four to a hexadecimal digit.
  drawing(name, { label, options: [height, width] }, id) {
    const field = element("canvas", { class: "drawing", id, width, height, role: "img", "aria-label": `${label}: with a mouse or a finger` });
    const pen = field.getContext("2d", { willReadFrequently: true });
    Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round" });
    let last = null;
    const point = (event) => {
      const box = field.getBoundingClientRect();
      return [(event.clientX - box.left) * width / box.width, (event.clientY - box.top) * height / box.height];
    };
    const draw = (event) => {
      if (!last) return;
      const next = point(event);
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...next);
      pen.stroke();
      last = next;
      this.set(name, this.ink(pen, width, height));
    };
    field.addEventListener("pointerdown", (event) => {
      field.setPointerCapture(event.pointerId);
      last = point(event);
      draw(event);
    });
    field.addEventListener("pointermove", draw);
    for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => { last = null; });
    const clear = element("button", {
      type: "button",
      onclick: () => {
        pen.clearRect(0, 0, width, height);
        this.set(name, "");
      },
    }, "Clear");
    return element("div", { class: "control-row" }, element("span", {}, label), field, clear);
  }

  ink(pen, width, height) {
    const { data } = pen.getImageData(0, 0, width, height);
    let bits = "";
    for (let at = 3; at < data.length; at += 16) {
      bits += [0, 4, 8, 12].reduce((sum, next) => 2 * sum + (data[at + next] > 127), 0).toString(16);
    }
    return bits;
  }

  recording(name, { label, options: [rate, seconds] }, id) {
    const line = element("output");
    let stop = null, busy = false;
    const put = (value) => {
      clear.hidden = !value;
      this.set(name, value);
    };
    const clear = element("button", {
      type: "button",
      hidden: true,
      onclick: () => {
        button.focus();
        put("");
      },
    }, "Clear");
    const button = element("button", {
      type: "button",
      "aria-describedby": id,
      onclick: async () => {
        if (stop) return stop();
        if (busy) return;
        busy = true;
        line.textContent = "";
        try {
          const taken = await fromMicrophone(seconds, (end) => {
            stop = end;
            button.textContent = "Stop";
            line.textContent = `Recording, at most ${seconds} seconds …`;
          });
          put(await samples(taken, rate, seconds));
          line.textContent = "";
        } catch (error) {
          line.textContent = NO_SOUND[isSecureContext ? error.name : "insecure"] ?? NO_SOUND.other;
        } finally {
          busy = false;
          stop = null;
          button.textContent = "Record";
        }
      },
    }, "Record");
    return element("div", { class: "control-row" }, element("span", { id }, label), button, clear, line);
  }

  set(name, value, other) {
    this.values[name] = value;
    if (other) other.value = value;
    this.show();
  }

  // Asks for a picture of the values now; while one is on its way, only the latest values wait. Waits until it is drawn.
  show() {
    this.behind = true;
    if (!this.busy && !engine.failed) this.busy = this.catch_up();
    return this.busy;
  }

  async catch_up() {
    let stopped = false;
    try {
      await engine.start();
      while (this.behind) {
        this.behind = false;
        this.draw(await this.answer());
      }
    } catch (error) {
      stopped = error.message === "stopped";
      if (engine.failed || [BROKEN, NO_FILE].includes(error.message)) this.fails(engine.said(error));
      else if (!stopped) {
        this.fails("The picture could not be drawn; it stays as it was.");
        console.error(error);
      }
    } finally {
      this.busy = null;
    }
    if (stopped) await this.show(); // by Python as it is started anew
  }

  // Says what went wrong, aloud too; what comes and goes while Python starts is only shown.
  fails(sentence) {
    this.line.setAttribute("role", "status");
    this.line.textContent = sentence;
  }

  async answer() {
    const key = this.place.id, values = { ...this.values };
    if (this.opened) return engine.ask("move", { key, values });
    const content = this.plan.file ? await contentOf(this.plan.file) : null;
    await engine.start(); // it may have been ended meanwhile
    const state = await engine.ask("open", { key, name: this.plan.name, content, values });
    this.opened = true;
    return state;
  }

  draw({ status, problem, sliders, size: [width, height], pixels }) {
    if (!this.canvas) {
      this.canvas = element("canvas", { width, height, role: "img", class: "alive" });
      this.canvas.style.width = `${this.plan.size[0]}px`;
      this.stored.after(this.canvas);
      this.stored.classList.add("replaced");
      this.sentence.after(element("p", { class: "on-paper" }, this.sentence.textContent)); // with the stored picture
    }
    this.sentence.setAttribute("role", "status");
    if (problem) {
      this.sentence.textContent = `No picture for these settings. ${problem} Set the last control back to go on.`;
      return;
    }
    this.canvas.getContext("2d", { willReadFrequently: true }).putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
    this.canvas.setAttribute("aria-label", `${this.plan.alt} ${status}`);
    if (this.sentence.textContent !== status) this.sentence.textContent = status;
    this.line.textContent = "";
    this.line.removeAttribute("role");
    for (const [name, [value, high]] of Object.entries(sliders)) {
      for (const part of this.parts[name]) part.max = high;
      if (!this.behind && this.values[name] !== value) {
        this.values[name] = value;
        for (const part of this.parts[name]) part.value = value;
      }
    }
    this.place.dispatchEvent(new CustomEvent("drawn"));
  }

  async hear() {
    try {
      await engine.start();
      if (!this.opened) await this.show();
      const sound = await engine.ask("listen", { key: this.place.id });
      URL.revokeObjectURL(this.player.src);
      this.player.src = URL.createObjectURL(new Blob([sound], { type: "audio/wav" }));
      this.player.hidden = false;
      this.player.play().catch(() => {});
    } catch {
      this.fails(engine.failed ? engine.sentence : "The sound could not be made. Press the button to try once more.");
    }
  }
}

for (const place of document.querySelectorAll(".explorer:has(> script)")) explorers.push(new Explorer(place));

// What tells the answer of a guess opens once the guess is made or the output is shown.
for (const fold of document.querySelectorAll("details.told")) {
  for (let cell = fold.previousElementSibling; cell?.matches(".cell"); cell = cell.previousElementSibling) {
    const open = () => { fold.open = true; };
    for (const output of cell.querySelectorAll("details.below-input")) output.addEventListener("toggle", open);
    cell.querySelector(".explorer")?.addEventListener("answered", open);
  }
}

// Code that is written and run in the page: "Your turn" here, the lessons' own cells in cells.js

const storage = {
  read: (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  forget: (name) => {
    try {
      localStorage.removeItem(name);
    } catch {}
  },
};

class Editor {
  // Subclasses have `work`, which asks Python, and `clear`, which takes away what the last run showed.
  constructor(code, name, seconds) {
    Object.assign(this, { code, name, seconds, begin: code.value });
    this.run_ = element("button", { type: "button", class: "run", onclick: () => this.run() }, "Run");
    this.again_ = element("button", { type: "button", onclick: () => this.again() }, "Start again");
    this.keys = element("p", { class: "keys", id: `keys-${++Editor.count}` }, "Tab indents; to leave with Tab, press Escape first. Ctrl-Enter runs.");
    code.setAttribute("aria-describedby", this.keys.id);
    this.line = element("p", { class: "engine-line" });
    this.reply = element("p", { class: "reply", role: "status" });
    code.addEventListener("input", () => this.keep());
    code.addEventListener("keydown", (event) => this.key(event));
    code.addEventListener("focus", () => { this.leave = true; });
    code.addEventListener("click", () => { this.leave = false; });
    engine.lines.add((sentence) => { this.line.textContent = this.running ? sentence : ""; });
    code.value = storage.read(name) ?? this.begin;
  }

  keep() {
    try {
      localStorage.setItem(this.name, this.code.value);
      if (this.reply.dataset.full) this.say("", "");
    } catch {
      this.reply.dataset.full = "yes";
      this.say("Your browser has no room to keep this; copy your code before you leave the page.", "wrong");
    }
  }

  // Enter keeps the indent. Tab passes through, but writes four blanks once something is being written; Escape lets it leave.
  key(event) {
    const { selectionStart: start, selectionEnd: end, value } = this.code;
    if ((event.ctrlKey || event.metaKey || event.shiftKey) && event.key === "Enter") {
      event.preventDefault();
      this.run();
    } else if (event.key === "Escape") {
      this.leave = true;
    } else if (event.key === "Tab" && !event.shiftKey && !this.leave) {
      event.preventDefault();
      this.code.setRangeText("    ", start, end, "end");
      this.keep();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const line = value.slice(value.lastIndexOf("\n", start - 1) + 1, start);
      const deeper = line.trimEnd().endsWith(":") ? "    " : "";
      this.code.setRangeText("\n" + line.match(/^ */)[0] + deeper, start, end, "end");
      this.keep();
    }
    if (event.key !== "Escape" && event.key !== "Tab") this.leave = false;
  }

  say(sentence, kind) {
    this.reply.className = `reply ${kind}`;
    this.reply.textContent = sentence;
  }

  async run(work = () => this.work()) {
    if (this.running) return this.stop("You stopped it.");
    if (Editor.runs) return this.say("Other code on this page is running. Wait until it ends, or stop it first.", "wrong");
    this.running = Editor.runs = true;
    this.run_.textContent = "Stop";
    this.say("", "");
    try {
      this.line.textContent = engine.sentence;
      await engine.start();
      const stopped = new Promise((_, fail) => { this.leave_it = () => fail(new Error("stopped")); });
      await Promise.race([work(), stopped]); // who stops does not wait for a file that is being fetched
    } catch (error) {
      if (error.message !== "stopped") this.say(engine.said(error), "wrong");
    } finally {
      this.running = Editor.runs = false;
      this.run_.textContent = "Run";
      this.line.textContent = "";
    }
  }

  // Asks for something that a learner's loop may never end.
  ask(what, data) {
    const endless = setTimeout(() => this.stop(`It did not come to an end within ${this.seconds} seconds, so it was stopped. Does every loop end?`), 1000 * this.seconds);
    return engine.ask(what, data).finally(() => clearTimeout(endless));
  }

  stop(sentence) {
    if (engine.worker) engine.replace().catch(() => {});
    this.leave_it?.();
    this.say(sentence, "wrong");
  }

  again() {
    if (this.running) this.stop(""); // else its answer would be shown below other code
    this.code.value = this.begin;
    storage.forget(this.name);
    this.say("", "");
    this.clear();
    this.code.focus();
  }
}
Editor.count = 0;
Editor.runs = false; // whether one of them runs: the time that code may take is counted from when it was asked for

class YourTurn extends Editor {
  constructor(place) {
    const { check, function: name, names } = plan(place);
    super(place.querySelector("textarea"), `rnn-unrolled ${check}`, 12);
    this.asked = { check, name, names };
    this.printed = element("pre", { class: "printed", hidden: true, tabindex: "0", "aria-label": "What your code printed" });
    place.append(element("div", { class: "choices" }, this.run_, this.again_), this.keys, this.line, this.reply, this.printed);
  }

  async work() {
    this.clear();
    const told = await this.ask("check", { source: this.code.value, ...this.asked });
    this.say(told.said, told.right ? "right" : "wrong");
    this.printed.textContent = told.printed;
    this.printed.hidden = !told.printed.trim();
  }

  clear() {
    this.printed.hidden = true;
  }
}

for (const place of document.querySelectorAll(".your-turn")) new YourTurn(place);

// Paper is white.

const look = document.documentElement.dataset;
let onScreen;
addEventListener("beforeprint", () => {
  onScreen = look.theme;
  look.theme = "light";
});
addEventListener("afterprint", () => { look.theme = onScreen; });

// What is wider than the screen can be scrolled with the keyboard too, and fades out where it goes on.

const SCROLLS = ".math-block, .formula.long, .wide, article pre, article figure";

function scrollable() {
  for (const place of document.querySelectorAll(SCROLLS)) {
    if (place.scrollWidth > place.clientWidth + 1 || place.scrollHeight > place.clientHeight + 1) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
    goes_on(place);
  }
}
function goes_on(place) {
  place.classList.toggle("goes-on", place.scrollLeft + place.clientWidth < place.scrollWidth - 1);
}
document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.(SCROLLS)) goes_on(target);
}, { capture: true, passive: true });
scrollable();
addEventListener("resize", scrollable);
addEventListener("load", scrollable);
document.fonts?.ready.then(scrollable);
for (const shown of ["toggle", "answered", "load"]) document.addEventListener(shown, scrollable, true);

// Python starts when the reader nears an explorer or an exercise, unless the browser asks to save data.

const saving = navigator.connection?.saveData;
if (!saving && location.protocol.startsWith("http") && typeof Worker === "function" && document.querySelector(".explorer, .your-turn, .writer")) {
  addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(() => engine.fetchEarly()));
}
if (!saving && "IntersectionObserver" in window) {
  const near = new IntersectionObserver((seen) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    near.disconnect();
    engine.start().catch(() => {});
  }, { rootMargin: "600px" });
  for (const place of document.querySelectorAll(".explorer, .your-turn, .writer")) near.observe(place);
}
for (const place of document.querySelectorAll(".explorer, .your-turn, .writer")) {
  for (const touch of ["pointerdown", "focusin"]) place.addEventListener(touch, () => engine.start().catch(() => {}), { once: true });
}

// After one visit everything works without a network, unless the browser asks to save data.

const service = !saving && "serviceWorker" in navigator && location.protocol.startsWith("http")
  ? navigator.serviceWorker.register(new URL("sw.js", root), { updateViaCache: "none" }).catch(() => null)
  : Promise.resolve(null);

async function keepOffline() {
  if (!(await service)) return;
  const registration = await navigator.serviceWorker.ready;
  const seen = performance.getEntriesByType("resource").map((each) => each.name);
  const read = [...document.querySelectorAll("script.data, .writer > script")].flatMap((each) => Object.values(JSON.parse(each.textContent)));
  const files = [...explorers.map((each) => each.plan.file).filter(Boolean), ...read].map((file) => new URL(file, root).href);
  const pictures = [...document.images].map((each) => each.src); // those further down were not fetched yet
  registration.active.postMessage({ keep: [location.href.split("#")[0], ...seen, ...files, ...pictures], engine: true });
}
service.then((found) => found && navigator.serviceWorker.ready).then((found) => {
  found?.active.postMessage({ keep: [location.href.split("#")[0], ...performance.getEntriesByType("resource").map((each) => each.name)] });
});
