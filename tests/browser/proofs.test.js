// A sealed message is reported with its proof, read by a moderator as verified, removed, objected to and
// shown again; and what a conversation holds is taken along.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fill, follow, formWith, look, open, sendRight, signIn, site, until, visit } from "./support.js";
import { program } from "./site.js";
import { PHONE, bodies, choose, enter, keepCode, live, path, shows, unlock, write } from "./talk.js";

const THREAT = "Pay me twice, or everybody learns of it.";
const REASONS = {
  facts: "The message asks for money and threatens to tell everybody.",
  explanation: "That is a threat, whatever is owed.",
};

let demo, ana, ben, root, conversation;
before(async () => {
  demo = await site("demo");
  ana = await enter(demo, demo.people.client, PHONE);
  ben = await enter(demo, demo.people.accountant);
  for (const one of [ana, ben]) {
    await open(one.page, "/messages");
    await unlock(one.page, one.person.code);
    await live(one.page);
  }
  await follow(ana.page.locator("a.conversation", { hasText: "Ben" }).first());
  conversation = path(ana.page);
  await open(ben.page, conversation);
  await live(ben.page);
  await live(ana.page);
});
after(() => Promise.all([ana, ben].map((one) => one?.context.close())));

const admin = async (person) => {
  const visitor = await visit(demo);
  await signIn(visitor.page, person);
  return visitor;
};

test("a message is reported from a phone by keyboard alone, though its sender deletes it", { timeout: 240_000 }, async () => {
  const { page } = ana;
  await write(ben.page, THREAT);
  await shows(page, THREAT);
  const message = page.locator("#messages enc-msg").last();
  await message.getByRole("button", { name: "Message options" }).waitFor();
  // gone on the server before anything was reported: this page has read it
  await choose(ben.page.locator("#messages enc-msg").last(), "Delete");
  await ben.page.locator("#message-menu").getByRole("button", { name: "Delete for both" }).click();
  await page.locator("#messages enc-msg[data-deleted]").last().waitFor();
  const options = page.locator("#messages enc-msg").last().getByRole("button", { name: "Message options" });
  await options.focus();
  await page.keyboard.press("Enter");
  await page.locator("#message-menu").getByRole("button", { name: "Report" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /Report a message of/ });
  await dialog.locator("form").waitFor();
  await look(page);

  const context = dialog.getByRole("checkbox", { name: /April statement/ }).first();
  await context.check();
  await dialog.locator("[name=note]").fill("He asks for money and threatens me.");
  await dialog.getByRole("button", { name: "Send the report" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.locator("[name=reason][value=threat]").check();
  await dialog.locator("[name=good_faith]").check();
  await dialog.getByRole("button", { name: "Send the report" }).click();
  await dialog.getByRole("status").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
});

test("a moderator reads what was shown as verified, and nothing beside it", { timeout: 240_000 }, async () => {
  root = await admin(demo.people.admin); // no code of theirs counts twice
  await open(root.page, "/admin");
  await follow(root.page.locator("[data-case]", { hasText: "Message of Ben" }));
  const reported = root.page.locator("[data-message=reported]");
  assert.match(await reported.innerText(), /Pay me twice/);
  assert.match(await reported.innerText(), /Verified: this exact text was sent by Ben/);
  assert.match(await reported.innerText(), /Deleted by its sender/);
  assert.match(await root.page.locator("[data-message=context]").innerText(), /April statement/);
  await root.look();
  assert.equal((await root.page.goto(conversation)).status(), 404);
});

test("a message that stands is removed for both, objected to, and comes back", { timeout: 300_000 }, async () => {
  const words = "You will regret this.";
  await write(ben.page, words);
  await shows(ana.page, words);
  await choose(ana.page.locator("#messages enc-msg").last(), "Report");
  const dialog = ana.page.getByRole("dialog");
  await dialog.locator("[name=reason][value=threat]").check();
  await dialog.locator("[name=note]").fill("Another threat of his.");
  await dialog.locator("[name=good_faith]").check();
  await dialog.getByRole("button", { name: "Send the report" }).click();
  await dialog.getByRole("status").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  await open(root.page, "/admin");
  await follow(root.page.locator("[data-case]", { hasText: "Message of Ben" }).last());
  const decision = root.page.locator("form[action$='/decision']");
  await fill(decision, { decision: "remove", ...REASONS });
  await sendRight(decision, /Everybody concerned is told/);
  for (const { page } of [ana, ben]) await shows(page, "This message was removed after a report");
  await look(ana.page);
  assert.ok(!(await bodies(ana.page)).includes(words));

  const object = await visit(demo);
  await signIn(object.page, ben.person);
  await open(object.page, `${conversation}/report`); // for who comes without script
  await object.look();
  await open(object.page, "/notifications");
  await follow(object.page.getByRole("link", { name: "Your message was removed" }).first());
  await sendRight(formWith(object.page, "words"));
  const other = await admin(demo.people.second);
  await open(other.page, "/admin");
  await follow(other.page.locator("[data-appeal]").last());
  const answer = other.page.locator("form[action$='/decision']");
  await fill(answer, { decision: "restore", ...REASONS });
  await sendRight(answer);
  for (const { page } of [ana, ben]) await shows(page, words);
  await until("the notice", 15, async () => /shown again/.test(await ana.page.locator("chat-notice").last().innerText()));
  for (const one of [root, object, other]) await one.context.close();
});

/** What a command of the site says, and how it ends. */
const run = (args, input = "") => {
  const { status, stdout, stderr } = spawnSync(program, ["--data", demo.data, ...args], { encoding: "utf8", input });
  return { status, said: stdout + stderr };
};

test("a conversation is saved as an archive that the operator can check", { timeout: 120_000 }, async () => {
  const { page } = ana;
  await page.getByRole("button", { name: "Conversation options" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save this conversation" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^Messages with Ben\.zip$/);
  const file = join(demo.data, "saved.zip");
  await download.saveAs(file);
  const fine = run(["verify-export", file]);
  assert.equal(fine.status, 0, fine.said);
  assert.match(fine.said, /nothing was added, altered or left out/);
  const bytes = readFileSync(file);
  assert.ok(bytes.includes("The April statement of the letting agent"), "a page to read");
  const at = bytes.indexOf('"server_ms": 1');
  assert.ok(at > 0);
  bytes[at + 14] = bytes[at + 14] === 0x39 ? 0x38 : 0x39;
  writeFileSync(file, bytes);
  const bent = run(["verify-export", file]);
  assert.equal(bent.status, 1);
  assert.match(bent.said, /row 1 does not follow/);

  const answer = await page.request.get("/messages/export.json");
  const sealed = join(demo.data, "export.json");
  writeFileSync(sealed, await answer.body());
  assert.ok(!(await answer.text()).includes("April statement"), "sealed as it is kept");
  const read = run(["chat-open", sealed], `${ana.person.code}\n`);
  assert.equal(read.status, 0, read.said);
  assert.match(read.said, /The April statement of the letting agent/);
  assert.equal(run(["chat-open", sealed], "0000\n").status, 1);
});

// The last one: a clock never goes back.
test("who lost their key reads earlier messages again a day after the other side let them", { timeout: 240_000 }, async () => {
  const old = "The April statement of the letting agent is the one I need next.";
  const fresh = await enter(demo, ana.person);
  try {
    const { page } = fresh;
    await open(page, conversation);
    await page.getByText("I have no code").click();
    await page.getByRole("button", { name: "Start fresh" }).click();
    const code = await keepCode(page);
    await until("locked history", 15, async () => (await bodies(page)).some((text) => /no key for it/.test(text)));
    assert.ok(code);

    await open(ben.page, conversation);
    await live(ben.page);
    await ben.page.locator("#accept-key").click();
    const share = ben.page.locator("#chat-state").getByRole("button", { name: "Let Ana read our earlier messages again" });
    await share.waitFor();
    await look(ben.page);
    await share.click();
    await until("what happens now", 15, async () => /from tomorrow on/.test(await ben.page.locator("#chat-state").innerText()));
    await page.reload();
    await live(page);
    assert.ok(!(await bodies(page)).includes(old), "not before the day is over");

    demo.setAhead(24 * 60 + 5);
    await signIn(page, ana.person);
    await open(page, conversation);
    await shows(page, old);
  } finally {
    await fresh.context.close();
  }
});
