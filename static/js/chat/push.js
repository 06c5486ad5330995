// Whether this browser says that a message has come while no page is open. The push is empty: neither
// its carrier nor the screen learns from whom. Nobody is asked before their first message is sent.
import { fromBase64url, toBase64url } from "./bytes.js";
import { button, make } from "./dom.js";
import { call } from "./server.js";

const key = document.querySelector("meta[name=push-key]")?.content;
const user = document.querySelector("meta[name=chat-user]")?.content;
const isPossible = key && user && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** What this person has answered in this browser: "on", "no", or nothing yet. */
const answer = {
  get: () => localStorage.getItem(`footing-push-${user}`),
  set: (word) => localStorage.setItem(`footing-push-${user}`, word),
};

const pushes = async () => (await navigator.serviceWorker.getRegistration())?.pushManager;
const current = async () => (await pushes())?.getSubscription();
const fits = (one) => toBase64url(new Uint8Array(one.options.applicationServerKey)) === key;

async function subscribe() {
  const manager = await pushes();
  const known = await manager?.getSubscription();
  if (known && !fits(known)) await known.unsubscribe();
  const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64url(key) });
  await call("POST", "/notifications/push", { endpoint: made.endpoint });
  answer.set("on");
  sessionStorage.setItem("push-told", "1");
}

/** Asks the browser, which asks the person; only ever after a click. */
async function turnOn() {
  if ((await Notification.requestPermission()) === "granted") await subscribe();
}

async function turnOff() {
  const known = await current();
  answer.set("no");
  if (!known) return;
  await call("POST", "/notifications/push/removal", { endpoint: known.endpoint });
  await known.unsubscribe();
}

/**
 * What was chosen holds on after a change of keys and in the next session, with which the site ties
 * it; what somebody else chose here ends.
 */
async function renew() {
  const known = await current();
  const isTold = known && fits(known) && sessionStorage.getItem("push-told");
  if (answer.get() !== "on") await known?.unsubscribe();
  else if (Notification.permission === "granted" && !isTold) await subscribe();
}

/** Under the conversation, once a message has gone out. */
export function offerPush() {
  const foot = document.querySelector(".thread__foot");
  if (!isPossible || !foot || Notification.permission === "denied" || answer.get() || document.getElementById("push-offer")) return;
  const offer = make("p", { className: "note row", id: "push-offer" });
  const said = "This browser can tell you when an answer comes, also while Footing is closed. It says only that there is one.";
  const words = make("span", { textContent: said, role: "status" });
  const accept = button("Tell me about new messages", "btn--small", async () => {
    accept.disabled = true;
    await turnOn().then(() => offer.remove(), (error) => (words.textContent = failed(error)));
    accept.disabled = false;
  });
  const refuse = button("Not now", "btn--small btn--quiet", () => {
    answer.set("no");
    offer.remove();
  });
  offer.append(words, accept, refuse);
  foot.prepend(offer);
}

const failed = (error) => (error.status ? error.message : "That did not work: this browser could not reach its push service.");

/** Under Settings, where it is turned off again. */
async function showSetting(section) {
  const state = document.getElementById("push-state");
  const act = document.getElementById("push-button");
  const show = async (problem) => {
    const isOn = answer.get() === "on" && Boolean(await current());
    const isDenied = Notification.permission === "denied";
    state.textContent = problem ?? (isDenied
      ? "This browser does not allow notifications from Footing. You can change that in its own settings."
      : isOn
        ? "It tells you of new messages, also while Footing is closed: only that there is one, never from whom."
        : "It does not tell you of new messages while Footing is closed.");
    act.textContent = isOn ? "Stop telling me" : "Tell me about new messages";
    act.hidden = isDenied;
    act.onclick = async () => {
      act.disabled = true;
      await show(await (isOn ? turnOff() : turnOn()).then(() => undefined, failed));
      act.disabled = false;
    };
  };
  await show();
  section.hidden = false;
}

if (isPossible) {
  const setting = document.getElementById("push");
  renew().catch(() => {}).then(() => setting && showSetting(setting));
}
