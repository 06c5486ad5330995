// The message protocol in the browser's scripts: the vectors open, and what breaks a rule is refused.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import * as b from "../../../static/js/chat/bytes.js";
import * as epochs from "../../../static/js/chat/epoch.js";
import * as files from "../../../static/js/chat/file.js";
import * as keys from "../../../static/js/chat/keys.js";
import * as wires from "../../../static/js/chat/wire.js";
import {
  check, expectedEpoch, headerFrom, linkFrom, make, pattern, personFrom, rowFrom, signedFrom,
} from "../exchange.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/chat-v1.json", import.meta.url), "utf8"));
const conv = vectors.epoch.conversation;
const ek = b.fromBase64url(vectors.epoch.ek);
const [ANA, BEN] = [vectors.people.ana.user, vectors.people.ben.user];

const refused = (code) => (error) => {
  assert.equal(error.name, "ChatError", error.stack);
  return code === undefined || assert.equal(error.code, code, error.message) === undefined;
};
const header = async (more = {}) => ({
  act: wires.MESSAGE, conv, epoch: 1, sender: ANA, device: "0000000000001", clientMsgId: b.toBase64url(b.random(16)),
  devSeq: 1, target: 0, seenSeq: 0, seenChain: await wires.chainStart(conv), ...more,
});
const turned = (bytes, at) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
const expectedOf = (wire) => {
  try {
    return wires.parseHead(wire);
  } catch {
    return headerFrom(vectors.timeline[0].header);
  }
};

test("everything in the vectors opens", () => check(vectors));
test("what these scripts seal they also open", async () => check(await make()));

test("a message that breaks a rule is refused though its keys are right", async () => {
  for (const { what, code, wire } of vectors.refused.wires) {
    const bytes = b.fromBase64url(wire);
    await assert.rejects(wires.open(bytes, expectedOf(bytes), ek), refused(code), what);
  }
});

test("a record that breaks a rule is refused though it is signed", async () => {
  const [ana, ben] = [await personFrom(vectors.people.ana), await personFrom(vectors.people.ben)];
  const expected = expectedEpoch(vectors.epoch, ben, ana);
  for (const bad of vectors.refused.epochs) {
    await assert.rejects(epochs.openEpoch(signedFrom(bad), expected), refused(bad.code), bad.what);
  }
});

test("a log that does not hold together is refused", async () => {
  for (const { what, user, rows, pin } of vectors.refused.logs) {
    await assert.rejects(keys.verifyLog(user, rows.map(rowFrom), pin && rowFrom(pin)), refused("unverified"), what);
  }
  const { user, log } = vectors.people.ana;
  const rows = log.map(rowFrom);
  for (const pin of rows) assert.equal((await keys.verifyLog(user, rows, pin)).length, 3);
  await assert.rejects(keys.verifyLog(BEN, rows), refused("unverified"), "another person's log");
});

test("a bit turned anywhere in a message, or its end cut off, hides it", async () => {
  const { wire } = await wires.seal(await header(), { t: "text", body: "Hello" }, ek);
  await wires.open(wire, expectedOf(wire), ek);
  for (let at = 0; at < wire.length; at++) {
    const bad = turned(wire, at);
    await assert.rejects(wires.open(bad, expectedOf(bad), ek), refused(), `byte ${at}`);
    await assert.rejects(wires.open(wire.subarray(0, at), expectedOf(wire), ek), refused(), `cut at ${at}`);
  }
});

test("a message is not shown where it does not belong", async () => {
  const own = await header({ act: wires.EDIT, target: 4 });
  const { wire } = await wires.seal(own, { t: "text", body: "Hello" }, ek);
  const needed = { conv, sender: ANA, epoch: 1, act: wires.EDIT, target: 4 };
  await wires.open(wire, needed, ek);
  const others = {
    act: wires.DELETE, conv: BEN, epoch: 2, sender: BEN, target: 5, device: BEN, devSeq: 2, clientMsgId: "A".repeat(22),
    seenSeq: 1, seenChain: b.zeros(32),
  };
  for (const [name, value] of Object.entries(others)) {
    await assert.rejects(wires.open(wire, { ...needed, [name]: value }, ek), refused("unverified"), name);
  }
  for (const name of Object.keys(needed)) {
    const { [name]: _, ...rest } = needed;
    await assert.rejects(wires.open(wire, rest, ek), refused("unverified"), `${name} is not named`);
  }
  await assert.rejects(wires.open(wire, needed, b.random(32)), refused("unverified"), "another epoch key");
});

test("an opening has a key of 32 bytes and the very text", async () => {
  const { wire, kf, p } = await wires.seal(await header(), { t: "text", body: "Hello" }, ek);
  const head = wire.subarray(0, 135);
  assert.equal(await wires.isOpening(head, p, kf), true);
  assert.equal(await wires.isOpening(head, p, kf.subarray(0, 31)), false);
  assert.equal(await wires.isOpening(head, p, b.concat(kf, b.zeros(1))), false);
  assert.equal(await wires.isOpening(head, turned(p, 3), kf), false);
});

test("what could not be read is not sealed", async () => {
  const seal = async (more, payload) => wires.seal(await header(more), payload, ek);
  const text = { t: "text", body: "a" };
  const file = { id: ANA, name: "a", mime: "image/png", size: 1, fk: b.toBase64url(b.random(32)), root: b.toBase64url(b.random(32)) };
  await assert.rejects(seal({}, { t: "text", body: "a".repeat(16 * 1024 + 1) }), refused("limit"));
  await assert.rejects(seal({}, { ...text, att: Array(11).fill(file) }), refused("limit"));
  await assert.rejects(seal({}, { t: "text", body: "\ud800" }), refused("unverified"));
  for (const bad of [{ mime: "text/html" }, { size: -1 }, { size: 50 * 2 ** 20 + 1 }, { fk: "AA" }, { name: "" }, { id: "x" }, { w: 0.5 }, { thumb: "A".repeat(2049) }, { thumb: "javascript:" }]) {
    await assert.rejects(seal({}, { ...text, att: [{ ...file, ...bad }] }), refused(), JSON.stringify(bad));
  }
  for (const bad of [{ devSeq: 0 }, { epoch: 0 }, { target: 1 }, { act: 3 }, { devSeq: 2 ** 53 }, { seenSeq: -1 }, { act: wires.DELETE, target: 1 }, { conv: "8000000000000" }]) {
    await assert.rejects(seal(bad, text), refused(), JSON.stringify(bad));
  }
  await seal({}, { ...text, att: [file] });
});

test("a timeline that was tampered with is noticed", async () => {
  const links = vectors.timeline.slice(0, 4).map(linkFrom);
  const follow = async (change) => {
    const changed = structuredClone(links);
    change(changed);
    const { found } = await wires.follow(await wires.markBefore(conv, 0), changed);
    return found.map(([seq, word]) => `${seq} ${word}`);
  };
  assert.deepEqual(await follow(() => {}), []);
  assert.ok((await follow((rows) => rows.reverse())).includes("4 hole"));
  assert.deepEqual(await follow((rows) => rows.splice(1, 1)), ["3 hole"]);
  assert.ok((await follow((rows) => (rows[1].serverMs += 1))).includes("2 broken"));
  assert.ok((await follow((rows) => (rows[2].wireHash[0] ^= 1))).includes("3 broken"));
  assert.deepEqual(await follow((rows) => (rows[1].header.devSeq = 1)), ["2 replay"]);
  assert.deepEqual(await follow((rows) => (rows[1].header.devSeq = 3)), ["2 gap"]);
  assert.deepEqual(await follow((rows) => (rows[1].header.seenChain[0] ^= 1)), ["2 histories"]);
  assert.deepEqual(await follow((rows) => (rows[1].header.seenSeq = 9)), ["2 histories"]);
});

test("a history is followed from the middle on, and page after page", async () => {
  const links = vectors.timeline.map(linkFrom);
  const middle = await wires.follow(await wires.markBefore(conv, 3), links.slice(3));
  assert.deepEqual(middle.found, []);
  const first = await wires.follow(await wires.markBefore(conv, 0), links.slice(0, 5));
  const second = await wires.follow(first.mark, links.slice(5));
  assert.deepEqual(second.found, []);
  assert.ok(b.equal(second.mark.chain, middle.mark.chain));
  const again = structuredClone(links[5]);
  again.header.devSeq = 1;
  assert.deepEqual((await wires.follow(first.mark, [again])).found, [[6, "replay"]], "marks outlive a page");
});

test("a file whose chunks are cut, added or swapped is refused", async () => {
  const plain = pattern(2 * files.CHUNK + 5);
  const { blob, fk, root, size } = await files.sealFile(plain);
  assert.ok(b.equal(await files.openFile(blob, { fk, root, size }), plain));
  const cut = (...ends) => blob.subarray(...ends);
  const [h, one, two] = [files.HEADER, ...[0, 1].map((i) => files.chunkRange(size, i)[1])];
  const bad = {
    swapped: [b.concat(cut(0, h), cut(one, two), cut(h, one), cut(two)), { fk, root, size }],
    "one less": [b.concat(cut(0, one), cut(two)), { fk, root, size: size - files.CHUNK }],
    "the last one less": [cut(0, two), { fk, root, size: size - 5 }],
    "one more": [b.concat(cut(0, one), cut(h, one), cut(one)), { fk, root, size: size + files.CHUNK }],
    "a byte less": [cut(0, -1), { fk, root, size }],
    "a second key": [blob, { fk: b.random(32), root, size }],
    "a short key": [blob, { fk: fk.subarray(0, 31), root, size }],
    "another content": [blob, { fk, root: b.random(32), size }],
  };
  for (const [what, [bytes, about]] of Object.entries(bad)) {
    await assert.rejects(files.openFile(bytes, about), refused("unverified"), what);
  }
  for (const at of [...Array(files.HEADER).keys(), h + 9, blob.length - 1]) {
    const bytes = blob.slice();
    bytes[at] ^= 1;
    await assert.rejects(files.openFile(bytes, { fk, root, size }), refused("unverified"), `byte ${at}`);
  }
});

test("a file is what its first bytes say", () => {
  const signs = {
    "image/jpeg": "\xff\xd8\xff\xe0", "image/png": "\x89PNG\r\n\x1a\n", "image/webp": "RIFF\0\0\0\0WEBPVP8 ",
    "image/gif": "GIF89a", "application/pdf": "%PDF-1.7", "audio/mpeg": "ID3\x04", "audio/mp4": "\0\0\0\x20ftypM4A \0",
    "audio/ogg": `OggS${"\0".repeat(24)}OpusHead`, "video/mp4": "\0\0\0\x20ftypisom", "video/webm": "\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm",
  };
  // the others are told by their ending, too: see files.test.js
  const byName = [...files.TYPES].filter((type) => !(type in signs));
  assert.deepEqual(byName.map(files.wordOf).sort(), ["CSV", "DOCX", "ODS", "ODT", "OFX", "QIF", "TXT", "XLSX", "ZIP"]);
  const typeOf = (text) => files.typeOf(Uint8Array.from(text, (one) => one.charCodeAt(0)));
  for (const [type, sign] of Object.entries(signs)) assert.equal(typeOf(sign), type);
  assert.equal(typeOf("\xff\xfb\x90\x00"), "audio/mpeg");
  for (const other of ["", "<svg xmlns=", "<html>", "MZ", "PK\x01\x02", "\0\0\0\x20ftypheic", "\0\0\0\x20ftypqt  ", " %PDF-1.7", "GIF88a"]) {
    assert.equal(typeOf(other), null, other);
  }
});

test("a wrong secret says so, and a foreign wrap opens nothing", async () => {
  const secret = keys.newSecret();
  const [ana, ben] = [await keys.account(ANA, secret), await keys.account(BEN, secret)];
  const { secret: code } = await keys.newCode();
  const wrap = await keys.sealWrap("recovery", code, ana, secret);
  assert.ok(b.equal(await keys.openWrap("recovery", code, ana, wrap), secret));
  await assert.rejects(keys.openWrap("recovery", b.random(20), ana, wrap), refused("secret"));
  await assert.rejects(keys.openWrap("link", code, ana, wrap), refused("secret"));
  await assert.rejects(keys.openWrap("recovery", code, ben, wrap), refused("unverified"));
  await assert.rejects(keys.openWrap("recovery", code, ana, { ...wrap, ct: turned(wrap.ct, 0) }), refused("unverified"));
  const other = await keys.sealWrap("recovery", code, ana, keys.newSecret());
  await assert.rejects(keys.openWrap("recovery", code, ana, other), refused("unverified"), "another account's secret");
});

test("a code is read as people write it, and a slip in it is noticed", async () => {
  const { secret, code } = await keys.newCode();
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
  const sloppy = code.toLowerCase().replaceAll("-", " – ").replaceAll("0", "o").replaceAll("1", "l");
  assert.ok(b.equal(await keys.readCode(sloppy), secret));
  for (const bad of [...vectors.refused.codes, code.slice(1), `${code}0`, (code[0] === "7" ? "8" : "7") + code.slice(1)]) {
    await assert.rejects(keys.readCode(bad), refused("code"), bad);
  }
});

test("an older vault, or one of another version or person, is refused", async () => {
  const [ana, ben] = [await keys.account(ANA, keys.newSecret()), await keys.account(BEN, keys.newSecret())];
  const vault = await keys.sealVault(ana, 4, { pins: [] });
  assert.deepEqual(await keys.openVault(ana, vault, 4), { pins: [] });
  await assert.rejects(keys.openVault(ana, vault, 5), refused("rollback"));
  await assert.rejects(keys.openVault(ana, { ...vault, version: 5 }, 4), refused("unverified"));
  await assert.rejects(keys.openVault(ben, vault), refused("unverified"));
  await assert.rejects(keys.sealVault(ana, 5, "a".repeat(256 * 1024)), refused("limit"));
});

test("low-order points are refused as keys and as encapsulations", async () => {
  const ana = await keys.account(ANA, keys.newSecret());
  const place = { conv, epoch: 1, from: ana };
  for (const text of vectors.refused.points) {
    const point = b.fromBase64url(text);
    const weak = { user: BEN, ikId: b.random(32), x25519Pub: point };
    await assert.rejects(epochs.makeReshare({ ...place, to: weak }, ek), refused("unverified"), text);
    const { record } = await epochs.makeReshare({ ...place, to: ana }, ek);
    record.set(point, 109);
    const signed = { record, sig: await keys.sign(ana, record) };
    await assert.rejects(epochs.openReshare(signed, { ...place, account: ana }), refused("unverified"), text);
  }
});

test("a re-shared key is taken only from whom and for what it says", async () => {
  const [ana, ben, cy] = await Promise.all([ANA, BEN, "0000000000003"].map((user) => keys.account(user, keys.newSecret())));
  const place = { conv, epoch: 1, from: ben };
  const signed = await epochs.makeReshare({ ...place, to: ana }, ek);
  const open = (more, by = signed) => epochs.openReshare(by, { ...place, account: ana, ...more });
  assert.ok(b.equal(await open({}), ek));
  for (const bad of [{ account: cy }, { from: cy }, { conv: BEN }, { epoch: 2 }]) {
    await assert.rejects(open(bad), refused("unverified"));
  }
  await assert.rejects(open({}, { ...signed, sig: await keys.sign(cy, signed.record) }), refused("unverified"));
  const newer = signed.record.with(16, 2);
  await assert.rejects(open({}, { record: newer, sig: await keys.sign(ben, newer) }), refused("newer"));
});

test("private keys cannot be read", async () => {
  const ana = await keys.account(ANA, keys.newSecret());
  for (const name of ["x25519", "ed25519", "storage"]) assert.equal(ana[name].extractable, false, name);
  const { x25519, ed25519 } = await keys.privateKeys(keys.newSecret());
  for (const [name, bytes] of Object.entries({ x25519, ed25519 })) {
    const [algorithm, usages] = keys.algorithm(name);
    assert.equal((await crypto.subtle.importKey("pkcs8", bytes, algorithm, false, usages)).extractable, false);
  }
});

test("ids and base64url have one spelling", () => {
  for (const id of [ANA, "0000000000000", "7ZZZZZZZZZZZZ"]) assert.equal(b.idText(b.idBytes(id)), id);
  for (const bad of ["", "8000000000000", "000000000000", "00000000000000", "000000000000u", "000000000000U", "../../../../x"]) {
    assert.throws(() => b.idBytes(bad), refused("unverified"), bad);
  }
  for (const bad of ["A", "AB", "AA==", "A+", "A/", "AA\n", " AA", null, "AAF"]) {
    assert.throws(() => b.fromBase64url(bad), refused("unverified"), String(bad));
  }
});

test("the scripts of messages stay small, and these eight know no page", () => {
  const folder = new URL("../../../static/js/chat/", import.meta.url);
  const lines = (name) => readFileSync(new URL(name, folder), "utf8").split("\n").length - 1;
  // The plan said 1,500; with devices, files, search, reports, archives, the checks of what the server
  // says, words for every trouble and times as each reader writes them it is this, without a bundler.
  assert.ok(readdirSync(folder).reduce((sum, name) => sum + lines(name), 0) <= 4700);
  for (const name of ["bytes.js", "wire.js", "keys.js", "epoch.js", "file.js", "kinds.js", "links.js", "zip.js"]) {
    const text = readFileSync(new URL(name, folder), "utf8");
    assert.doesNotMatch(text, /\b(document|window|localStorage|indexedDB|innerHTML)[.[]|\b(fetch|eval)\(/, name);
  }
});
