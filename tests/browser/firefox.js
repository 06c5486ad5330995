// Debian's Firefox, driven by WebDriver BiDi (W3C): just enough to open pages and run functions in
// them. Playwright drives only a Firefox of its own making.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./site.js";

/** A browser with a profile of its own and one page: `{ open, run, wait, close }`. */
export async function openFirefox(baseUrl) {
  const program = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
  if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install firefox-esr`);
  const profile = mkdtempSync(join(tmpdir(), "footing-firefox-"));
  const options = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const child = spawn(program, options, { env: { ...process.env, HOME: profile }, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((gone) => child.once("close", gone));
  const close = async () => {
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true });
  };
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const begin = async () => {
    const address = await until("address of Firefox", 60, () => /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1]);
    const say = await speak(`${address}/session`);
    await say("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
    return { say, ...(await say("browsingContext.create", { type: "tab" })) };
  };
  const { say, context } = await begin().catch(async (error) => {
    await close(); // else it keeps the tests from ending
    throw error;
  });

  /** Calls a function in the page; what it answers must fit into JSON. */
  async function run(body, ...values) {
    const call = `(${body})(...${JSON.stringify(values)})`;
    const expression = `Promise.resolve(${call}).then((answer) => JSON.stringify(answer ?? null))`;
    const { result, exceptionDetails } = await say("script.evaluate", { expression, target: { context }, awaitPromise: true });
    if (exceptionDetails) throw new Error(`${exceptionDetails.text}, from ${body}`);
    return JSON.parse(result.value);
  }

  return {
    run,
    open: (path) => say("browsingContext.navigate", { context, url: new URL(path, baseUrl).href, wait: "complete" }),
    reload: () => say("browsingContext.reload", { context, wait: "complete" }),
    /** Until the function answers something; a page that is just being left answers nothing. */
    wait: (what, body, ...values) => until(`${what} in Firefox`, 30, () => run(body, ...values).catch(() => null)),
    close,
  };
}

/** Commands and their answers over one socket. */
async function speak(url) {
  const socket = new WebSocket(url);
  await new Promise((opened, failed) => Object.assign(socket, { onopen: opened, onerror: failed }));
  const waiting = new Map();
  let count = 0;
  socket.onmessage = ({ data }) => {
    const { id, type, result, message } = JSON.parse(data);
    const [done, failed] = waiting.get(id) ?? [];
    waiting.delete(id);
    if (type === "error") failed?.(new Error(message));
    else done?.(result);
  };
  return (method, params) =>
    new Promise((done, failed) => {
      waiting.set(++count, [done, failed]);
      socket.send(JSON.stringify({ id: count, method, params }));
    });
}
