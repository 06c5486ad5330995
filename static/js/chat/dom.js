// Building pages of nodes: the security policy forbids text as HTML.
export const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
export const button = (text, kind, act) => {
  const made = make("button", { className: `btn ${kind}`, type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
};

/** A question over the page; `acts` are its buttons and links, the last one first in line. */
export function ask(id, title, words, ...acts) {
  const heading = make("h2", { id: `${id}-title`, textContent: title });
  const dialog = make("dialog", { id, className: "dialog" }, heading, ...words.map((textContent) => make("p", { textContent })));
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.append(make("div", { className: "dialog__acts" }, ...acts));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  acts.at(-1)?.focus(); // never what cannot be undone
  return dialog;
}
