// Messages: two people, two devices each, and nobody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follow, look, open, site, until, visit } from "./support.js";
import { PHONE, bodies, choose, enter, keepCode, last, live, path, receipt, shows, unlock, write } from "./talk.js";

let demo, ana, ben;
before(async () => {
  demo = await site("demo");
  ana = await enter(demo, demo.people.client);
  ben = await enter(demo, demo.people.accountant, PHONE);
});
after(() => Promise.all([ana, ben].map((one) => one?.context.close())));

test("two people unlock their messages, write and see at once what the other does", { timeout: 120_000 }, async () => {
  const { page } = ana;
  await open(page, "/messages");
  await page.locator("#unlock-messages").waitFor();
  await look(page);
  await unlock(page, "0000-0000-0000-0000-0000-0000-0000-0000-0000");
  const wrong = page.locator("#unlock-messages [role=alert]").first();
  await until("words about a wrong code", 10, async () => /changes nothing/.test(await wrong.innerText()));
  await unlock(page, ana.person.code.toLowerCase().replaceAll("-", " "));
  await page.locator("#unlock-messages").waitFor({ state: "detached" });
  await live(page);
  const line = page.locator("#conversations .is-unread");
  assert.match(await line.locator(".count").innerText(), /1/);
  await until("a preview", 10, async () => /April statement/.test(await line.locator("enc-msg").evaluate((one) => one.shadowRoot.textContent)));
  await look(page);

  await follow(line.locator("a.conversation"));
  const conversation = path(page);
  await shows(page, "The April statement of the letting agent is the one I need next.");
  assert.equal((await bodies(page)).length, 7);
  await until("that nothing waits, in the bar too", 10, async () => (await page.locator('#nav a[href="/messages"] .count').count()) === 0);
  await live(page);
  await look(page);

  const phone = ben.page;
  await open(phone, conversation);
  await unlock(phone, ben.person.code);
  await live(phone);
  await until("Ben online", 15, async () => /Online now/.test(await page.locator("#presence").innerText()));
  await look(phone);

  await phone.locator("#composer-body").pressSequentially("Th");
  await until("that Ben is writing", 5, async () => /is writing/.test(await page.locator("#typing").innerText()));
  await phone.fill("#composer-body", "");
  await write(page, "Here it comes tomorrow. https://example.org/statement");
  await shows(phone, "Here it comes tomorrow. https://example.org/statement");
  const link = phone.locator("#messages enc-msg").last().locator("a");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer nofollow ugc");
  await phone.bringToFront();
  await until("that it was read", 15, async () => (await receipt(page)) === "read");
  await write(phone, "Thank you.");
  await shows(page, "Thank you.");
  await look(page);
});

test("what is written offline is sent once when the network is back, and a reload stays unlocked", { timeout: 90_000 }, async () => {
  const { page, context } = ana;
  await context.setOffline(true);
  await write(page, "Written in a tunnel.");
  await page.locator("enc-msg[id^=p-]").waitFor();
  assert.equal(await last(page), "Written in a tunnel.");
  await context.setOffline(false);
  await page.locator("enc-msg[id^=p-]").waitFor({ state: "detached" });
  await shows(ben.page, "Written in a tunnel.");
  await page.reload();
  await shows(page, "Written in a tunnel.");
  assert.equal((await bodies(page)).filter((text) => text === "Written in a tunnel.").length, 1);
  assert.equal(await page.locator("#unlock-messages").count(), 0);
  await live(page);
});

test("a page out of sight goes on following, and what comes counts as read only when it is seen", { timeout: 60_000 }, async () => {
  const { page } = ben;
  const turn = (state) => page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { get: () => state, configurable: true });
    Object.defineProperty(document, "hidden", { get: () => state === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
  await turn("hidden");
  await write(ana.page, "Whenever you are back.");
  await shows(page, "Whenever you are back.");
  await until("that it was delivered", 10, async () => (await receipt(ana.page)) === "delivered");
  await page.waitForTimeout(1000);
  assert.equal(await receipt(ana.page), "delivered", "nobody has seen it");
  await turn("visible");
  await until("that it was read", 10, async () => (await receipt(ana.page)) === "read");
});

test("on a slow line the socket opens all the same, and what is written arrives", { timeout: 120_000 }, async () => {
  const { page, context } = ana;
  const line = await context.newCDPSession(page);
  const slow = { offline: false, latency: 900, downloadThroughput: 40 * 1024, uploadThroughput: 20 * 1024 };
  await line.send("Network.enable");
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  await line.send("Network.emulateNetworkConditions", slow);
  await page.reload({ waitUntil: "commit" });
  await page.locator("body[data-live=connected]").waitFor({ timeout: 60_000 });
  await write(page, "From the train.");
  await shows(ben.page, "From the train.");
  await line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await line.detach();
});

test("a message is changed and deleted for both, and nobody else can", { timeout: 90_000 }, async () => {
  const { page } = ana;
  await write(page, "See you on Munday.");
  await shows(ben.page, "See you on Munday.");
  const own = page.locator("enc-msg.message--mine").last();
  await page.fill("#composer-body", "Half a thought");
  await choose(own, "Edit");
  await page.fill("#composer-body", "See you on Monday.");
  await page.click("#send");
  await shows(ben.page, "See you on Monday.");
  assert.ok(!(await bodies(ben.page)).includes("See you on Munday."));
  assert.equal(await page.locator("#composer-body").inputValue(), "Half a thought", "what was being written goes on");
  await page.fill("#composer-body", "");
  for (const one of [own, ben.page.locator("#messages enc-msg").last()]) {
    const edited = one.getByRole("button", { name: "Edited" });
    await edited.click();
    const versions = () => one.evaluate((it) => [...it.shadowRoot.querySelectorAll("[part=version-text]")].map((text) => text.textContent));
    await until("what it said before", 5, async () => (await versions()).join() === "See you on Munday.");
    assert.equal(await edited.getAttribute("aria-expanded"), "true");
    if (one.page() === ben.page) await look(ben.page);
    await edited.click();
    assert.deepEqual(await versions(), []);
  }
  await choose(own, "Delete");
  await page.locator("#message-menu").getByRole("button", { name: "Delete for both" }).click();
  await shows(ben.page, "Ana deleted this message");
  await shows(page, "You deleted this message");
  const theirs = ben.page.locator("enc-msg:not(.message--mine):has([data-do=options])").last();
  await theirs.getByRole("button", { name: "Message options" }).click();
  const menu = ben.page.locator("#message-menu");
  await menu.waitFor();
  assert.deepEqual((await menu.innerText()).split("\n").filter(Boolean), ["Report"], "what others wrote can only be reported");
  await ben.page.keyboard.press("Escape");
});

test("a second device opens the whole history by the recovery code and follows live", { timeout: 90_000 }, async () => {
  const conversation = path(ana.page);
  const second = await enter(demo, demo.people.client, PHONE);
  try {
    await open(second.page, conversation);
    await unlock(second.page, ana.person.code);
    await shows(second.page, "The April statement of the letting agent is the one I need next.");
    await live(second.page);
    await write(second.page, "From my telephone.");
    await shows(ana.page, "From my telephone.");
    await shows(ben.page, "From my telephone.");
    await write(ana.page, "And from the desk.");
    await shows(second.page, "And from the desk.");
  } finally {
    await second.context.close();
  }
});

test("what came before is shown on scrolling back, and what comes meanwhile is counted", { timeout: 120_000 }, async () => {
  const { page } = ana;
  for (const [who, others] of [[page, ben.page], [ben.page, page]]) {
    for (let line = 1; line <= 18; line++) await write(who, `Line ${line}`);
    await shows(others, "Line 18");
    await who.locator("enc-msg[id^=p-]").first().waitFor({ state: "detached" });
  }
  await page.reload();
  await live(page);
  const first = () => page.locator("#messages :is(enc-msg, chat-notice)").first().getAttribute("data-at");
  assert.ok(await page.locator("#earlier a").count(), "there is more than is shown");
  const before = Number(await first());
  const log = page.locator(".log");
  await log.evaluate((one) => (one.scrollTop = -one.scrollHeight));
  await until("the beginning", 20, async () => Number(await first()) < before);
  await shows(page, "The April statement of the letting agent is the one I need next.");
  const above = await log.evaluate((one) => one.scrollTop + one.scrollHeight - one.clientHeight);
  assert.ok(above > 200, "the log keeps its place: what came stands above it");
  await log.evaluate((one) => (one.scrollTop = -one.scrollHeight));

  await write(ben.page, "While you were reading.");
  await write(ben.page, "And one more.");
  const jump = page.getByRole("button", { name: "2 new messages" });
  await jump.click();
  await until("the end", 5, () => log.evaluate((one) => one.scrollTop > -2));
  await jump.waitFor({ state: "detached" });
  assert.equal(await last(page), "And one more.");
});

test("words are found in the messages that are loaded, whatever their capitals", { timeout: 60_000 }, async () => {
  const { page } = ben;
  const find = async (words) => {
    await page.fill("#find-words", words);
    return page.locator("#find output").innerText();
  };
  await page.getByRole("button", { name: "Conversation options" }).click();
  await page.getByRole("button", { name: "Search messages" }).click();
  assert.match(await find("STATEMENT of the"), /^1 of 1/);
  await page.locator(".message--found").waitFor();
  await look(page);
  assert.match(await find("line 1"), /^1 of \d\d/);
  await page.getByRole("button", { name: "Older" }).click();
  assert.match(await page.locator("#find output").innerText(), /^2 of /);
  assert.match(await find("nobody wrote this"), /^Nothing/);
  await page.getByRole("button", { name: "Close the search" }).click();
  assert.equal(await page.locator(".message--found").count(), 0);
});

test("the pages of messages fit every screen and can be used by everybody", { timeout: 240_000 }, async () => {
  const { page } = ben;
  const conversation = path(page);
  for (const address of ["/messages", "/messages/new", "/settings/messages", conversation]) {
    await open(page, address);
    await page.waitForLoadState("networkidle");
    await look(page, { widths: [320, 390, 834, 1280] });
  }
  await live(page);
});

test("both compare the same safety number", { timeout: 60_000 }, async () => {
  const number = async ({ page }) => {
    await open(page, `${path(page).split("/").slice(0, 3).join("/")}/safety`);
    await until("twelve groups", 20, async () => (await page.locator("#safety li").count()) === 12);
    return page.locator("#safety li").allTextContents();
  };
  const [hers, his] = [await number(ana), await number(ben)];
  assert.deepEqual(hers, his);
  assert.ok(hers.every((group) => /^\d{5}$/.test(group)));
  await look(ben.page);
  for (const { page } of [ana, ben]) {
    await open(page, path(page).replace("/safety", ""));
    await live(page);
  }
});

test("a key that nobody vouches for stops sending until it is accepted", { timeout: 120_000 }, async () => {
  const conversation = path(ben.page);
  const fresh = await enter(demo, demo.people.accountant);
  try {
    await open(fresh.page, conversation);
    await fresh.page.getByText("I have no code").click();
    await fresh.page.getByRole("button", { name: "Start fresh" }).click();
    await fresh.page.locator("#recovery-code").waitFor();
    await look(fresh.page);
    await keepCode(fresh.page);
    await until("locked history", 15, async () => (await bodies(fresh.page)).every((text) => /this browser has no key|deleted this/.test(text)));
    await live(fresh.page);

    await open(ana.page, conversation);
    await live(ana.page);
    await ana.page.locator("#accept-key").waitFor();
    await write(ana.page, "Is that you, Ben?");
    await ana.page.waitForTimeout(1500);
    assert.equal(await ana.page.locator("enc-msg[id^=p-]").count(), 1, "nothing is sent yet");
    await ana.page.locator("#accept-key").click();
    await ana.page.locator("enc-msg[id^=p-]").waitFor({ state: "detached" });
    await shows(fresh.page, "Is that you, Ben?");
    await write(fresh.page, "It is. I lost my laptop.");
    await shows(ana.page, "It is. I lost my laptop.");
  } finally {
    await fresh.context.close();
  }
});

test("a new person gets keys quietly, a code before the first message, and is asked for it back", { timeout: 90_000 }, async () => {
  const dot = await enter(demo, { ...demo.people.accountant, email: "dot@example.com" });
  try {
    await open(dot.page, "/messages");
    await look(dot.page);
    await open(dot.page, "/messages/new?q=ben-north");
    await look(dot.page);
    await follow(dot.page.getByRole("button", { name: /^Message Ben/ }));
    await dot.page.locator("#recovery-code").waitFor();
    await look(dot.page);
    const code = await keepCode(dot.page);
    assert.match(code, /^([0-9A-Z]{4}-){8}[0-9A-Z]{4}$/);
    await live(dot.page);
    await write(dot.page, "Do you also pass clients on?");
    await until("it is stored", 10, async () => (await dot.page.locator("#messages enc-msg#m-1").count()) === 1);
    await open(dot.page, "/settings/messages");
    await look(dot.page);
  } finally {
    await dot.context.close();
  }
});

test("without script the page says why it needs it and asks to get in touch instead", { timeout: 60_000 }, async () => {
  const conversation = path(ana.page);
  const plain = await visit(demo, { script: false, storageState: await ana.context.storageState() });
  try {
    await open(plain.page, conversation);
    assert.match(await plain.page.locator("main").innerText(), /needs JavaScript/);
    await follow(plain.page.getByRole("button", { name: /get in touch/ }));
    assert.match(await plain.page.locator("#toasts").innerText(), /They are told/);
    assert.match(await plain.page.locator("#messages chat-notice").last().innerText(), /get in touch/);
  } finally {
    await plain.context.close();
  }
});
