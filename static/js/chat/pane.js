// An open conversation, or the list of them: ties keys, timeline, composer, receipts and the socket
// together. The server's markup is swapped by htmx; everything a person wrote stays in shadow roots.
import { MessageActs } from "./acts.js";
import { Composer } from "./composer.js";
import { make } from "./dom.js";
import { define, unlocked } from "./elements.js";
import { saveConversation } from "./export.js";
import { History } from "./history.js";
import { connect } from "./live.js";
import { Outbox } from "./outbox.js";
import { PeerKey } from "./peer-key.js";
import { Pending } from "./pending.js";
import { Receipts } from "./receipts.js";
import { Reports } from "./report.js";
import { Reshares } from "./reshare.js";
import { Search } from "./search.js";
import { Standing } from "./standing.js";
import { openStore } from "./store.js";
import { Timeline } from "./timeline.js";
import { tell, wordsFor } from "./trouble.js";
import { enterHere, saveRecovery } from "./unlock.js";

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

/** The open conversation: who is in it, and the parts of its page, each of which has one thing to do. */
class Pane {
  conv = main.dataset.conversation;
  peer = main.dataset.peer;
  name = main.dataset.peerName;
  note = note;
  fail = (error) => note(wordsFor(error));

  async open(keyring) {
    const parts = { main, items, log };
    this.keyring = keyring;
    this.history = new History(this, items);
    this.standing = new Standing(this, main.dataset);
    this.peerKey = new PeerKey(this, note);
    keyring.changed = () => this.peerKey.watch().catch(this.fail);
    this.receipts = new Receipts(this.conv, parts);
    this.pending = new Pending(this.conv, user, items);
    this.timeline = new Timeline(parts, {
      came: (added) => this.pending.settle(added),
      shows: (one) => this.receipts.seen.observe(one),
      offer: (one, at) => this.acts.offer(one, at),
      dressed: () => this.history.check().catch(this.fail),
    });
    this.reports = new Reports(this);
    this.acts = new MessageActs(this, items);
    new Search(this, items);
    items.addEventListener("chat:opened", ({ target }) => this.opened(target));
    const field = document.getElementById("composer-body");
    if (field) await this.openComposer(field);
    items.addEventListener("click", (event) => this.clicked(event));
    this.timeline.arrange();
    this.offerSaving();
    await this.peerKey.watch();
    const reshares = new Reshares(this, note);
    this.peerKey.accepted = () => reshares.offer(true).catch(this.fail);
    reshares.offer(false).catch(() => {}); // it is looked for again with the next page
  }

  async openComposer(field) {
    const { conv, peer, keyring, standing, pending } = this;
    const stopped = (why) => this.peerKey.stopped(why);
    const outbox = new Outbox(keyring, { conv, peer, standing, pending, note, stopped });
    const typing = () => this.typing?.();
    Object.assign(this, { outbox, composer: new Composer({ conv, keyring, outbox, typing }, field) });
    this.peerKey.goOn = () => outbox.run();
    await this.composer.open();
    (await outbox.waiting()).forEach((item) => pending.show(item));
    outbox.run();
  }

  opened(message) {
    this.reports.keep(message);
    this.acts.offer(message, Number(message.dataset.ts));
    if (!message.isMine) this.receipts.opened(message);
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
  document.getElementById("unsaved")?.removeAttribute("hidden");
  if (main && "unsaved" in main.dataset && !own.isFresh) await saveRecovery(where, own);
  unlocked(keyring);
  const pane = main ? new Pane() : null;
  if (pane) await pane.open(keyring);
  return connect(pane);
}

/** Where the steps before the first message are shown. */
function place() {
  const where = make("div", { className: "log__gate", hidden: true });
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
