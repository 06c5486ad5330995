// Money from the first button to the last paper, in a real browser, against the small Stripe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fill, follow, formWith, open, sendRight, until } from "./support.js";
import { accept, ask, enter, goToStripe, hasLine, lines, path, payByCard, press, see, stands, state, till, WIDTHS } from "./till.js";

const PHONE = { viewport: { width: 390, height: 844 } };

let money, ana, ben;
before(async () => {
  money = await till();
  const { client, accountant } = money.demo.people;
  ana = await enter(money.demo, client, PHONE);
  ben = await enter(money.demo, accountant, PHONE);
});
after(async () => {
  await Promise.all([ana, ben].map((one) => one?.context.close()));
  await money?.stop();
});

const payouts = (page) => page.locator("[data-payouts]").getAttribute("data-payouts");

test("an accountant sets up payments: shows who asks, stops half-way, goes on, and can be paid", { timeout: 180_000 }, async () => {
  const { page } = ben;
  await money.forward(20); // the sign-in proves nothing any more
  await open(page, "/practice/payouts");
  await see(ben, "payouts-none");
  await press(page, "Set up payments");
  assert.equal(path(page), "/reauthenticate");
  await fill(formWith(page, "password"), { password: money.demo.people.accountant.password });
  await sendRight(formWith(page, "password"));
  assert.equal(path(page), "/practice/payouts");
  assert.match(await page.locator("main [role=status]").innerText(), /Press the button once more/);
  await see(ben, "payouts-proven");
  await press(page, "Set up payments");
  assert.ok(page.url().startsWith(`${money.stripe.base}/setup/`), page.url());
  await press(page, "Later");
  assert.equal(await payouts(page), "started");
  assert.match(await page.locator("main").innerText(), /What Stripe asks for/);
  await see(ben, "payouts-started");

  await press(page, "Go on at Stripe");
  await press(page, "Done, and Stripe looks at it");
  assert.equal(await payouts(page), "pending");
  await see(ben, "payouts-pending");
  const [account] = await money.stripe.all("account");
  await money.stripe.act("fill_in", { account: account.id });
  await money.stripe.tell(money.demo);
  await open(page, "/practice/payouts");
  assert.equal(await payouts(page), "ready");
  await see(ben, "payouts-ready");
  await press(page, "Open your pages at Stripe");
  assert.ok(page.url().startsWith(`${money.stripe.base}/express/`), page.url());
});

for (const width of WIDTHS) {
  test(`a near hour is held, accepted and charged, at ${width} px`, { timeout: 180_000 }, async () => {
    const isFirst = width === WIDTHS[0];
    const { page } = ana;
    await page.setViewportSize({ width, height: 900 });
    const { booking } = await ask(ana, money.now(), 4, 140);
    assert.equal(await state(page), "held");
    assert.match(await page.locator("#actions").innerText(), /kept for you until/);
    if (isFirst) await see(ana, "near-held");
    await follow(page.getByRole("link", { name: /^Pay £/ }));
    assert.match(await page.locator("main").innerText(), /Is held now, and charged when Ben accepts/);
    assert.equal(await page.locator("[data-test-mode]").count(), 1);
    if (isFirst) await see(ana, "near-pay");
    await payByCard(ana, booking, money.stripe);
    assert.equal(await state(page), "pending");
    assert.deepEqual(Object.keys(await lines(page)), ["held"]);
    if (isFirst) await see(ana, "near-paid");

    await open(ben.page, booking);
    assert.match(await ben.page.locator("#actions").innerText(), /charges Ana.s card now/);
    assert.deepEqual(Object.keys(await lines(ben.page)), ["held"]);
    if (isFirst) await see(ben, "near-asked");
    await accept(ben, booking);
    await stands(ana, booking, "confirmed");
    const told = await lines(page);
    assert.deepEqual(Object.keys(told), ["charged", "commission", "due"]);
    if (isFirst) await see(ana, "near-charged");
    await open(ben.page, booking);
    assert.deepEqual(await lines(ben.page), told, "both sides read the same");
    if (isFirst) await see(ben, "near-charged-ben");
  });
}

test("a far hour is accepted first and charged when it is paid", { timeout: 120_000 }, async () => {
  const { page } = ana;
  const { booking } = await ask(ana, money.now(), 150, 900);
  assert.equal(await state(page), "pending");
  assert.deepEqual(await lines(page), {}, "no card is asked for yet");
  await see(ana, "far-asked");
  await open(ben.page, booking);
  assert.match(await ben.page.locator("#actions").innerText(), /Ana is asked to pay then/);
  await accept(ben, booking);
  assert.equal(await state(ben.page), "held");
  assert.match(await ben.page.locator("#actions").innerText(), /Ana has until .* to pay/);
  await see(ben, "far-accepted");
  await open(page, booking);
  assert.match(await page.locator("#actions").innerText(), /your card is charged when you pay/);
  await see(ana, "far-held");
  await payByCard(ana, booking, money.stripe);
  await stands(ana, booking, "confirmed");
  assert.deepEqual(Object.keys(await lines(page)), ["charged", "commission", "due"]);
});

test("the way to pay is taken by keyboard alone", { timeout: 60_000 }, async () => {
  const { page } = ana;
  const { booking } = await ask(ana, money.now(), 4, 140);
  await goToStripe(ana, booking, money.stripe);
  await open(page, `${booking}/pay`);
  await page.locator("h1").click();
  const isThere = () => page.evaluate(() => /^Go on to pay/.test(document.activeElement.innerText ?? ""));
  for (let presses = 0; !(await isThere()); presses++) {
    assert.ok(presses < 20, "the button is not reached");
    await page.keyboard.press("Tab");
  }
  await Promise.all([page.waitForURL(`${money.stripe.base}/c/pay/**`), page.keyboard.press("Enter")]);
  await open(page, booking);
  await follow(page.locator("form[action$='/cancellation'] button"));
  assert.equal(await state(page), "cancelled");
});

test("a declined request lets the card go, and both read so", { timeout: 120_000 }, async () => {
  const { booking } = await ask(ana, money.now(), 4, 140);
  await payByCard(ana, booking, money.stripe);
  await open(ben.page, booking);
  const form = ben.page.locator("form[action$='/decline']");
  await form.locator("xpath=ancestor::details/summary").click();
  await follow(form.locator("button"));
  assert.equal(await state(ben.page), "declined");
  assert.deepEqual(Object.keys(await hasLine(ana, booking, "voided")), ["voided"]);
  assert.match(await ana.page.locator("#actions").innerText(), /not charged; your bank can take some days/);
  await see(ana, "declined");
  const intents = await money.stripe.all("payment_intent");
  assert.equal(intents.at(-1).status, "canceled");
});

test("who comes back without having paid is not booked, and what is not paid in time is free again", { timeout: 120_000 }, async () => {
  const { page } = ana;
  const { booking, start } = await ask(ana, money.now(), 4, 140);
  await goToStripe(ana, booking, money.stripe);
  await follow(page.getByRole("link", { name: "Back" }));
  assert.equal(path(page), `${booking}/pay`);
  await open(page, `${booking}/paid`);
  assert.match(await page.locator("h1").innerText(), /Checking your payment/);
  await see(ana, "paid-not-yet");
  // The page that asks leads on by itself when the card is held after all.
  const other = await ask(ana, money.now(), 4, 140);
  await goToStripe(ana, other.booking, money.stripe);
  const session = path(page).split("/").pop();
  await open(page, `${other.booking}/paid`);
  await money.stripe.act("pay", { session });
  await until("way on from the page that asks", 20, () => path(page) === other.booking);
  await until("end of the way", 10, async () => (await state(page)) === "pending");
  await open(page, booking);
  assert.equal(await state(page), "held");
  await money.forward(41);
  await stands(ana, booking, "expired");
  assert.deepEqual(Object.keys(await hasLine(ana, booking, "lapsed")), ["lapsed"]);
  await see(ana, "hold-over");
  await open(page, `${booking}/pay`);
  assert.equal(path(page), booking, "nothing is left to pay");
  const again = await ask(ana, money.now(), (start - money.now()) / 3_600_000 - 0.1, 150);
  assert.equal(again.start, start, "the time is offered again");
});
