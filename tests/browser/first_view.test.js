// What a visitor's browser loads and complains about on the first view of a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, follow, formWith, open, site, visit } from "./support.js";

const MOST = 120 * 1024;
const ACCOUNTANT = "/accountants/ben-northgate-tax";

/**
 * The bytes that come over the line for a page and all that is seen of it first, by their address:
 * portraits further down are fetched as well, but after that.
 */
async function weigh(page, address) {
  const browser = await page.context().newCDPSession(page);
  const [names, bytes] = [new Map(), new Map()];
  browser.on("Network.responseReceived", ({ requestId, response }) => names.set(requestId, new URL(response.url).pathname));
  browser.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => bytes.set(names.get(requestId), encodedDataLength));
  await browser.send("Network.enable");
  await page.goto(address, { waitUntil: "networkidle" });
  await browser.detach();
  const below = await page.locator("img").evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().top > innerHeight).map((one) => new URL(one.currentSrc, location).pathname));
  const sum = (some) => some.reduce((all, [, one]) => all + one, 0);
  const first = [...bytes].filter(([name]) => !below.includes(name));
  return { first, sum: sum(first), all: sum([...bytes]) };
}

for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
  test(`the first view weighs at most 120 KB, ${viewport.width} px wide`, { timeout: 120_000 }, async (t) => {
    const demo = await site("demo");
    const visitor = await visit(demo, { viewport });
    await open(visitor.page, ACCOUNTANT);
    const service = await visitor.page.locator("[data-service] a").first().getAttribute("href");
    await visitor.context.close();
    for (const address of ["/", "/accountants", ACCOUNTANT, service]) {
      const { page, context } = await visit(demo, { viewport });
      const { first, sum, all } = await weigh(page, address);
      const heaviest = [...first].sort(([, one], [, other]) => other - one).slice(0, 6);
      t.diagnostic(`${address}: ${(sum / 1024).toFixed(1)} KB in ${first.length} files, ${(all / 1024).toFixed(1)} KB with what is further down`);
      assert.ok(first.some(([name]) => name.endsWith(".woff2")), "the fonts count");
      assert.ok(sum <= MOST, `${address} weighs ${sum} bytes: ${heaviest.join(" ")}`);
      await context.close();
    }
  });
}

test("the page after the sign-in says nothing on the console, however late its style comes", { timeout: 120_000 }, async () => {
  const demo = await site("demo");
  for (const person of ["accountant", "client"]) {
    for (let time = 0; time < 4; time++) {
      // Without motion a browser would leave out what moves between two pages.
      const { page, context } = await visit(demo, { reducedMotion: "no-preference" });
      const heard = [];
      page.on("pageerror", (error) => heard.push(error.message));
      page.on("console", (message) => message.type() === "error" && heard.push(message.text()));
      await context.route(/css-app\.\w+\.css/, async (route) => {
        await new Promise((late) => setTimeout(late, 300));
        await route.continue();
      });
      await open(page, "/login");
      const { email, password } = demo.people[person];
      await fill(formWith(page, "email"), { email, password });
      await follow(page.locator("main form .btn--go"));
      await page.waitForTimeout(500);
      assert.deepEqual(heard, [], page.url());
      await context.close();
    }
  }
});
