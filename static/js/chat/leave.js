// Signing out: the keys leave this browser. Asked only where something would be lost with them.
import { ask, button, make } from "./dom.js";
import { call } from "./server.js";
import { forgetStore, openStore } from "./store.js";

const LOST = "You have saved no recovery code, and no other browser holds your key. Signing out removes the key from this browser: your messages can then never be opened again.";

/** What would be lost: `[whether the key is, in words what else]`. */
async function losses(user, isUnsaved) {
  const store = await openStore(user);
  const devices = await Promise.all((await store.keys("accounts")).map(async (number) => (await store.get("accounts", number)).device));
  const [unsent, drafts] = [(await store.keys("outbox")).length, (await store.keys("values")).filter((name) => name.startsWith("draft-")).length];
  store.close();
  let isLast = false;
  if (isUnsaved && devices.length > 0) {
    const { wraps } = await call("GET", "/messages/keys");
    isLast = !wraps.some(({ kind, device }) => kind === 3 && !devices.includes(device));
  }
  const lost = [];
  if (unsent > 0) lost.push(unsent === 1 ? "A message is not sent yet. Signing out removes it." : `${unsent} messages are not sent yet. Signing out removes them.`);
  if (drafts > 0) lost.push("You have begun to write a message. Signing out removes it.");
  return [isLast, lost];
}

/** Signs out by `go`, unless the person stays. `meta` says whose keys these are. */
export async function leave({ content: user, dataset: { keys } }, go) {
  const [isLast, lost] = await losses(user, keys === "unsaved").catch(() => [false, []]); // what cannot be read is not lost here
  const end = async () => {
    await forgetStore(user);
    go();
  };
  if (!isLast) return lost.length === 0 || confirm(`${lost.join(" ")} Sign out all the same?`) ? end() : null;
  const save = make("a", { className: "btn btn--go", href: "/settings/messages", textContent: "Save a recovery code first" });
  const stay = button("Stay signed in", "", () => dialog.close());
  const dialog = ask("sign-out", "Sign out of this browser?", [LOST, ...lost], button("Sign out all the same", "btn--danger", end), stay, save);
  return dialog;
}
