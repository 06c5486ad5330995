// The files beside what is being written: picked, dropped or pasted; each a line with its progress.
import { make } from "./dom.js";
import { CHOICE, promisedBy } from "./file.js";
import { icon, iconOf } from "./enc-file.js";
import { getSealed, putSealed } from "./store.js";
import { Upload } from "./upload.js";
import { sizeWords } from "./when.js";
import { LIMITS } from "./wire.js";

export class Attachments {
  items = [];
  #queue = Promise.resolve();

  constructor({ conv, keyring }, form) {
    Object.assign(this, { conv, keyring, form, list: make("ul", { className: "composer__files" }) });
    this.list.setAttribute("aria-label", "Files to send");
    this.said = make("p", { className: "composer__said", role: "status" });
    form.prepend(this.list, this.said);
    this.choose = make("input", { type: "file", multiple: true, accept: CHOICE });
    this.choose.addEventListener("change", () => {
      this.add(this.choose.files);
      this.choose.value = "";
    });
    form.querySelector("#attach").addEventListener("click", () => this.choose.click());
    form.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length === 0) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    this.#takeDrops(form.closest("main"));
  }

  #takeDrops(main) {
    const brings = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
    const over = (isOver) => main.classList.toggle("thread--drop", isOver);
    main.addEventListener("dragover", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      over(true);
    });
    main.addEventListener("dragleave", ({ relatedTarget }) => main.contains(relatedTarget) || over(false));
    main.addEventListener("drop", (event) => {
      over(false);
      if (!brings(event)) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  /** What an earlier page has sent and not yet put into a message. */
  async restore() {
    const { store, own } = this.keyring;
    this.take((await getSealed(store, own, "values", this.#name)) ?? []);
  }

  /** Files that are there already. */
  take(all) {
    for (const att of all) {
      const upload = Upload.arrived(att, () => this.show(upload));
      this.items.push(upload);
      this.show(upload);
    }
  }

  get #name() {
    return `files-${this.conv}`;
  }

  async #keep() {
    const { store, own } = this.keyring;
    const { att } = this;
    const keeping = att.length > 0 ? putSealed(store, own, "values", this.#name, att) : store.drop("values", this.#name);
    await keeping.catch(() => {}); // a page that is opened later does not know them, and this one does
  }

  get att() {
    return this.items.filter(({ state }) => state === "ready").map(({ att }) => att);
  }
  get isEmpty() {
    return this.items.length === 0;
  }
  get isBusy() {
    return this.items.some(({ state }) => state === "sending");
  }

  /** Whether all are there. If some are on their way, `then` is called when they have arrived. */
  mayGo(then) {
    const hasFailed = this.items.some(({ state }) => state === "failed" || state === "refused");
    this.waiting = !hasFailed && this.isBusy ? then : null;
    if (hasFailed) this.said.textContent = "A file cannot go like this. Try it again or remove it, then send.";
    else this.said.textContent = this.isBusy ? "Your message goes as soon as its files are there." : "";
    return !hasFailed && !this.isBusy;
  }

  add(files) {
    for (const file of files) {
      const upload = new Upload(this.conv, file, () => this.show(upload));
      const hasRoom = this.items.length < LIMITS.attachments;
      this.items.push(upload);
      if (!hasRoom) Object.assign(upload, { state: "refused", words: "A message takes up to ten files. Send this one with the next." });
      this.show(upload);
      if (hasRoom) this.#start(upload);
    }
  }

  /** One after another, so that the first is there soon. */
  #start(upload) {
    this.#queue = this.#queue.then(() => upload.run());
  }

  #retry(upload) {
    Object.assign(upload, { state: "sending", words: "" });
    this.show(upload);
    this.#start(upload);
  }

  #remove(upload) {
    upload.cancel();
    upload.line?.remove();
    this.items = this.items.filter((one) => one !== upload);
    this.#keep();
    this.said.textContent = "";
    this.form.querySelector("#attach").focus();
    this.#changed();
  }

  /** They go with a message that is kept: the list is empty again. */
  clear() {
    this.items = [];
    this.list.replaceChildren();
    this.#keep();
  }

  #changed() {
    if (this.isBusy || !this.waiting) return;
    const call = this.waiting;
    this.waiting = null;
    call();
  }

  show(upload) {
    if (!this.items.includes(upload)) return;
    upload.line ??= this.list.appendChild(this.#line(upload.name));
    const { line, state, sent, size, name, words } = upload;
    const isOld = line.dataset.state === state;
    line.querySelector(".file__name").textContent = name;
    const percent = Math.floor(sent * 100);
    const told = { sending: sent > 0 ? `Sending, ${percent}% of ${sizeWords(size)}` : "Preparing", ready: `${sizeWords(size)}, ready to send` }[state];
    const meta = line.querySelector(".file__meta");
    if (told) meta.removeAttribute("role");
    else meta.setAttribute("role", "alert");
    meta.textContent = told ?? words;
    const bar = line.querySelector("progress");
    bar.hidden = state !== "sending";
    bar.value = percent;
    bar.setAttribute("aria-label", `Sending ${name}`);
    if (isOld) return;
    line.dataset.state = state;
    const acts = { sending: [["Cancel", () => this.#remove(upload)]], failed: [["Try again", () => this.#retry(upload)]] }[state] ?? [];
    if (state !== "sending") acts.push(["Remove", () => this.#remove(upload)]);
    line.querySelector(".file__acts").replaceChildren(...acts.map(([word, act]) => this.#button(word, name, act)));
    if (state === "ready") this.#keep();
    this.#changed();
  }

  #line(fileName) {
    const sort = make("span", { className: "file__sort" }, icon(iconOf(promisedBy(fileName))));
    const name = make("b", { className: "file__name", dir: "auto" });
    const bar = make("progress", { className: "progress--thin", max: 100 });
    const words = make("span", { className: "file__line" }, make("span", { className: "file__meta" }), make("span", { className: "file__acts" }));
    return make("li", { className: "file" }, sort, name, words, bar);
  }

  #button(word, name, act) {
    const button = make("button", { className: "link link--tap", type: "button" }, word, make("span", { className: "vh", textContent: ` ${name}` }));
    button.addEventListener("click", act);
    return button;
  }
}
