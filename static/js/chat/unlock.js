// The recovery code, shown once and asked back; and the ways into one's messages in a new browser.
import { equal, fromBase64url } from "./bytes.js";
import { button, make } from "./dom.js";
import { Keyring } from "./keyring.js";
import { WRAPS, account, newCode, openWrap, readCode, sealWrap, verifyLog } from "./keys.js";
import { addPasskey, askPasskey } from "./passkey.js";
import { browserName, call, readLog, readWrap, writeWrap } from "./server.js";
import { renew, replaceKeys, setUp } from "./setup.js";
import { forgetStore, keepAccount, newDeviceSecret, openStore } from "./store.js";
import { Unusable, wordsFor } from "./trouble.js";
import { readVault } from "./vault.js";
import { dateWords } from "./when.js";

const field = (id, label, hint = "") => {
  const input = make("input", { id, className: "input", autocomplete: "off", spellcheck: false });
  const help = hint ? [make("p", { className: "field__hint", id: `${id}-hint`, textContent: hint })] : [];
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return [make("div", { className: "field" }, make("label", { className: "field__label", htmlFor: id, textContent: label }), ...help, input), input];
};
const problem = () => make("p", { className: "field__error", role: "alert" });
export const proveFirst = () => {
  const next = encodeURIComponent(location.pathname); // without what follows a #: that may be a code
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
  document.body.dataset.locked = ""; // one thing at a time
  where.hidden = false;
  where.replaceChildren(shown);
  shown.querySelector("h2").focus();
}

/** Nothing stands in the way any more. */
export function close(where) {
  delete document.body.dataset.locked;
  where.replaceChildren();
  where.hidden = true;
}

/**
 * The secret of this browser's account, from the wrap that only this device can open. Refused with
 * the code "reauthenticate" without a fresh proof, "unwrapped" where the browser has no wrap yet.
 */
export async function secretHere(own) {
  const { wraps, devices, is_fresh: isFresh } = await call("GET", "/messages/keys");
  const refuse = (code, words) => Object.assign(new Unusable(words), { code });
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
  await newRecovery(where, own, secret, own.isFresh ? ["You have new keys. Messages from now on open here."] : []);
  await offerPasskey(where, own, secret);
  secret.fill(0);
  return null;
}

/** One touch instead of the code next time, where this device can do that. */
async function offerPasskey(where, own, secret) {
  if (!(await globalThis.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.().catch(() => false))) return;
  const wrong = problem();
  await new Promise((done) => {
    const add = button("Add a passkey", "btn--go", () => addPasskey(own, secret).then(done, (error) => (wrong.textContent = wordsFor(error))));
    const words = ["Your fingerprint, face or PIN can open your messages in another browser too, so that you rarely need the code."];
    place(where, panel("passkey", "Add a passkey as well?", words, wrong, make("p", { className: "row" }, add, button("Not now", "", done))));
  });
  close(where);
}

/** A recovery code for this secret, in place of the one before. */
export async function newRecovery(where, own, secret, news = []) {
  const { secret: code, code: text } = await newCode();
  const wrap = await sealWrap("recovery", code, own, secret);
  await showCode(where, text, news);
  await askBack(where, text);
  await call("POST", "/messages/keys/wraps", { kind: 1, ...writeWrap(wrap) });
  close(where);
}

const showCode = (where, text, news = []) =>
  new Promise((done) => {
    const groups = text.split("-").map((group) => make("li", { textContent: group }));
    const list = make("ol", { className: "code", id: "recovery-code" }, ...groups);
    const copy = button("Copy", "", () => navigator.clipboard.writeText(text));
    const words = ["Write this down or print it. It opens your messages in another browser. We cannot show it again, and without it we cannot bring your messages back."];
    const acts = make("p", { className: "row" }, copy, button("Print", "", () => print()), button("I have kept it", "btn--go", done));
    place(where, panel("recovery", "Your recovery code", [...news, ...words], list, acts));
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
const REMOVED = "This browser was removed from your list. Its key, and what was written here and not sent, are deleted from it.";
const CHANGED = "Your encryption key was changed in another browser. Unlock this one again; a recovery code from before does not help. If you did not change it, change your password now.";

/**
 * The keyring of this browser: made at the first visit, kept from an earlier one, or unlocked. A
 * browser that knows an older key than the account's is unlocked again; where nothing would be lost
 * it makes a new one instead, since nobody was ever shown a code.
 */
export async function enterHere(where, store) {
  const known = await setUp(store.user);
  const keyring = known && new Keyring(store, known);
  const log = await keyring?.log(store.user);
  if (log?.isRemoved) {
    store.close();
    await forgetStore(store.user);
    const empty = await openStore(store.user);
    return new Keyring(empty, await unlock(where, empty, REMOVED));
  }
  if (log && !log.isForeign) {
    touch(store, known).catch(() => {});
    return keyring;
  }
  const own = (await renew(store.user)) ?? (await unlock(where, store, known ? CHANGED : NO_KEY));
  if (own.isFresh) await saveRecovery(where, own);
  return new Keyring(store, own);
}

/** Once a day: a person may have to find the browser that holds the key. */
async function touch(store, { device }) {
  const today = new Date().toDateString();
  if ((await store.get("values", "seen-day")) === today) return;
  await call("PUT", `/messages/keys/devices/${device}`, {});
  await store.put("values", "seen-day", today);
}

/** "today", "yesterday", "on 3 March 2026". */
function dayWords(iso) {
  const at = new Date(iso);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  return days <= 0 ? "today" : days === 1 ? "yesterday" : `on ${dateWords(at)}`;
}

/** Who never got a code is not asked for one, but led to the browser that holds the key. */
function holders(wraps, devices) {
  const holding = devices.filter(({ id }) => wraps.some((wrap) => wrap.device === id));
  holding.sort((one, other) => (one.last_seen_at < other.last_seen_at ? 1 : -1));
  if (holding.length === 0) return [make("p", { textContent: "No browser holds your key any more, and no recovery code was saved." })];
  const lines = holding.map(({ label, last_seen_at: at }) => make("li", {}, make("b", { textContent: label }), `, last used ${dayWords(at)}`));
  const one = holding.length === 1;
  return [
    make("p", { textContent: one ? "Your messages are encrypted, and only this browser holds the key:" : "Your messages are encrypted, and only these browsers hold the key:" }),
    make("ul", { className: "prose", id: "holders" }, ...lines),
    make("p", { textContent: `Go to ${one ? "that browser" : "one of them"}, open Settings, then Messages, and press “Add another device”.`
      + ` Type here the code that it shows; it is good for ten minutes.` }),
  ];
}

/** Unlocks this browser; answers its account once that has worked. `device` is one that it is already. */
export async function unlock(where, store, why, device = null) {
  const { wraps, devices, is_fresh: isFresh } = await call("GET", "/messages/keys");
  const has = (kind) => wraps.some((wrap) => wrap.kind === WRAPS[kind]);
  const isCoded = has("recovery") || has("passkey");
  return new Promise((done) => {
    const [label, hint] = isCoded
      ? ["Recovery code", "Nine groups of four, or the code that another of your devices shows. Blanks and dashes do not matter."]
      : ["Code from that browser", "Nine groups of four. Blanks and dashes do not matter."];
    const [box, input] = field("code", label, hint);
    const wrong = problem();
    const acts = make("p", { className: "row" }, make("button", { className: "btn btn--go", textContent: "Unlock" }));
    if (has("passkey")) acts.append(button("Use a passkey", "", () => attempt(() => byPasskey(store, device))));
    const form = isFresh
      ? make("form", { className: "stack", noValidate: true }, box, wrong, acts)
      : make("div", { className: "stack" }, make("p", { textContent: "First show that it is you. Then give the code, or open the link again." }), proveFirst());
    const finish = (own) => {
      close(where);
      done(own);
    };
    const attempt = async (way) => {
      wrong.textContent = "";
      try {
        finish(await way());
      } catch (error) {
        const isWrong = ["code", "secret"].includes(error.code);
        wrong.textContent = isWrong ? "That code does not open your messages. A wrong code changes nothing." : wordsFor(error);
      }
    };
    const byCode = async (text) => enter(store, ["recovery", "link"], await readCode(text), { device });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(() => byCode(input.value));
    });
    const link = /^#unlock=([0-9A-Za-z-]+)$/.exec(location.hash)?.[1];
    if (link && isFresh) {
      history.replaceState(null, "", location.pathname);
      attempt(() => byCode(link));
    }
    const fresh = make("details", { className: "stack stack--s" }, make("summary", { textContent: isCoded ? "I have no code" : "I no longer have it" }), ...startFresh(store, finish));
    const title = isCoded ? "Unlock your messages" : "Your messages open in another browser";
    const said = isCoded ? [make("p", { textContent: why })] : holders(wraps, devices);
    place(where, panel("unlock-messages", title, [], ...said, form, ...(device ? [] : [fresh])));
  });
}

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
  // one that is in doubt keeps nobody out; the conversations say so
  const { secrets = {} } = await readVault(store, own).catch((error) => {
    if (error.name !== "ChatError") throw error;
    return {};
  });
  for (const [number, earlier] of Object.entries(secrets)) {
    await keepAccount(store, fromBase64url(earlier), { device, deviceSecret, keySeq: Number(number) });
  }
  const wrap = await sealWrap("device", deviceSecret, own, secret);
  await call("POST", "/messages/keys/wraps", { kind: 3, device, label: browserName(), ...writeWrap(wrap) });
  return keepAccount(store, secret, { device, deviceSecret, keySeq });
}

async function byPasskey(store, device) {
  const { wraps, user } = await call("GET", "/messages/keys");
  const known = wraps.filter(({ kind }) => kind === WRAPS.passkey);
  if (known.length === 0) throw new Unusable("You have no passkey for your messages.");
  const { id, secret } = await askPasskey(user, known.map((wrap) => wrap.credential_id));
  const credential = known.find((wrap) => equal(fromBase64url(wrap.credential_id), id))?.credential_id;
  return enter(store, ["passkey"], secret, { credential, device });
}

/** Says what it does, asks once, and takes one press. What was done is said with the new code. */
function startFresh(store, done) {
  const wrong = problem();
  const act = button("Start fresh", "btn--danger", async () => {
    if (act.disabled || !confirm("Start fresh? Your messages so far can then never be opened by you again.")) return;
    act.disabled = true;
    wrong.replaceChildren();
    try {
      const known = await call("GET", "/messages/keys");
      if (!known.is_fresh && !known.is_unused) throw Object.assign(new Unusable("Give your password once more for this."), { code: "reauthenticate" });
      done({ ...(await replaceKeys(store, known)), isFresh: true });
    } catch (error) {
      act.disabled = false;
      wrong.replaceChildren(error.code === "reauthenticate" ? proveFirst() : wordsFor(error));
    }
  });
  const words = [
    "You get new keys and a new recovery code. Messages so far stay locked for you, for good; the people you write to keep theirs, are told, and must accept your new key.",
    "Your other browsers are locked too until you unlock them with the new code.",
  ];
  return [...words.map((textContent) => make("p", { textContent })), act, wrong];
}
