// What every page of Footing must hold to, whatever it shows: `look(page)`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { lookAtPaper, lookLarge, sideways } from "./screens.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ofAll = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
// in the dark nothing changes but colours
const ofColours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
const complaints = new WeakMap();

/** Writes down what the browser complains about on a page, from before its first address. */
export async function watch(page) {
  const heard = [];
  const opened = new Set();
  complaints.set(page, heard);
  page.on("pageerror", (error) => heard.push(`script: ${error.message}`));
  page.on("request", (request) => request.isNavigationRequest() && opened.add(request.url()));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const { url } = message.location();
    // A page that rightly answers 404 or 422 is logged as a failure to load it.
    if (message.text().startsWith("Failed to load resource") && opened.has(url)) return;
    // Where another browser wrote the vault first, the page reads it and writes again.
    if (message.text().includes("409 (Conflict)") && url.endsWith("/messages/keys/vault")) return;
    heard.push(`console: ${message.text()} (${url})`);
  });
  // The console leaves out some breaches (report-only, early ones), the event does not.
  await page.addInitScript(() => {
    globalThis.breaches = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
      globalThis.breaches.push(`policy: ${effectiveDirective} ${blockedURI} (${sourceFile})`),
    );
  });
}

/**
 * Asserts all that holds for every page and state: nothing in the console, no breach of the
 * security policy, no address or picture that is empty, one `h1`, no sideways scroll at 320 px or
 * in any of the `widths`, none and no word cut off with letters of twice the size, a page on paper
 * with its address and without controls, and axe finds nothing in any of the widths, light and dark.
 *
 * Without script there is no axe (it is a script); the same markup is seen with script on.
 */
export async function look(page, { script = true, widths = [390, 834, 1280] } = {}) {
  const where = page.url();
  const size = page.viewportSize();
  await page.waitForLoadState("load");

  const heard = complaints.get(page);
  assert.ok(heard, "look() needs a page that watch() knows");
  const breaches = await page.evaluate(() => globalThis.breaches ?? []);
  assert.deepEqual([...heard, ...breaches], [], `${where}: the browser complains`);

  assert.equal(await page.locator("h1").count(), 1, `${where}: one h1`);
  assert.equal(await page.locator("main").count(), 1, `${where}: one main`);
  assert.ok(await page.locator("body").getAttribute("data-page"), `${where}: body has data-page`);
  assert.deepEqual(await page.evaluate(empties), [], `${where}: names of files that are not there`);

  await page.setViewportSize({ width: 320, height: 800 });
  const narrow = await page.evaluate(sideways);
  assert.ok(!narrow, `${where}: sideways scroll at 320 px, ${narrow}`);
  await lookLarge(page, [Math.min(...widths), Math.max(...widths)]);
  await lookAtPaper(page);

  if (script) {
    // The console was read above: axe itself trips the style rule of the policy.
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(sideways);
      assert.ok(!wide, `${where}: sideways scroll at ${width} px, ${wide}`);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const found = await faults(page, colorScheme === "dark" ? ofColours : ofAll);
        assert.deepEqual(found, [], `${where}: axe at ${width} px, ${colorScheme}`);
      }
    }
    await page.emulateMedia({ colorScheme: null });
    // What axe tripped is not the page's fault.
    heard.length = 0;
    await page.evaluate(() => (globalThis.breaches = []));
  }
  if (size) await page.setViewportSize(size);
}

/** A misspelt file becomes an empty address, a misspelt icon an empty drawing: neither is an error. */
function empties() {
  const addresses = [...document.querySelectorAll('[href=""], [src=""], [action=""]')];
  const cards = [...document.querySelectorAll('meta[property="og:image"]')].filter(
    (one) => new URL(one.content).pathname === "/",
  );
  const icons = [...document.querySelectorAll("svg.icon")].filter(
    (one) => one.checkVisibility() && !one.querySelector("use")?.getBBox().width,
  );
  return [...addresses, ...cards, ...icons].map((one) => one.outerHTML.slice(0, 160));
}

async function faults(page, runOnly) {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    // The debugger's own evaluation is outside the page's policy, so nothing has to be loosened.
    await page.evaluate(axe);
  }
  const violations = await page.evaluate(async (rules) => {
    const run = { runOnly: rules, preload: false, resultTypes: ["violations"] };
    // where a bar that stays lies over a control is chance, unless all begin at the top
    scrollTo({ top: 0, behavior: "instant" });
    return (await globalThis.axe.run(document, run)).violations;
  }, runOnly);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
