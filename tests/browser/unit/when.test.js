// Times and figures that scripts write look like those of the server.
import assert from "node:assert/strict";
import test from "node:test";

const AT = Date.UTC(2026, 10, 23, 9, 5);

/** The module as a page of this locale loads it. */
async function on(dataset) {
  globalThis.document = { documentElement: { dataset } };
  try {
    return await import(`../../../static/js/chat/when.js?${dataset.locale}`);
  } finally {
    delete globalThis.document;
  }
}

const said = ({ headingWords, dateWords, shortDateWords, timeWords, momentWords, figure, sizeWords }) => [
  headingWords(AT, "UTC"),
  dateWords(AT, "UTC"),
  shortDateWords(AT, "UTC"),
  `${timeWords(AT, "UTC")} and ${timeWords(AT, "Asia/Tokyo")}, at midnight ${timeWords(Date.UTC(2026, 0, 1), "UTC")}`,
  momentWords(AT, "UTC"),
  `${figure(12_345)} and ${figure(1.25, 1)} and ${sizeWords(9 * 1024 * 1024)}`,
];

test("a script writes times and figures as the page's locale has them, and its words in English", async () => {
  assert.deepEqual(said(await on({ locale: "en-GB", order: "day", halves: "" })), [
    "Monday 23 November 2026", "23 November 2026", "23 Nov 2026", "09:05 and 18:05, at midnight 00:00", "23 Nov, 09:05", "12,345 and 1.3 and 9.0 MB",
  ]);
  assert.deepEqual(said(await on({ locale: "en-US", order: "month", halves: "AM PM" })), [
    "Monday, November 23, 2026", "November 23, 2026", "Nov 23, 2026", "9:05 AM and 6:05 PM, at midnight 12:00 AM", "Nov 23, 9:05 AM", "12,345 and 1.3 and 9.0 MB",
  ]);
  assert.deepEqual(said(await on({ locale: "de-DE", order: "day", halves: "" })), [
    "Monday 23 November 2026", "23 November 2026", "23 Nov 2026", "09:05 and 18:05, at midnight 00:00", "23 Nov, 09:05", "12.345 and 1,3 and 9,0 MB",
  ]);
  assert.deepEqual(said(await on({ locale: "ja-JP", order: "year", halves: "" })).slice(0, 3), [
    "2026 November 23 (Monday)", "2026 November 23", "2026 Nov 23",
  ]);
});
