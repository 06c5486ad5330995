//! Tests of the second implementation: against fixed vectors, against the browser's scripts, and
//! against everything that must be refused.

mod cross;
mod negative;
mod package;
mod random;
mod refused;
mod timeline;
mod vectors;

use std::convert::Infallible;

use rand::rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

use super::bytes::base64url;
use super::crypto::sha256;
use super::{Hash, Refusal};

/// The same bytes from the same seed, whatever becomes of the generators of `rand`.
pub struct Seeded {
    seed: u64,
    drawn: u64,
}

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }
}

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(32) {
            let block = sha256(&[&self.seed.to_be_bytes(), &self.drawn.to_be_bytes()]);
            part.copy_from_slice(&block[..part.len()]);
            self.drawn += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// How both languages name a refusal.
fn code_of(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Newer => "newer",
        Refusal::Unverified(_) => "unverified",
        Refusal::WrongSecret => "secret",
        Refusal::WrongCode => "code",
        Refusal::Limit => "limit",
        Refusal::Rollback => "rollback",
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    use base64::Engine;
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn hash(value: &Value) -> Hash {
    array(value)
}

fn id(value: &Value) -> i64 {
    crate::bytes::read_id(value.as_str().unwrap()).unwrap()
}

fn number<N: TryFrom<u64>>(value: &Value) -> N {
    N::try_from(value.as_u64().unwrap()).unwrap_or_else(|_| panic!("{value} is too large"))
}

fn shown(bytes: impl AsRef<[u8]>) -> Value {
    Value::String(base64url(bytes.as_ref()))
}
