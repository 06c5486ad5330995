// From a stranger to an accountant whom clients find.
import assert from "node:assert/strict";
import { png } from "./png.js";
import { fill, follow, formWith, journey, open, sendRight, signUp, until, visit } from "./support.js";

const REQUIRED = ["headline", "about", "place", "languages", "specialisms", "zone", "service"];

journey("an accountant joins, completes the profile and is found", {}, async (walk) => {
  const { page, site, look, script } = walk;
  // A word in nobody else's headline.
  const word = script ? "Quillfeather" : "Inkhorn";
  const stranger = await visit(site, { script });
  const missing = page.locator("[data-missing]");
  const names = () => missing.evaluateAll((all) => all.map((one) => one.dataset.missing));

  const email = walk.fresh("dot");
  await signUp(walk, { role: "accountant", name: `Dot ${word}`, email });
  await open(page, "/dev/mail");
  assert.ok((await page.locator("main").innerText()).includes(email), "without a mail server its letter can be read here");
  await look();

  await open(page, "/practice");
  await look();
  assert.deepEqual(await names(), REQUIRED, "the checklist names what is missing");
  const preview = await page.getByRole("link", { name: "Preview your page" }).getAttribute("href");
  await open(page, preview);
  await look();
  await open(stranger.page, preview, 404);

  await open(page, "/practice/profile");
  await look();
  await fill(formWith(page, "display_name"), {
    display_name: `Dot ${word}`,
    headline: `Landlords and first returns, the ${word} way`,
    about: "I look after people who let out a flat or two, and tell them in **plain words** what they owe and why.",
    country: "GB",
    place: "Leeds",
    languages: ["en", "cy"],
    specialisms: ["landlords", "self-assessment"],
    jurisdictions: "GB",
    zone: "Europe/London",
    accepting: "all",
  });
  await sendRight(formWith(page, "display_name"), /your profile is saved/i);
  await look();
  await open(page, "/practice");
  assert.deepEqual(await names(), ["service"], "only the service is missing now");

  await open(page, "/practice/profile");
  const photo = formWith(page, "photo");
  const file = { name: "dot.png", mimeType: "image/png", buffer: png(400, 400) };
  await photo.locator("[name=photo]").setInputFiles(file);
  await sendRight(photo, /photograph is saved/i);
  await expectPortrait(page);

  await open(page, "/practice/services/new");
  await look();
  await fill(formWith(page, "title"), {
    title: `First return with ${word}`,
    category: "tax-return",
    description: "We go through your papers together and agree what you can claim.",
    duration: "30",
    price_kind: "fixed",
    price: "85",
    currency: "GBP",
    modes: "video",
    accept: "request",
    policy: "flexible",
  });
  const draft = formWith(page, "title").getByRole("button", { name: "Save as a draft" });
  assert.equal(await follow(draft), 200);

  await open(page, "/practice/services");
  await look();
  const row = page.locator("[data-service]", { hasText: word });
  assert.equal(await row.locator('[data-state="draft"]').count(), 1, "it is a draft");
  await follow(row.locator("a").first());
  await look();
  await follow(page.locator('form[action$="/state"] button[value="active"]'));
  assert.match(await page.locator("#toasts").innerText(), /clients can see it/i);

  await open(page, "/practice");
  assert.deepEqual(await names(), [], "nothing is missing any more");
  assert.equal(await page.locator("[data-listed]").count(), 1);
  await look();

  const found = stranger.page.locator("article[data-accountant]", { hasText: word });
  await until(`${word} in the directory`, 15, async () => {
    await open(stranger.page, `/accountants?q=${word}`);
    return (await found.count()) === 1;
  });
  assert.match(await found.innerText(), /£85/, "with the price of the first meeting");
  await stranger.look();
  await follow(found.locator('a[href^="/accountants/"]').first());
  assert.equal(new URL(stranger.page.url()).pathname, preview);
  assert.match(await stranger.page.locator("h1").innerText(), new RegExp(word));
  assert.equal(await stranger.page.locator("[data-service]").count(), 1, "the one service is offered");
  assert.equal(await stranger.page.locator(".markdown strong").innerText(), "plain words");
  await expectPortrait(stranger.page);
  await stranger.look();

  await pause(page);
  await open(stranger.page, preview, 404);
  await stranger.context.close();
});

async function expectPortrait(page) {
  const portrait = page.locator('main img.face[src^="/photos/"]').first();
  assert.equal(await portrait.evaluate((one) => one.decode().then(() => one.naturalWidth)), 96, "the photo is shown");
}

/** Pausing the only service takes the page out of the directory at once. */
async function pause(page) {
  await open(page, "/practice/services");
  await follow(page.locator("[data-service] a").first());
  await follow(page.locator('form[action$="/state"] button[value="paused"]'));
  assert.match(await page.locator("#toasts").innerText(), /no longer see it/i);
}
