// The service worker by itself, in a world made up for it: what it keeps, answers and shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createHash } from "node:crypto";
import { createContext, runInContext } from "node:vm";

/** Files under the addresses that their contents have. */
const contents = new Map();
function named(name) {
  const content = `content of ${name}`;
  const path = `/static/${name.replace(".", `.${createHash("sha256").update(content).digest("hex").slice(0, 12)}.`)}`;
  contents.set(path, content);
  return path;
}
const [ICON, SHEET, SITE, OTHER] = ["icon.png", "app.css", "site.js", "new.js"].map(named);

const script = readFileSync(new URL("../../../static/js/sw.js", import.meta.url), "utf8").replace("EDITION", "two").replace("/ICON", ICON);
const HOME = "https://footing.example";
const OFFLINE = `<link href="${SHEET}"><script src="${SITE}"></script><h1>No connection</h1>`;

/** A browser with this worker; `net` answers requests, or throws where there is no connection. */
function browser(net) {
  const stores = new Map([["footing-one", new Map([["/static/old.js", new Response("old")]])]]);
  const path = (request) => new URL(request.url ?? request, HOME).pathname;
  const cache = (name) => {
    const kept = stores.get(name) ?? stores.set(name, new Map()).get(name);
    return {
      match: async (request) => kept.get(path(request))?.clone(),
      put: async (request, answer) => void kept.set(path(request), answer),
    };
  };
  const heard = {};
  const seen = { shown: [], opened: [], focused: [], badge: [], subscribed: true, asked: [], open: [] };
  const world = {
    URL, Response, console, crypto,
    location: new URL(`${HOME}/sw.js`),
    addEventListener: (name, act) => (heard[name] = act),
    skipWaiting: async () => {},
    fetch: async (request, how) => {
      seen.asked.push([path(request), how?.credentials]);
      return net(path(request));
    },
    caches: {
      open: async (name) => cache(name),
      keys: async () => [...stores.keys()],
      delete: async (name) => stores.delete(name),
      match: async (request) => (await Promise.all([...stores.keys()].map((name) => cache(name).match(request)))).find(Boolean),
    },
    clients: {
      claim: async () => {},
      matchAll: async () => seen.open.map((url) => ({ url, focus: async () => seen.focused.push(url) })),
      openWindow: async (url) => seen.opened.push(url),
    },
    registration: {
      showNotification: async (title, how) => seen.shown.push([title, { ...how }]),
      getNotifications: async () => [{ close: () => seen.shown.pop() }],
      pushManager: { getSubscription: async () => ({ unsubscribe: async () => (seen.subscribed = false) }) },
    },
    navigator: { setAppBadge: async () => seen.badge.push("set"), clearAppBadge: async () => seen.badge.push("clear") },
  };
  runInContext(script, createContext(world));
  /** Lets something happen; the answer to a request, if the worker gives one. */
  const happen = async (name, more = {}) => {
    const [waits, answers] = [[], []];
    heard[name]({ waitUntil: (one) => waits.push(one), respondWith: (one) => answers.push(one), ...more });
    await Promise.all(waits);
    return answers[0];
  };
  const ask = (url, { method = "GET", mode = "no-cors" } = {}) =>
    happen("fetch", { request: { url: new URL(url, HOME).href, method, mode }, preloadResponse: Promise.resolve(undefined) });
  return { stores, seen, happen, ask };
}

const online = (path) => new Response(path === "/offline" ? OFFLINE : (contents.get(path) ?? `content of ${path}`));
const offline = () => {
  throw new TypeError("no connection");
};
const text = async (answer) => (await answer).text();

test("it keeps the page for no connection as nobody's own, what that needs, and forgets older files", async () => {
  const { stores, seen, happen } = browser(online);
  await happen("install");
  await happen("activate");
  assert.deepEqual([...stores.keys()], ["footing-two"]);
  assert.deepEqual([...stores.get("footing-two").keys()].sort(), ["/offline", ICON, SHEET, SITE].sort());
  assert.deepEqual(seen.asked[0], ["/offline", "omit"]);
});

test("a file is asked for once, a page each time and never kept", async () => {
  const { stores, seen, happen, ask } = browser(online);
  await happen("install");
  const before = seen.asked.length;
  for (let n = 0; n < 3; n += 1) assert.equal(await text(ask(OTHER)), "content of new.js");
  assert.equal(seen.asked.length, before + 1);
  for (let n = 0; n < 3; n += 1) assert.equal(await text(ask("/messages", { mode: "navigate" })), "content of /messages");
  assert.equal(seen.asked.length, before + 4);
  assert.ok(![...stores.get("footing-two").keys()].includes("/messages"));
});

test("it leaves alone what is not asked of it: other sites, forms, parts of pages", async () => {
  const { ask } = browser(online);
  assert.equal(await ask("https://elsewhere.example/static/x.js"), undefined);
  assert.equal(await ask("/login", { method: "POST", mode: "navigate" }), undefined);
  assert.equal(await ask("/messages?open=1"), undefined);
});

test("an answer that is an error is not kept", async () => {
  const { stores, ask } = browser(() => new Response("gone", { status: 404 }));
  assert.equal((await ask("/static/none.js")).status, 404);
  assert.ok(!stores.get("footing-two").has("/static/none.js"));
});

test("a file that is not what its address names is neither given out nor kept", async () => {
  let isAltered = true;
  const { stores, ask } = browser((path) => (isAltered ? new Response("altered") : online(path)));
  assert.equal((await ask(OTHER)).type, "error");
  assert.ok(!stores.get("footing-two").has(OTHER));
  isAltered = false;
  assert.equal(await text(ask(OTHER)), "content of new.js");
  stores.get("footing-two").set(OTHER, new Response("altered in the cache"));
  assert.equal(await text(ask(OTHER)), "content of new.js");
});

test("without a connection a page is the one kept for that", async () => {
  let net = online;
  const { happen, ask } = browser((path) => net(path));
  await happen("install");
  net = offline;
  assert.match(await text(ask("/bookings", { mode: "navigate" })), /No connection/);
});

test("a push shows what the site says of it, and a click leads there", async () => {
  const says = { title: "New message on Footing", path: "/messages", tag: "messages" };
  const { seen, happen } = browser((path) => (path === "/notifications/push" ? Response.json(says) : online(path)));
  await happen("push", { data: { text: () => "what a push service might make up" } });
  const icons = { icon: ICON, badge: ICON };
  assert.deepEqual(seen.shown, [["New message on Footing", { tag: "messages", ...icons, data: "/messages" }]]);
  assert.deepEqual(seen.badge, ["set"]);
  let closed = 0;
  const click = () => happen("notificationclick", { notification: { data: "/messages", close: () => (closed += 1) } });
  seen.open.push(`${HOME}/messages-of-others`, `${HOME}/bookings`);
  await click();
  assert.deepEqual([seen.opened, seen.focused], [["/messages"], []]);
  seen.open.push(`${HOME}/messages/0C9K4VXT2M7QA`);
  await click();
  assert.deepEqual([seen.opened.length, seen.focused, closed], [1, [`${HOME}/messages/0C9K4VXT2M7QA`], 2]);
});

test("a push that the site explains to nobody says only that there is something", async () => {
  for (const net of [() => new Response("{}", { status: 401 }), offline]) {
    const { seen, happen } = browser(net);
    await happen("push");
    assert.deepEqual([seen.shown[0][0], seen.shown[0][1].data], ["News on Footing", "/notifications"]);
  }
});

test("signing out ends the subscription and takes away what was shown", async () => {
  const { seen, happen } = browser(online);
  await happen("push");
  await happen("message", { data: "anything else" });
  assert.ok(seen.subscribed && seen.shown.length === 1);
  await happen("message", { data: "signed-out" });
  assert.deepEqual([seen.subscribed, seen.shown, seen.badge], [false, [], ["set", "clear"]]);
});
