// From a question to an account: searching as a stranger, joining, losing the password.
import assert from "node:assert/strict";
import {
  expectNoErrors, fill, follow, formWith, isSignedIn, journey, open, PASSWORD, reveal, send, signIn, signOut, signUp,
} from "./support.js";

const rows = (page) => page.locator("article[data-accountant]");

journey("a stranger searches, filters, and reads about a service", { on: "demo" }, async ({ page, look }) => {
  await open(page, "/");
  await look();
  const search = page.locator("main form[role=search]").first();
  await fill(search, { q: "tax" });
  await send(search);
  assert.equal(new URL(page.url()).pathname, "/accountants");
  assert.equal(new URL(page.url()).searchParams.get("q"), "tax");
  assert.ok((await rows(page).count()) > 0, "somebody does tax");
  await look();

  const address = await narrow(page);
  assert.match(address, /[?&]specialism=[^&]/, "the filter is in the address, so it can be shared");
  await look();

  await follow(rows(page).first().locator('a[href^="/accountants/"]').first());
  await look();
  await follow(page.locator('[data-service] a[href*="/services/"]').first());
  assert.match(new URL(page.url()).pathname, /^\/accountants\/[^/]+\/services\/[^/]+$/);
  assert.ok(await page.locator("[data-zone]").count(), "the zone of the times is named");
  await look();
});

/** Filters by the first specialism that leaves somebody; answers the address. */
async function narrow(page) {
  const form = formWith(page, "specialism");
  const field = form.locator('[name="specialism"]');
  const choices = await field.evaluateAll((all) =>
    all.flatMap((one) => (one.localName === "select" ? [...one.options].map((option) => option.value) : [one.value])),
  );
  for (const specialism of choices.filter(Boolean).slice(0, 12)) {
    await reveal(form.locator("button:not([type=button])").last());
    await fill(form, { specialism });
    await send(form);
    if (await rows(page).count()) return page.url();
    await page.goBack();
  }
  assert.fail("none of twelve specialisms leaves anybody");
}

journey("a client joins, signs out and in, and recovers from a lost password", { on: "demo" }, async (walk) => {
  const { page, site, look } = walk;
  const email = walk.fresh("ana");
  const renewed = "four grey geese before noon";

  await signUp(walk, { role: "client", name: "Ana Field", email });
  await signOut(page);
  await signIn(page, { email });
  assert.ok(await isSignedIn(page));
  await signOut(page);

  await open(page, "/login");
  await look();
  await fill(formWith(page, "email"), { email, password: "not what it was, sorry" });
  await send(formWith(page, "email"));
  assert.ok(await page.locator("[role=alert]").count(), "a wrong password is said");
  await look();

  await open(page, "/password/forgot");
  await look();
  await fill(formWith(page, "email"), { email });
  await send(formWith(page, "email"));
  await expectNoErrors(page);
  await look();
  const { link } = await site.mailTo(email, /\/password\/reset\//);
  await open(page, link);
  await look();
  await fill(formWith(page, "password"), { password: renewed });
  await send(formWith(page, "password"));
  await expectNoErrors(page);
  assert.ok(!(await isSignedIn(page)), "a reset does not sign in");

  await open(page, "/login");
  await fill(formWith(page, "email"), { email, password: PASSWORD });
  await send(formWith(page, "email"));
  assert.ok(!(await isSignedIn(page)), "the old password is gone");
  await signIn(page, { email, password: renewed });
  assert.ok(await isSignedIn(page), "the new password signs in");
});
