//! The primitives, each in the one way that the protocol uses it.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use ed25519_dalek::{Signature, VerifyingKey};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Hash, Refusal, Result};

pub type WrappingKey = <X25519HkdfSha256 as Kem>::PrivateKey;

pub fn random<const N: usize>(rng: &mut impl CryptoRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

pub fn hmac(key: &Hash, parts: &[&[u8]]) -> Result<Hash> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .map_err(|_| Refusal::Unverified("no key"))?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

pub fn hkdf<const N: usize>(secret: &[u8], salt: &[u8], info: &[&[u8]]) -> Result<[u8; N]> {
    let mut out = [0; N];
    let hkdf = Hkdf::<Sha256>::new(Some(salt), secret);
    hkdf.expand(&info.concat(), &mut out).map_err(|_| Refusal::Limit)?;
    Ok(out)
}

pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

pub fn aes_seal(key: &[u8], iv: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let cipher =
        Aes256Gcm::new_from_slice(key).map_err(|_| Refusal::Unverified("no AES-256 key"))?;
    cipher.encrypt(&Nonce::from(*iv), Payload { msg: plain, aad }).map_err(|_| Refusal::Limit)
}

pub fn aes_open(key: &[u8], iv: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let cipher =
        Aes256Gcm::new_from_slice(key).map_err(|_| Refusal::Unverified("no AES-256 key"))?;
    cipher
        .decrypt(&Nonce::from(*iv), Payload { msg: sealed, aad })
        .map_err(|_| Refusal::Unverified("cannot be opened with this key"))
}

pub fn wrapping_key(bytes: &Hash) -> Result<(WrappingKey, Hash)> {
    let key = WrappingKey::from_bytes(bytes).map_err(|_| Refusal::Unverified("no X25519 key"))?;
    let public = X25519HkdfSha256::sk_to_pk(&key).to_bytes().into();
    Ok((key, public))
}

/// `enc` and ciphertext, one behind the other.
pub fn hpke_seal(
    public: &Hash,
    info: &[u8],
    key: &Hash,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>> {
    let refused = |_| Refusal::Unverified("not a key that anything can be wrapped for");
    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public).map_err(refused)?;
    let (enc, ct) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public,
        info,
        key,
        &[],
        rng,
    )
    .map_err(refused)?;
    Ok([enc.to_bytes().as_slice(), &ct].concat())
}

pub fn hpke_open(own: &WrappingKey, info: &[u8], enc: &Hash, ct: &[u8]) -> Result<Hash> {
    let refused = |_| Refusal::Unverified("the key cannot be unwrapped");
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).map_err(refused)?;
    let key = hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        own,
        &enc,
        info,
        ct,
        &[],
    )
    .map_err(refused)?;
    key.try_into().map_err(|_| Refusal::Unverified("the key cannot be unwrapped"))
}

pub fn is_signed(public: &Hash, signature: &[u8; 64], bytes: &[u8]) -> bool {
    VerifyingKey::from_bytes(public)
        .and_then(|key| key.verify_strict(bytes, &Signature::from_bytes(signature)))
        .is_ok()
}
