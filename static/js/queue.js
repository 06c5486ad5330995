// Keys for whoever decides all day: on the queue and beside a case. Nothing here is needed.
const KEPT = "footing-keys-off";
const menu = document.getElementById("keys");
const toggle = document.getElementById("keys-off");
const rows = [...document.querySelectorAll("a.case")];
const isOff = () => localStorage.getItem(KEPT) === "1";

/** Moves to the row after or before the one that is focused, or else the open one. */
function step(by) {
  const focused = rows.indexOf(document.activeElement);
  const from = focused >= 0 ? focused : rows.findIndex((row) => row.ariaCurrent === "page");
  rows[Math.min(Math.max(from + by, 0), rows.length - 1)]?.focus();
}

function choose(nth) {
  const choice = document.querySelectorAll("input[name=decision]")[nth];
  choice?.click();
  choice?.focus();
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  1: () => choose(0),
  2: () => choose(1),
  3: () => choose(2),
  e: () => document.getElementById("facts")?.focus(),
  "?": () => menu.togglePopover(),
};

function label() {
  toggle.textContent = isOff() ? "Turn keys on" : "Turn keys off";
}

if (menu && toggle) {
  document.querySelector("[popovertarget=keys]").hidden = false;
  label();
  toggle.addEventListener("click", () => {
    localStorage.setItem(KEPT, isOff() ? "0" : "1");
    label();
  });
  addEventListener("keydown", (event) => {
    const isTyped = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
    if (isOff() || isTyped || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = Object.hasOwn(ACTS, event.key) && ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
