// Files in a conversation: from a desk to a telephone, sealed in between.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { png } from "./png.js";
import { open, signIn, site, until, visit } from "./support.js";
import { choose } from "./talk.js";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const MIB = 1 << 20;

let demo, ana, ben;
before(async () => {
  demo = await site("talkative");
  ana = await enter("client", "ana");
  ben = await enter("accountant", "ben", PHONE);
}, { timeout: 240_000 });
after(() => Promise.all([ana, ben].map((one) => one?.context.close())));

/** Somebody signed in whose browser is unlocked, in the conversation of the two. */
async function enter(role, name, how) {
  const visitor = await visit(demo, { ...how, acceptDownloads: true });
  const { page } = visitor;
  await signIn(page, demo.people[role]);
  await open(page, "/messages");
  await unlock(page, name);
  await page.locator("#conversations a", { hasText: name === "ana" ? "Ben, Northgate Tax" : "Ana Duarte" }).first().click();
  await page.locator("main[data-conversation]").waitFor();
  await page.locator("body[data-live=connected]").waitFor();
  return visitor;
}

async function unlock(page, name) {
  const code = new RegExp(`^\\s*${name}\\s+([0-9A-Z]{4}(?:-[0-9A-Z]{4}){8})`, "m").exec(demo.output())[1];
  await page.getByLabel("Recovery code").fill(code);
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.locator("body[data-unlocked]").waitFor();
}

const pdf = (length) => Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(length - 9, "0123456789 ")]);
const chips = (page) => page.locator(".composer__files .file");
const chip = (page, name) => chips(page).filter({ hasText: name });
const views = (page) => page.locator("enc-msg[data-seq] enc-file");
const view = (page, name) => views(page).filter({ hasText: name });

async function attach(page, ...files) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Attach files" }).click()]);
  await chooser.setFiles(files);
}

async function saved(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `Save ${name}` }).click()]);
  return [download.suggestedFilename(), readFileSync(await download.path())];
}

/** A JPEG as a telephone makes it, with the place where it was taken. */
async function photograph(page) {
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 800 });
    const context = canvas.getContext("2d");
    const slope = context.createLinearGradient(0, 0, 1200, 800);
    ["#1d4e57", "#ffe680", "#a8281e"].forEach((colour, i) => slope.addColorStop(i / 2, colour));
    context.fillStyle = slope;
    context.fillRect(0, 0, 1200, 800);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const place = Buffer.from("Exif\0\0GPS 53.8008 N 1.5491 W");
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, place.length + 2]), place]);
  return Buffer.concat([Buffer.from(bytes.slice(0, 2)), segment, Buffer.from(bytes.slice(2))]);
}

test("a picture and a PDF go from a desk to a telephone, with progress, and open there", { timeout: 180_000 }, async () => {
  const [from, to] = [ana.page, ben.page];
  const photo = await photograph(from);
  assert.ok(photo.includes("GPS 53.8008"));
  const paper = pdf(9 * MIB + 5); // two parts
  await from.evaluate(() => {
    globalThis.progress = [];
    new MutationObserver(() => document.querySelectorAll(".composer__files progress").forEach((one) => globalThis.progress.push(one.value)))
      .observe(document.querySelector(".composer"), { subtree: true, childList: true, attributes: true, attributeFilter: ["value"] });
  });
  await attach(from, { name: "flat.jpg", mimeType: "image/jpeg", buffer: photo }, { name: "certificate.pdf", mimeType: "application/pdf", buffer: paper });
  await from.getByLabel("Message to Ben").fill("The flat, and the certificate.");
  await from.getByRole("button", { name: "Send", exact: true }).click();
  await view(to, "certificate.pdf").waitFor({ timeout: 60_000 });
  assert.equal(await chips(from).count(), 0, "the line of what is being written is empty");
  const seen = new Set(await from.evaluate(() => globalThis.progress));
  assert.ok([...seen].some((value) => value > 0 && value < 100), `progress was shown: ${[...seen]}`);

  assert.match(await view(to, "certificate.pdf").innerText(), /9\.0 MB[\s\S]*Save[\s\S]*Not scanned for viruses\./);
  const [name, bytes] = await saved(to, "certificate.pdf");
  assert.equal(name, "certificate.pdf");
  assert.ok(bytes.equals(paper), "what is saved is what was sent");
  assert.match(await view(to, "flat.jpg").innerText(), /Not scanned for viruses\./);
  const [, drawn] = await saved(to, "flat.jpg");
  assert.ok(!drawn.includes("GPS 53.8008") && drawn.subarray(0, 2).equals(photo.subarray(0, 2)), "drawn anew, without the place");

  await to.getByRole("button", { name: "Open flat.jpg" }).tap();
  const shown = to.getByRole("dialog", { name: "flat.jpg" }).locator("img");
  await until("picture", 10, () => shown.evaluate((one) => one.complete && one.naturalWidth === 1200));
  const { x, width } = await shown.boundingBox();
  assert.ok(x >= 0 && x + width <= 390, "it fits the telephone");
  await ben.look({ widths: [390] });
  await to.getByRole("button", { name: "Close" }).tap();
  await to.locator("dialog").waitFor({ state: "detached" });
  for (const one of [ana, ben]) await one.look();

  // on a desk the names stand beside the conversation, the newest first, and lead to their message
  const beside = from.getByRole("complementary", { name: "About this conversation" }).locator("enc-files a");
  assert.deepEqual((await beside.allInnerTexts()).slice(0, 2), ["flat.jpg", "certificate.pdf"]);
  const message = await from.locator("enc-msg[data-seq]", { hasText: "certificate.pdf" }).getAttribute("id");
  await beside.filter({ hasText: "certificate.pdf" }).click();
  assert.equal(new URL(from.url()).hash, `#${message}`);

  // after a reload it is all there, out of the shadow roots nothing is
  await from.reload();
  await view(from, "flat.jpg").waitFor();
  assert.ok(!(await from.content()).includes("certificate.pdf"));
  assert.equal(await beside.count(), 2);
  await choose(from.locator("enc-msg[data-seq]", { hasText: "certificate.pdf" }), "Delete");
  await from.getByRole("button", { name: "Delete for both" }).click();
  await until("files gone from beside", 10, async () => (await beside.count()) === 0);
});

test("a recording tells how long it lasts and plays where it came", { timeout: 90_000 }, async () => {
  // a film that the browser itself records
  const bytes = await ana.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
    const context = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm" });
    const pieces = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.start(200);
    for (let frame = 0; frame < 12; frame++) {
      context.fillStyle = frame % 2 ? "#1d4e57" : "#ffe680";
      context.fillRect(0, 0, 160, 90);
      await new Promise((next) => setTimeout(next, 100));
    }
    await new Promise((stopped) => Object.assign(recorder, { onstop: stopped }).stop());
    return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
  });
  await attach(ana.page, { name: "walk.webm", mimeType: "video/webm", buffer: Buffer.from(bytes) });
  await ana.page.getByRole("button", { name: "Send", exact: true }).click();
  await view(ben.page, "walk.webm").waitFor();
  await view(ben.page, "walk.webm").getByRole("button", { name: /^Play/ }).click();
  const player = ben.page.locator("enc-file video");
  await until("the player", 15, () => player.evaluate((one) => one.readyState >= 2 && one.videoWidth === 160 && one.controls));
  await ben.look({ widths: [390] });
});

test("tables, office files and a ZIP go as downloads, and are never shown", { timeout: 90_000 }, async () => {
  const [from, to] = [ana.page, ben.page];
  const contents = {
    "bank.csv": Buffer.from("Datum;Betrag\r\n1.3.;5,00 \x80\r\n", "latin1"),
    "letter.docx": Buffer.from("PK\x03\x04\x14\0\x06\0words", "latin1"),
    "year.zip": Buffer.from("PK\x03\x04\x14\0\0\0all of it", "latin1"),
  };
  await attach(from, ...Object.entries(contents).map(([name, buffer]) => ({ name, mimeType: "", buffer })));
  await from.getByRole("button", { name: "Send", exact: true }).click();
  for (const [name, content] of Object.entries(contents)) {
    await view(to, name).waitFor();
    const acts = await view(to, name).locator("button").allInnerTexts();
    assert.deepEqual(acts, ["Save"], name);
    assert.match(await view(to, name).innerText(), /Not scanned for viruses/);
    assert.equal(await view(to, name).locator("img, audio, video").count(), 0);
    const [called, bytes] = await saved(to, name);
    assert.equal(called, name);
    assert.ok(content.equals(bytes), name);
  }
});

test("a file that is not what its name says is refused in words, as are unknown and too large ones", { timeout: 60_000 }, async () => {
  const { page } = ana;
  const before = await views(page).count();
  const program = Buffer.from("MZ\x90\0 this program cannot be run in DOS mode");
  await attach(
    page,
    { name: "invoice.pdf", mimeType: "application/pdf", buffer: program },
    { name: "holiday.jpg", mimeType: "image/jpeg", buffer: pdf(100) },
    { name: "books.xlsx", mimeType: "", buffer: Buffer.from("only words") },
    { name: "setup.exe", mimeType: "application/octet-stream", buffer: program },
    { name: "empty.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(0) },
  );
  for (const [name, words] of [
    ["invoice.pdf", /not what its name says: it is no PDF\. It cannot be sent\./],
    ["holiday.jpg", /not what its name says: inside it is a PDF/],
    ["books.xlsx", /not what its name says: it is no XLSX\. It cannot be sent\./],
    ["setup.exe", /This kind of file cannot be sent\. Send pictures/],
    ["empty.pdf", /is empty/],
  ]) {
    await chip(page, name).and(page.locator("[data-state=refused]")).waitFor();
    assert.match(await chip(page, name).getByRole("alert").innerText(), words);
  }
  await page.getByLabel("Message to Ben").fill("With these");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  assert.match(await page.locator(".composer [role=status]").innerText(), /Try it again or remove it/);
  await ana.look();
  while (await chips(page).count()) await chips(page).first().getByRole("button", { name: /^Remove/ }).click();
  assert.equal(await page.getByLabel("Message to Ben").inputValue(), "With these");
  await page.getByLabel("Message to Ben").fill("");
  assert.equal(await views(page).count(), before, "nothing was sent");
});

test("an upload is cancelled, one goes on after the network was away, one is dropped, one pasted", { timeout: 120_000 }, async () => {
  const { page, context } = ana;
  let [parts, removed] = [0, 0];
  page.on("request", (request) => {
    if (request.method() === "DELETE" && request.url().includes("/blobs/")) removed++;
  });
  // held, so that there is something to cancel
  let release;
  const held = new Promise((go) => (release = go));
  await page.route("**/blobs/*/parts/*", async (route) => {
    parts++;
    await held;
    await route.continue().catch(() => {});
  });
  await attach(page, { name: "long.pdf", mimeType: "application/pdf", buffer: pdf(3 * MIB) });
  await until("part on its way", 20, () => parts > 0);
  await chip(page, "long.pdf").getByRole("button", { name: "Cancel long.pdf" }).click();
  assert.equal(await chips(page).count(), 0);
  await until("removal", 10, () => removed > 0);
  release();
  await page.unroute("**/blobs/*/parts/*");

  // the second of two parts fails for a while: the first is not sent again
  const sent = [];
  await page.route("**/blobs/*/parts/*", (route) => {
    const part = Number(route.request().url().split("/").pop());
    sent.push(part);
    return part === 1 && sent.filter((one) => one === 1).length < 3 ? route.abort("connectionreset") : route.continue();
  });
  await attach(page, { name: "broken.pdf", mimeType: "application/pdf", buffer: pdf(9 * MIB) });
  await chip(page, "broken.pdf").and(page.locator("[data-state=ready]")).waitFor({ timeout: 40_000 });
  assert.deepEqual(sent, [0, 1, 1, 1]);
  await page.unroute("**/blobs/*/parts/*");

  const picture = [...png(300, 200)];
  await page.evaluate((bytes) => {
    const holding = (name) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
      return data;
    };
    const main = document.querySelector("main[data-conversation]");
    const event = (kind) => new DragEvent(kind, { dataTransfer: holding("dropped.png"), bubbles: true, cancelable: true });
    main.dispatchEvent(event("dragover"));
    main.dispatchEvent(event("drop"));
    const paste = new ClipboardEvent("paste", { clipboardData: holding("image.png"), bubbles: true, cancelable: true });
    document.getElementById("composer-body").dispatchEvent(paste);
  }, picture);
  for (const name of ["dropped.png", "image.png"]) await chip(page, name).and(page.locator("[data-state=ready]")).waitFor();

  // what is there stays there until it is sent
  await page.reload();
  await page.locator("body[data-live=connected]").waitFor();
  assert.equal(await chips(page).count(), 3);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  for (const name of ["broken.pdf", "dropped.png", "image.png"]) await view(ben.page, name).waitFor();
  assert.equal(await chips(page).count(), 0);

  // deleted for both, the files go too
  const mine = page.locator("enc-msg.message--mine[data-blobs]").last();
  const id = (await mine.getAttribute("data-blobs")).split(" ")[0];
  await choose(mine, "Delete");
  await mine.page().getByRole("button", { name: "Delete for both" }).click();
  await view(ben.page, "broken.pdf").waitFor({ state: "detached" });
  assert.equal((await context.request.get(`${demo.url}/blobs/${id}`)).status(), 404);
});

test("of texts, names and contents that were sent, the database, the files, the logs and the mails hold nothing", { timeout: 120_000 }, async () => {
  const { page } = ana;
  const marks = ["canary in the text", "canary in the draft", "canary-in-the-name", "canary in the content", "canary in the clear"];
  const [text, draft, name, content, clear] = marks;
  const buffer = Buffer.concat([pdf(100), Buffer.from(`${content} `.repeat(1000))]);
  await attach(page, { name: `${name}.pdf`, mimeType: "application/pdf", buffer });
  await page.getByLabel("Message to Ben").fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await view(ben.page, `${name}.pdf`).waitFor();
  const [, opened] = await saved(ben.page, `${name}.pdf`);
  assert.ok(opened.includes(content), "who it is for can read it");
  await page.getByLabel("Message to Ben").fill(draft);

  // what a broken script might send is refused, and not written down either
  const refused = await page.evaluate(async (words) => {
    const main = document.querySelector("main[data-conversation]").dataset;
    const headers = { "content-type": "application/json", "x-csrf-token": document.querySelector("meta[name=csrf]").content };
    const sender = document.querySelector("meta[name=chat-user]").content;
    const body = JSON.stringify({ sender, receiver: main.peer, text: words, blobs: [words] });
    return (await fetch("/send_message", { method: "POST", headers, body })).status;
  }, clear);
  assert.equal(refused, 422);
  await page.getByLabel("Message to Ben").fill("");

  const kept = demo.kept();
  assert.ok(kept.includes("Europe/London") && kept.includes("/send_message"), "database and log are searched");
  const forms = (words) => [words, Buffer.from(words).toString("hex"), Buffer.from(words, "utf16le")];
  for (const words of marks) {
    for (const form of forms(words)) assert.ok(!kept.includes(form), `${words} is kept`);
  }
});
