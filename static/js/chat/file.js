// Files (format CEF1): sealed in chunks of 1 MiB, so that a large one need not be held whole.
import {
  aesKey, aesOpen, aesSeal, concat, equal, fromBase64url, hkdf, idBytes, need, random, sha256, u32, u8, zeros,
} from "./bytes.js";
import { TYPES } from "./kinds.js";

export * from "./kinds.js";

export const CHUNK = 1 << 20;
export const MOST = 50 * CHUNK;
export const HEADER = 64;
const TAG = 16;

export const chunkCount = (size) => Math.max(1, Math.ceil(size / CHUNK));
export const sealedSize = (size) => HEADER + size + TAG * chunkCount(size);
/** Where chunk `i` of a sealed file begins and ends. */
export function chunkRange(size, i) {
  const [from, to] = [HEADER + i * (CHUNK + TAG), HEADER + (i + 1) * (CHUNK + TAG)];
  return [from, Math.min(to, sealedSize(size))];
}

async function keys(fk, salt) {
  const okm = await hkdf(fk, salt, "chat/v1/file", 71);
  return { key: await aesKey(okm.subarray(0, 32)), prefix: okm.slice(32, 39), commit: okm.slice(39) };
}

/** A file about to be sealed. Its `fk` goes into the message, its `header` before the chunks. */
export async function newFile() {
  const [fk, salt] = [random(32), random(16)];
  const { key, prefix, commit } = await keys(fk, salt);
  return { fk, key, prefix, header: concat("CEF1", u8(20), zeros(3), salt, commit, zeros(8)) };
}

/** A file about to be opened: the header must commit to this very `fk`. */
export async function openHeader(fk, header) {
  need(fk.length === 32 && header.length === HEADER, "no sealed file");
  const salt = header.slice(8, 24);
  const { key, prefix, commit } = await keys(fk, salt);
  const own = concat("CEF1", u8(20), zeros(3), salt, commit, zeros(8));
  need(equal(own, header), "the file was not sealed with this key");
  return { fk, key, prefix, header };
}

const iv = (file, i, isLast) => concat(file.prefix, u32(i), u8(isLast ? 1 : 0));
export const sealChunk = (file, i, isLast, plain) => aesSeal(file.key, iv(file, i, isLast), file.header, plain);
export const openChunk = (file, i, isLast, sealed) => aesOpen(file.key, iv(file, i, isLast), file.header, sealed);
export const rootOf = (chunkHashes) => sha256(concat(...chunkHashes));

/**
 * Bytes `from` to `to` of a sealed file, the same whenever they are asked for. `plain(i)` answers chunk
 * `i`; `hashes` keeps what each chunk was, as one key must never seal two contents.
 */
export async function sealStretch(file, { size, plain, hashes }, from, to) {
  const parts = [file.header.subarray(from, to)];
  const count = chunkCount(size);
  for (let i = Math.max(0, Math.floor((from - HEADER) / (CHUNK + TAG))); i < count; i++) {
    const [begin, end] = chunkRange(size, i);
    if (begin >= to) break;
    const chunk = await plain(i);
    const hash = await sha256(chunk);
    hashes[i] ??= hash;
    need(equal(hashes[i], hash), "the file has changed meanwhile", "changed");
    const sealed = await sealChunk(file, i, i === count - 1, chunk);
    parts.push(sealed.subarray(Math.max(0, from - begin), Math.min(to, end) - begin));
  }
  return concat(...parts);
}

/** All of a file at once: `{ blob, fk, root, size }`. */
export async function sealFile(bytes) {
  need(bytes.length <= MOST, "the file is too large", "limit");
  const file = await newFile();
  const count = chunkCount(bytes.length);
  const [parts, hashes] = [[file.header], []];
  for (let i = 0; i < count; i++) {
    const plain = bytes.subarray(i * CHUNK, (i + 1) * CHUNK);
    hashes.push(await sha256(plain));
    parts.push(await sealChunk(file, i, i === count - 1, plain));
  }
  return { blob: concat(...parts), fk: file.fk, root: await rootOf(hashes), size: bytes.length };
}

/** `fk` and `root` are bytes here; the message holds them as base64url. */
export async function openFile(blob, { fk, root, size }) {
  need(blob.length === sealedSize(size), "the file has another length");
  const file = await openHeader(fk, blob.subarray(0, HEADER));
  const count = chunkCount(size);
  const [parts, hashes] = [[], []];
  for (let i = 0; i < count; i++) {
    const plain = await openChunk(file, i, i === count - 1, blob.subarray(...chunkRange(size, i)));
    hashes.push(await sha256(plain));
    parts.push(plain);
  }
  need(equal(await rootOf(hashes), root), "not the file that was sent");
  return concat(...parts);
}

// --- what a message says about a file ---------------------------------------------------------

const isCount = (n, most) => Number.isSafeInteger(n) && n >= 0 && n <= most;
const isText = (text, most) => typeof text === "string" && text.isWellFormed() && text.length <= most;

/** `{ id, name, mime, size, fk, root, w?, h?, dur?, thumb? }`, `dur` in whole seconds. */
export function readAttachment(item) {
  need(item !== null && typeof item === "object", "a file is not described");
  const { id, name, mime, size, fk, root, w, h, dur, thumb } = item;
  idBytes(id);
  need(isText(name, 255) && name !== "" && TYPES.has(mime), "a file without name or type");
  need(isCount(size, MOST), "a file without size", "limit");
  need(fromBase64url(fk).length === 32 && fromBase64url(root).length === 32, "a file without key");
  need([w, h, dur].every((n) => n === undefined || isCount(n, 0xffffffff)), "a file without measure");
  need(thumb === undefined || (isText(thumb, 2048) && /^[A-Za-z0-9+/]*={0,2}$/.test(thumb)), "not a small picture");
  return { id, name, mime, size, fk, root, w, h, dur, thumb };
}
