// How people use their messages: what the journeys through conversations share.
import assert from "node:assert/strict";
import { signIn, until, visit } from "./support.js";

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** A new browser in which somebody is signed in; their messages are still locked. */
export async function enter(site, person, how) {
  const visitor = await visit(site, how);
  await signIn(visitor.page, person);
  return { ...visitor, person };
}

export const path = (page) => new URL(page.url()).pathname;
export const live = (page) => page.locator("body[data-live=connected]").waitFor();
export const bodies = (page) => page.locator("#messages enc-msg").evaluateAll((all) =>
  all.map((one) => one.shadowRoot.querySelector("[part=body]").textContent.replace(/^(You|\w+): /, "")));
export const last = async (page) => (await bodies(page)).at(-1);
export const shows = (page, text) => until(`"${text}" on ${page.url()}`, 15, async () => (await bodies(page)).includes(text));
export const receipt = (page) => page.locator("[data-receipt]").last().getAttribute("data-receipt");

export async function unlock(page, code) {
  await page.locator("#unlock-messages").waitFor();
  await page.fill("#code", code);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
}

export async function write(page, text) {
  await page.fill("#composer-body", text);
  await page.click("#send");
}

/** Opens the menu of a message and chooses what stands there. */
export async function choose(message, name) {
  await message.getByRole("button", { name: "Message options" }).click();
  await message.page().locator("#message-menu").getByRole("button", { name }).click();
}

/** Keeps the recovery code that a new person is shown; answers it. */
export async function keepCode(page) {
  await page.locator("#recovery-code").waitFor();
  const groups = await page.locator("#recovery-code li").allTextContents();
  assert.equal(groups.length, 9);
  await page.getByRole("button", { name: "I have kept it" }).click();
  const asked = page.locator("#recovery input");
  assert.equal(await asked.count(), 2, "two groups are asked back");
  await asked.first().fill("XXXX");
  await page.getByRole("button", { name: "Check" }).click();
  assert.match(await page.locator("#recovery [role=alert]").innerText(), /not what the code says/);
  for (const input of await asked.all()) {
    const number = Number((await input.getAttribute("id")).split("-")[1]);
    await input.fill(groups[number - 1].toLowerCase());
  }
  await page.getByRole("button", { name: "Check" }).click();
  await page.locator("#recovery").waitFor({ state: "detached" });
  return groups.join("-");
}
