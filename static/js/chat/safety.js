// The safety number of two people: twelve groups that both browsers compute and people compare.
import { Keyring } from "./keyring.js";
import { safetyNumber } from "./keys.js";
import { loadAccount, openStore } from "./store.js";
import { Unusable, wordsFor } from "./trouble.js";
import { changeVault, readVault } from "./vault.js";

const shown = document.getElementById("safety");
const { me, peer } = shown.dataset;

async function show() {
  const store = await openStore(me);
  const own = await loadAccount(store);
  if (!own) throw new Unusable("Unlock your messages in this browser first.");
  const keyring = new Keyring(store, own);
  const known = await keyring.log(me);
  if (known.isRemoved) throw new Unusable("This browser was removed from your list. Unlock your messages here first.");
  if (known.isForeign) throw new Unusable("Your encryption key was changed in another browser. Unlock your messages here first.");
  const theirs = (await keyring.log(peer)).at(-1);
  const number = await safetyNumber(own, theirs);
  shown.replaceChildren(...number.split(" ").map((group) => Object.assign(document.createElement("li"), { textContent: group })));
  const box = document.getElementById("verified");
  const { verified = {} } = await readVault(store, own);
  box.checked = verified[peer] === number;
  box.parentElement.hidden = false;
  box.addEventListener("change", () => mark(keyring, theirs, box.checked ? number : undefined).catch((error) => say(wordsFor(error))));
}

/** Numbers that were compared vouch for the key: nothing more is asked before writing. */
async function mark(keyring, theirs, number) {
  if (number) await keyring.accept(peer, theirs);
  await changeVault(keyring.store, keyring.own, ({ verified, ...rest }) => ({ ...rest, verified: { ...verified, [peer]: number } }));
  say(number ? "Kept for all your browsers." : "");
}

const say = (words) => {
  document.getElementById("safety-state").textContent = words;
};

show().catch((error) => say(wordsFor(error)));
