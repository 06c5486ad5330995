// The keys of the conversations on a page: logs checked against what was seen before, epochs opened
// and kept, messages opened with them.
import { equal, fromBase64url, sha256, toBase64url } from "./bytes.js";
import { FIRST_PREVIOUS, makeEpoch, openEpoch, parseEpoch } from "./epoch.js";
import { RESET, verifyLog } from "./keys.js";
import { Refused, call, readLog } from "./server.js";
import { getSealed, putSealed } from "./store.js";
import { changeVault, readVault } from "./vault.js";
import { open } from "./wire.js";

const MONTH_MS = 30 * 86_400_000;
const MOST_IN_EPOCH = 5000;

const written = ({ keySeq, ikId, logHash }) => ({ keySeq, ikId: toBase64url(ikId), logHash: toBase64url(logHash) });
const read = (pin) => pin && { keySeq: pin.keySeq, ikId: fromBase64url(pin.ikId), logHash: fromBase64url(pin.logHash) };

export class Keyring {
  #logs = new Map();
  #epochs = new Map();
  #records = new Map();

  constructor(store, own) {
    Object.assign(this, { store, own });
  }

  /** A person's identities, the current one last: pinned at first sight, and only ever extended. */
  async log(user) {
    if (!this.#logs.has(user)) {
      const fetching = this.#fetchLog(user);
      this.#logs.set(user, fetching);
      fetching.catch(() => this.#logs.delete(user)); // the network may come back
    }
    return this.#logs.get(user);
  }

  async #fetchLog(user) {
    const rows = readLog(await call("GET", `/messages/keys/${user}`));
    let pin = read(await getSealed(this.store, this.own, "values", `pin-${user}`));
    let log = await verifyLog(user, rows, pin);
    if (user === this.own.user) return Object.assign(log, { isForeign: !equal(log.at(-1).ikId, this.own.ikId) });
    // a key that nobody vouched for waits until it is accepted
    const isAsked = () => log.slice(pin.keySeq + 1).some(({ kind }) => kind === RESET);
    if (!pin || isAsked()) {
      const { pins = {} } = await readVault(this.store, this.own);
      const shared = read(pins[user]); // as another of one's browsers knows it
      if (shared && shared.keySeq >= (pin?.keySeq ?? 0)) {
        log = await verifyLog(user, rows, shared);
        pin = shared;
      }
    }
    const current = log.at(-1);
    const change = !pin || pin.keySeq === current.keySeq ? null : isAsked() ? "reset" : "rotated";
    if (change !== "reset") await this.#keep(user, written(current), !pin || change);
    return Object.assign(log, { change });
  }

  /** From now on this identity is the one that is known, here and in one's other browsers. */
  accept = (user, identity) => this.#keep(user, written(identity), true);

  async #keep(user, pin, isNew) {
    const add = ({ pins, ...rest }) => ({ ...rest, pins: { ...pins, [user]: pin } });
    const unlessFull = (error) => {
      if (error.code !== "limit") throw error;
    };
    if (isNew) await changeVault(this.store, this.own, add).catch(unlessFull);
    await putSealed(this.store, this.own, "values", `pin-${user}`, pin);
  }

  /** Looks again: somebody's key may have changed. */
  forget() {
    this.#logs.clear();
    this.#epochs.clear();
  }

  /** Takes an epoch's record off the page. */
  learn(conv, epoch, record, sig) {
    this.#records.set(`${conv}/${epoch}`, { record: fromBase64url(record), sig: fromBase64url(sig) });
  }

  /** The opened epoch: `{ ek, recordHash, createdMs, members, … }`. */
  async epoch(conv, epoch) {
    const name = `${conv}/${epoch}`;
    if (!this.#epochs.has(name)) {
      const opening = this.#open(conv, epoch);
      this.#epochs.set(name, opening);
      opening.catch(() => this.#epochs.delete(name)); // a record may still come
    }
    return this.#epochs.get(name);
  }

  async #open(conv, epoch) {
    const kept = this.#records.get(`${conv}/${epoch}`);
    if (!kept) throw new Error(`no record of epoch ${epoch}`);
    const fields = parseEpoch(kept.record);
    const logs = {};
    for (const { user } of fields.members) logs[user] = await this.log(user);
    const mine = fields.members.find(({ user }) => user === this.own.user);
    const account = [this.own, ...this.own.earlier].find(({ ikId }) => mine && equal(ikId, mine.ikId));
    if (!account) throw Object.assign(new Error("locked"), { code: "locked" });
    const before = this.#records.get(`${conv}/${epoch - 1}`);
    // one that was made for a key we no longer have cannot be opened, and still comes before
    const previousHash = before ? await sha256(before.record) : fields.previousHash;
    const identities = Object.values(logs).flat();
    return openEpoch(kept, { conv, epoch, previousHash, identities, account });
  }

  /** Whether new messages must not go out under this epoch any more. */
  isOld(epoch, rows, logs) {
    const isNamed = epoch.members.every(({ user, ikId }) => equal(logs[user].at(-1).ikId, ikId));
    return !isNamed || Date.now() - epoch.createdMs > MONTH_MS || rows > MOST_IN_EPOCH;
  }

  /** The epoch to seal under: the current one, or a new one if there is none or it is too old. */
  async writing(conv, peer, current, rows, isStale) {
    const logs = { [peer]: await this.log(peer), [this.own.user]: await this.log(this.own.user) };
    if (logs[peer].change === "reset") throw Object.assign(new Error("accept"), { code: "accept" });
    if (logs[this.own.user].isForeign) throw Object.assign(new Error("foreign"), { code: "foreign" });
    // one made for a key that was lost cannot be opened; the next one still follows it
    const record = this.#records.get(`${conv}/${current}`);
    const before = record && (await this.epoch(conv, current).catch((error) => {
      if (error.code !== "locked") throw error;
      return { isLocked: true };
    }));
    if (before && !before.isLocked && !isStale && !this.isOld(before, rows, logs)) return { number: current, ...before };
    const made = await makeEpoch({
      conv,
      epoch: current + 1,
      creator: this.own,
      members: [logs[peer].at(-1), logs[this.own.user].at(-1)],
      previousHash: record ? await sha256(record.record) : FIRST_PREVIOUS,
      createdMs: Date.now(),
    });
    const body = { record: toBase64url(made.record), sig: toBase64url(made.sig) };
    try {
      await call("POST", `/messages/${conv}/epochs`, body);
      this.learn(conv, current + 1, body.record, body.sig);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409 || !error.record) throw error;
      this.learn(conv, error.epoch, error.record, error.sig); // the other side was first
      return { number: error.epoch, ...(await this.epoch(conv, error.epoch)) };
    }
    return { number: current + 1, ...(await this.epoch(conv, current + 1)) };
  }

  /** Opens a row of a page: `{ conversation, sender, epoch, act, target, ct }` as its attributes say. */
  async open({ conversation, sender, epoch, act, target, ct }) {
    const { ek } = await this.epoch(conversation, epoch);
    return open(fromBase64url(ct), { conv: conversation, sender, epoch, act, target }, ek);
  }
}
