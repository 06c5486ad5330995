// Bytes: joined, written as text and as numbers, hashed and sealed. No DOM here, only WebCrypto.

/**
 * Why something was refused. `code` is for programs:
 * "newer" (made by a later version), "unverified" (not what it claims to be), "secret" (a wrong
 * secret), "code" (a recovery code with a slip in it), "limit" (too large), "rollback" (older than
 * what was seen before), "vault" (not there any more, or another identity's).
 */
export class ChatError extends Error {
  constructor(code, why) {
    super(why);
    this.name = "ChatError";
    this.code = code;
  }
}

/** Goes on only if `holds`. */
export function need(holds, why, code = "unverified") {
  if (!holds) throw new ChatError(code, why);
}

export const utf8 = (text) => new TextEncoder().encode(text);
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ChatError("unverified", "not UTF-8");
  }
}

/** Joins bytes; a string among them is a label. */
export function concat(...parts) {
  const all = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const joined = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
export const zeros = (length) => new Uint8Array(length);

// --- numbers, big-endian ----------------------------------------------------------------------

const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
function number(length, write, most) {
  return (n) => {
    need(Number.isSafeInteger(n) && n >= 0 && n <= most, `${n} is out of range`, "limit");
    const bytes = new Uint8Array(length);
    write(view(bytes), n);
    return bytes;
  };
}
export const u8 = number(1, (to, n) => to.setUint8(0, n), 0xff);
export const u32 = number(4, (to, n) => to.setUint32(0, n), 0xffffffff);
export const u64 = number(8, (to, n) => to.setBigUint64(0, BigInt(n)), Number.MAX_SAFE_INTEGER);
export const readU32 = (bytes, at) => view(bytes).getUint32(at);
/** A u64 that a number can hold exactly; nothing honest is larger. */
export function readU64(bytes, at) {
  const n = Number(view(bytes).getBigUint64(at));
  need(Number.isSafeInteger(n), "a number is out of range");
  return n;
}

// --- text forms -------------------------------------------------------------------------------

export function toBase64url(bytes) {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
export function fromBase64url(text) {
  need(typeof text === "string" && /^[\w-]*$/.test(text), "not base64url");
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (one) => one.charCodeAt(0));
    if (toBase64url(bytes) === text) return bytes;
  } catch {
    // refused below, as other spellings are
  }
  throw new ChatError("unverified", "not base64url");
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** As many whole Crockford characters as the bytes fill. */
export function toCrockford(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => CROCKFORD[parseInt(five, 2)]).join("");
}
export function fromCrockford(text) {
  const bits = [...text].map((one) => CROCKFORD.indexOf(one).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => parseInt(eight, 2));
}

/** The 8 bytes of an id, which texts show as 13 characters. */
export function idBytes(text) {
  // 65 bits of text for 63 bits of number: the first character is 0 to 7
  need(/^[0-7][0-9A-HJKMNP-TV-Z]{12}$/.test(text), "not an id");
  const n = [...text].reduce((sum, one) => sum * 32n + BigInt(CROCKFORD.indexOf(one)), 0n);
  const bytes = new Uint8Array(8);
  view(bytes).setBigUint64(0, n);
  return bytes;
}
export function idText(bytes, at = 0) {
  const n = view(bytes).getBigUint64(at);
  need(n < 1n << 63n, "not an id");
  return Array.from({ length: 13 }, (_, i) => CROCKFORD[Number((n >> BigInt(60 - 5 * i)) & 31n)]).join("");
}

// --- comparing, hashing, sealing --------------------------------------------------------------

/** Takes as long whether or not the bytes are the same. */
export function equal(one, other) {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= one[i] ^ other[i];
  return difference === 0;
}

const subtle = crypto.subtle;
export const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));

export async function hmac(key, bytes) {
  const own = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", own, bytes));
}

/** A key that HKDF can start from and nobody can read. */
export const hkdfKey = (secret) => subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);

/** `secret` is bytes, or a key made by `hkdfKey`. */
export async function hkdf(secret, salt, info, length) {
  const key = secret instanceof CryptoKey ? secret : await hkdfKey(secret);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: concat(info) };
  return new Uint8Array(await subtle.deriveBits(how, key, length * 8));
}

export const aesKey = (raw) => subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

export async function aesSeal(key, iv, additionalData, plain) {
  return new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
}
export async function aesOpen(key, iv, additionalData, sealed) {
  try {
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed));
  } catch {
    throw new ChatError("unverified", "cannot be opened with this key");
  }
}
