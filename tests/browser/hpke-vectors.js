// The RFC 9180 test vector of the one suite in use: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
// AES-256-GCM (0x0020, 0x0001, 0x0002). From the file of vectors that the RFC's authors publish beside
// it; the RFC itself prints only other AEADs for this KEM. Needs no Node.js, so a page can run it too.

const VECTOR = {
  info: "4f6465206f6e2061204772656369616e2055726e",
  ikmE: "2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9",
  ikmR: "dac33b0e9db1b59dbbea58d59a14e7b5896e9bdf98fad6891e99d1686492b9ee",
  skRm: "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
  pkRm: "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
  skEm: "179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11",
  enc: "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
  plain: "4265617574792069732074727574682c20747275746820626561757479",
  // aad and ciphertext, in the order of sealing
  sealed: [
    ["436f756e742d30", "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"],
    ["436f756e742d31", "2c43aff25343fdbff864506f0818b9d87df84ea01b1a2144d23b4d40c26bf655fdf197fe40297a8aebeed5cc2d"],
  ],
  exported: [
    ["", "ded6cffafaea6b812cbf3e241e88332adbc077aca81512914213810ee291770a"],
    ["00", "04d3cb6cc116b28ffd22ad5bc276c60d31fec71ceb87ae24db811c64b7507339"],
    ["54657374436f6e74657874", "7c5ded445732c14fe09727d29b4251c0fd38455fe8440571e687f0886aac94d2"],
  ],
};

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
function same(one, other, what) {
  if (one !== other) throw new Error(`${what}: ${one} is not ${other}`);
}

/** What each test says and does; `hpke` is the vendored module. */
export const tests = {
  async "a recipient opens what the vector sealed, and exports the same secrets"(hpke) {
    const suite = suiteOf(hpke);
    const recipientKey = await recipient();
    const context = await suite.createRecipientContext({ recipientKey, enc: bytes(VECTOR.enc), info: bytes(VECTOR.info) });
    for (const [aad, ct] of VECTOR.sealed) {
      same(hex(await context.open(bytes(ct), bytes(aad))), VECTOR.plain, "plain");
    }
    for (const [name, secret] of VECTOR.exported) same(hex(await context.export(bytes(name), 32)), secret, "export");
  },

  async "a sender with the vector's ephemeral key seals the same bytes"(hpke) {
    const suite = suiteOf(hpke);
    const recipientPublicKey = await suite.kem.deserializePublicKey(bytes(VECTOR.pkRm));
    const params = { recipientPublicKey, info: bytes(VECTOR.info), ekm: bytes(VECTOR.ikmE) };
    const context = await suite.createSenderContext(params);
    same(hex(context.enc), VECTOR.enc, "enc");
    for (const [aad, ct] of VECTOR.sealed) {
      same(hex(await context.seal(bytes(VECTOR.plain), bytes(aad))), ct, "ciphertext");
    }
  },

  async "the vector's seeds give its keys"(hpke) {
    const { kem } = suiteOf(hpke);
    for (const [ikm, sk] of [[VECTOR.ikmE, VECTOR.skEm], [VECTOR.ikmR, VECTOR.skRm]]) {
      const { privateKey } = await kem.deriveKeyPair(bytes(ikm));
      same(hex(await kem.serializePrivateKey(privateKey)), sk, "private key");
    }
  },

  async "a turned bit in encapsulation, ciphertext, aad or info opens nothing"(hpke) {
    const suite = suiteOf(hpke);
    const recipientKey = await recipient();
    const [aad, ct] = VECTOR.sealed[0];
    const good = { enc: VECTOR.enc, info: VECTOR.info, ct, aad };
    const open = ({ enc, info, ct, aad }) =>
      suite.open({ recipientKey, enc: bytes(enc), info: bytes(info) }, bytes(ct), bytes(aad));
    same(hex(await open(good)), VECTOR.plain, "plain");
    for (const name of Object.keys(good)) {
      const turned = good[name].replace(/^./, (digit) => (parseInt(digit, 16) ^ 1).toString(16));
      const opened = await open({ ...good, [name]: turned }).then(() => true, () => false);
      same(opened, false, `${name} turned`);
    }
  },
};

const suiteOf = ({ CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, Aes256Gcm }) =>
  new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** The recipient's pair, whose private key cannot be read. */
async function recipient() {
  const pkcs8 = bytes(`302e020100300506032b656e04220420${VECTOR.skRm}`);
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]);
  const publicKey = await crypto.subtle.importKey("raw", bytes(VECTOR.pkRm), "X25519", true, []);
  return { privateKey, publicKey };
}
