// Every page as it is first met: console, policy, narrow screens, axe in both themes and sizes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isSignedIn, open, site, signIn, visit } from "./support.js";

const lists = {
  client: ["/settings", "/settings/security", "/settings/devices"],
  accountant: [
    "/settings",
    "/settings/security",
    "/practice",
    "/practice/profile",
    "/practice/services",
    "/practice/services/new",
    (page) => first(page, "/practice/services", 'main a[href^="/practice/services/"]:not([href$="/new"])'),
  ],
  admin: ["/admin", "/settings/security"],
};

const anybody = [
  "/",
  "/accountants",
  "/accountants?q=tax",
  "/accountants?q=zzzzqqqq",
  (page) => first(page, "/accountants", 'article[data-accountant] a[href^="/accountants/"]'),
  async (page) => {
    await page.goto(await first(page, "/accountants", 'article[data-accountant] a[href^="/accountants/"]'));
    return first(page, page.url(), '[data-service] a[href*="/services/"]');
  },
  "/ranking",
  "/how-it-works",
  "/for-accountants",
  "/privacy",
  "/terms",
  "/signup",
  "/login",
  "/password/forgot",
  "/dev/components",
  "/dev/mail",
  ["/no-such-page", 404],
  ["/accountants/nobody-of-this-name", 404],
];

/** The address of the first such link on a page. */
async function first(page, address, selector) {
  await open(page, address);
  const link = await page.locator(selector).first().getAttribute("href");
  assert.ok(link, `${address} links to ${selector}`);
  return link;
}

/** One test a page, so that one fault does not hide the others. */
async function lookAtAll(t, visitor, list) {
  for (const one of list) {
    const [what, status] = Array.isArray(one) ? one : [one, 200];
    const name = typeof what === "string" ? what : `one ${what.toString().includes("/services/") ? "service" : "accountant"}`;
    await t.test(name, { timeout: 60_000 }, async () => {
      const page = visitor.page;
      const address = typeof what === "string" ? what : await what(page);
      await open(page, address, status);
      await visitor.look();
    });
  }
}

test("pages for anybody", async (t) => {
  const visitor = await visit(await site("demo"));
  await lookAtAll(t, visitor, anybody);
  await visitor.context.close();
});

for (const [role, list] of Object.entries(lists)) {
  test(`pages for ${role}s`, async (t) => {
    const demo = await site("demo");
    const visitor = await visit(demo);
    await signIn(visitor.page, demo.people[role]);
    assert.ok(await isSignedIn(visitor.page), `the demo's ${role} is signed in`);
    await lookAtAll(t, visitor, list);
    await visitor.context.close();
  });
}
