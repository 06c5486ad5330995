//! What `FOOTING_SECRET` is for: encryption at rest, keyed hashes, and random tokens.
//!
//! Every use names its purpose, so that a hash made for one place means nothing in another. Of
//! several secrets the first seals and all open, which is how a secret is rotated.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

const NONCE: usize = 12;

/// The keys derived from the configured secrets.
#[derive(Clone)]
pub struct Seal {
    keys: Vec<[u8; 32]>,
}

impl Seal {
    /// From a comma list of secrets; an empty list cannot come out of `config`.
    pub fn new(secrets: &str) -> Self {
        let keys = secrets.split(',').map(|secret| sha256(secret.trim().as_bytes())).collect();
        Self { keys }
    }

    /// HMAC-SHA-256 under the first secret.
    pub fn hash(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        self.keys.first().map_or([0; 32], |key| keyed(key, purpose, message))
    }

    /// Whether `hash` was made from `message` under any of the secrets, in constant time.
    pub fn matches(&self, purpose: &str, message: &[u8], hash: &[u8]) -> bool {
        use subtle::ConstantTimeEq;
        self.keys.iter().any(|key| keyed(key, purpose, message).ct_eq(hash).into())
    }

    /// The keyed hash under each of the secrets, the newest first.
    pub fn hashes(&self, purpose: &str, message: &[u8]) -> Vec<[u8; 32]> {
        self.keys.iter().map(|key| keyed(key, purpose, message)).collect()
    }

    /// Each secret by itself, the newest first.
    pub fn each(&self) -> Vec<Self> {
        self.keys.iter().map(|key| Self { keys: vec![*key] }).collect()
    }

    /// Tells the newest secret from others and nothing else of it.
    pub fn mark(&self) -> Vec<u8> {
        self.hash("footing/secret-mark/v1", b"").iter().take(8).copied().collect()
    }

    /// Whether a value is sealed under the newest secret.
    pub fn is_newest(&self, purpose: &str, sealed: &[u8]) -> bool {
        self.keys.first().is_some_and(|key| open_under(key, purpose, sealed).is_some())
    }

    /// AES-256-GCM with a random nonce in front; the purpose is bound in.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::<NONCE>();
        let key = self.hash("footing/key/v1", purpose.as_bytes());
        let cipher = Aes256Gcm::new_from_slice(&key).map_err(Error::internal)?;
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(Error::internal)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let opened = self.keys.iter().find_map(|key| open_under(key, purpose, sealed));
        opened.ok_or_else(cannot_open)
    }
}

fn open_under(key: &[u8; 32], purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let key = keyed(key, "footing/key/v1", purpose.as_bytes());
    let cipher = Aes256Gcm::new_from_slice(&key).ok()?;
    let payload = Payload { msg: body, aad: purpose.as_bytes() };
    cipher.decrypt(&Nonce::from(nonce), payload).ok()
}

fn cannot_open() -> Error {
    Error::internal("a sealed value cannot be opened with FOOTING_SECRET")
}

fn keyed(key: &[u8; 32], purpose: &str, message: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return [0; 32] };
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(message);
    mac.finalize().into_bytes().into()
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes from the system's generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes
}

/// A token for a link: 32 random bytes, URL-safe. Only its SHA-256 is ever stored.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    sha256(token.as_bytes()).to_vec()
}

pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Hexadecimal in lower case.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The bytes of hexadecimal in either case; `None` for any other spelling.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}

/// The bytes of base64url without padding; `None` for any other spelling.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_after_rotation_and_for_its_purpose_only() {
        let old = Seal::new("first");
        let sealed = old.seal("totp", b"secret").unwrap();
        let rotated = Seal::new("second, first");
        assert_eq!(rotated.open("totp", &sealed).unwrap(), b"secret");
        assert!(rotated.open("mail", &sealed).is_err());
        assert!(Seal::new("second").open("totp", &sealed).is_err());
        assert!(rotated.open("totp", b"short").is_err());
        assert!(old.is_newest("totp", &sealed) && !rotated.is_newest("totp", &sealed));
    }

    #[test]
    fn a_keyed_hash_means_nothing_under_another_purpose() {
        let seal = Seal::new("one");
        assert!(seal.matches("csrf", b"x", &seal.hash("csrf", b"x")));
        assert!(!seal.matches("code", b"x", &seal.hash("csrf", b"x")));
    }
}
