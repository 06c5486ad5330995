// Where addresses end in what people write.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addresses } from "../../../static/js/chat/links.js";

const found = (text) => [...addresses(text)].map(([at, address]) => {
  assert.equal(text.slice(at, at + address.length), address);
  return address;
});

test("a closing bracket belongs to an address when it closes one inside it", () => {
  for (const [text, ...expected] of [
    ["https://en.wikipedia.org/wiki/Tax_(law)", "https://en.wikipedia.org/wiki/Tax_(law)"],
    ["see (https://example.org/a_(b)) and https://example.org/x?y=(1)", "https://example.org/a_(b)", "https://example.org/x?y=(1)"],
    ["[https://example.org/a[1]], {https://example.org/{id}}", "https://example.org/a[1]", "https://example.org/{id}"],
    ["(see https://example.org/a).", "https://example.org/a"],
    ["https://example.org/a_(b)!", "https://example.org/a_(b)"],
  ]) {
    assert.deepEqual(found(text), expected, text);
  }
});

test("an address ends before the punctuation of any script", () => {
  for (const [text, expected] of [
    ["https://example.org/会计。后面", "https://example.org/会计"],
    ["（https://example.org/会计）、", "https://example.org/会计"],
    ["「https://example.org/a」", "https://example.org/a"],
    ["https://example.org/a，b", "https://example.org/a"],
    ["https://example.org/a؟", "https://example.org/a"],
    ["https://example.org/a، ثم", "https://example.org/a"],
    ["https://example.org/a।", "https://example.org/a"],
    ["«https://example.org/a»", "https://example.org/a"],
    ["“https://example.org/a”,", "https://example.org/a"],
    ["https://example.org/a…", "https://example.org/a"],
    ["https://example.org/a?!", "https://example.org/a"],
    ["'https://example.org/a'", "https://example.org/a"],
    ["https://example.org/a\u200b.", "https://example.org/a"],
    ["https://example.org/a/", "https://example.org/a/"],
    ["https://example.org/?q=a&b=c#d_e-", "https://example.org/?q=a&b=c#d_e-"],
    ["HTTPS://EXAMPLE.ORG/A.", "HTTPS://EXAMPLE.ORG/A"],
    ["https://مثال.إختبار/محاسب.", "https://مثال.إختبار/محاسب"],
  ]) {
    assert.deepEqual(found(text), [expected], text);
  }
  for (const text of ["https://", "http://.", "ftp://example.org", "javascript:alert(1)", "https://。"]) assert.deepEqual(found(text), [], text);
});
