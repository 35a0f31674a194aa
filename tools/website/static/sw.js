// Keeps what was read, so that it can be read again without a network.
"use strict";

const OURS = `rnn-unrolled ${new URL(registration.scope).pathname} `; // this host may have another copy of the site
const NAME = OURS + "VERSION";
const PAGES = []; // written when the site is built
const ENGINE = []; // so is this
const LASTS = /\/(engine-[^/]+|arguments|pictures|_images)\/|[?&](v|digest)=|\.woff2$/; // never changes under its name

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then((cache) => Promise.allSettled(PAGES.map((page) => cache.add(page)))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(OURS) && name !== NAME) {
        const old = await caches.open(name), now = await caches.open(NAME);
        for (const request of await old.keys()) {
          if (ENGINE.some((file) => request.url.endsWith(`/${file}`))) await now.put(request, await old.match(request)).catch(() => {}); // no room
        }
        await caches.delete(name);
      }
    }
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  const { data } = event;
  if (!data.keep) return;
  event.waitUntil(caches.open(NAME).then(async (cache) => {
    // The worker that runs Python may be older than this service, and what it fetched was then not seen here.
    for (const address of new Set([...data.keep, ...(data.engine ? ENGINE : [])])) {
      const url = new URL(address, registration.scope);
      if (url.origin !== location.origin || (await cache.match(url.href))) continue;
      await cache.add(url.href).catch(() => {});
    }
  }));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (navigator.onLine && url.pathname.endsWith(".wasm")) return; // what is compiled of it is kept with where it came from
  event.respondWith(LASTS.test(url.href) ? keptFirst(event.request) : networkFirst(event.request));
});

async function keptFirst(request) {
  const kept = await (await opened())?.match(request);
  return kept ?? fetchAndKeep(request);
}

async function networkFirst(request) {
  try {
    return await fetchAndKeep(request);
  } catch (error) {
    const cache = await opened();
    const kept = await cache?.match(request, { ignoreSearch: true }) ?? await cache?.match(request.url.replace(/\/$/, "/index.html"));
    if (kept) return kept;
    throw error;
  }
}

// Where there is no room, nothing is kept, and the page has what it asked for all the same.
async function fetchAndKeep(request) {
  const fresh = await fetch(request);
  const copy = fresh.status === 200 && fresh.clone();
  if (copy) opened().then((cache) => cache?.put(request, copy)).catch(() => {});
  return fresh;
}

const opened = () => caches.open(NAME).catch(() => null); // some browsers keep nothing
