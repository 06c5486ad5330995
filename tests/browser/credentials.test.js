// A credential is claimed, looked up by a moderator, shown as a badge, found by its filter, and over.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fill, follow, formWith, open, sendRight, sendWrong, signIn, site, visit } from "./support.js";

const DAY = 24 * 60;
const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
const CLAIM = { kind: "enrolled-agent", register: "IRS Office of Enrollment", number: "00123456-EA", jurisdiction: "US" };

const choose = (form, name, buffer) => form.locator("[name=evidence]").setInputFiles({ name, mimeType: "application/pdf", buffer });

test("a credential is claimed, checked, shown and over", { timeout: 300_000 }, async () => {
  const demo = await site("demo");
  const { accountant, admin } = demo.people;
  const ben = await visit(demo);
  await signIn(ben.page, accountant);
  await open(ben.page, "/practice");
  await follow(ben.page.getByRole("link", { name: "Credentials" }));
  await ben.look();
  const form = formWith(ben.page, "register");
  await fill(form, { ...CLAIM, register: "IRS PTIN list", number: "P01234567" });
  await choose(form, "ptin.pdf", PDF);
  assert.deepEqual(await sendWrong(form), ["register"]);
  await ben.look();
  await fill(form, CLAIM);
  await choose(form, "not-a.pdf", Buffer.from("<html>"));
  assert.deepEqual(await sendWrong(form), ["evidence"]);
  assert.equal(await form.locator("[name=number]").inputValue(), CLAIM.number);
  await choose(form, "card.pdf", PDF);
  await sendRight(form, /A moderator checks it/);
  await ben.page.locator("[data-status=claimed]", { hasText: CLAIM.number }).waitFor();

  const root = await visit(demo);
  await signIn(root.page, admin);
  await open(root.page, "/admin");
  await follow(root.page.locator("[data-claim]", { hasText: CLAIM.number }));
  await root.look();
  const saving = root.page.waitForEvent("download");
  await root.page.getByRole("link", { name: "Save the PDF" }).click();
  assert.deepEqual(readFileSync(await (await saving).path()), PDF);
  const check = root.page.locator("form[action$='/decision']");
  await fill(check, { decision: "verify" });
  assert.deepEqual(await sendWrong(check), ["source", "expires_on"]);
  await root.look();
  const until = new Date(Date.now() + 40 * DAY * 60_000).toISOString().slice(0, 10);
  await fill(check, { source: "By mail from the office itself", expires_on: until });
  await sendRight(check, /The badge shows/);
  const { text } = await demo.mailTo(accountant.email, /\/practice\/credentials/);
  assert.match(text, /Enrolled agent/);

  const anybody = await visit(demo);
  const badge = "article[data-credential=enrolled-agent]";
  await open(anybody.page, "/accountants/ben-northgate-tax");
  assert.match(await anybody.page.locator(badge).innerText(), /00123456-EA[\s\S]*Moderator 1/);
  await anybody.look();
  await open(anybody.page, "/accountants?credential=enrolled-agent");
  assert.match(await anybody.page.locator("article[data-accountant] [data-credential=enrolled-agent]").innerText(), /checked/);
  assert.equal(await anybody.page.locator("article[data-accountant]").count(), 1);
  await anybody.look();
  await open(ben.page, "/practice/credentials");
  await ben.look();

  demo.setAhead(42 * DAY);
  await open(anybody.page, "/accountants/ben-northgate-tax");
  assert.equal(await anybody.page.locator(badge).count(), 0, "its day is over");
  await open(anybody.page, "/accountants?credential=enrolled-agent");
  assert.equal(await anybody.page.locator("article[data-accountant]").count(), 0);
  await anybody.look();
});
