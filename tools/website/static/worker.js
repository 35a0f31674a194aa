// Python in a worker: it answers for explorers and checks, and cannot reach the page or another host. The worker has the
// policy of the page that made it and imports this file (`newWorker`): no other host, and no script made from text.
"use strict";

const FILES = {}; // name -> bytes, written when the site is built
const FOLDER = "FOLDER"; // so is this
const VERSION = "VERSION"; // and this: another one when anything here is another
const INSTALLED = "/lib/python3.12/site-packages";
const LIBRARY = "configparser, csv, ctypes, dataclasses, decimal, gzip, hashlib, html, json, numbers, pickle, platform, pprint, "
  + "secrets, shlex, symtable, uuid, wave"; // of Python's own modules, what NumPy, matplotlib and our modules import
const LEARNERS = new Set(["give", "run", "check", "begin"]); // asked with what a learner has typed or chosen
let plainFetch = self.fetch.bind(self), storage = self.caches; // forgotten before a learner's code runs
let engine, keptIn, python, running, writing, coming = {}, before, keeping, arrived = 0;

// Begins to fetch everything; nothing is compiled or started yet.
function fetchAll(root) {
  engine = `${root}${FOLDER}/`;
  keptIn = `rnn-unrolled-compiled ${new URL(root).pathname}`; // this host may have another copy of the site
  for (const name of Object.keys(FILES)) if (!name.endsWith(".js")) file(name).catch(() => {});
  before ??= keptBefore();
}

function file(name) {
  const fromService = async (error) => await storage?.match(engine + name) ?? Promise.reject(error);
  const files = coming;
  if (!files[name]) {
    files[name] = plainFetch(engine + name).catch(fromService).then(counted);
    files[name].catch(() => { delete files[name]; }); // who asks again may have a network again
  }
  return files[name];
}

async function counted(response) {
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
  const count = new TransformStream({
    transform(part, controller) {
      arrived += part.length;
      tellProgress();
      controller.enqueue(part);
    },
  });
  if (response.url.endsWith(".wasm")) { // only as it came do browsers keep what they compile of it
    response.clone().body.pipeThrough(count).pipeTo(new WritableStream()).catch(() => {});
    if (response.headers.get("content-type") === "application/wasm") return response;
    return new Response(response.body, { headers: { "content-type": "application/wasm" } }); // not every host says so
  }
  const counting = response.body.pipeThrough(count);
  const packed = response.url.endsWith(".bin");
  return new Response(await new Response(packed ? counting.pipeThrough(new DecompressionStream("gzip")) : counting).arrayBuffer());
}

let told = 0;
function tellProgress() {
  if (arrived - told < 200000) return;
  told = arrived;
  postMessage({ arrived, all: Object.values(FILES).reduce((a, b) => a + b, 0) });
}

async function start(root, sharp) {
  fetchAll(root);
  self.fetch = (what, options) => {
    const name = String(what.url || what).split("/").pop();
    return name in FILES ? file(name) : plainFetch(what, options);
  };
  importScripts(engine + "pyodide.js");
  const kept = await before;
  try {
    await begin(kept);
  } catch (error) {
    if (!kept) throw error;
    await storage.delete(keptIn);
    coming = {};
    await begin(null);
  }
  self.course.sharpen(sharp);
  python._api.on_fatal = () => postMessage({ broken: true }); // it can never be used again
  seal();
}

// Starts Python; from what was kept, if anything was.
async function begin(kept) {
  python = await load({
    indexURL: engine,
    lockFileURL: engine + "pyodide-lock.json",
    env: { MPLBACKEND: "agg", HOME: "/home/pyodide" },
    ...(kept ? { _loadSnapshot: kept.memory } : { _makeSnapshot: true }),
  });
  postMessage({ starting: true });
  if (!kept) {
    python.runPython(`import ${LIBRARY}`);
    try {
      if (storage) keeping = python.makeMemorySnapshot();
    } catch {} // no room for it: nothing is kept
  }
  for (const name of Object.keys(FILES)) if (name.endsWith(".bin")) unpack(await (await file(name)).arrayBuffer());
  if (kept) unpack(kept.compiled);
  python.globals.set("compiled", Boolean(kept));
  python.runPython(`
import random, sys
sys.path_importer_cache.clear()
random.seed()
sys.dont_write_bytecode = compiled
`);
  self.course = python.pyimport("website.in_page");
  running = python.pyimport("website.running");
  writing = python.pyimport("website.writing");
}

// Pyodide only warns when its WebAssembly is broken or forbidden, and would wait for ever.
function load(options) {
  return new Promise((done, fail) => {
    for (const name of ["instantiate", "instantiateStreaming"].filter((each) => each in WebAssembly)) {
      const plain = WebAssembly[name];
      WebAssembly[name] = (...given) => {
        const made = plain(...given);
        made.catch(fail);
        return made;
      };
    }
    loadPyodide(options).then(done, fail);
  });
}

// Puts in place the files that Python has written `together`.
function unpack(content) {
  const bytes = new Uint8Array(content), made = new Set();
  let at = bytes.indexOf(10) + 1;
  for (const [path, size] of Object.entries(JSON.parse(new TextDecoder().decode(bytes.subarray(0, at))))) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(path, bytes.subarray(at, at += size), { canOwn: true });
  }
}

// For the next visit are kept: the memory of Python as it has started, and what it has compiled of the modules.

const placeOf = (what) => `${engine}${what}?of=${encodeURIComponent(`${VERSION} ${navigator.userAgent}`)}`;

async function keptBefore() {
  try {
    const cache = await storage.open(keptIn);
    const whole = async (what) => {
      const found = await cache.match(placeOf(what)), content = await found.arrayBuffer();
      if (content.byteLength !== Number(found.headers.get("size"))) throw new Error(`${what} is not whole`);
      return content;
    };
    const [memory, compiled] = await Promise.all([whole("memory"), whole("compiled")]);
    return { memory, compiled };
  } catch {
    return null; // nothing is kept, or not all of it
  }
}

async function keep() {
  const memory = keeping, room = storage;
  keepNothing();
  try {
    const [compiled] = taken(self.course.compiled(INSTALLED));
    await room.delete(keptIn);
    const cache = await room.open(keptIn);
    const put = (what, content) => cache.put(placeOf(what), new Response(content, { headers: { size: content.byteLength } }));
    await Promise.all([put("memory", memory), put("compiled", compiled)]);
  } catch { // no room, or nothing may be kept: the next visit starts as the first one
    await room.delete(keptIn).catch(() => {});
  }
}

// Once a learner's code has run, what Python has compiled may be the learner's too.
function keepNothing() {
  keeping = storage = undefined;
}

// What a learner types runs here. It gets no way out: no request, no other script, no storage.
function seal() {
  python.runPython(`
import sys
from _pyodide._importhook import jsfinder
sys.meta_path.remove(jsfinder)
jsfinder.jsproxies.clear()
for name in ("js", "pyodide_js", "pyodide.http"):
    sys.modules[name] = None
`);
  for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "indexedDB", "caches",
    "importScripts", "BroadcastChannel", "Worker", "FontFace", "fonts", "webkitRequestFileSystem", "webkitRequestFileSystemSync",
    "webkitResolveLocalFileSystemURL", "webkitResolveLocalFileSystemSyncURL"]) remove(self, name);
  for (const name of ["storage", "storageBuckets", "serviceWorker", "locks"]) remove(navigator, name);
  plainFetch = undefined;
  coming = {};
  if (!keeping) keepNothing();
}

// Takes a name from an object and from those that it has it from.
function remove(object, name) {
  for (let place = object; place; place = Object.getPrototypeOf(place)) {
    if (place === object || Object.hasOwn(place, name)) Object.defineProperty(place, name, { value: undefined, writable: false, configurable: false });
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
  if (LEARNERS.has(data.ask)) keepNothing();
  try {
    const answered = await ANSWERS[data.ask](data);
    if (!answered) return;
    const [answer, moved] = answered;
    postMessage({ id: data.id, answer }, moved || []);
    if (keeping && data.ask === "open") await keep();
  } catch (error) {
    postMessage({ id: data.id, error: String(error.message || error) });
  }
};
