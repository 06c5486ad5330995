// Epochs: the key that a while of a conversation is sealed under, handed to both by HPKE.
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "../../vendor/hpke-core-1.9.0.js";
import { ChatError, concat, equal, idBytes, idText, need, random, readU32, readU64, sha256, u32, u64, u8, zeros } from "./bytes.js";
import { isSigned, sign } from "./keys.js";

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

async function wrap(x25519Pub, info, ek) {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(x25519Pub);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, ek);
    return concat(new Uint8Array(enc), new Uint8Array(ct));
  } catch {
    throw new ChatError("unverified", "not a key that anything can be wrapped for");
  }
}

async function unwrap(account, info, enc, ct) {
  try {
    // with its public half beside it the private key need not be one that can be read
    const publicKey = await suite.kem.deserializePublicKey(account.x25519Pub);
    const recipientKey = { privateKey: account.x25519, publicKey };
    return new Uint8Array(await suite.open({ recipientKey, enc, info }, ct));
  } catch {
    throw new ChatError("unverified", "the key cannot be unwrapped");
  }
}

/** Reads a record field by field; a field is named by how many bytes it has. */
function reader(bytes) {
  let at = 0;
  return (length) => {
    at += length;
    return bytes.slice(at - length, at);
  };
}

// --- epoch records ----------------------------------------------------------------------------

const epochInfo = (e, member) =>
  concat(
    "chat/v1/epoch-wrap", idBytes(e.conv), u32(e.epoch), idBytes(e.creator), e.creatorIk,
    idBytes(member.user), member.ikId,
  );

export const FIRST_PREVIOUS = zeros(32);

/**
 * Makes an epoch for the two `members` (`{ user, ikId, x25519Pub }`), `creator` (an account) among them.
 * Answers `{ record, sig, recordHash, ek }`.
 */
export async function makeEpoch({ conv, epoch, creator, members, previousHash, createdMs }) {
  const ek = random(32);
  const e = { conv, epoch, creator: creator.user, creatorIk: creator.ikId };
  const sorted = [...members].sort((one, other) => (one.user < other.user ? -1 : 1));
  const wraps = [];
  for (const member of sorted) {
    wraps.push(idBytes(member.user), member.ikId, await wrap(member.x25519Pub, epochInfo(e, member), ek));
  }
  const record = concat(
    "chat/v1/epoch", u8(1), u8(1), idBytes(conv), u32(epoch), idBytes(e.creator), e.creatorIk,
    previousHash, u64(createdMs), u8(sorted.length), ...wraps,
  );
  return { record, sig: await sign(creator, record), recordHash: await sha256(record), ek };
}

export function parseEpoch(record) {
  const take = reader(record);
  need(equal(take(13), concat("chat/v1/epoch")), "no epoch");
  need(record[13] === 1 && record[14] === 1, "made by a newer version", "newer");
  need(record.length === 348, "an epoch has two members");
  take(2);
  const e = { conv: idText(take(8)), epoch: readU32(take(4), 0), creator: idText(take(8)), creatorIk: take(32) };
  Object.assign(e, { previousHash: take(32), createdMs: readU64(take(8), 0) });
  need(take(1)[0] === 2, "an epoch has two members");
  e.members = [0, 1].map(() => ({ user: idText(take(8)), ikId: take(32), enc: take(32), ct: take(48) }));
  need(e.members[0].user < e.members[1].user, "members out of order");
  return e;
}

/**
 * Checks a record against what is known and unwraps its key. `identities` are those the two members may
 * be named by, from their checked logs: the current ones for a new epoch, all for an old one. `account` is
 * one's own, as the record names it. Answers `{ ...fields, recordHash, ek }`.
 */
export async function openEpoch({ record, sig }, { conv, epoch, previousHash, identities, account }) {
  const e = parseEpoch(record);
  need(e.conv === conv && e.epoch === epoch, "the epoch of another conversation");
  need(equal(e.previousHash, previousHash), "does not follow the epoch we know");
  need(e.epoch > 0 && (e.epoch > 1 || equal(previousHash, FIRST_PREVIOUS)), "the first epoch follows none");
  const known = (user, ikId) => identities.find((one) => one.user === user && equal(one.ikId, ikId));
  need(e.members.every(({ user, ikId }) => known(user, ikId)), "an epoch for a key we do not know");
  const byMember = ({ user, ikId }) => user === e.creator && equal(ikId, e.creatorIk);
  need(e.members.some(byMember), "made by somebody else");
  need(await isSigned(known(e.creator, e.creatorIk).ed25519Pub, sig, record), "not signed by its maker");
  const own = e.members.find(({ user, ikId }) => user === account.user && equal(ikId, account.ikId));
  need(own, "not for this key");
  const ek = await unwrap(account, epochInfo(e, own), own.enc, own.ct);
  return { ...e, recordHash: await sha256(record), ek };
}

// --- handing an old epoch to a new key --------------------------------------------------------

const reshareInfo = (r) =>
  concat("chat/v1/reshare-wrap", idBytes(r.conv), u32(r.epoch), idBytes(r.from), r.fromIk, idBytes(r.to), r.toIk);

/** `from` is one's own account, `to` the accepted new identity of the other. */
export async function makeReshare({ conv, epoch, from, to }, ek) {
  const r = { conv, epoch, from: from.user, fromIk: from.ikId, to: to.user, toIk: to.ikId };
  const record = concat(
    "chat/v1/reshare", u8(1), u8(1), idBytes(conv), u32(epoch), idBytes(r.from), r.fromIk, idBytes(r.to), r.toIk,
    await wrap(to.x25519Pub, reshareInfo(r), ek),
  );
  return { record, sig: await sign(from, record) };
}

/** `from` is the sender's checked identity. */
export async function openReshare({ record, sig }, { conv, epoch, from, account }) {
  const take = reader(record);
  need(equal(take(15), concat("chat/v1/reshare")), "no re-shared key");
  need(record[15] === 1 && record[16] === 1, "made by a newer version", "newer");
  need(record.length === 189, "no re-shared key");
  take(2);
  const r = { conv: idText(take(8)), epoch: readU32(take(4), 0) };
  Object.assign(r, { from: idText(take(8)), fromIk: take(32), to: idText(take(8)), toIk: take(32), enc: take(32), ct: take(48) });
  need(r.conv === conv && r.epoch === epoch, "the key of another epoch");
  need(r.from === from.user && equal(r.fromIk, from.ikId), "from somebody else");
  need(r.to === account.user && equal(r.toIk, account.ikId), "not for this key");
  need(await isSigned(from.ed25519Pub, sig, record), "not signed by its maker");
  return unwrap(account, reshareInfo(r), r.enc, r.ct);
}
