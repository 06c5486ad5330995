// Small comforts for every page. Each page works without them: what needs this script (a button
// that only it can answer) stands in the page with `hidden`, and is shown from here.
// The security policy forbids text as HTML, so all that is added is built of nodes.

const TOAST_MS = 6000;
const known = new WeakSet();
/** Every match that was not met before: parts of a page are exchanged while it stands open. */
const fresh = (selector) =>
  [...document.querySelectorAll(selector)].filter((one) => !known.has(one) && known.add(one));

const element = (name, properties) => Object.assign(document.createElement(name), properties);

function prepare() {
  fresh("button[data-show]").forEach(offerShow);
  fresh("[data-guess-zone]").forEach(guessZone);
  fresh("textarea[data-most]").forEach(count);
  fresh("[data-copy]").forEach(offerCopy);
  fresh("#toasts > .toast").forEach(letGo);
  // The button of the filters says what they find now.
  const found = document.querySelector("[data-show-words]");
  for (const button of document.querySelectorAll("[data-shows]")) button.textContent = found?.dataset.showWords ?? button.textContent;
}

// Passwords: "Show" beside the field, which the server leaves hidden.
function offerShow(button) {
  const field = document.getElementById(button.dataset.show);
  if (!field) return;
  const show = (on) => {
    field.type = on ? "text" : "password";
    button.textContent = on ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(on));
  };
  show(false);
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  // Browsers offer to keep a password only if it is sent from a field that hides it.
  field.form?.addEventListener("submit", () => show(false));
}

// Time zone: the server marks a field whose value it does not know. A wrong guess can be changed.
function guessZone(field) {
  const zone = oneName();
  const values = [...(field.options ?? [])].map((one) => one.value);
  // Browsers still say "Asia/Calcutta" where lists say "Asia/Kolkata"; both come down to one name.
  const same = values.includes(zone) ? zone : values.find((one) => one && oneName(one) === zone);
  field.value = field.options ? (same ?? field.value) : zone;
}
function oneName(timeZone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return ""; // not known to this browser
  }
}

// Pages that show times ask for the browser's zone only through this cookie.
const zoneHere = oneName();
if (zoneHere && !document.cookie.includes("tz=")) {
  document.cookie = `tz=${zoneHere}; Path=/; Max-Age=31536000; SameSite=Lax; Secure`;
}

// Slot picker: what is chosen stands beside the button too.
addEventListener("change", ({ target }) => {
  if (target.name !== "start" || !target.dataset.words) return;
  for (const one of document.querySelectorAll("[data-chosen]")) one.textContent = target.dataset.words;
});

// Long texts: how much is written, counted as the server counts.
function count(field) {
  const most = Number(field.dataset.most);
  const line = element("p", { className: "field__count" });
  const number = (n) => n.toLocaleString(document.documentElement.dataset.locale);
  const say = () => {
    const length = [...field.value.normalize("NFC")].length;
    // Said aloud only near the end; before that it would interrupt every word.
    line.setAttribute("aria-live", length > most * 0.9 ? "polite" : "off");
    line.classList.toggle("is-over", length > most);
    const over = length > most ? `, ${number(length - most)} too many` : "";
    line.textContent = `${number(length)} of ${number(most)}${over}`;
  };
  say();
  field.after(line);
  field.addEventListener("input", say);
}

// Copying: a field's value, or the lines of anything else.
function offerCopy(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value ?? source.innerText);
      toast("Copied.");
    } catch {
      toast("This browser does not allow copying. Select the text and copy it by hand.", true);
    }
  });
}

// Toasts: gone after a while, but not while somebody reads or reaches for one. Errors stay.
function letGo(one) {
  one.querySelector("button")?.addEventListener("click", () => one.remove());
  if (one.classList.contains("toast--bad")) return;
  let timer;
  const stay = () => clearTimeout(timer);
  const leave = () => {
    stay();
    timer = setTimeout(() => (one.matches(":hover, :focus-within") ? leave() : one.remove()), TOAST_MS);
  };
  for (const name of ["pointerenter", "focusin"]) one.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) one.addEventListener(name, leave);
  leave();
}

function toast(words, bad = false) {
  const toasts = document.getElementById("toasts");
  if (!toasts || toasts.textContent.includes(words)) return;
  const one = element("div", { className: bad ? "toast toast--bad" : "toast" });
  one.append(
    element("p", { textContent: words }),
    element("button", { type: "button", className: "btn btn--quiet btn--small", textContent: "Close" }),
  );
  toasts.append(one);
  prepare();
}

// Forms that must not be sent twice. The button may say what is sent, so it is disabled after that.
const held = new Map();

function hold(form, pressed) {
  const button = pressed ?? form.querySelector("button:not([type=button])");
  if (!button || held.has(button)) return;
  held.set(button, [...button.childNodes]);
  button.disabled = true;
  button.replaceChildren("Sending");
}
function release() {
  for (const [button, nodes] of held) {
    button.disabled = false;
    button.replaceChildren(...nodes);
  }
  held.clear();
}

addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
  if (target.matches("[data-once]") && !defaultPrevented) setTimeout(hold, 0, target, submitter);
});
// Back may show the page as it was left, button and all.
addEventListener("pageshow", release);

// Parts that htmx exchanges: the same comforts for what is new.
addEventListener("htmx:after:process", prepare);
addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches("form[data-once]")) hold(ctx.sourceElement, ctx.request.submitter);
});
addEventListener("htmx:finally:request", release);
addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.response) toast("No connection. Try again.", true);
});

prepare();
// A form of one button that the page itself may press, such as confirming an address here.
document.querySelector("form[data-send]")?.requestSubmit();
// A form handed back: begin where the problems are listed.
document.querySelector(".errors[role=alert]")?.focus();

// Keys for messages are made at the first page after signing in; signing out takes them away again.
const chatUser = document.querySelector("meta[name=chat-user]");
if (chatUser?.dataset.keys === "none") import(chatUser.dataset.setup);
const signOut = (form) => {
  navigator.serviceWorker?.controller?.postMessage("signed-out");
  form.submit();
};
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/logout" || event.defaultPrevented) return;
  event.preventDefault();
  if (!chatUser || chatUser.dataset.keys === "none") return signOut(form);
  const go = () => signOut(form);
  return import(chatUser.dataset.leave).then(({ leave }) => leave(chatUser, go)).catch(go);
});

// The service worker: a page for when there is no connection, and word of what comes meanwhile.
const scripts = self.trustedTypes?.createPolicy("footing", {
  createScriptURL(url) {
    if (url === "/sw.js") return url;
    throw new TypeError(`${url} is no script of Footing`);
  },
});
addEventListener("load", () => {
  const worker = scripts?.createScriptURL("/sw.js") ?? "/sw.js";
  navigator.serviceWorker?.register(worker, { updateViaCache: "none" }).catch(() => {});
});
// The icon of an installed site shows what the title counts.
if (chatUser && "setAppBadge" in navigator) {
  navigator.setAppBadge(Number(/^\((\d+)/.exec(document.title)?.[1] ?? 0)).catch(() => {});
}

// A booking's page follows what becomes of it.
addEventListener("htmx:ws:after:connection", ({ target, detail }) => {
  if (!target.dataset.booking) return;
  detail.connection.socket.send(JSON.stringify({ t: "sub", booking: target.dataset.booking }));
  document.body.dataset.live = "connected";
});
addEventListener("htmx:ws:close", ({ target }) => {
  if (target.dataset.booking) document.body.dataset.live = "off";
});
