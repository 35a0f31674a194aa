// Python in a worker: it answers for explorers and checks, and cannot reach the page or another host.
"use strict";

const FILES = {}; // name -> bytes, written when the site is built
const PACKAGES = ["numpy", "matplotlib"];
const plainFetch = self.fetch.bind(self);
const coming = {};
let engine, python, running, writing, arrived = 0;

function file(name) {
  coming[name] ??= plainFetch(engine + name).then(counted);
  return coming[name];
}

async function counted(response) {
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
  const type = response.url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  const count = new TransformStream({
    transform(part, controller) {
      arrived += part.length;
      tellProgress();
      controller.enqueue(part);
    },
  });
  return new Response(response.body.pipeThrough(count), { headers: { "content-type": type } });
}

let told = 0;
function tellProgress() {
  if (arrived - told < 200000) return;
  told = arrived;
  postMessage({ arrived, all: Object.values(FILES).reduce((a, b) => a + b, 0) });
}

async function start(root, sharp) {
  engine = root + "engine/";
  const modules = Object.keys(FILES).find((name) => name.startsWith("modules-"));
  for (const name of Object.keys(FILES)) if (!name.endsWith(".js")) file(name).catch(() => {});
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
  python.runPython(`
import importlib.util, pathlib, shutil, sys
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
  const view = array.getBuffer("u8clamped");
  state.size ??= [view.shape[1], view.shape[0]];
  state.pixels = view.data.slice().buffer;
  view.release();
  array.destroy();
  return [state, [state.pixels]];
}

const ANSWERS = {
  start: async ({ root, sharp }) => [await start(root, sharp)],
  open: ({ key, name, content, values }) => {
    const bytes = content ? python.toPy(new Uint8Array(content)).tobytes() : undefined;
    return picture(key, self.course.open_explorer(key, name, bytes, JSON.stringify(values)));
  },
  move: ({ key, values }) => picture(key, self.course.move(key, JSON.stringify(values))),
  listen: ({ key }) => {
    const bytes = self.course.listen(key);
    const view = bytes.getBuffer("u8");
    const sound = view.data.slice().buffer;
    view.release();
    bytes.destroy();
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
    const [answer, moved] = await ANSWERS[data.ask](data);
    postMessage({ id: data.id, answer }, moved || []);
  } catch (error) {
    postMessage({ id: data.id, error: String(error.message || error) });
  }
};
