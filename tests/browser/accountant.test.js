// From a stranger to an accountant whom clients find.
import assert from "node:assert/strict";
import { png } from "./png.js";
import { expectNoErrors, fill, follow, formWith, journey, open, send, signUp, until } from "./support.js";

journey("an accountant joins, completes the profile and is found", {}, async (walk) => {
  const { page, look, script } = walk;
  // A word in nobody else's headline.
  const word = script ? "Quillfeather" : "Inkhorn";

  await signUp(walk, { role: "accountant", name: `Dot ${word}`, email: walk.fresh("dot") });

  await open(page, "/practice");
  await look();
  const missing = page.locator("[data-missing]");
  assert.ok((await missing.count()) > 0, "the checklist names what is missing");

  await open(page, "/practice/profile");
  await look();
  await fill(formWith(page, "display_name"), {
    display_name: `Dot ${word}`,
    headline: `Landlords and first returns, the ${word} way`,
    about: "I look after people who let out a flat or two, and tell them in plain words what they owe and why.",
    country: "GB",
    place: "Leeds",
    languages: "en",
    specialisms: true,
    zone: "Europe/London",
    accepting: "all",
  });
  await send(formWith(page, "display_name"));
  await expectNoErrors(page);
  await look();

  await open(page, "/practice/profile");
  const photo = formWith(page, "photo");
  const file = { name: "dot.png", mimeType: "image/png", buffer: png(400, 400) };
  await photo.locator("[name=photo]").setInputFiles(file);
  await send(photo);
  await expectNoErrors(page);
  await open(page, "/practice/profile");
  const portrait = page.locator('main img[src*="/photo"], main img[src*="/portraits/"], main img[src*="/blobs/"], main img').first();
  assert.ok(await portrait.evaluate((one) => one.complete && one.naturalWidth > 0), "the photo is shown");

  await open(page, "/practice/services/new");
  await look();
  await fill(formWith(page, "title"), {
    title: `First return with ${word}`,
    category: true,
    description: "We go through your papers together and agree what you can claim.",
    duration: "30",
    price_kind: "fixed",
    price: "85",
    currency: "GBP",
    modes: "video",
    accept: "request",
    policy: true,
  });
  await send(formWith(page, "title"));
  await expectNoErrors(page);

  await open(page, "/practice/services");
  await look();
  const activation = page
    .locator('form[action^="/practice/services/"][action$="/state"]')
    .filter({ has: page.locator('[name="state"][value="active"]') })
    .first();
  const button = activation.locator('button[name="state"][value="active"]');
  await follow((await button.count()) ? button : activation.locator("button:not([type=button])").first());
  await expectNoErrors(page);

  await open(page, "/practice");
  assert.deepEqual(
    await missing.evaluateAll((all) => all.map((one) => one.dataset.missing)),
    [],
    "nothing is missing any more",
  );
  await look();

  const found = page.locator("article[data-accountant]", { hasText: word });
  await until(`${word} in the directory`, 15, async () => {
    await open(page, `/accountants?q=${word}`);
    return (await found.count()) === 1;
  });
  await look();
  await follow(found.locator('a[href^="/accountants/"]').first());
  assert.match(await page.locator("h1").innerText(), new RegExp(word));
  assert.equal(await page.locator("[data-service]").count(), 1, "the one service is offered");
  await look();
});
