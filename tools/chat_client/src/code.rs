//! Recovery codes: 20 random bytes as people write them down.

use std::fmt;

use rand::CryptoRng;

use super::bytes::{crockford, from_crockford};
use super::crypto::{random, sha256};
use super::{Refusal, Result};

/// The secret of a recovery or link wrap.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(pub [u8; 20]);

impl Code {
    pub fn new(rng: &mut impl CryptoRng) -> Self {
        Self(random(rng))
    }

    /// Reads a code in any case, with any blanks and dashes; O is 0, I and L are 1.
    pub fn parse(text: &str) -> Result<Self> {
        let plain: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && !is_dash(*letter))
            .flat_map(char::to_uppercase)
            .map(|letter| match letter {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let (digits, check) = plain.split_at_checked(32).ok_or(Refusal::WrongCode)?;
        let secret = from_crockford(digits).and_then(|bytes| bytes.try_into().ok());
        let code = Self(secret.ok_or(Refusal::WrongCode)?);
        if code.check() == check { Ok(code) } else { Err(Refusal::WrongCode) }
    }

    /// The ninth group, which shows a slip.
    fn check(&self) -> String {
        let hash = sha256(&[b"chat/v1/code", &self.0]);
        crockford(&hash).chars().take(4).collect()
    }
}

/// The dashes that keyboards and word processors make.
fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = crockford(&self.0) + &self.check();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                write!(f, "-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}
