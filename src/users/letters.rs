//! The mails about an account. At most three an hour of these to one address.

use super::{Confirmation, Continuation, Purpose, Token, User};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::mail::{Letter, Mail, Outgoing, Timing};
use crate::seal::{self, Seal};
use crate::web::paths;

const VERIFY: &str = "users.verify";
const KNOWN: &str = "users.known";
const RESET: &str = "users.reset";
const CODE_USED: &str = "users.code-used";
const CHANGED: &str = "users.changed";

/// Writes the letters of this domain into the outbox.
pub struct Letters<'a>(pub &'a Mail);

impl Letters<'_> {
    const AN_HOUR: i64 = 3;

    /// Holds the account's row until the commit, so that two letters cannot both be the third.
    fn may_write(conn: &mut Conn, user: &User, now: Instant) -> Result<bool> {
        db::lock(conn, "users", "id", user.id.0)?;
        Mail::may_write(conn, now, &user.email_key, &[VERIFY, KNOWN, RESET], Self::AN_HOUR)
    }

    fn link(&self, path: String) -> String {
        format!("{}{path}", self.0.base_url)
    }

    fn put(
        &self,
        conn: &mut Conn,
        now: Instant,
        user: &User,
        kind: &'static str,
        letter: Letter,
    ) -> Result<()> {
        let outgoing = Outgoing {
            kind,
            recipient: &user.email_key,
            address: &user.address().address(),
            object: user.id.0,
            version: now.micros(),
            letter,
            timing: Timing::AtOnce,
        };
        self.0.enqueue(conn, now, &outgoing).map(|_| ())
    }

    /// A link and a code that prove the address. The hash of the link's token, by which the session
    /// that signed up is known again; none when three letters went to the address this hour.
    pub fn verify(
        &self,
        conn: &mut Conn,
        seal: &Seal,
        user: &User,
        carried: &Continuation,
        now: Instant,
    ) -> Result<Option<Vec<u8>>> {
        if !Self::may_write(conn, user, now)? {
            return Ok(None);
        }
        let Confirmation { token, code } = Confirmation::make(conn, seal, user, carried, now)?;
        let (first, rest) = code.split_at_checked(3).unwrap_or(("", &code));
        let letter = Letter::new(
            "Confirm your address for Footing",
            &[
                "Somebody signed up to Footing with this address. If that was you, open the page below within 24 hours. On another device it asks for the password you chose.",
                &format!(
                    "Or type this code where you signed up, within 30 minutes: {first} {rest}"
                ),
            ],
        );
        let letter = letter
            .with_button("Confirm my address", self.link(paths::verify(&token)))
            .with_link("This was not me", self.link(paths::verify_refusal(&token)))
            .expiring(now + Purpose::Verify.lasts());
        self.put(conn, now, user, VERIFY, letter)?;
        Ok(Some(seal::token_hash(&token)))
    }

    /// To somebody who signs up with an address that has an account.
    pub fn already_known(&self, conn: &mut Conn, user: &User, now: Instant) -> Result<()> {
        if !Self::may_write(conn, user, now)? {
            return Ok(());
        }
        let letter = Letter::new(
            "You already have a Footing account",
            &[
                "Somebody signed up to Footing with this address, which has an account already. Nothing was changed. If it was you, sign in; if you forgot the password, choose a new one there.",
            ],
        );
        let letter = letter.with_button("Sign in", self.link(paths::LOGIN.to_owned()));
        let letter = letter.expiring(now + Span::days(1));
        self.put(conn, now, user, KNOWN, letter)
    }

    pub fn reset(&self, conn: &mut Conn, user: &User, now: Instant) -> Result<()> {
        if !Self::may_write(conn, user, now)? {
            return Ok(());
        }
        let token = Token::make(conn, user.id, Purpose::Reset, now)?;
        let letter = Letter::new(
            "Choose a new password for Footing",
            &[
                "Somebody asked for a new password for this address. The page below works once, for 30 minutes. Choosing a new password signs out every device.",
                "If it was not you, do nothing: your password stays as it is.",
            ],
        );
        let letter = letter.with_button("Choose a new password", self.link(paths::reset(&token)));
        let letter = letter.expiring(now + Purpose::Reset.lasts());
        self.put(conn, now, user, RESET, letter)
    }

    pub fn password_changed(&self, conn: &mut Conn, user: &User, now: Instant) -> Result<()> {
        let letter = Letter::new(
            "Your Footing password was changed",
            &[
                "Your password was changed and every other device is signed out. If it was not you, choose a new password at once.",
            ],
        );
        let letter =
            letter.with_button("Choose a new password", self.link("/password/forgot".into()));
        self.put(conn, now, user, CHANGED, letter)
    }

    pub fn recovery_code_used(&self, conn: &mut Conn, user: &User, now: Instant) -> Result<()> {
        let letter = Letter::new(
            "A recovery code was used to sign in to Footing",
            &[
                "One of your recovery codes was just used. It works only once. If it was not you, change your password and make new codes.",
            ],
        );
        let letter =
            letter.with_button("Look at your sign-in", self.link(paths::SECURITY.to_owned()));
        self.put(conn, now, user, CODE_USED, letter)
    }
}
