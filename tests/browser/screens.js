// What a page must hold to on screens of other kinds: large letters, bars at the foot, paper.
import assert from "node:assert/strict";

/** The size of letters that somebody has chosen in the browser's settings; 16 is what most have. */
export async function letters(page, standard) {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Page.setFontSizes", { fontSizes: { standard } });
  await browser.detach();
}

/** How far the page scrolls sideways, and what may be to blame; nothing, where it does not. */
export function sideways() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return "";
  const beyond = [...document.body.querySelectorAll("*")].find(
    (one) => one.getBoundingClientRect().right > clientWidth + 1,
  );
  return `${scrollWidth - clientWidth} px, perhaps from ${beyond?.outerHTML.slice(0, 120)}`;
}

/** Words that somebody who sees them cannot read to their end. A name cut with "…" says so itself. */
export function clipped() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const holder = text.parentElement;
    if (!text.data.trim() || !holder.checkVisibility({ visibilityProperty: true }) || holder.closest("option, svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (let up = holder; up && up !== document.documentElement; up = up.parentElement) {
      const { overflowX, overflowY, textOverflow, position, clipPath } = getComputedStyle(up);
      // hidden on purpose, for screen readers
      if (clipPath !== "none" && position === "absolute") break;
      if (textOverflow === "ellipsis" || /auto|scroll/.test(overflowX + overflowY)) break;
      const cuts = /hidden|clip/.test(overflowX + overflowY);
      if (!cuts && !up.matches("button, .btn, .tag, .chip")) continue;
      const edge = up.getBoundingClientRect();
      const beyond = [...range.getClientRects()].some((line) => line.width > 1 &&
        (line.right > edge.right + 1 || line.left < edge.left - 1 || line.bottom > edge.bottom + 3 || line.top < edge.top - 3));
      if (beyond) found.push(`"${text.data.trim().slice(0, 60)}" in ${up.outerHTML.slice(0, 100)}`);
    }
  }
  return found;
}

/** Controls that lie over each other: a bar that stays, and what a label draws, may. */
export function overlaps() {
  const controls = [...document.querySelectorAll("main :is(a, button, input:not([type=hidden]), select, textarea)")].filter(
    (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      && !one.closest(".bar, .tabbar, .slot, .vh, .ticks--long, .filters__long, [popover]") && !one.matches(".entry__link"),
  );
  const boxes = controls.map((one) => [one, one.getClientRects()[0]]).filter(([, box]) => box?.width > 2);
  const found = [];
  for (const [at, [one, a]] of boxes.entries()) {
    for (const [other, b] of boxes.slice(at + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 2) found.push(`${one.outerHTML.slice(0, 90)} and ${other.outerHTML.slice(0, 90)}`);
    }
  }
  return found;
}

/** With letters of twice the size, in the browser's settings, nothing is cut and nothing scrolls sideways. */
export async function lookLarge(page, widths) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    await letters(page, 32);
    const [wide, cut] = [await page.evaluate(sideways), await page.evaluate(clipped)];
    await letters(page, 16);
    const where = `${page.url()} at ${width} px`;
    assert.ok(!wide, `${where}: sideways scroll with letters of twice the size, ${wide}`);
    assert.deepEqual(cut, [], `${where}: words cut off with letters of twice the size`);
  }
}

/** On paper stands the page with its address, and nothing that only a screen answers to. */
export async function lookAtPaper(page) {
  await page.emulateMedia({ media: "print" });
  const faults = await page.evaluate(paperFaults);
  await page.emulateMedia({ media: null });
  assert.deepEqual(faults, [], `${page.url()}: on paper`);
}

function paperFaults() {
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().height > 2;
  const controls = "button, .btn, nav, .bar, .tabbar, .topbar, .foot, .skip, .composer, input[type=submit], [popover], details:not([open]) > summary";
  const faults = [...document.querySelectorAll(controls)].filter(isSeen).map((one) => one.outerHTML.slice(0, 120));
  const foot = [...document.querySelectorAll(".print-foot")].filter(isSeen).map((one) => one.innerText).join(" ");
  const address = location.origin + location.pathname;
  // an address that is a key in itself stays off the paper
  const isSecret = /^\/(verify|password\/reset|unsubscribe|calendar)\//.test(location.pathname);
  if (!foot.includes(isSecret ? location.origin : address)) faults.push(`the address is missing: "${foot}"`);
  if (isSecret && foot.includes(location.pathname)) faults.push("a secret address is printed");
  const box = document.querySelector("main").getBoundingClientRect();
  const beyond = [...document.querySelectorAll("main *")].filter((one) =>
    isSeen(one) && /hidden|auto|scroll|clip/.test(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight + 4 &&
    !one.matches("textarea, .vh, select, svg, svg *") && getComputedStyle(one).clipPath === "none");
  if (box.height < 20) faults.push("nothing is printed");
  return [...faults, ...beyond.map((one) => `cut on paper: ${one.outerHTML.slice(0, 120)}`)];
}

/** What is wrong with the place of the focus below a bar at the foot of the screen; else nothing. */
export function underBar() {
  const one = document.activeElement;
  if (!one || one === document.body) return "";
  const name = one.outerHTML.slice(0, 120);
  const bar = [...document.querySelectorAll(".bar, .tabbar")].find((each) => each.checkVisibility() && !each.contains(one));
  const edge = bar?.getBoundingClientRect();
  const box = one.getClientRects()[0];
  if (!box) return `${name} has no box`;
  const stays = edge && getComputedStyle(bar).position === "sticky";
  const free = stays && edge.bottom <= innerHeight + 1 ? edge.top : innerHeight;
  const fits = box.height <= free - 20;
  if (fits && stays && box.bottom > free + 1 && box.top < edge.bottom) return `${name} lies ${Math.round(box.bottom - free)} px under the bar`;
  const [x, y] = [box.x + box.width / 2, fits ? box.y + box.height / 2 : Math.max(box.y, 0) + 8];
  const top = document.elementFromPoint(x, y);
  if (!top) return `${name} is outside the screen`;
  return bar?.contains(top) ? `${name} lies under the bar` : "";
}
