// A site behind TLS, as it is in the world: WebKit keeps no secure cookie without.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate that nobody vouches for. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "footing-tls-"));
  const [keyFile, certFile] = ["key.pem", "cert.pem"].map((name) => join(folder, name));
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", keyFile, "-out", certFile], { stdio: "pipe" });
  const made = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  rmSync(folder, { recursive: true });
  return made;
}

/** Listens at `url` and passes everything on to the port that `to` names, sockets too. */
export async function openTls() {
  let port = 0;
  const server = createServer(certificate(), (asked, answer) => {
    const { method, url: path, headers } = asked;
    const passed = request({ host: "127.0.0.1", port, method, path, headers }, (got) => {
      answer.writeHead(got.statusCode, got.rawHeaders);
      got.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  server.on("upgrade", (asked, socket, head) => {
    const onward = connect(port, "127.0.0.1", () => {
      const lines = asked.rawHeaders.reduce((all, word, i) => all + (i % 2 ? `${word}\r\n` : `${word}: `), "");
      onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines}\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const [one, other] of [[socket, onward], [onward, socket]]) one.on("error", () => other.destroy());
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `https://localhost:${server.address().port}`,
    to: (target) => (port = target),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
