// What stands in a timeline. Texts are put into shadow roots only: swaps and snapshots of the page
// never carry them. Nothing here writes markup.
import { fromBase64url, need } from "./bytes.js";
import { defineFile, fileViews, fileWords } from "./enc-file.js";
import { defineFiles } from "./files.js";
import { parse, parseHead } from "./wire.js";

const HIDDEN = "This message could not be verified and is hidden";
const NEWER = "Sent by a newer version. Reload.";
const LOCKED = "Locked: this browser has no key for it";
const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

let ring; // set once the keys are there; elements wait for it
export const keys = new Promise((done) => {
  ring = done;
});
export const unlocked = (keyring) => ring(keyring);

const part = (tag, name, text) => Object.assign(document.createElement(tag), { part: name, textContent: text });

/** Words with their http(s) addresses as links. */
function linked(text) {
  const words = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    words.append(text.slice(from, found.index));
    const link = Object.assign(document.createElement("a"), { href: found[0], textContent: found[0], target: "_blank" });
    link.rel = "noopener noreferrer nofollow ugc";
    link.part = "link";
    words.append(link);
    from = found.index + found[0].length;
  }
  words.append(text.slice(from));
  return words;
}

class EncEpoch extends HTMLElement {
  connectedCallback() {
    const { conversation, epoch, record, sig } = this.dataset;
    keys.then((keyring) => keyring.learn(conversation, Number(epoch), record, sig));
  }
}

class EncMsg extends HTMLElement {
  static observedAttributes = ["data-ct", "data-deleted"];

  connectedCallback() {
    if (!this.shadowRoot) {
      const slot = document.createElement("slot");
      this.body = part("div", "body", "");
      this.body.dir = "auto";
      this.attachShadow({ mode: "open" }).append(this.body, slot);
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
  /** The rows this element accounts for in the chain: its own and those of its edits. */
  get rows() {
    return [this, ...this.querySelectorAll("enc-edit")];
  }

  async show() {
    const name = this.isMine ? "You" : (this.main?.dataset.peerName ?? "");
    if (this.hasAttribute("data-deleted")) {
      this.classList.add("message--hidden");
      return this.say(`${name || "They"} deleted this message`);
    }
    if (this.dataset.text !== undefined) return this.say(this.dataset.text, name, this.item?.payload.att, false);
    if (!this.body.textContent) this.body.setAttribute("aria-busy", "true");
    try {
      const keyring = await keys;
      const newest = [...this.querySelectorAll('enc-edit[data-act="1"]')].at(-1);
      this.opened = await keyring.open(this.read(newest ?? this));
      const { att } = newest && this.dataset.blobs ? (await keyring.open(this.read(this))).payload : this.opened.payload;
      // the files that the server gives out are those that the message speaks of
      const ids = (att ?? []).map(({ id }) => id).join(" ");
      need(this.hasAttribute("data-preview") || ids === (this.dataset.blobs ?? ""), "other files than its own");
      this.say(this.opened.payload.body, name, att, true);
      this.dispatchEvent(new CustomEvent("chat:opened", { bubbles: true }));
    } catch (error) {
      const words = { newer: NEWER, locked: LOCKED }[error.code] ?? HIDDEN;
      this.classList.add("message--hidden");
      this.say(words);
    }
  }

  read({ dataset }) {
    const { epoch, act, ct, sender } = dataset;
    const target = act === "0" ? 0 : this.seq;
    return { conversation: this.dataset.conversation, sender, epoch: Number(epoch), act: Number(act), target, ct };
  }

  say(text, name, att = [], isSent = true) {
    this.body.removeAttribute("aria-busy");
    if (this.hasAttribute("data-preview")) {
      const words = text || (att.length > 0 ? fileWords(att) : "");
      return this.body.replaceChildren(this.isMine && name ? `You: ${words}` : words);
    }
    const who = name ? [part("span", "who", `${name}: `)] : [];
    const ids = att.map(({ id }) => id).join();
    // what is being looked at or played goes on
    if (this.files?.ids !== ids) this.files = Object.assign(fileViews(att, isSent), { ids });
    this.body.replaceChildren(...who, ...(text ? [linked(text)] : []), ...this.files);
    this.att = att;
    this.dispatchEvent(new CustomEvent("chat:shown", { bubbles: true }));
  }
}

/** A row's place in the chain, for `follow`. */
export function link(element) {
  const { seq, ts, wh, chain, ct, head } = element.dataset;
  const row = { seq: Number(seq), serverMs: Number(ts), wireHash: fromBase64url(wh), chain: fromBase64url(chain) };
  if (ct) row.header = parse(fromBase64url(ct));
  else if (head) row.header = parseHead(fromBase64url(head));
  return row;
}

export function define() {
  defineFile();
  defineFiles();
  customElements.define("enc-epoch", EncEpoch);
  customElements.define("enc-msg", EncMsg);
}
