// Makes a person's keys, quietly, at the first page that a browser with script shows them.
import { zeros } from "./bytes.js";
import { FIRST, account, entryBytes, makeEntry, newSecret, sealWrap } from "./keys.js";
import { browserName, call, writeEntry, writeWrap } from "./server.js";
import { keepAccount, loadAccount, newDeviceSecret, openStore } from "./store.js";

/** Tells the server an identity and keeps it here: the line of the log, this device and its wrap. */
export async function install(store, secret, row, previousHash) {
  const deviceSecret = await newDeviceSecret();
  const entry = writeEntry(entryBytes(store.user, row, previousHash), row);
  const { id: device } = await call("POST", "/messages/keys", { ...entry, label: browserName() });
  const own = await account(store.user, secret);
  const wrap = await sealWrap("device", deviceSecret, own, secret);
  await call("POST", "/messages/keys/wraps", { kind: 3, device, label: browserName(), ...writeWrap(wrap) });
  return keepAccount(store, secret, { device, deviceSecret, keySeq: row.keySeq });
}

/** The first keys of an account. Two pages at once make them once. */
export async function setUp(user) {
  return navigator.locks.request(`footing-setup-${user}`, async () => {
    const store = await openStore(user);
    const known = await loadAccount(store);
    if (known) return known;
    const { log } = await call("GET", "/messages/keys");
    if (log.length > 0) return null; // made in another browser: this one must be unlocked
    const secret = newSecret();
    const row = await makeEntry(await account(user, secret), FIRST);
    const made = await install(store, secret, row, zeros(32));
    secret.fill(0);
    return made;
  });
}

const meta = document.querySelector("meta[name=chat-user]");
if (meta && meta.dataset.keys === "none") {
  setUp(meta.content).catch(() => {
    // without these keys nobody can write to this person yet; the next page tries again
  });
}
