// Without a key of Stripe's nobody is asked for a card.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follow, open } from "./support.js";
import { demoSite } from "./site.js";
import { accept, ask, enter, lines, press, state } from "./till.js";

let demo, ana, ben;
before(async () => {
  demo = await demoSite();
  ana = await enter(demo, demo.people.client);
  ben = await enter(demo, demo.people.accountant);
});
after(async () => {
  await Promise.all([ana, ben].map((one) => one?.context.close()));
  await demo?.stop();
});

test("the whole story of an hour is one of paying directly", { timeout: 120_000 }, async () => {
  const { booking } = await ask(ana, Date.now(), 4, 900);
  assert.equal(await state(ana.page), "pending");
  assert.match(await ana.page.locator("main").innerText(), /To be paid directly to the accountant/);
  await accept(ben, booking);
  assert.equal(await state(ben.page), "confirmed");
  await press(ben.page, /^Mark .* as paid directly$/);
  await open(ana.page, booking);
  assert.match(await ana.page.locator("main").innerText(), /Paid directly to the accountant/);
  assert.deepEqual(await lines(ana.page), {});
  assert.equal(await ana.page.locator("a[href$='/pay'], [data-test-mode]").count(), 0);
  await open(ana.page, `${booking}/pay`);
  assert.equal(await state(ana.page), "confirmed", "there is nothing to pay");
});

test("pages and notices of Stripe are not there", { timeout: 60_000 }, async () => {
  await open(ben.page, "/practice");
  assert.equal(await ben.page.locator("main a[href='/practice/payouts']").count(), 0);
  await open(ben.page, "/practice/payouts", 404);
  const notice = await fetch(`${demo.url}/webhooks/stripe`, { method: "POST", body: "{}" });
  assert.equal(notice.status, 404);
  const { email, password, secret } = demo.people.admin;
  const root = await enter(demo, { email, password, secret });
  await open(root.page, "/admin/payments");
  assert.equal(await root.page.locator("[data-payments-off]").count(), 1);
  await follow(root.page.getByRole("link", { name: "Admin" }).first());
  await root.context.close();
});
