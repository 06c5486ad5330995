// A server that lies about data, and what the page says to each lie: its answers are altered on their way
// into a real browser that holds real keys. Each line of the tables is an alteration and its warning.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chainNext, chainStart, noticeHash, wireHash } from "../../static/js/chat/wire.js";
import { fromBase64url, toBase64url } from "../../static/js/chat/bytes.js";
import { look, open, site, until } from "./support.js";
import { bodies, choose, enter, keepCode, live, path, shows, unlock, write } from "./talk.js";

const WORDS = ["One, as it was sent.", "Two, which is changed.", "Three, which is deleted.", "Four.", "Five.", "Six."];

let demo, ana, ben, conversation, conv, honest;
before(async () => {
  demo = await site("demo");
  ana = await enter(demo, demo.people.client, { serviceWorkers: "block" }); // it would fetch past the lies
  ben = await enter(demo, demo.people.accountant);
  for (const one of [ana, ben]) {
    await open(one.page, "/messages");
    await unlock(one.page, one.person.code);
    await one.page.locator("body[data-unlocked]").waitFor();
  }
  await ana.page.locator("#conversations a.conversation", { hasText: "Ben" }).click();
  await live(ana.page);
  conversation = path(ana.page);
  conv = conversation.split("/")[2];
  await open(ben.page, conversation);
  await live(ben.page);
  for (const words of WORDS) {
    await write(ben.page, words);
    await shows(ana.page, words);
  }
  const said = (words) => ben.page.locator("#messages enc-msg[data-seq]").nth(-WORDS.length + WORDS.indexOf(words));
  await choose(said(WORDS[1]), "Edit");
  await write(ben.page, "Two, changed.");
  await shows(ana.page, "Two, changed.");
  await choose(said(WORDS[2]), "Delete");
  await ben.page.locator("#message-menu").getByRole("button", { name: "Delete for both" }).click();
  await shows(ana.page, "Ben deleted this message");
  await write(ana.page, "An answer.");
  await shows(ben.page, "An answer.");
  await settle(ana.page);
  honest = await (await ana.page.request.get(conversation)).text();
}, { timeout: 240_000 });
after(() => Promise.all([ana, ben].map((one) => one?.context.close())));

// --- what the page says ---------------------------------------------------------------------------

const above = (page) => page.locator("#history-state").innerText();
const beside = (page) => page.locator(".log__warning").allInnerTexts().then((all) => all.join("\n"));
/** The rows of a page were checked and kept: nothing is under way. */
const settle = async (page) => {
  await page.waitForTimeout(700);
  await until("the end of the checking", 10, async () => !/^Checking/.test(await above(page)));
};

// --- what a server can do to an answer --------------------------------------------------------------

const MESSAGE = /<enc-msg\s[^>]*data-seq="(\d+)"[\s\S]*?<\/enc-msg>/g;
const rowsOf = (html) => [...html.matchAll(MESSAGE)].map(([text, seq]) => ({ seq: Number(seq), text }));
const value = (text, name) => new RegExp(` ${name}="([^"]*)"`).exec(text)[1];
const setting = (text, name, to) => text.replace(new RegExp(` ${name}="[^"]*"`), ` ${name}="${to}"`);
/** The nth message of those written above; what is done to it. */
const message = (html, nth) => rowsOf(html).at(nth - WORDS.length - 2).text; // the last one is the answer
const change = (html, nth, by) => html.replace(message(html, nth), by(message(html, nth)));
const from = (seq) => (html) => rowsOf(html).filter((row) => row.seq >= seq).reduce((text, row) => text.replace(row.text, ""), html)
  .replace(/<enc-link[^>]*data-seq="(\d+)"[^>]*><\/enc-link>/g, (text, at) => (Number(at) >= seq ? "" : text));
const withEdit = (text, edit) => text.replace('<span class="message__meta">', `${edit}<span class="message__meta">`);
const editOf = (text) => /<enc-edit[^>]*><\/enc-edit>/.exec(text)[0];
const isGone = (text, more) => {
  const head = toBase64url(fromBase64url(value(text, "data-ct")).slice(0, 135));
  return setting(text, "data-ct", "").replace(' data-act="0"', ` data-act="0" data-deleted${more} data-head="${head}"`);
};

/** One more row at the end, laid into the chain as the server alone can: `ct` is an old message's. */
async function repeat(html) {
  const all = [...html.matchAll(/data-seq="(\d+)"[^>]*data-chain="([^"]+)"/g)].map(([text, seq]) => ({ seq: Number(seq), text }));
  const last = all.sort((one, other) => one.seq - other.seq).at(-1);
  const old = message(html, 4);
  const [seq, ts] = [last.seq + 1, Date.now()];
  const hash = await wireHash(fromBase64url(value(old, "data-ct")));
  const chain = await chainNext(fromBase64url(value(` ${last.text}"`, "data-chain")), seq, ts, hash);
  const fields = { id: `m-${seq}`, "data-at": seq, "data-seq": seq, "data-ts": ts, "data-chain": toBase64url(chain) };
  const made = Object.entries(fields).reduce((text, [name, to]) => setting(text, name, to), old);
  const end = html.lastIndexOf("</enc-msg>") + "</enc-msg>".length;
  return html.slice(0, end) + made + html.slice(end);
}

/** The whole history told anew, with one time moved: every link of it holds. */
async function retold(html) {
  const TAG = /<(?:enc-msg|enc-edit|enc-link|chat-notice)\s[^>]*data-seq="(\d+)"[^>]*>/g;
  const tags = [...html.matchAll(TAG)].filter(([tag]) => tag.includes(" data-ts=")).map(([tag, seq]) => ({ tag, seq: Number(seq) })).sort((one, other) => one.seq - other.seq);
  let chain = tags[0].seq === 1 ? await chainStart(conv) : null;
  for (const { tag, seq } of tags) {
    const ct = / data-ct="([^"]+)"/.exec(tag)?.[1];
    const kind = / data-kind="(\d+)"/.exec(tag)?.[1];
    const hash = ct ? await wireHash(fromBase64url(ct)) : kind ? await noticeHash(conv, Number(kind), value(tag, "data-ref")) : fromBase64url(value(tag, "data-wh"));
    const ts = Number(value(tag, "data-ts")) + (seq === tags.at(-3).seq ? 1 : 0);
    chain = chain ? await chainNext(chain, seq, ts, hash) : fromBase64url(value(tag, "data-chain"));
    html = html.replace(tag, setting(setting(tag, "data-ts", ts), "data-chain", toBase64url(chain)));
  }
  return html;
}

/** A page that is told lies: pages and rows altered by `lie`, answers in JSON by `more`, nothing pushed. */
async function lieIn(lie, prepare = () => {}) {
  const page = await ana.context.newPage();
  await prepare(page);
  await page.routeWebSocket(/\/ws$/, () => {});
  await page.route(new RegExp(`${conversation}(/since.*)?$`), async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const isPage = text.includes("<main");
    await route.fulfill({ response, body: isPage ? await lie(text) : '<chat-mark hx-swap-oob="true" id="mark" data-last="0" hidden></chat-mark>' });
  });
  await open(page, conversation);
  return page;
}

const BROKEN = /does not hold together/;
/** What is altered: how, what is said above the composer, what beside the message, what it is shown as. */
const LIES = {
  "a message is left out of the middle": { lie: (html) => change(html, 4, () => ""), row: /A message may be missing here/ },
  "a message is there only as a hash": {
    lie: (html) => change(html, 4, (text) => `<enc-link${["data-seq", "data-ts", "data-wh", "data-chain"].map((name) => ` ${name}="${value(text, name)}"`).join("")} hidden></enc-link>`),
    row: /A message may be missing here/,
  },
  "two messages change places": {
    lie: (html) => {
      const [one, other] = [value(message(html, 4), "data-ct"), value(message(html, 5), "data-ct")];
      return change(change(html, 4, (text) => setting(text, "data-ct", other)), 5, (text) => setting(text, "data-ct", one));
    },
    said: BROKEN, row: /changed or moved/,
  },
  "older ciphertext stands under a newer hash": {
    lie: (html) => change(html, 6, (text) => setting(text, "data-ct", value(message(html, 1), "data-ct"))),
    said: BROKEN, row: /repeated here/, shown: /could not be verified/,
  },
  "an old message is shown as the newest": { lie: repeat, row: /repeated here/, shown: /could not be verified/ },
  "the time of a message is another": { lie: (html) => change(html, 4, (text) => setting(text, "data-ts", Number(value(text, "data-ts")) + 1)), said: BROKEN },
  "a delete is forged": { lie: (html) => change(html, 5, (text) => isGone(text, "")), shown: /nothing shows that Ben deleted it/ },
  "somebody else's delete is given for it": {
    lie: (html) => change(html, 5, (text) => withEdit(isGone(text, ""), editOf(message(html, 3)))),
    shown: /nothing shows that Ben deleted it/,
  },
  "a removal after a report is forged": { lie: (html) => change(html, 5, (text) => isGone(text, " data-removed")), row: /Nothing shows that this was removed/ },
  "an edit of another message is given": {
    lie: (html) => change(html, 5, (text) => withEdit(text, editOf(message(html, 2)))),
    shown: /could not be verified/,
  },
  "an edit is kept back": { lie: (html) => change(html, 2, (text) => text.replace(editOf(text), "")), row: /A message may be missing here/ },
  "an edit is there only as a link": {
    lie: (html) => change(html, 2, (text) => editOf(text).replaceAll("enc-edit", "enc-link") + text.replace(editOf(text), "")),
    row: /A message may be missing here/,
  },
  "five rows are cut off the end": { lie: (html) => from(rowsOf(html).at(-1).seq - 4)(html), said: /missing at the end/ },
  "the whole history is told anew": { lie: retold, said: /not the one this browser has seen before/ },
};

/** The same browser told the truth: nothing is said. */
async function hearsTheTruth() {
  const { page } = ana;
  await open(page, conversation);
  await live(page);
  await settle(page);
  assert.deepEqual([await above(page), await beside(page)], ["", ""], "the mark was not moved by a lie");
}

test("an honest history is shown without a word", { timeout: 60_000 }, async () => {
  for (const lie of [(html) => html, () => honest]) {
    const page = await lieIn(lie);
    await settle(page);
    assert.deepEqual([await above(page), await beside(page)], ["", ""]);
    assert.ok(!(await bodies(page)).some((text) => /verified|nothing shows/.test(text)));
    await page.close();
  }
  await hearsTheTruth();
  await look(ana.page);
});

for (const [what, { lie, said, row, shown }] of Object.entries(LIES)) {
  test(`where ${what}, the page says so, and nothing more once the truth is told`, { timeout: 60_000 }, async () => {
    const page = await lieIn(lie);
    try {
      if (said) await until(`${said} above`, 10, async () => said.test(await above(page)));
      if (row) await until(`${row} beside`, 10, async () => row.test(await beside(page)));
      if (shown) await until(`${shown} in ${JSON.stringify((await bodies(page)).slice(-8))}`, 10, async () => (await bodies(page)).some((text) => shown.test(text)));
    } catch (error) {
      error.message += `\n  above: ${await above(page)}\n  beside: ${await beside(page)}`;
      throw error;
    } finally {
      await page.close();
    }
    await hearsTheTruth();
  });
}

/** Alters what one address answers in JSON. */
const answering = (page, address, by) => page.route(address, async (route) => {
  if (route.request().method() !== "GET") return route.continue();
  const response = await route.fetch();
  return route.fulfill({ response, json: await by(await response.json()) });
});

test("rows between what was seen and what is shown are loaded and joined, and said not to join where they do not", { timeout: 120_000 }, async () => {
  await ana.page.goto("about:blank");
  for (const words of ["Seven.", "Eight.", "Nine."]) {
    await write(ben.page, words);
    await shows(ben.page, words);
  }
  await ben.page.locator("enc-msg[id^=p-]").waitFor({ state: "detached" });
  /** As a page that begins with the last message. */
  const late = (html) => {
    const earlier = rowsOf(html).slice(0, -1).reduce((text, row) => text.replace(row.text, ""), html);
    return earlier.replace(/<enc-link[^>]*><\/enc-link>/g, "").replace(/<chat-notice[\s\S]*?<\/chat-notice>/g, "");
  };
  const altered = await lieIn(late, (page) => answering(page, /\/chain\?/, async (told) => {
    await new Promise((done) => setTimeout(done, 1500));
    told.rows[0].ts += 1;
    return told;
  }));
  await until("words about the checking", 5, async () => /Checking earlier messages/.test(await above(altered)));
  await until("an alarm", 10, async () => /not the one this browser has seen before/.test(await above(altered)));
  await altered.close();
  const alone = await lieIn(late, (page) => page.route(/\/chain\?/, (route) => route.abort()));
  await until("what is not checked", 10, async () => /not checked yet/.test(await above(alone)));
  assert.equal(await alone.locator("#history-state.note--bad").count(), 0);
  await alone.close();
  let asked = 0;
  const joined = await lieIn(late, (page) => answering(page, /\/chain\?/, (told) => {
    asked += 1;
    return told;
  }));
  await settle(joined);
  assert.deepEqual([await above(joined), await beside(joined), asked > 0], ["", "", true], "joined");
  await joined.close();
  await hearsTheTruth();
});

test("a vault that is missing, older than one seen, or another identity's is an alarm and is not written over", { timeout: 120_000 }, async () => {
  const { page } = ana;
  const [VAULT, at] = [/\/messages\/keys\/vault$/, "/messages/keys/vault"];
  const older = await (await page.request.get(at)).json();
  await open(page, `${conversation}/safety`);
  await page.locator("#verified").check();
  await until("that it is kept", 10, async () => /Kept/.test(await page.locator("#safety-state").innerText()));
  const newer = await (await page.request.get(at)).json();
  assert.ok(newer.version > older.version);
  for (const told of [null, older, { ...newer, ik_id: "A".repeat(43) }, { ...older, version: newer.version }]) {
    try {
      await answering(page, VAULT, () => told);
      await open(page, conversation);
      await until(`an alarm about ${JSON.stringify(told)?.slice(0, 60)}`, 10, async () => /missing, or older|could not be verified/.test(await above(page)));
      await open(page, `${conversation}/safety`);
      await until("words there, too", 10, async () => (await page.locator("#safety-state").innerText()) !== "");
    } finally {
      await page.unrouteAll();
    }
    assert.deepEqual(await (await page.request.get(at)).json(), newer, "nothing is written over it");
  }
  await open(page, conversation);
  await live(page);
  await settle(page);
  assert.equal(await above(page), "");
});

test("a log that was altered is said so, and what cannot be sealed stands as not sent and blocks nothing", { timeout: 120_000 }, async () => {
  const { page } = ana;
  await open(page, conversation);
  const peer = await page.locator("main").getAttribute("data-peer");
  try {
    const bent = (line) => ({ ...line, self_sig: line.self_sig.replace(/^./, (one) => (one === "A" ? "B" : "A")) });
    await answering(page, new RegExp(`/messages/keys/${peer}$`), (told) => ({ ...told, log: told.log.map(bent) }));
    await open(page, conversation);
    await until("an alarm", 10, async () => /keys of Ben could not be verified/.test(await above(page)));
    await write(page, "Cannot be sealed.");
    await page.locator(".message--failed", { hasText: "Not sent" }).waitFor();
  } finally {
    await page.unrouteAll();
  }
  await open(page, conversation);
  await live(page);
  await write(page, "Goes all the same.");
  await shows(ben.page, "Goes all the same.");
  const failed = page.locator(".message--failed");
  await failed.getByRole("button", { name: "Edit" }).click();
  await failed.waitFor({ state: "detached" });
  assert.equal(await page.locator("#composer-body").inputValue(), "Cannot be sealed.");
  await page.fill("#composer-body", "Sealed now.");
  await page.click("#send");
  await shows(ben.page, "Sealed now.");
});

test("an epoch is opened only where it follows the record before it, which is fetched", { timeout: 180_000 }, async () => {
  const { page } = ana;
  await open(page, conversation);
  await live(page);
  await open(ben.page, "/settings/messages");
  await ben.page.locator("#change-key").click();
  await keepCode(ben.page);
  await ben.page.locator("#change-key").waitFor();
  await open(ben.page, conversation);
  await live(ben.page);
  await write(ben.page, "Under the second key.");
  await shows(page, "Under the second key.");
  const without = (html) => html.replace(/<enc-epoch[^>]* data-epoch="1"[^>]*><\/enc-epoch>/g, "");
  const fetched = await lieIn(without);
  await until("the message", 10, async () => (await bodies(fetched)).at(-1) === "Under the second key.");
  await fetched.close();
  const bent = (told) => ({ ...told, record: told.record.replace(/.(?=.{250}$)/, (one) => (one === "A" ? "B" : "A")) });
  const altered = await lieIn(without, (one) => answering(one, /\/epochs\/1$/, bent));
  await until("that it is hidden", 10, async () => /could not be verified/.test((await bodies(altered)).at(-1)));
  await altered.close();
});
