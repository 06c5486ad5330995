// What waits to be sent: one message at a time, and none that can never go holds up those behind it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newStore, serve } from "./pretend.js";
import { fromBase64url, random } from "../../../static/js/chat/bytes.js";
import * as keys from "../../../static/js/chat/keys.js";
import { LIMITS, MESSAGE, chainStart, open, parseHead } from "../../../static/js/chat/wire.js";

const { Outbox } = await import("../../../static/js/chat/outbox.js"); // after what it finds around it
const [ANA, BEN, CONV, DEVICE] = ["0000000000001", "0000000000002", "0000000000009", "0000000000008"];
const text = (body) => ({ t: "text", body });

/** An open conversation: what its page shows as waiting, by the order in which it was written. */
async function conversation(answers = {}) {
  const [ek, store] = [random(32), newStore(ANA)];
  const own = { ...(await keys.account(ANA, keys.newSecret())), device: DEVICE };
  const shown = new Map();
  const standing = {
    now: async () => ({ mark: { seq: 0, chain: await chainStart(CONV) } }),
    began: () => {},
    swap: async () => {},
    lookAgain: async () => {},
  };
  const pending = {
    show: (item) => shown.set(item.name, structuredClone(item)),
    remove: (item) => shown.delete(item.name),
  };
  const asked = serve({ "POST /send_message": () => [201, "<p>stored</p>"], ...answers });
  const outbox = new Outbox({ store, own, writing: async () => ({ number: 1, ek }) }, { conv: CONV, peer: BEN, standing, pending, note: () => {} });
  /** What went out, as the other side reads it. */
  const sent = () => Promise.all(asked.map(async ([, body]) => {
    const wire = fromBase64url(body.text);
    const { payload } = await open(wire, { conv: CONV, sender: ANA, epoch: 1, act: MESSAGE, target: 0 }, ek);
    return [payload.body, parseHead(wire).devSeq];
  }));
  return { outbox, sent, asked, waiting: () => [...shown.values()] };
}

test("a text that is too long to be sealed stands as not sent, and what was written after it goes", { timeout: 20_000 }, async () => {
  const { outbox, sent, waiting } = await conversation();
  const long = "a".repeat(LIMITS.text + 1);
  await outbox.add(text(long));
  await outbox.add(text("Behind it."));
  await outbox.add(text("And behind that."));
  await outbox.run();
  assert.deepEqual(await sent(), [["Behind it.", 1], ["And behind that.", 2]], "no number is used up");
  const [left, ...others] = waiting();
  assert.deepEqual([left.failed, left.payload.body, others.length], ["That is too much for one message.", long, 0]);
  assert.equal((await outbox.waiting()).length, 1, "it is kept until its author decides");

  await outbox.retry(left);
  await outbox.run();
  assert.equal(waiting()[0].failed, "That is too much for one message.", "trying again does not shorten it");
  await outbox.add(text("Still not in the way."));
  await outbox.run();
  assert.deepEqual((await sent()).at(-1), ["Still not in the way.", 3]);
  await outbox.drop(waiting()[0]);
  assert.deepEqual([waiting(), await outbox.waiting()], [[], []]);
});

test("what the server refuses for good stands as not sent as well, in its words", { timeout: 20_000 }, async () => {
  let isClosed = true;
  const { outbox, sent, waiting } = await conversation({
    "POST /send_message": () => (isClosed ? [413, { error: "size", words: "That is too large." }] : [201, "<p>stored</p>"]),
  });
  await outbox.add(text("Refused."));
  await outbox.run();
  assert.equal(waiting()[0].failed, "That is too large.");
  isClosed = false;
  await outbox.add(text("Taken."));
  await outbox.run();
  assert.deepEqual((await sent()).map(([, devSeq]) => devSeq), [1, 1], "the number of what was refused is used by the next");
  assert.equal(waiting().length, 1);
});

test("what may pass waits in its place, with the same bytes, and goes before what is behind it", { timeout: 20_000 }, async () => {
  let isDown = true;
  const { outbox, sent, asked, waiting } = await conversation({
    "POST /send_message": () => (isDown ? [503, {}] : [201, "<p>stored</p>"]),
  });
  await outbox.add(text("First."));
  await outbox.add(text("Second."));
  await outbox.run();
  assert.deepEqual([waiting().length, waiting().filter(({ failed }) => failed).length], [2, 0]);
  isDown = false;
  await outbox.run();
  clearTimeout(outbox.timer);
  const wires = asked.map(([, body]) => body.text);
  assert.deepEqual(new Set(wires.slice(0, -1)).size, 1, "sealed once, however often it is tried");
  assert.deepEqual((await sent()).slice(-2), [["First.", 1], ["Second.", 2]]);
  assert.deepEqual(waiting(), []);
});
