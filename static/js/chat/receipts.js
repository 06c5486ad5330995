// How far one has come in the open conversation: what has reached this browser, and what was read. The
// server is told a moment after that changes.
import { call } from "./server.js";

export class Receipts {
  delivered = 0;

  constructor(conv, { main, items, log }) {
    Object.assign(this, { conv, items, read: Number(main.dataset.ownRead) });
    this.seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) target.inView = isIntersecting;
      this.acknowledge();
    }, { root: log });
    document.addEventListener("visibilitychange", () => this.acknowledge());
    addEventListener("focus", () => this.acknowledge());
  }

  /** A message of the other side can be read from now on. */
  opened({ seq }) {
    this.delivered = Math.max(this.delivered, seq);
    this.acknowledge();
  }

  acknowledge() {
    clearTimeout(this.acking);
    this.acking = setTimeout(async () => {
      const isWatched = document.visibilityState === "visible" && document.hasFocus();
      const shown = isWatched ? [...this.items.querySelectorAll("enc-msg")].filter((one) => one.inView && one.opened && !one.isMine) : [];
      const read = Math.max(this.read, ...shown.map((one) => one.seq));
      const delivered = Math.max(this.delivered, read);
      if (read === this.read && delivered === this.told) return;
      Object.assign(this, { read, told: delivered });
      await call("POST", `/messages/${this.conv}/ack`, { delivered, read }).catch(() => (this.told = 0));
    }, 200);
  }
}
