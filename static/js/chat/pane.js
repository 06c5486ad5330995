// An open conversation, or the list of them: ties the keys, the timeline, the composer and the socket
// together. The server's markup is swapped by htmx; everything a person wrote stays in shadow roots.
import { Attachments } from "./attach.js";
import { define, link, unlocked } from "./elements.js";
import { connect } from "./live.js";
import { Outbox } from "./outbox.js";
import { PeerKey } from "./peer-key.js";
import { call } from "./server.js";
import { getSealed, openStore, putSealed } from "./store.js";
import { enterHere, saveRecovery } from "./unlock.js";
import { DELETE, EDIT, chainStart, follow, markBefore } from "./wire.js";

const DAY_MS = 86_400_000;
const GROUP_MS = 300_000;
const NEAR_PX = 100;

const main = document.querySelector("main[data-conversation]");
const items = document.getElementById("messages");
const log = document.querySelector(".log");
const state = document.getElementById("chat-state");
const user = document.querySelector("meta[name=chat-user]")?.content;

const note = (text, ...more) => {
  if (!state) return;
  state.replaceChildren(text, ...more);
  state.hidden = !text && more.length === 0;
};

class Pane {
  conv = main.dataset.conversation;
  peer = main.dataset.peer;
  name = main.dataset.peerName;
  current = Number(main.dataset.epoch);
  isStale = "stale" in main.dataset;
  read = Number(main.dataset.ownRead);
  delivered = 0;
  editing = null;

  async open(keyring) {
    this.keyring = keyring;
    this.peerKey = new PeerKey(this, note);
    this.seen = new IntersectionObserver((entries) => this.inView(entries), { root: log });
    this.start = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.showEarlier(), { root: log });
    this.newest = Number(main.dataset.last);
    items.addEventListener("chat:opened", ({ target }) => this.opened(target));
    this.changes = new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
      const theirs = added.filter((one) => one.localName === "enc-msg" && !one.isMine && one.seq > this.newest);
      if (theirs.length > 0) this.came(theirs);
      // the row may come before the answer to its post: it stands there once
      const stored = new Set(added.map((one) => one.dataset?.id));
      items.querySelectorAll('enc-msg[id^="p-"]').forEach((one) => stored.has(one.item?.id) && one.remove());
      this.arrange();
    });
    this.changes.observe(items, { childList: true });
    const field = document.getElementById("composer-body");
    if (field) await this.openComposer(field);
    document.addEventListener("visibilitychange", () => this.acknowledge());
    addEventListener("focus", () => this.acknowledge());
    items.addEventListener("click", (event) => this.clicked(event));
    this.arrange();
    await this.peerKey.watch();
  }

  // --- the composer ---------------------------------------------------------------------------

  async openComposer(field) {
    this.field = field;
    this.outbox = new Outbox(this.keyring, this);
    this.peerKey.goOn = () => this.outbox.run();
    const form = field.form;
    form.querySelectorAll("[hidden]").forEach((one) => one.type !== "hidden" && (one.hidden = false));
    field.value = (await getSealed(this.keyring.store, this.keyring.own, "values", `draft-${this.conv}`)) ?? "";
    this.files = new Attachments(this, form);
    await this.files.restore();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    field.addEventListener("keydown", (event) => {
      const isSend = event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches;
      if (isSend) {
        event.preventDefault();
        this.submit();
      }
      if (event.key === "Escape") this.edit(null);
    });
    field.addEventListener("input", () => {
      this.socket?.typing();
      clearTimeout(this.drafting);
      this.drafting = setTimeout(() => this.keepDraft(), 300);
    });
    (await this.outbox.waiting()).forEach((item) => this.showPending(item));
    this.outbox.run();
  }

  keepDraft = () => putSealed(this.keyring.store, this.keyring.own, "values", `draft-${this.conv}`, this.editing ? "" : this.field.value);

  async submit() {
    const body = this.field.value.trim();
    const target = this.editing;
    if (!body && (target || this.files.isEmpty)) return;
    if (!target && !this.files.mayGo(() => this.editing || this.submit())) return;
    const att = target ? undefined : this.files.take();
    this.field.value = "";
    clearTimeout(this.drafting);
    this.edit(null);
    this.keepDraft();
    await this.outbox.add({ t: "text", body, att }, target ? EDIT : 0, target ?? 0);
    log.scrollTop = 0; // the log is a reversed column: its end is at 0
  }

  /** Puts a message into the composer to be changed, or leaves that. */
  edit(message) {
    this.editing = message?.seq ?? null;
    document.getElementById("send").setAttribute("aria-label", message ? "Save the change" : "Send");
    if (message) {
      this.field.value = message.opened.payload.body;
      this.field.focus();
      const leave = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Leave it as it was" });
      leave.addEventListener("click", () => this.edit(null));
      note("You are changing a message. ", leave);
    } else if (!state.hidden && state.querySelector(".link")) {
      this.field.value = "";
      note("");
    }
  }

  clicked(event) {
    const { target } = event;
    if (target.closest("#earlier a")) {
      event.preventDefault();
      this.showEarlier();
      return;
    }
    const act = target.closest("[data-do]");
    const message = target.closest("enc-msg");
    if (!act || !message) return;
    if (act.dataset.do === "edit") this.edit(message);
    if (act.dataset.do === "delete" && !act.dataset.sure) {
      Object.assign(act.dataset, { sure: "1" });
      act.textContent = "Delete for both";
    } else if (act.dataset.do === "delete") {
      this.outbox.add({ t: "text", body: "" }, DELETE, message.seq);
    }
    if (act.dataset.do === "retry") this.outbox.retry(message.item);
    if (act.dataset.do === "discard") this.outbox.drop(message.item);
  }

  // --- what is not stored yet -------------------------------------------------------------------

  showPending(item) {
    this.removePending(item);
    if (item.act !== 0) return;
    const shown = document.createElement("enc-msg");
    shown.className = `message message--mine${item.failed ? " message--failed" : ""}`;
    shown.id = `p-${item.name}`;
    shown.item = item; // its files, too
    Object.assign(shown.dataset, { at: `p-${item.name}`, sender: user, text: item.payload.body, conversation: this.conv });
    const meta = Object.assign(document.createElement("span"), { className: "message__meta" });
    meta.append(item.failed ? `Not sent. ${item.failed} ` : "Sending");
    if (item.failed) meta.append(doButton("retry", "Try again"), doButton("discard", "Discard"));
    shown.append(meta);
    items.append(shown);
  }
  removePending = (item) => document.getElementById(`p-${item.name}`)?.remove();

  // --- where the conversation stands ------------------------------------------------------------

  /** Every row of the page in its order, without those that are not stored yet. */
  rows() {
    const all = [...items.querySelectorAll("enc-msg[data-seq], enc-edit, chat-notice, enc-link")];
    return all.map(link).sort((one, other) => one.seq - other.seq);
  }

  /** What the next message builds on: the epoch, and the newest row with its chain. */
  async standing() {
    const rows = this.rows();
    const last = rows.at(-1);
    const mark = last ? { seq: last.seq, chain: last.chain } : { seq: 0, chain: await chainStart(this.conv) };
    return { current: this.current, isStale: this.isStale, mark };
  }
  began(epoch) {
    Object.assign(this, { current: epoch, isStale: false });
  }

  /** After a refusal: keys and rows as they are now. */
  async lookAgain() {
    this.keyring.forget();
    const { current, is_stale: isStale, newest } = await call("GET", `/messages/${this.conv}/epochs`);
    if (newest) this.keyring.learn(this.conv, newest.epoch, newest.record, newest.sig);
    Object.assign(this, { current, isStale });
    await this.catchUp();
  }

  get last() {
    return Number(document.getElementById("mark").dataset.last);
  }

  /** Fetches what this page has missed. */
  async catchUp() {
    do await this.swap(await call("GET", `/messages/${this.conv}/since?after_seq=${this.last}`, undefined, "text/html"));
    while ("more" in document.getElementById("mark").dataset);
  }

  async swap(text) {
    const before = this.last;
    await htmx.swap({ sourceElement: document.getElementById("live"), target: "#messages", swap: "none", text, transition: false });
    const mark = document.getElementById("mark");
    mark.dataset.last = Math.max(before, Number(mark.dataset.last));
  }

  /** Compares the rows with what this browser has seen before: a changed or lost row shows. */
  async checkChain() {
    const rows = this.rows();
    if (rows.length === 0) return;
    const known = await getSealed(this.keyring.store, this.keyring.own, "values", `chain-${this.conv}`);
    const run = rows.slice(Math.max(0, rows.findLastIndex((row, i) => i > 0 && row.seq !== rows[i - 1].seq + 1)));
    const { mark, found } = await follow(await markBefore(this.conv, run[0].seq - 1), run);
    const seen = known && mark.chains.get(known.seq);
    const isOther = seen && known.chain !== [...seen].join();
    const words = new Map(found);
    if (isOther || [...words.values()].includes("broken")) note("This history is not the one this browser has seen before.");
    else if ([...words.values()].includes("histories")) note(`You and ${this.name} were shown different histories.`);
    for (const [seq, word] of found) if (word === "replay") document.getElementById(`m-${seq}`)?.setAttribute("hidden", "");
    if (!known || mark.seq >= known.seq) await putSealed(this.keyring.store, this.keyring.own, "values", `chain-${this.conv}`, { seq: mark.seq, chain: [...mark.chain].join() });
  }

  // --- how it looks -----------------------------------------------------------------------------

  /** Days, groups, the "New" line and the word about the last own message. */
  arrange() {
    clearTimeout(this.arranging);
    this.arranging = setTimeout(() => this.dress(), 0);
  }

  dress() {
    this.changes.disconnect(); // what is done here is no change to dress for
    items.querySelectorAll(".log__day, .log__new").forEach((one) => one.remove());
    const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: main.dataset.zone });
    const [unread, loaded] = [Number(main.dataset.ownRead), Number(main.dataset.last)];
    let [before, hasNew] = [null, false];
    for (const one of items.querySelectorAll("[data-ts]:not(enc-edit):not(enc-link)")) {
      const at = Number(one.dataset.ts);
      const words = day.format(at);
      if (!before || words !== before.words) one.before(mark("p", "log__day", words));
      const isTheirs = one.localName === "enc-msg" && !one.isMine;
      if (!hasNew && isTheirs && Number(one.dataset.seq) > unread && Number(one.dataset.seq) <= loaded) {
        hasNew = true;
        one.before(mark("p", "log__new", "New"));
      }
      const isJoined = before && before.element.dataset.sender === one.dataset.sender && at - before.at < GROUP_MS;
      before?.element.classList.toggle("message--joined", Boolean(isJoined) && before.element.localName === "enc-msg");
      one.classList.remove("message--joined");
      before = { words, at, element: one };
      if (isTheirs) this.seen.observe(one);
      this.offer(one, at);
    }
    this.showReceipt();
    const earlier = items.querySelector("#earlier");
    if (earlier) this.start.observe(earlier);
    this.changes.observe(items, { childList: true });
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.checkChain(), 50);
  }

  /** Buttons on one's own messages while they can still be changed. */
  offer(one, at) {
    if (one.localName !== "enc-msg" || !one.isMine || !this.outbox || one.querySelector("[data-do]")) return;
    if (Date.now() - at > DAY_MS || "deleted" in one.dataset) return;
    one.querySelector(".message__meta").append(doButton("edit", "Edit"), doButton("delete", "Delete"));
  }

  showReceipt() {
    items.querySelectorAll("[data-receipt]").forEach((one) => one.remove());
    const own = [...items.querySelectorAll("enc-msg.message--mine[data-seq]")].at(-1);
    if (!own) return;
    const { delivered, read, readAt } = main.dataset;
    const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: main.dataset.zone });
    const seq = Number(own.dataset.seq);
    const word = seq <= Number(read) ? `Read ${time.format(Number(readAt))}` : seq <= Number(delivered) ? "Delivered" : "Sent";
    const shown = mark("span", "", ` · ${word}`);
    shown.dataset.receipt = word.split(" ")[0].toLowerCase();
    own.querySelector("time").after(shown);
  }

  /** Something new from the other side: it is in view at the end of the log, and is told elsewhere. */
  came(theirs) {
    document.getElementById("typing").textContent = "";
    this.newest = Math.max(...theirs.map((one) => one.seq));
    if (log.scrollTop > -NEAR_PX) return (log.scrollTop = 0);
    this.unseen = (this.unseen ?? 0) + theirs.length;
    const words = this.unseen === 1 ? "1 new message" : `${this.unseen} new messages`;
    const jump = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--small", textContent: words });
    jump.addEventListener("click", () => {
      this.unseen = 0;
      log.scrollTop = 0;
      note("");
    });
    return note("", jump);
  }

  /** Loads the page of history before this one, above what is read; the log keeps its place. */
  async showEarlier() {
    const link = items.querySelector("#earlier a");
    if (!link || this.loading) return;
    this.loading = true;
    try {
      const rows = await call("GET", link.getAttribute("href"), undefined, "text/html");
      const place = log.scrollTop; // counted from the end, where nothing changes
      items.querySelector("#earlier").remove();
      const text = `<hx-upsert hx-target="#messages" key="data-at" sort>${rows}</hx-upsert>`;
      await htmx.swap({ sourceElement: document.getElementById("live"), target: "#messages", swap: "none", text, transition: false });
      log.scrollTop = place;
    } catch {
      // the link is still there to be pressed
    } finally {
      this.loading = false;
    }
  }

  // --- receipts ---------------------------------------------------------------------------------

  opened(message) {
    if (message.isMine) return;
    this.delivered = Math.max(this.delivered, message.seq);
    this.acknowledge();
  }

  inView(entries) {
    for (const { isIntersecting, target } of entries) target.inView = isIntersecting;
    this.acknowledge();
  }

  acknowledge() {
    clearTimeout(this.acking);
    this.acking = setTimeout(async () => {
      const isWatched = document.visibilityState === "visible" && document.hasFocus();
      const shown = isWatched ? [...items.querySelectorAll("enc-msg")].filter((one) => one.inView && one.opened && !one.isMine) : [];
      const read = Math.max(this.read, ...shown.map((one) => one.seq));
      const delivered = Math.max(this.delivered, read);
      if (read === this.read && delivered === this.told) return;
      Object.assign(this, { read, told: delivered });
      await call("POST", `/messages/${this.conv}/ack`, { delivered, read }).catch(() => (this.told = 0));
    }, 200);
  }
}

const mark = (tag, className, text) => {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(className === "log__new" ? Object.assign(document.createElement("span"), { textContent: text }) : text);
  return made;
};
const doButton = (act, textContent) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "link link--tap", textContent });
  made.dataset.do = act;
  return made;
};

// --- the page -----------------------------------------------------------------------------------

async function start() {
  define();
  const store = await openStore(user);
  const where = place();
  const keyring = await enterHere(where, store);
  const { own } = keyring;
  document.body.dataset.unlocked = "";
  const offer = document.getElementById("unsaved");
  if (offer) offer.hidden = false;
  if (main && ("unsaved" in main.dataset || own.isFresh)) await saveRecovery(where, own);
  unlocked(keyring);
  const pane = main ? new Pane() : null;
  if (pane) await pane.open(keyring);
  connect(pane);
}

/** Where the steps before the first message are shown. */
function place() {
  const where = document.createElement("div");
  where.className = "log__gate";
  where.hidden = true;
  (log ?? document.querySelector(".panes__list") ?? document.querySelector("main")).prepend(where);
  return where;
}

if (document.body.classList.contains("inbox")) start().catch((error) => note(`Messages cannot be opened here: ${error.message}`));
