// The ways through Footing by keyboard alone: each stop is seen and lies under nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formWith, isSignedIn, open, PASSWORD, settled, signIn, signOut, site, visit } from "./support.js";

let visitor, page;
before(async () => {
  visitor = await visit(await site("demo"));
  page = visitor.page;
});
after(() => visitor.context.close());

/** What is wrong with the place of the focus; nothing, if somebody who sees can follow it. */
function stop() {
  const one = document.activeElement;
  if (!one || one === document.body) return "the focus is lost";
  const name = one.outerHTML.slice(0, 120);
  // A row or a field may carry the ring of the link or the input in it.
  // The ring of a slot lies around what is drawn for its button.
  let ring = one.matches(".slot input") ? one.nextElementSibling : one;
  for (let up = 0; up < 4 && ring && getComputedStyle(ring).outlineStyle === "none"; up++) ring = ring.parentElement;
  if (!ring || getComputedStyle(ring).outlineStyle === "none") return `no ring around ${name}`;
  const box = one.getClientRects()[0];
  if (!box?.width) return `${name} has no box`;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `${name} is outside the screen`;
  const top = document.elementFromPoint(x, y);
  return one.contains(top) || top?.contains(one) ? "" : `${name} lies under ${top?.outerHTML.slice(0, 120)}`;
}

async function tabTo(thing) {
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(stop), "", page.url());
    if (await thing.evaluate((one) => one === document.activeElement)) return;
  }
  assert.fail(`${thing} is not reached on ${page.url()}`);
}

async function enter(thing) {
  await tabTo(thing);
  const loaded = page.waitForEvent("load");
  await page.keyboard.press("Enter");
  await loaded;
}

async function type(thing, words) {
  await tabTo(thing);
  await page.keyboard.type(words);
}

const path = () => new URL(page.url()).pathname;

test("the first stop leads past the head of the page", async () => {
  await open(page, "/accountants");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
});

test("search, narrow down, read about a service", async () => {
  await open(page, "/");
  await type(page.locator("#q"), "tax");
  await enter(page.locator(".find__go"));
  await tabTo(page.locator("[name=specialism][value=vat]"));
  await page.keyboard.press("Space");
  await enter(page.getByRole("button", { name: /^Show \d+ accountants?$/ }));
  assert.match(page.url(), /specialism=vat/);
  await enter(page.locator("article a").first());
  await enter(page.locator("[data-service] a").first());
  assert.match(path(), /\/services\//);
});

test("on a phone the menu and the filters open, close and give the focus back", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "/accountants");
  for (const [id, inside] of [["nav", "a[href='/how-it-works']"], ["filters", "[name=specialism] >> nth=0"]]) {
    const opener = page.locator(`[popovertarget=${id}]:not([popovertargetaction])`);
    await tabTo(opener);
    await page.keyboard.press("Enter");
    await tabTo(page.locator(`#${id} ${inside}`));
    await page.keyboard.press("Escape");
    assert.ok(!(await page.locator(`#${id}`).isVisible()), `${id} is closed`);
    assert.ok(await opener.evaluate((one) => one === document.activeElement), `${id}: the focus is where it was`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
});

test("sign up", async () => {
  await open(page, "/signup");
  const form = formWith(page, "role");
  await tabTo(form.locator("[name=role]").first());
  await page.keyboard.press("ArrowDown");
  assert.ok(await form.locator("[value=accountant]").isChecked());
  await type(form.locator("#name"), "Key Board");
  await type(form.locator("#email"), "keys@example.org");
  await type(form.locator("#password"), PASSWORD);
  await tabTo(form.locator("[data-show=password]"));
  await page.keyboard.press("Space");
  assert.equal(await form.locator("#password").getAttribute("type"), "text", "the password is shown");
  await enter(form.getByRole("button", { name: "Create account" }));
  assert.equal(path(), "/check-mail");
});

test("sign in, and out by the account menu", async () => {
  const { email, password } = (await site("demo")).people.accountant;
  await open(page, "/login");
  await type(page.locator("#email"), email);
  await type(page.locator("#password"), password);
  await enter(page.locator("main form .btn--go"));
  assert.ok(await isSignedIn(page));
  await tabTo(page.locator("[popovertarget=account]"));
  await page.keyboard.press("Enter");
  await enter(page.locator("#account form button"));
  assert.ok(!(await isSignedIn(page)));
});

test("turn the week, pick a time by the arrow keys and ask for it", async () => {
  await signIn(page, (await site("demo")).people.client);
  await open(page, "/accountants/ben-northgate-tax");
  await enter(page.locator("[data-service] a").first());
  const turn = page.locator("#week-after");
  await tabTo(turn);
  await page.keyboard.press("Enter");
  await page.waitForURL(/from=/);
  await settled(page);
  assert.ok(await turn.evaluate((one) => one === document.activeElement), "the next week is one key away");

  const slots = page.locator("#week input[name=start]");
  await tabTo(slots.first());
  for (const [key, at] of [["ArrowRight", 1], ["ArrowDown", 2], ["ArrowLeft", 1]]) {
    await page.keyboard.press(key);
    assert.equal(await page.evaluate(stop), "", key);
    assert.ok(await slots.nth(at).evaluate((one) => one === document.activeElement && one.checked), `${key} picks`);
  }
  const words = await slots.nth(1).getAttribute("data-words");
  assert.equal(await page.locator("aside [data-chosen]").innerText(), words, "what is picked stands at the button");
  await type(page.locator("#note"), "By keys alone.");
  await enter(page.locator("#summary button"));
  assert.match(path(), /^\/bookings\/\w+$/);
  assert.match(await page.locator("main").innerText(), /By keys alone\./);
  await signOut(page);
});

test("every stop of the long forms is seen, their bars over none of them", async () => {
  const { email, password } = (await site("demo")).people.accountant;
  await signIn(page, { email, password });
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "/practice/services/new");
  await tabTo(page.getByRole("button", { name: "Save as a draft" }));
  await page.setViewportSize({ width: 1280, height: 900 });
  await open(page, "/practice/profile");
  await tabTo(page.locator("[name=paused]"));
  await enter(page.getByRole("button", { name: "Save profile" }));
  assert.match(await page.locator("#toasts").innerText(), /saved/);
});
