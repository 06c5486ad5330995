// What is written and not stored yet, as it stands at the end of the log.
import { doButton } from "./acts.js";
import { make } from "./dom.js";

export class Pending {
  constructor(conv, user, items) {
    Object.assign(this, { conv, user, items });
  }
  remove = (item) => document.getElementById(`p-${item.name}`)?.remove();

  show(item) {
    this.remove(item);
    if (item.act !== 0) return;
    const meta = make("span", { className: "message__meta" }, item.failed ? `Not sent. ${item.failed} ` : "Sending");
    if (item.failed) meta.append(doButton("retry", "Try again"), doButton("rewrite", "Edit"), doButton("discard", "Discard"));
    const className = `message message--mine${item.failed ? " message--failed" : ""}`;
    const shown = make("enc-msg", { className, id: `p-${item.name}`, item }, meta); // the item has its files, too
    Object.assign(shown.dataset, { at: `p-${item.name}`, sender: this.user, text: item.payload.body, conversation: this.conv });
    this.items.append(shown);
  }

  /** A row may come before the answer to its post: it stands there once. */
  settle(added) {
    const stored = new Set(added.map((one) => one.dataset?.id));
    this.items.querySelectorAll('enc-msg[id^="p-"]').forEach((one) => stored.has(one.item?.id) && one.remove());
  }
}
