// The vault: what all of a person's browsers share, under their storage key. Earlier account secrets
// lie in it, so that a changed key leaves the history readable; the keys of others as they were
// accepted; and the safety numbers that were compared: `{ secrets, pins, verified }`.
import { fromBase64url, toBase64url } from "./bytes.js";
import { openVault, sealVault } from "./keys.js";
import { call } from "./server.js";

const SEEN = "vault-version";
const TRIES = 5;

/** What lies in it, with its version; empty for a person who never put anything in. */
export async function readVault(store, own) {
  const kept = await call("GET", "/messages/keys/vault");
  if (!kept || kept.ik_id !== toBase64url(own.ikId)) return { version: kept?.version ?? 0 };
  const vault = { version: kept.version, nonce: fromBase64url(kept.nonce), ct: fromBase64url(kept.ct) };
  const content = await openVault(own, vault, (await store.get("values", SEEN)) ?? 0);
  await store.put("values", SEEN, kept.version);
  return { ...content, version: kept.version };
}

/** Replaces what lies in it by `change` of that. Where another browser was first, its word is kept too. */
export function changeVault(store, own, change) {
  return navigator.locks.request(`footing-vault-${store.user}`, async () => {
    for (let tries = 1; ; tries++) {
      const { version, ...content } = await readVault(store, own);
      const { nonce, ct } = await sealVault(own, version + 1, change(content));
      const body = { version, ik_id: toBase64url(own.ikId), nonce: toBase64url(nonce), ct: toBase64url(ct) };
      try {
        return await call("PUT", "/messages/keys/vault", body);
      } catch (error) {
        if (error.status !== 409 || tries === TRIES) throw error;
      }
    }
  });
}
