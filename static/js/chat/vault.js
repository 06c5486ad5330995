// The vault: what all of a person's browsers share, under their storage key. Earlier account secrets
// lie in it, so that a changed key leaves the history readable.
import { fromBase64url, toBase64url } from "./bytes.js";
import { openVault, sealVault } from "./keys.js";
import { call } from "./server.js";

/** What lies in it, with its version; empty for a person who never put anything in. */
export async function readVault(own, seen = 0) {
  const kept = await call("GET", "/messages/keys/vault");
  if (!kept || kept.ik_id !== toBase64url(own.ikId)) return { version: kept?.version ?? 0 };
  const vault = { version: kept.version, nonce: fromBase64url(kept.nonce), ct: fromBase64url(kept.ct) };
  return { ...(await openVault(own, vault, seen)), version: kept.version };
}

/** Puts content in place of the version that was read; another browser may have been first (409). */
export async function writeVault(own, version, content) {
  const { nonce, ct } = await sealVault(own, version + 1, content);
  const body = { version, ik_id: toBase64url(own.ikId), nonce: toBase64url(nonce), ct: toBase64url(ct) };
  await call("PUT", "/messages/keys/vault", body);
}
