// What this browser keeps: one database a person. Private keys lie in it encrypted under a key that
// cannot be read out, everything that people wrote under their own storage key.
import { aesOpen, aesSeal, concat, fromUtf8, hkdfKey, random, utf8 } from "./bytes.js";
import { account, algorithm, privateKeys } from "./keys.js";
import { checkBrowser, keepsNothing } from "./trouble.js";

const subtle = globalThis.crypto?.subtle;
const PATIENCE_MS = 6000;
const TABLES = ["accounts", "values", "outbox"];

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/** Some browsers have no such store, some refuse it, and some never answer. */
function connect(user) {
  return new Promise((done, failed) => {
    const refuse = () => failed(keepsNothing());
    const late = setTimeout(refuse, PATIENCE_MS);
    try {
      const request = indexedDB.open(`footing-${user}`, 1);
      request.onupgradeneeded = () => TABLES.forEach((name) => request.result.createObjectStore(name));
      request.onerror = refuse;
      request.onsuccess = () => {
        clearTimeout(late);
        request.result.onversionchange = () => request.result.close(); // signing out removes it
        done(request.result);
      };
    } catch {
      refuse();
    }
  });
}

/** Done once it is kept: a full disk may be told only at the end of a transaction. */
const kept = (db, name, act) =>
  new Promise((done, failed) => {
    const change = db.transaction(name, "readwrite");
    change.oncomplete = () => done();
    change.onabort = () => failed(change.error ?? keepsNothing());
    act(change.objectStore(name));
  });

/** Opens what is kept for a person; makes it if there is nothing yet. */
export async function openStore(user) {
  checkBrowser();
  const db = await connect(user);
  const table = (name) => db.transaction(name, "readonly").objectStore(name);
  return {
    user,
    get: (name, key) => asked(table(name).get(key)),
    put: (name, key, value) => kept(db, name, (rows) => rows.put(value, key)),
    drop: (name, key) => kept(db, name, (rows) => rows.delete(key)),
    keys: (name) => asked(table(name).getAllKeys()),
    close: () => db.close(),
  };
}

/** Removes all that is kept of a person; other pages of this browser let go of it by themselves. */
export const forgetStore = (user) =>
  new Promise((done) => {
    setTimeout(done, PATIENCE_MS);
    const request = indexedDB.deleteDatabase(`footing-${user}`);
    Object.assign(request, { onsuccess: done, onerror: done, onblocked: done });
  });

// --- accounts ---------------------------------------------------------------------------------

/** A device's own secret: 64 random bytes that can be used and never read. */
export const newDeviceSecret = () => hkdfKey(random(64));

/**
 * Keeps an account so that later pages open it without asking. Read back and used once: a browser
 * that cannot do that must not promise to stay unlocked.
 */
export async function keepAccount(store, secret, { device, deviceSecret, keySeq }) {
  const lock = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "unwrapKey"]);
  const own = await privateKeys(secret);
  const { ikId, x25519Pub, ed25519Pub } = await account(store.user, secret);
  const locked = {};
  for (const [name, bytes] of Object.entries(own)) {
    const iv = random(12);
    locked[name] = { iv, ct: await subtle.encrypt({ name: "AES-GCM", iv }, lock, bytes) };
    bytes.fill(0);
  }
  await store.put("accounts", keySeq, { keySeq, ikId, x25519Pub, ed25519Pub, device, deviceSecret, lock, locked });
  return loadAccount(store);
}

/** Which device the server calls this browser. */
export const setDevice = async (store, keySeq, device) =>
  store.put("accounts", keySeq, { ...(await store.get("accounts", keySeq)), device });

/** The newest account of this browser, or null. `earlier` holds those before it. */
export async function loadAccount(store) {
  const numbers = await store.keys("accounts");
  const all = await Promise.all(numbers.map(async (number) => unlock(store, await store.get("accounts", number))));
  const current = all.pop();
  return current ? { ...current, earlier: all } : null;
}

async function unlock(store, kept) {
  const { lock, locked, ...rest } = kept;
  const take = (name, format, [kind, usages]) =>
    subtle.unwrapKey(format, locked[name].ct, lock, { name: "AES-GCM", iv: locked[name].iv }, kind, false, usages);
  return {
    ...rest,
    user: store.user,
    x25519: await take("x25519", "pkcs8", algorithm("x25519")),
    ed25519: await take("ed25519", "pkcs8", algorithm("ed25519")),
    storage: await take("storage", "raw", ["AES-GCM", ["encrypt", "decrypt"]]),
  };
}

// --- what people wrote ------------------------------------------------------------------------

const aad = (name, key) => utf8(`footing/store/${name}/${key}`);

/** A value under the storage key; what an earlier key of this person sealed opens too. */
export async function putSealed(store, own, name, key, value) {
  const iv = random(12);
  const ct = await aesSeal(own.storage, iv, aad(name, key), utf8(JSON.stringify(value)));
  await store.put(name, key, concat(iv, ct));
}
export async function getSealed(store, own, name, key) {
  const kept = await store.get(name, key);
  if (!kept) return null;
  for (const { storage } of [own, ...(own.earlier ?? [])]) {
    const plain = await aesOpen(storage, kept.subarray(0, 12), aad(name, key), kept.subarray(12)).catch(() => null);
    if (plain) return JSON.parse(fromUtf8(plain));
  }
  return null; // of a key that was lost
}
