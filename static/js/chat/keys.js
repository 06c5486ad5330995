// A person's keys: made from one account secret, told to others by a log, kept by wraps.
import {
  ChatError, aesKey, aesOpen, aesSeal, concat, equal, fromBase64url, fromCrockford, fromUtf8, hkdf, idBytes, need, random,
  sha256, toCrockford, u32, u64, u8, utf8, zeros,
} from "./bytes.js";

const subtle = crypto.subtle;
const ALGORITHMS = { x25519: ["X25519", 0x6e, ["deriveBits"]], ed25519: ["Ed25519", 0x70, ["sign"]] };
const pkcs8 = (sign, raw) =>
  concat(Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, sign, 4, 0x22, 4, 0x20), raw);

// --- account secret ---------------------------------------------------------------------------

export const newSecret = () => random(32);

/** The private keys as bytes, for whoever locks them away: `{ x25519, ed25519 }` PKCS#8, `storage` raw. */
export async function privateKeys(secret) {
  const derive = (label) => hkdf(secret, zeros(0), `acct/v1/${label}`, 32);
  const [x25519, ed25519, storage] = await Promise.all(["x25519", "ed25519", "storage"].map(derive));
  return { x25519: pkcs8(0x6e, x25519), ed25519: pkcs8(0x70, ed25519), storage };
}

/** How `importKey` and `unwrapKey` take the two private keys: `[algorithm, usages]`. */
export const algorithm = (name) => [ALGORITHMS[name][0], ALGORITHMS[name][2]];

async function importPrivate(name, bytes, isExtractable = false) {
  return subtle.importKey("pkcs8", bytes, ALGORITHMS[name][0], isExtractable, ALGORITHMS[name][2]);
}

/** A private key's other half, as WebCrypto tells it only by way of a JWK. */
async function publicKey(name, bytes) {
  const { x } = await subtle.exportKey("jwk", await importPrivate(name, bytes, true));
  return fromBase64url(x);
}

export const ikIdOf = (user, x25519Pub, ed25519Pub) => sha256(concat("chat/v1/ik", idBytes(user), x25519Pub, ed25519Pub));

/**
 * All that works with one identity: `{ user, ikId, x25519Pub, ed25519Pub, x25519, ed25519, storage }`,
 * the last three keys that cannot be read.
 */
export async function account(user, secret) {
  const own = await privateKeys(secret);
  const [x25519Pub, ed25519Pub] = [await publicKey("x25519", own.x25519), await publicKey("ed25519", own.ed25519)];
  const ikId = await ikIdOf(user, x25519Pub, ed25519Pub);
  const [x25519, ed25519] = [await importPrivate("x25519", own.x25519), await importPrivate("ed25519", own.ed25519)];
  return { user, ikId, x25519Pub, ed25519Pub, x25519, ed25519, storage: await aesKey(own.storage) };
}

export const sign = async (account, bytes) => new Uint8Array(await subtle.sign("Ed25519", account.ed25519, bytes));
export async function isSigned(ed25519Pub, signature, bytes) {
  try {
    const key = await subtle.importKey("raw", ed25519Pub, "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", key, signature, bytes);
  } catch {
    return false; // no key, or no signature
  }
}

// --- identity log -----------------------------------------------------------------------------

export const [FIRST, ROTATED, RESET] = [0, 1, 2];

/** A line of the log, as it is signed. */
export const entryBytes = (user, row, previousHash) =>
  concat("chat/v1/idlog", idBytes(user), u32(row.keySeq), row.x25519Pub, row.ed25519Pub, previousHash, u8(row.kind));

/** The next row of one's own log, after `head` (null for the first); `previous` is the account it rotates from. */
export async function makeEntry(account, kind, head = null, previous = null) {
  const { user, ikId, x25519Pub, ed25519Pub } = account;
  const row = { keySeq: head ? head.keySeq + 1 : 0, ikId, x25519Pub, ed25519Pub, kind };
  const entry = entryBytes(user, row, head?.logHash ?? zeros(32));
  const prevSig = kind === ROTATED ? await sign(previous, entry) : null;
  return { ...row, selfSig: await sign(account, entry), prevSig, logHash: await sha256(entry) };
}

/**
 * Checks a whole log, `rows` as `makeEntry` gives them (`ikId` and `logHash` are computed, not believed),
 * and that it goes on from `pin` (`{ keySeq, ikId, logHash }`, if there is one). Answers the identities,
 * the current one last.
 */
export async function verifyLog(user, rows, pin = null) {
  const log = [];
  for (const [at, row] of rows.entries()) {
    const before = log.at(-1);
    const entry = entryBytes(user, row, before?.logHash ?? zeros(32));
    need(row.keySeq === at && (row.kind === FIRST) === (at === 0) && row.kind <= RESET, "a key out of order");
    need(await isSigned(row.ed25519Pub, row.selfSig, entry), "a key that did not sign itself");
    const isHandedOver = row.kind === ROTATED && row.prevSig && (await isSigned(before.ed25519Pub, row.prevSig, entry));
    need(row.kind === ROTATED ? isHandedOver : !row.prevSig, "a key that the one before did not sign");
    const { keySeq, x25519Pub, ed25519Pub, kind } = row;
    const ikId = await ikIdOf(user, x25519Pub, ed25519Pub);
    log.push({ user, keySeq, kind, x25519Pub, ed25519Pub, ikId, logHash: await sha256(entry) });
  }
  need(log.length > 0, "no key");
  const pinned = pin && log[pin.keySeq];
  const isOurs = !pin || (pinned && equal(pinned.ikId, pin.ikId) && equal(pinned.logHash, pin.logHash));
  need(isOurs, "the log does not go on from the key we know");
  return log;
}

// --- recovery code ----------------------------------------------------------------------------

const checkGroup = async (secret) => toCrockford(await sha256(concat("chat/v1/code", secret))).slice(0, 4);

/** 20 random bytes, and how they are written: nine groups of four. */
export async function newCode() {
  const secret = random(20);
  return { secret, code: await showCode(secret) };
}
export async function showCode(secret) {
  return (toCrockford(secret) + (await checkGroup(secret))).match(/.{4}/g).join("-");
}

/** Reads a code as people write it: any case, blanks, dashes; O is 0, I and L are 1. */
export async function readCode(text) {
  const plain = text.toUpperCase().replace(/[\s\p{Pd}\u2212]/gu, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  need(/^[0-9A-HJKMNP-TV-Z]{36}$/.test(plain), "a code has nine groups of four", "code");
  const secret = fromCrockford(plain.slice(0, 32));
  need((await checkGroup(secret)) === plain.slice(32), "the code has a slip in it", "code");
  return secret;
}

// --- wraps ------------------------------------------------------------------------------------

export const WRAPS = { recovery: 1, passkey: 2, device: 3, link: 4 };

/** What a passkey is asked (`prf.eval.first`). */
export const passkeyInput = (user) => sha256(concat("chat/v1/prf", idBytes(user)));

async function wrapKeys(kind, secret, salt) {
  const okm = await hkdf(secret, salt, `chat/v1/wrap/${kind}`, 64);
  return { key: await aesKey(okm.subarray(0, 32)), commit: okm.subarray(32) };
}
const wrapAad = ({ user, ikId }, kind) => concat("chat/v1/wrap", idBytes(user), ikId, u8(WRAPS[kind]));

/** `kind` is a word of `WRAPS`, `secret` bytes or (device) a key made by `hkdfKey`. */
export async function sealWrap(kind, secret, account, accountSecret) {
  const [salt, nonce] = [random(32), random(12)];
  const { key, commit } = await wrapKeys(kind, secret, salt);
  return { salt, nonce, ct: await aesSeal(key, nonce, wrapAad(account, kind), accountSecret), commit };
}

/** The account secret, if it is that of `identity` (`{ user, ikId }`). A wrong secret has the code "secret". */
export async function openWrap(kind, secret, identity, wrap) {
  const { key, commit } = await wrapKeys(kind, secret, wrap.salt);
  need(equal(commit, wrap.commit), "this does not unlock it", "secret");
  const accountSecret = await aesOpen(key, wrap.nonce, wrapAad(identity, kind), wrap.ct);
  const { ikId } = await account(identity.user, accountSecret);
  need(equal(ikId, identity.ikId), "the secret of another identity");
  return accountSecret;
}

// --- vault ------------------------------------------------------------------------------------

const VAULT_MOST = 256 * 1024;
const vaultAad = ({ user, ikId }, version) => concat("chat/v1/vault", idBytes(user), ikId, u64(version));

export async function sealVault(account, version, content) {
  const plain = utf8(JSON.stringify(content));
  need(plain.length <= VAULT_MOST, "the vault is full", "limit");
  const nonce = random(12);
  return { version, nonce, ct: await aesSeal(account.storage, nonce, vaultAad(account, version), plain) };
}

/** `seen` is the highest version this browser has met. */
export async function openVault(account, vault, seen = 0) {
  need(vault.version >= seen, "an older vault than seen before", "rollback");
  const plain = await aesOpen(account.storage, vault.nonce, vaultAad(account, vault.version), vault.ct);
  try {
    return JSON.parse(fromUtf8(plain));
  } catch {
    throw new ChatError("unverified", "the vault is no JSON");
  }
}

// --- safety number ----------------------------------------------------------------------------

async function safetyHalf({ user, ikId }) {
  let d = concat("chat/v1/safety", idBytes(user), ikId);
  for (let i = 0; i < 5200; i++) d = new Uint8Array(await subtle.digest("SHA-512", concat(d, ikId)));
  const groups = [0, 5, 10, 15, 20, 25].map((at) => {
    const n = d.subarray(at, at + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    return String(n % 100_000).padStart(5, "0");
  });
  return groups.join(" ");
}

/** Twelve groups of five digits, the same for both; takes some tenths of a second. */
export async function safetyNumber(one, other) {
  return (await Promise.all([one, other].map(safetyHalf))).sort().join(" ");
}
