// Makes a person's keys, quietly, at the first page that a browser with script shows them.
import { zeros } from "./bytes.js";
import { FIRST, account, entryBytes, makeEntry, newSecret, sealWrap } from "./keys.js";
import { browserName, call, writeEntry, writeWrap } from "./server.js";
import { getSealed, keepAccount, loadAccount, newDeviceSecret, openStore, putSealed, setDevice } from "./store.js";
import { changeVault } from "./vault.js";

/**
 * Keeps an identity here, then tells the server: the line of the log, this device and its wrap. A page
 * may be left at any moment; the next one goes on from what is kept (`finish`). `vault` is what goes
 * into the vault of the new key.
 */
export async function install(store, secret, row, previousHash, vault = null) {
  const deviceSecret = await newDeviceSecret();
  const own = await account(store.user, secret);
  const wrap = writeWrap(await sealWrap("device", deviceSecret, own, secret));
  const entry = writeEntry(entryBytes(store.user, row, previousHash), row);
  if (vault) await putSealed(store, own, "values", "install-vault", vault);
  await store.put("values", "install", { keySeq: row.keySeq, entry, wrap }); // opens nothing by itself
  await keepAccount(store, secret, { device: null, deviceSecret, keySeq: row.keySeq });
  return finish(store);
}

async function finish(store) {
  const { keySeq, entry, wrap } = await store.get("values", "install");
  const { log, devices, wraps } = await call("GET", "/messages/keys");
  const label = browserName();
  let device = null;
  if (log.length === keySeq) {
    device = (await call("POST", "/messages/keys", { ...entry, label })).id;
  } else if (log.at(-1).entry === entry.entry) {
    // it was told before, and the answer was lost
    device = devices.find(({ id }) => !wraps.some((one) => one.device === id))?.id;
    device ??= (await call("POST", "/messages/keys/devices", { label })).id;
  } else {
    await store.drop("accounts", keySeq); // another browser was first: this one must be unlocked
    await Promise.all(["install", "install-vault"].map((name) => store.drop("values", name)));
    return null;
  }
  await call("POST", "/messages/keys/wraps", { kind: 3, device, label, ...wrap });
  const own = await loadAccount(store);
  const vault = await getSealed(store, own, "values", "install-vault");
  if (vault) await changeVault(store, own, (content) => ({ ...content, ...vault }));
  await setDevice(store, keySeq, device);
  await Promise.all(["install", "install-vault"].map((name) => store.drop("values", name)));
  return loadAccount(store);
}

/** The first keys of an account. Two pages at once make them once. */
export async function setUp(user) {
  return navigator.locks.request(`footing-setup-${user}`, async () => {
    const store = await openStore(user);
    if (await store.get("values", "install")) return finish(store);
    const known = await loadAccount(store);
    if (known?.device) return known;
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
