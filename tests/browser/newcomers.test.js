// People who never got a recovery code: a second browser, signing out, starting fresh.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { follow, look, open, signUp, site, until, visit } from "./support.js";
import { PHONE, bodies, enter, keepCode, live, path, shows, unlock, write } from "./talk.js";

const opened = (page) => page.locator("body[data-unlocked]").waitFor();
const says = (page, what) => until(`${what} on ${page.url()}`, 15, async () => what.test(await page.locator("#chat-state").innerText()));

let demo, dot;
before(async () => {
  demo = await site("demo");
  dot = { ...demo.people.accountant, email: "dot@example.com" };
});

/** Dot opens a conversation with Ben, and writes nothing. */
async function meet(page, who = /^Message Ben/) {
  await open(page, "/messages/new?q=ben-north");
  await follow(page.getByRole("button", { name: who }));
  return path(page);
}

test("a second browser makes new keys by itself while nothing was written, and the other side reads it in one quiet line", { timeout: 180_000 }, async () => {
  const [first, ben] = [await enter(demo, dot), await enter(demo, demo.people.accountant, PHONE)];
  const second = await enter(demo, dot, PHONE);
  try {
    await open(first.page, "/messages");
    await opened(first.page);
    const conversation = await meet(first.page);
    await open(ben.page, conversation);
    await unlock(ben.page, ben.person.code);
    await live(ben.page);

    await open(second.page, "/messages");
    await opened(second.page);
    assert.equal(await second.page.locator("#unlock-messages").count(), 0, "no code is asked for");
    await open(ben.page, conversation);
    await says(ben.page, /updated their encryption key/);
    assert.equal(await ben.page.locator("#accept-key").count(), 0, "nothing was sealed for the older key");
    await write(ben.page, "Good morning, Dot.");
    await shows(ben.page, "Good morning, Dot.");
    await ben.page.locator("enc-msg[id^=p-]").waitFor({ state: "detached" });

    // now there is something to lose: the first browser is led to the one that holds the key
    await open(first.page, "/messages");
    await first.page.locator("#holders").waitFor();
    const gate = first.page.locator("#unlock-messages");
    assert.match(await gate.innerText(), /Chrome on Linux, last used today/);
    assert.match(await gate.innerText(), /Add another device/);
    assert.doesNotMatch(await gate.innerText(), /recovery code/i);
    assert.ok(!(await first.page.locator("#list").isVisible()), "what cannot be read is not half shown");
    await look(first.page);
    await open(first.page, conversation);
    await first.page.locator("#holders").waitFor();
    assert.ok(!(await first.page.locator("#composer").isVisible()));
    await look(first.page);

    // and what it says there works
    await open(second.page, "/settings/messages");
    await second.page.locator("#add-device").click();
    const code = await second.page.locator("#link-code").innerText();
    await unlock(first.page, code);
    await first.page.locator("#recovery-code").waitFor();
    await keepCode(first.page);
    await shows(first.page, "Good morning, Dot.");
  } finally {
    await Promise.all([first, second, ben].map(({ context }) => context.close()));
  }
});

test("signing out asks only where something would be lost", { timeout: 120_000 }, async () => {
  const out = async ({ page }) => {
    await page.locator('form[action="/logout"] button').first().evaluate((button) => button.click());
  };
  const left = async ({ page }) => until("that nobody is signed in", 15, async () => (await page.locator('form[action="/logout"]').count().catch(() => 1)) === 0);
  // a code is saved: nothing is lost with this browser
  const ben = await enter(demo, demo.people.accountant);
  const ana = await enter(demo, demo.people.client);
  try {
    await open(ben.page, "/messages");
    await unlock(ben.page, ben.person.code);
    await opened(ben.page);
    await out(ben);
    await left(ben);
    assert.deepEqual(await ben.page.evaluate(async () => (await indexedDB.databases()).filter(({ name }) => name.startsWith("footing-"))), [], "the keys have left");

    // what is not sent yet would be
    await open(ana.page, "/messages");
    await unlock(ana.page, ana.person.code);
    await opened(ana.page);
    await ana.page.locator("#conversations a.conversation").first().click();
    await live(ana.page);
    await ana.page.route("**/send_message", (route) => route.abort());
    await write(ana.page, "Never sent.");
    await ana.page.locator("enc-msg[id^=p-]").waitFor();
    ana.page.removeAllListeners("dialog");
    const asked = [];
    let isAccepted = false;
    ana.page.on("dialog", (dialog) => {
      asked.push(dialog.message());
      return isAccepted ? dialog.accept() : dialog.dismiss();
    });
    await out(ana);
    await until("a question", 10, () => asked.length === 1);
    assert.match(asked[0], /A message is not sent yet/);
    assert.equal(await ana.page.locator("enc-msg[id^=p-]").count(), 1, "who stays keeps it");
    isAccepted = true;
    await out(ana);
    await left(ana);
  } finally {
    await Promise.all([ben, ana].map(({ context }) => context.close()));
  }
});

test("who has no code yet is offered one before signing out, and who starts fresh is asked once and told that it worked", { timeout: 180_000 }, async () => {
  const newcomer = { email: "eve@example.org", role: "client", name: "Eve Sandoval" };
  const holder = await visit(demo);
  await signUp({ ...holder, site: demo, look: () => {} }, newcomer);
  const other = await enter(demo, newcomer, PHONE);
  const ben = await enter(demo, demo.people.accountant);
  try {
    await open(holder.page, "/messages");
    await opened(holder.page);
    const conversation = await meet(holder.page);
    await open(ben.page, conversation);
    await unlock(ben.page, ben.person.code);
    await live(ben.page);
    await write(ben.page, "A word before you keep a code.");
    await shows(ben.page, "A word before you keep a code.");
    await ben.page.locator("enc-msg[id^=p-]").waitFor({ state: "detached" });

    await open(holder.page, "/bookings");
    await holder.page.locator('form[action="/logout"] button').first().evaluate((button) => button.click());
    const dialog = holder.page.locator("#sign-out");
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /no recovery code/);
    await look(holder.page);
    await dialog.getByRole("link", { name: "Save a recovery code first" }).click();
    await holder.page.locator("#make-recovery").waitFor();

    const { page } = other;
    await open(page, "/messages");
    await page.getByText("I no longer have it").click();
    assert.match(await page.locator("#unlock-messages details").innerText(), /stay locked for you, for good/);
    let asked = 0;
    page.on("dialog", () => (asked += 1));
    let posts = 0;
    page.on("request", (request) => (posts += Number(request.method() === "POST" && path(page) && new URL(request.url()).pathname === "/messages/keys")));
    const start = page.getByRole("button", { name: "Start fresh" });
    await start.evaluate((button) => {
      button.click();
      button.click();
    });
    await page.locator("#recovery-code").waitFor();
    assert.match(await page.locator("#recovery").innerText(), /You have new keys/);
    assert.deepEqual([asked, posts], [1, 1], "asked once, done once");
    await look(page);
    await keepCode(page);
    await opened(page);
    await open(page, conversation);
    await until("locked history", 15, async () => (await bodies(page)).some((text) => /no key for it/.test(text)));
  } finally {
    await Promise.all([holder, other, ben].map(({ context }) => context.close()));
  }
});
