// Settings: the ways in to one's messages, and a changed key.
import { fromBase64url, toBase64url } from "./bytes.js";
import { button, make } from "./dom.js";
import { ROTATED, account, makeEntry, newCode, newSecret, sealWrap, verifyLog } from "./keys.js";
import { addPasskey } from "./passkey.js";
import { call, readLog, writeWrap } from "./server.js";
import { install } from "./setup.js";
import { openStore } from "./store.js";
import { wordsFor } from "./trouble.js";
import { enterHere, newRecovery, panel, place, proveFirst, secretHere, unlock } from "./unlock.js";
import { readVault } from "./vault.js";

const user = document.querySelector("meta[name=chat-user]").content;
const where = document.getElementById("unlock");
const state = document.getElementById("chat-state");

const note = (text, ...more) => {
  state.replaceChildren(text, ...more);
  state.hidden = !text;
};

const refused = (error) => note(`${wordsFor(error)} `, ...(error.code === "reauthenticate" ? [proveFirst()] : []));

/** Does one thing with the secret at hand, or says what stands in the way. */
async function withSecret(own, act) {
  note("");
  try {
    const secret = await secretHere(own);
    await act(secret);
    secret.fill(0);
  } catch (error) {
    refused(error);
    if (error.code !== "unwrapped") return;
    await unlock(where, await openStore(user), error.message, own.device);
    location.reload();
  }
}

const showLink = (own) =>
  withSecret(own, async (secret) => {
    const { secret: code, code: text } = await newCode();
    const wrap = await sealWrap("link", code, own, secret);
    await call("POST", "/messages/keys/wraps", { kind: 4, ...writeWrap(wrap) });
    const address = `${location.origin}/messages#unlock=${text}`;
    const link = make("p", { className: "copyfield" }, make("code", { id: "link-code", textContent: text }));
    const copy = button("Copy the link", "", () => navigator.clipboard.writeText(address));
    const words = ["Sign in on the other device, open Messages and type this code, or open the link there. It works once, within ten minutes."];
    await place(where, panel("link", "Add another device", words, link, copy));
  });

/** A new key that the old one vouches for. The old one goes into the vault. */
const changeKey = (store, own) =>
  withSecret(own, async (old) => {
    const known = await call("GET", "/messages/keys");
    const log = await verifyLog(user, readLog(known));
    const { version, secrets, ...shared } = await readVault(store, own);
    const next = newSecret();
    const made = await account(user, next);
    const row = await makeEntry(made, ROTATED, log.at(-1), own);
    const vault = { ...shared, secrets: { ...secrets, [log.at(-1).keySeq]: toBase64url(old) } };
    const kept = await install(store, next, row, fromBase64url(known.log.at(-1).log_hash), vault);
    await newRecovery(where, kept, next);
    next.fill(0);
    location.reload();
  });

async function start() {
  const store = await openStore(user);
  const { own } = await enterHere(where, store);
  const on = (id, act) => {
    const one = document.getElementById(id);
    one.hidden = false;
    one.addEventListener("click", act);
  };
  on("make-recovery", () => withSecret(own, async (secret) => {
    await newRecovery(where, own, secret);
    location.reload();
  }));
  on("add-passkey", () => withSecret(own, async (secret) => {
    await addPasskey(own, secret);
    location.reload();
  }));
  on("add-device", () => showLink(own));
  on("change-key", () => changeKey(store, own));
  for (const one of document.querySelectorAll("[data-remove]")) {
    one.hidden = false;
    one.addEventListener("click", async () => {
      await call("DELETE", one.dataset.remove, {}).then(() => location.reload(), refused);
    });
  }
  const here = document.querySelector(`[data-device="${own.device}"] p`);
  here?.append(" (this one)");
}

start().catch((error) => note(wordsFor(error)));
