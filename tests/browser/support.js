// What the journeys share: a browser, people who fill in forms, and sites to do it on.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { chromium } from "playwright-core";
import { look, watch } from "./look.js";
import { demoSite, emptySite, totp, until } from "./site.js";

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

const SITES = { empty: emptySite, demo: demoSite };

/** The test file's site of this kind. */
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
        await walk({ ...visitor, site: here, script: way.script, fresh: (who) => `${who}-${way.script ? "js" : "plain"}@example.org` });
      } catch (error) {
        error.message += `\n  at ${visitor.page.url()}\n  site: ${here.output().slice(-1500)}`;
        throw error;
      } finally {
        await visitor.context.close();
      }
    });
  }
}

/** A new visitor: a browser context with nothing in it, and a page in that. */
export async function visit(site, { script = true, viewport = WAYS[0].viewport } = {}) {
  const browser = await once("browser", openBrowser);
  const context = await browser.newContext({
    baseURL: site.url,
    javaScriptEnabled: script,
    viewport,
    locale: "en-GB",
    timezoneId: "Europe/London",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await watch(page);
  return { context, page, look: () => look(page, { script }) };
}

/** The form of the page's main part that has a field of this name. */
export const formWith = (page, field) => page.locator(`main form:has([name="${field}"])`).first();

/** Opens the menu, sheet or `details` in which something stands hidden on this screen. */
export async function reveal(thing) {
  if (await thing.isVisible()) return;
  const page = thing.page();
  const popover = await thing.evaluate((one) => one.closest("[popover]:not(:popover-open)")?.id ?? "");
  if (popover) await page.locator(`[popovertarget="${popover}"]:visible`).first().click();
  const closed = page.locator("details:not([open])", { has: thing });
  if (!(await thing.isVisible()) && (await closed.count())) await closed.first().locator("summary").first().click();
  await thing.waitFor({ state: "visible" });
}

/** Clicks what leads to another page or, by htmx, to another part of this one; waits for it. */
export async function follow(thing) {
  const page = thing.page();
  await reveal(thing);
  const loaded = page.waitForEvent("load");
  const swapped = page
    .waitForResponse((response) => response.request().headers()["hx-request"] === "true")
    .then(() => page.waitForLoadState("networkidle"));
  // Only one of the two happens; the other one's time-out is nobody's concern.
  loaded.catch(() => {});
  swapped.catch(() => {});
  await thing.click();
  await Promise.any([loaded, swapped]);
}

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

/** Joins as client or accountant, follows the letter, and ends up signed in. */
export async function signUp({ page, site, look }, { role, name, email, zone = "Europe/London" }) {
  await open(page, "/signup");
  await look();
  const form = formWith(page, "role");
  await fill(form, { role, name, email, password: PASSWORD });
  // The zone may be asked for or be found out by the page.
  if (await form.locator("[name=zone]:not([type=hidden])").count()) await fill(form, { zone });
  await send(form);
  await expectNoErrors(page);
  assert.match(await page.locator("main").innerText(), /check your mail/i);
  await look();

  const { link } = await site.mailTo(email, /\/verify\//);
  await open(page, link);
  await look();
  await fill(formWith(page, "password"), { password: PASSWORD });
  await send(formWith(page, "password"));
  await expectNoErrors(page);
  assert.ok(await isSignedIn(page), "the verified person is signed in");
}

/** Signs in; an admin gives the code of the moment too. */
export async function signIn(page, { email, password = PASSWORD, secret }) {
  await open(page, "/login");
  await fill(formWith(page, "email"), { email, password });
  await send(formWith(page, "email"));
  await expectNoErrors(page);
  if (new URL(page.url()).pathname === "/login/code") {
    await fill(formWith(page, "code"), { code: totp(secret) });
    await send(formWith(page, "code"));
    await expectNoErrors(page);
  }
}

/** Only somebody signed in can sign out. */
export const isSignedIn = async (page) => (await page.locator('form[action^="/logout"]').count()) > 0;

export async function signOut(page) {
  await follow(page.locator('form[action^="/logout"] button').first());
  await until("sign-out", 5, async () => !(await isSignedIn(page)));
}
