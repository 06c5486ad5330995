// Looking for words in the messages that are loaded. The server cannot: it has only what is sealed.

/** As people mean it: capitals and accents make no difference. */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export class Search {
  found = [];
  at = 0;

  constructor(pane, items) {
    const bar = document.getElementById("find");
    const opener = document.getElementById("find-open");
    if (!bar || !opener) return;
    Object.assign(this, { pane, items, bar, field: bar.querySelector("input"), said: bar.querySelector("output") });
    this.earlier = bar.querySelector("[data-find=earlier]");
    opener.hidden = false;
    opener.addEventListener("click", () => this.open());
    this.field.addEventListener("input", () => this.look());
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    bar.addEventListener("click", ({ target }) => {
      const act = target.closest("[data-find]")?.dataset.find;
      if (act === "older") this.step(1);
      if (act === "newer") this.step(-1);
      if (act === "earlier") pane.timeline.showEarlier();
      if (act === "close") this.close();
    });
    bar.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    items.addEventListener("chat:shown", () => {
      clearTimeout(this.due);
      this.due = setTimeout(() => !bar.hidden && this.look(false), 100);
    });
  }

  open() {
    document.getElementById("thread-menu").hidePopover();
    this.bar.hidden = false;
    this.field.focus();
    this.look();
  }

  close() {
    this.#mark(null);
    this.bar.hidden = true;
    this.pane.composer?.field.focus();
  }

  /** `isNew`: the words have changed, so the newest match is shown; else the place is kept. */
  look(isNew = true) {
    const wanted = folded(this.field.value.trim());
    const current = this.found[this.at];
    const messages = [...this.items.querySelectorAll("enc-msg[data-seq]")].reverse();
    const says = (one) => [one.opened?.payload.body ?? "", ...(one.att ?? []).map(({ name }) => name)];
    this.found = wanted ? messages.filter((one) => !("deleted" in one.dataset) && says(one).some((text) => folded(text).includes(wanted))) : [];
    this.at = isNew ? 0 : Math.max(0, this.found.indexOf(current));
    this.earlier.hidden = !this.items.querySelector("#earlier a");
    this.#mark(this.found[this.at], isNew);
    const where = this.earlier.hidden ? "" : " in the messages loaded here";
    if (!wanted) this.said.textContent = "";
    else if (this.found.length === 0) this.said.textContent = `Nothing${where}`;
    else this.said.textContent = `${this.at + 1} of ${this.found.length}${where}`;
  }

  step(by) {
    if (this.found.length === 0) return;
    const current = this.found[(this.at + by + this.found.length) % this.found.length];
    this.at = this.found.indexOf(current);
    this.look(false);
    current.scrollIntoView({ block: "center" });
  }

  #mark(one, isShown = false) {
    this.items.querySelectorAll(".message--found").forEach((other) => other.classList.remove("message--found"));
    one?.classList.add("message--found");
    if (isShown) one?.scrollIntoView({ block: "center" });
  }
}
