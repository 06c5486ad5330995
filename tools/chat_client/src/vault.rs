//! The vault: what a person's browsers know together (pins, verified marks, earlier secrets).

use rand::CryptoRng;
use serde_json::Value;

use super::crypto::{aes_open, aes_seal, random};
use super::{Account, Refusal, Result};

const MOST: usize = 256 * 1024;

/// As the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vault {
    pub version: u64,
    pub nonce: [u8; 12],
    pub ct: Vec<u8>,
}

fn aad(account: &Account, version: u64) -> Vec<u8> {
    let user = account.identity.user.to_be_bytes();
    let version = version.to_be_bytes();
    [b"chat/v1/vault".as_slice(), &user, &account.identity.ik_id, &version].concat()
}

pub fn seal_vault(
    account: &Account,
    version: u64,
    content: &Value,
    rng: &mut impl CryptoRng,
) -> Result<Vault> {
    let plain = content.to_string();
    if plain.len() > MOST {
        return Err(Refusal::Limit);
    }
    let nonce = random(rng);
    let ct = aes_seal(&account.storage, &nonce, &aad(account, version), plain.as_bytes())?;
    Ok(Vault { version, nonce, ct })
}

/// `seen` is the highest version met before.
pub fn open_vault(account: &Account, vault: &Vault, seen: u64) -> Result<Value> {
    if vault.version < seen {
        return Err(Refusal::Rollback);
    }
    let aad = aad(account, vault.version);
    let plain = aes_open(&account.storage, &vault.nonce, &aad, &vault.ct)?;
    serde_json::from_slice(&plain).map_err(|_| Refusal::Unverified("the vault is no JSON"))
}
