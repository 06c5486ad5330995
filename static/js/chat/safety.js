// The safety number of two people: twelve groups that both browsers compute and people compare.
import { Keyring } from "./keyring.js";
import { safetyNumber } from "./keys.js";
import { loadAccount, openStore, putSealed, getSealed } from "./store.js";

const shown = document.getElementById("safety");
const { me, peer } = shown.dataset;

async function show() {
  const store = await openStore(me);
  const own = await loadAccount(store);
  if (!own) throw new Error("Unlock your messages in this browser first.");
  const theirs = (await new Keyring(store, own).log(peer)).at(-1);
  const number = await safetyNumber(own, theirs);
  shown.replaceChildren(...number.split(" ").map((group) => Object.assign(document.createElement("li"), { textContent: group })));
  const box = document.getElementById("verified");
  const name = `verified-${peer}`;
  const kept = await getSealed(store, own, "values", name);
  box.checked = kept === number;
  box.parentElement.hidden = false;
  box.addEventListener("change", () => putSealed(store, own, "values", name, box.checked ? number : null));
}

show().catch((error) => {
  document.getElementById("safety-state").textContent = error.message;
});
