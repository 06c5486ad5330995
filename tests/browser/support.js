// What the journeys share: a browser, people who fill in forms, and sites to do it on.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { chromium } from "playwright-core";
import { look, watch } from "./look.js";
import { demoSite, emptySite, sleep, totp, until } from "./site.js";

export { look, totp, until };

/** Long enough for every rule, and about nobody. */
export const PASSWORD = "seven blue herons at dawn";

/** The two ways every journey is taken. */
const WAYS = [
  { words: "with script, wide", script: true, viewport: { width: 1280, height: 900 } },
  { words: "without script, on a phone", script: false, viewport: { width: 390, height: 844 } },
];

/** Starts Debian's Chromium; offline, so without its own errands. */
export function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: apt-get install chromium`);
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

// One browser and one site of each kind in a test file, started when first asked for.
const opened = new Map();
const once = (name, open) => opened.get(name) ?? opened.set(name, open()).get(name);
after(async () => {
  const endings = await Promise.allSettled([...opened.values()].map(async (one) => {
    const thing = await one;
    await (thing.close ?? thing.stop).call(thing);
  }));
  // A site that never started has failed its journeys already; one that will not end fails here.
  const stuck = endings.find(({ reason }) => reason?.message.includes("did not end"));
  if (stuck) throw stuck.reason;
});

// Nothing listens where the pushes of the last one go.
const pushing = { VAPID_SUBJECT: "mailto:operator@example.org", FOOTING_TEST_PUSH: "127.0.0.1:9" };
const SITES = {
  empty: emptySite,
  demo: demoSite,
  pushing: () => demoSite(pushing),
  talkative: () => demoSite({ FOOTING_LOG: "debug" }),
};

/** The test file's site of this kind: `empty`, `demo`, a demo that is `pushing`, or one that logs all. */
export const site = (kind) => once(kind, SITES[kind]);

/**
 * A journey through a site (`empty` or `demo`), taken once with script and once without. The walker
 * gets `page`, `site`, `look`, and `fresh(name)`, an address nobody has used.
 */
export function journey(name, { on = "empty", ways = WAYS, timeout = 240_000 }, walk) {
  for (const way of ways) {
    test(`${name}, ${way.words}`, { timeout }, async () => {
      const here = await site(on);
      const visitor = await visit(here, way);
      try {
        await walk({ ...visitor, site: here, fresh: (who) => `${who}-${way.script ? "js" : "plain"}@example.org` });
      } catch (error) {
        error.message += `\n  at ${visitor.page.url()}\n  site: ${here.output().slice(-1500)}`;
        throw error;
      } finally {
        await visitor.context.close();
      }
    });
  }
}

/**
 * A new visitor: a browser context with nothing in it, and a page in that; `more` is what else
 * Playwright can say about a context.
 */
export async function visit(site, { script = true, viewport = WAYS[0].viewport, ...more } = {}) {
  const browser = await once("browser", openBrowser);
  const context = await browser.newContext({
    baseURL: site.url,
    javaScriptEnabled: script,
    viewport,
    locale: "en-GB",
    timezoneId: "Europe/London",
    reducedMotion: "reduce",
    ...more,
  });
  context.setDefaultTimeout(15_000);
  // Now and then Chromium never says that a context has gone whose databases are being deleted; it goes
  // with its browser then.
  const close = context.close.bind(context);
  context.close = () => Promise.race([close(), sleep(10_000)]);
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept()); // signing out asks whether the keys may go
  await watch(page);
  return { context, page, script, look: (more) => look(page, { script, ...more }) };
}

/** The form of the page's main part that has a field of this name. */
export const formWith = (page, field) => page.locator(`main form:has([name="${field}"])`).first();

/** Opens the menu, sheet or `details` in which something stands hidden on this screen. */
export async function reveal(thing) {
  const page = thing.page();
  const popover = await thing.evaluate((one) => one.closest("[popover]:not(:popover-open)")?.id ?? "");
  const opener = page.locator(`[popovertarget="${popover}"]:visible`).first();
  if (popover && (await opener.count())) await opener.click();
  // The outermost first: only then can the next one be clicked. A closed one's content has no box.
  const closed = thing.locator("xpath=ancestor::details[not(@open)]");
  while (await closed.count()) await closed.first().locator("> summary").click();
  await thing.waitFor({ state: "visible" });
}

/**
 * Clicks what leads to another page or, by htmx, to another part of this one; waits for it and
 * answers its status. What was asked for before the click does not count.
 */
export async function follow(thing) {
  const page = thing.page();
  await reveal(thing);
  let [leaves, asks, status] = [false, null, 0];
  const started = (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) leaves = true;
    else if (request.headers()["hx-request"] === "true") asks = request;
  };
  const answered = (response) => {
    const request = response.request();
    const leads = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (leads || request === asks) status = response.status();
  };
  page.on("request", started).on("response", answered);
  const loaded = page.waitForEvent("load");
  loaded.catch(() => {}); // a part may be all there is
  await thing.click();
  await until(`request after a click on ${page.url()}`, 15, () => leaves || asks);
  if (!leaves) await settled(page);
  if (leaves) await loaded;
  page.off("request", started).off("response", answered);
  return status;
}

/** Waits until htmx has put in what it asked for. */
export const settled = (page) =>
  until("end of htmx's work", 15, () => page.locator(".htmx-request, .htmx-swapping, .htmx-settling").count().then((working) => !working));

/** A form is sent by its own button; "Show" beside a password and the like are not it. */
export const send = (form) => follow(form.locator("button:not([type=button]), input[type=submit]").last());

/**
 * Fills a form by field names, whatever controls they are. A list ticks several; `true` means any:
 * the first choice that says something.
 */
export async function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const fields = form.locator(`[name="${name}"]:not([type=hidden])`);
    assert.ok(await fields.count(), `the form has a field ${name}`);
    const [tag, type] = await fields.first().evaluate((one) => [one.localName, one.type]);
    for (const wanted of [value].flat()) {
      if (tag === "select") {
        const options = await fields.first().locator("option").evaluateAll((all) => all.map((one) => one.value));
        const choice = wanted === true ? options.find(Boolean) : wanted;
        assert.ok(options.includes(choice), `${name} offers ${choice}`);
        await fields.first().selectOption(choice);
      } else if (type === "radio" || type === "checkbox") {
        const choice = wanted === true ? fields.first() : form.locator(`[name="${name}"][value="${wanted}"]`);
        assert.ok(await choice.count(), `${name} offers ${wanted}`);
        await reveal(choice);
        // By keyboard, since a drawn control may lie over the real one.
        await choice.focus();
        if (!(await choice.isChecked())) await choice.press("Space");
        assert.ok(await choice.isChecked(), `${name}: ${wanted} is chosen`);
      } else {
        await fields.first().fill(String(wanted));
      }
    }
  }
}

/** Opens an address and asserts its status. */
export async function open(page, address, status = 200) {
  const response = await page.goto(address);
  assert.equal(response.status(), status, `${address} answers ${status}`);
}

/** What a page says is wrong, for failures worth reading. */
export async function expectNoErrors(page) {
  const said = await page.locator("main [role=alert], main [id$='-error']").allInnerTexts();
  assert.deepEqual(said.map((text) => text.trim()).filter(Boolean), [], `${page.url()} shows errors`);
}

/** Sends a form that is right: it leads on (303, then a page), and no page says what is wrong. */
export async function sendRight(form, said) {
  const page = form.page();
  assert.equal(await send(form), 200, `a right form leads to a page, ${page.url()} did not`);
  await expectNoErrors(page);
  if (said) assert.match(await page.locator("#toasts").innerText(), said, "what was done is said");
}

/**
 * Sends a form that is wrong and looks at the answer: 422, all problems listed first, each with a
 * link to its field, the same words at the field, no secret handed back. Answers the field names.
 */
export async function sendWrong(form) {
  const page = form.page();
  assert.equal(await send(form), 422, `${page.url()} rejects`);
  assert.match(await page.title(), /^Error: /);
  const summary = page.locator("main .errors[role=alert]");
  assert.equal(await summary.count(), 1, "one summary");
  // a browser gives `autofocus` its due when it first draws the page, which may be after it has loaded
  await until("focus on the summary", 5, () => summary.evaluate((one) => one === document.activeElement));
  const links = await summary.locator("a").evaluateAll((all) => all.map((one) => [one.hash.slice(1), one.innerText.trim()]));
  assert.ok(links.length, "it lists what is wrong");
  for (const [name, words] of links) {
    assert.ok(words, `${name}: something is said`);
    assert.equal(await page.locator(`#${name}`).count(), 1, `the link to ${name} leads somewhere`);
    assert.equal((await page.locator(`#${name}-error`).innerText()).trim(), words, `${name}: the same words twice`);
    const described = page.locator(`[aria-describedby~="${name}-error"]`);
    // What is no field (the state of a service) only has the words.
    if (await page.locator(`[name="${name}"]`).count()) {
      assert.ok(await described.count(), `${name}: its control is described by the words`);
    }
  }
  const secrets = await page.locator("main [type=password]").evaluateAll((all) => all.map((one) => one.value));
  assert.ok(secrets.every((value) => value === ""), "no password is handed back");
  return links.map(([name]) => name);
}

/** Joins as client or accountant, follows the letter, and ends up signed in. */
export async function signUp({ page, site, look, script }, { role, name, email }) {
  await open(page, "/signup");
  await look();
  const form = formWith(page, "role");
  await fill(form, { role, name, email, password: PASSWORD });
  // A script finds the zone out: the browser's, which is London here.
  if (script) assert.equal(await form.locator("[name=zone]").inputValue(), "Europe/London");
  else await fill(form, { zone: "Europe/London" });
  await sendRight(form);
  assert.match(await page.locator("main").innerText(), /check your mail/i);
  await look();

  const { link } = await site.mailTo(email, /\/verify\//);
  // Where one signed up the link is enough; with script its page sends itself.
  await page.goto(link);
  if (!script) {
    await look();
    await sendRight(page.locator("main form[action^='/verify/']"));
  }
  await until("confirmed address", 15, () => isSignedIn(page));
  await open(page, link, 404);
  await look();
}

/** Signs in; an admin gives the code of the moment too. */
export async function signIn(page, { email, password = PASSWORD, secret, at }) {
  await open(page, "/login");
  await fill(formWith(page, "email"), { email, password });
  await sendRight(formWith(page, "email"));
  if (secret) {
    assert.equal(new URL(page.url()).pathname, "/login/code");
    await fill(formWith(page, "code"), { code: totp(secret, at) });
    await sendRight(formWith(page, "code"));
  }
  assert.ok(await isSignedIn(page), `${email} is signed in`);
}

/** Only somebody signed in can sign out. */
export const isSignedIn = async (page) => (await page.locator('form[action^="/logout"]').count()) > 0;

export async function signOut(page) {
  await follow(page.locator('form[action^="/logout"] button').first());
  await until("sign-out", 5, async () => !(await isSignedIn(page)));
}
