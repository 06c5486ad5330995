// Phones, where a bar stays at the foot of the screen: it lies over nothing that has the focus, nor
// over the end of the page, and makes way where letters are large.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { letters, overlaps, sideways, underBar } from "./screens.js";
import { follow, formWith, look, open, site, visit, signIn } from "./support.js";
import { enter, shows, unlock } from "./talk.js";

const ACCOUNTANT = "/accountants/ben-northgate-tax";
const SMALL = { width: 390, height: 844 };

let visitor, ben;
before(async () => {
  const demo = await site("demo");
  visitor = await visit(demo, { viewport: SMALL });
  ben = await visit(demo, { viewport: SMALL });
  await signIn(ben.page, demo.people.accountant);
});
after(() => Promise.all([visitor, ben].map(({ context }) => context.close())));

const aService = async (page) => {
  await open(page, ACCOUNTANT);
  await follow(page.locator("[data-service] a").first());
};
const ownService = async (page) => {
  await open(page, "/practice/services");
  await follow(page.locator('[data-service] a[href^="/practice/services/"]').first());
};
const at = (address) => (page) => open(page, address);
const places = [
  ["an accountant's page", () => visitor.page, at(ACCOUNTANT)],
  ["a service's page", () => visitor.page, aService],
  ["the hours", () => ben.page, at("/practice/hours")],
  ["the profile's form", () => ben.page, at("/practice/profile")],
  ["the form of a new service", () => ben.page, at("/practice/services/new")],
  ["the form of a service", () => ben.page, ownService],
];

/** Presses a key until the focus is back at the start; answers how often and what lay under a bar. */
async function walk(page, key) {
  const faults = [];
  let stops = 0;
  for (; stops < 600; stops++) {
    await page.keyboard.press(key);
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    const fault = await page.evaluate(underBar);
    if (fault) faults.push(fault);
  }
  return { stops, faults };
}

/** What is last on the page, and whether it can be seen there. */
function lastOfThePage() {
  scrollTo(0, document.documentElement.scrollHeight);
  const all = [...document.querySelectorAll(".foot a, main .bar button, main .bar a")].filter((one) => one.checkVisibility());
  return all.filter((one) => {
    const box = one.getClientRects()[0];
    // what the end of a page has moved out at its top is seen before it
    if (box.y + box.height / 2 < 0) return false;
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !(one.contains(top) || top?.contains(one));
  }).map((one) => one.outerHTML.slice(0, 100));
}

for (const [name, pageOf, come] of places) {
  for (const size of [16, 32]) {
    test(`on ${name} the bar lies over no stop of the keyboard, letters at ${size} px`, { timeout: 120_000 }, async () => {
      const page = pageOf();
      await come(page);
      await letters(page, size);
      try {
        const bar = page.locator(".bar").first();
        assert.ok(await bar.isVisible(), "there is a bar");
        if (size === 16) {
          const { height } = await bar.boundingBox();
          assert.ok(height < SMALL.height / 5, `the bar takes ${height} px of the screen`);
        }
        for (const key of ["Tab", "Shift+Tab"]) {
          const { stops, faults } = await walk(page, key);
          assert.ok(stops > 10, `${key}: ${stops} stops`);
          assert.deepEqual(faults, [], key);
        }
        assert.deepEqual(await page.evaluate(lastOfThePage), [], "the end of the page can be seen");
      } finally {
        await letters(page, 16);
      }
    });
  }
}

test("controls of forms and rows lie beside each other on screens of any width", { timeout: 180_000 }, async () => {
  for (const [name, pageOf, come] of [...places, ["the practice", () => ben.page, at("/practice")]]) {
    const page = pageOf();
    await come(page);
    for (let width = 360; width <= 1400; width += 80) {
      await page.setViewportSize({ width, height: 844 });
      assert.deepEqual(await page.evaluate(overlaps), [], `${name} at ${width} px`);
      assert.equal(await page.evaluate(sideways), "", `${name} at ${width} px`);
    }
    await page.setViewportSize(SMALL);
  }
});

test("whoever writes in a field higher than the screen sees the line they write", { timeout: 60_000 }, async () => {
  const { page } = ben;
  await open(page, "/practice/services/new");
  const area = formWith(page, "description").locator("[name=description]");
  await area.evaluate((one) => (one.rows = 60));
  await area.focus();
  for (let line = 0; line < 45; line++) {
    await page.keyboard.type(`line ${line}`);
    await page.keyboard.press("Enter");
  }
  const [line, free] = await area.evaluate((one) => {
    const style = getComputedStyle(one);
    const lines = one.value.split("\n").length;
    const bottom = one.getBoundingClientRect().top + parseFloat(style.paddingTop) + lines * parseFloat(style.lineHeight) - one.scrollTop;
    return [bottom, document.querySelector(".bar").getBoundingClientRect().top];
  });
  assert.ok(line > 0 && line <= free + 1, `the line ends at ${line} px, the bar begins at ${free} px`);
});

test("a conversation, and the list of them, on a phone, a tablet and a desk", { timeout: 120_000 }, async () => {
  const demo = await site("demo");
  const ana = await enter(demo, demo.people.client);
  try {
    await open(ana.page, "/messages");
    await look(ana.page);
    await unlock(ana.page, ana.person.code);
    await ana.page.locator("body[data-unlocked]").waitFor();
    await look(ana.page);
    await ana.page.locator("#conversations a.conversation", { hasText: "Ben" }).click();
    await shows(ana.page, "The April statement of the letting agent is the one I need next.");
    await look(ana.page);
    await open(ana.page, `${new URL(ana.page.url()).pathname}/safety`);
    await ana.page.locator("#safety li").nth(11).waitFor();
    await look(ana.page);
  } finally {
    await ana.context.close();
  }
});
