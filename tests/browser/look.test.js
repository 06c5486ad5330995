// `look` must be able to see: good pages pass under Footing's own policy, each fault is found.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { follow, formWith, fill, send, visit } from "./support.js";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx footing";

const page = (main, head = "") => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sample – Footing</title>
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/app.css">${head}</head>
<body data-page="sample"><main>${main}</main><p class="print-foot">ADDRESS</p></body></html>`;

const good = page('<h1>Sample</h1><p>All is well. <a href="/second">Go on</a></p>');
const form = page(`<h1>Form</h1><button popovertarget="sheet">Filters</button>
  <div id="sheet" popover><form method="post" action="/form"><label>Name <input name="name"></label>
  <fieldset><legend>Role</legend><label><input type="radio" name="role" value="client" class="vh"> Client</label>
  <label><input type="radio" name="role" value="accountant" class="vh"> Accountant</label></fieldset>
  <label>Country <select name="country"><option value="">–</option><option value="GB">Britain</option></select></label>
  <button type="button">Show</button><button>Send</button></form></div>`);

const pages = {
  "/": good,
  "/second": page("<h1>Second</h1>"),
  "/form": form,
  "/gone": page("<h1>Not found</h1>"),
  "/inline-style": page('<h1>Sample</h1><p style="color: red">Red</p>'),
  "/inline-script": page("<h1>Sample</h1><script>1</script>"),
  "/missing-file": page("<h1>Sample</h1>", '<script src="/nowhere.js" defer></script>'),
  "/throws": page("<h1>Sample</h1>", '<script src="/throws.js" defer></script>'),
  "/wide": page('<h1>Sample</h1><p class="wide">Wide</p>'),
  "/no-label": page('<h1>Sample</h1><input name="q">'),
  "/pale-at-night": page('<h1>Sample</h1><p class="pale">Hard to read</p>'),
  "/wide-when-large": page('<h1>Sample</h1><p class="large">Wide when letters are large</p>'),
  "/no-file": page('<h1>Sample</h1><img src="" alt="Nothing">'),
  "/no-icon": page('<h1>Sample</h1><svg class="icon" aria-hidden="true"><use href="/icon.svg#nothing"/></svg>'),
  "/cut-off": page('<h1>Sample</h1><p class="low">Words that are cut off when they are large</p>'),
  "/no-address": page("<h1>Sample</h1>").replace("ADDRESS", ""),
  "/button-on-paper": page('<h1>Sample</h1><p><a class="btn" href="/">Back</a></p>'),
  "/two-headings": page("<h1>Sample</h1><h1>Again</h1>"),
};

const files = {
  "/app.css": [
    "text/css",
    `:root { color-scheme: light dark; background: light-dark(#fff, #111); color: light-dark(#111, #eee); }
     a { color: light-dark(#0a5560, #7fd0d6); }
     .wide { inline-size: 500px; }
     @media (width >= 1000px) { .large { inline-size: 50rem; } }
     .low { block-size: 30px; overflow: hidden; }
     .print-foot { display: none; }
     @media print { .print-foot { display: block; } button, [popover] { display: none; } }
     .vh { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
     @media (prefers-color-scheme: dark) { .pale { color: #333; } }`,
  ],
  "/icon.svg": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  "/throws.js": ["text/javascript", "throw new Error('on purpose')"],
};

const server = createServer((request, response) => {
  const headers = { "Content-Security-Policy": policy, "Set-Cookie": "__Host-footing=1; Path=/; Secure; HttpOnly; SameSite=Lax" };
  const { pathname } = new URL(request.url, "http://localhost");
  const addressed = (html) => html.replace("ADDRESS", `http://${request.headers.host}${pathname}`);
  if (files[pathname]) {
    response.writeHead(200, { "Content-Type": files[pathname][0] }).end(files[pathname][1]);
  } else if (request.method === "POST") {
    let body = "";
    request.on("data", (part) => (body += part)).on("end", () => {
      const said = `<h1>Sent</h1><p id="said">${body.replaceAll("&", " ")}</p><p id="cookie">${request.headers.cookie}</p>`;
      response.writeHead(422, { ...headers, "Content-Type": "text/html" }).end(addressed(page(said)));
    });
  } else {
    const status = pathname === "/gone" || !pages[pathname] ? 404 : 200;
    response.writeHead(status, { ...headers, "Content-Type": "text/html" }).end(addressed(pages[pathname] ?? ""));
  }
});

const stand = {};
before(async () => {
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  stand.url = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

for (const script of [true, false]) {
  const way = script ? "with script" : "without script";

  test(`a good page passes again and again, a rightful 404 too, ${way}`, async () => {
    const { context, page, look } = await visit(stand, { script });
    await page.goto("/");
    await look();
    await look();
    await follow(page.getByRole("link", { name: "Go on" }));
    await look();
    await page.goto("/gone");
    await look();
    await context.close();
  });

  test(`a form in a sheet is opened, filled and sent by field names, ${way}`, async () => {
    const { context, page, look } = await visit(stand, { script, viewport: { width: 390, height: 844 } });
    await page.goto("/form");
    await page.getByRole("button", { name: "Filters" }).click();
    await fill(formWith(page, "role"), { name: "Ana", role: "accountant", country: "GB" });
    await send(formWith(page, "role"));
    assert.equal(await page.locator("#said").innerText(), "name=Ana role=accountant country=GB");
    assert.equal(await page.locator("#cookie").innerText(), "__Host-footing=1", "a secure cookie works on loopback");
    await look();
    await context.close();
  });
}

for (const [address, words] of [
  ["/inline-style", /browser complains/],
  ["/inline-script", /browser complains/],
  ["/missing-file", /browser complains/],
  ["/throws", /browser complains/],
  ["/wide", /sideways scroll at 320 px/],
  ["/wide-when-large", /sideways scroll with letters of twice the size/],
  ["/cut-off", /words cut off/],
  ["/no-address", /the address is missing/],
  ["/button-on-paper", /on paper/],
  ["/no-file", /names of files that are not there/],
  ["/no-icon", /names of files that are not there/],
  ["/no-label", /axe at 390 px, light/],
  ["/pale-at-night", /axe at 390 px, dark/],
  ["/two-headings", /one h1/],
]) {
  test(`a fault is seen: ${address.slice(1)}`, async () => {
    const { context, page, look } = await visit(stand);
    await page.goto(address);
    await assert.rejects(look(), words);
    await context.close();
  });
}
