// Every page and every state of it as it is first met: console, policy, narrow screens, axe in both
// themes and sizes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { program } from "./site.js";
import { PASSWORD, fill, follow, formWith, isSignedIn, open, reveal, sendRight, sendWrong, site, signIn, visit } from "./support.js";

/** The accountant of the demo world whom all can find, and what he makes offers for. */
const LISTED = "/accountants/ben-northgate-tax";
const BY_QUOTE = "Accounts for a letting company";

/** Whose sign-ins are not printed: an accountant whose profile is not complete, a client without an offer. */
const OTHERS = { newcomer: "dot@example.com", asker: "client0@example.org" };

const phone = { widths: [390] };
const link = (page, selector) => page.locator(selector).first();

/** The form with that field, filled in and rejected; these and no other fields are named. */
const wrong = (address, field, values, expected) => async (page) => {
  await open(page, address);
  const form = formWith(page, field);
  await fill(form, values);
  assert.deepEqual(await sendWrong(form), expected);
};

/** A menu opened on a phone. */
const opened = (address, id) => async (page) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, address);
  await reveal(page.locator(`#${id}`));
};

// Each is [name or address, the page's data-page, how to come there or the status, how to look].
const lists = {
  anybody: [
    ["/", "home"],
    ["the menu of a phone", "home", opened("/", "nav"), phone],
    ["/accountants", "directory"],
    ["/accountants?specialism=landlords&q=tax", "directory"],
    ["/accountants?q=zzzzqqqq", "directory"],
    ["the filters of a phone", "directory", opened("/accountants?specialism=landlords", "filters"), phone],
    ["all filters open", "directory", allFolds("/accountants")],
    ["who is free soonest", "directory", async (page) => {
      await open(page, "/accountants?free=7&sort=soonest");
      assert.match(await page.locator("article[data-accountant]").first().innerText(), /Next free/i);
    }],
    ["an accountant with free times", "accountant", async (page) => {
      await open(page, LISTED);
      assert.match(await page.locator("[data-service]").first().innerText(), /Next free/i);
    }],
    ["a service", "service", async (page) => {
      await open(page, LISTED);
      await follow(link(page, "[data-service] a"));
    }],
    ["/how-it-works", "how_it_works"],
    ["/for-accountants", "for_accountants"],
    ["/ranking", "ranking"],
    ["/privacy", "privacy"],
    ["/help/encryption", "encryption"],
    ["/terms", "terms"],
    ["/moderation", "log"],
    ["/reports", "report"],
    ["a report with mistakes", "report", wrong("/reports", "note", { note: "Hm" }, ["url", "note", "good_faith"])],
    ["a report sent while signed out", "reported", async (page) => {
      await open(page, `/reports?url=${LISTED}`);
      await fill(formWith(page, "note"), { note: "It offers to hide money from the tax office.", good_faith: "yes" });
      await sendRight(formWith(page, "note"));
    }],
    ["/signup", "signup"],
    ["a sign-up without anything", "signup", wrong("/signup", "role", { password: "short" }, ["role", "name", "email", "password"])],
    ["/check-mail", "check_mail"],
    ["/offline", "offline"],
    ["/verify/nothing", "link_gone", 404],
    ["an account that somebody else made", "verify_refusal", async (page) => {
      await open(page, "/signup");
      await fill(formWith(page, "role"), { role: "client", name: "Nobody", email: "not-me@example.org", password: PASSWORD });
      await sendRight(formWith(page, "role"));
      const { link } = await (await site("demo")).mailTo("not-me@example.org", /\/verify\/[^/]+\/refusal$/);
      await open(page, new URL(link).pathname);
    }],
    ["/login", "login"],
    ["a sign-in that fails", "login", wrong("/login", "email", { email: "nobody@example.com", password: "four wrong words here" }, ["email"])],
    ["/password/forgot", "password_forgot"],
    ["a lost password of no address", "password_forgot", wrong("/password/forgot", "email", { email: "nobody" }, ["email"])],
    ["/password/reset/nothing", "link_gone", 404],
    ["/dev/components", "components"],
    ["/dev/mail", "mails"],
    ["/no-such-page", "error", 404],
    ["/accountants/nobody-of-this-name", "error", 404],
  ],
  client: [
    ["a report by somebody signed in", "report", (page) => open(page, `/reports?url=${LISTED}`)],
    ["/messages", "inbox"],
    ["/messages/new", "people"],
    ["/settings/messages", "settings_messages"],
    ["/settings/notifications", "settings_notifications"],
    ["quiet hours that are none", "settings_notifications", wrong("/settings/notifications", "quiet_from", { quiet_from: "25:00", quiet_to: "7:00" }, ["quiet_from"])],
    ["the account menu", "home", opened("/", "account"), phone],
    ["/notifications", "notifications"],
    ["/bookings", "bookings"],
    ["a time that can be picked", "service", pickable],
    ["the choice of a time zone", "service", async (page) => {
      await pickable(page);
      await follow(page.getByRole("link", { name: "Change time zone" }));
      await page.locator("#zones").waitFor();
    }],
    ["a request without a time", "service", async (page) => {
      await pickable(page);
      assert.equal(await follow(page.locator("#summary button")), 422);
      assert.match(await page.locator("#start-error").innerText(), /Pick one/);
    }],
    ["a request that waits", "booking", async (page) => {
      await pickable(page);
      const slot = page.locator("input[name=start]").nth(3);
      await slot.focus();
      await page.keyboard.press("Space");
      assert.equal(await follow(page.locator("#summary button")), 200);
      booking = new URL(page.url()).pathname;
    }],
    ["another time for it", "time", async (page) => open(page, `${booking}/time`)],
    ["bookings of one's own", "bookings", async (page) => open(page, "/bookings")],
    ["a service that was offered", "service", async (page) => {
      await byQuote(page);
      await page.locator("main a[data-offer]").waitFor();
    }],
    ["an offer", "service", async (page) => {
      await open(page, "/bookings");
      await follow(link(page, "[data-offer] a"));
      assert.ok(await page.locator("#week input[name=start]").count(), "a time can be picked for it");
    }],
    ["/settings/calendar", "calendar"],
    ["/settings", "settings"],
    ["settings without a name", "settings", wrong("/settings", "locale", { name: "" }, ["name"])],
    ["settings just saved", "settings", async (page) => {
      await open(page, "/settings");
      await sendRight(formWith(page, "locale"), /saved/);
    }],
    ["/settings/security", "security"],
    ["a wrong code for two steps", "security", wrong("/settings/security", "code", { code: "nonsense" }, ["code"])],
    ["a password too short", "security", wrong("/settings/security", "current", { current: "x", password: "short" }, ["password"])],
    ["a password not one's own", "security", wrong("/settings/security", "current", { current: "four wrong words here", password: "five quite unrelated words here" }, ["current"])],
    ["/settings/devices", "devices"],
    ["/reauthenticate?next=/settings/security", "reauthenticate"],
    ["a wrong proof", "reauthenticate", wrong("/reauthenticate", "password", { password: "four wrong words here" }, ["password"])],
    ["/practice", "error", 403],
    ["what the link of a mail leads to", "unsubscribe", async (page) => {
      const demo = await site("demo");
      const { link } = await demo.mailTo(demo.people.client.email, /\/unsubscribe\//);
      await open(page, new URL(link).pathname);
    }],
    ["no more of these mails", "unsubscribe", async (page) => {
      assert.equal(await follow(page.getByRole("button", { name: /^No more mails about/ })), 200);
      assert.match(await page.locator("h1").innerText(), /^No more mails about/);
    }],
  ],
  asker: [
    ["a service by quote", "service", byQuote],
    ["questions left open", "service", async (page) => {
      await byQuote(page);
      assert.equal(await follow(page.locator("#summary button")), 422);
      await page.locator("#answer-error").waitFor();
    }],
    ["a service by quote that was asked for", "service", async (page) => {
      await byQuote(page);
      const answers = page.locator("[name=answer]");
      await answers.nth(0).fill("Four");
      await answers.nth(1).selectOption({ index: 1 });
      await answers.nth(2).fill("2027-03-31");
      assert.equal(await follow(page.locator("#summary button")), 200);
      await page.locator("[data-asked]").waitFor();
    }],
    ["bookings with a question only", "bookings", async (page) => open(page, "/bookings")],
  ],
  accountant: [
    ["/practice", "practice"],
    ["/practice/bookings", "practice_bookings"],
    ["/practice/reviews", "practice_reviews"],
    ["/practice/credentials", "credentials"],
    ["a credential without anything", "credentials", wrong("/practice/credentials", "register", { register: "x" }, ["kind", "register", "number", "evidence"])],
    ["/practice/hours", "hours"],
    ["hours with mistakes", "hours", wrong("/practice/hours", "notice", { notice: "-1", horizon: "far" }, ["notice", "horizon"])],
    ["hours saved by the Enter key, which copies no day", "hours", async (page) => {
      await open(page, "/practice/hours");
      const until = (day) => page.locator(`[data-weekday="${day}"] input[name=to]`).first();
      const tuesday = await until(2).inputValue();
      await until(1).fill("12:00");
      await Promise.all([page.waitForEvent("load"), until(1).press("Enter")]);
      assert.deepEqual([await until(1).inputValue(), await until(2).inputValue()], ["12:00", tuesday]);
    }],
    ["a calendar kept elsewhere", "hours", async (page) => {
      const ics = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270104T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
      await sendRight(await calendarFile(page, "home.ics", ics), /calendar is added/);
      assert.match(await page.locator("[data-calendar]").innerText(), /home\.ics/);
    }],
    ["a calendar that is none", "hours", async (page) => {
      assert.deepEqual(await sendWrong(await calendarFile(page, "home.ics", "not a calendar")), ["ics"]);
      await toTheEnd(page);
    }],
    ["an address that is not public", "hours", async (page) => {
      await wrong("/practice/hours", "url", { url: "https://127.0.0.1/home.ics" }, ["url"])(page);
      await toTheEnd(page);
    }],
    ["a request to be answered", "booking", async (page) => open(page, booking)],
    ["a time to propose", "time", async (page) => open(page, `${booking}/proposal`)],
    ["a request that was accepted", "booking", async (page) => {
      await open(page, booking);
      await sendRight(page.locator("form[action$='/acceptance']"), /Accepted/);
    }],
    ["its papers, of which there are none yet", "papers", async (page) => open(page, `${booking}/papers`)],
    ["/practice/earnings", "earnings"],
    ["/practice/billing", "billing"],
    ["billing details with mistakes", "billing", wrong("/practice/billing", "legal_name", { legal_name: "", legal_address: "" }, ["legal_name", "legal_address"])],
    ["an offer to be made", "quote_form", offerForm],
    ["an offer with mistakes", "quote_form", async (page) => {
      await offerForm(page);
      await fill(formWith(page, "amount"), { amount: "-1", duration: "7" });
      assert.deepEqual(await sendWrong(formWith(page, "amount")), ["amount", "duration"]);
    }],
    ["an offer of one's own", "service", async (page) => {
      await open(page, "/practice/bookings");
      await follow(link(page, "[data-offer] a"));
      await page.getByRole("button", { name: "Withdraw this offer" }).waitFor();
    }],
    ["/practice/profile", "profile"],
    ["all lists of the profile open", "profile", allFolds("/practice/profile")],
    ["a profile with mistakes", "profile", wrong("/practice/profile", "headline", { headline: "x", about: "y", years: "many" }, ["headline", "about", "years"])],
    ["a photograph that is none", "profile", async (page) => {
      await open(page, "/practice/profile");
      const form = formWith(page, "photo");
      const file = { name: "me.png", mimeType: "image/png", buffer: Buffer.from("not a picture") };
      await form.locator("[name=photo]").setInputFiles(file);
      assert.deepEqual(await sendWrong(form), ["photo"]);
    }],
    ["/practice/services", "services"],
    ["/practice/services/new", "service_form"],
    ["a service without anything", "service_form", wrong("/practice/services/new", "title", { title: "" }, ["title", "category", "description", "price"])],
    ["a service of one's own", "service_form", ownService],
    ["a service with questions", "service_form", async (page) => {
      await open(page, "/practice/services");
      await follow(page.locator("[data-service]", { hasText: BY_QUOTE }).locator("a").first());
      await page.locator("[name=question_kind]").first().selectOption("choice");
      await page.locator("[name=question_choices]").first().waitFor();
    }],
    ["a service changed wrongly", "service_form", async (page) => {
      await ownService(page);
      await fill(formWith(page, "title"), { title: "x", duration: "7" });
      assert.deepEqual(await sendWrong(formWith(page, "title")), ["title", "duration"]);
    }],
    [LISTED, "accountant"],
    ["/notifications", "notifications"],
    ["/settings", "settings"],
    ["/settings/security", "security"],
    ["/settings/devices", "devices"],
  ],
  newcomer: [
    ["/practice", "practice"],
    ["the preview of one's page", "accountant", async (page) => {
      await open(page, "/practice");
      await follow(page.getByRole("link", { name: "Preview your page" }));
      assert.match(await page.locator("main .note").innerText(), /only you see this page/i);
    }],
    ["/practice/profile", "profile"],
    ["/practice/services", "services"],
    ["/practice/services/new", "service_form"],
  ],
  admin: [
    ["/admin", "admin"],
    ["a report", "case", async (page) => {
      await open(page, "/admin");
      await follow(link(page, "main [data-case]"));
    }],
    ["a decision with nothing said", "case", async (page) => {
      await open(page, "/admin");
      await follow(link(page, "main [data-case]"));
      await page.locator("form[action$='/decision'] button").click();
      await page.waitForLoadState();
    }],
    ["a credential to be checked", "credential", async (page) => {
      await open(page, "/admin");
      await follow(link(page, "main [data-claim]"));
    }],
    ["a check with nothing said", "credential", async (page) => {
      await open(page, "/admin");
      await follow(link(page, "main [data-claim]"));
      assert.deepEqual(await sendWrong(page.locator("form[action$='/decision']")), ["decision"]);
    }],
    ["an objection", "appeal", async (page) => {
      await open(page, "/admin");
      await follow(link(page, "main [data-appeal]"));
    }],
    ["a complaint", "complaint", async (page) => {
      await open(page, "/admin");
      await follow(link(page, "main [data-complaint]"));
    }],
    ["a decision", "decision", async (page) => {
      await open(page, "/admin");
      await follow(link(page, "main [data-appeal]"));
      await open(page, `/decisions/${await page.locator("[data-statement]").getAttribute("data-statement")}`);
    }],
    ["/admin/users", "people"],
    ["somebody looked for", "people", (page) => open(page, "/admin/users?q=Ana")],
    ["an account", "person", async (page) => {
      await open(page, "/admin/users?q=Ana");
      await follow(link(page, "[data-user] a"));
    }],
    ["/admin/jobs", "jobs"],
    ["/admin/log", "log"],
    ["/admin/payments", "payments"],
    ["a payment", "payment", async (page) => {
      await open(page, "/admin/payments");
      await follow(link(page, "main table a"));
    }],
    ["/settings/security", "security"],
    ["/reauthenticate", "reauthenticate"],
    ["/settings/devices", "devices"],
  ],
};

/** The request that the client makes and the accountant answers. */
let booking;

async function pickable(page) {
  await open(page, LISTED);
  await follow(link(page, "[data-service] a"));
}

async function byQuote(page) {
  await open(page, LISTED);
  await follow(page.locator("[data-service] h3 a", { hasText: BY_QUOTE }));
}

async function offerForm(page) {
  await open(page, "/practice/bookings");
  await follow(page.getByRole("link", { name: /^Make an offer/ }).first());
}

/** The bar of a long form covers a part of what is below it until one scrolls on. */
const toTheEnd = (page) => page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));

async function calendarFile(page, name, text) {
  await open(page, "/practice/hours");
  const form = formWith(page, "ics");
  await form.locator("[name=ics]").setInputFiles({ name, mimeType: "text/calendar", buffer: Buffer.from(text) });
  return form;
}

async function ownService(page) {
  await open(page, "/practice/services");
  await follow(link(page, '[data-service] a[href^="/practice/services/"]'));
}

function allFolds(address) {
  return async (page) => {
    await open(page, address);
    const folds = page.locator("main details");
    assert.ok(await folds.count(), "there is something to open");
    for (const fold of await folds.all()) await reveal(fold.locator(":scope > :not(summary)").first());
  };
}

/** Where a visitor's browser was led, for the last test. */
const seen = new Set();

/** One test a page, so that one fault does not hide the others. */
async function lookAtAll(t, visitor, list) {
  const { page, look } = visitor;
  page.on("framenavigated", (frame) => frame === page.mainFrame() && seen.add(new URL(frame.url()).pathname));
  for (const [name, dataPage, how = 200, more] of list) {
    await t.test(name, { timeout: 60_000 }, async () => {
      await page.setViewportSize({ width: 1280, height: 900 });
      if (typeof how === "function") await how(page);
      else await open(page, name, how);
      assert.equal(await page.locator("body").getAttribute("data-page"), dataPage);
      await look(more);
    });
  }
}

test("pages for anybody", async (t) => {
  const visitor = await visit(await site("demo"));
  await lookAtAll(t, visitor, lists.anybody);
  await visitor.context.close();
});

for (const role of ["client", "asker", "accountant", "newcomer"]) {
  test(`pages for ${role}s`, async (t) => {
    const demo = await site("demo");
    const visitor = await visit(demo);
    await signIn(visitor.page, demo.people[role] ?? { ...demo.people.client, email: OTHERS[role] });
    await lookAtAll(t, visitor, lists[role]);
    await visitor.context.close();
  });
}

test("pages for admins, who sign in with two steps", async (t) => {
  const demo = await site("demo");
  const { email, password, secret } = demo.people.admin;
  const visitor = await visit(demo);
  await open(visitor.page, "/login");
  await fill(formWith(visitor.page, "email"), { email, password });
  await sendRight(formWith(visitor.page, "email"));
  assert.ok(!(await isSignedIn(visitor.page)), "the password alone does not sign in");
  await lookAtAll(t, visitor, [
    ["/login/code", "login_code"],
    ["a wrong code", "login_code", wrong("/login/code", "code", { code: "nonsense" }, ["code"])],
  ]);
  await signIn(visitor.page, { email, password, secret });
  await lookAtAll(t, visitor, lists.admin);
  await visitor.context.close();
});

test("no page was left out", () => {
  const routes = JSON.parse(execFileSync(program, ["routes", "--json"], { encoding: "utf8" }));
  const machines = /^\/(photos|static|calendar)\/|\/evidence$|\.(ics|csv)$|^\/sitemap|^\/\.well-known\/|^\/(robots\.txt|manifest\.webmanifest|sw\.js|healthz|readyz|version)$/;
  // what scripts fetch (and what they put beside a page); an open conversation and its safety number are looked at in messages.test.js
  const scripts = /^\/messages\/(keys|export\.json|\{id\})|^\/(get_message|ws|places|notifications\/push)$|^\/(blobs|bookings\/with|accountants\/like)\//;
  // where a card is asked for there is a key of Stripe's, which a demo has none of: money.test.js and refunds.test.js look at these
  const cards = /^\/bookings\/\{id\}\/(pay|paid|invoice)$|^\/papers\/\{id\}$|^\/practice\/payouts$/;
  // asks for an hour that has taken place: reviews.test.js looks at it
  const reviews = /^\/bookings\/\{id\}\/review$/;
  const isPage = ({ method, path }) => method === "GET" && ![machines, scripts, cards, reviews].some((one) => one.test(path));
  const paths = routes.filter(isPage).map(({ path }) => path);
  assert.ok(paths.length > 20, "the program names its pages");
  const pattern = (path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
  const missed = paths.filter((path) => ![...seen].some((one) => pattern(path).test(one)));
  assert.deepEqual(missed, [], "these are in no list above");
});
