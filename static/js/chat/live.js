// The page's side of the socket that hx-ws holds: what to follow, heartbeats, and what is heard that
// is no markup.
const HEART_MS = 25_000;
const TYPING_MS = 3000;
const TYPED_MS = 5000;
const SAID_MS = 5000;

const list = document.getElementById("list");
const typing = document.getElementById("typing");
const body = document.body;

/** Follows the socket; `pane` is the open conversation, if there is one. */
export function connect(pane) {
  let socket = null;
  let [typedAt, stopTyping, listing, saying] = [0, 0, 0, 0];
  const say = (frame) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));

  const setLive = (word) => {
    body.dataset.live = word;
    clearTimeout(saying);
    const shown = document.getElementById("live-state");
    if (word === "connected") shown.hidden = true;
    else saying = setTimeout(() => Object.assign(shown, { hidden: false }), SAID_MS);
  };

  async function opened(connection) {
    socket = connection.socket;
    await pane?.standing.catchUp().catch(() => {});
    if (pane) say({ t: "sub", conv: pane.conv, after: pane.standing.last });
    say({ t: "state", v: document.hidden ? "idle" : "active" });
    setLive("connected");
    pane?.outbox?.run();
  }

  function heard(frame) {
    const main = document.querySelector("main[data-conversation]");
    switch (frame.t) {
      case "hb":
        if (pane && frame.heads[pane.conv] > pane.standing.last) pane.standing.catchUp().catch(() => {});
        if (frame.more) refreshList();
        break;
      case "list":
        refreshList();
        break;
      case "typing":
        if (frame.conv !== pane?.conv) return;
        typing.textContent = `${pane.name} is writing`;
        clearTimeout(stopTyping);
        stopTyping = setTimeout(() => (typing.textContent = ""), TYPED_MS);
        break;
      case "presence": {
        const shown = document.getElementById("presence");
        shown.textContent = frame.words;
        shown.classList.toggle("online", frame.online);
        document.getElementById("peer-face").classList.toggle("face--on", frame.online);
        break;
      }
      case "receipt":
        if (frame.conv !== pane?.conv) return;
        Object.assign(main.dataset, { delivered: frame.delivered, read: frame.read, readAt: frame.read_at });
        pane.timeline.showReceipt();
        break;
    }
  }

  function refreshList() {
    clearTimeout(listing);
    listing = setTimeout(async () => {
      const open = pane ? `?open=${pane.conv}` : "";
      const headers = { "hx-request": "true", "hx-request-type": "partial", accept: "text/html" };
      const answer = await fetch(`/messages${open}`, { headers }).catch(() => null);
      if (!answer?.ok) return;
      const text = await answer.text();
      await htmx.swap({ sourceElement: list, target: "#list", swap: "innerHTML", text, transition: false });
      countUnread();
    }, 250);
  }

  const live = document.getElementById("live");
  live.addEventListener("htmx:ws:after:connection", ({ detail }) => opened(detail.connection));
  live.addEventListener("htmx:ws:before:message:incoming", ({ detail }) => {
    if (!detail.message.data.startsWith("{")) return;
    try {
      heard(JSON.parse(detail.message.data));
    } catch {
      // markup, or a kind of a newer version
    }
  });
  live.addEventListener("htmx:ws:close", ({ detail }) => {
    socket = null;
    setLive("off");
    const words = { 4401: "Sign in again", 1003: "Reload", 1007: "Reload", 1008: "Reload", 1009: "Reload" }[detail.code];
    if (words) {
      const shown = document.getElementById("live-state");
      const link = Object.assign(document.createElement("a"), { href: detail.code === 4401 ? `/login?next=${location.pathname}` : location.href, textContent: words });
      shown.replaceChildren("You are no longer connected. ", link);
      shown.hidden = false;
    }
  });
  live.setAttribute("hx-ws:connect", "/ws");
  htmx.process(live);

  setInterval(() => say({ t: "hb" }), HEART_MS);
  document.addEventListener("visibilitychange", () => {
    say({ t: "state", v: document.hidden ? "idle" : "active" });
    if (!document.hidden) pane?.standing.catchUp().catch(() => {});
  });
  addEventListener("online", () => pane?.standing.catchUp().catch(() => {}));
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

  if (!pane) return;
  pane.typing = () => {
    if (Date.now() - typedAt < TYPING_MS) return;
    typedAt = Date.now();
    say({ t: "typing", conv: pane.conv });
  };
}

/** "(2)" in the title, in the bar, and on the icon of an installed site. */
function countUnread() {
  const unread = Number(document.getElementById("conversations").dataset.unread);
  const entry = document.querySelector('#nav a[href="/messages"]');
  const count = Object.assign(document.createElement("span"), { className: "count", textContent: unread });
  count.append(Object.assign(document.createElement("span"), { className: "vh", textContent: " unread" }));
  entry.replaceChildren("Messages", ...(unread > 0 ? [" ", count] : []));
  document.title = document.title.replace(/^\(\d+\+?\) /, "");
  if (unread > 0) document.title = `(${unread}) ${document.title}`;
  if ("setAppBadge" in navigator) (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
}
