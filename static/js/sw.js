// The service worker: keeps the files under /static/ and one page for when there is no connection,
// and says that a message has come. Pages are never kept: what somebody signed in reads is tax data,
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
  const kept = await caches.open(FILES);
  await kept.addAll([...new Set([ICON, ...files])]);
  await kept.put(OFFLINE, page);
}

async function takeOver() {
  for (const name of await caches.keys()) if (name !== FILES) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

/** A file's address holds the hash of its content, so a kept one is always the right one. */
async function file(request) {
  const kept = await caches.open(FILES);
  const known = await kept.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request, answer.clone());
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

// A push is empty: whoever carried it knows no more than what is said here.
addEventListener("push", (event) => {
  const shown = registration.showNotification("New message on Footing", { tag: "messages", icon: ICON, badge: ICON });
  event.waitUntil(Promise.allSettled([shown, navigator.setAppBadge?.()]));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openMessages());
});

async function openMessages() {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const inbox = open.find((one) => /^\/messages(\/|$)/.test(new URL(one.url).pathname));
  return inbox ? inbox.focus() : clients.openWindow("/messages");
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
