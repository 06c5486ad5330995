// One file on its way: checked, sealed chunk by chunk, sent part by part. By XMLHttpRequest, as fetch
// does not tell how far an upload has come.
import { sha256, toBase64url } from "./bytes.js";
import { CHUNK, MOST, judge, nameFits, newFile, promisedBy, rootOf, safeName, sealStretch, sealedSize, wordOf } from "./file.js";
import { redraw } from "./picture.js";
import { measure } from "./recording.js";
import { Refused, call, mayPass, token } from "./server.js";
import { sizeWords } from "./when.js";

const WAIT_MS = [500, 2000, 5000, 10_000];
const AGAIN = ["hash", "cut_off"]; // what came was not what was sent
const KINDS = "Send pictures (JPEG, PNG, WebP, GIF), PDF, audio (MP3, M4A, OGG), video (MP4, WebM), tables and documents (CSV, TXT, OFX, QIF, XLSX, ODS, DOCX, ODT) or ZIP.";

/** A file that cannot be sent, ever. */
class Unfit extends Error {}
const changed = () => {
  throw new Unfit("This file has changed or is gone. Choose it again.");
};

/** Judges a file by its content and makes what is sent of it: `{ blob, name, mime, w, h, dur, thumb }`. */
export async function prepare(file) {
  if (file.size === 0) throw new Unfit("This file is empty.");
  if (file.size > MOST) throw new Unfit(`This file has ${sizeWords(file.size)}. A file may have up to 50 MB.`);
  const part = async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer().catch(changed));
  async function* pieces() {
    for (let from = 0; from < file.size; from += CHUNK) yield part(from, from + CHUNK);
  }
  const mime = await judge(await part(0, 64), pieces(), file.name);
  const promised = promisedBy(file.name);
  if (!mime && !promised) throw new Unfit(`This kind of file cannot be sent. ${KINDS}`);
  const isPlain = !file.name.includes(".");
  if (!mime || !(isPlain || nameFits(file.name, mime))) {
    const what = mime ? `inside it is a ${wordOf(mime)}. Give it its true name.` : `it is no ${wordOf(promised)}. It cannot be sent.`;
    throw new Unfit(`Its content is not what its name says: ${what}`);
  }
  const name = safeName(file.name, mime);
  if (/^(audio|video)\//.test(mime)) return { blob: file, name, mime, ...(await measure(file, mime)) };
  if (!mime.startsWith("image/")) return { blob: file, name, mime };
  const drawn = await redraw(file, mime).catch(() => {
    throw new Unfit("This picture cannot be drawn. It may be damaged.");
  });
  // some browsers cannot write WebP and make a PNG of it
  const made = drawn.blob.type || mime;
  if (drawn.blob.size > MOST) throw new Unfit("This picture comes to more than 50 MB.");
  return { ...drawn, mime: made, name: made === mime ? name : safeName(name.replace(/\.\w+$/, ""), made) };
}

export class Upload {
  state = "sending"; // then "ready", "failed" or "refused"
  words = "";
  sent = 0;
  #done = new Set();
  #stop = new AbortController();

  /** `tell` is called whenever something about it has changed. */
  constructor(conv, file, tell) {
    Object.assign(this, { conv, file, tell, name: file.name || "file", size: file.size });
  }

  /** One that an earlier page has brought there. */
  static arrived(att, tell) {
    const upload = new Upload(null, att, tell);
    return Object.assign(upload, { state: "ready", att });
  }

  /** Goes on where it stopped. */
  async run() {
    if (this.#stop.signal.aborted) return;
    this.#become("sending");
    try {
      await this.#send();
      this.#become("ready");
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (error.status === 404) this.#beginAgain();
      const isFinal = error instanceof Unfit || (error instanceof Refused && !mayPass(error) && error.status !== 404);
      const isSaid = error instanceof Unfit || error instanceof Refused;
      this.#become(isFinal ? "refused" : "failed", isSaid ? error.message : "The connection was lost.");
    }
  }

  cancel() {
    this.#stop.abort();
    const id = this.place?.id ?? this.att?.id;
    // what nobody sends is removed within a day anyway
    if (id) call("DELETE", `/blobs/${id}`, {}).catch(() => {});
  }

  #become(state, words = "") {
    Object.assign(this, { state, words });
    this.tell();
  }

  #beginAgain() {
    this.place = null;
    this.#done.clear();
  }

  async #send() {
    this.source ??= await prepare(this.file);
    const { blob, name, mime, w, h, dur, thumb } = this.source;
    Object.assign(this, { name, size: blob.size });
    this.tell();
    this.sealed ??= await newFile();
    const plain = async (i) => new Uint8Array(await blob.slice(i * CHUNK, (i + 1) * CHUNK).arrayBuffer().catch(changed));
    this.about ??= { size: blob.size, plain, hashes: [] };
    this.place ??= await this.#patiently(() => call("POST", "/blobs", { conversation: this.conv, size: sealedSize(blob.size) }));
    for (let n = 0; n < this.place.parts; n++) {
      if (!this.#done.has(n)) await this.#patiently(() => this.#put(n));
      this.#done.add(n);
    }
    await this.#patiently(() => call("POST", `/blobs/${this.place.id}/complete`, {}));
    const [fk, root] = [this.sealed.fk, await rootOf(this.about.hashes)].map(toBase64url);
    this.att = { id: this.place.id, name, mime, size: blob.size, fk, root, w, h, dur, thumb };
  }

  /** Again a few times where that may help: after a while, or when the network is back. */
  async #patiently(act) {
    for (let tries = 0; ; tries++) {
      this.#stop.signal.throwIfAborted();
      try {
        return await act();
      } catch (error) {
        const isPassing = mayPass(error) || AGAIN.includes(error.code);
        if (!isPassing || error instanceof Unfit || tries >= WAIT_MS.length) throw error;
        await this.#pause(Math.max(WAIT_MS[tries], (error.after ?? 0) * 1000));
      }
    }
  }

  #pause(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      const early = () => {
        clearTimeout(timer);
        done();
      };
      addEventListener("online", early, { once: true, signal: this.#stop.signal });
      this.#stop.signal.addEventListener("abort", early, { once: true });
    });
  }

  async #put(n) {
    const from = n * this.place.part_size;
    const to = Math.min(from + this.place.part_size, sealedSize(this.about.size));
    const part = await sealStretch(this.sealed, this.about, from, to).catch((error) => (error.code === "changed" ? changed() : Promise.reject(error)));
    const headers = { accept: "application/json", "content-type": "application/octet-stream", "x-csrf-token": token(), "x-content-sha256": toBase64url(await sha256(part)) };
    this.#stop.signal.throwIfAborted();
    const xhr = new XMLHttpRequest();
    xhr.open("PUT", `/blobs/${this.place.id}/parts/${n}`);
    Object.entries(headers).forEach((header) => xhr.setRequestHeader(...header));
    const abort = () => xhr.abort();
    this.#stop.signal.addEventListener("abort", abort, { once: true });
    xhr.upload.addEventListener("progress", ({ loaded }) => this.#progress(from + loaded));
    try {
      await new Promise((done, failed) => {
        xhr.addEventListener("load", () => (xhr.status < 300 ? done() : failed(refusal(xhr))));
        xhr.addEventListener("error", () => failed(new Error("The connection was lost.")));
        xhr.addEventListener("abort", () => failed(new Error("Cancelled.")));
        xhr.send(part);
      });
    } finally {
      this.#stop.signal.removeEventListener("abort", abort);
    }
    this.#progress(to);
  }

  /** How much of it has gone, from 0 to 1. */
  #progress(bytes) {
    this.sent = bytes / sealedSize(this.about.size);
    this.tell();
  }
}

function refusal(xhr) {
  let said = {};
  try {
    said = JSON.parse(xhr.responseText);
  } catch {
    // a page, or nothing: the status has to do
  }
  return Object.assign(new Refused(xhr.status, said), { after: Number(xhr.getResponseHeader("retry-after")) || 0 });
}
