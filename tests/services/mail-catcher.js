// A mail server that delivers nothing: each letter becomes one .eml file in a folder.
//
// `node mail-catcher.js FOLDER` prints its address and runs until it is ended; the journeys start
// one inside themselves instead.
import { createRequire } from "node:module";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// The packages live beside the journeys, the only ones who need any.
const { SMTPServer } = createRequire(new URL("../browser/package.json", import.meta.url))("smtp-server");

/** Starts a catcher on a free port; answers its address and the way to end it. */
export async function catchMail(folder) {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    // A certificate that nobody trusts would only be in the way on loopback.
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        // Whom it was really for, as a mail host notes it: the To line may say something else.
        const to = session.envelope.rcptTo.map(({ address }) => `Delivered-To: ${address}\r\n`);
        const name = `${Date.now()}-${String(++count).padStart(4, "0")}.eml`;
        // Renamed when complete, so a reader never meets half a letter.
        writeFileSync(join(folder, `${name}.part`), Buffer.concat([Buffer.from(to.join("")), ...chunks]));
        renameSync(join(folder, `${name}.part`), join(folder, name));
        done();
      });
    },
  });
  await new Promise((ready, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", ready);
  });
  server.on("error", () => {}); // a client that hangs up early is no reason to stop
  const { port } = server.server.address();
  return {
    url: `smtp://127.0.0.1:${port}`,
    folder,
    stop: () => new Promise((closed) => server.close(closed)),
  };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (!process.argv[2]) {
    console.error("usage: node mail-catcher.js FOLDER");
    process.exit(2);
  }
  const catcher = await catchMail(resolve(process.argv[2]));
  console.log(catcher.url);
}
