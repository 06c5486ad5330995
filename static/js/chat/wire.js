// One message as it travels and is stored, and the chain that ties all of a conversation together.
import {
  ChatError, aesKey, aesOpen, aesSeal, concat, equal, fromBase64url, fromUtf8, hkdf, hmac, idBytes, idText,
  need, random, readU32, readU64, sha256, toBase64url, u32, u64, u8, utf8, zeros,
} from "./bytes.js";
import { readAttachment } from "./file.js";

export const LIMITS = { text: 16 * 1024, payload: 48 * 1024, wire: 50_359, attachments: 10 };
export const [MESSAGE, EDIT, DELETE] = [0, 1, 2];

const HEADER = 103; // H0
const AAD = 167; // H0, C, salt
const FRAME = 36; // kf and length before P
const TAG = 16;

/** Lengths tell little: 64, 128 … 4,096, then steps of 1,024. */
function padded(length) {
  if (length > 4096) return Math.ceil(length / 1024) * 1024;
  let size = 64;
  while (size < length) size *= 2;
  return size;
}

// --- the payload ------------------------------------------------------------------------------

/**
 * A payload has one spelling: these fields, in this order, no others. So whoever reads the same bytes
 * (the receiver, an admin after a report) reads the same words.
 */
function readPayload(value, act) {
  need(typeof value?.t === "string", "the payload is no object");
  need(value.t === "text", "a kind of message from a newer version", "newer");
  const { t, body, re, att } = value;
  need(typeof body === "string" && body.isWellFormed(), "the text is no text");
  need(utf8(body).length <= LIMITS.text, "the text is too long", "limit");
  need(act !== DELETE || body === "", "a delete has no text");
  need(act === MESSAGE || (re === undefined && att === undefined), "only a message answers or brings files");
  need(re === undefined || fromBase64url(re).length === 16, "what is answered has no id");
  need(att === undefined || (Array.isArray(att) && att.length > 0), "no list of files");
  need(!att || att.length <= LIMITS.attachments, "too many files", "limit");
  return { t, body, re, att: att?.map(readAttachment) };
}

function parsePayload(p, act) {
  const text = fromUtf8(p);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ChatError("unverified", "the payload is no JSON");
  }
  const payload = readPayload(value, act);
  need(JSON.stringify(payload) === text, "the payload has another spelling");
  return payload;
}

// --- sealing and opening ----------------------------------------------------------------------

const headerBytes = (m) =>
  concat(
    u8(1), u8(1), u8(m.act), idBytes(m.conv), u32(m.epoch), idBytes(m.sender), idBytes(m.device),
    fromBase64url(m.clientMsgId), u64(m.devSeq), u64(m.target), u64(m.seenSeq), m.seenChain,
  );

const commitment = (kf, h0, p) => hmac(kf, concat("chat/v1/frank", h0, p));

async function messageKey(ek, salt, sender) {
  const okm = await hkdf(ek, salt, concat("chat/v1/msg", idBytes(sender)), 44);
  return [await aesKey(okm.subarray(0, 32)), okm.subarray(32)];
}

/**
 * Seals `payload` under the epoch key `ek`. `header` is `{ act, conv, epoch, sender, device, clientMsgId,
 * devSeq, target, seenSeq, seenChain }`: ids as texts, `clientMsgId` base64url, `target` 0 for a message.
 */
export async function seal(header, payload, ek) {
  const p = utf8(JSON.stringify(readPayload(payload, header.act)));
  need(p.length <= LIMITS.payload, "the message is too large", "limit");
  const [kf, salt] = [random(32), random(32)];
  const h0 = headerBytes(header);
  const aad = concat(h0, await commitment(kf, h0, p), salt);
  parseHead(h0); // what could not be read back is not sent
  const inner = concat(kf, u32(p.length), p, zeros(padded(FRAME + p.length) - FRAME - p.length));
  const [key, iv] = await messageKey(ek, salt, header.sender);
  return { wire: concat(aad, await aesSeal(key, iv, aad, inner)), kf, p };
}

/** The header, of a whole message or of what is kept of a deleted one. Nothing in it is proven yet. */
export function parseHead(head) {
  need(head.length > 1 && head[0] === 1 && head[1] === 1, "sent by a newer version", "newer");
  need(head.length >= HEADER, "no message");
  const header = {
    act: head[2],
    conv: idText(head, 3),
    epoch: readU32(head, 11),
    sender: idText(head, 15),
    device: idText(head, 23),
    clientMsgId: toBase64url(head.subarray(31, 47)),
    devSeq: readU64(head, 47),
    target: readU64(head, 55),
    seenSeq: readU64(head, 63),
    seenChain: head.slice(71, HEADER),
  };
  need(header.act <= DELETE && (header.act === MESSAGE) === (header.target === 0), "no such act");
  need(header.epoch > 0 && header.devSeq > 0, "counted from 1");
  return header;
}

export function parse(wire) {
  const header = parseHead(wire);
  const inner = wire.length - AAD - TAG;
  need(wire.length <= LIMITS.wire, "larger than any message", "limit");
  need(inner > 0 && padded(inner) === inner, "no message has this length");
  return header;
}

/**
 * Opens a message if it is the one the page expects: `{ conv, sender, epoch, act, target }`, and whatever
 * else of the header is named. `kf` and `p` are what a report shows.
 */
export async function open(wire, expected, ek) {
  const header = parse(wire);
  for (const name of ["conv", "sender", "epoch", "act", "target", ...Object.keys(expected)]) {
    const same = name === "seenChain" ? equal(header[name], expected[name]) : header[name] === expected[name];
    need(same, `another ${name} than expected`);
  }
  const [h0, c, salt] = [wire.subarray(0, HEADER), wire.subarray(HEADER, 135), wire.subarray(135, AAD)];
  const [key, iv] = await messageKey(ek, salt, header.sender);
  const inner = await aesOpen(key, iv, wire.subarray(0, AAD), wire.subarray(AAD));
  const end = FRAME + readU32(inner, 32);
  need(padded(end) === inner.length && inner.subarray(end).every((byte) => byte === 0), "badly padded");
  const [kf, p] = [inner.slice(0, 32), inner.slice(FRAME, end)];
  need(p.length <= LIMITS.payload, "the message is too large", "limit");
  need(equal(await commitment(kf, h0, p), c), "the text is not the one committed to");
  return { header, payload: parsePayload(p, header.act), kf, p };
}

/** Whether `p` and `kf` are what was sent under this head (the wire's first 135 bytes). */
export async function isOpening(head, p, kf) {
  return kf.length === 32 && equal(await commitment(kf, head.subarray(0, HEADER), p), head.subarray(HEADER, 135));
}

// --- the chain --------------------------------------------------------------------------------

export const chainStart = (conv) => sha256(concat("chat/v1/chain", idBytes(conv)));
export const chainNext = (chain, seq, serverMs, wireHash) =>
  sha256(concat("chat/v1/chain", chain, u64(seq), u64(serverMs), wireHash));
export const wireHash = (wire) => sha256(wire);
export const noticeHash = (conv, kind, ref) => sha256(concat("chat/v1/notice", idBytes(conv), u8(kind), idBytes(ref)));

/** Where following begins: just before the first row loaded; `seq` 0 is the conversation's start. */
export async function markBefore(conv, seq) {
  const start = await chainStart(conv);
  return { seq, chain: seq === 0 ? start : null, isWhole: seq === 0, hidden: 0, devices: new Map(), chains: new Map([[0, start]]) };
}

/**
 * Follows `rows` (`{ seq, serverMs, wireHash, chain, header?, isBare? }`, oldest first, no header for a
 * notice, bare where nothing but the hash is known) from `mark` on. In the middle of a history the first
 * row's chain is taken as the server tells it; so is that of a row which does not hold, to judge those
 * after it by themselves. Answers the new mark and what was found, as `[seq, word]`: "hole" (rows before it
 * are not there), "broken" (not the chain we know), "replay" (hide it), "gap" (one of its device is not
 * there), "histories" (the sender was shown something else). `mark.devices` holds the last number of each
 * device, and how many rows of unknown devices had come by then.
 */
export async function follow(mark, rows) {
  const end = { ...mark, devices: new Map(mark.devices), chains: new Map(mark.chains) };
  const found = [];
  for (const row of rows) {
    const missing = row.seq - end.seq - 1;
    if (missing !== 0) found.push([row.seq, "hole"]);
    else if (end.chain && !equal(await chainNext(end.chain, row.seq, row.serverMs, row.wireHash), row.chain)) found.push([row.seq, "broken"]);
    Object.assign(end, { seq: row.seq, chain: row.chain, hidden: end.hidden + Math.max(missing, 0) + (row.isBare ? 1 : 0) });
    if (row.header) found.push(...judge(row, end));
    end.chains.set(row.seq, row.chain);
  }
  return { mark: end, found };
}

function judge({ seq, header }, { isWhole, hidden, devices, chains }) {
  const found = [];
  const { device, devSeq, seenSeq, seenChain } = header;
  const [last, hiddenThen] = devices.get(device) ?? (isWhole ? [0, 0] : [undefined, 0]);
  if (devSeq <= last) found.push([seq, "replay"]);
  else devices.set(device, [devSeq, hidden]);
  if (devSeq - last - 1 > hidden - hiddenThen) found.push([seq, "gap"]);
  const seen = chains.get(seenSeq);
  if (seenSeq >= seq || (seen && !equal(seen, seenChain))) found.push([seq, "histories"]);
  return found;
}
