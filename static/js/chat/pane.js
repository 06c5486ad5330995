// An open conversation, or the list of them: ties the keys, the timeline, the composer and the socket
// together. The server's markup is swapped by htmx; everything a person wrote stays in shadow roots.
import { MessageActs, doButton } from "./acts.js";
import { Composer } from "./composer.js";
import { define, unlocked } from "./elements.js";
import { saveConversation } from "./export.js";
import { History } from "./history.js";
import { connect } from "./live.js";
import { Outbox } from "./outbox.js";
import { PeerKey } from "./peer-key.js";
import { Reports } from "./report.js";
import { Reshares } from "./reshare.js";
import { Search } from "./search.js";
import { call } from "./server.js";
import { openStore } from "./store.js";
import { Timeline } from "./timeline.js";
import { tell, wordsFor } from "./trouble.js";
import { enterHere, saveRecovery } from "./unlock.js";
import { chainStart } from "./wire.js";

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
  epochAfter = Number(main.dataset.epochAfter); // the last row from before it
  isStale = "stale" in main.dataset;
  read = Number(main.dataset.ownRead);
  delivered = 0;

  async open(keyring) {
    this.keyring = keyring;
    this.history = new History(this, items);
    this.peerKey = new PeerKey(this, note);
    keyring.changed = () => this.peerKey.watch().catch(this.fail);
    this.seen = new IntersectionObserver((entries) => this.inView(entries), { root: log });
    items.addEventListener("chat:opened", ({ target }) => this.opened(target));
    const isWarning = ({ className }) => className === "log__warning";
    this.changes = new MutationObserver((changes) => {
      if (changes.every(({ addedNodes, removedNodes }) => [...addedNodes, ...removedNodes].every(isWarning))) return;
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
      const theirs = added.filter((one) => one.localName === "enc-msg" && !one.isMine && one.seq > this.timeline.newest);
      if (theirs.length > 0) this.timeline.came(theirs);
      // the row may come before the answer to its post: it stands there once
      const stored = new Set(added.map((one) => one.dataset?.id));
      items.querySelectorAll('enc-msg[id^="p-"]').forEach((one) => stored.has(one.item?.id) && one.remove());
      this.timeline.arrange();
    });
    this.changes.observe(items, { childList: true });
    this.timeline = new Timeline(this, { main, items, log });
    this.reports = new Reports(this);
    this.acts = new MessageActs(this, items);
    new Search(this, items);
    const field = document.getElementById("composer-body");
    if (field) await this.openComposer(field);
    document.addEventListener("visibilitychange", () => this.acknowledge());
    addEventListener("focus", () => this.acknowledge());
    items.addEventListener("click", (event) => this.clicked(event));
    this.timeline.arrange();
    this.offerSaving();
    await this.peerKey.watch();
    const reshares = new Reshares(this, note);
    this.peerKey.accepted = () => reshares.offer(true).catch(this.fail);
    reshares.offer(false).catch(() => {}); // it is looked for again with the next page
  }

  clicked(event) {
    const { target } = event;
    if (target.closest("#earlier a")) {
      event.preventDefault();
      return this.timeline.showEarlier();
    }
    const act = target.closest("[data-do]");
    const message = target.closest("enc-msg");
    if (!act || !message) return null;
    if (act.dataset.do === "retry") return this.outbox.retry(message.item).catch(this.fail);
    if (act.dataset.do === "rewrite") return this.composer.takeBack(message.item).catch(this.fail);
    if (act.dataset.do === "discard") return this.outbox.drop(message.item).catch(this.fail);
    return this.acts.clicked(act, message);
  }

  offerSaving() {
    const save = document.getElementById("save-conversation");
    if (!save) return;
    save.hidden = false;
    save.addEventListener("click", async () => {
      document.getElementById("thread-menu").hidePopover();
      note("Preparing the conversation.");
      await saveConversation(this, (name) => note(`Fetching ${name}.`)).then(() => note("The conversation is saved."), this.fail);
    });
  }

  note = note;
  fail = (error) => note(wordsFor(error));

  showEnd() {
    log.scrollTop = 0; // the log is a reversed column: its end is at 0
  }

  async openComposer(field) {
    this.outbox = new Outbox(this.keyring, this);
    this.composer = new Composer(this, field);
    this.peerKey.goOn = () => this.outbox.run();
    await this.composer.open();
    (await this.outbox.waiting()).forEach((item) => this.showPending(item));
    this.outbox.run();
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
    if (item.failed) meta.append(doButton("retry", "Try again"), doButton("rewrite", "Edit"), doButton("discard", "Discard"));
    shown.append(meta);
    items.append(shown);
  }
  removePending = (item) => document.getElementById(`p-${item.name}`)?.remove();

  // --- where the conversation stands ------------------------------------------------------------

  /** What the next message builds on: the epoch, the last row from before it, and the newest with its chain. */
  async standing() {
    const last = (await this.history.rows()).at(-1);
    const mark = last ? { seq: last.seq, chain: last.chain } : { seq: 0, chain: await chainStart(this.conv) };
    return { current: this.current, isStale: this.isStale, epochAfter: this.epochAfter, mark };
  }
  began(epoch, { seq }) {
    if (epoch !== this.current) Object.assign(this, { current: epoch, isStale: false, epochAfter: seq });
  }

  /** After a refusal: keys and rows as they are now. */
  async lookAgain() {
    this.keyring.forget();
    const { current, is_stale: isStale, after_seq: epochAfter, newest } = await call("GET", `/messages/${this.conv}/epochs`);
    if (newest) this.keyring.learn(this.conv, newest.epoch, newest.record, newest.sig);
    Object.assign(this, { current, isStale, epochAfter });
    await this.catchUp();
  }

  /** The last row that this page has without a hole before it. */
  get last() {
    return this.history.ends[0];
  }

  /** Fetches what this page has missed. */
  async catchUp() {
    let [before, after] = [-1, this.last];
    do {
      before = after;
      await this.swap(await call("GET", `/messages/${this.conv}/since?after_seq=${before}`, undefined, "text/html"));
      after = Math.max(...this.history.ends); // a row that is kept back must not keep others back
    } while ("more" in document.getElementById("mark").dataset && after > before);
  }

  swap = (text) =>
    htmx.swap({ sourceElement: document.getElementById("live"), target: "#messages", swap: "none", text, transition: false });

  // --- receipts ---------------------------------------------------------------------------------

  opened(message) {
    this.reports.keep(message);
    this.acts.offer(message, Number(message.dataset.ts));
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

// --- the page -----------------------------------------------------------------------------------

async function start() {
  // an earlier page by itself cannot be checked against what came after it
  if (location.search.includes("before_seq")) return location.replace(location.pathname);
  define();
  const where = place();
  const store = await openStore(user);
  const keyring = await enterHere(where, store);
  const { own } = keyring;
  document.body.dataset.unlocked = "";
  const offer = document.getElementById("unsaved");
  if (offer) offer.hidden = false;
  if (main && "unsaved" in main.dataset && !own.isFresh) await saveRecovery(where, own);
  unlocked(keyring);
  const pane = main ? new Pane() : null;
  if (pane) await pane.open(keyring);
  return connect(pane);
}

/** Where the steps before the first message are shown. */
function place() {
  const where = document.createElement("div");
  where.className = "log__gate";
  where.hidden = true;
  if (log) log.prepend(where);
  else document.querySelector(".panes__head").after(where);
  return where;
}

/** Nothing opens here: that is said, and what waits to be opened no longer looks as if it came. */
function giveUp(error) {
  document.body.dataset.shut = "";
  tell(wordsFor(error));
}

if (document.body.classList.contains("inbox")) start().catch(giveUp);
