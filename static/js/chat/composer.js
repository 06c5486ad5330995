// What is being written: kept as a draft, measured while it is typed, and taken out of the field only
// when the outbox holds it.
import { Attachments } from "./attach.js";
import { utf8 } from "./bytes.js";
import { button } from "./dom.js";
import { getSealed, putSealed } from "./store.js";
import { wordsFor } from "./trouble.js";
import { figure } from "./when.js";
import { EDIT, LIMITS, MESSAGE } from "./wire.js";

const kb = (bytes) => figure(bytes / 1024, 1);

/** How much room a text takes, in words; null while there is plenty. `isOver` refuses it. */
export function measure(text, att) {
  const size = utf8(text).length;
  const whole = utf8(JSON.stringify({ t: "text", body: text, att })).length;
  const most = LIMITS.text;
  if (size > most) return { isOver: true, words: `Too long by ${figure(size - most)} bytes: a message takes 16 KB (${kb(size)} KB written). Shorten it, or send it in two.` };
  if (whole > LIMITS.payload) return { isOver: true, words: "Too long together with its files. Shorten it, or send the files by themselves." };
  return size > most * 0.75 ? { isOver: false, words: `${kb(size)} of 16 KB written` } : null;
}

export class Composer {
  editing = null;

  constructor(pane, field) {
    Object.assign(this, { pane, field, keyring: pane.keyring, form: field.form });
    this.said = Object.assign(document.createElement("p"), { className: "composer__said", id: "composer-said" });
    this.said.setAttribute("aria-live", "polite");
    this.count = Object.assign(document.createElement("p"), { className: "composer__said", id: "composer-count" });
  }

  get #name() {
    return `draft-${this.pane.conv}`;
  }

  async open() {
    const { form, field } = this;
    for (const one of form.querySelectorAll("[hidden]:not([type=hidden])")) one.hidden = false;
    field.value = (await getSealed(this.keyring.store, this.keyring.own, "values", this.#name)) ?? "";
    this.files = new Attachments(this.pane, form);
    form.append(this.count, this.said);
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
      if (event.key === "Escape" && this.editing) this.edit(null);
    });
    field.addEventListener("input", () => {
      if (field.value) this.pane.socket?.typing();
      this.measure();
      clearTimeout(this.drafting);
      this.drafting = setTimeout(() => this.keepDraft(), 300);
    });
    this.measure();
  }

  /** Says how long the text is once that matters; true if it may go. */
  measure() {
    const found = measure(this.field.value.trim(), this.editing || this.files.isEmpty ? undefined : this.files.att);
    this.count.textContent = found?.words ?? "";
    this.count.classList.toggle("is-over", Boolean(found?.isOver));
    // said aloud only when it cannot go
    this.count.setAttribute("aria-live", found?.isOver ? "polite" : "off");
    this.field.setAttribute("aria-invalid", String(Boolean(found?.isOver)));
    if (found) this.field.setAttribute("aria-describedby", this.count.id);
    else this.field.removeAttribute("aria-describedby");
    return !found?.isOver;
  }

  say(words, ...more) {
    this.said.replaceChildren(words, ...more);
  }

  /** A draft that cannot be kept is said once; the field has it all the same. */
  async keepDraft() {
    const { store, own } = this.keyring;
    const text = this.editing ? "" : this.field.value;
    try {
      await (text ? putSealed(store, own, "values", this.#name, text) : store.drop("values", this.#name));
    } catch (error) {
      if (text) this.say(wordsFor(error));
    }
  }

  async submit() {
    const typed = this.field.value;
    const [body, target] = [typed.trim(), this.editing];
    if (this.isSending || (!body && (target || this.files.isEmpty)) || !this.measure()) return;
    if (!target && !this.files.mayGo(() => this.editing || this.submit())) return;
    const att = target || this.files.isEmpty ? undefined : this.files.att;
    this.isSending = true;
    try {
      await this.pane.outbox.add({ t: "text", body, att }, target ? EDIT : MESSAGE, target ?? 0);
      this.say("");
    } catch (error) {
      return this.say(wordsFor(error));
    } finally {
      this.isSending = false;
    }
    // it is kept now; what was typed meanwhile stays
    const { value } = this.field;
    this.field.value = value.startsWith(typed) ? value.slice(typed.length) : value;
    if (target) this.edit(null);
    else this.files.clear();
    clearTimeout(this.drafting);
    this.measure();
    await this.keepDraft();
    this.pane.showEnd();
    return null;
  }

  /** A message that was not sent is written once more. */
  async takeBack(item) {
    const { body, att = [] } = item.payload;
    if (this.editing) this.edit(null);
    this.field.value = [body, this.field.value].filter(Boolean).join("\n");
    this.files.take(att);
    await this.keepDraft();
    await this.pane.outbox.drop(item);
    this.measure();
    this.field.focus();
  }

  /** Puts a message into the composer to be changed, or leaves that. */
  edit(message) {
    const wasEditing = this.editing !== null;
    if (message && !wasEditing) this.before = this.field.value;
    this.editing = message?.seq ?? null;
    document.getElementById("send").setAttribute("aria-label", message ? "Save the change" : "Send");
    if (message) {
      this.field.value = message.opened.payload.body;
      this.field.focus();
      this.say("You are changing a message. ", button("Leave it as it was", "btn--small", () => this.edit(null)));
    } else if (wasEditing) {
      this.field.value = this.before ?? ""; // what was being written goes on
      this.say("");
    }
    this.measure();
  }
}
