//! One account secret and all that is derived from it.

use ed25519_dalek::{Signer, SigningKey};
use rand::CryptoRng;
use sha2::{Digest, Sha512};

use super::bytes::Reader;
use super::crypto::{WrappingKey, hkdf, random, sha256, wrapping_key};
use super::{Hash, Result};

/// What others know of somebody's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub user: i64,
    pub ik_id: Hash,
    pub x25519_pub: Hash,
    pub ed25519_pub: Hash,
}

impl Identity {
    pub fn new(user: i64, x25519_pub: Hash, ed25519_pub: Hash) -> Self {
        let ik_id = sha256(&[b"chat/v1/ik", &user.to_be_bytes(), &x25519_pub, &ed25519_pub]);
        Self { user, ik_id, x25519_pub, ed25519_pub }
    }
}

/// Somebody with their private keys.
pub struct Account {
    pub identity: Identity,
    secret: Hash,
    pub(super) wrapping: WrappingKey,
    signing: SigningKey,
    pub(super) storage: Hash,
}

impl Account {
    pub fn new(user: i64, rng: &mut impl CryptoRng) -> Result<Self> {
        Self::from_secret(user, random(rng))
    }

    pub fn from_secret(user: i64, secret: Hash) -> Result<Self> {
        let (wrapping, x25519_pub) = wrapping_key(&hkdf(&secret, &[], &[b"acct/v1/x25519"])?)?;
        let signing = SigningKey::from_bytes(&hkdf(&secret, &[], &[b"acct/v1/ed25519"])?);
        let storage = hkdf(&secret, &[], &[b"acct/v1/storage"])?;
        let identity = Identity::new(user, x25519_pub, signing.verifying_key().to_bytes());
        Ok(Self { identity, secret, wrapping, signing, storage })
    }

    /// The account secret itself, which is stored only wrapped.
    pub fn secret(&self) -> &Hash {
        &self.secret
    }

    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }
}

/// What two people read to one another to be sure of their keys: twelve groups of five digits.
pub fn safety_number(one: &Identity, other: &Identity) -> Result<String> {
    let mut halves = [half(one)?, half(other)?];
    halves.sort();
    Ok(halves.join(" "))
}

fn half(identity: &Identity) -> Result<String> {
    let user = identity.user.to_be_bytes();
    let mut digest = [b"chat/v1/safety".as_slice(), &user, &identity.ik_id].concat();
    for _ in 0..5200 {
        digest =
            Sha512::new().chain_update(&digest).chain_update(identity.ik_id).finalize().to_vec();
    }
    let mut reader = Reader(&digest);
    let mut groups = vec![];
    for _ in 0..6 {
        let five: [u8; 5] = reader.take()?;
        let number = five.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        groups.push(format!("{:05}", number % 100_000));
    }
    Ok(groups.join(" "))
}
