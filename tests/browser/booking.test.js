// Booking: from a free time to an entry in a calendar, on both sides of the desk.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { events } from "./calendar.js";
import { fill, follow, formWith, open, reveal, sendRight, signIn, site, visit } from "./support.js";

/** The zones of the accounts: each side reads times in its own. */
const ANA = "Europe/Warsaw";
const BEN = "Europe/London";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let demo, ana, ben, cy;
before(async () => {
  demo = await site("demo");
  const { client, accountant } = demo.people;
  ana = await enter(client);
  ben = await enter(accountant, PHONE);
  cy = await enter({ ...client, email: "cy@example.com" });
});
after(() => Promise.all([ana, ben, cy].map((one) => one?.context.close())));

async function enter(person, how) {
  const visitor = await visit(demo, how);
  await signIn(visitor.page, person);
  return visitor;
}

/** The same person at another browser, which has no script. */
const withoutScript = async (person, how) =>
  visit(demo, { ...how, script: false, storageState: await person.context.storageState() });

const slots = (page) => page.locator("#week input[name=start]");
const values = (page) => slots(page).evaluateAll((all) => all.map((one) => one.value));
const slot = (page, value) => page.locator(`#week input[name=start][value="${value}"]`);
const label = (page, value) => page.locator("label.slot", { has: page.locator(`[value="${value}"]`) }).innerText();
const state = (page) => page.locator("h1 + [data-state]").getAttribute("data-state");
const begins = (page) => page.locator("main header time").first().getAttribute("datetime");
const path = (page) => new URL(page.url()).pathname;
const instant = (value) => new Date(value).getTime();

/** What the clock on a wall in that zone shows: "13:45". */
const wall = (value, timeZone) =>
  new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(value));

async function openService(page, title) {
  await open(page, "/accountants/ben-northgate-tax");
  await follow(page.locator("[data-service] h3 a", { hasText: title }));
}

const weekAfter = (page) => follow(page.locator("#week a[rel~=next]"));

/** Picks a free time that is shown, the first one if none is named; answers what it would send. */
async function pick(page, value) {
  const one = value ? slot(page, value) : slots(page).first();
  await one.check();
  return one.getAttribute("value");
}

const ask = (page) => follow(page.locator("#summary button"));

/** A request of this client for next week; answers its address and its time. */
async function request(page, title) {
  await openService(page, title);
  await weekAfter(page);
  const value = await pick(page);
  assert.equal(await ask(page), 200);
  assert.equal(await state(page), "pending");
  return { booking: path(page), value };
}

async function accept(page, booking) {
  await open(page, booking);
  await sendRight(page.locator("form[action$='/acceptance']"), /Accepted/);
}

test("a time is found, asked for, accepted on a phone and in both calendars at one instant", { timeout: 120_000 }, async () => {
  const { page } = ana;
  await open(page, "/accountants?q=northgate");
  await follow(page.locator("article[data-accountant='ben-northgate-tax'] a[href^='/accountants/']").first());
  await follow(page.locator("[data-service] h3 a", { hasText: "First-year landlord consultation" }));
  assert.equal(await page.locator("[data-zone]").getAttribute("data-zone"), ANA, "times are those of the account");
  await fill(formWith(page, "note"), { note: "Typed before the week was turned." });
  await weekAfter(page);
  assert.equal(await page.locator("#note").inputValue(), "Typed before the week was turned.", "only the times are exchanged");
  const value = await pick(page, (await values(page))[2]);
  assert.equal(await label(page, value), wall(value, ANA));
  assert.match(await page.locator("#summary [data-chosen]").innerText(), new RegExp(wall(value, ANA)), "the choice stands at the button too");

  await follow(page.getByRole("link", { name: "Change time zone" }));
  await fill(page.locator("#zones"), { tz: "America/New_York" });
  await follow(page.locator("#zones button"));
  assert.equal(await page.locator("[data-zone]").getAttribute("data-zone"), "America/New_York");
  assert.equal(await label(page, value), wall(value, "America/New_York"), "the same instant on another wall");

  await pick(page, value);
  await fill(formWith(page, "note"), { mode: "phone", phone: "+48 22 555 01 23", note: "My first flat, let since June." });
  assert.equal(await ask(page), 200);
  const booking = path(page);
  const id = booking.split("/").pop();
  assert.equal(await state(page), "pending");
  assert.equal(instant(await begins(page)), instant(value), "the instant of the slot");
  assert.match(await page.locator("main").innerText(), /My first flat, let since June\./);

  const phone = ben.page;
  await open(phone, "/practice");
  const waiting = phone.locator(`[data-booking="${id}"]`);
  assert.match(await waiting.innerText(), new RegExp(wall(value, BEN)), "in the accountant's zone");
  const button = waiting.getByRole("button", { name: /^Accept/ });
  const box = await button.boundingBox();
  assert.ok(box.height >= 44 && box.x >= 0 && box.x + box.width <= 390, "a finger hits it");
  await Promise.all([phone.waitForEvent("load"), button.tap()]);
  assert.equal(path(phone), booking);
  assert.equal(await state(phone), "confirmed");
  assert.match(await phone.locator("main").innerText(), /My first flat, let since June\./);
  await open(phone, "/practice/bookings");
  const agreed = phone.locator("li", { has: phone.locator(`a[href="${booking}"]`) }).last();
  assert.equal(await agreed.locator("[data-state]").getAttribute("data-state"), "confirmed");
  assert.match(await agreed.innerText(), new RegExp(wall(value, BEN)));

  await open(page, "/bookings");
  const mine = page.locator(`article[data-booking="${id}"]`);
  assert.equal(await mine.locator("[data-state]").getAttribute("data-state"), "confirmed");
  assert.match(await mine.innerText(), new RegExp(wall(value, ANA)));
  await follow(mine.locator("a"));
  assert.equal(await state(page), "confirmed");
  const [here, there] = [wall(value, ANA), wall(value, BEN)];
  assert.match(await page.locator("main header").innerText(), new RegExp(`${here}[\\s\\S]*${there}.*London`), "both clocks are named");

  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Add to calendar" }).click()]);
  assert.match(file.suggestedFilename(), /\.ics$/);
  const read = events(readFileSync(await file.path()));
  assert.equal(read.length, 1);
  const [event] = read;
  assert.deepEqual(event.errors, []);
  assert.ok(event.uid.startsWith(id), event.uid);
  assert.equal(event.status, "CONFIRMED");
  assert.equal(event.start, value.replace(/Z$/, ":00Z"), "exactly when the slot said");
  assert.equal(instant(event.end) - instant(event.start), 30 * 60_000);

  await nobodyElse(booking, value);
});

/** A stranger is told that there is no such booking; who is not signed in is asked to. */
async function nobodyElse(booking, value) {
  for (const address of ["", ".ics", "/time", "/proposal"]) await open(cy.page, booking + address, 404);
  const acts = ["acceptance", "decline", "cancellation", "time", "proposal", "proposal/answer", "no-show", "complaint", "paid-directly"];
  // From a page of cy's own, so that the refusal is about cy and not about a missing token.
  const page = await cy.context.newPage();
  await open(page, "/bookings");
  for (const act of acts) {
    const status = await page.evaluate(
      async ([address, start]) => {
        const csrf = document.querySelector("meta[name=csrf]").content;
        const body = new URLSearchParams({ csrf, start, answer: "accept", reason: "Because it is not mine." });
        return (await fetch(address, { method: "POST", body, redirect: "manual" })).status;
      },
      [`${booking}/${act}`, value],
    );
    assert.equal(status, 404, act);
  }
  await page.close();
  const stranger = await visit(demo);
  for (const address of ["", ".ics", "/time"]) {
    await open(stranger.page, booking + address);
    assert.equal(path(stranger.page), "/login");
    assert.equal(new URL(stranger.page.url()).searchParams.get("next"), booking + address);
  }
  await stranger.context.close();
}

test("without script a week is turned, a zone changed, a time asked for and accepted", { timeout: 120_000 }, async () => {
  const client = await withoutScript(ana);
  const { page } = client;
  await openService(page, "Self-assessment return");
  const first = await values(page);
  await weekAfter(page);
  const second = await values(page);
  assert.ok(second.length && !second.some((value) => first.includes(value)), "another week");
  await follow(page.getByRole("link", { name: "Change time zone" }));
  await fill(page.locator("#zones"), { tz: "Asia/Kolkata" });
  await follow(page.locator("#zones button"));
  const kept = (await values(page)).filter((value) => second.includes(value));
  assert.ok(kept.length, "the week stays");
  assert.equal(await label(page, kept[0]), wall(kept[0], "Asia/Kolkata"));
  await pick(page, kept[0]);
  await fill(formWith(page, "note"), { note: "No script here." });
  assert.equal(await ask(page), 200);
  assert.equal(await state(page), "pending");
  assert.equal(instant(await begins(page)), instant(kept[0]));
  const booking = path(page);

  const accountant = await withoutScript(ben, PHONE);
  await open(accountant.page, "/practice/bookings");
  await follow(accountant.page.locator(`form[action="${booking}/acceptance"] button`));
  assert.equal(await state(accountant.page), "confirmed");
  await open(page, booking);
  assert.equal(await state(page), "confirmed");
  await Promise.all([client.context.close(), accountant.context.close()]);
});

test("who asks for a time that was just taken gets fresh ones and keeps what was typed", { timeout: 60_000 }, async () => {
  const title = "Letting check-up";
  for (const one of [ana, cy]) {
    await openService(one.page, title);
    await weekAfter(one.page);
  }
  const value = await pick(ana.page);
  await pick(cy.page, value);
  await fill(formWith(cy.page, "note"), { mode: "phone", phone: "+44 113 496 0123", note: "The boiler,\nand two new tenants." });
  assert.equal(await ask(ana.page), 200);
  const mine = path(ana.page);

  const { page } = cy;
  assert.equal(await ask(page), 409);
  assert.match(await page.title(), /^Error: /);
  const refusal = page.locator("#refusal");
  assert.match(await refusal.innerText(), /has just been taken/);
  assert.ok(await refusal.evaluate((one) => one === document.activeElement), "it has the focus");
  const { y } = await refusal.boundingBox();
  assert.ok(y >= 0 && y < 900, "it is on the screen");
  const fresh = await values(page);
  assert.ok(fresh.length && !fresh.includes(value), "the taken time is gone, others are there");
  assert.equal(await page.locator("#note").inputValue(), "The boiler,\nand two new tenants.");
  assert.ok(await page.locator("[name=mode][value=phone]").isChecked());
  await cy.look();

  const next = await pick(page);
  assert.equal(await ask(page), 200, "the same form can be sent again");
  assert.equal(instant(await begins(page)), instant(next));
  assert.notEqual(path(page), mine);
});

test("an offer is asked for, made, and accepted by picking a time", { timeout: 120_000 }, async () => {
  const title = "Accounts of a family trust";
  await addService(ben.page, title);

  const { page } = ana;
  await openService(page, title);
  assert.equal(await slots(page).count(), 0, "times come with the offer");
  const form = formWith(page, "note");
  await form.getByLabel("How many beneficiaries are there?").fill("Three");
  await form.getByLabel("Which year is it about?").selectOption("2025");
  await fill(form, { note: "My aunt is the trustee." });
  assert.equal(await ask(page), 200);
  assert.equal(await page.locator("[data-asked]").count(), 1, "the page says that the answer is waited for");
  assert.equal(await page.locator("#summary button").count(), 0, "nobody asks twice");

  await makeOffer(ben.page, title);

  await open(page, "/bookings");
  await follow(page.locator("[data-offer] a", { hasText: title }));
  const offer = page.locator("section[data-offer]");
  assert.match(await offer.innerText(), /£650[\s\S]*75 minutes[\s\S]*the return of the trust/i);
  // Soon enough for the strict terms to keep half.
  const soon = (await values(page)).filter((value) => {
    const hours = (instant(value) - Date.now()) / 3_600_000;
    return hours > 50 && hours < 160;
  });
  const value = await pick(page, soon[0]);
  assert.equal(await ask(page), 200);
  const booking = path(page);
  assert.match(await page.locator("main").innerText(), /£650[\s\S]*Which year is it about\?\s+2025/, "what was asked and offered holds");
  const event = instant(value);
  assert.equal(instant(await begins(page)), event);

  await accept(ben.page, booking);
  await open(page, booking);
  assert.equal(await page.getByRole("link", { name: "Change time" }).count(), 0, "too late to move");
  const words = page.locator("details", { hasText: "Cancel the booking" });
  await reveal(words.locator("form"));
  assert.match(await words.innerText(), /You pay directly, so settle with Ben/, "what it means is said before the click");
});

/** A service by quote with two questions, each in a line that appears when it is needed. */
async function addService(page, title) {
  await open(page, "/practice/services/new");
  const lines = page.locator(".question");
  const shown = () => lines.evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
  assert.equal(await shown(), 1, "one blank line");
  await lines.nth(0).locator("[name=question_text]").fill("How many beneficiaries are there?");
  assert.equal(await shown(), 2, "the next once that is used");
  const list = lines.nth(1).locator("[name=question_choices]");
  await lines.nth(1).locator("[name=question_text]").fill("Which year is it about?");
  assert.ok(!(await list.isVisible()), "a short answer needs no list");
  await lines.nth(1).locator("[name=question_kind]").selectOption({ label: "One of a list" });
  assert.ok(await list.isVisible());
  await list.fill("2025\n2026");
  await fill(formWith(page, "title"), {
    title,
    category: "year-end",
    description: "The accounts of a trust and its return, for families who hold a house or two in one.",
    duration: "60",
    price_kind: "quote",
    currency: "GBP",
    modes: "video",
    accept: "request",
    policy: "strict",
  });
  assert.equal(await follow(page.getByRole("button", { name: "Save and show to clients" })), 200);
}

async function makeOffer(page, title) {
  await open(page, "/practice/bookings");
  const line = page.locator("li[data-enquiry]", { hasText: title });
  await follow(line.getByRole("link", { name: /^Make an offer/ }));
  assert.match(await page.locator("aside [data-enquiry]").innerText(), /Three[\s\S]*2025[\s\S]*My aunt is the trustee\./);
  await fill(formWith(page, "amount"), { amount: "650", duration: "75", text: "The accounts and the return of the trust." });
  await sendRight(formWith(page, "amount"), /offer is sent/i);
  assert.match(await page.locator("h2#offer-title").innerText(), /Your offer to Ana/);
}

test("a proposed time is refused or taken, a booking moved, and cancelled knowing what it means", { timeout: 120_000 }, async () => {
  const { booking, value } = await request(ana.page, "Self-assessment return");
  await accept(ben.page, booking);
  const when = async (page) => instant(await begins(page));

  await propose(ben.page, booking);
  await open(ana.page, booking);
  assert.match(await ana.page.locator("#actions").innerText(), /Ben proposes/);
  await follow(ana.page.getByRole("button", { name: "Keep the old one" }));
  assert.equal(await when(ana.page), instant(value), "refused: all is as it was");
  const wanted = await propose(ben.page, booking);
  assert.equal(await when(ben.page), instant(value), "until the answer all stays as it is");
  await open(ana.page, booking);
  await follow(ana.page.getByRole("button", { name: "Take the new time" }));
  assert.equal(await when(ana.page), instant(wanted));
  assert.equal(await state(ana.page), "confirmed");

  const { page } = ana;
  await follow(page.getByRole("link", { name: "Change time" }));
  assert.match(await page.locator("main header").innerText(), /Price, length and terms stay\. .*three times/);
  const moved = await pick(page);
  assert.notEqual(moved, wanted);
  await sendRight(formWith(page, "start"), /is moved/);
  assert.equal(await when(page), instant(moved));
  assert.equal(await page.locator("[data-event=moved]").count(), 2, "the history knows both");

  await open(ben.page, booking);
  assert.equal(await when(ben.page), instant(moved), "the accountant sees it too");
  await open(page, booking);
  const words = page.locator("details", { hasText: "Cancel the booking" });
  assert.ok(!(await words.locator("form").isVisible()), "not one click away");
  await reveal(words.locator("form"));
  assert.match(await words.innerText(), /You pay directly, so settle with Ben/, "what it means is said before the click");
  await fill(words.locator("form"), { reason: "The flat is sold." });
  await sendRight(words.locator("form"), /Cancelled/);
  assert.equal(await state(page), "cancelled");
  await open(ben.page, booking);
  assert.equal(await state(ben.page), "cancelled");
  assert.match(await ben.page.locator(".timeline").innerText(), /The flat is sold\./);
});

/** The accountant proposes the first free time in two weeks. */
async function propose(page, booking) {
  await open(page, booking);
  await follow(page.getByRole("link", { name: "Propose another time" }));
  await weekAfter(page);
  await weekAfter(page);
  const value = await pick(page);
  await sendRight(formWith(page, "start"), /is proposed/);
  return value;
}

test("a change of clocks is noted on its day, and the hours follow the wall", { timeout: 60_000 }, async () => {
  await open(ben.page, "/practice/hours");
  await fill(formWith(ben.page, "horizon"), { horizon: "365" });
  await sendRight(formWith(ben.page, "horizon"), /hours are saved/i);

  const change = nextChange(BEN);
  const { page, look } = ana;
  await openService(page, "First-year landlord consultation");
  await open(page, `${path(page)}?from=${dayAfter(change, -3)}&tz=${BEN}`);
  const days = page.locator("fieldset.day");
  const noted = page.locator("fieldset.day", { has: page.locator(".day__note") });
  assert.equal(await noted.count(), 1);
  const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  assert.equal(await noted.locator("legend").textContent(), weekday.format(new Date(change)).replace(",", ""));
  assert.match(await noted.locator(".day__note").innerText(), /^Clocks go (forward|back) by 1 h at 0[12]:00$/);

  // Sunday is the fourth day of this week: Friday is before the change, Monday after it.
  const firsts = [1, 4].map((at) => days.nth(at).locator("input[name=start]").first());
  const [friday, monday] = await Promise.all(firsts.map((one) => one.inputValue()));
  assert.equal(await label(page, friday), await label(page, monday), "the same time on the wall");
  assert.equal(Math.abs(instant(monday) - instant(friday) - 72 * 3_600_000), 3_600_000, "an hour apart in fact");
  await look();
});

const dayAfter = (day, days) => new Date(new Date(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);

/** The next date on which the clocks of a zone change. */
function nextChange(timeZone) {
  const offset = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const at = (day) => offset.formatToParts(new Date(`${day}T12:00Z`)).find(({ type }) => type === "timeZoneName").value;
  let day = dayAfter(new Date().toISOString().slice(0, 10), 8);
  while (at(day) === at(dayAfter(day, -1))) day = dayAfter(day, 1);
  return day;
}
