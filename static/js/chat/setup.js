// Makes a person's keys, quietly, at the first page that a browser with script shows them.
import { zeros } from "./bytes.js";
import { FIRST, RESET, account, entryBytes, makeEntry, newSecret, sealWrap, verifyLog } from "./keys.js";
import { browserName, call, readLog, writeEntry, writeWrap } from "./server.js";
import { getSealed, keepAccount, loadAccount, newDeviceSecret, openStore, putSealed, setDevice } from "./store.js";
import { startVault } from "./vault.js";

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

/** Undefined where nothing can be finished: the page was left before the key was kept. */
async function finish(store) {
  const { keySeq, entry, wrap } = await store.get("values", "install");
  if (!(await store.keys("accounts")).includes(keySeq)) {
    await undo(store, keySeq);
    return undefined;
  }
  const { log, devices, wraps } = await call("GET", "/messages/keys");
  const label = browserName();
  const told = wraps.find(({ salt }) => salt === wrap.salt); // both answers were lost
  let device = told?.device ?? null;
  if (told) {
    // only this browser does not know yet
  } else if (log.length === keySeq) {
    device = (await call("POST", "/messages/keys", { ...entry, label })).id;
  } else if (log.at(-1).entry === entry.entry) {
    // it was told before, and the answer was lost
    device = devices.find(({ id }) => !wraps.some((one) => one.device === id))?.id;
    device ??= (await call("POST", "/messages/keys/devices", { label })).id;
  } else {
    await undo(store, keySeq); // another browser was first: this one must be unlocked
    return null;
  }
  if (!told) await call("POST", "/messages/keys/wraps", { kind: 3, device, label, ...wrap });
  const own = await loadAccount(store);
  if (keySeq > 0) await startVault(store, own, (await getSealed(store, own, "values", "install-vault")) ?? {});
  await setDevice(store, keySeq, device);
  await Promise.all(["install", "install-vault"].map((name) => store.drop("values", name)));
  return loadAccount(store);
}

async function undo(store, keySeq) {
  await store.drop("accounts", keySeq);
  await Promise.all(["install", "install-vault"].map((name) => store.drop("values", name)));
}

/** New keys that nothing vouches for: what was sealed for those before stays locked. */
export async function replaceKeys(store, known) {
  const log = await verifyLog(store.user, readLog(known));
  const secret = newSecret();
  const row = await makeEntry(await account(store.user, secret), RESET, log.at(-1));
  try {
    return await install(store, secret, row, log.at(-1).logHash);
  } catch (error) {
    if (error.status < 500) await undo(store, row.keySeq); // refused: as if it had not been tried
    throw error;
  } finally {
    secret.fill(0);
  }
}

/**
 * New keys without a question, while nothing would be lost with those that another browser holds. Null
 * where something would be: then this browser must be unlocked.
 */
export async function renew(user) {
  return navigator.locks.request(`footing-setup-${user}`, async () => {
    const known = await call("GET", "/messages/keys");
    if (!known.is_unused) return null;
    return replaceKeys(await openStore(user), known).catch((error) => {
      if (error.code !== "reauthenticate") throw error;
      return null; // the first message came in this moment
    });
  });
}

/** The first keys of an account. Two pages at once make them once. */
export async function setUp(user) {
  return navigator.locks.request(`footing-setup-${user}`, async () => {
    const store = await openStore(user);
    const finished = (await store.get("values", "install")) ? await finish(store) : undefined;
    if (finished !== undefined) return finished;
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
