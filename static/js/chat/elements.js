// What stands in a timeline. Texts are put into shadow roots only: swaps and snapshots of the page
// never carry them. Nothing here writes markup.
import { need } from "./bytes.js";
import { defineFile, fileViews, fileWords } from "./enc-file.js";
import { defineFiles } from "./files.js";
import { addresses } from "./links.js";
import { momentWords } from "./when.js";
import { DELETE } from "./wire.js";

const HIDDEN = "This message could not be verified and is hidden";
const NEWER = "Sent by a newer version. Reload.";
const LOCKED = "Locked: this browser has no key for it";

let ring; // set once the keys are there; elements wait for it
export const keys = new Promise((done) => {
  ring = done;
});
export const unlocked = (keyring) => ring(keyring);

const part = (tag, name, text) => Object.assign(document.createElement(tag), { part: name, textContent: text });

/** Words beside a text, which have no say in its direction. */
const aside = (textContent) => Object.assign(document.createElement("bdi"), { textContent });

/** Words with their http(s) addresses as links. */
function linked(text) {
  const words = document.createDocumentFragment();
  let from = 0;
  for (const [at, address] of addresses(text)) {
    words.append(text.slice(from, at));
    const link = Object.assign(document.createElement("a"), { href: address, textContent: address, target: "_blank" });
    link.rel = "noopener noreferrer nofollow ugc";
    link.part = "link";
    words.append(link);
    from = at + address.length;
  }
  words.append(text.slice(from));
  return words;
}

class EncEpoch extends HTMLElement {
  connectedCallback() {
    const { conversation, epoch, record, sig, reshare, reshareSig } = this.dataset;
    const again = reshare && { record: reshare, sig: reshareSig };
    keys.then((keyring) => keyring.learn(conversation, Number(epoch), record, sig, again));
  }
}

class EncMsg extends HTMLElement {
  static observedAttributes = ["data-ct", "data-deleted", "data-replay"];

  connectedCallback() {
    if (!this.shadowRoot) {
      const [line, act, slot] = [part("div", "line", ""), document.createElement("slot"), document.createElement("slot")];
      act.name = "act";
      this.body = part("div", "body", "");
      this.body.dir = "auto";
      line.append(this.body, act);
      this.attachShadow({ mode: "open" }).append(line, slot);
    }
    this.show();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.show();
  }

  get main() {
    return document.querySelector("main[data-conversation]");
  }
  get isMine() {
    return this.dataset.sender === document.querySelector("meta[name=chat-user]")?.content;
  }
  get seq() {
    return Number(this.dataset.seq);
  }
  /** What was changed in it, the first change first; what is repeated changes nothing. */
  get edits() {
    return [...this.querySelectorAll('enc-edit[data-act="1"]:not([data-replay])')];
  }

  async show() {
    const turn = {};
    this.turn = turn; // a later one says what counts
    const name = this.isMine ? "You" : (this.main?.dataset.peerName ?? "");
    if (this.hasAttribute("data-deleted")) {
      this.classList.add("message--hidden");
      const words = "removed" in this.dataset ? "This message was removed after a report" : await this.#deletion(name || "They");
      return turn === this.turn && this.say(words);
    }
    if ("replay" in this.dataset) return this.say(HIDDEN);
    if (this.dataset.text !== undefined) return this.say(this.dataset.text, name, this.item?.payload.att, false);
    if (!this.body.textContent) this.body.setAttribute("aria-busy", "true");
    try {
      const keyring = await keys;
      const newest = this.edits.at(-1);
      const first = await keyring.open(this.read(this)); // a change is one of what this sender wrote
      this.opened = newest ? await keyring.open(this.read(newest)) : first;
      this.openedSeq = Number((newest ?? this).dataset.seq);
      const { att } = first.payload;
      if (turn !== this.turn) return;
      // the files that the server gives out are those that the message speaks of
      const ids = (att ?? []).map(({ id }) => id).join(" ");
      need(this.hasAttribute("data-preview") || ids === (this.dataset.blobs ?? ""), "other files than its own");
      this.say(this.opened.payload.body, name, att, true);
      this.dispatchEvent(new CustomEvent("chat:opened", { bubbles: true }));
    } catch (error) {
      if (turn !== this.turn) return;
      const words = { newer: NEWER, locked: LOCKED }[error.code] ?? HIDDEN;
      this.classList.add("message--hidden");
      this.say(words);
    }
  }

  /** Only a delete that its sender sealed says that they deleted it. */
  async #deletion(name) {
    if (this.hasAttribute("data-preview")) return `${name} deleted this message`;
    const row = this.querySelector(`enc-edit[data-act="${DELETE}"]`);
    const keyring = await keys;
    return (row ? keyring.open(this.read(row)) : Promise.reject(new Error("no delete"))).then(
      () => `${name} deleted this message`,
      ({ code }) => (code === "locked" ? LOCKED : `This message was taken out, and nothing shows that ${name === "You" ? "you" : name} deleted it`),
    );
  }

  /** Shows what it said before it was changed, the first words first, or hides that. True if shown. */
  async toggleVersions() {
    if (this.versions) {
      this.versions.remove();
      this.versions = null;
      return false;
    }
    this.versions = part("ol", "versions", "");
    this.versions.setAttribute("aria-label", "Earlier versions");
    this.shadowRoot.append(this.versions);
    const keyring = await keys;
    const earlier = [this, ...this.edits].slice(0, -1);
    for (const row of earlier) {
      const line = part("li", "version", "");
      const words = await keyring.open(this.read(row)).then(({ payload }) => linked(payload.body), () => HIDDEN);
      const said = part("span", "version-text", "");
      said.dir = "auto";
      said.append(words);
      line.append(part("time", "version-time", momentWords(Number(row.dataset.ts), this.main?.dataset.zone)), said);
      this.versions?.append(line);
    }
    return true;
  }

  read({ dataset }) {
    const { epoch, act, ct } = dataset;
    const target = act === "0" ? 0 : this.seq;
    const { conversation, sender } = this.dataset;
    return { conversation, sender, epoch: Number(epoch), act: Number(act), target, ct };
  }

  say(text, name, att = [], isSent = true) {
    this.body.removeAttribute("aria-busy");
    if (this.hasAttribute("data-preview")) {
      const words = text || (att.length > 0 ? fileWords(att) : "");
      return this.body.replaceChildren(...(this.isMine && name ? [aside("You:"), " "] : []), words);
    }
    const who = name ? [Object.assign(aside(`${name}: `), { part: "who" })] : [];
    const ids = att.map(({ id }) => id).join();
    // what is being looked at or played goes on
    if (this.files?.ids !== ids) this.files = Object.assign(fileViews(att, isSent), { ids });
    this.body.replaceChildren(...who, ...(text ? [linked(text)] : []), ...this.files);
    this.att = att;
    this.dispatchEvent(new CustomEvent("chat:shown", { bubbles: true }));
  }
}

export function define() {
  defineFile();
  defineFiles();
  customElements.define("enc-epoch", EncEpoch);
  customElements.define("enc-msg", EncMsg);
}
