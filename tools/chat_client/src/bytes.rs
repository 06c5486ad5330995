//! Reading records field by field, and the texts that bytes have.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Refusal, Result, need};

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Browsers hold numbers exactly up to here.
const LARGEST: u64 = (1 << 53) - 1;

/// What is left to read of a record.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn rest(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) =
            self.0.split_at_checked(length).ok_or(Refusal::Unverified("too short"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.rest(N)?;
        taken.try_into().map_err(|_| Refusal::Unverified("too short"))
    }

    pub fn label(&mut self, label: &str) -> Result<()> {
        need(self.rest(label.len())? == label.as_bytes(), "another kind of record")
    }

    /// Version and suite; this is version 1 with suite 1.
    pub fn version(&mut self) -> Result<()> {
        if self.take()? == [1, 1] { Ok(()) } else { Err(Refusal::Newer) }
    }

    pub fn byte(&mut self) -> Result<u8> {
        Ok(u8::from_be_bytes(self.take()?))
    }

    pub fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.take()?))
    }

    pub fn u64(&mut self) -> Result<u64> {
        let number = u64::from_be_bytes(self.take()?);
        need(number <= LARGEST, "a number is out of range")?;
        Ok(number)
    }

    pub fn id(&mut self) -> Result<i64> {
        let id = i64::from_be_bytes(self.take()?);
        need(id >= 0, "not an id")?;
        Ok(id)
    }

    pub fn end(&self) -> Result<()> {
        need(self.0.is_empty(), "too long")
    }
}

pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn from_base64url<const N: usize>(text: &str) -> Result<[u8; N]> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Refusal::Unverified("not base64url"))?;
    bytes.try_into().map_err(|_| Refusal::Unverified("another length"))
}

/// As many whole Crockford characters as the bytes fill.
pub fn crockford(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            let digit = usize::try_from((bits >> held) & 31).unwrap_or(0);
            text.push(char::from(CROCKFORD.get(digit).copied().unwrap_or(b'0')));
        }
        bits &= (1 << held) - 1;
    }
    text
}

/// The bytes that the characters fill; `None` if one is not of the alphabet.
pub fn from_crockford(text: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let digit = CROCKFORD.iter().position(|known| *known == letter)?;
        bits = (bits << 5) | u32::try_from(digit).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 255).ok()?);
        }
        bits &= (1 << held) - 1;
    }
    Some(bytes)
}

/// How texts show an id: 13 characters.
pub fn id_text(id: i64) -> String {
    let digits = (0..13).rev().map(|place| usize::try_from((id >> (place * 5)) & 31).unwrap_or(0));
    digits.map(|digit| char::from(CROCKFORD.get(digit).copied().unwrap_or(b'0'))).collect()
}

/// The id that exactly 13 characters show.
pub fn read_id(text: &str) -> Option<i64> {
    if text.len() != 13 {
        return None;
    }
    text.bytes().try_fold(0_i64, |id, letter| {
        let digit = CROCKFORD.iter().position(|known| *known == letter)?;
        id.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)
    })
}
