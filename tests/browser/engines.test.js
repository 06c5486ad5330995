// Messages in browsers of other makes, whose WebCrypto and IndexedDB differ: keys are kept there and
// open what was sealed elsewhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openFirefox } from "./firefox.js";
import { demoSite } from "./site.js";
import { openTls } from "./tls.js";
import { openWebKit } from "./webkit.js";

const OLD = "The April statement of the letting agent is the one I need next.";
const shows = (text) =>
  [...document.querySelectorAll("#messages enc-msg")].some((one) => one.shadowRoot?.textContent.includes(text));

let demo, tls;
before(async () => {
  tls = await openTls();
  demo = await demoSite({ FOOTING_PUBLIC_URL: tls.url });
  tls.to(new URL(demo.url).port);
}, { timeout: 240_000 });
after(async () => {
  tls?.close();
  await demo?.stop();
});

for (const [name, start] of [["Firefox", openFirefox], ["WebKit", openWebKit]]) {
  test(`${name} is unlocked by the code, stays unlocked, and sends`, { timeout: 150_000 }, async () => {
    const browser = await start(tls.url);
    try {
      await unlockAndWrite(browser, `Written in ${name}.`);
    } finally {
      await browser.close();
    }
  });
}

async function unlockAndWrite({ run, open, reload, wait }, text) {
  const { email, password, code } = demo.people.client;
  await open("/login");
  await run((values) => {
    for (const [name, value] of Object.entries(values)) document.querySelector(`main [name=${name}]`).value = value;
    document.querySelector("main .btn--go").click();
  }, { email, password });
  await wait("sign-in", () => document.querySelector("form[action^='/logout']") !== null);

  await open("/messages");
  await wait("lock", () => document.querySelector("#unlock-messages #code") !== null);
  await run((text) => {
    document.querySelector("#code").value = text;
    document.querySelector("#unlock-messages .btn--go").click();
  }, code);
  await wait("unlocked messages", () => "unlocked" in document.body.dataset);
  await run(() => document.querySelector("#conversations a.conversation").click());
  await wait("opened history", shows, OLD);

  await reload();
  await wait("history after a reload", shows, OLD);
  assert.equal(await run(() => document.querySelectorAll("#unlock-messages").length), 0, "it stays unlocked");

  await wait("socket", () => document.body.dataset.live === "connected");
  await run((words) => {
    document.querySelector("#composer-body").value = words;
    document.querySelector("#send").click();
  }, text);
  await wait("sent message", (words) =>
    [...document.querySelectorAll("#messages enc-msg[data-seq]")].some((one) => one.shadowRoot?.textContent.includes(words)), text);
  await reload();
  await wait("sent message after a reload", shows, text);
}
