// Passkeys as a way into one's messages: the authenticator answers a question of ours with 32 bytes
// that it gives to nobody else (WebAuthn Level 3, `prf`), and those wrap the account secret.
import { fromBase64url, random, toBase64url } from "./bytes.js";
import { passkeyInput, sealWrap } from "./keys.js";
import { call, writeWrap } from "./server.js";
import { Unusable } from "./trouble.js";
import { shortDateWords } from "./when.js";

const NO_PRF = "This passkey cannot unlock messages. Use a recovery code, or another passkey.";
const NO_NAME = "Passkeys need a site with a name, and this address is only a number.";
const prf = async (user) => ({ prf: { eval: { first: await passkeyInput(user) } } });

const refused = ({ name }) => {
  throw new Unusable(name === "SecurityError" ? NO_NAME : "No passkey was used.");
};

/** What one of these passkeys answers, with its id; asks for a finger or a PIN. */
export async function askPasskey(user, ids) {
  const allowCredentials = ids.map((id) => ({ type: "public-key", id: fromBase64url(id) }));
  const publicKey = { challenge: random(32), allowCredentials, userVerification: "required", extensions: await prf(user) };
  const given = await navigator.credentials.get({ publicKey }).catch(refused);
  const first = given.getClientExtensionResults().prf?.results?.first;
  if (!first) throw new Unusable(NO_PRF);
  return { id: new Uint8Array(given.rawId), secret: new Uint8Array(first) };
}

/** Makes a passkey, and a wrap of the account secret that it opens. */
export async function addPasskey(own, accountSecret) {
  const { id, secret } = await makePasskey(own.user);
  const wrap = await sealWrap("passkey", secret, own, accountSecret);
  const body = { kind: 2, label: shortDateWords(new Date()), credential_id: toBase64url(id) };
  await call("POST", "/messages/keys/wraps", { ...body, ...writeWrap(wrap) });
}

async function makePasskey(user) {
  const name = document.querySelector(".menu__head")?.textContent.replace(/^Signed in as /, "") ?? "Footing";
  const publicKey = {
    challenge: random(32),
    rp: { name: "Footing" },
    user: { id: random(16), name, displayName: name },
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    extensions: await prf(user),
  };
  const made = await navigator.credentials.create({ publicKey }).catch(refused);
  const { prf: said } = made.getClientExtensionResults();
  const id = new Uint8Array(made.rawId);
  if (said?.results?.first) return { id, secret: new Uint8Array(said.results.first) };
  if (!said?.enabled) throw new Unusable(NO_PRF);
  return askPasskey(user, [toBase64url(id)]); // some answer only when asked again
}
