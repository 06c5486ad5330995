//! Two-step sign-in: codes of the moment (RFC 6238).

use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};

use super::schema::users;
use super::{RecoveryCodes, User, UserId};
use crate::clock::Instant;
use crate::db::{Conn, SealedColumn};
use crate::error::{Error, Result};
use crate::seal::Seal;

const SECRET: &str = "footing/totp/v1";
/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 1] =
    [SealedColumn { table: "users", key: "id", column: "totp_secret", purpose: SECRET }];
const STEP: i64 = 30;

/// A secret of 20 bytes: SHA-1, six digits, 30 seconds, one step of grace.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp([u8; 20]);

impl Totp {
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The secret offered to one session, made again from the keys until it is confirmed, so that
    /// looking at the page writes nothing. Turning on uses a step up, so each offer after a removal is
    /// of another secret.
    pub fn offered(seal: &Seal, user: &User, session: &str) -> Self {
        let message = format!("{}.{session}.{}", user.id, user.totp_last_step);
        let hash = seal.hash("footing/totp-offer/v2", message.as_bytes());
        let mut bytes = [0; 20];
        bytes.iter_mut().zip(hash).for_each(|(byte, from)| *byte = from);
        Self(bytes)
    }

    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// What an authenticator app reads from the picture.
    pub fn uri(&self, email: &str) -> String {
        let label: String = form_urlencoded::byte_serialize(email.as_bytes()).collect();
        let secret = self.base32();
        format!(
            "otpauth://totp/Footing:{label}?secret={secret}&issuer=Footing&algorithm=SHA1&digits=6&period=30"
        )
    }

    /// The code of one step (RFC 4226, 5.3).
    pub fn code(&self, step: i64) -> String {
        let Ok(mut mac) = <Hmac<sha1::Sha1> as KeyInit>::new_from_slice(&self.0) else {
            return String::new();
        };
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = hash.last().map_or(0, |last| usize::from(last & 15));
        let word = hash.iter().skip(at).take(4).fold(0_u32, |n, byte| (n << 8) | u32::from(*byte));
        format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
    }

    pub fn step(now: Instant) -> i64 {
        now.seconds().div_euclid(STEP)
    }

    /// The step for which the code is right, if it lies within one of now and after `last`.
    fn matching_step(&self, code: &str, last: i64, now: Instant) -> Option<i64> {
        use subtle::ConstantTimeEq;
        let at = Self::step(now);
        (at - 1..=at + 1)
            .filter(|step| *step > last)
            .find(|step| self.code(*step).as_bytes().ct_eq(code.as_bytes()).into())
    }

    /// Whether somebody who types this code has the secret in an app.
    pub(super) fn is_held(&self, code: &str, last: i64, now: Instant) -> bool {
        self.matching_step(&digits(code), last, now).is_some()
    }

    /// Turns two-step sign-in on if the code shows that the app has the secret. The recovery
    /// codes are returned this once and kept as keyed hashes.
    pub fn turn_on(
        &self,
        conn: &mut Conn,
        seal: &Seal,
        user: UserId,
        code: &str,
        now: Instant,
    ) -> Result<Vec<String>> {
        let last = User::by_id(conn, user)?.totp_last_step;
        let step = self.matching_step(&digits(code), last, now).ok_or_else(|| {
            Error::conflict("That code was used meanwhile. Wait for the next one.")
        })?;
        let off = users::table.find(user).filter(users::totp_on_at.is_null());
        let changed = diesel::update(off)
            .set((
                users::totp_secret.eq(Some(seal.seal(SECRET, &self.0)?)),
                users::totp_on_at.eq(Some(now)),
                users::totp_last_step.eq(step),
            ))
            .execute(conn)?;
        if changed == 0 {
            return Err(Error::conflict("Two-step sign-in is already on."));
        }
        RecoveryCodes::renew(conn, seal, user)
    }

    /// The last step stays: a code that was used is not taken again.
    pub fn turn_off(conn: &mut Conn, user: UserId) -> Result<()> {
        diesel::update(users::table.find(user))
            .set((users::totp_secret.eq(None::<Vec<u8>>), users::totp_on_at.eq(None::<Instant>)))
            .execute(conn)?;
        RecoveryCodes::remove(conn, user)
    }

    /// Whether this is a code of the moment that was never used before. Uses it up: of two at once
    /// one wins.
    pub fn use_up(
        conn: &mut Conn,
        seal: &Seal,
        user: &User,
        typed: &str,
        now: Instant,
    ) -> Result<bool> {
        let Some(sealed) = user.totp_secret.as_ref().filter(|_| user.totp_on_at.is_some()) else {
            return Ok(false);
        };
        let secret = seal.open(SECRET, sealed)?;
        let totp =
            Self(secret.try_into().map_err(|_| Error::internal("a secret of wrong length"))?);
        let step = totp.matching_step(&digits(typed), user.totp_last_step, now);
        let Some(step) = step else { return Ok(false) };
        let unused = users::table.find(user.id).filter(users::totp_last_step.lt(step));
        let used = diesel::update(unused).set(users::totp_last_step.eq(step)).execute(conn)?;
        Ok(used == 1)
    }
}

fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let totp = Totp::from_bytes(*b"12345678901234567890");
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")]
        {
            assert_eq!(totp.code(seconds / 30), code);
        }
        assert_eq!(totp.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_is_good_one_step_either_side_and_never_twice() {
        let totp = Totp::from_bytes(*b"12345678901234567890");
        let now = Instant::from_micros(3_000_000_000);
        let at = Totp::step(now);
        for step in at - 1..=at + 1 {
            assert_eq!(totp.matching_step(&totp.code(step), 0, now), Some(step));
            assert_eq!(totp.matching_step(&totp.code(step), step, now), None);
        }
        assert_eq!(totp.matching_step(&totp.code(at + 2), 0, now), None);
    }
}
