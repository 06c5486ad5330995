// Whether what the server shows is what was sent. Every row is hashed from its own bytes and followed
// from the last one that this browser has seen; what does not hold is said beside its message and
// above the composer, and what could not be checked yet is said, too.
import { equal, fromBase64url, idBytes, readU64, sha256, toBase64url, zeros } from "./bytes.js";
import { make } from "./dom.js";
import { call } from "./server.js";
import { getSealed, putSealed } from "./store.js";
import { passFull } from "./trouble.js";
import { MESSAGE, follow, markBefore, noticeHash, parse, parseHead } from "./wire.js";

const MOST_BETWEEN = 2000;
const MOST_FOUND = 50;
const REMOVED = 9; // the number of Footing's notice of a removal

const AT_ROW = {
  broken: "This was changed or moved, or what stood before it was taken out.",
  hole: "A message may be missing here.",
  gap: "A message may be missing here.",
  replay: "This was sent before and is repeated here. It is hidden.",
  unproven: "Nothing shows that this was removed after a report.",
};

/** Whether what was found may stand in a history that is believed: messages do get lost. */
const holds = ([, word]) => word === "gap";

const header = (ct, head) => {
  try {
    return ct ? parse(ct) : parseHead(head);
  } catch {
    return null; // not of a shape that anybody seals
  }
};

/** A row as `follow` takes it, read from what an element or an answer says of it. */
async function linkOf({ seq, ts, wh, chain, ct, head, kind, ref }, conv) {
  const row = { seq: Number(seq), serverMs: Number(ts), chain: zeros(32), wireHash: zeros(32) };
  try {
    row.chain = fromBase64url(chain);
    const wire = ct ? fromBase64url(ct) : null;
    row.notice = kind ? Number(kind) : 0;
    row.wireHash = await (wire ? sha256(wire) : kind ? noticeHash(conv, row.notice, ref) : fromBase64url(wh));
    if (wire || head) row.header = header(wire, wire ? null : fromBase64url(head));
    if (row.notice === REMOVED) row.removes = readU64(idBytes(ref), 0);
    row.isBare = !wire && !head && !kind;
  } catch {
    // no hash of anything: the chain breaks here
  }
  return row;
}

export class History {
  #links = new WeakMap(); // by element, while it says the same
  alarms = new Set();
  #between = []; // rows after the kept mark that no page shows

  constructor(pane, items) {
    Object.assign(this, { pane, items, line: document.getElementById("history-state") });
    this.name = `history-${pane.conv}`;
  }

  get elements() {
    return [...this.items.querySelectorAll("enc-link, enc-msg[data-seq], enc-edit, chat-notice")];
  }

  /** Every row of the page in its order, each once. */
  async rows() {
    const rows = new Map();
    // a message says more than a link that stood for it, and that more than a bare one
    const told = ({ localName, dataset }) => (localName === "enc-link" ? Number("head" in dataset || "kind" in dataset) : 2);
    for (const element of this.elements.sort((one, other) => told(one) - told(other))) {
      const same = JSON.stringify(element.dataset);
      if (this.#links.get(element)?.same !== same) this.#links.set(element, { same, row: { ...(await linkOf(element.dataset, this.pane.conv)), element } });
      const { row } = this.#links.get(element);
      rows.set(row.seq, row);
    }
    return [...rows.values()].sort((one, other) => one.seq - other.seq);
  }

  /** The last row that the page has without a hole before it, and the last it has at all. */
  get ends() {
    const seqs = new Set(this.elements.map(({ dataset }) => Number(dataset.seq)));
    if (seqs.size === 0) return [0, 0];
    let last = Math.min(...seqs);
    while (seqs.has(last + 1)) last++;
    return [last, Math.max(...seqs)];
  }

  /** One after the other; what came meanwhile is looked at once more. */
  check() {
    this.isDue = true;
    this.running ??= this.#run().finally(() => (this.running = null));
    return this.running;
  }
  async #run() {
    while (this.isDue) {
      this.isDue = false;
      await this.#look();
    }
  }

  async #look() {
    const { conv, keyring } = this.pane;
    const known = readMark(await getSealed(keyring.store, keyring.own, "values", this.name));
    const [last, end] = this.ends;
    if ((last < end || end < (known?.seq ?? 0)) && this.asked !== last) {
      this.asked = last; // what is on its way is no hole
      await this.pane.catchUp().catch(() => {});
    }
    const rows = await this.rows();
    const first = rows[0]?.seq ?? 1;
    const isFar = known && known.seq < first - 1;
    const isFetched = !isFar || (await this.#fetchBetween(known, first));
    const { mark, found, isJoined } = await join(conv, known, rows, isFar ? this.#between : null, isFetched);
    const all = [...(known?.found ?? []), ...found, ...unshown(rows), ...unproven(rows)];
    const words = [];
    const isCut = known && mark.seq < known.seq;
    if (isCut) words.push("Messages that this browser has seen are missing at the end.");
    if (isFetched && known && !isJoined) words.push("This history is not the one this browser has seen before.");
    if (all.some(([, word]) => word === "broken")) words.push("This history does not hold together: something in it was changed, moved or left out.");
    if (all.some(([, word]) => word === "histories")) words.push(`You and ${this.pane.name} were shown different histories.`);
    this.#say(words, isFetched ? "" : "Earlier messages are not checked yet.");
    this.#tell(rows, all);
    const isSound = isJoined && !isCut && all.every(holds);
    if (isSound && mark.seq > (known?.seq ?? 0)) {
      await putSealed(keyring.store, keyring.own, "values", this.name, writeMark({ ...mark, found: all })).catch(passFull);
    }
  }

  /** The rows from the mark to the page, as far as they have come; whether that is all of them. */
  async #fetchBetween(known, first) {
    this.#between = this.#between.filter(({ seq }) => seq > known.seq);
    const end = () => this.#between.at(-1)?.seq ?? known.seq;
    if (end() < first - 1) this.#say([], "Checking earlier messages");
    while (end() < first - 1 && this.#between.length < MOST_BETWEEN) {
      const answer = await call("GET", `/messages/${this.pane.conv}/chain?after_seq=${end()}`).catch(() => null);
      if (!answer) return false;
      const rows = await Promise.all(answer.rows.map((row) => linkOf(row, this.pane.conv)));
      if (rows.length === 0 || rows[0].seq <= end()) return true; // there is no more: they do not join
      this.#between.push(...rows);
    }
    return end() >= first - 1;
  }

  /** Something else that is wrong with what the server says; it stays as long as the page. */
  alarm(words) {
    this.alarms.add(words);
    this.check();
  }

  #say(found, quiet) {
    const alarms = [...this.alarms, ...found];
    this.line.textContent = [...alarms, quiet].filter(Boolean).join(" ");
    this.line.hidden = !this.line.textContent;
    this.line.classList.toggle("note--bad", alarms.length > 0);
  }

  /** What was found at a row stands before it; of a change, before the message that it changes. */
  #tell(rows, found) {
    const words = new Map();
    for (const [seq, word] of found) {
      const shown = placeOf(rows, seq);
      if (word === "replay") this.#hide(rows.find((row) => row.seq === seq)?.element);
      const said = AT_ROW[word] ?? `You and ${this.pane.name} were shown different histories.`;
      if (shown) words.set(shown, (words.get(shown) ?? new Set()).add(said));
    }
    this.items.querySelectorAll(".log__warning").forEach((one) => one.remove());
    for (const [shown, said] of words) shown.before(make("p", { className: "log__warning", textContent: [...said].join(" ") }));
  }

  #hide(element) {
    if (!element || "replay" in element.dataset) return;
    element.dataset.replay = ""; // a message sees that by itself
    if (element.localName === "enc-edit") element.parentElement.show();
  }
}

// --- judging ------------------------------------------------------------------------------------

/** Follows the rows of a page from the mark on, or from wherever the page begins. */
async function join(conv, known, rows, between, isFetched) {
  const start = await markBefore(conv, (rows[0]?.seq ?? 1) - 1);
  if (!known) return { ...(await follow(start, rows)), isJoined: true };
  const from = { ...start, ...known, chains: new Map([...start.chains, [known.seq, known.chain]]) };
  if (between) {
    const old = await follow(from, between);
    if (!isFetched) {
      const { found } = await follow({ ...start, devices: old.mark.devices, isWhole: false }, rows);
      return { mark: old.mark, found: [...old.found, ...found], isJoined: true };
    }
    const { mark, found } = await follow(old.mark, rows.filter(({ seq }) => seq > old.mark.seq));
    const all = [...old.found, ...found];
    return { mark, found: all, isJoined: all.every(([, word]) => !["broken", "hole"].includes(word)) };
  }
  const old = await follow(start, rows.filter(({ seq }) => seq <= known.seq));
  const isJoined = known.seq === start.seq || (old.mark.seq === known.seq && equal(old.mark.chain, known.chain));
  if (old.mark.seq < known.seq && rows.every(({ seq }) => seq <= known.seq)) return { ...old, isJoined: true }; // cut off, which is said
  const devices = new Map([...old.mark.devices, ...known.devices]);
  const isWhole = known.isWhole || (isJoined && old.mark.isWhole);
  const chains = new Map([...old.mark.chains, [known.seq, known.chain]]);
  const joined = isJoined ? { chain: known.chain, seq: known.seq } : {};
  const before = { ...old.mark, ...joined, hidden: known.hidden, devices, isWhole, chains };
  const { mark, found } = await follow(before, rows.filter(({ seq }) => seq > known.seq));
  return { mark, found: [...old.found, ...found], isJoined };
}

/** What stands among the rows that are shown and should be shown itself, but is only a link. */
function unshown(rows) {
  const shown = new Set(rows.filter(({ element }) => element.localName !== "enc-link").map(({ seq }) => seq));
  const first = Math.min(...shown);
  const isOwed = ({ seq, element, header: said, notice, isBare }) =>
    element.localName === "enc-link" && seq > first && (isBare || notice > 0 || said?.act === MESSAGE || shown.has(said?.target));
  return rows.filter(isOwed).map(({ seq }) => [seq, "hole"]);
}

/** Where something about a row is said: at what shows it, or else what comes next. */
function placeOf(rows, seq) {
  const isShown = ({ element }) => element.localName !== "enc-link";
  const { element } = rows.find((row) => row.seq >= seq && isShown(row)) ?? rows.findLast(isShown) ?? {};
  return element?.localName === "enc-edit" ? element.parentElement : element;
}

/** Messages that are said to be removed after a report, without the notice that tells of it. */
function unproven(rows) {
  const told = new Set(rows.map(({ removes }) => removes));
  const isRemoved = ({ element, seq }) => "removed" in element.dataset && !told.has(seq);
  return rows.filter(isRemoved).map(({ seq }) => [seq, "unproven"]);
}

// --- the mark as it is kept ---------------------------------------------------------------------

const writeMark = ({ seq, chain, isWhole, hidden, devices, found }) =>
  ({ seq, chain: toBase64url(chain), isWhole, hidden, devices: [...devices], found: found.slice(-MOST_FOUND) });
const readMark = (kept) => kept && { ...kept, chain: fromBase64url(kept.chain), devices: new Map(kept.devices) };
