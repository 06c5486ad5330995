// From a question to an account: searching as a stranger, joining, losing the password.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fill, follow, formWith, isSignedIn, journey, open, PASSWORD, reveal, send, sendRight, sendWrong, settled, signIn, signOut,
  signUp, site, until, visit,
} from "./support.js";

const rows = (page) => page.locator("article[data-accountant]");
const slugs = (page) => rows(page).evaluateAll((all) => all.map((one) => one.dataset.accountant));
const count = async (page) => Number(await page.locator("[data-count]").getAttribute("data-count"));

journey("a stranger searches, filters, turns pages and reads about a service", { on: "demo" }, async ({ page, look }) => {
  await open(page, "/");
  await look();
  const search = page.locator("main form[role=search]").first();
  await fill(search, { q: "tax" });
  await send(search);
  const found = new URL(page.url());
  assert.equal(found.pathname, "/accountants");
  assert.equal(found.searchParams.get("q"), "tax");
  assert.equal(await page.locator("#q").inputValue(), "tax", "what was typed stays");
  const all = await count(page);
  assert.ok(all > 0, "somebody does tax");

  await narrow(page, { specialism: ["landlords"], mode: ["phone"] });
  const narrowed = await count(page);
  assert.ok(narrowed > 0 && narrowed < all, `${narrowed} of ${all} are left`);
  const shared = page.url();
  assert.match(shared, /[?&]q=tax&/, "the words stay");
  assert.match(shared, /specialism=landlords/, "the filter is in the address, so it can be shared");
  await look();

  const chips = page.locator(".chips a");
  assert.equal(await chips.count(), 2, "each filter has a chip");
  await follow(chips.first());
  assert.ok((await count(page)) >= narrowed, "a chip takes its filter off");
  assert.equal(await chips.count(), 1);

  await open(page, "/accountants");
  const first = await slugs(page);
  await follow(page.locator("a[rel=next]"));
  const second = await slugs(page);
  assert.equal(first.length, 20);
  assert.equal(second.length, 20);
  assert.equal(new Set([...first, ...second]).size, 40, "nobody stands on two pages");

  await open(page, shared);
  const name = await rows(page).first().locator("h3").innerText();
  await follow(rows(page).first().locator('a[href^="/accountants/"]').first());
  assert.equal(await page.locator("h1").innerText(), name);
  await look();
  const service = await page.locator("[data-service] h3").first().innerText();
  await follow(page.locator('[data-service] a[href*="/services/"]').first());
  assert.match(new URL(page.url()).pathname, /^\/accountants\/[^/]+\/services\/[^/]+$/);
  assert.equal(await page.locator("h1").innerText(), service);
  assert.match(await page.locator("[data-zone]").innerText(), /\w/, "the zone of the times is named");
  await look();
});

test("a tick alone narrows the list, and Back widens it", { timeout: 60_000 }, async () => {
  const { page, context, look } = await visit(await site("demo"));
  await open(page, "/accountants");
  const all = await count(page);
  await page.evaluate(() => (globalThis.before = true));
  const tick = page.locator("[name=specialism][value=payroll]");
  await tick.focus();
  await tick.press("Space");
  await until("a narrower list", 5, async () => (await count(page)) < all);
  await settled(page);
  assert.match(page.url(), /specialism=payroll/, "the address can be shared");
  const shows = await page.locator("[data-shows]").textContent();
  assert.match(shows, new RegExp(`Show ${await count(page)} accountants?`), "the button says what it shows");
  assert.ok(await page.evaluate(() => globalThis.before), "the page is the same one");
  assert.ok(await tick.evaluate((one) => one === document.activeElement), "the focus stays");
  assert.match(await page.locator(".chips").innerText(), /Payroll/);
  await look();
  await page.goBack();
  await until("the whole list", 5, async () => (await count(page)) === all);
  assert.ok(!(await tick.isChecked()), "the tick goes with it");
  await context.close();
});

/** Sets filters by their form, on a phone in its sheet. */
async function narrow(page, filters) {
  const form = formWith(page, "specialism");
  await reveal(form.locator("button:not([type=button])").last());
  await fill(form, filters);
  await send(form);
}

journey("a client joins, signs out and in, and recovers from a lost password", { on: "demo" }, async (walk) => {
  const { page, site, look } = walk;
  const email = walk.fresh("ana");
  const renewed = "four grey geese before noon";

  await signUp(walk, { role: "client", name: "Ana Field", email });
  await signOut(page);
  await open(page, "/login?next=/settings/devices");
  await fill(formWith(page, "email"), { email, password: PASSWORD });
  await sendRight(formWith(page, "email"));
  assert.equal(new URL(page.url()).pathname, "/settings/devices", "one comes out where one wanted to go");
  await signOut(page);

  await open(page, "/login");
  await fill(formWith(page, "email"), { email, password: "not what it was, sorry" });
  await sendWrong(formWith(page, "email"));
  assert.ok(!(await isSignedIn(page)));
  assert.equal(await page.locator("#email").inputValue(), email, "the address need not be typed again");

  await open(page, "/password/forgot");
  await look();
  await fill(formWith(page, "email"), { email });
  await sendRight(formWith(page, "email"));
  assert.match(await page.locator("main").innerText(), /check your mail/i);
  const { link } = await site.mailTo(email, /\/password\/reset\//);
  await open(page, link);
  await look();
  await fill(formWith(page, "password"), { password: "short" });
  await sendWrong(formWith(page, "password"));
  await look();
  await fill(formWith(page, "password"), { password: renewed });
  await sendRight(formWith(page, "password"), /password is changed/i);
  assert.ok(!(await isSignedIn(page)), "a reset does not sign in");
  await open(page, link, 404);

  await open(page, "/login");
  await fill(formWith(page, "email"), { email, password: PASSWORD });
  await sendWrong(formWith(page, "email"));
  assert.ok(!(await isSignedIn(page)), "the old password is gone");
  await signIn(page, { email, password: renewed });
});
