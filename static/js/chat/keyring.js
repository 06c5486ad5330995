// The keys of the conversations on a page: logs checked against what was seen before, epochs opened
// and kept, messages opened with them.
import { equal, fromBase64url, need, sha256, toBase64url } from "./bytes.js";
import { FIRST_PREVIOUS, makeEpoch, openEpoch, openReshare, parseEpoch } from "./epoch.js";
import { RESET, verifyLog } from "./keys.js";
import { Refused, call, readLog } from "./server.js";
import { getSealed, putSealed } from "./store.js";
import { passFull } from "./trouble.js";
import { changeVault, readVault } from "./vault.js";
import { open } from "./wire.js";

const MONTH_MS = 30 * 86_400_000;
const MOST_IN_EPOCH = 5000;

const written = ({ keySeq, ikId, logHash }) => ({ keySeq, ikId: toBase64url(ikId), logHash: toBase64url(logHash) });
const read = (pin) => pin && { keySeq: pin.keySeq, ikId: fromBase64url(pin.ikId), logHash: fromBase64url(pin.logHash) };

export class Keyring {
  #held = new Map(); // of each person, the identities that epochs of this page were made for
  #logs = new Map();
  #epochs = new Map();
  #records = new Map();
  changed = () => {}; // a key is another than when the page was opened

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
    const isOwn = user === this.own.user;
    const told = await call("GET", isOwn ? "/messages/keys" : `/messages/keys/${user}`);
    const rows = readLog(told);
    let pin = read(await getSealed(this.store, this.own, "values", `pin-${user}`));
    let log = await verifyLog(user, rows, pin);
    if (isOwn) {
      const isForeign = !equal(log.at(-1).ikId, this.own.ikId);
      const isRemoved = !isForeign && Boolean(this.own.device) && !told.devices.some(({ id }) => id === this.own.device);
      return Object.assign(log, { isForeign, isRemoved });
    }
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
    let change = !pin || pin.keySeq === current.keySeq ? null : isAsked() ? "reset" : "rotated";
    if (change === "reset" && (await this.#hasNothing(user, current))) change = "renewed";
    // what one browser lets pass is no word for one's others
    if (change !== "reset") await this.#keep(user, written(current), !pin || change === "rotated");
    return Object.assign(log, { change });
  }

  /** Whether nothing here was sealed for an earlier key of theirs, and nobody compared numbers. */
  async #hasNothing(user, { ikId }) {
    const held = [...(await this.#kept(user)), ...(this.#held.get(user) ?? [])];
    if (held.some((one) => one !== toBase64url(ikId))) return false;
    const { verified = {} } = await readVault(this.store, this.own);
    return !verified[user];
  }
  #kept = async (user) => (await getSealed(this.store, this.own, "values", `held-${user}`)) ?? [];

  /** An epoch was opened: the server cannot make this browser forget for whom it was made. */
  async #hold(members) {
    for (const { user, ikId } of members) {
      const [one, known] = [toBase64url(ikId), await this.#kept(user)];
      if (user !== this.own.user && !known.includes(one)) await putSealed(this.store, this.own, "values", `held-${user}`, [...known, one]);
    }
  }

  /** From now on this identity is the one that is known, here and in one's other browsers. */
  accept = (user, identity) => this.#keep(user, written(identity), true);

  async #keep(user, pin, isNew) {
    const add = ({ pins, ...rest }) => ({ ...rest, pins: { ...pins, [user]: pin } });
    const unlessFull = (error) => {
      if (error.code !== "limit") throw error;
    };
    if (isNew) await changeVault(this.store, this.own, add).catch(unlessFull);
    const known = await getSealed(this.store, this.own, "values", `pin-${user}`);
    if (known?.logHash === pin.logHash) return;
    await putSealed(this.store, this.own, "values", `pin-${user}`, pin).catch(passFull);
  }

  /** Looks again: somebody's key may have changed. */
  forget() {
    this.#logs.clear();
    this.#epochs.clear();
  }

  /** Takes an epoch's record off the page, and the same key as it was given to a later key of one's own. */
  learn(conv, epoch, record, sig, again) {
    const signed = { record: fromBase64url(record), sig: fromBase64url(sig), again: this.#records.get(`${conv}/${epoch}`)?.again };
    if (again) signed.again = { record: fromBase64url(again.record), sig: fromBase64url(again.sig) };
    this.#records.set(`${conv}/${epoch}`, signed);
    try {
      for (const { user, ikId } of parseEpoch(signed.record).members) {
        this.#held.set(user, (this.#held.get(user) ?? new Set()).add(toBase64url(ikId)));
      }
    } catch {
      // no record: what is sealed under it stays closed, too
    }
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
    const identities = await this.#identities(fields.members);
    const mine = fields.members.find(({ user }) => user === this.own.user);
    const account = [this.own, ...this.own.earlier].find(({ ikId }) => mine && equal(ikId, mine.ikId));
    if (!account) return this.#given(kept, fields, identities);
    const previous = await this.#previous(conv, epoch);
    const index = (one) => identities.findIndex(({ user, ikId }) => user === one.user && equal(ikId, one.ikId));
    const before = previous ? parseEpoch(previous).members : [];
    need(before.every((one, i) => index(one) <= index(fields.members[i])), "an epoch for a key that was replaced");
    const previousHash = previous ? await sha256(previous) : FIRST_PREVIOUS;
    const opened = await openEpoch(kept, { conv, epoch, previousHash, identities, account });
    this.#hold(fields.members).catch(() => {}); // a full store must not hide a message
    return opened;
  }

  /** Those that the members may be named by. A log that lacks one is read anew: a key was changed since. */
  async #identities(members) {
    const identities = [];
    for (const { user, ikId } of members) {
      const isNamed = (log) => log.some((one) => equal(one.ikId, ikId));
      let log = await this.log(user);
      if (!isNamed(log)) {
        if (this.#logs.get(user) && (await this.#logs.get(user)) === log) this.#logs.delete(user);
        log = await this.log(user);
        if (isNamed(log)) this.changed();
      }
      identities.push(...log);
    }
    return identities;
  }

  /** The record before: fetched where the page has none, never what the one after it says of it. */
  async #previous(conv, epoch) {
    if (epoch === 1) return null;
    if (!this.#records.has(`${conv}/${epoch - 1}`)) {
      const { epoch: number, record, sig } = await call("GET", `/messages/${conv}/epochs/${epoch - 1}`);
      if (number === epoch - 1) this.learn(conv, number, record, sig);
    }
    // one that was made for a key we no longer have cannot be opened, and still comes before
    return this.#records.get(`${conv}/${epoch - 1}`).record;
  }

  /** An epoch of a key that was lost: what opens it is what the other side gave again. */
  async #given({ record, again }, fields, identities) {
    for (const from of again ? identities.filter(({ user }) => user !== this.own.user) : []) {
      for (const account of [this.own, ...this.own.earlier]) {
        const ek = await openReshare(again, { conv: fields.conv, epoch: fields.epoch, from, account }).catch(() => null);
        if (ek) return { ...fields, recordHash: await sha256(record), ek };
      }
    }
    throw Object.assign(new Error("locked"), { code: "locked" });
  }

  /** Whether new messages must not go out under this epoch any more. */
  isOld(epoch, count, logs) {
    const isNamed = epoch.members.every(({ user, ikId }) => equal(logs[user].at(-1).ikId, ikId));
    return !isNamed || Date.now() - epoch.createdMs > MONTH_MS || count >= MOST_IN_EPOCH;
  }

  /**
   * The epoch to seal under: the current one, or a new one if there is none or it is too old. Rows up to
   * `epochAfter` came before it and are not counted.
   */
  async writing(conv, peer, { current, isStale, epochAfter, mark }) {
    const logs = { [this.own.user]: await this.log(this.own.user), [peer]: await this.log(peer) };
    if (logs[peer].change === "reset") throw Object.assign(new Error("accept"), { code: "accept" });
    if (logs[this.own.user].isRemoved) throw Object.assign(new Error("removed"), { code: "removed" });
    if (logs[this.own.user].isForeign) throw Object.assign(new Error("foreign"), { code: "foreign" });
    // one made for a key that was lost cannot be opened; the next one still follows it
    const record = this.#records.get(`${conv}/${current}`);
    const before = record && (await this.epoch(conv, current).catch((error) => {
      if (error.code !== "locked") throw error;
      return { isLocked: true };
    }));
    if (before && !before.isLocked && !isStale && !this.isOld(before, mark.seq - epochAfter, logs)) return { number: current, ...before };
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
      need(error.epoch > current, "an epoch that was there before");
      this.learn(conv, error.epoch, error.record, error.sig); // the other side was first
      return this.writing(conv, peer, { current: error.epoch, isStale: false, epochAfter: mark.seq, mark }); // with the keys of now, or the next one
    }
    return { number: current + 1, ...(await this.epoch(conv, current + 1)) };
  }

  /** Opens a row of a page: `{ conversation, sender, epoch, act, target, ct }` as its attributes say. */
  async open({ conversation, sender, epoch, act, target, ct }) {
    const { ek } = await this.epoch(conversation, epoch);
    return open(fromBase64url(ct), { conv: conversation, sender, epoch, act, target }, ek);
  }
}
