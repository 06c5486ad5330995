// Settings: the ways in to one's messages, and a changed key.
import { fromBase64url, toBase64url } from "./bytes.js";
import { ROTATED, account, makeEntry, newCode, newSecret, sealWrap, verifyLog } from "./keys.js";
import { call, readLog, writeWrap } from "./server.js";
import { install, setUp } from "./setup.js";
import { openStore } from "./store.js";
import { button, make, makePasskey, newRecovery, panel, place, proveFirst, secretHere, unlock } from "./unlock.js";
import { readVault, writeVault } from "./vault.js";

const user = document.querySelector("meta[name=chat-user]").content;
const where = document.getElementById("unlock");
const state = document.getElementById("chat-state");

const note = (text, ...more) => {
  state.replaceChildren(text, ...more);
  state.hidden = !text;
};

/** Does one thing with the secret at hand, or says what stands in the way. */
async function withSecret(own, act) {
  note("");
  try {
    const secret = await secretHere(own);
    await act(secret);
    secret.fill(0);
  } catch (error) {
    if (error.code === "reauthenticate") note("Show that it is you first. ", proveFirst());
    else note(error.message);
  }
}

const addPasskey = (own) =>
  withSecret(own, async (secret) => {
    const name = document.querySelector(".menu__head")?.textContent.replace(/^Signed in as /, "") ?? "Footing";
    const made = await makePasskey(user, name);
    const wrap = await sealWrap("passkey", made.secret, own, secret);
    const body = { kind: 2, label: new Date().toLocaleDateString(), credential_id: toBase64url(made.id) };
    await call("POST", "/messages/keys/wraps", { ...body, ...writeWrap(wrap) });
    location.reload();
  });

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
    const { version, secrets = {} } = await readVault(own);
    const next = newSecret();
    const made = await account(user, next);
    const row = await makeEntry(made, ROTATED, log.at(-1), own);
    const kept = await install(store, next, row, fromBase64url(known.log.at(-1).log_hash));
    await writeVault(made, version, { secrets: { ...secrets, [log.at(-1).keySeq]: toBase64url(old) } });
    await newRecovery(where, kept, next);
    location.reload();
  });

async function start() {
  const store = await openStore(user);
  const own = (await setUp(user)) ?? (await unlock(where, store));
  const on = (id, act) => {
    const one = document.getElementById(id);
    one.hidden = false;
    one.addEventListener("click", act);
  };
  on("make-recovery", () => withSecret(own, async (secret) => {
    await newRecovery(where, own, secret);
    location.reload();
  }));
  on("add-passkey", () => addPasskey(own));
  on("add-device", () => showLink(own));
  on("change-key", () => changeKey(store, own));
  for (const one of document.querySelectorAll("[data-remove]")) {
    one.hidden = false;
    one.addEventListener("click", async () => {
      await call("DELETE", one.dataset.remove, {}).catch((error) => note(error.message));
      location.reload();
    });
  }
  const here = document.querySelector(`[data-device="${own.device}"] p`);
  here?.append(" (this one)");
}

start().catch((error) => note(error.message));
