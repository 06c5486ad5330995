// What stands in the way of messages in this browser, in words for people.
import { Refused } from "./server.js";

const KEEPS_NOTHING = "This browser keeps nothing here, perhaps because this is a private window or site data is blocked. "
  + "Messages need a place in the browser for their key. Allow site data, or open Footing in another window or browser.";
const TOO_OLD = "This browser is too old for encrypted messages. Update it, or use another one.";
const NOT_SAFE = "Messages need a secure connection. Open this site by its https address.";
const FULL = "There is no room left in this browser. Free some space on this device, then try again. What you wrote is still here.";
const TOO_MUCH = "That is too much for one message.";
const NEWER = "This page is older than the site. Reload it.";
const UNVERIFIED = "What the server says about your keys could not be verified. Nothing is shown or sent here. Reload the page; if this stays, tell us.";
const VAULT = "What the server keeps for your browsers is missing, or older than what this browser has seen. Nothing is written over it. Reload the page; if this stays, tell us.";
const LOST = "Messages cannot be opened here at the moment. Reload the page; if that does not help, use another browser.";

/** Something that only another browser, or a change in this one, can help. */
export class Unusable extends Error {
  name = "Unusable";
}

export const keepsNothing = () => new Unusable(KEEPS_NOTHING);

/** Refuses a browser that lacks what messages are made with. */
export function checkBrowser() {
  if (globalThis.isSecureContext === false || !globalThis.crypto?.subtle) throw new Unusable(NOT_SAFE);
  if (!navigator.locks) throw new Unusable(TOO_OLD);
}

/** Whether the browser could not keep something. */
export const isFull = (error) => error?.name === "QuotaExceededError";
/** What is only remembered may be lost to a full browser: what is read must still be shown. */
export const passFull = (error) => {
  if (!isFull(error)) throw error;
};
const isOfStore = (error) => ["InvalidStateError", "UnknownError", "AbortError", "SecurityError", "TimeoutError", "DataError"].includes(error?.name);

/** What a person is told of a failure; never what a program said to another. */
export function wordsFor(error) {
  if (error instanceof Refused || error instanceof Unusable) return error.message;
  if (error?.name === "ChatError") return { newer: NEWER, limit: TOO_MUCH, vault: VAULT, rollback: VAULT }[error.code] ?? UNVERIFIED;
  if (isFull(error)) return FULL;
  if (isOfStore(error)) return KEEPS_NOTHING;
  if (error?.name === "NotSupportedError") return TOO_OLD;
  return LOST;
}

/** Said on a page that has no line of its own for it. */
export function tell(words, ...more) {
  let line = document.getElementById("chat-state");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "chat-state", className: "note chat-state" });
    line.setAttribute("role", "status");
    const head = document.querySelector(".panes__head, main .main");
    if (head?.matches(".panes__head")) head.after(line);
    else (head ?? document.querySelector("main")).prepend(line);
  }
  line.replaceChildren(words, ...more);
  line.hidden = !words && more.length === 0;
}
