// The files of the messages at hand, beside the conversation. Each name leads to its message.
import { icon, iconOf } from "./enc-file.js";

const made = (tag, part) => Object.assign(document.createElement(tag), { part });

function line(message, { name, mime }) {
  const [item, link] = [made("li", "line"), made("a", "link")];
  Object.assign(link, { href: `#${message.id}`, textContent: name, dir: "auto" });
  item.append(icon(iconOf(mime), "icon"), link);
  return item;
}

/** Names are as private as texts: they stand in its shadow root. */
class EncFiles extends HTMLElement {
  connectedCallback() {
    this.list = made("ul", "list");
    this.attachShadow({ mode: "open" }).append(this.list);
    // a page opens many messages at once
    document.addEventListener("chat:shown", () => {
      this.due ??= requestAnimationFrame(() => this.show());
    });
  }

  show() {
    this.due = null;
    const messages = [...document.querySelectorAll("#messages enc-msg[data-seq]")].reverse();
    this.list.replaceChildren(...messages.flatMap((one) => (one.att ?? []).map((att) => line(one, att))));
    this.closest("section").hidden = this.list.childElementCount === 0;
  }
}

export const defineFiles = () => customElements.define("enc-files", EncFiles);
