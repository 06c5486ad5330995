// Something is reported, hidden with reasons, objected to and shown again; somebody is suspended.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, follow, formWith, open, sendRight, sendWrong, signIn, site, visit } from "./support.js";

const BENS = "/accountants/ben-northgate-tax";
const REASONS = {
  facts: "The text says that another accountant of the town is a crook.",
  explanation: "That is an insult, whatever happened between the two.",
};

/** The first admin; no code of theirs counts twice. */
let root;

async function enter(demo, person) {
  const visitor = await visit(demo);
  await signIn(visitor.page, person);
  return visitor;
}

/** Decides by keys, turns them off and on; typing is never taken for one. */
async function keys(page) {
  const chosen = () => page.locator("input[name=decision]:checked").getAttribute("value");
  await page.keyboard.press("2");
  const second = await page.locator("input[name=decision]").nth(1).getAttribute("value");
  assert.equal(await chosen(), second);
  await page.keyboard.press("e");
  await page.keyboard.type("1?");
  assert.equal(await page.locator("#facts").inputValue(), "1?");
  assert.equal(await chosen(), second);
  await page.locator("#facts").fill("");
  await page.locator("h1").click();
  await page.keyboard.press("?");
  const off = page.locator("#keys-off");
  await off.waitFor();
  await off.click();
  await page.keyboard.press("1");
  assert.equal(await chosen(), second, "they are off");
  await off.click();
  await page.keyboard.press("?");
  await page.keyboard.press("j");
  assert.ok(await page.locator("a.case:focus").count());
  await page.locator("input[name=decision]:checked").evaluate((one) => (one.checked = false));
}

test("a report is decided with reasons, objected to, and what was hidden is shown again", { timeout: 240_000 }, async () => {
  const demo = await site("demo");
  const { client, accountant, admin, second } = demo.people;
  const ana = await enter(demo, client);
  await open(ana.page, BENS);
  await follow(ana.page.getByRole("link", { name: "Report this profile" }));
  await ana.look();
  const form = formWith(ana.page, "note");
  const note = "It calls another accountant of our town a crook.";
  await fill(form, { reason: "insult", note, good_faith: "yes" });
  await sendRight(form, /You are told what is decided/);

  root ??= await enter(demo, admin);
  await open(root.page, "/admin");
  await follow(root.page.locator("[data-case]", { hasText: "Ben Northgate" }));
  await root.look();
  const decision = root.page.locator("form[action$='/decision']");
  await keys(root.page);
  assert.deepEqual(await sendWrong(decision), ["decision", "facts", "explanation"]);
  await fill(decision, { decision: "hide", ...REASONS });
  await sendRight(decision, /Everybody concerned is told/);
  assert.equal(new URL(root.page.url()).pathname, "/admin");

  const stranger = await visit(demo);
  assert.equal((await stranger.page.goto(BENS)).status(), 404);

  const ben = await enter(demo, accountant);
  await open(ben.page, "/notifications");
  await follow(ben.page.getByRole("link", { name: "Your profile was hidden" }));
  assert.match(await ben.page.locator("[data-statement]").innerText(), /Moderator 1/);
  await ben.look();
  await fill(formWith(ben.page, "words"), { words: "I took it out the same day." });
  await sendRight(formWith(ben.page, "words"));
  assert.equal(await ben.page.locator("[data-appeal]").getAttribute("data-appeal"), "waiting");

  const other = await enter(demo, second);
  await open(other.page, "/admin");
  await follow(other.page.locator("[data-appeal]").last());
  await other.look();
  const answer = other.page.locator("form[action$='/decision']");
  await fill(answer, { decision: "restore", ...REASONS });
  await sendRight(answer);
  assert.equal((await stranger.page.goto(BENS)).status(), 200);
  await ben.page.reload();
  assert.ok(await ben.page.locator("[data-lifted]").isVisible());
  await stranger.page.goto("/moderation");
  await stranger.look();
});

test("who is suspended may read and object, and the other side sees what became of it", { timeout: 180_000 }, async () => {
  const demo = await site("demo");
  const { client, admin } = demo.people;
  root ??= await enter(demo, admin);
  await open(root.page, "/admin/users?q=Cy");
  await follow(root.page.locator("[data-user] a").first());
  await root.look();
  const form = root.page.locator("form[action$='/suspension']");
  await fill(form, { duration: "3", ...REASONS });
  await sendRight(form);
  assert.equal(await root.page.locator("[data-status]").getAttribute("data-status"), "suspended");

  const cy = await enter(demo, { email: "cy@example.com", password: client.password });
  await open(cy.page, "/notifications");
  await follow(cy.page.getByRole("link", { name: "Your account was suspended" }));
  await cy.look();
  await open(cy.page, "/bookings");
  assert.ok(await cy.page.locator("main a").count());
  await open(cy.page, "/settings");
  const answer = cy.page.waitForResponse((response) => response.request().method() === "POST");
  await formWith(cy.page, "locale").locator("button").last().click();
  assert.equal((await answer).status(), 403);
});
