// A stranger's first hour, counted: from a need to a booked hour on a phone, from joining to a first
// request accepted. What is chosen before there is an account is there after it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, follow, formWith, isSignedIn, open, PASSWORD, send, sendRight, signIn, signUp, site, until, visit } from "./support.js";

const WIDTHS = [390, 834, 1280];
const phone = { width: 390, height: 844 };

/** Counts what a person does: pages that come, fields that are filled in, things that are pressed. */
function counting(page) {
  const count = { pages: 0, fields: 0, clicks: 0 };
  page.on("load", () => (count.pages += 1));
  return {
    count,
    press: (thing) => {
      count.clicks += 1;
      return follow(thing);
    },
    write: (form, values) => {
      count.fields += Object.keys(values).length;
      return fill(form, values);
    },
  };
}

test("a need becomes a booked hour on a phone, with an account made on the way", { timeout: 120_000 }, async () => {
  const demo = await site("demo");
  const { page, context, look } = await visit(demo, { viewport: phone, timezoneId: "Europe/Warsaw" });
  const { count, press, write } = counting(page);
  await open(page, "/");
  const search = page.locator("main form[role=search]").first();
  await write(search, { q: "northgate" });
  count.clicks += 1;
  await send(search);
  await press(page.locator("article[data-accountant='ben-northgate-tax'] a").first());
  const bar = page.locator("[data-bar]");
  assert.match(await bar.innerText(), /Message[\s\S]*Book[\s\S]*next free/);
  await press(bar.locator("a"));
  const slot = page.locator("#week input[name=start]").first();
  if (!(await slot.count())) await press(page.locator("[data-next-free]"));
  const chosen = page.locator("#week input[name=start]").first();
  const start = await chosen.getAttribute("value");
  await page.locator(`#week label:has(input[value="${start}"])`).click();
  count.clicks += 1;
  assert.match(await page.locator("[data-bar]").innerText(), new RegExp((await chosen.getAttribute("data-words")).slice(0, 10)));
  await page.locator("[data-bar] a").click();
  count.clicks += 1;
  await write(formWith(page, "note"), { note: "Two flats, let since April." });
  await look();
  await press(page.locator("#summary button"));
  assert.equal(new URL(page.url()).pathname, "/login");
  assert.match(await page.locator("[data-kept]").innerText(), /kept/);
  assert.ok(!decodeURIComponent(page.url()).includes("flats"), "what was written stands in an address");
  await look();
  await press(page.getByRole("link", { name: "Join Footing" }));
  const form = formWith(page, "role");
  await write(form, { role: "client", name: "Eva Lind", email: "eva@example.org", password: PASSWORD });
  await press(form.getByRole("button", { name: "Create account" }));
  const { text } = await demo.mailTo("eva@example.org", /\/verify\//);
  const code = /30 minutes: (\d{3} \d{3})/.exec(text)[1];
  await write(formWith(page, "code"), { code });
  await look();
  await press(formWith(page, "code").locator("button"));
  assert.ok(await isSignedIn(page));
  assert.match(await page.locator("[data-choice=free]").innerText(), /Address confirmed\. Your time is still free\./);
  assert.equal(await page.locator("input[name=start]:checked").getAttribute("value"), start);
  assert.equal(await page.locator("#note").inputValue(), "Two flats, let since April.");
  await look();
  await press(page.locator("#summary button"));
  assert.equal(await page.locator("[data-state]").first().getAttribute("data-state"), "pending");
  assert.match(await page.locator("#actions").innerText(), /Your request was sent\. Ben answers by/);
  await look();
  console.log(`need to booked: ${JSON.stringify(count)}`);
  assert.ok(count.pages <= 11 && count.fields <= 7 && count.clicks <= 12, JSON.stringify(count));
  await context.close();
});

test("an accountant joins on a phone, is listed, and accepts a first request", { timeout: 180_000 }, async () => {
  const demo = await site("demo");
  const { page, context, look } = await visit(demo, { viewport: phone, timezoneId: "Europe/Berlin" });
  const { count, press, write } = counting(page);
  await open(page, "/");
  await press(page.getByRole("link", { name: "Join as an accountant" }));
  const joining = formWith(page, "role");
  assert.ok(await joining.locator("[name=role][value=accountant]").isChecked(), "the role is chosen by the link");
  await write(joining, { name: "Jana Vogel", email: "jana@example.org", password: PASSWORD });
  await press(joining.getByRole("button", { name: "Create account" }));
  const { text } = await demo.mailTo("jana@example.org", /\/verify\//);
  await write(formWith(page, "code"), { code: /30 minutes: (\d{3} \d{3})/.exec(text)[1] });
  await press(formWith(page, "code").locator("button"));
  assert.equal(new URL(page.url()).pathname, "/practice");
  await look();

  await press(page.locator("[data-missing=headline] a"));
  const profile = formWith(page, "headline");
  await write(profile, {
    headline: "Annual accounts for studios and small shops",
    about: "I keep the books of small firms in Leipzig, and say in plain words what the tax office asks for.",
    country: "DE",
    place: "Leipzig",
    languages: ["de"],
    specialisms: ["year-end"],
  });
  await press(profile.getByRole("button", { name: "Save" }).last());
  await press(page.locator("a[href='/practice']").first());
  await press(page.locator("[data-missing=service] a"));
  const service = formWith(page, "title");
  await write(service, { title: "A first look at your year-end", category: true, description: "We look at your books and agree what is still to do.", price: "85,50" });
  await look();
  await press(service.getByRole("button", { name: "Save and show to clients" }));
  await press(page.locator("a[href='/practice']").first());
  assert.equal(await page.locator("[data-listed]").count(), 1, "nothing more is needed to be found");
  await look();
  await press(page.locator("[data-advice=hours] a"));
  await press(page.locator("button[name=fill]"));
  assert.ok(await page.locator("[data-unsaved]").isVisible());
  await press(page.getByRole("button", { name: "Save hours" }).last());
  await look();

  const client = await visit(demo, { viewport: phone });
  await signIn(client.page, demo.people.client);
  await open(client.page, "/accountants?q=Jana+Vogel");
  await follow(client.page.locator("article[data-accountant] a").first());
  await follow(client.page.locator("[data-service] a").first());
  if (!(await client.page.locator("#week input[name=start]").count())) await follow(client.page.locator("[data-next-free]"));
  await client.page.locator("#week label:has(input[name=start])").first().click();
  await follow(client.page.locator("#summary button"));
  await client.context.close();

  await open(page, "/practice");
  const request = page.locator("[data-waiting] a, [data-booking] a, a[href^='/bookings/']").first();
  await press(request);
  await look();
  await press(page.getByRole("button", { name: "Accept" }));
  assert.equal(await page.locator("[data-state]").first().getAttribute("data-state"), "confirmed");
  await look();
  console.log(`join to first request accepted: ${JSON.stringify(count)}`);
  assert.ok(count.pages <= 16 && count.fields <= 14 && count.clicks <= 14, JSON.stringify(count));
  await context.close();
});

test("the button is in reach on every width below the wide one, and the act is never beside the times", { timeout: 120_000 }, async () => {
  const demo = await site("demo");
  for (const width of [...WIDTHS, 900, 959]) {
    const { page, context } = await visit(demo, { viewport: { width, height: 844 } });
    await open(page, "/accountants/ben-northgate-tax");
    assert.equal(await page.locator("[data-bar]").isVisible(), width < 960, `profile at ${width}`);
    await follow(page.locator("[data-service] a").first());
    assert.equal(await page.locator("[data-bar]").isVisible(), width < 960, `service at ${width}`);
    const [week, act] = [await page.locator("#week").boundingBox(), await page.locator("#summary button").boundingBox()];
    assert.ok(act.y >= week.y + week.height, `the act stands below the times at ${width}`);
    if (width >= 960) assert.ok(await page.locator("aside a[href='#summary']").isVisible());
    await context.close();
  }
});

test("the mail's link confirms by itself where one signed up, and asks for the password elsewhere", { timeout: 60_000 }, async () => {
  const demo = await site("demo");
  const here = await visit(demo);
  const there = await visit(demo);
  await open(here.page, "/signup");
  await fill(formWith(here.page, "role"), { role: "accountant", name: "Ida Berg", email: "ida@example.org", password: PASSWORD });
  await sendRight(formWith(here.page, "role"));
  const { link } = await demo.mailTo("ida@example.org", /\/verify\//);
  await open(there.page, link);
  assert.equal(await there.page.locator("#password").count(), 1);
  await here.page.goto(link);
  await until("confirmed address", 15, () => isSignedIn(here.page));
  assert.equal(new URL(here.page.url()).pathname, "/practice");
  await here.context.close();
  await there.context.close();
});

test("who joins with an American browser reads months first and hours with AM and PM", { timeout: 120_000 }, async () => {
  const demo = await site("demo");
  const visitor = await visit(demo, { locale: "en-US" });
  const { page, context, look } = visitor;
  await signUp({ ...visitor, site: demo }, { role: "client", name: "Faye Otis", email: "faye@example.org" });
  await open(page, "/settings");
  assert.equal(await page.locator("#locale").inputValue(), "en-US");
  assert.match(await page.locator("#locale option:checked").innerText(), /Nov 23, 2026, 9:30 AM – 12,345\.50$/);
  await look();
  await open(page, "/accountants/ben-northgate-tax");
  await follow(page.locator('[data-service] a[href*="/services/"]').first());
  if (!(await page.locator("#week input[name=start]").count())) await follow(page.locator("[data-next-free]"));
  const slot = page.locator("#week input[name=start]").first();
  const start = await slot.getAttribute("value");
  const words = await slot.getAttribute("data-words");
  assert.match(words, /^\w{3}, \w{3} \d+, \d+:\d\d( [AP]M)?–\d+:\d\d [AP]M$/);
  await page.locator(`#week label:has(input[value="${start}"])`).click();
  assert.equal(await page.locator("#summary [data-chosen]").innerText(), words);
  await look();
  await send(formWith(page, "note"));
  assert.match(await page.locator("main header time").first().innerText(), /^\w{3}, \w{3} \d+, \d{4}, \d+:\d\d.*[AP]M (GMT|BST)/);
  await look();
  await context.close();
});
