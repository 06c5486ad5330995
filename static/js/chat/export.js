// Taking a conversation along: an archive with a page to read, the rows with what proves them, the files,
// and the site's stamp, by which its operator can tell later that nothing was changed.
import { toBase64url, utf8 } from "./bytes.js";
import { make } from "./dom.js";
import { fetchFile } from "./enc-file.js";
import { safeName } from "./file.js";
import { call } from "./server.js";
import { archive } from "./zip.js";

const NOTICE = "From Footing, not encrypted";

/** Opens every row that this browser has a key for; what it cannot open stays sealed. */
async function openRows(keyring, { conversation, epochs, rows }) {
  for (const { epoch, record, sig, reshare } of epochs) keyring.learn(conversation, epoch, record, sig, reshare);
  for (const row of rows) {
    if (!row.wire) continue;
    const { sender, epoch, act, target, wire: ct } = row;
    const opened = await keyring.open({ conversation, sender, epoch, act, target: target ?? 0, ct }).catch(() => null);
    if (opened) Object.assign(row, { P: toBase64url(opened.p), kf: toBase64url(opened.kf), text: opened.payload });
  }
}

async function fetchFiles(rows, tell) {
  const files = [];
  for (const row of rows) {
    row.files = [];
    for (const [nth, att] of (row.text?.att ?? []).entries()) {
      tell(att.name);
      const name = `files/${row.seq}-${nth + 1}-${safeName(att.name, att.mime)}`;
      const pieces = await fetchFile(att).catch(() => null);
      row.files.push(pieces ? name : "");
      if (pieces) files.push({ name, pieces });
    }
  }
  return files;
}

const escaped = (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

/** What a row says, for people. */
function saidBy(row) {
  if (row.notice) return NOTICE;
  if (row.removed) return "Removed after a report";
  if (row.act === 2) return `Deletes message ${row.target}`;
  if (!row.wire) return "Deleted, or cleared";
  if (!row.text) return "Locked: this browser has no key for it";
  return (row.act === 1 ? `Changes message ${row.target}: ` : "") + row.text.body;
}

function page(title, who, { rows, stamp }) {
  const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  const line = (row) => {
    const links = (row.files ?? []).map((name) => (name ? ` <a href="${escaped(encodeURI(name))}">${escaped(name.slice(6))}</a>` : " (a file that could not be fetched)"));
    return `<li id="m-${row.seq}"><p><b>${escaped(who(row))}</b> <time>${time.format(row.server_ms)} UTC</time></p><p class="said" dir="auto">${escaped(saidBy(row))}${links.join("")}</p></li>`;
  };
  const style = `body{font:1rem/1.5 system-ui;max-width:42rem;margin:2rem auto;padding:0 1rem}ol{padding:0;list-style:none}
li{border-top:1px solid #ccc}p{margin:.3rem 0}.said{white-space:pre-wrap;overflow-wrap:anywhere}time{color:#555}`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title><style>${style}</style><h1>${escaped(title)}</h1>
<p>${rows.length} rows, stamped ${time.format(stamp.now_ms)} UTC. Whether anything was changed since, the operator of the site can tell
from this archive.</p><ol>${rows.map(line).join("\n")}</ol></html>\n`;
}

/** Makes the archive and saves it; `tell` says what is being fetched. */
export async function saveConversation({ conv, keyring, name }, tell) {
  const { user, name: ownName, conversations } = await call("GET", `/messages/export.json?conversation=${conv}`);
  const [talk] = conversations;
  await openRows(keyring, talk);
  const files = await fetchFiles(talk.rows, tell);
  const who = ({ sender }) => (sender === user ? ownName : sender ? talk.peer_name : "Footing");
  const html = page(`${ownName} and ${talk.peer_name}`, who, talk);
  const rows = talk.rows.map(({ text, ...row }) => row); // the words stand in P, as they were committed to
  const json = JSON.stringify({ format: "footing-conversation/1", user, name: ownName, ...talk, rows }, null, 1);
  const blob = new Blob(archive([
    { name: "conversation.html", pieces: [utf8(html)] },
    { name: "conversation.json", pieces: [utf8(json)] },
    ...files,
  ]), { type: "application/zip" });
  const link = make("a", { href: URL.createObjectURL(blob), download: `Messages with ${name}.zip`.replace(/[\\/:*?"<>|]/g, "_") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
