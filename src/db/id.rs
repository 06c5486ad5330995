//! Typed ids: a newtype over `i64` for each table, in addresses 13 Crockford base32 characters.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::Instant;
use crate::seal;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_BITS: u32 = 21;

/// Makes ids: milliseconds above, 21 random bits below, and never one twice in this process.
pub struct IdMaker;

static LAST: AtomicI64 = AtomicI64::new(0);

impl IdMaker {
    pub fn next(now: Instant) -> i64 {
        let noise = i64::from(u32::from_be_bytes(seal::random()) >> (32 - RANDOM_BITS));
        let wish = (now.micros().div_euclid(1000) << RANDOM_BITS) | noise;
        let mut last = LAST.load(Ordering::Relaxed);
        loop {
            // a clock that stands still, as in tests, must not make an id twice
            let id = if wish >> RANDOM_BITS > last >> RANDOM_BITS { wish } else { last + 1 };
            match LAST.compare_exchange_weak(last, id, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return id,
                Err(seen) => last = seen,
            }
        }
    }
}

pub fn show(id: i64, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    for place in (0..13).rev() {
        let digit = usize::try_from((id >> (place * 5)) & 31).unwrap_or(0);
        let letter = ALPHABET.get(digit).copied().unwrap_or(b'0');
        write!(f, "{}", char::from(letter))?;
    }
    Ok(())
}

/// Exactly 13 characters of the alphabet in upper case; anything else is no id.
pub fn read(text: &str) -> Option<i64> {
    if text.len() != 13 {
        return None;
    }
    text.bytes().try_fold(0_i64, |id, letter| {
        let digit = ALPHABET.iter().position(|known| *known == letter)?;
        id.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)
    })
}

/// Makes an id type: `typed_id!(ServiceId)`.
#[macro_export]
macro_rules! typed_id {
    ($name:ident) => {
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            diesel::expression::AsExpression,
            diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        pub struct $name(pub i64);

        impl $name {
            /// A new id, later than all that this process made before.
            pub fn next(now: $crate::clock::Instant) -> Self {
                Self($crate::db::IdMaker::next(now))
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::db::show_id(self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::db::read_id(text).map(Self).ok_or($crate::error::Error::NotFound)
            }
        }

        $crate::stored_as!($name as i64, BigInt, |id| &id.0, |number| Ok(Self(number)));
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    crate::typed_id!(TestId);

    #[test]
    fn an_id_reads_back_as_it_was_shown_and_another_shape_is_none() {
        let now = Instant::from_micros(1_795_000_000_000_000);
        let ids: Vec<TestId> = (0..1000).map(|_| TestId::next(now)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        for id in ids {
            assert_eq!(id.to_string().parse::<TestId>().unwrap(), id);
        }
        for bad in ["", "0C9K4VXT2M7Q", "0c9k4vxt2m7qa", "ZZZZZZZZZZZZZ", "0C9K4VXT2M7QU!", "../"] {
            assert!(read(bad).is_none(), "{bad} was read");
        }
    }
}
