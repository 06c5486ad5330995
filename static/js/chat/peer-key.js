// The other side's key in an open conversation: what is said when it has changed, and what it takes
// to write on. One that the old key vouches for is only told. One that nobody vouches for stops
// sending until it is accepted, and asks louder where the two once compared safety numbers.
import { ask, button, make } from "./dom.js";
import { wordsFor } from "./trouble.js";
import { changeVault, readVault } from "./vault.js";

export class PeerKey {
  /** `note` says a line above the composer. */
  constructor({ conv, peer, name, keyring, history }, note) {
    Object.assign(this, { conv, peer, name, keyring, note, alarm: (words) => history.alarm(words), goOn: () => {}, accepted: () => {} });
  }

  async watch() {
    const { store, own } = this.keyring;
    const known = await this.keyring.log(own.user).catch(() => []);
    if (known.isForeign || known.isRemoved) return this.stopped(known.isForeign ? "foreign" : "removed");
    // looked at with every conversation that is opened, needed or not
    await readVault(store, own).catch((error) => error.name === "ChatError" && this.alarm(wordsFor(error)));
    const log = await this.keyring.log(this.peer).catch((error) => {
      if (["unverified", "rollback"].includes(error.code)) this.alarm(`The keys of ${this.name} could not be verified. Nothing is sent.`);
      return null;
    });
    if (["rotated", "renewed"].includes(log?.change)) this.note(`${this.name} updated their encryption key.`);
    return log?.change === "reset" ? this.stopped("accept") : null;
  }

  /** Why nothing is sent: "accept" (the other side's key), "foreign" (one's own was changed elsewhere), "removed". */
  async stopped(why) {
    const own = { foreign: "Your encryption key was changed in another browser.", removed: "This browser was removed from your list." }[why];
    if (own) return this.note(`${own} Nothing is sent from here. `, make("a", { href: location.href, textContent: "Unlock this one again" }));
    const accept = Object.assign(button("Accept the new key", "btn--small", () => this.accept()), { id: "accept-key" });
    this.note(`${this.name} has a new encryption key that the old one does not vouch for. Compare safety numbers if you can. Nothing is sent until you accept it. `, accept);
    const { verified = {} } = await readVault(this.keyring.store, this.keyring.own);
    if (verified[this.peer] && !document.getElementById("changed-key")) this.warn();
    return null;
  }

  /** For two who had compared their numbers: nothing else goes on before this is answered. */
  warn() {
    const words = `You compared it before. ${this.name} may have a new browser, or somebody else may be writing in this name. Ask by telephone or face to face, and compare the numbers again.`;
    const compare = make("a", { className: "btn btn--go", href: `/messages/${this.conv}/safety`, textContent: "Compare the numbers" });
    const accept = button("Accept without comparing", "btn--danger", () => this.accept().then(() => dialog.close()));
    const later = button("Do not write now", "", () => dialog.close()); // what is written next asks again
    const dialog = ask("changed-key", `The safety number with ${this.name} has changed`, [words], later, accept, compare);
  }

  async accept() {
    const { keyring, peer } = this;
    await keyring.accept(peer, (await keyring.log(peer)).at(-1));
    await changeVault(keyring.store, keyring.own, ({ verified: { [peer]: _, ...verified } = {}, ...rest }) => ({ ...rest, verified }));
    keyring.forget();
    this.note("");
    this.goOn();
    this.accepted();
  }
}
