// The pictures of the README show what is there. Made anew by `tests/run pictures`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kept, pictures, take, wordsOf } from "./pictures.js";
import { open, signIn, site, visit } from "./support.js";

const makes = process.env.PICTURES === "make";

for (const { name, address, person } of pictures) {
  test(`the picture of ${address} shows what stands there`, { timeout: 120_000 }, async () => {
    const demo = await site("demo");
    const { page, context } = await visit(demo, { viewport: { width: 1280, height: 860 } });
    if (person) await signIn(page, demo.people[person]);
    await open(page, address);
    if (makes) await take(page, name);
    assert.equal(await wordsOf(page), kept(name), "the page has changed: run `tests/run pictures`");
    await context.close();
  });
}
