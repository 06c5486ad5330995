// The message protocol as a browser runs it: everything in the vectors, what it seals itself, and the
// vectors of RFC 9180 through the vendored file. Under Node.js the same runs in `unit/`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser } from "./support.js";

const TYPES = { ".js": "text/javascript", ".json": "application/json" };
const root = new URL("../..", import.meta.url);

let server, browser, page;
before(async () => {
  server = createServer(({ url }, answer) => {
    const isFile = /^\/(static|tests)\/[\w./-]+$/.test(url) && !url.includes("..");
    const body = isFile ? readFileSync(new URL(`.${url}`, root)) : "<!DOCTYPE html><title>Protocol</title>";
    answer.setHeader("content-type", (isFile && TYPES[extname(url)]) || "text/html");
    answer.end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
});
after(async () => {
  await browser?.close();
  server?.close();
});

test("everything in the vectors opens in a browser, and what it seals", { timeout: 60_000 }, async () => {
  const count = await page.evaluate(async () => {
    const { check, make } = await import("/tests/browser/exchange.js");
    const vectors = await (await fetch("/tests/vectors/chat-v1.json")).json();
    await check(vectors);
    await check(await make());
    return vectors.timeline.length;
  });
  assert.ok(count > 5);
});

test("a changed vector is noticed", { timeout: 60_000 }, async () => {
  const words = await page.evaluate(async () => {
    const { check } = await import("/tests/browser/exchange.js");
    const vectors = await (await fetch("/tests/vectors/chat-v1.json")).json();
    const row = vectors.timeline[0];
    row.wire = `${row.wire.slice(0, -8)}AAAAAAAA`;
    return check(vectors).then(() => "", (error) => error.message);
  });
  assert.notEqual(words, "");
});

test("the vendored HPKE does what RFC 9180 says in a browser", { timeout: 60_000 }, async () => {
  const done = await page.evaluate(async () => {
    const { tests } = await import("/tests/browser/hpke-vectors.js");
    const hpke = await import("/static/vendor/hpke-core-1.9.0.js");
    for (const body of Object.values(tests)) await body(hpke);
    return Object.keys(tests).length;
  });
  assert.ok(done > 0);
});
