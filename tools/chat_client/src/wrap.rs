//! Wraps: the account secret, sealed so that one other secret opens it.

use rand::CryptoRng;

use super::crypto::{aes_open, aes_seal, hkdf, random, same, sha256};
use super::{Account, Hash, Identity, Refusal, Result, need};

/// What kind of secret opens a wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapKind {
    Recovery,
    Passkey,
    Device,
    Link,
}

impl WrapKind {
    pub const ALL: [Self; 4] = [Self::Recovery, Self::Passkey, Self::Device, Self::Link];

    pub fn number(self) -> u8 {
        match self {
            Self::Recovery => 1,
            Self::Passkey => 2,
            Self::Device => 3,
            Self::Link => 4,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recovery => "recovery",
            Self::Passkey => "passkey",
            Self::Device => "device",
            Self::Link => "link",
        }
    }
}

/// As the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrap {
    pub kind: WrapKind,
    pub salt: Hash,
    pub nonce: [u8; 12],
    pub ct: Vec<u8>,
    pub commit: Hash,
}

/// What a passkey is asked (`prf.eval.first`).
pub fn passkey_input(user: i64) -> Hash {
    sha256(&[b"chat/v1/prf", &user.to_be_bytes()])
}

fn keys(kind: WrapKind, secret: &[u8], salt: &Hash) -> Result<(Hash, Hash)> {
    let okm: [u8; 64] = hkdf(secret, salt, &[b"chat/v1/wrap/", kind.as_str().as_bytes()])?;
    let mut reader = super::bytes::Reader(&okm);
    Ok((reader.take()?, reader.take()?))
}

fn aad(identity: &Identity, kind: WrapKind) -> Vec<u8> {
    let user = identity.user.to_be_bytes();
    [b"chat/v1/wrap".as_slice(), &user, &identity.ik_id, &[kind.number()]].concat()
}

/// `secret`: the 20 bytes of a code, a passkey's 32, a device's 64.
pub fn seal_wrap(
    kind: WrapKind,
    secret: &[u8],
    account: &Account,
    rng: &mut impl CryptoRng,
) -> Result<Wrap> {
    let (salt, nonce) = (random(rng), random(rng));
    let (key, commit) = keys(kind, secret, &salt)?;
    let ct = aes_seal(&key, &nonce, &aad(&account.identity, kind), account.secret())?;
    Ok(Wrap { kind, salt, nonce, ct, commit })
}

/// The account, if the secret fits and what is inside is the account of `identity`.
pub fn open_wrap(wrap: &Wrap, secret: &[u8], identity: &Identity) -> Result<Account> {
    let (key, commit) = keys(wrap.kind, secret, &wrap.salt)?;
    if !same(&commit, &wrap.commit) {
        return Err(Refusal::WrongSecret);
    }
    let opened = aes_open(&key, &wrap.nonce, &aad(identity, wrap.kind), &wrap.ct)?;
    let secret = opened.try_into().map_err(|_| Refusal::Unverified("no account secret"))?;
    let account = Account::from_secret(identity.user, secret)?;
    need(account.identity.ik_id == identity.ik_id, "the secret of another identity")?;
    Ok(account)
}
