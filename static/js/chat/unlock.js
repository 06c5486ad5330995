// The recovery code, shown once and asked back; and the ways into one's messages in a new browser.
import { equal, fromBase64url } from "./bytes.js";
import { Keyring } from "./keyring.js";
import { RESET, WRAPS, account, makeEntry, newCode, newSecret, openWrap, readCode, sealWrap, verifyLog } from "./keys.js";
import { addPasskey, askPasskey } from "./passkey.js";
import { browserName, call, readLog, readWrap, writeWrap } from "./server.js";
import { install, setUp } from "./setup.js";
import { keepAccount, newDeviceSecret } from "./store.js";
import { readVault } from "./vault.js";

export const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
export const button = (text, kind, act) => {
  const made = make("button", { className: `btn ${kind}`, type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
};
const field = (id, label, hint = "") => {
  const input = make("input", { id, className: "input", autocomplete: "off", spellcheck: false });
  const help = hint ? [make("p", { className: "field__hint", id: `${id}-hint`, textContent: hint })] : [];
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return [make("div", { className: "field" }, make("label", { className: "field__label", htmlFor: id, textContent: label }), ...help, input), input];
};
const problem = () => make("p", { className: "field__error", role: "alert" });
export const proveFirst = () => {
  const next = encodeURIComponent(location.pathname);
  return make("a", { className: "btn btn--go", href: `/reauthenticate?next=${next}`, textContent: "Give your password once more" });
};

/** A panel over what it keeps from being used: a heading, words, and whatever the step needs. */
export function panel(id, title, words, ...rest) {
  const heading = make("h2", { id: `${id}-title`, textContent: title, tabIndex: -1 });
  const shown = make("section", { id, className: "sheet stack unlock" }, heading, ...words.map((textContent) => make("p", { textContent })), ...rest);
  shown.setAttribute("aria-labelledby", `${id}-title`);
  return shown;
}

export async function place(where, shown) {
  where.hidden = false;
  where.replaceChildren(shown);
  shown.querySelector("h2").focus();
}

/** Nothing stands in the way any more. */
export function close(where) {
  where.replaceChildren();
  where.hidden = true;
}

/**
 * The secret of this browser's account, from the wrap that only this device can open. Refused with
 * the code "reauthenticate" without a fresh proof, "unwrapped" where the browser has no wrap yet.
 */
export async function secretHere(own) {
  const { wraps, devices, is_fresh: isFresh } = await call("GET", "/messages/keys");
  const refuse = (code, words) => Object.assign(new Error(words), { code });
  if (!isFresh) throw refuse("reauthenticate", "Show that it is you first.");
  const wrap = wraps.find(({ device }) => device === own.device);
  if (wrap) return openWrap("device", own.deviceSecret, own, readWrap(wrap));
  if (devices.some(({ id }) => id === own.device)) throw refuse("unwrapped", "Unlock this browser once more for that.");
  throw refuse("removed", "This browser was removed from your list.");
}

/** Shows a new recovery code, asks two of its groups back, and only then keeps its wrap. */
export async function saveRecovery(where, own) {
  let secret;
  try {
    secret = await secretHere(own);
  } catch (error) {
    if (error.code !== "reauthenticate") throw error;
    const words = ["Messages are encrypted, and only you can open them. Before the first one you get a recovery code. To make it, show that it is you."];
    await place(where, panel("recovery", "One step before your first message", words, proveFirst()));
    return new Promise(() => {}); // goes on after the page comes back
  }
  await newRecovery(where, own, secret);
  await offerPasskey(where, own, secret);
  secret.fill(0);
  return null;
}

/** One touch instead of the code next time, where this device can do that. */
async function offerPasskey(where, own, secret) {
  if (!(await globalThis.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.().catch(() => false))) return;
  const wrong = problem();
  await new Promise((done) => {
    const add = button("Add a passkey", "btn--go", () => addPasskey(own, secret).then(done, ({ message }) => (wrong.textContent = message)));
    const words = ["Your fingerprint, face or PIN can open your messages in another browser too, so that you rarely need the code."];
    place(where, panel("passkey", "Add a passkey as well?", words, wrong, make("p", { className: "row" }, add, button("Not now", "", done))));
  });
  close(where);
}

/** A recovery code for this secret, in place of the one before. */
export async function newRecovery(where, own, secret) {
  const { secret: code, code: text } = await newCode();
  const wrap = await sealWrap("recovery", code, own, secret);
  await showCode(where, text);
  await askBack(where, text);
  await call("POST", "/messages/keys/wraps", { kind: 1, ...writeWrap(wrap) });
  close(where);
}

const showCode = (where, text) =>
  new Promise((done) => {
    const groups = text.split("-").map((group) => make("li", { textContent: group }));
    const list = make("ol", { className: "code", id: "recovery-code" }, ...groups);
    const copy = button("Copy", "", () => navigator.clipboard.writeText(text));
    const words = ["Write this down or print it. It opens your messages in another browser. We cannot show it again, and without it we cannot bring your messages back."];
    const acts = make("p", { className: "row" }, copy, button("Print", "", () => print()), button("I have kept it", "btn--go", done));
    place(where, panel("recovery", "Your recovery code", words, list, acts));
  });

const askBack = (where, text) =>
  new Promise((done) => {
    const groups = text.split("-");
    const first = Math.floor(Math.random() * 4);
    const places = [first, first + 1 + Math.floor(Math.random() * (8 - first))];
    const asked = places.map((at) => field(`group-${at + 1}`, `Group ${at + 1}`));
    const wrong = problem();
    const form = make("form", { className: "stack", noValidate: true }, ...asked.map(([box]) => box), wrong, make("button", { className: "btn btn--go", textContent: "Check" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const plain = (value) => value.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
      if (asked.every(([, input], i) => plain(input.value) === groups[places[i]])) return done();
      wrong.textContent = "That is not what the code says. Look at what you kept.";
    });
    form.append(button("Show the code again", "btn--quiet", () => showCode(where, text).then(() => askBack(where, text)).then(done)));
    place(where, panel("recovery", "Two groups, to be sure", ["Type these two groups of the code you just kept."], form));
  });

const NO_KEY = "Your messages are encrypted, and this browser has no key yet.";
const CHANGED = "Your encryption key was changed in another browser. Unlock this one again; a recovery code from before does not help. If you did not change it, change your password now.";

/**
 * The keyring of this browser: made at the first visit, kept from an earlier one, or unlocked. A
 * browser that knows an older key than the account's is unlocked again.
 */
export async function enterHere(where, store) {
  const known = await setUp(store.user);
  const keyring = known && new Keyring(store, known);
  if (keyring && !(await keyring.log(store.user)).isForeign) return keyring;
  return new Keyring(store, await unlock(where, store, known ? CHANGED : NO_KEY));
}

/** Unlocks this browser; answers its account once that has worked. `device` is one that it is already. */
export const unlock = (where, store, why, device = null) =>
  new Promise((done) => {
    const [box, input] = field("code", "Recovery code", "Nine groups of four, or the code that another of your devices shows. Blanks and dashes do not matter.");
    const wrong = problem();
    const acts = make("p", { className: "row" }, make("button", { className: "btn btn--go", textContent: "Unlock" }));
    acts.append(button("Use a passkey", "", () => attempt(() => byPasskey(store, device))));
    const form = make("form", { className: "stack", noValidate: true }, box, wrong, acts);
    const attempt = async (way) => {
      wrong.textContent = "";
      try {
        done(await way());
        close(where);
      } catch (error) {
        const isWrong = ["code", "secret"].includes(error.code);
        wrong.textContent = isWrong ? "That code does not open your messages. A wrong code changes nothing." : error.message;
      }
    };
    const byCode = async (text) => enter(store, ["recovery", "link"], await readCode(text), { device });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(() => byCode(input.value));
    });
    const link = /^#unlock=([0-9A-Za-z-]+)$/.exec(location.hash)?.[1];
    if (link) {
      history.replaceState(null, "", location.pathname);
      attempt(() => byCode(link));
    }
    const fresh = make("details", {}, make("summary", { textContent: "I have no code" }), ...startFresh(store, done));
    place(where, panel("unlock-messages", "Unlock your messages", [why], form, ...(device ? [] : [fresh])));
  });

/** Opens the first wrap of these kinds that the secret fits, and makes this browser a device. */
async function enter(store, kinds, secret, { credential = null, device = null }) {
  const { log, wraps, user } = await call("GET", "/messages/keys");
  const identity = (await verifyLog(user, readLog({ log }))).at(-1);
  for (const kind of kinds) {
    for (const wrap of wraps.filter((one) => one.kind === WRAPS[kind] && (!credential || one.credential_id === credential))) {
      const accountSecret = await openWrap(kind, secret, identity, readWrap(wrap)).catch((error) => {
        if (error.code !== "secret") throw error;
        return null;
      });
      if (!accountSecret) continue;
      const own = await settle(store, accountSecret, identity.keySeq, device);
      if (kind === "link") await call("DELETE", `/messages/keys/wraps/${wrap.id}`, {});
      return own;
    }
  }
  throw Object.assign(new Error("There is no such code."), { code: "secret" });
}

/** Keeps the account here, with those before it from the vault, and this device's own wrap. */
async function settle(store, secret, keySeq, known) {
  const deviceSecret = await newDeviceSecret();
  const device = known ?? (await call("POST", "/messages/keys/devices", { label: browserName() })).id;
  const own = await account(store.user, secret);
  const { secrets = {} } = await readVault(store, own);
  for (const [number, earlier] of Object.entries(secrets)) {
    await keepAccount(store, fromBase64url(earlier), { device, deviceSecret, keySeq: Number(number) });
  }
  const wrap = await sealWrap("device", deviceSecret, own, secret);
  // without fresh proof this browser opens messages all the same; for more it is unlocked once more
  await call("POST", "/messages/keys/wraps", { kind: 3, device, label: browserName(), ...writeWrap(wrap) }).catch(() => {});
  return keepAccount(store, secret, { device, deviceSecret, keySeq });
}

async function byPasskey(store, device) {
  const { wraps, user } = await call("GET", "/messages/keys");
  const known = wraps.filter(({ kind }) => kind === WRAPS.passkey);
  if (known.length === 0) throw new Error("You have no passkey for your messages.");
  const { id, secret } = await askPasskey(user, known.map((wrap) => wrap.credential_id));
  const credential = known.find((wrap) => equal(fromBase64url(wrap.credential_id), id))?.credential_id;
  return enter(store, ["passkey"], secret, { credential, device });
}

function startFresh(store, done) {
  const wrong = problem();
  const act = button("Start fresh", "btn--danger", async () => {
    try {
      const known = await call("GET", "/messages/keys");
      const log = await verifyLog(store.user, readLog(known));
      const secret = newSecret();
      const row = await makeEntry(await account(store.user, secret), RESET, log.at(-1));
      const made = await install(store, secret, row, fromBase64url(known.log.at(-1).log_hash));
      done({ ...made, isFresh: true });
    } catch (error) {
      wrong.replaceChildren(error.code === "reauthenticate" ? proveFirst() : error.message);
    }
  });
  const words = make("p", { textContent: "You get new keys. Messages so far stay locked for you, and the people you write to must accept the new key." });
  return [words, act, wrong];
}
