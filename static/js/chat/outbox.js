// What was written and is not stored yet. One message at a time for each conversation; its bytes
// stay the same until there is a final answer, so trying again can never send it twice.
import { random, toBase64url } from "./bytes.js";
import { offerPush } from "./push.js";
import { mayPass, call } from "./server.js";
import { getSealed, putSealed } from "./store.js";
import { isFull, wordsFor } from "./trouble.js";
import { DELETE, MESSAGE, seal } from "./wire.js";

const WAIT_MS = [1000, 2000, 5000, 10_000, 30_000];

export class Outbox {
  /** `pane` tells where the conversation stands and shows what becomes of a message. */
  constructor(keyring, pane) {
    Object.assign(this, { keyring, pane, store: keyring.store, own: keyring.own, tries: 0 });
    addEventListener("online", () => this.run());
  }

  /** Those of this conversation, the oldest first. */
  async waiting() {
    const items = (await this.#names()).map((name) => getSealed(this.store, this.own, "outbox", name));
    return (await Promise.all(items)).filter(Boolean); // not those of a key that was lost
  }

  /** Done once it is kept. The order is a counter's: clocks are put right, and put wrong. */
  async add(payload, act = MESSAGE, target = 0) {
    const item = { id: toBase64url(random(16)), act, target, payload, wire: null };
    await navigator.locks.request(`footing-outbox-${this.pane.conv}`, async () => {
      const orders = (await this.#names()).map((name) => Number(name.split("/")[1]));
      const order = String(Math.max(0, ...orders) + 1).padStart(15, "0");
      item.name = `${this.pane.conv}/${order}/${toBase64url(random(4))}`;
      await putSealed(this.store, this.own, "outbox", item.name, item);
    });
    this.pane.showPending(item);
    this.run();
  }

  async #names() {
    return (await this.store.keys("outbox")).filter((name) => name.startsWith(`${this.pane.conv}/`)).sort();
  }

  async drop(item) {
    await this.store.drop("outbox", item.name);
    this.pane.removePending(item);
  }

  /** Sends what waits; a second page of the same browser waits its turn. */
  run() {
    clearTimeout(this.timer);
    const sending = navigator.locks.request(`footing-send-${this.pane.conv}`, async () => {
      for (let items = await this.waiting(); items.length > 0; items = await this.waiting()) {
        if (!(await this.deliver(items.find((item) => !item.failed)))) return;
      }
    });
    return sending.catch((error) => {
      this.pane.note(wordsFor(error)); // what waits is still there
      this.#later();
    });
  }

  #later(seconds) {
    clearTimeout(this.timer);
    const wait = seconds ? seconds * 1000 : WAIT_MS[Math.min(this.tries++, WAIT_MS.length - 1)];
    this.timer = setTimeout(() => this.run(), wait);
  }

  /** True when the next may go. */
  async deliver(item) {
    if (!item) return false;
    try {
      if (!item.wire) await this.sealed(item);
      const blobs = item.act === MESSAGE ? (item.payload.att ?? []).map(({ id }) => id) : [];
      const body = { sender: this.own.user, receiver: this.pane.peer, text: item.wire, blobs };
      const markup = await call("POST", "/send_message", body, "text/html");
      await this.store.put("values", `dev-${this.pane.conv}`, item.devSeq);
      await this.pane.swap(markup);
      await this.drop(item);
      this.tries = 0;
      offerPush();
      return true;
    } catch (error) {
      return this.failed(item, error);
    }
  }

  async sealed(item) {
    const { conv, peer } = this.pane;
    const standing = await this.pane.standing();
    const { mark } = standing;
    const epoch = await this.keyring.writing(conv, peer, standing);
    this.pane.began(epoch.number, mark);
    item.devSeq = ((await this.store.get("values", `dev-${conv}`)) ?? 0) + 1;
    const header = {
      act: item.act, conv, epoch: epoch.number, sender: this.own.user, device: this.own.device,
      clientMsgId: item.id, devSeq: item.devSeq, target: item.target, seenSeq: mark.seq, seenChain: mark.chain,
    };
    const payload = item.act === DELETE ? { t: "text", body: "" } : item.payload;
    const { wire } = await seal(header, payload, epoch.ek);
    item.wire = toBase64url(wire);
    await putSealed(this.store, this.own, "outbox", item.name, item);
  }

  /** Seals again where that helps, waits where time does, and otherwise says that it was not sent. */
  async failed(item, error) {
    const again = async (change) => {
      item.wire = null;
      item.resealed = (item.resealed ?? 0) + 1;
      if (item.resealed > 5) return this.giveUp(item, error);
      await change();
      await putSealed(this.store, this.own, "outbox", item.name, item);
      return true;
    };
    // "header" is also said to a browser whose key was changed in another one
    if (["stale_epoch", "chain_mismatch", "header"].includes(error.code)) return again(() => this.pane.lookAgain());
    if (error.code === "dev_seq") {
      return again(() => this.store.put("values", `dev-${this.pane.conv}`, error.dev_seq - 1));
    }
    if (["accept", "foreign", "removed"].includes(error.code)) {
      this.pane.peerKey.stopped(error.code);
      return false;
    }
    if (!mayPass(error) || error.name === "ChatError") return this.giveUp(item, error);
    if (isFull(error)) this.pane.note(wordsFor(error));
    this.#later(error.after);
    return false;
  }

  async giveUp(item, error) {
    if (item.act !== MESSAGE) {
      await this.drop(item); // the message stands as it was
      this.pane.note(`The change was not made. ${wordsFor(error)}`);
      return true;
    }
    item.failed = wordsFor(error);
    item.wire = null;
    await putSealed(this.store, this.own, "outbox", item.name, item);
    this.pane.showPending(item);
    return true;
  }

  async retry(item) {
    await putSealed(this.store, this.own, "outbox", item.name, { ...item, failed: null, resealed: 0 });
    this.pane.showPending({ ...item, failed: null });
    this.run();
  }
}
