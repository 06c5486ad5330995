// The other side's key in an open conversation: what is said when it has changed, and what it takes
// to write on. One that the old key vouches for is only told. One that nobody vouches for stops
// sending until it is accepted, and asks louder where the two once compared safety numbers.
import { button, make } from "./unlock.js";
import { changeVault, readVault } from "./vault.js";

export class PeerKey {
  /** `note` says a line above the composer. */
  constructor({ conv, peer, name, keyring }, note) {
    Object.assign(this, { conv, peer, name, keyring, note, goOn: () => {} });
  }

  async watch() {
    const log = await this.keyring.log(this.peer).catch((error) => {
      if (["unverified", "rollback"].includes(error.code)) this.note(`The keys of ${this.name} could not be verified. Nothing is sent.`);
      return null;
    });
    if (log?.change === "rotated") this.note(`${this.name} updated their encryption key.`);
    if (log?.change === "reset") await this.stopped("accept");
  }

  /** Why nothing is sent: "accept" (the other side's key), "foreign" (one's own was changed elsewhere). */
  async stopped(why) {
    if (why === "foreign") {
      const reload = make("a", { href: location.href, textContent: "Unlock this one again" });
      return this.note("Your encryption key was changed in another browser. Nothing is sent from here. ", reload);
    }
    const accept = Object.assign(button("Accept the new key", "btn--small", () => this.accept()), { id: "accept-key" });
    this.note(`${this.name} has a new encryption key that the old one does not vouch for. Compare safety numbers if you can. Nothing is sent until you accept it. `, accept);
    const { verified = {} } = await readVault(this.keyring.store, this.keyring.own);
    if (verified[this.peer] && !document.getElementById("changed-key")) this.warn();
    return null;
  }

  /** For two who had compared their numbers: nothing else goes on before this is answered. */
  warn() {
    const title = make("h2", { id: "changed-key-title", textContent: `The safety number with ${this.name} has changed` });
    const words = `You compared it before. ${this.name} may have a new browser, or somebody else may be writing in this name. Ask by telephone or face to face, and compare the numbers again.`;
    const dialog = make("dialog", { id: "changed-key", className: "dialog" }, title, make("p", { textContent: words }));
    dialog.setAttribute("aria-labelledby", title.id);
    const compare = make("a", { className: "btn btn--go", href: `/messages/${this.conv}/safety`, textContent: "Compare the numbers" });
    const accept = button("Accept without comparing", "btn--danger", () => this.accept().then(() => dialog.close()));
    dialog.append(make("div", { className: "dialog__acts" }, button("Do not write now", "", () => dialog.close()), accept, compare));
    dialog.addEventListener("close", () => dialog.remove()); // what is written next asks again
    document.body.append(dialog);
    dialog.showModal();
  }

  async accept() {
    const { keyring, peer } = this;
    await keyring.accept(peer, (await keyring.log(peer)).at(-1));
    await changeVault(keyring.store, keyring.own, ({ verified: { [peer]: _, ...verified } = {}, ...rest }) => ({ ...rest, verified }));
    keyring.forget();
    this.note("");
    this.goOn();
  }
}
