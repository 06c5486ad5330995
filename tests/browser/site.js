// Footing itself under the journeys: the built program, a folder of its own, and its letters.
import { execFileSync, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { catchMail } from "../services/mail-catcher.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
export const program = process.env.FOOTING_BIN ?? join(target, "debug", "footing");

export const sleep = (ms) => new Promise((awake) => setTimeout(awake, ms));

/** Asks until there is an answer; the last thing said is part of the failure. */
export async function until(what, seconds, ask) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`after ${seconds} s still no ${what}`);
    await sleep(100);
  }
}

export async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/**
 * The address of a fresh database where `TEST_DATABASE_URL` names a PostgreSQL (`tests/run` does
 * this for the site tests only); else nothing, and the tables are in the site's folder.
 */
function freshDatabase() {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) return {};
  const url = new URL(server);
  url.pathname = `/journey_${randomBytes(6).toString("hex")}`;
  execFileSync("psql", ["--quiet", server, "--command", `create database ${url.pathname.slice(1)}`]);
  const env = { DATABASE_URL: url.href, FOOTING_SECRET: "known to nobody but this journey" };
  execFileSync(program, ["migrate"], { env: { ...process.env, ...env }, stdio: "pipe" });
  return env;
}

/** Footing on an empty folder, with nothing set: its mails are files in there. */
export function emptySite() {
  return start(({ data, listen }) => ({
    args: ["serve"],
    env: { FOOTING_DATA: data, FOOTING_LISTEN: listen, ...freshDatabase() },
  }));
}

/**
 * Footing with the small world of `footing demo`, its mails sent; `people` holds its three sign-ins.
 * `more` are further variables. Where `DEMO_WORLD` names a world that was made already (`tests/run`
 * does this), it is copied; not for one with a key of Stripe, whose bookings are others.
 */
export async function demoSite(more = {}) {
  const made = process.env.TEST_DATABASE_URL || more.STRIPE_SECRET_KEY ? null : process.env.DEMO_WORLD;
  const site = await start(({ data, listen, mailUrl }) => {
    if (made) cpSync(made, data, { recursive: true });
    return {
      args: ["demo", "--dir", data, "--size", "s", "--serve-at", listen],
      env: { MAIL_URL: mailUrl, ...freshDatabase(), ...more },
      patience: made ? 30 : 300, // portraits are slow to draw in a build for tests
    };
  });
  // The sign-ins may be printed just after the first answer.
  site.people = await until("sign-in of client, accountant and admin in what `demo` printed", 10, () => {
    const people = signIns(site.output());
    return people.client?.code && people.accountant?.code && people.admin && people;
  });
  return site;
}

async function start(how) {
  if (!existsSync(program)) throw new Error(`${program} is missing: cargo build --features test-clock`);
  const folder = mkdtempSync(join(tmpdir(), "footing-journey-"));
  const data = join(folder, "data");
  const catcher = await catchMail(join(folder, "letters"));
  const shift = join(folder, "shift");
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen.replace("127.0.0.1", "localhost")}`; // passkeys need a name
  const { args, env, patience = 30 } = how({ data, listen, mailUrl: catcher.url });

  // What the caller's shell says about a Footing must not reach this one.
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(FOOTING_|VAPID_|DATABASE_URL$|REDIS_URL$|BLOBS_URL$|MAIL_|STRIPE_)/.test(name)),
  );
  const child = spawn(program, args, {
    env: { ...clean, FOOTING_PUBLIC_URL: url, FOOTING_TEST_CLOCK: shift, FOOTING_LOG: "warn", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let failed = null;
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (text) => (output += text));
  child.on("error", (error) => (failed = error));
  const ended = new Promise((gone) => child.once("close", gone));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);

  const site = {
    url,
    /** The folder of its database, secret and files. */
    data,
    output: () => output,
    /** From now on the site's clock is so many minutes ahead. */
    setAhead: (minutes) => writeFileSync(shift, String(minutes * 60_000_000)),
    /** All that the site keeps, logs and mails, as bytes. */
    kept: () => Buffer.concat([Buffer.from(output), ...filesIn(folder).map((file) => readFileSync(file))]),
    mailTo: (address, link) => letterTo([catcher.folder, join(data, "mail")], address, link),
    async stop() {
      child.kill("SIGTERM");
      // A site that does not end within its promised ten seconds is a failure of its own.
      const late = setTimeout(kill, 12_000);
      await ended;
      clearTimeout(late);
      process.removeListener("exit", kill);
      await catcher.stop();
      rmSync(folder, { recursive: true, force: true });
      if (child.signalCode === "SIGKILL") throw new Error("footing did not end on SIGTERM");
    },
  };
  try {
    await until("200 from /readyz", patience, async () => {
      if (failed || child.exitCode !== null) {
        throw new Error(`footing ${args[0]} ended (${failed ?? child.exitCode})`);
      }
      return fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);
    });
  } catch (error) {
    await site.stop().catch(() => {});
    throw new Error(`${error.message}\n${output.slice(-4000)}`);
  }
  return site;
}

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const read = new Set();

/**
 * Waits for the newest letter to somebody that no test has read yet and that holds such a link;
 * `link` is the first of these. Letters about other things may come in between.
 */
async function letterTo(folders, address, wanted = /./) {
  return until(`unread letter to ${address} with a link like ${wanted}`, 30, () => {
    const letters = folders.flatMap((folder) =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .filter((name) => name.endsWith(".eml"))
        .map((name) => join(folder, name))
        .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs),
    );
    for (const file of letters.filter((name) => !read.has(name))) {
      const raw = readFileSync(file, "latin1");
      const head = raw.split(/\r?\n\r?\n/, 1)[0].replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
      const to = head.filter((line) => /^(Delivered-To|To):/i.test(line)).join(" ").toLowerCase();
      if (!to.includes(address.toLowerCase())) continue;
      const text = words(raw);
      const links = [...text.matchAll(/https?:\/\/[^\s"'<>)\]]+/g)].map(([link]) => link.replace(/[.,;]+$/, ""));
      const link = links.find((one) => wanted.test(one));
      if (!link) continue;
      read.add(file);
      return { subject: head.find((line) => /^Subject:/i.test(line))?.slice(9), text, links, link };
    }
    return null;
  });
}

/** The readable text of a letter: its parts one after the other, their transfer coding undone. */
export function words(raw) {
  const at = raw.search(/\r?\n\r?\n/);
  const head = raw.slice(0, at).replace(/\r?\n[ \t]+/g, " ");
  const body = raw.slice(at).replace(/^\r?\n\r?\n/, "");
  const boundary = /^Content-Type:.*boundary="?([^";]+)"?/im.exec(head)?.[1];
  if (boundary) return body.split(`--${boundary}`).slice(1, -1).map((part) => words(part.replace(/^\r?\n/, ""))).join("\n");
  switch (/^Content-Transfer-Encoding:\s*(\S+)/im.exec(head)?.[1]?.toLowerCase()) {
    case "base64":
      return Buffer.from(body, "base64").toString("utf8");
    case "quoted-printable": {
      const joined = body.replace(/=\r?\n/g, "");
      const bytes = joined.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
      return Buffer.from(bytes, "latin1").toString("utf8");
    }
    default:
      return Buffer.from(body, "latin1").toString("utf8");
  }
}

/**
 * The sign-ins that `demo` prints. The layout is free: a role opens a person, then come an address,
 * a password (after the word, or next on the line after two spaces or a tab), a secret in base32.
 */
export function signIns(text) {
  const people = {};
  let person = null;
  for (const line of text.split(/\r?\n/)) {
    const role = /\b(client|accountant|admin)\b/i.exec(line)?.[1].toLowerCase();
    const email = /[\w.+-]+@[\w-]+(\.[\w-]+)*/.exec(line)?.[0];
    // of two with one role the other is the second
    const key = email && people[role]?.email && people[role].email !== email ? "second" : role;
    if (role && (email || /^\W*\w+\W*$/.test(line))) person = people[key] ??= {};
    if (!person) continue;
    if (email) person.email ??= email;
    const named = /password["']?\s*[:=]?\s+["']?([^\t"',]+?)["']?(?=\s{2,}|\t|,|$)/i.exec(line)?.[1];
    const beside = email && line.slice(line.indexOf(email) + email.length).split(/\s{2,}|\t/)[1];
    if (named || beside) person.password ??= (named ?? beside).trim();
    const code = /^\s*(ana|ben)\s+(([0-9A-Z]{4}-){8}[0-9A-Z]{4})\s*$/.exec(line);
    if (code) people[code[1] === "ana" ? "client" : "accountant"].code = code[2];
    const secret = /\b[A-Z2-7]{32}\b/.exec(line)?.[0];
    if (secret) person.secret ??= secret;
  }
  return Object.fromEntries(Object.entries(people).filter(([, one]) => one.email && one.password));
}

/** The code of a moment, as RFC 6238 has it: SHA-1, six digits, thirty seconds. */
export function totp(secret, at = Date.now()) {
  const bits = [...secret.toUpperCase().replace(/[\s=]/g, "")]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(step).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
