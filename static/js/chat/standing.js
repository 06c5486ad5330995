// Where the open conversation stands: what the next message builds on, and how the page comes to the rows
// that it lacks.
import { call } from "./server.js";
import { chainStart } from "./wire.js";

/** Puts rows as the server writes them into their places. */
export const swapRows = (text) =>
  htmx.swap({ sourceElement: document.getElementById("live"), target: "#messages", swap: "none", text, transition: false });

export class Standing {
  constructor({ conv, keyring, history }, { epoch, epochAfter, stale }) {
    Object.assign(this, { conv, keyring, history, current: Number(epoch), isStale: stale !== undefined });
    this.epochAfter = Number(epochAfter); // the last row from before it
  }

  /** The epoch, the last row from before it, and the newest with its chain. */
  async now() {
    const last = (await this.history.rows()).at(-1);
    const mark = last ? { seq: last.seq, chain: last.chain } : { seq: 0, chain: await chainStart(this.conv) };
    return { current: this.current, isStale: this.isStale, epochAfter: this.epochAfter, mark };
  }

  began(epoch, { seq }) {
    if (epoch !== this.current) Object.assign(this, { current: epoch, isStale: false, epochAfter: seq });
  }

  /** After a refusal: keys and rows as they are now. */
  async lookAgain() {
    this.keyring.forget();
    const { current, is_stale: isStale, after_seq: epochAfter, newest } = await call("GET", `/messages/${this.conv}/epochs`);
    if (newest) this.keyring.learn(this.conv, newest.epoch, newest.record, newest.sig);
    Object.assign(this, { current, isStale, epochAfter });
    await this.catchUp();
  }

  /** The last row that this page has without a hole before it. */
  get last() {
    return this.history.ends[0];
  }

  /** Fetches what this page has missed. */
  async catchUp() {
    let [before, after] = [-1, this.last];
    do {
      before = after;
      await this.swap(await call("GET", `/messages/${this.conv}/since?after_seq=${before}`, undefined, "text/html"));
      after = Math.max(...this.history.ends); // a row that is kept back must not keep others back
    } while ("more" in document.getElementById("mark").dataset && after > before);
  }
  swap = swapRows;
}
