// Footing as an app: the worker is installed, there is a page for no connection, nothing personal is
// kept, and word of a message comes while no page is open, if that is asked for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./look.js";
import { open, signIn, signOut, site, until, visit } from "./support.js";

let here, ben;
before(async () => {
  here = await site("pushing");
  ben = await enter(here.people.accountant);
});
after(() => ben?.context.close());

async function enter(person) {
  const visitor = await visit(here);
  await visitor.context.grantPermissions(["notifications"], { origin: here.url });
  await visitor.context.addInitScript(standInForPushService);
  await signIn(visitor.page, person);
  return visitor;
}

/** No push service can be reached from here, so the browser's answer is made up. */
function standInForPushService() {
  const key = "stand-in";
  const made = () => {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    return kept && {
      endpoint: kept.endpoint,
      options: { applicationServerKey: Uint8Array.from(kept.key).buffer },
      unsubscribe: async () => {
        localStorage.removeItem(key);
        return true;
      },
    };
  };
  PushManager.prototype.getSubscription = async () => made();
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly) throw new Error("pushes that nobody sees are not allowed");
    localStorage.setItem(key, JSON.stringify({ endpoint: "https://fcm.googleapis.com/fcm/send/ben", key: [...applicationServerKey] }));
    return made();
  };
}

const controlled = (page) =>
  until("a worker that sees to the page", 20, () => page.evaluate(() => Boolean(navigator.serviceWorker.controller)));

/** Address and text of all that the browser's caches hold. */
const kept = (page) =>
  page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        found.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
      }
    }
    return found;
  });

test("without a connection there is a page that says so, and no page of one's own is kept", { timeout: 120_000 }, async () => {
  const { page, context } = ben;
  await controlled(page);
  for (const path of ["/practice", "/practice/bookings", "/bookings", "/messages", "/settings/messages", "/notifications"]) await open(page, path);
  await open(page, "/offline");
  await look(page);

  await context.setOffline(true);
  await page.goto("/practice/bookings?from=a-link");
  assert.equal(await page.locator("h1").innerText(), "No connection");
  assert.equal(new URL(page.url()).pathname, "/practice/bookings", "at the address that was asked for");
  const family = await page.locator("h1").evaluate((one) => getComputedStyle(one).fontFamily);
  assert.match(family, /Bricolage/, "in the site's own look");
  assert.ok(await page.evaluate(() => document.fonts.ready.then(() => document.fonts.check("1em 'Bricolage Grotesque'"))), "and letters");

  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.waitForURL("**/practice/bookings?");
  assert.equal(await page.locator("body").getAttribute("data-page"), "practice_bookings");

  const files = await kept(page);
  assert.ok(files.length > 5);
  for (const [path, text] of files) {
    assert.ok(path === "/offline" || path.startsWith("/static/"), `${path} is kept`);
    if (path === "/offline") assert.ok(!text.includes("Signed in as") && !text.includes('name="csrf"'), "the page is nobody's own");
  }
});

test("a push shows that there is something, and not from whom", { timeout: 60_000 }, async () => {
  const { page, context } = ben;
  await open(page, "/practice");
  await controlled(page);
  const browser = await context.newCDPSession(page);
  const registrations = [];
  browser.on("ServiceWorker.workerRegistrationUpdated", (event) => registrations.push(...event.registrations));
  await browser.send("ServiceWorker.enable");
  const { registrationId } = await until("registration", 10, () => registrations.find((one) => one.scopeURL === `${here.url}/`));
  await browser.send("ServiceWorker.deliverPushMessage", { origin: here.url, registrationId, data: "" });
  const shown = () =>
    page.evaluate(async () => {
      const all = await (await navigator.serviceWorker.ready).getNotifications();
      return all.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
    });
  await until("notification", 10, async () => (await shown()).length);
  assert.deepEqual(await shown(), [{ title: "News on Footing", body: "", tag: "notices", data: "/notifications" }]);
  await browser.detach();
});

test("who has sent a message is asked once, and can turn it off under Settings", { timeout: 120_000 }, async () => {
  const { page } = ben;
  await open(page, "/settings/messages");
  const setting = page.locator("#push");
  await setting.waitFor();
  assert.equal(await setting.getByRole("button").innerText(), "Tell me about new messages");

  await open(page, "/messages");
  await page.getByLabel("Recovery code").fill(/^ +ben +(\S.*)$/m.exec(here.output())[1]);
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.locator("body[data-unlocked]").waitFor();
  await page.locator("#conversations a", { hasText: "Ana Duarte" }).first().click();
  await page.locator("#composer-body").waitFor();
  assert.equal(await page.locator("#push-offer").count(), 0, "not on load");
  await page.locator("#composer-body").fill("Your accounts are done.");
  await page.locator("#send").click();
  const offer = page.locator("#push-offer");
  await offer.waitFor();
  await look(page);
  const asked = page.waitForResponse((answer) => answer.url().endsWith("/notifications/push"));
  await offer.getByRole("button", { name: "Tell me about new messages" }).click();
  assert.equal((await asked).status(), 204);
  await offer.waitFor({ state: "detached" });
  await page.locator("#composer-body").fill("And filed.");
  await page.locator("#send").click();
  await page.locator("enc-msg", { hasText: "And filed." }).waitFor();
  assert.equal(await offer.count(), 0, "not again");

  await open(page, "/settings/messages");
  await look(page);
  const stop = setting.getByRole("button", { name: "Stop telling me" });
  const ended = page.waitForResponse((answer) => answer.url().endsWith("/notifications/push/removal"));
  await stop.click();
  assert.equal((await ended).status(), 204);
  await setting.getByRole("button", { name: "Tell me about new messages" }).waitFor();
});

test("signing out takes the notifications along", { timeout: 60_000 }, async () => {
  const { page } = ben;
  await open(page, "/practice");
  await controlled(page);
  await signOut(page);
  await until("end of the notifications", 10, () =>
    page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 0),
  );
});
