// Both sides say how an hour went, blind until both have, and the accountant replies.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { follow, formWith, open, reveal, visit } from "./support.js";
import { demoSite } from "./site.js";
import { enter } from "./till.js";

const PHONE = { viewport: { width: 390, height: 844 } };
const PROFILE = "/accountants/ben-northgate-tax";
const WORDS = "A journey of words that nobody else in this world has written.";

let demo, ana, ben, stranger;
before(async () => {
  demo = await demoSite();
  ana = await enter(demo, demo.people.client, PHONE);
  ben = await enter(demo, demo.people.accountant, { viewport: { width: 834, height: 1112 } });
  stranger = await visit(demo);
});
after(async () => {
  await Promise.all([ana, ben, stranger].map((one) => one?.context.close()));
  await demo?.stop();
});

/** Holds a page to what holds everywhere; where `SHOTS` names a folder, its picture stays there. */
async function see(visitor, name) {
  await visitor.look();
  const folder = process.env.SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const width of [390, 834, 1280]) {
    const { height } = visitor.page.viewportSize();
    await visitor.page.setViewportSize({ width, height });
    await visitor.page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
}

/** The page of ana's latest hour with ben that nobody has spoken of. */
async function unspoken() {
  await open(ana.page, "/bookings");
  const past = await ana.page.locator("main a[href^='/bookings/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const path of [...new Set(past)].filter((one) => /^\/bookings\/[0-9A-Z]{13}$/.test(one))) {
    await open(ana.page, path);
    if (await ana.page.getByRole("link", { name: "Say how it went" }).count()) return path;
  }
  assert.fail("no hour that can be spoken of");
}

test("client and accountant say how it went, it opens, and the accountant replies", { timeout: 420_000 }, async () => {
  const booking = await unspoken();
  await see(ana, "booking-over");
  await follow(ana.page.getByRole("link", { name: "Say how it went" }));
  await see(ana, "review-form");

  // nothing chosen: the form says what is missing
  const form = formWith(ana.page, "stars");
  assert.equal(await follow(form.getByRole("button")), 422);
  await ana.page.locator("#stars-error").waitFor();
  await ana.page.locator("#text-error").waitFor();
  await see(ana, "review-refused");

  // by keyboard alone
  await ana.page.locator("input[name=stars][value='4']").focus();
  await ana.page.keyboard.press("Space");
  await ana.page.locator("#text").focus();
  await ana.page.keyboard.type(WORDS);
  await ana.page.locator("input[name=shown_as][value=first_name]").focus();
  await ana.page.keyboard.press("Space");
  const sending = form.getByRole("button");
  await sending.focus();
  const [answer] = await Promise.all([
    ana.page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() === 200),
    ana.page.keyboard.press("Enter"),
  ]);
  assert.equal(answer.status(), 200);
  await ana.page.locator("[data-blind]").waitFor();
  await see(ana, "review-unopened");

  await open(stranger.page, PROFILE);
  assert.ok(!(await stranger.page.content()).includes(WORDS), "nobody sees it yet");
  await open(ben.page, `${booking}/review`);
  assert.ok(!(await ben.page.content()).includes(WORDS), "nor does the accountant");
  await see(ben, "review-accountant");
  for (const name of ["appeared", "documents", "respectful"]) await ben.page.locator(`input[name=${name}][value=yes]`).check();
  assert.equal(await follow(formWith(ben.page, "appeared").getByRole("button")), 200);
  await ben.page.locator("[data-other]").waitFor();
  await see(ben, "review-opened");

  await open(stranger.page, PROFILE);
  const shown = stranger.page.locator("[data-review]", { hasText: WORDS });
  assert.match(await shown.innerText(), /4 of 5/);
  assert.match(await shown.innerText(), /Ana D\./);
  await see(stranger, "profile-reviews");
  await open(ana.page, `${booking}/review`);
  assert.match(await ana.page.locator("[data-other]").innerText(), /Brought the documents\s+Yes/);
  assert.equal(await follow(ana.page.getByRole("button", { name: "Show me as Verified client" })), 200);
  await see(ana, "review-open");

  await open(ben.page, "/practice/reviews");
  await see(ben, "practice-reviews");
  const own = ben.page.locator("li", { has: ben.page.locator("[data-review]", { hasText: WORDS }) });
  await reveal(own.locator("textarea"));
  await own.locator("textarea").fill("Ana, the £85 were well spent.");
  assert.equal(await follow(own.getByRole("button", { name: "Publish the reply" })), 422);
  assert.equal(await ben.page.locator("[data-hit]").count(), 2);
  await see(ben, "reply-hits");
  await ben.page.locator("[name=text]").fill("Thank you for taking the time to write.");
  assert.equal(await follow(ben.page.getByRole("button", { name: "Publish the reply" })), 200);
  await open(stranger.page, PROFILE);
  assert.match(await stranger.page.locator("[data-review]", { hasText: WORDS }).innerText(), /Ben replied/);

  await open(ana.page, `${booking}/review`);
  const withdrawing = ana.page.locator("main form[action$='/withdrawal'] button");
  await reveal(withdrawing);
  assert.equal(await follow(withdrawing), 200);
  await ana.page.locator("[data-closed]").waitFor();
  await open(stranger.page, PROFILE);
  assert.ok(!(await stranger.page.content()).includes(WORDS), "what is withdrawn is gone");
});

test("the directory can be ordered by what clients say", { timeout: 120_000 }, async () => {
  await open(stranger.page, "/accountants");
  await follow(stranger.page.getByRole("link", { name: "Best rated" }));
  const scores = await stranger.page.locator("[data-rating]").evaluateAll((all) => all.map((one) => Number(one.dataset.rating)));
  assert.ok(scores.length > 3, "some have been rated");
  assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
  await see(stranger, "directory-by-rating");
});
