// The vault: what all of a person's browsers share, under their storage key. Earlier account secrets
// lie in it, so that a changed key leaves the history readable; the keys of others as they were
// accepted; and the safety numbers that were compared: `{ secrets, pins, verified }`.
import { fromBase64url, need, toBase64url } from "./bytes.js";
import { openVault, sealVault } from "./keys.js";
import { call } from "./server.js";
import { passFull } from "./trouble.js";

const SEEN = "vault-version";
const TRIES = 5;

/** What the server keeps, opened by one of these accounts. One that was seen and is not there is an alarm. */
async function open(store, accounts) {
  const kept = await call("GET", "/messages/keys/vault");
  const seen = (await store.get("values", SEEN)) ?? 0;
  need(kept || seen === 0, "the vault is not there", "vault");
  if (!kept) return { version: 0 };
  const own = accounts.find(({ ikId }) => toBase64url(ikId) === kept.ik_id);
  if (!own) return { version: kept.version, isForeign: true };
  const content = await openVault(own, { version: kept.version, nonce: fromBase64url(kept.nonce), ct: fromBase64url(kept.ct) }, seen);
  if (kept.version !== seen) await store.put("values", SEEN, kept.version).catch(passFull);
  return { ...content, version: kept.version };
}

/** What lies in it, with its version; empty only for a person who never put anything in. */
export async function readVault(store, own) {
  const { isForeign, ...vault } = await open(store, [own]);
  need(!isForeign, "the vault of another identity", "vault");
  return vault;
}

/** Replaces what lies in it by `change` of that. Where another browser was first, its word is kept too. */
export const changeVault = (store, own, change) => write(store, own, change, () => readVault(store, own));

/** The first one under a new key: what this browser can open of the one before is taken along. */
export const startVault = (store, own, more) =>
  write(store, own, (content) => ({ ...content, ...more }), async () => {
    const { isForeign, ...vault } = await open(store, [own, ...own.earlier]);
    return vault; // what was sealed for a key that is lost is lost, too
  });

function write(store, own, change, read) {
  return navigator.locks.request(`footing-vault-${store.user}`, async () => {
    for (let tries = 1; ; tries++) {
      const { version, ...content } = await read();
      const { nonce, ct } = await sealVault(own, version + 1, change(content));
      const body = { version, ik_id: toBase64url(own.ikId), nonce: toBase64url(nonce), ct: toBase64url(ct) };
      try {
        await call("PUT", "/messages/keys/vault", body);
        return await store.put("values", SEEN, version + 1).catch(passFull);
      } catch (error) {
        if (error.status !== 409 || tries === TRIES) throw error;
      }
    }
  });
}
