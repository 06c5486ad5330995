// Money on its way back: cancellations, complaints, refunds and disputes, in a real browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follow, open, reveal, signIn, until, visit } from "./support.js";
import { act, charged, enter, hasLine, lines, onboard, path, see, stands, state, till } from "./till.js";

const HOUR = 3_600_000;
const PHONE = { viewport: { width: 390, height: 844 } };

let money, ana, ben, root;
before(async () => {
  money = await till();
  const { client, accountant, admin } = money.demo.people;
  ana = await enter(money.demo, client, PHONE);
  ben = await enter(money.demo, accountant, PHONE);
  await onboard(ben, accountant.password);
  root = await enter(money.demo, admin);
});
after(async () => {
  await Promise.all([ana, ben, root].map((one) => one?.context.close()));
  await money?.stop();
});

const form = ({ page }, noun) => page.locator(`main form[action$='/${noun}']`);

/** The admin's page of a booking's payment. */
async function payment(booking) {
  await open(root.page, booking);
  await follow(root.page.getByRole("link", { name: "The payment" }));
}

async function decide(booking, noun, values, button) {
  await payment(booking);
  return act(form(root, noun), values, button);
}

/** The client cancels and is told before what comes back. */
async function cancel(booking, words) {
  await open(ana.page, booking);
  await reveal(form(ana, "cancellation").locator("button"));
  assert.match(await form(ana, "cancellation").innerText(), words);
  await act(form(ana, "cancellation"), {}, "Cancel this booking");
  assert.equal(await state(ana.page), "cancelled");
}

test("the accountant returns a part, by keyboard too, and both read it", { timeout: 120_000 }, async () => {
  const { booking } = await charged(ana, ben, money);
  const { page } = ben;
  await open(page, booking);
  const summary = page.locator("#money summary");
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.name), "amount");
  await see(ben, "refund-form");
  await page.locator("#money [name=amount]").fill("9999");
  assert.equal(await follow(page.getByRole("button", { name: "Return it" })), 422);
  await see(ben, "refund-too-much");
  await page.locator("#money [name=amount]").fill("10");
  assert.equal(await follow(page.getByRole("button", { name: "Return it" })), 200);
  await money.stripe.tell(money.demo);
  const told = await hasLine(ana, booking, "refunded");
  assert.deepEqual(Object.keys(told), ["charged", "refunded", "commission", "due"]);
  assert.match(told.refunded, /£10$/);
  await see(ana, "refunded");
  assert.deepEqual(await hasLine(ben, booking, "refunded"), told);
  assert.equal((await money.stripe.all("refund")).length, 1);
});

test("a cancellation returns all, a half or nothing, as was said before", { timeout: 240_000 }, async () => {
  const all = await charged(ana, ben, money, 60, 140);
  await open(ana.page, all.booking);
  await see(ana, "cancel-all-before");
  await cancel(all.booking, /all of the price comes back/);
  let told = await hasLine(ana, all.booking, "refunded");
  assert.deepEqual(Object.keys(told), ["charged", "refunded"]);
  await see(ana, "cancelled-all");

  const half = await charged(ana, ben, money, 60, 140);
  const nothing = await charged(ana, ben, money, (half.start - money.now()) / HOUR, 140);
  await untilHours(half, 30);
  await cancel(half.booking, /50 % of the price comes back/);
  told = await hasLine(ana, half.booking, "refunded");
  assert.deepEqual(Object.keys(told), ["charged", "refunded", "commission", "due"]);
  await see(ana, "cancelled-half");

  await untilHours(nothing, 10);
  await cancel(nothing.booking, /nothing of the price comes back/);
  told = await lines(ana.page);
  assert.deepEqual(Object.keys(told), ["charged", "commission", "due"]);
  await see(ana, "cancelled-nothing");
});

/** The clocks go on until so many hours before the start. */
const untilHours = ({ start }, hours) => money.forward((start - hours * HOUR - money.now()) / 60_000);

test("papers stand beside what was paid and returned", { timeout: 120_000 }, async () => {
  const { page } = ana;
  await open(page, "/bookings?when=past");
  const { booking } = await charged(ana, ben, money);
  await open(page, booking);
  await follow(page.getByRole("link", { name: "Papers" }));
  assert.equal(path(page), `${booking}/papers`);
  await until("invoice", 15, async () => {
    await page.reload();
    return page.locator("[data-paper=invoice]").count();
  });
  await see(ana, "papers");
  await follow(page.locator("[data-paper=invoice] a"));
  await see(ana, "paper-invoice");
  await open(page, `${booking}/invoice`);
  assert.match(path(page), /^\/papers\//);
  await open(ben.page, "/practice/earnings");
  assert.ok(await ben.page.locator("[data-sum=earned]").count());
  await see(ben, "earnings");
});

test("a complaint waits for a moderator, who returns one hour's money and releases another's", { timeout: 240_000 }, async () => {
  const [one, other] = [await charged(ana, ben, money), await charged(ana, ben, money)];
  const last = Math.max(one.start, other.start);
  await money.forward((last - money.now()) / 60_000 + 60);
  for (const { booking } of [one, other]) {
    await stands(ana, booking, "completed");
    await act(form(ana, "complaint"), { reason: "The hour was cut short, and nobody called back." }, "Send the complaint");
    const told = await hasLine(ana, booking, "due");
    assert.ok(told.due);
    assert.match(await ana.page.locator("#money").innerText(), /Waits for a decision/);
  }
  await see(ana, "complained");
  await open(ben.page, one.booking);
  await see(ben, "complained-ben");

  root = await freshAdmin();
  await open(root.page, "/admin/payments");
  assert.ok((await root.page.locator("[data-task]").count()) >= 2);
  await see(root, "admin-tasks");
  await payment(one.booking);
  await see(root, "admin-payment");
  assert.equal(await act(form(root, "refund"), {}, "Return it"), 422, "a reason is asked for");
  await see(root, "admin-no-reason");
  const price = (await lines(root.page)).charged.replace(/[^\d.]/g, "");
  assert.equal(await decide(one.booking, "refund", { amount: price, reason: "The accountant agrees." }, "Return it"), 200);
  assert.equal(await decide(other.booking, "release", { reason: "The hour took place in full." }, "Release it"), 200);
  const told = await hasLine(ana, one.booking, "refunded");
  assert.deepEqual(Object.keys(told), ["charged", "refunded"]);
  await see(ana, "complaint-upheld");
  await money.forward(48 * 60 + 10);
  const sent = await hasLine(ben, other.booking, "sent");
  assert.deepEqual(Object.keys(sent), ["charged", "commission", "sent"]);
  await see(ben, "sent");
});

/** A session of an admin is short, and the clock has gone on. */
async function freshAdmin() {
  await root.context.close();
  const visitor = await visit(money.demo);
  const { email, password, secret } = money.demo.people.admin;
  await signIn(visitor.page, { email, password, secret, at: money.now() });
  return visitor;
}

test("a dispute is shown to the accountant and to admins, and its end too", { timeout: 240_000 }, async () => {
  const { booking } = await charged(ana, ben, money);
  const charge = (await money.stripe.all("charge")).at(-1);
  const dispute = await money.stripe.act("dispute", { intent: charge.payment_intent, amount: charge.amount, status: "needs_response" });
  await money.stripe.tell(money.demo);
  const told = await hasLine(ben, booking, "dispute");
  assert.deepEqual(Object.keys(told), ["charged", "dispute", "commission"], "nothing is on its way");
  assert.equal(await ben.page.getByText("Return money").count(), 0, "nothing is returned beside a dispute");
  await see(ben, "disputed");
  root = await freshAdmin();
  await open(root.page, "/admin/payments");
  await see(root, "admin-dispute-task");
  await payment(booking);
  assert.equal(await root.page.locator("[data-dispute=open]").count(), 1);
  await see(root, "admin-dispute");
  await money.stripe.act("decide", { dispute, status: "lost" });
  await money.stripe.tell(money.demo);
  await until("lost dispute", 20, async () => {
    await open(root.page, path(root.page));
    return (await root.page.locator("[data-dispute=lost]").count()) === 1;
  });
  await see(root, "admin-dispute-lost");
  await open(ben.page, booking);
  await see(ben, "dispute-lost");
});
