// Everything the message protocol makes, as JSON: what `tests/vectors/chat-v1.json` holds, and what the
// scripts and the Rust implementation hand to one another. Its half in Rust is
// `src/commands/chat_client/tests/package.rs`. Run by itself, this opens all of a package from stdin
// and writes one of its own. `check` and `make` need no Node.js.
import * as b from "../../static/js/chat/bytes.js";
import * as epochs from "../../static/js/chat/epoch.js";
import * as files from "../../static/js/chat/file.js";
import * as keys from "../../static/js/chat/keys.js";
import * as wires from "../../static/js/chat/wire.js";

const read = b.fromBase64url;
const show = b.toBase64url;

export function same(one, other, what) {
  const [a, c] = [one, other].map((it) => (it instanceof Uint8Array ? show(it) : JSON.stringify(it)));
  if (a !== c) throw new Error(`${what}: ${String(a).slice(0, 200)} is not ${String(c).slice(0, 200)}`);
}

// --- reading what JSON says ---------------------------------------------------------------------

export const rowFrom = (row) => ({
  keySeq: row.key_seq,
  kind: row.kind,
  x25519Pub: read(row.x25519_pub),
  ed25519Pub: read(row.ed25519_pub),
  selfSig: read(row.self_sig),
  prevSig: row.prev_sig && read(row.prev_sig),
  ikId: read(row.ik_id),
  logHash: read(row.log_hash),
});

export async function personFrom({ user, secret, log }) {
  const [account, rows] = [await keys.account(user, read(secret)), log.map(rowFrom)];
  const checked = await keys.verifyLog(user, rows);
  for (const [at, row] of rows.entries()) {
    same(checked[at].ikId, row.ikId, "ik_id");
    same(checked[at].logHash, row.logHash, "log_hash");
  }
  same(checked.at(-1).ikId, account.ikId, "the head is the account's identity");
  return { account, secret: read(secret), log: checked, rows };
}

export const headerFrom = (h) => ({
  act: h.act,
  conv: h.conversation,
  epoch: h.epoch,
  sender: h.sender,
  device: h.device,
  clientMsgId: h.client_msg_id,
  devSeq: h.dev_seq,
  target: h.target,
  seenSeq: h.seen_seq,
  seenChain: read(h.seen_chain),
});
export const signedFrom = ({ record, sig }) => ({ record: read(record), sig: read(sig) });
export const linkFrom = (row) => ({
  seq: row.seq,
  serverMs: row.server_ms,
  wireHash: read(row.wire_hash),
  chain: read(row.chain),
  header: row.header && headerFrom(row.header),
});
export const wrapFrom = ({ salt, nonce, ct, commit }) => ({
  salt: read(salt), nonce: read(nonce), ct: read(ct), commit: read(commit),
});
export const vaultFrom = ({ version, nonce, ct }) => ({ version, nonce: read(nonce), ct: read(ct) });

/** The content of a file that only its length describes. */
export const pattern = (size) => Uint8Array.from({ length: size }, (_, i) => i * 131 + (i >> 10) * 7);

/** What opens an epoch of the package for one of the two. */
export const expectedEpoch = (epoch, reader, other) => ({
  conv: epoch.conversation,
  epoch: epoch.epoch,
  previousHash: read(epoch.previous_hash),
  identities: [...reader.log, ...other.log],
  account: reader.account,
});

// --- opening all of a package ---------------------------------------------------------------------

async function checkTimeline(rows, conv, ek) {
  for (const row of rows) {
    if (!row.wire) {
      same(await wires.noticeHash(conv, row.notice.kind, row.notice.ref), read(row.wire_hash), "notice");
      continue;
    }
    const wire = read(row.wire);
    const opened = await wires.open(wire, headerFrom(row.header), ek);
    same(await wires.wireHash(wire), read(row.wire_hash), "wire_hash");
    same(opened.kf, read(row.kf), "kf");
    same(await b.sha256(opened.p), read(row.payload_sha256), "payload");
    if (row.body !== undefined) same(opened.payload.body, row.body, "body");
    same(await wires.isOpening(wire.subarray(0, 135), opened.p, opened.kf), true, "opening");
  }
  const { found } = await wires.follow(await wires.markBefore(conv, 0), rows.map(linkFrom));
  same(found, [], "an honest history");
}

async function checkFile({ size, fk, header, root, blob_sha256 }) {
  const plain = pattern(size);
  const file = await files.openHeader(read(fk), read(header));
  const parts = [file.header];
  const count = files.chunkCount(size);
  for (let i = 0; i < count; i++) {
    const chunk = plain.subarray(i * files.CHUNK, (i + 1) * files.CHUNK);
    parts.push(await files.sealChunk(file, i, i === count - 1, chunk));
  }
  const blob = b.concat(...parts);
  same(await b.sha256(blob), read(blob_sha256), "blob");
  const opened = await files.openFile(blob, { fk: read(fk), root: read(root), size });
  same(b.equal(opened, plain), true, "content");
}

export async function check(pack) {
  const [ana, ben] = [await personFrom(pack.people.ana), await personFrom(pack.people.ben)];
  const { epoch } = pack;
  const ek = read(epoch.ek);
  for (const [reader, other] of [[ana, ben], [ben, ana]]) {
    const opened = await epochs.openEpoch(signedFrom(epoch), expectedEpoch(epoch, reader, other));
    same(opened.ek, ek, "ek");
    same(opened.recordHash, read(epoch.record_hash), "record_hash");
    same([opened.creator, opened.createdMs], [ana.account.user, epoch.created_ms], "creator");
  }
  await checkTimeline(pack.timeline, epoch.conversation, ek);
  for (const file of pack.files) await checkFile(file);
  for (const wrap of pack.wraps) {
    const secret = wrap.kind === "device" ? await b.hkdfKey(read(wrap.secret)) : read(wrap.secret);
    same(await keys.openWrap(wrap.kind, secret, ana.account, wrapFrom(wrap)), ana.secret, wrap.kind);
  }
  same(await keys.readCode(pack.code.text), read(pack.code.secret), "code");
  same(await keys.showCode(read(pack.code.secret)), pack.code.text, "code");
  const vault = await keys.openVault(ana.account, vaultFrom(pack.vault), pack.vault.version);
  same(vault, pack.vault.content, "vault");
  const to = { conv: epoch.conversation, epoch: epoch.epoch, from: ben.account, account: ana.account };
  same(await epochs.openReshare(signedFrom(pack.reshare), to), ek, "reshare");
  same(await keys.safetyNumber(ana.account, ben.account), pack.safety_number, "safety number");
}

// --- making one -----------------------------------------------------------------------------------

const below = (n) => Math.floor(Math.random() * n);
const oneOf = (list) => list[below(list.length)];
function someId() {
  const bytes = b.random(8);
  bytes[0] &= 0x7f;
  return b.idText(bytes);
}
function someText() {
  const letter = () => oneOf(["a", "é", "\u2028", "\"", "\\", "\u0000", "\ud83d\ude00", "Ω", "\n", "</p>", "\u007f"]);
  return Array.from({ length: 2 ** below(12) }, letter).join("");
}

async function makePerson(user) {
  let secret = keys.newSecret();
  let account = await keys.account(user, secret);
  const log = [await keys.makeEntry(account, keys.FIRST)];
  for (let more = below(3); more > 0; more--) {
    const previous = account;
    secret = keys.newSecret();
    account = await keys.account(user, secret);
    log.push(await keys.makeEntry(account, oneOf([keys.ROTATED, keys.RESET]), log.at(-1), previous));
  }
  const rows = log.map((row) => ({
    key_seq: row.keySeq, kind: row.kind, ik_id: show(row.ikId), x25519_pub: show(row.x25519Pub),
    ed25519_pub: show(row.ed25519Pub), self_sig: show(row.selfSig), prev_sig: row.prevSig && show(row.prevSig),
    log_hash: show(row.logHash),
  }));
  return { account, secret, json: { user, secret: show(secret), log: rows } };
}

async function someFile() {
  const size = oneOf([0, 1, below(5000), files.CHUNK, files.CHUNK + below(files.CHUNK)]);
  const { blob, fk, root } = await files.sealFile(pattern(size));
  const header = show(blob.subarray(0, files.HEADER));
  return { size, fk: show(fk), header, root: show(root), blob_sha256: show(await b.sha256(blob)) };
}

function someAttachment({ fk, root, size }) {
  return { id: someId(), name: "Beleg – März.pdf", mime: "application/pdf", size, fk, root, w: 3, thumb: "AAAA" };
}

async function makeTimeline(people, epoch, conv, ek, files) {
  const devices = people.map(() => ({ device: someId(), devSeq: 0 }));
  const rows = [];
  let chain = await wires.chainStart(conv);
  for (let seq = 1; seq <= 20; seq++) {
    const row = { seq, server_ms: 1795000000000 + seq * 7 };
    let wireHash;
    if (below(8) === 0) {
      row.notice = { kind: below(256), ref: someId() };
      wireHash = await wires.noticeHash(conv, row.notice.kind, row.notice.ref);
    } else {
      const who = below(2);
      const act = oneOf([wires.MESSAGE, wires.MESSAGE, wires.EDIT, wires.DELETE]);
      const header = {
        act, conv, epoch, sender: people[who].account.user, device: devices[who].device,
        clientMsgId: show(b.random(16)), devSeq: ++devices[who].devSeq, target: act && 1 + below(2 ** 50),
        seenSeq: seq - 1, seenChain: chain,
      };
      const payload = { t: "text", body: act === wires.DELETE ? "" : someText() };
      if (act === wires.MESSAGE && below(2)) payload.re = show(b.random(16));
      if (act === wires.MESSAGE && below(2)) payload.att = files.map(someAttachment);
      const { wire, kf, p } = await wires.seal(header, payload, ek);
      wireHash = await wires.wireHash(wire);
      row.header = {
        act, conversation: conv, epoch, sender: header.sender, device: header.device,
        client_msg_id: header.clientMsgId, dev_seq: header.devSeq, target: header.target,
        seen_seq: header.seenSeq, seen_chain: show(chain),
      };
      Object.assign(row, { body: payload.body, wire: show(wire), kf: show(kf), payload_sha256: show(await b.sha256(p)) });
    }
    chain = await wires.chainNext(chain, seq, row.server_ms, wireHash);
    rows.push({ ...row, wire_hash: show(wireHash), chain: show(chain) });
  }
  return rows;
}

async function makeWraps({ account, secret }) {
  const wraps = [];
  for (const kind of Object.keys(keys.WRAPS)) {
    const own = b.random({ passkey: 32, device: 64 }[kind] ?? 20);
    const { salt, nonce, ct, commit } = await keys.sealWrap(kind, own, account, secret);
    wraps.push({ kind, secret: show(own), salt: show(salt), nonce: show(nonce), ct: show(ct), commit: show(commit) });
  }
  return wraps;
}

export async function make() {
  const [ana, ben] = [await makePerson(someId()), await makePerson(someId())];
  const conv = someId();
  const previousHash = oneOf([epochs.FIRST_PREVIOUS, b.random(32)]);
  const place = { conv, epoch: previousHash === epochs.FIRST_PREVIOUS ? 1 : 2, previousHash, createdMs: Date.now() };
  const members = [ben.account, ana.account];
  const { record, sig, recordHash, ek } = await epochs.makeEpoch({ ...place, creator: ana.account, members });
  const own = [await someFile(), await someFile()];
  const { secret, code } = await keys.newCode();
  const content = { note: someText(), pins: [1, null, true] };
  const { version, nonce, ct } = await keys.sealVault(ana.account, 7, content);
  const reshare = await epochs.makeReshare({ ...place, from: ben.account, to: ana.account }, ek);
  return {
    people: { ana: ana.json, ben: ben.json },
    epoch: {
      conversation: conv, epoch: place.epoch, previous_hash: show(previousHash), created_ms: place.createdMs,
      record: show(record), sig: show(sig), record_hash: show(recordHash), ek: show(ek),
    },
    timeline: await makeTimeline([ana, ben], place.epoch, conv, ek, own),
    files: own,
    wraps: await makeWraps(ana),
    code: { secret: show(secret), text: code },
    vault: { version, nonce: show(nonce), ct: show(ct), content },
    reshare: { record: show(reshare.record), sig: show(reshare.sig) },
    safety_number: await keys.safetyNumber(ana.account, ben.account),
  };
}

if (globalThis.process && process.argv[1] === import.meta.filename) {
  const { readFileSync, writeSync } = await import("node:fs");
  await check(JSON.parse(readFileSync(0, "utf8")));
  const bytes = b.utf8(JSON.stringify(await make()));
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}
