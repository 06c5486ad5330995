// The ways into one's messages: passkey, link, a changed key; and what others see of a change.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look, open, site, until } from "./support.js";
import { PHONE, bodies, enter, keepCode, live, path, shows, unlock, write } from "./talk.js";

const OLD = "The April statement of the letting agent is the one I need next.";
const opened = (page) => page.locator("body[data-unlocked]").waitFor();

let demo, ana, ben, conversation;
before(async () => {
  demo = await site("demo");
  ana = await enter(demo, demo.people.client);
  await open(ana.page, "/messages");
  await unlock(ana.page, ana.person.code);
  await opened(ana.page);
  await ana.page.locator("#conversations a.conversation", { hasText: "Ben" }).click();
  await shows(ana.page, OLD);
  conversation = path(ana.page);
  ben = await enter(demo, demo.people.accountant);
  await open(ben.page, conversation);
  await unlock(ben.page, ben.person.code);
  await shows(ben.page, OLD);
}, { timeout: 240_000 });
after(() => Promise.all([ana, ben].map((one) => one?.context.close())));

const settings = async (page) => {
  await open(page, "/settings/messages");
  await page.locator("#add-passkey").waitFor();
};
const says = (page, what) =>
  until(`${what} on ${page.url()}`, 15, async () => what.test(await page.locator("#chat-state").innerText()));

/** A device for passkeys that says yes by itself, for as long as `act` goes on. */
async function withAuthenticator(page, hasPrf, act) {
  const browser = await page.context().newCDPSession(page);
  await browser.send("WebAuthn.enable");
  const options = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true,
    hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, hasPrf };
  await browser.send("WebAuthn.addVirtualAuthenticator", { options });
  try {
    return await act();
  } finally {
    await browser.send("WebAuthn.disable");
    await browser.detach();
  }
}

/** What a browser kept for its person is gone, as after clearing its data. */
async function forget(page) {
  await open(page, "/settings");
  await page.evaluate(async () => {
    const all = (await indexedDB.databases()).filter(({ name }) => name.startsWith("footing-"));
    const gone = (name) => new Promise((done, failed) =>
      Object.assign(indexedDB.deleteDatabase(name), { onsuccess: done, onerror: failed, onblocked: failed }));
    await Promise.all(all.map(({ name }) => gone(name)));
  });
}

test("a passkey opens the messages of a browser that forgot its keys", { timeout: 90_000 }, async () => {
  const { page } = ben;
  await settings(page);
  await look(page);
  await withAuthenticator(page, true, async () => {
    await page.locator("#add-passkey").click();
    await page.getByRole("heading", { name: "Passkey" }).waitFor();
    await forget(page);
    await open(page, conversation);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await shows(page, OLD);
  });
  await settings(page);
  await page.getByRole("button", { name: "Remove this passkey" }).click();
  await page.getByRole("heading", { name: "Passkey" }).waitFor({ state: "detached" });
});

test("a passkey that cannot keep a secret is no way in, and is told so", { timeout: 60_000 }, async () => {
  const { page } = ben;
  await settings(page);
  await withAuthenticator(page, false, async () => {
    await page.locator("#add-passkey").click();
    await says(page, /cannot unlock messages/);
  });
  await open(page, "/settings/messages");
  assert.equal(await page.getByRole("heading", { name: "Passkey" }).count(), 0);
});

test("a link opens one more device, once", { timeout: 90_000 }, async () => {
  await settings(ana.page);
  await ana.page.locator("#add-device").click();
  const code = await ana.page.locator("#link-code").innerText();
  await look(ana.page);
  const [phone, late] = [await enter(demo, ana.person, PHONE), await enter(demo, ana.person, PHONE)];
  try {
    await open(phone.page, `/messages#unlock=${code}`);
    await opened(phone.page);
    assert.ok(!phone.page.url().includes(code), "the code leaves the address");
    await open(phone.page, conversation);
    await shows(phone.page, OLD);
    await open(late.page, "/messages");
    await unlock(late.page, code);
    const wrong = late.page.locator("#unlock-messages [role=alert]").first();
    await until("words about a used code", 10, async () => /does not open your messages/.test(await wrong.innerText()));
    const { subject } = await demo.mailTo(ana.person.email, /\/settings\/messages/);
    assert.match(subject, /messages/i);
  } finally {
    await Promise.all([phone, late].map(({ context }) => context.close()));
  }
});

test("a changed key keeps the history, is told to the other side, and shuts out older browsers until they are unlocked", { timeout: 150_000 }, async () => {
  const older = await enter(demo, ben.person, PHONE);
  const fresh = await enter(demo, ben.person, PHONE);
  try {
    await open(older.page, conversation);
    await unlock(older.page, ben.person.code);
    await live(older.page);
    await open(ana.page, conversation); // and stays open
    await live(ana.page);
    await settings(ben.page);
    await ben.page.locator("#change-key").click();
    await ben.page.locator("#recovery-code").waitFor();
    const code = await keepCode(ben.page);
    await ben.page.locator("#change-key").waitFor();
    await open(ben.page, conversation);
    await shows(ben.page, OLD);
    await live(ben.page);
    await write(ben.page, "With my new key.");
    await says(ana.page, /updated their encryption key/);
    await shows(ana.page, "With my new key.");

    await write(older.page, "From a browser with the old key.");
    await says(older.page, /changed in another browser/);
    await older.page.getByRole("link", { name: "Unlock this one again" }).click();
    await unlock(older.page, ben.person.code);
    await until("words about an old code", 10, async () =>
      /does not open/.test(await older.page.locator("#unlock-messages [role=alert]").first().innerText()));
    await unlock(older.page, code);
    await shows(ana.page, "From a browser with the old key.");

    await open(fresh.page, conversation);
    await unlock(fresh.page, code);
    await shows(fresh.page, OLD);
    await shows(fresh.page, "From a browser with the old key.");
    assert.ok((await bodies(fresh.page)).every((text) => !/Locked|verified/.test(text)), "every message opens");
  } finally {
    await Promise.all([older, fresh].map(({ context }) => context.close()));
  }
});

test("two who compared numbers are stopped by a dialog when a key comes that nobody vouches for", { timeout: 150_000 }, async () => {
  const { page } = ana;
  await open(page, `${conversation}/safety`);
  await page.locator("#verified").check();
  await until("that it is kept", 10, async () => /Kept/.test(await page.locator("#safety-state").innerText()));
  const second = await enter(demo, ana.person, PHONE);
  const fresh = await enter(demo, ben.person);
  try {
    await open(second.page, conversation);
    await unlock(second.page, ana.person.code);
    await shows(second.page, OLD);
    await open(second.page, `${conversation}/safety`);
    await until("the mark in another browser", 15, () => second.page.locator("#verified").isChecked());

    await open(fresh.page, conversation);
    await fresh.page.getByText("I have no code").click();
    await fresh.page.getByRole("button", { name: "Start fresh" }).click();
    await keepCode(fresh.page);
    await live(fresh.page);

    await open(second.page, conversation);
    const dialog = second.page.locator("#changed-key");
    await dialog.waitFor();
    await look(second.page);
    await dialog.getByRole("button", { name: "Do not write now" }).click();
    await write(second.page, "Who is there?");
    await dialog.waitFor();
    assert.equal(await second.page.locator("enc-msg[id^=p-]").count(), 1, "nothing is sent");
    await dialog.getByRole("link", { name: "Compare the numbers" }).click();
    await second.page.locator("#safety li").nth(11).waitFor();
    assert.ok(!(await second.page.locator("#verified").isChecked()), "other numbers than those compared");
    await second.page.locator("#verified").check();
    await until("that it is kept", 10, async () => /Kept/.test(await second.page.locator("#safety-state").innerText()));
    await open(second.page, conversation);
    await shows(fresh.page, "Who is there?");

    await open(page, conversation);
    await live(page);
    assert.equal(await page.locator("#changed-key, #accept-key").count(), 0, "accepted once, accepted in all browsers");
    await write(page, "I compared them on my phone.");
    await shows(fresh.page, "I compared them on my phone.");
  } finally {
    await Promise.all([second, fresh].map(({ context }) => context.close()));
  }
});

// The last one: a clock never goes back.
test("a browser is unlocked after a fresh password, and a removed one deletes its keys at its next page", { timeout: 120_000 }, async () => {
  const late = await enter(demo, ana.person, PHONE);
  try {
    const { page } = late;
    const prove = async () => {
      await page.getByRole("link", { name: "Give your password once more" }).click();
      await page.getByLabel("Password").fill(ana.person.password);
      await page.getByRole("button", { name: "Continue" }).click();
    };
    demo.setAhead(11);
    await open(page, conversation);
    await page.locator("#unlock-messages").waitFor();
    await look(page);
    await prove();
    await unlock(page, ana.person.code);
    await shows(page, OLD);
    await settings(page);
    await page.locator("#add-device").click();
    assert.match(await page.locator("#link-code").innerText(), /^([0-9A-Z]{4}-){8}[0-9A-Z]{4}$/);
    demo.setAhead(22);
    const here = page.locator("[data-device]", { hasText: "(this one)" });
    await here.getByRole("button").click();
    await says(page, /password once more/);
    await page.locator("#chat-state").getByRole("link").click();
    await page.getByLabel("Password").fill(ana.person.password);
    await page.getByRole("button", { name: "Continue" }).click();
    await here.getByRole("button").click();
    await page.locator("#unlock-messages", { hasText: "removed from your list" }).waitFor();
    const kept = await page.evaluate(async () => {
      const [{ name }] = (await indexedDB.databases()).filter((one) => one.name.startsWith("footing-"));
      const db = await new Promise((done) => Object.assign(indexedDB.open(name), { onsuccess: ({ target }) => done(target.result) }));
      return new Promise((done) => Object.assign(db.transaction("accounts").objectStore("accounts").getAllKeys(), { onsuccess: ({ target }) => done(target.result) }));
    });
    assert.deepEqual(kept, [], "no key is left");
  } finally {
    await late.context.close();
  }
});
