// The contrast of every pair of colours that meet, computed again from the tokens.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../../static/css/tokens.css", import.meta.url), "utf8");

/** `{ name: [light, dark] }`; a single colour serves both. */
const tokens = Object.fromEntries(
  [...css.matchAll(/--([\w-]+):\s*(?:light-dark\((#\w{6}),\s*(#\w{6})\)|(#\w{6}))\s*;/g)].map(
    ([, name, light, dark, both]) => [name, [light ?? both, dark ?? both]],
  ),
);

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

// What stands on what, and the promised contrast, light and dark.
const promised = [
  ["ink", "paper", 15.0, 15.9],
  ["ink-2", "paper", 7.0, 9.9],
  ["ink-3", "paper", 4.8, 6.0],
  ["rule-strong", "paper", 3.2, 3.9],
  ["action", "paper", 7.9, 9.2],
  ["on-action", "action", 8.5, 9.0],
  ["action", "action-tint", 7.2, 6.9],
  ["on-mine", "mine", 8.5, 8.0],
  ["on-canary", "canary", 12.9, 10.9],
  ["canary-deep", "canary-tint", 5.9, 8.7],
  ["star", "paper", 3.9, 11.1],
  ["ink", "pink-tint", 14.3, 12.7],
  ["bad", "bad-tint", 6.1, 7.3],
  ["ok", "ok-tint", 5.7, 7.4],
];

// Pairs that pages use beside these: the law only, as nobody promised a figure. Text needs 4.5,
// the edge of a control and a drawn sign 3.
const text = 4.5;
const sign = 3;
const lawful = [
  ...["sheet", "raised", "canary-tint", "pink-tint", "action-tint", "bad-tint", "ok-tint"].map((on) => ["ink", on, text]),
  ...["sheet", "raised", "canary-tint", "pink-tint"].map((on) => ["ink-2", on, text]),
  ...["sheet", "raised"].flatMap((on) => [["ink-3", on, text], ["action", on, text], ["bad", on, text], ["ok", on, text]]),
  ...["sheet", "raised"].map((on) => ["rule-strong", on, sign]),
  ["on-action", "action-hover", text],
  ["on-bad", "bad", text],
  ["bad", "paper", text],
  ["ok", "paper", text],
  ["star", "sheet", sign],
];

for (const [at, scheme] of ["light", "dark"].entries()) {
  const between = (over, under) => {
    for (const name of [over, under]) assert.ok(tokens[name], `tokens.css has --${name}`);
    return contrast(tokens[over][at], tokens[under][at]);
  };

  for (const [over, under, ...figures] of promised) {
    test(`${over} on ${under} has the promised contrast, ${scheme}`, () => {
      const found = between(over, under);
      assert.ok(found >= figures[at] - 0.05, `${found.toFixed(2)} is less than ${figures[at]}`);
    });
  }

  for (const [over, under, least] of lawful) {
    test(`${over} on ${under} can be made out, ${scheme}`, () => {
      const found = between(over, under);
      assert.ok(found >= least, `${found.toFixed(2)} is less than ${least}`);
    });
  }

  test(`ink is readable on each of the eight portrait tones, ${scheme}`, () => {
    for (let tone = 1; tone <= 8; tone++) {
      const found = between("ink", `tone-${tone}`);
      assert.ok(found >= [12.55, 10.25][at], `tone-${tone}: ${found.toFixed(2)}`);
    }
  });
}
