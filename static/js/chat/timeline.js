// How the rows of a conversation stand: days, groups, the "New" line, the word about the last own
// message, and what came before.
import { button } from "./dom.js";
import { call } from "./server.js";
import { headingWords, timeWords } from "./when.js";

const GROUP_MS = 300_000;
const NEAR_PX = 100;

const mark = (tag, className, text) => {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(className === "log__new" ? Object.assign(document.createElement("span"), { textContent: text }) : text);
  return made;
};

export class Timeline {
  unseen = 0;

  constructor(pane, parts) {
    Object.assign(this, { pane, ...parts, newest: Number(parts.main.dataset.last) });
    this.start = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.showEarlier(), { root: parts.log });
  }

  /** Days, groups, the "New" line and the word about the last own message. */
  arrange() {
    clearTimeout(this.arranging);
    this.arranging = setTimeout(() => this.dress(), 0);
  }

  dress() {
    const { main, items } = this;
    this.pane.changes.disconnect(); // what is done here is no change to dress for
    items.querySelectorAll(".log__day, .log__new").forEach((one) => one.remove());
    const [unread, loaded] = [Number(main.dataset.ownRead), Number(main.dataset.last)];
    let [before, hasNew] = [null, false];
    for (const one of items.querySelectorAll("[data-ts]:not(enc-edit):not(enc-link)")) {
      const at = Number(one.dataset.ts);
      const words = headingWords(at, main.dataset.zone);
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
      if (isTheirs) this.pane.seen.observe(one);
      this.pane.acts.offer(one, at);
    }
    this.showReceipt();
    const earlier = items.querySelector("#earlier");
    if (earlier) this.start.observe(earlier);
    this.pane.changes.observe(items, { childList: true });
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.pane.history.check().catch(this.pane.fail), 50);
  }

  showReceipt() {
    const { main, items } = this;
    items.querySelectorAll("[data-receipt]").forEach((one) => one.remove());
    const own = [...items.querySelectorAll("enc-msg.message--mine[data-seq]")].at(-1);
    if (!own) return;
    const { delivered, read, readAt } = main.dataset;
    const seq = Number(own.dataset.seq);
    const word = seq <= Number(read) ? `Read ${timeWords(Number(readAt), main.dataset.zone)}` : seq <= Number(delivered) ? "Delivered" : "Sent";
    const shown = mark("span", "", ` · ${word}`);
    shown.dataset.receipt = word.split(" ")[0].toLowerCase();
    own.querySelector("time").after(shown);
  }

  /** Something new from the other side: it is in view at the end of the log, and is told elsewhere. */
  came(theirs) {
    const { log } = this;
    document.getElementById("typing").textContent = "";
    this.newest = Math.max(...theirs.map((one) => one.seq));
    if (log.scrollTop > -NEAR_PX) {
      log.scrollTop = 0;
      return;
    }
    this.unseen += theirs.length;
    this.jump?.remove();
    const words = this.unseen === 1 ? "1 new message" : `${this.unseen} new messages`;
    this.jump = button(words, "btn--small log__jump", () => {
      this.unseen = 0;
      log.scrollTop = 0;
      this.jump.remove();
    });
    return document.getElementById("typing").after(this.jump);
  }

  /** Loads the page of history before this one, above what is read; the log keeps its place. */
  async showEarlier() {
    const { items, log } = this;
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
}
