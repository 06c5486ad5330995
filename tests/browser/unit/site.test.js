// The journeys' own tools: codes, letters, the sign-ins of the demo, the mail catcher.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { catchMail } from "../../services/mail-catcher.js";
import { signIns, totp, words } from "../site.js";

test("a code is the one RFC 6238 gives for its moment", () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // "12345678901234567890"
  for (const [second, code] of [[59, "287082"], [1111111109, "081804"], [20000000000, "353130"]]) {
    assert.equal(totp(secret, second * 1000), code);
  }
});

test("a letter of two parts is read in spite of its transfer coding", () => {
  const letter = [
    "To: ana@example.org",
    'Content-Type: multipart/alternative;',
    ' boundary="b1"',
    "",
    "--b1",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Open http://127.0.0.1/verify/abc=",
    "def?x=3D1 =E2=80=93 soon",
    "--b1",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from("<p>the same</p>").toString("base64"),
    "--b1--",
    "",
  ].join("\r\n");
  assert.match(words(letter), /http:\/\/127\.0\.0\.1\/verify\/abcdef\?x=1 – soon/);
  assert.match(words(letter), /<p>the same<\/p>/);
});

test("the demo's sign-ins are found in a table and in paragraphs", () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  const people = {
    client: { email: "ana@demo.test", password: "seven blue herons at dawn" },
    accountant: { email: "ben@demo.test", password: "four grey geese at noon" },
    admin: { email: "root@demo.test", password: "one white owl at night", secret },
  };
  const table = `60 accountants
client      ana@demo.test   seven blue herons at dawn
accountant  ben@demo.test   four grey geese at noon
admin       root@demo.test  one white owl at night     TOTP ${secret}`;
  assert.deepEqual(signIns(table), people);
  const paragraphs = `Client
  e-mail: ana@demo.test
  password: seven blue herons at dawn
Accountant:
  e-mail: ben@demo.test
  password: four grey geese at noon
Admin
  e-mail: root@demo.test
  password: one white owl at night
  secret: ${secret}`;
  assert.deepEqual(signIns(paragraphs), people);
});

test("the catcher keeps each letter it is sent as one file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "footing-letters-"));
  const catcher = await catchMail(folder);
  try {
    await deliver(new URL(catcher.url), "ana@example.org", "Subject: Hello\r\n\r\nOpen http://127.0.0.1/verify/t1.");
    const [file, ...others] = readdirSync(folder);
    assert.deepEqual(others, []);
    const letter = readFileSync(join(folder, file), "utf8");
    assert.match(letter, /^Delivered-To: ana@example\.org\r\nSubject: Hello\r\n\r\nOpen http/);
  } finally {
    await catcher.stop();
    rmSync(folder, { recursive: true });
  }
});

/** Speaks SMTP by hand: one letter to one address. */
async function deliver({ hostname, port }, to, letter) {
  const socket = connect(Number(port), hostname);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async (code) => {
    for (;;) {
      const { value } = await lines.next();
      if (value?.[3] === "-") continue;
      assert.ok(value?.startsWith(code), `${value} instead of ${code}`);
      return;
    }
  };
  await answer("220");
  for (const [say, code] of [
    ["EHLO localhost", "250"],
    ["MAIL FROM:<no-reply@localhost>", "250"],
    [`RCPT TO:<${to}>`, "250"],
    ["DATA", "354"],
    [`${letter}\r\n.`, "250"],
    ["QUIT", "221"],
  ]) {
    socket.write(`${say}\r\n`);
    await answer(code);
  }
  socket.end();
}
