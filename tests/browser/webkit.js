// WebKitGTK, driven by WebDriver (W3C) on a screen that nobody sees: just enough to open pages and
// run functions in them.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "./site.js";

/** WebKitGTK's own small browser lies beside its library, whose folder has the version in its name. */
function miniBrowser() {
  const libraries = "/usr/lib";
  for (const machine of readdirSync(libraries)) {
    for (const version of ["4.1", "4.0", "6.0"]) {
      const program = `${libraries}/${machine}/webkit2gtk-${version}/MiniBrowser`;
      if (existsSync(program)) return program;
    }
  }
  throw new Error("MiniBrowser is missing: apt-get install webkit2gtk-driver xvfb");
}

/** A browser that keeps nothing, with one page: `{ open, reload, run, wait, close }`. */
export async function openWebKit(baseUrl) {
  const port = await freePort();
  const scratch = mkdtempSync(join(tmpdir(), "footing-webkit-")); // what the screen needs, and leaves
  // its sandbox needs more rights than a container has
  const env = { ...process.env, TMPDIR: scratch, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1" };
  const child = spawn("xvfb-run", ["-a", "WebKitWebDriver", `--port=${port}`], { env, stdio: "ignore", detached: true });
  const ended = new Promise((gone) => child.once("close", gone));
  let failed = null;
  child.once("error", (error) => (failed = error));
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const begin = async () => {
    await until("driver of WebKit", 30, () => {
      if (failed) throw failed;
      return call("GET", "/status").catch(() => null);
    });
    const browser = { binary: miniBrowser(), args: ["--automation"] };
    const alwaysMatch = { acceptInsecureCerts: true, "webkitgtk:browserOptions": browser };
    return call("POST", "/session", { capabilities: { alwaysMatch } });
  };
  const end = async () => {
    if (failed) return;
    process.kill(-child.pid); // the screen and the driver on it
    await ended;
    rmSync(scratch, { recursive: true, force: true });
  };
  const { sessionId } = await begin().catch(async (error) => {
    await end(); // else it keeps the tests from ending
    throw error;
  });
  const page = (method, path, body = {}) => call(method, `/session/${sessionId}${path}`, body);

  /** Calls a function in the page; what it answers must fit into JSON. */
  async function run(body, ...values) {
    const script = `const [done] = [...arguments].slice(-1);
      Promise.resolve((${body})(...${JSON.stringify(values)}))
        .then((answer) => done(JSON.stringify({ answer: answer ?? null })), (error) => done(JSON.stringify({ error: String(error) })));`;
    const { answer, error } = JSON.parse(await page("POST", "/execute/async", { script, args: [] }));
    if (error) throw new Error(`${error}, from ${body}`);
    return answer;
  }

  return {
    run,
    open: (path) => page("POST", "/url", { url: new URL(path, baseUrl).href }),
    reload: () => page("POST", "/refresh"),
    /** Until the function answers something; a page that is just being left answers nothing. */
    wait: (what, body, ...values) => until(`${what} in WebKit`, 30, () => run(body, ...values).catch(() => null)),
    async close() {
      await call("DELETE", `/session/${sessionId}`).catch(() => {});
      await end();
    },
  };
}
