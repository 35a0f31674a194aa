// Python in a worker: it answers for explorers and checks, and cannot reach the page or another host.
"use strict";

const FILES = {}; // name -> bytes, written when the site is built
const FOLDER = "FOLDER"; // so is this
const COMPILED = "rnn-unrolled-compiled";
const PACKAGES = ["numpy", "matplotlib"];
const plainFetch = self.fetch.bind(self), storage = self.caches; // `seal` takes them from what runs here
const coming = {};
let engine, python, running, writing, keeping, arrived = 0;

// Begins to fetch everything; nothing is compiled or started yet.
function fetchAll(root) {
  engine = `${root}${FOLDER}/`;
  for (const name of Object.keys(FILES)) if (!name.endsWith(".js")) file(name).catch(() => {});
}

function file(name) {
  coming[name] ??= plainFetch(engine + name).then(counted);
  return coming[name];
}

async function counted(response) {
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
  const wasm = response.url.endsWith(".wasm");
  const count = new TransformStream({
    transform(part, controller) {
      arrived += part.length;
      tellProgress();
      controller.enqueue(part);
    },
  });
  const counting = response.body.pipeThrough(count);
  if (wasm) return new Response(counting, { headers: { "content-type": "application/wasm" } }); // compiled as it comes
  return new Response(await new Response(counting).arrayBuffer());
}

let told = 0;
function tellProgress() {
  if (arrived - told < 200000) return;
  told = arrived;
  postMessage({ arrived, all: Object.values(FILES).reduce((a, b) => a + b, 0) });
}

async function start(root, sharp) {
  fetchAll(root);
  const modules = Object.keys(FILES).find((name) => name.startsWith("modules-"));
  const before = compiledBefore(engine + modules);
  self.fetch = (what, options) => {
    const name = String(what.url || what).split("/").pop();
    return name in FILES ? file(name) : plainFetch(what, options);
  };
  importScripts(engine + "pyodide.js");
  python = await loadPyodide({
    indexURL: engine,
    lockFileURL: engine + "pyodide-lock.json",
    packages: PACKAGES,
    env: { MPLBACKEND: "agg", HOME: "/home/pyodide" },
  });
  postMessage({ starting: true });
  python.unpackArchive(await (await file(modules)).arrayBuffer(), "zip", { extractDir: "/home/pyodide/course" });
  const compiled = await before;
  if (compiled) python.unpackArchive(compiled, "zip", { extractDir: "/" });
  else keeping = engine + modules;
  python.globals.set("compiled", Boolean(compiled));
  python.runPython(`
import importlib.util, pathlib, shutil, sys
sys.dont_write_bytecode = compiled
sys.path.insert(0, "/home/pyodide/course")
matplotlib = pathlib.Path(importlib.util.find_spec("matplotlib").origin).parent
shutil.copy("/home/pyodide/course/fontlist.json", matplotlib)
`);
  self.course = python.pyimport("website.in_page");
  self.course.sharpen(sharp);
  running = python.pyimport("website.running");
  writing = python.pyimport("website.writing");
  seal();
}

// Python compiles its modules when they are imported. What it has compiled is kept for the next visit.

async function compiledBefore(name) {
  try {
    return await (await (await storage.open(COMPILED)).match(name)).arrayBuffer();
  } catch {
    return null;
  }
}

async function keepCompiled() {
  const [content] = taken(self.course.compiled("/lib/python3.12/site-packages", "/home/pyodide/course"));
  const name = keeping;
  keeping = null;
  try {
    const cache = await storage.open(COMPILED);
    for (const old of await cache.keys()) await cache.delete(old);
    await cache.put(name, new Response(content));
  } catch {} // no room, or nothing may be kept: the next visit compiles again
}

// What a learner types runs here. It gets no way out: no request, no other script, no storage.
function seal() {
  python.runPython("import sys\nfor name in ('js', 'pyodide_js', 'pyodide.http'): sys.modules[name] = None");
  for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "indexedDB", "caches",
    "importScripts", "BroadcastChannel", "Worker"]) {
    Object.defineProperty(self, name, { value: undefined, writable: false, configurable: false });
  }
}

function picture(key, told) {
  return with_pixels(JSON.parse(told), self.course.pixels(key));
}

function with_pixels(state, array) {
  const [pixels, shape] = taken(array);
  state.size ??= [shape[1], shape[0]];
  state.pixels = pixels;
  return [state, [pixels]];
}

// Returns a copy of the bytes of a Python object, and its shape; the object is given back.
function taken(object) {
  const view = object.getBuffer("u8"), { shape } = view, copy = view.data.slice().buffer;
  view.release();
  object.destroy();
  return [copy, shape];
}

const ANSWERS = {
  fetch: ({ root }) => fetchAll(root),
  start: async ({ root, sharp }) => [await start(root, sharp)],
  open: ({ key, name, content, values }) => {
    const bytes = content ? python.toPy(new Uint8Array(content)).tobytes() : undefined;
    return picture(key, self.course.open_explorer(key, name, bytes, JSON.stringify(values)));
  },
  move: ({ key, values }) => picture(key, self.course.move(key, JSON.stringify(values))),
  listen: ({ key }) => {
    const [sound] = taken(self.course.listen(key));
    return [sound, [sound]];
  },
  give: ({ name, content }) => [running.give(name, python.toPy(new Uint8Array(content)).tobytes())],
  run: ({ cell, source }) => [JSON.parse(running.run(cell, source))],
  begin: ({ text }) => [JSON.parse(writing.begin(text))],
  learn: ({ seconds }) => [JSON.parse(writing.learn(seconds))],
  curve: ({ sharp }) => with_pixels({}, writing.picture(sharp)),
  write: ({ beginning, temperature, seed }) => [JSON.parse(writing.write(beginning, temperature, seed))],
  check: ({ source, names, check, name }) => [JSON.parse(self.course.check(source, names, name, check))],
};

self.onmessage = async ({ data }) => {
  try {
    const answered = await ANSWERS[data.ask](data);
    if (!answered) return;
    const [answer, moved] = answered;
    postMessage({ id: data.id, answer }, moved || []);
    if (keeping && data.ask === "open") await keepCompiled();
  } catch (error) {
    postMessage({ id: data.id, error: String(error.message || error) });
  }
};
