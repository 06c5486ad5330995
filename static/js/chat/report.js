// Reporting what the other side wrote: the message, those ticked as its context, and for each what proves
// that it was sent. This page keeps that of all it has shown, so a deletion does not undo it.
import { toBase64url } from "./bytes.js";
import { button, make } from "./dom.js";
import { fileWords } from "./enc-file.js";
import { Refused, call } from "./server.js";
import { wordsFor } from "./trouble.js";

const MOST = 20; // messages of one report
const AROUND = 12; // offered as context, before and behind

export class Reports {
  #shown = new Map(); // by message, as it was shown last

  constructor(pane) {
    this.pane = pane;
  }

  keep({ seq, isMine, opened, openedSeq }) {
    const { p, kf, payload } = opened;
    this.#shown.set(seq, { row: openedSeq, p, kf, isMine, text: payload.body || fileWords(payload.att ?? []) });
  }
  has = (seq) => this.#shown.has(seq);

  async open({ seq }) {
    const { conv, name } = this.pane;
    const heading = make("h2", { id: "report-title", textContent: `Report a message of ${name}` });
    const part = make("div", { id: "report-part" });
    const dialog = make("dialog", { className: "dialog picks", id: "report-dialog" }, heading, this.#choice(seq), part);
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    const others = dialog.querySelector(".picks__others");
    if (others) others.scrollTop = others.scrollHeight; // the nearest are mostly those before
    try {
      const text = await call("GET", `/messages/${conv}/report`, undefined, "text/html");
      await htmx.swap({ sourceElement: document.getElementById("live"), target: "#report-part", swap: "innerHTML", text, transition: false });
    } catch (error) {
      part.append(make("p", { className: "note note--bad", textContent: wordsFor(error) }));
      return part.append(button("Close", "", () => dialog.close()));
    }
    const form = part.querySelector("form");
    form.querySelector(".row").append(button("Cancel", "btn--quiet", () => dialog.close()));
    return form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(dialog, form, seq).catch((error) => this.#say(form, error instanceof Refused ? error.message : wordsFor(error)));
    });
  }

  /** The message as it will be seen, and its neighbours to tick. */
  #choice(seq) {
    const all = [...this.#shown.keys()].sort((one, other) => one - other);
    const at = all.indexOf(seq);
    const near = all.slice(Math.max(0, at - AROUND), at + AROUND + 1);
    const list = make("fieldset", { className: "picks__list" }, make("legend", { className: "field__label", textContent: "What a moderator reads" }));
    const others = make("div", { className: "picks__others" });
    for (const one of near) {
      const { isMine, text } = this.#shown.get(one);
      const tick = make("input", { type: "checkbox", name: "items", value: one, checked: one === seq, disabled: one === seq });
      const said = make("span", { className: "picks__text", dir: "auto" });
      said.attachShadow({ mode: "open" }).append(text); // where snapshots of the page do not look
      const who = make("b", { textContent: isMine ? "You" : this.pane.name, dir: "auto" });
      (one === seq ? list : others).append(make("label", { className: "check picks__one" }, tick, make("span", {}, who, said)));
    }
    const more = make("p", { className: "small muted", textContent: "Nothing else but what you tick here, each with proof that it was sent:" });
    if (near.length > 1) list.append(more, others);
    list.addEventListener("change", ({ target }) => {
      if (list.querySelectorAll("input:checked").length > MOST) target.checked = false;
    });
    return list;
  }

  async #send(dialog, form, seq) {
    const ticked = [...dialog.querySelectorAll("input[name=items]:checked")].map(({ value }) => Number(value));
    const items = [seq, ...ticked.filter((one) => one !== seq)].map((one) => {
      const { row, p, kf } = this.#shown.get(one);
      return { seq: row, P: toBase64url(p), kf: toBase64url(kf) };
    });
    const { reason, note, good_faith: faith } = form.elements;
    const lacks = [
      !reason.value && "Choose what is wrong.",
      note.value.trim().length < 10 && "Say in at least 10 characters what is wrong with it.",
      !faith.checked && "Confirm that you believe this to be right.",
    ].filter(Boolean);
    if (lacks.length > 0) return this.#say(form, lacks.join(" "));
    const body = { reason: reason.value, note: note.value, good_faith: faith.checked, items };
    await call("POST", `/messages/${this.pane.conv}/report`, body);
    const done = make("p", { className: "note note--ok", role: "status", textContent: "Your report is sent. You are told what is decided." });
    const close = button("Close", "btn--go", () => dialog.close());
    dialog.replaceChildren(dialog.querySelector("h2"), done, make("div", { className: "dialog__acts" }, close));
    return close.focus();
  }

  #say(form, textContent) {
    form.querySelector("[role=alert]")?.remove();
    form.prepend(make("p", { className: "note note--bad", role: "alert", tabIndex: -1, textContent }));
    form.firstElementChild.focus();
  }
}
