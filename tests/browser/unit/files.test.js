// Files as they are named, told apart and sealed in stretches; no browser needed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, equal, toBase64url } from "../../../static/js/chat/bytes.js";
import * as files from "../../../static/js/chat/file.js";
import { lengthWords } from "../../../static/js/chat/recording.js";
import { sizeWords } from "../../../static/js/chat/when.js";

const source = (bytes) => ({
  size: bytes.length,
  hashes: [],
  plain: async (i) => bytes.slice(i * files.CHUNK, (i + 1) * files.CHUNK),
});
const pattern = (length) => Uint8Array.from({ length }, (_, i) => i % 251);

test("a file sealed in stretches is one sealed file, in whatever order they are asked for", async () => {
  for (const size of [0, 1, files.CHUNK, files.CHUNK + 1, 2 * files.CHUNK + 5]) {
    const plain = pattern(size);
    const about = source(plain);
    const sealed = await files.newFile();
    const all = files.sealedSize(size);
    const ends = [0, 10, 64, 65, Math.floor(all / 2), all - 3, all].filter((end) => end <= all).sort((a, b) => a - b);
    const parts = [];
    for (let n = ends.length - 2; n >= 0; n--) parts.unshift(await files.sealStretch(sealed, about, ends[n], ends[n + 1]));
    const again = await files.sealStretch(sealed, about, ends[1], ends[2]);
    assert.ok(equal(again, parts[1]), "a stretch is the same each time");
    const blob = concat(...parts);
    assert.equal(blob.length, all);
    const root = await files.rootOf(about.hashes);
    assert.ok(equal(await files.openFile(blob, { fk: sealed.fk, root, size }), plain), `${size}`);
  }
});

test("a file that changes while it is sent is not sealed a second time under its key", async () => {
  const plain = pattern(100);
  const about = source(plain);
  const sealed = await files.newFile();
  await files.sealStretch(sealed, about, 0, 100);
  plain[50] ^= 1;
  await assert.rejects(files.sealStretch(sealed, about, 100, 180), ({ code }) => code === "changed");
});

test("a name promises a type, and what is saved has a true and harmless one", () => {
  for (const [name, type] of [["a.JPG", "image/jpeg"], ["a.b.pdf", "application/pdf"], ["x.m4a", "audio/mp4"], ["x.webm", "video/webm"]]) {
    assert.equal(files.promisedBy(name), type);
    assert.ok(files.nameFits(name, type));
  }
  for (const name of ["a.exe", "pdf", ".pdfx", "a.pdf.exe", "a."]) assert.equal(files.promisedBy(name), undefined, name);
  for (const [name, type, saved] of [
    ["bill.pdf", "application/pdf", "bill.pdf"],
    ["bill.pdf.exe", "application/pdf", "bill.pdf.exe.pdf"],
    ["../../etc/passwd", "image/png", "_.._etc_passwd.png"],
    ["cod\u202efdp.exe", "application/pdf", "cod_fdp.exe.pdf"],
    ["a\u0000b\nc.png", "image/png", "a_b_c.png"],
    ["...", "image/gif", "file.gif"],
  ]) {
    assert.equal(files.safeName(name, type), saved);
  }
  assert.ok(files.safeName(`${"x".repeat(400)}.pdf`, "application/pdf").length <= 210);
});

test("sizes are said as people say them", () => {
  const said = [0, 999, 1024, 219_000, 1_900_000, 50 * files.CHUNK].map(sizeWords);
  assert.deepEqual(said, ["0 bytes", "999 bytes", "1 KB", "214 KB", "1.8 MB", "50.0 MB"]);
  assert.equal(files.wordOf("application/pdf"), "PDF");
  assert.equal(toBase64url(pattern(3)), "AAEC");
});

test("how long a recording lasts is said as clocks do", () => {
  assert.deepEqual([0, 7, 67, 600, 3723].map(lengthWords), ["0:00", "0:07", "1:07", "10:00", "1:02:03"]);
});

const bytes = (text) => Buffer.from(text, "latin1");
const judged = (content, name) => files.judge(content.subarray(0, 64), [content], name);
const ZIP = bytes("PK\x03\x04\x14\0\0\0");

test("texts are told by their ending and their content, office files by theirs and that of a ZIP", async () => {
  const euros = Buffer.from("Datum;Betrag €\r\n1.3.;5\r\n");
  for (const [name, content, type] of [
    ["bank.csv", euros, "text/csv"],
    ["bank.CSV", bytes("Datum;Betrag \x80\r\n"), "text/csv"], // Windows-1252
    ["notes.txt", Buffer.from("\ufeffJust words"), "text/plain"],
    ["bank.ofx", bytes("OFXHEADER:100\r\n"), "application/x-ofx"],
    ["bank.qif", bytes("!Type:Bank\r\n"), "application/x-qif"],
    ["ids.csv", bytes("ID3,Name\r\n"), "text/csv"],
    ["books.xlsx", ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    ["letter.docx", ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["books.ods", ZIP, "application/vnd.oasis.opendocument.spreadsheet"],
    ["letter.odt", ZIP, "application/vnd.oasis.opendocument.text"],
    ["all.zip", ZIP, "application/zip"],
  ]) {
    assert.equal(await judged(content, name), type, name);
    assert.ok(files.nameFits(name, type), name);
    assert.ok(await files.isOf(type, [content]), `${name} as it comes`);
    assert.equal(files.safeName(name, type), name);
  }
});

test("what only calls itself a text or an office file is none", async () => {
  for (const [name, content] of [
    ["a.csv", bytes("a;b\0c")],
    ["a.csv", Buffer.from("a;b", "utf16le")],
    ["a.txt", bytes("Caf\xe9 \x81")], // neither UTF-8 nor Windows-1252
    ["a.csv", bytes("%PDF-1.7")],
    ["a.xlsx", bytes("plain words")],
    ["a.exe", bytes("plain words")],
    ["a.html", bytes("<p>words")],
    ["a", bytes("plain words")],
  ]) {
    const type = await judged(content, name);
    assert.ok(type === null || !files.nameFits(name, type), `${name}: ${type}`);
  }
  assert.equal(await judged(ZIP, "a.jar"), "application/zip", "a ZIP under a name that is none of ours");
  assert.ok(!files.nameFits("a.jar", "application/zip"));
  for (const type of ["text/csv", "application/zip", "application/vnd.oasis.opendocument.text"]) {
    assert.ok(!(await files.isOf(type, [bytes("MZ\0")])), type);
  }
});

test("a letter that two pieces of a text share is one letter, and a cut one is none", () => {
  const [first, second] = [Uint8Array.of(0x61, 0xe2, 0x82), Uint8Array.of(0xac, 0x81 - 1)];
  const whole = new files.TextTest();
  assert.ok(whole.take(first) && whole.take(second.subarray(0, 1)) && whole.end());
  const other = new files.TextTest();
  other.take(Uint8Array.of(0xc3, 0x81)); // valid only as UTF-8
  other.take(Uint8Array.of(0xe2));
  assert.ok(!other.end());
});
