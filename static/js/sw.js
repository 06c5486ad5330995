// The service worker: keeps the files under /static/ and one page for when there is no connection,
// and says that something has come. Pages are never kept: what somebody signed in reads is tax data,
// and the device may be shared.
// The server writes two names in here: of this edition of the files, and of the icon.
const FILES = "footing-EDITION";
const ICON = "/ICON";
const OFFLINE = "/offline";

/** The page as nobody in particular sees it, and what it needs to look right. */
async function keepOfflinePage() {
  const page = await fetch(OFFLINE, { credentials: "omit", cache: "no-store" });
  if (!page.ok) throw new Error(`${OFFLINE} answered ${page.status}`);
  const files = (await page.clone().text()).match(/\/static\/[\w.-]+/g) ?? [];
  for (const answer of await Promise.all([...new Set([ICON, ...files])].map(file))) {
    if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
  }
  await (await caches.open(FILES)).put(OFFLINE, page);
}

async function takeOver() {
  for (const name of await caches.keys()) if (name !== FILES) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

/** Whether a file is the one that its address names: by the first six bytes of its hash. */
async function isNamed(answer, request) {
  const named = /\.([0-9a-f]{12})\.\w+$/.exec(new URL(request.url ?? request, location).pathname)?.[1];
  const hash = await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer());
  return Array.from(new Uint8Array(hash, 0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("") === named;
}

/** A file as its address names it, kept or fetched; anything else under that address is none. */
async function file(request) {
  const kept = await caches.open(FILES);
  const known = await kept.match(request, { ignoreVary: true });
  if (known && (await isNamed(known, request))) return known;
  const answer = await fetch(request);
  if (!answer.ok) return answer;
  if (!(await isNamed(answer, request))) return Response.error();
  await kept.put(request, answer.clone());
  return answer;
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

addEventListener("install", (event) => event.waitUntil(keepOfflinePage().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(takeOver()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(event));
});

// A push is empty: whoever carried it knows no more than that there is something. What, the site says,
// in words that may stand on a locked screen.
const SOMETHING = { title: "News on Footing", path: "/notifications", tag: "notices" };

async function news() {
  try {
    const answer = await fetch("/notifications/push", { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : SOMETHING;
  } catch {
    return SOMETHING;
  }
}

addEventListener("push", (event) => event.waitUntil(Promise.allSettled([show(), navigator.setAppBadge?.()])));

async function show() {
  const { title, path, tag } = await news();
  await registration.showNotification(title, { tag, icon: ICON, badge: ICON, data: path });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data ?? "/messages"));
});

async function openPage(path) {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = (one) => new URL(one.url).pathname;
  const known = open.find((one) => shown(one) === path || shown(one).startsWith(`${path}/`));
  return known ? known.focus() : clients.openWindow(path);
}

// Whoever signs out takes their notifications along; here, as the page that says so is on its way out.
addEventListener("message", (event) => {
  if (event.data === "signed-out") event.waitUntil(forget());
});

async function forget() {
  const told = await registration.pushManager?.getSubscription();
  const notifications = (await registration.getNotifications?.()) ?? [];
  notifications.forEach((one) => one.close());
  await Promise.allSettled([told?.unsubscribe(), navigator.clearAppBadge?.()]);
}
