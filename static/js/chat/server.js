// How these scripts talk to the server: JSON with the page's form token, bytes as base64url.
import { fromBase64url, toBase64url } from "./bytes.js";

/** The server said no; `status` and `code` are for programs, the message for people. */
export class Refused extends Error {
  constructor(status, { error, words, ...rest } = {}) {
    super(words ?? "That did not work. Try again.");
    Object.assign(this, { status, code: error ?? "", ...rest });
  }
}

export const token = () => document.querySelector("meta[name=csrf]")?.content ?? "";

/** Sends or fetches; answers JSON, or text where `accept` asks for that. Throws `Refused`. */
export async function call(method, path, body, accept = "application/json") {
  const headers = { accept, "x-csrf-token": token() };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (accept === "text/html") headers["hx-request-type"] = "partial";
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) {
    const refused = new Refused(answer.status, await answer.json().catch(() => ({})));
    refused.after = Number(answer.headers.get("retry-after")) || 0;
    throw refused;
  }
  if (answer.status === 204) return null;
  return accept === "application/json" ? answer.json() : answer.text();
}

/** Whether trying the same again later may help. */
export const mayPass = (error) => !(error instanceof Refused) || error.status >= 500 || error.status === 429;

/** A log as the server tells it, for `verifyLog`. The lines hold keys; what is computed is left out. */
export const readLog = ({ log }) =>
  log.map((line) => {
    const entry = fromBase64url(line.entry);
    return {
      keySeq: line.key_seq,
      kind: line.kind,
      x25519Pub: entry.slice(25, 57),
      ed25519Pub: entry.slice(57, 89),
      selfSig: fromBase64url(line.self_sig),
      prevSig: line.prev_sig && fromBase64url(line.prev_sig),
    };
  });

/** A line of one's own log, for the server. Its bytes are laid out as they were signed. */
export const writeEntry = (entry, { selfSig, prevSig }) => ({
  entry: toBase64url(entry),
  self_sig: toBase64url(selfSig),
  prev_sig: prevSig && toBase64url(prevSig),
});

export const readWrap = (wrap) => ({
  salt: fromBase64url(wrap.salt),
  nonce: fromBase64url(wrap.nonce),
  commit: fromBase64url(wrap.commit),
  ct: wrap.ct && fromBase64url(wrap.ct),
});
export const writeWrap = (wrap) =>
  Object.fromEntries(Object.entries(wrap).map(([name, bytes]) => [name, toBase64url(bytes)]));

/** "Firefox on Linux", for the list of unlocked browsers. */
export function browserName() {
  const has = (pairs, other) => pairs.find(([mark]) => navigator.userAgent.includes(mark))?.[1] ?? other;
  const browser = has([["Firefox/", "Firefox"], ["Edg/", "Edge"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]], "A browser");
  const system = has(
    [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]],
    "an unknown system",
  );
  return `${browser} on ${system}`;
}
