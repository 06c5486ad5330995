// Which epoch a message is sealed under, and what all browsers of a person share: the rules, with a
// server that is made up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newStore, newVault, serve } from "./pretend.js";
import { equal, toBase64url } from "../../../static/js/chat/bytes.js";
import { FIRST_PREVIOUS, makeEpoch } from "../../../static/js/chat/epoch.js";
import * as keys from "../../../static/js/chat/keys.js";
import { Keyring } from "../../../static/js/chat/keyring.js";
import { writeEntry } from "../../../static/js/chat/server.js";
import { changeVault, readVault } from "../../../static/js/chat/vault.js";

const [ANA, BEN, CY, CONV] = ["0000000000001", "0000000000002", "0000000000003", "0000000000009"];
const DEVICE = "0000000000008";
const DAY_MS = 86_400_000;

/** Somebody with as many keys as they have had, each vouched for by the one before. */
async function person(user, had = 1) {
  const [accounts, rows, lines] = [[], [], []];
  for (let at = 0; at < had; at++) {
    const [before, head] = [accounts.at(-1), rows.at(-1)];
    const account = await keys.account(user, keys.newSecret());
    const row = await keys.makeEntry(account, head ? keys.ROTATED : keys.FIRST, head, before);
    const entry = keys.entryBytes(user, row, head?.logHash ?? new Uint8Array(32));
    accounts.push(account);
    rows.push(row);
    lines.push({ key_seq: at, kind: row.kind, ...writeEntry(entry, row) });
  }
  return { user, accounts, rows, told: { log: lines, devices: [{ id: DEVICE }] } };
}

/** An epoch that `by` makes for the two, with the keys that are named. */
async function epoch(number, by, other, { previous = FIRST_PREVIOUS, agoMs = 0 } = {}) {
  return makeEpoch({ conv: CONV, epoch: number, creator: by, members: [by, other], previousHash: previous, createdMs: Date.now() - agoMs });
}

/** Ana's browser in a conversation with ben. */
async function browser(ana, ben, more = {}) {
  const vault = newVault();
  const asked = serve({
    "GET /messages/keys": () => [200, ana.told],
    [`GET /messages/keys/${BEN}`]: () => [200, ben.told],
    [`POST /messages/${CONV}/epochs`]: () => [201, {}],
    ...vault.answers,
    ...more,
  });
  const own = { ...ana.accounts.at(-1), device: DEVICE, earlier: [] };
  const ring = new Keyring(newStore(ANA), own);
  const learn = (n, { record, sig }) => ring.learn(CONV, n, toBase64url(record), toBase64url(sig));
  const begun = () => asked.filter(([address]) => address.startsWith("POST")).length;
  /** Which epoch a message after row `seq` is sealed under. */
  const writing = async (seq, epochAfter, current = 1, isStale = false) =>
    ring.writing(CONV, BEN, { current, isStale, epochAfter, mark: { seq } });
  return { ring, learn, begun, writing };
}

test("5,000 messages of an epoch begin a new one, and rows from before it are not counted", async () => {
  const [ana, ben] = [await person(ANA), await person(BEN)];
  const first = await epoch(1, ana.accounts[0], ben.accounts[0]);
  for (const before of [0, 3, 7000]) {
    const here = await browser(ana, ben);
    here.learn(1, first);
    const last = await here.writing(before + 4999, before);
    assert.deepEqual([last.number, here.begun()], [1, 0], `${before} before it`);
    assert.ok(equal(last.ek, first.ek));
    const next = await here.writing(before + 5000, before);
    assert.deepEqual([next.number, here.begun()], [2, 1], `${before} before it`);
    assert.ok(!equal(next.ek, first.ek));
    assert.equal((await here.writing(before + 5001, before + 5000, 2)).number, 2, "and that one begins to count anew");
  }
});

test("an epoch of a month, of a replaced key, or that the server calls stale is written under no more", async () => {
  const [ana, ben, rotated] = [await person(ANA), await person(BEN), await person(BEN, 2)];
  const old = await epoch(1, ana.accounts[0], ben.accounts[0], { agoMs: 31 * DAY_MS });
  const young = await epoch(1, ana.accounts[0], ben.accounts[0], { agoMs: 29 * DAY_MS });
  const replaced = await epoch(1, ana.accounts[0], rotated.accounts[0]);
  for (const [what, made, other, isStale, number] of [
    ["of 31 days", old, ben, false, 2], ["of 29 days", young, ben, false, 1], ["stale", young, ben, true, 2],
    ["for the key before", replaced, rotated, false, 2],
  ]) {
    const here = await browser(ana, other);
    here.learn(1, made);
    assert.equal((await here.writing(10, 0, 1, isStale)).number, number, what);
  }
});

test("where the other side began the epoch first, theirs is written under", async () => {
  const [ana, ben] = [await person(ANA), await person(BEN)];
  const first = await epoch(1, ana.accounts[0], ben.accounts[0]);
  const theirs = await epoch(2, ben.accounts[0], ana.accounts[0], { previous: first.recordHash });
  const told = { error: "epoch", epoch: 2, record: toBase64url(theirs.record), sig: toBase64url(theirs.sig) };
  const here = await browser(ana, ben, { [`POST /messages/${CONV}/epochs`]: () => [409, told] });
  here.learn(1, first);
  const won = await here.writing(6000, 0);
  assert.deepEqual([won.number, here.begun()], [2, 1]);
  assert.ok(equal(won.ek, theirs.ek));
});

test("an epoch that goes back to a key that was replaced stays closed", async () => {
  const [ana, ben] = [await person(ANA), await person(BEN, 2)];
  const [before, after] = ben.accounts;
  for (const [first, second, opens] of [[before, after, true], [after, after, true], [after, before, false]]) {
    const here = await browser(ana, ben);
    const one = await epoch(1, ana.accounts[0], first);
    here.learn(1, one);
    here.learn(2, await epoch(2, ana.accounts[0], second, { previous: one.recordHash }));
    const opening = here.ring.epoch(CONV, 2);
    if (opens) await opening;
    else await assert.rejects(opening, /a key that was replaced/);
  }
});

test("where another browser wrote the vault first, it is read again and nothing of either is lost", async () => {
  const own = await keys.account(ANA, keys.newSecret());
  const vault = newVault();
  serve(vault.answers);
  const [phone, desk] = [newStore(ANA), newStore(ANA)];
  const pin = (user) => ({ pins, ...rest }) => ({ ...rest, pins: { ...pins, [user]: { keySeq: 0 } } });
  await changeVault(desk, own, pin(CY));
  // the phone's word comes between what the desk reads and what it writes
  let isFirst = true;
  serve({
    ...vault.answers,
    "PUT /messages/keys/vault": async (body) => {
      if (isFirst) {
        isFirst = false;
        await changeVaultOf(vault, phone, own, (content) => ({ ...pin(DEVICE)(content), verified: { [CY]: true } }));
      }
      return vault.write(body);
    },
  });
  await changeVault(desk, own, pin(BEN));
  const { version, pins, verified } = await readVault(desk, own);
  assert.deepEqual([version, Object.keys(pins).sort(), verified], [3, [BEN, CY, DEVICE].sort(), { [CY]: true }]);
  assert.deepEqual(await readVault(phone, own), await readVault(desk, own));
});

/** Another browser's write, beside the lock that the pages of one browser share. */
async function changeVaultOf(vault, store, own, change) {
  const { version, ...content } = await readVault(store, own);
  const sealed = await keys.sealVault(own, version + 1, change(content));
  const body = { version, ik_id: toBase64url(own.ikId), nonce: toBase64url(sealed.nonce), ct: toBase64url(sealed.ct) };
  assert.equal(vault.write(body)[0], 200);
}

test("a vault whose race is lost time after time is given up, as it was and said so", async () => {
  const own = await keys.account(ANA, keys.newSecret());
  const vault = newVault();
  const store = newStore(ANA);
  serve(vault.answers);
  await changeVault(store, own, () => ({ pins: { [CY]: { keySeq: 0 } } }));
  const kept = structuredClone(vault.kept);
  const asked = serve({ ...vault.answers, "PUT /messages/keys/vault": () => [409, { error: "version" }] });
  await assert.rejects(changeVault(store, own, () => ({})), ({ status }) => status === 409);
  assert.equal(asked.filter(([address]) => address.startsWith("PUT")).length, 5);
  assert.deepEqual(vault.kept, kept);
  // a failure that is no race is not tried again
  const failing = serve({ ...vault.answers, "PUT /messages/keys/vault": () => [500, {}] });
  await assert.rejects(changeVault(store, own, () => ({})), ({ status }) => status === 500);
  assert.equal(failing.filter(([address]) => address.startsWith("PUT")).length, 1);
});
