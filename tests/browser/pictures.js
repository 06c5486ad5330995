// The pictures of the README: taken from the demo world, each with the words that stood on the page
// beside it. `tests/run pictures` makes them anew; the suite compares the words with today's page.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../docs/pictures");

/** Name of the picture, its address, and whether ben has to be signed in. */
export const pictures = [
  { name: "directory", address: "/accountants" },
  { name: "accountant", address: "/accountants/ben-northgate-tax" },
  { name: "practice", address: "/practice", person: "accountant" },
];

/** What the picture shows of a page: the words that stand on the screen, whole lines of them. */
const shown = () => {
  const words = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const isSeen = text.parentElement.checkVisibility({ visibilityProperty: true }) && box.height > 0;
    if (isSeen && box.bottom <= innerHeight) words.push(text.data);
  }
  return words.join(" ");
};

/** What stands in the picture, without what the clock decides: figures, days and months, greetings. */
export async function wordsOf(page) {
  const text = await page.evaluate(shown);
  const days = /\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b/gi;
  const months = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/gi;
  return text
    .replace(/good (morning|afternoon|evening)/gi, "good day")
    .replace(/\b(today|tomorrow)\b/gi, "day")
    .replace(days, "day")
    .replace(months, "month")
    .replace(/\b(GMT|BST|CET|CEST|UTC)\b/g, "zone")
    .replace(/\d+/g, "#")
    .replace(/(\bday\b[\s,]*)?# month( #)?/g, "day") // "Tomorrow" is as long as "Tue 1 Dec 2026"
    .split(/\s+/)
    .filter(Boolean)
    .join(" ");
}

export const kept = (name) => readFileSync(join(folder, `${name}.txt`), "utf8").trimEnd();

export async function take(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  writeFileSync(join(folder, `${name}.txt`), `${await wordsOf(page)}\n`);
}
