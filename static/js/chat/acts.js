// What can be done with one message: change and delete it while that is possible, and look at what it
// said before it was changed.
import { make } from "./dom.js";
import { wordsFor } from "./trouble.js";
import { DELETE } from "./wire.js";

const DAY_MS = 86_400_000;

export const doButton = (act, textContent) => {
  const made = make("button", { type: "button", className: "link link--tap", textContent });
  made.dataset.do = act;
  return made;
};

export class MessageActs {
  constructor(pane) {
    Object.assign(this, { pane, menu: document.getElementById("message-menu") });
    this.destroy = this.menu.querySelector('[data-do="delete"]');
    this.words = this.destroy.lastElementChild.textContent;
    this.menu.addEventListener("click", ({ target }) => this.#chosen(target.closest("[data-do]")?.dataset.do));
    this.menu.addEventListener("toggle", ({ newState }) => {
      this.opener?.setAttribute("aria-expanded", String(newState === "open"));
      if (newState === "open") this.#stand();
      this.#ask(false);
    });
  }

  /** A menu on one's own messages while they can be changed, and the way to earlier versions. */
  offer(one, at) {
    if (one.localName !== "enc-msg" || !("seq" in one.dataset)) return null;
    const isGone = "deleted" in one.dataset;
    const edited = one.querySelector("[data-edited]");
    if (edited && !edited.dataset.do) {
      const versions = doButton("versions", "Edited");
      versions.dataset.edited = "";
      versions.setAttribute("aria-expanded", "false");
      edited.replaceWith(versions);
    }
    const mayChange = one.isMine && !isGone && this.pane.outbox && Date.now() - at < DAY_MS;
    const mayReport = !one.isMine && this.pane.reports.has(one.seq);
    const known = one.querySelector('[data-do="options"]');
    if (!mayChange && !mayReport) return known?.remove();
    if (known) return null;
    const options = document.getElementById("message-options").content.firstElementChild.cloneNode(true);
    options.popoverTargetElement = this.menu;
    one.append(options);
    return null;
  }

  clicked(act, message) {
    if (act.dataset.do === "options") {
      Object.assign(this, { message, opener: act });
      for (const one of this.menu.querySelectorAll("[data-do]")) one.parentElement.hidden = message.isMine === (one.dataset.do === "report");
    }
    if (act.dataset.do === "versions") message.toggleVersions().then((isShown) => act.setAttribute("aria-expanded", String(isShown)));
  }

  #chosen(act) {
    if (act === "report") {
      this.menu.hidePopover();
      this.pane.reports.open(this.message);
    } else if (act === "edit") {
      this.menu.hidePopover();
      this.pane.composer.edit(this.message);
    } else if (act === "delete" && !this.isAsked) {
      this.#ask(true);
    } else if (act === "delete") {
      this.menu.hidePopover();
      this.pane.outbox.add({ t: "text", body: "" }, DELETE, this.message.seq).catch((error) => this.pane.note(wordsFor(error)));
    }
  }

  #ask(isAsked) {
    this.isAsked = isAsked;
    this.destroy.lastElementChild.textContent = isAsked ? "Delete for both" : this.words;
  }

  /** Beside the button that opened it, wherever there is room. */
  #stand() {
    const [at, own] = [this.opener.getBoundingClientRect(), this.menu.getBoundingClientRect()];
    const top = at.bottom + own.height + 8 < innerHeight ? at.bottom + 4 : Math.max(8, at.top - own.height - 4);
    const left = Math.max(8, Math.min(at.left, innerWidth - own.width - 8));
    Object.assign(this.menu.style, { inset: "auto", top: `${top}px`, left: `${left}px` });
  }
}
