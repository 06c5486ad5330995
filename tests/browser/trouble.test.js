// Messages where the browser does not play along: no store, no locks, no room, a clock that was put right.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { look, open, site, until } from "./support.js";
import { PHONE, bodies, enter, live, path, unlock, write } from "./talk.js";

let demo;
before(async () => {
  demo = await site("demo");
});

const said = (page, what) => until(`${what} on ${page.url()}`, 20, async () => what.test((await page.locator("#chat-state").allInnerTexts()).join()));
const ANA = "a.conversation";

/** A conversation, opened in a browser that plays along. */
async function talk(how) {
  const ana = await enter(demo, demo.people.client, how);
  await open(ana.page, "/messages");
  await unlock(ana.page, ana.person.code);
  await ana.page.locator("body[data-unlocked]").waitFor();
  await ana.page.locator(ANA, { hasText: "Ben" }).click();
  await live(ana.page);
  return ana;
}

/** What a page finds instead of a place to keep something. */
const BROKEN = {
  "no IndexedDB": () => Object.defineProperty(globalThis, "indexedDB", { value: undefined }),
  "an IndexedDB that may not be touched": () =>
    Object.defineProperty(globalThis, "indexedDB", { get: () => { throw new DOMException("no", "SecurityError"); } }),
  "an IndexedDB that does not open": () => {
    IDBFactory.prototype.open = () => {
      const request = new EventTarget();
      setTimeout(() => request.onerror?.(new Event("error")), 10);
      return request;
    };
  },
  "an IndexedDB that never answers": () => {
    IDBFactory.prototype.open = () => new EventTarget();
  },
  "no locks": () => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }),
};

for (const [what, breakIt] of Object.entries(BROKEN)) {
  test(`with ${what} every page of messages says so in a sentence`, { timeout: 90_000 }, async () => {
    const ana = await enter(demo, demo.people.client, PHONE);
    try {
      await open(ana.page, "/messages");
      const conversation = await ana.page.locator(ANA).first().getAttribute("href");
      await ana.context.addInitScript(breakIt);
      for (const address of ["/messages", "/messages/new", conversation, "/settings/messages"]) {
        await open(ana.page, address);
        await said(ana.page, /keeps nothing here|too old/);
        assert.equal(await ana.page.locator("#chat-state").count(), 1);
        assert.doesNotMatch(await ana.page.locator("#chat-state").innerText(), /undefined|Error|reading/);
        await look(ana.page);
      }
    } finally {
      await ana.context.close();
    }
  });
}

test("what is written stays in the field until it is kept, and is said to be there", { timeout: 120_000 }, async () => {
  const ana = await talk();
  try {
    const { page } = ana;
    const failures = [];
    page.on("pageerror", (error) => failures.push(error.message));
    await page.evaluate(() => {
      globalThis.put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    const before = (await bodies(page)).length;
    await write(page, "A long answer that nobody wants to write twice.");
    await until("words about it", 10, async () => /no room left/.test(await page.locator("#composer-said").innerText()));
    assert.equal(await page.locator("#composer-body").inputValue(), "A long answer that nobody wants to write twice.");
    assert.equal((await bodies(page)).length, before, "nothing looks as if it were sent");
    // a transaction that fails only at its end counts as well
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = function (...all) {
        const request = globalThis.put.apply(this, all);
        this.transaction.abort();
        return request;
      };
    });
    await page.click("#send");
    await page.waitForTimeout(500);
    assert.equal(await page.locator("#composer-body").inputValue(), "A long answer that nobody wants to write twice.");
    await page.evaluate(() => (IDBObjectStore.prototype.put = globalThis.put));
    await page.click("#send");
    await until("that it is sent", 15, async () => (await bodies(page)).at(-1) === "A long answer that nobody wants to write twice.");
    assert.equal(await page.locator("#composer-body").inputValue(), "");
    assert.deepEqual(failures, [], "nothing fails unheard");
  } finally {
    await ana.context.close();
  }
});

test("a browser without room still opens what it has a key for", { timeout: 120_000 }, async () => {
  const ana = await talk();
  try {
    await ana.context.addInitScript(() => {
      IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    await ana.page.reload();
    await until("the messages", 15, async () => (await bodies(ana.page)).includes("The April statement of the letting agent is the one I need next."));
    assert.ok((await bodies(ana.page)).every((text) => !/verified/.test(text)));
    await look(ana.page);
  } finally {
    await ana.context.close();
  }
});

test("what is written offline goes out in the order it was written, whatever becomes of the clock", { timeout: 120_000 }, async () => {
  const ana = await talk();
  try {
    const { page, context } = ana;
    await context.setOffline(true);
    await write(page, "FIRST");
    await page.locator("enc-msg[id^=p-]").first().waitFor();
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() - 3_600_000;
    });
    await write(page, "SECOND");
    await until("both waiting", 10, async () => (await page.locator("enc-msg[id^=p-]").count()) === 2);
    await context.setOffline(false);
    await page.locator("enc-msg[id^=p-]").first().waitFor({ state: "detached" });
    await until("both sent", 15, async () => (await page.locator("enc-msg[id^=p-]").count()) === 0);
    assert.deepEqual((await bodies(page)).slice(-2), ["FIRST", "SECOND"]);
  } finally {
    await ana.context.close();
  }
});

test("a text has the direction of its own letters, in the list and in the conversation", { timeout: 120_000 }, async () => {
  const ana = await talk();
  const direction = (page, text) => page.evaluate((wanted) => {
    const one = [...document.querySelectorAll("enc-msg")].reverse().find((it) => it.shadowRoot?.textContent.includes(wanted));
    return getComputedStyle(one.shadowRoot.querySelector("[part=body]")).direction;
  }, text);
  try {
    const { page } = ana;
    for (const [text, expected] of [["שלום, מה שלומך? ABC 123.", "rtl"], ["123 (مرحبا) ok", "rtl"], ["Good morning, שלום", "ltr"]]) {
      await write(page, text);
      await until(text, 10, async () => (await bodies(page)).includes(text));
      assert.equal(await direction(page, text), expected, text);
    }
    await write(page, "see (https://example.org/a_(b)) and https://en.wikipedia.org/wiki/Tax_(law)");
    await until("links", 10, async () => (await page.locator("#messages enc-msg").last().locator("a").count()) === 2);
    const links = await page.locator("#messages enc-msg").last().locator("a").evaluateAll((all) => all.map((one) => one.href));
    assert.deepEqual(links, ["https://example.org/a_(b)", "https://en.wikipedia.org/wiki/Tax_(law)"]);
    await write(page, "שוב שלום.");
    await until("the last one", 10, async () => (await bodies(page)).includes("שוב שלום."));
    await page.locator("enc-msg[id^=p-]").waitFor({ state: "detached" });
    await open(page, "/messages");
    await page.locator("body[data-unlocked]").waitFor();
    await until("the preview", 10, async () => (await direction(page, "שוב שלום.").catch(() => "")) === "rtl");
  } finally {
    await ana.context.close();
  }
});

test("how much room a long text takes is counted in bytes while it is typed, and said before it is sent", { timeout: 120_000 }, async () => {
  const ana = await talk(PHONE);
  try {
    const { page } = ana;
    const count = page.locator("#composer-count");
    const fill = (text) => page.fill("#composer-body", text);
    await fill("x".repeat(1000));
    assert.equal(await count.innerText(), "");
    await fill("é".repeat(7000));
    assert.match(await count.innerText(), /13\.7 of 16 KB/);
    await fill("é".repeat(8193)); // fewer letters than 16,384, and two bytes more
    assert.match(await count.innerText(), /^Too long by 2 bytes/);
    await look(page);
    const before = (await bodies(page)).length;
    await page.click("#send");
    await page.waitForTimeout(300);
    assert.equal((await bodies(page)).length, before);
    assert.equal((await page.locator("#composer-body").inputValue()).length, 8193, "nothing is cut off");
    await fill("é".repeat(8192));
    await page.click("#send");
    await until("that it is sent", 15, async () => (await bodies(page)).at(-1)?.length === 8192);
    assert.ok(path(page));
  } finally {
    await ana.context.close();
  }
});

test("a text that can never be sealed stands as not sent, to be edited or discarded, and blocks nothing behind it", { timeout: 120_000 }, async () => {
  const ana = await talk();
  /** As an earlier version may have kept it: what is too long, past the field that counts. */
  const keepTooLong = (page, order) => page.evaluate(async (number) => {
    const module = (name) => import(document.querySelector(`link[rel=modulepreload][href*="js-chat-${name}."]`).href);
    const [{ openStore, loadAccount, putSealed }, conv] = [await module("store"), document.querySelector("main").dataset.conversation];
    const store = await openStore(document.querySelector("meta[name=chat-user]").content);
    const name = `${conv}/${String(number).padStart(15, "0")}/AAAAAA`;
    const payload = { t: "text", body: "x".repeat(16 * 1024 + 1) };
    const item = { id: `${"A".repeat(21)}g`, act: 0, target: 0, payload, wire: null, name };
    await putSealed(store, await loadAccount(store), "outbox", name, item);
    store.close();
  }, order);
  try {
    const { page } = ana;
    const conversation = path(page);
    const failed = page.locator(".message--failed", { hasText: "Not sent. That is too much for one message." });
    for (const [order, act] of [[1, "Discard"], [2, "Edit"]]) {
      await keepTooLong(page, order);
      await open(page, conversation);
      await failed.waitFor();
      await write(page, `Behind it, before ${act}.`);
      await until("what came after it", 15, async () => (await page.locator("#messages enc-msg[data-seq]").last().evaluate((one) => one.shadowRoot.textContent)).includes(`Behind it, before ${act}.`));
      assert.equal(await failed.count(), 1, "it still stands");
      await look(page);
      await failed.getByRole("button", { name: act }).click();
      await failed.waitFor({ state: "detached" });
    }
    assert.equal((await page.locator("#composer-body").inputValue()).length, 16 * 1024 + 1, "all of it is there to be shortened");
    assert.match(await page.locator("#composer-count").innerText(), /^Too long by 1 bytes/);
    await page.fill("#composer-body", "Shortened.");
    await page.click("#send");
    await until("that it is sent", 15, async () => (await bodies(page)).at(-1) === "Shortened.");
    await open(page, conversation);
    await live(page);
    assert.equal(await page.locator("enc-msg[id^=p-]").count(), 0, "nothing is left of either");
  } finally {
    await ana.context.close();
  }
});
