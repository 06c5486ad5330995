// What the journeys of money share: a Footing with a key, the small Stripe, people, and bookings.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fill, follow, formWith, open, reveal, sendRight, signIn, until, visit } from "./support.js";
import { demoSite } from "./site.js";
import { smallStripe } from "./stripe.js";

const HOUR = 3_600_000;
export const WIDTHS = [390, 834, 1280];

/** A demo whose clients pay by card at a small Stripe; both clocks are moved together. */
export async function till() {
  const stripe = await smallStripe();
  const demo = await demoSite(stripe.env).catch(async (error) => {
    await stripe.stop();
    throw error;
  });
  let ahead = 0;
  return {
    demo,
    stripe,
    now: () => Date.now() + ahead * 60_000,
    /** Both clocks go on by so many minutes, and what Stripe does by then is told. */
    async forward(minutes) {
      ahead += Math.ceil(minutes);
      demo.setAhead(ahead);
      await stripe.act("clock", { ahead: ahead * 60 });
      await stripe.tell(demo);
    },
    async stop() {
      await demo.stop().finally(() => stripe.stop());
    },
  };
}

export async function enter(demo, person, how) {
  const visitor = await visit(demo, how);
  await signIn(visitor.page, person);
  return visitor;
}

export const path = (page) => new URL(page.url()).pathname;
export const state = (page) => page.locator("h1 + [data-state]").getAttribute("data-state");
export const press = (page, name) => follow(page.getByRole("button", { name }).first());

/** The lines of money on a page: what each is of, and its amount. */
export async function lines(page) {
  const all = page.locator("[data-money]");
  return Object.fromEntries(
    await all.evaluateAll((each) => each.map((one) => [one.dataset.money, one.querySelector("dd").innerText.trim()])),
  );
}

/** Looks at a page; where `SHOTS` names a folder, pictures of it stay there for people to see. */
export async function see(visitor, name) {
  await visitor.look();
  const folder = process.env.SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const { page } = visitor;
  const size = page.viewportSize();
  for (const width of [390, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(size);
}

/** Asks Ben for the first free time between so many hours from now; the booking's address. */
export async function ask({ page }, now, from, to, title = "First-year landlord consultation") {
  await open(page, "/accountants/ben-northgate-tax");
  await follow(page.locator("[data-service] h3 a", { hasText: title }));
  for (let week = 0; week < 6; week++) {
    const times = await page.locator("#week input[name=start]").evaluateAll((all) => all.map((one) => one.value));
    const start = times.find((one) => new Date(one) >= now + from * HOUR && new Date(one) <= now + to * HOUR);
    if (start) {
      await page.locator(`#week input[name=start][value="${start}"]`).check();
      assert.equal(await follow(page.locator("#summary button")), 200);
      return { booking: path(page), start: new Date(start).getTime() };
    }
    await follow(page.locator("#week a[rel~=next]"));
  }
  throw new Error(`no free time between ${from} and ${to} hours from ${new Date(now)}`);
}

/** From the page that says what paying means to Stripe's. */
export const goToStripe = ({ page }, booking, stripe) =>
  until("page of Stripe's to pay on", 20, async () => {
    await open(page, `${booking}/pay`);
    await press(page, /^Go on to pay/);
    return page.url().startsWith(`${stripe.base}/c/pay/`);
  });

/** There and back, with the card held. */
export async function payByCard(visitor, booking, stripe) {
  const { page } = visitor;
  await goToStripe(visitor, booking, stripe);
  await press(page, "Pay");
  await until("end of the payment", 20, () => path(page) === booking);
}

/** Waits until a page holds such words, and opens it then: each look is no visit of a browser. */
async function holds(page, address, words) {
  await until(`${words} on ${address}`, 20, async () => words.test(await (await page.context().request.get(address)).text()));
  await open(page, address);
}

/** Waits until a booking stands as wanted. */
export const stands = ({ page }, booking, wanted) =>
  holds(page, booking, new RegExp(`</h1>\\s*<span[^>]* data-state="${wanted}"`));

/** Waits until the page of a booking has a line of this kind; all lines. */
export async function hasLine({ page }, booking, kind) {
  await holds(page, booking, new RegExp(`data-money="${kind}"`));
  return lines(page);
}

export async function accept({ page }, booking) {
  await open(page, booking);
  await press(page, "Accept");
}

/** A near hour that was paid, accepted and charged. */
export async function charged(client, accountant, { stripe, now }, from = 4, to = 140) {
  const asked = await ask(client, now(), from, to);
  await payByCard(client, asked.booking, stripe);
  await accept(accountant, asked.booking);
  await stands(client, asked.booking, "confirmed");
  return asked;
}

/** Ben can be paid: he fills everything in at Stripe. */
export async function onboard({ page }, password) {
  await open(page, "/practice/payouts");
  await press(page, "Set up payments");
  if (path(page) === "/reauthenticate") {
    await fill(formWith(page, "password"), { password });
    await sendRight(formWith(page, "password"));
    await press(page, "Set up payments");
  }
  await press(page, "Done");
  await until("account that can be paid", 20, async () => {
    await open(page, "/practice/payouts");
    return (await page.locator("[data-payouts]").getAttribute("data-payouts")) === "ready";
  });
}

/** Opens a fold of a form, fills it in and sends it. */
export async function act(form, values, button) {
  await reveal(form);
  await fill(form, values);
  return follow(form.getByRole("button", { name: button }));
}
