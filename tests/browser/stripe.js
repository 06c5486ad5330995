// The small Stripe of the site tests as a process beside the journeys: `SITE_TESTS_BIN` is the binary.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "./site.js";

const NAME = "stripe::stand::stands_for_journeys";

/** What a Footing is told of it. Keys of nobody: no other Stripe knows them. */
const settings = (base) => ({
  STRIPE_SECRET_KEY: "sk_test_of_the_journeys",
  STRIPE_WEBHOOK_SECRETS: "whsec_of_the_tests",
  STRIPE_API_BASE: base,
});

/** Starts it; `act` is what people do at Stripe and at their banks, `all` what it keeps of a kind. */
export async function smallStripe() {
  const binary = process.env.SITE_TESTS_BIN;
  if (!binary) throw new Error("SITE_TESTS_BIN names no binary of the site tests; tests/run finds it");
  const child = spawn(binary, ["--ignored", "--exact", NAME, "--nocapture", "--test-threads=1"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  const said = () => /stripe (http:\S+) control (http:\S+)/.exec(output);
  const [, base, control] = await until("address of the small Stripe", 20, () => {
    if (child.exitCode !== null) throw new Error(`the small Stripe ended: ${output}`);
    return said();
  });
  const ask = async (path, method) => {
    const answer = await fetch(`${control}/${path}`, { method });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const act = (what, words = {}) => ask(`${what}?${new URLSearchParams(words)}`, "POST");
  return {
    base,
    env: settings(base),
    act,
    all: (kind) => ask(`all/${kind}`, "GET"),
    /** Sends the notices that wait to a site. */
    tell: (site) => act("deliver", { to: new URL(site.url).host }),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
