// Handing the keys of earlier messages to somebody who lost theirs and started fresh.
import { equal, fromBase64url, toBase64url } from "./bytes.js";
import { button } from "./dom.js";
import { makeReshare, parseEpoch } from "./epoch.js";
import { RESET } from "./keys.js";
import { call } from "./server.js";
import { wordsFor } from "./trouble.js";

export class Reshares {
  constructor({ conv, peer, name, keyring }, note) {
    Object.assign(this, { conv, peer, name, keyring, note, words: `Let ${name} read our earlier messages again` });
  }

  /** Puts the offer into the menu, and once the new key is accepted above the composer as well. */
  async offer(isAsked) {
    const line = document.getElementById("reshare");
    const epochs = await this.#missing();
    if (line) line.hidden = epochs.length === 0;
    if (epochs.length === 0) return;
    const act = () => this.#share(epochs).catch((error) => this.note(wordsFor(error)));
    if (line) line.firstElementChild.onclick = act;
    if (isAsked) this.note(`${this.name} cannot read what you two wrote before. `, button(this.words, "btn--small", act));
  }

  /** Epochs for a key that they lost, and that this browser can open. */
  async #missing() {
    const log = await this.keyring.log(this.peer);
    if (log.change === "reset" || !log.some(({ kind }) => kind === RESET)) return [];
    const { epochs } = await call("GET", `/messages/${this.conv}/reshares`);
    const isLost = ({ record }) => {
      const theirs = parseEpoch(fromBase64url(record)).members.find(({ user }) => user === this.peer);
      const at = log.findIndex(({ ikId }) => theirs && equal(ikId, theirs.ikId));
      return log.slice(at + 1).some(({ kind }) => kind === RESET);
    };
    return epochs.filter(isLost);
  }

  async #share(epochs) {
    const to = (await this.keyring.log(this.peer)).at(-1);
    const reshares = [];
    for (const { epoch, record, sig } of epochs) this.keyring.learn(this.conv, epoch, record, sig);
    for (const { epoch } of epochs) {
      const opened = await this.keyring.epoch(this.conv, epoch).catch(() => null);
      if (!opened) continue; // one that was locked here, too
      const made = await makeReshare({ conv: this.conv, epoch, from: this.keyring.own, to }, opened.ek);
      reshares.push({ record: toBase64url(made.record), sig: toBase64url(made.sig) });
    }
    if (reshares.length > 0) await call("POST", `/messages/${this.conv}/reshares`, { reshares });
    document.getElementById("thread-menu").hidePopover();
    this.note(`${this.name} can read your earlier messages from tomorrow on, and is told so by mail now.`);
    await this.offer(false);
  }
}
