// A file in a message: what the message says about it, and its content once it is asked for, fetched
// in stretches, opened chunk by chunk, and shown or saved only if it is all that was sent.
import { equal, fromBase64url, need, sha256 } from "./bytes.js";
import { button, make } from "./dom.js";
import { HEADER, chunkCount, chunkRange, isOf, openChunk, openHeader, rootOf, safeName } from "./file.js";
import { lengthWords } from "./recording.js";
import { sizeWords } from "./when.js";

const AT_ONCE = 4; // chunks of one request
const WAIT_MS = [500, 2000, 5000];
const NOT_IT = "This file is not the one that was sent. It was not opened.";
const AWAY = "This file could not be fetched. Try again.";

const made = (tag, part, textContent = "") => Object.assign(document.createElement(tag), { part, textContent });

/** An icon of the site; `part` names it inside a shadow root. */
export function icon(name, part = "") {
  const space = "http://www.w3.org/2000/svg";
  const [sheet] = (document.querySelector("svg.icon use")?.getAttribute("href") ?? "").split("#");
  const [svg, use] = [document.createElementNS(space, "svg"), document.createElementNS(space, "use")];
  svg.setAttribute("class", "icon");
  if (part) svg.setAttribute("part", part);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sheet}#${name}`);
  svg.append(use);
  return svg;
}

export const iconOf = (mime = "") => ({ image: "image", video: "video" })[mime.split("/")[0]] ?? "file-text";

/** Bytes `from` to `to` of a sealed file; again a few times if the connection is lost. */
async function stretch(id, from, to) {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await fetch(`/blobs/${id}`, { headers: { range: `bytes=${from}-${to - 1}`, accept: "application/octet-stream" } });
      if (answer.status === 206) {
        const bytes = new Uint8Array(await answer.arrayBuffer());
        if (bytes.length === to - from) return bytes;
      }
      if (answer.status < 500 && answer.status !== 206) throw Object.assign(new Error(AWAY), { isFinal: true });
    } catch (error) {
      if (error.isFinal) throw error;
    }
    if (tries >= WAIT_MS.length) throw new Error(AWAY);
    await new Promise((done) => setTimeout(done, WAIT_MS[tries]));
  }
}

/** The content of a file: pieces that are all there and are what the message committed to. */
export async function fetchFile({ id, size, fk, root, mime }, tell = () => {}) {
  const count = chunkCount(size);
  const [pieces, hashes] = [[], []];
  let file = null;
  for (let first = 0; first < count; first += AT_ONCE) {
    const end = Math.min(first + AT_ONCE, count);
    const from = first === 0 ? 0 : chunkRange(size, first)[0];
    const bytes = await stretch(id, from, chunkRange(size, end - 1)[1]);
    file ??= await openHeader(fromBase64url(fk), bytes.subarray(0, HEADER));
    for (let i = first; i < end; i++) {
      const plain = await openChunk(file, i, i === count - 1, bytes.subarray(...chunkRange(size, i).map((at) => at - from)));
      hashes.push(await sha256(plain));
      pieces.push(plain);
    }
    tell(end / count);
  }
  need(equal(await rootOf(hashes), fromBase64url(root)), "not the file that was sent");
  need(await isOf(mime, pieces), "not what it says it is");
  return pieces;
}

class EncFile extends HTMLElement {
  #urls = new Set();

  /** `att` as the message has it; `isSent` is false while the message waits in this browser. */
  fill(att, isSent) {
    Object.assign(this, { att, part: "file" });
    const { name, size, mime, dur } = att;
    const kind = mime.split("/")[0];
    this.dataset.kind = kind;
    this.name = made("b", "file-name", name);
    this.name.dir = "auto";
    this.meta = made("span", "file-meta", [sizeWords(size), ...(dur ? [lengthWords(dur)] : [])].join(", "));
    this.bar = Object.assign(made("progress", "file-progress"), { max: 100, hidden: true });
    this.said = made("small", "file-more", isSent ? "Not scanned for viruses." : "");
    const line = made("span", "file-line");
    line.append(this.meta);
    if (isSent && (kind === "audio" || kind === "video")) line.append(this.#button("Play", () => this.#play(kind)));
    if (isSent) line.append(this.#button("Save", () => this.#save()));
    this.replaceChildren(this.#face(att, isSent), this.name, line, this.bar, this.said);
    return this;
  }

  disconnectedCallback() {
    setTimeout(() => {
      if (this.isConnected) return; // only moved
      this.#urls.forEach((url) => URL.revokeObjectURL(url));
      this.#urls.clear();
      this.whole = undefined;
    });
  }

  #url(pieces, type) {
    const url = URL.createObjectURL(new Blob(pieces, { type }));
    this.#urls.add(url);
    return url;
  }

  /** The small picture that came with the message, to be clicked; or a sign of what it is. */
  #face({ mime, thumb }, isSent) {
    if (!mime.startsWith("image/") || !thumb) {
      const sort = made("span", "file-sort");
      sort.append(icon(iconOf(mime), "file-icon"));
      return sort;
    }
    this.part.add("pictured");
    const { name, w, h } = this.att;
    const bytes = Uint8Array.from(atob(thumb), (one) => one.charCodeAt(0));
    const src = this.#url([bytes], "image/jpeg");
    this.picture = Object.assign(made("img", "file-picture"), { src, alt: isSent ? "" : name });
    if (w && h) Object.assign(this.picture, { width: w, height: h });
    if (!isSent) return this.picture;
    const button = Object.assign(made("button", "file-open"), { type: "button" });
    button.setAttribute("aria-label", `Open ${name}`);
    button.append(this.picture);
    button.addEventListener("click", () => this.#view(button));
    return button;
  }

  #button(word, act) {
    const button = Object.assign(made("button", "file-act", word), { type: "button" });
    button.setAttribute("aria-label", `${word} ${this.att.name}`);
    button.addEventListener("click", act);
    return button;
  }

  /** The opened content, fetched once. Null, and words about it, if it cannot be had. */
  async #content() {
    this.opening ??= this.#open();
    try {
      return await this.opening;
    } catch (error) {
      this.opening = null;
      this.said.textContent = error.code ? NOT_IT : AWAY;
      this.said.setAttribute("role", "alert");
      return null;
    } finally {
      this.bar.hidden = true;
      this.meta.textContent = sizeWords(this.att.size);
    }
  }

  #open() {
    const tell = (share) => {
      const percent = Math.floor(share * 100);
      this.bar.value = percent;
      this.meta.textContent = `Opening, ${percent}% of ${sizeWords(this.att.size)}`;
    };
    this.bar.hidden = false;
    this.bar.setAttribute("aria-label", `Opening ${this.att.name}`);
    tell(0);
    return fetchFile(this.att, tell);
  }

  async #save() {
    const pieces = await this.#content();
    if (!pieces) return;
    const { name, mime } = this.att;
    // never of a type that a browser would show or run
    const href = this.#url(pieces, "application/octet-stream");
    Object.assign(document.createElement("a"), { href, download: safeName(name, mime) }).click();
  }

  async #play(kind) {
    const pieces = await this.#content();
    if (!pieces) return;
    const player = Object.assign(made(kind, `file-${kind}`), { controls: true, src: this.#url(pieces, this.att.mime) });
    player.setAttribute("aria-label", this.att.name);
    this.querySelector("audio, video")?.remove();
    this.append(player);
    player.play().catch(() => {}); // the controls are there
  }

  async #view(from) {
    const pieces = await this.#content();
    if (!pieces) return;
    const { name, mime } = this.att;
    const dialog = make("dialog", { className: "dialog viewer", ariaLabel: name });
    this.whole ??= this.#url(pieces, mime);
    this.picture.src = this.whole; // no longer the small one
    const acts = [button("Save", "", () => this.#save()), button("Close", "", () => dialog.close())];
    dialog.append(make("img", { src: this.whole, alt: name }), make("div", { className: "dialog__acts" }, ...acts));
    dialog.addEventListener("close", () => {
      dialog.remove();
      from.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  }
}

export const defineFile = () => customElements.define("enc-file", EncFile);

/** The files of a message as elements. */
export const fileViews = (att, isSent) =>
  att.map((one) => {
    const view = document.createElement("enc-file").fill(one, isSent);
    view.dir = document.dir || "ltr"; // its name has no say in the direction of the text
    return view;
  });

/** What the list of conversations says of a message without words. */
export const fileWords = (att) => (att.length === 1 ? att[0].name : `${att.length} files`);
