//! The one place where a password or a code is checked.

use super::{
    Attempt, Email, Hasher, KeptForm, Password, RateLimits, RecoveryCodes, Totp, User, UserId,
};
use crate::clock::Instant;
use crate::db::Db;
use crate::error::Result;
use crate::mail::Mail;
use crate::seal::Seal;

const BROWSER: &str = "footing/browser/v1";

/// Owns every check of a secret, and the limits in front of it.
#[derive(Clone)]
pub struct Secrets {
    pub hasher: Hasher,
    pub limits: RateLimits,
    pub seal: Seal,
    pub db: Db,
    pub mail: Mail,
}

/// What is shown to prove who one is.
pub enum Proof {
    Password(String),
    /// Six digits of the moment, or a recovery code.
    Code(String),
    /// Six digits that show that an app holds a secret which is only offered yet.
    Offered(Totp, String),
}

impl Secrets {
    /// When the proof was found right for this account; none where it is wrong. Counts first, then
    /// looks, then notes the failure or gives the count back; an account that is not there costs the
    /// same and is never right.
    ///
    /// `known_browser` is the id that a browser got at an earlier sign-in to this account: it has
    /// a bucket of its own, so that a stranger's tries lock nobody out.
    ///
    /// # Errors
    /// [`crate::error::Error::TooMany`] when a bucket is empty.
    pub async fn verify_secret(
        &self,
        account: &Email,
        user: Option<&User>,
        proof: Proof,
        network: &str,
        known_browser: Option<&str>,
    ) -> Result<Option<Instant>> {
        let bucket = match known_browser {
            Some(browser) => format!("{}/{browser}", account.key),
            None => account.key.clone(),
        };
        self.limits.count(&bucket, network)?;
        let is_right = match proof {
            Proof::Password(typed) => self.password_is_right(user, &typed).await?,
            Proof::Code(typed) => self.code_is_right(user, typed).await?,
            Proof::Offered(totp, typed) => {
                let last = user.map_or(0, |user| user.totp_last_step);
                totp.is_held(&typed, last, self.db.now())
            }
        };
        let (email, is_known) = (account.clone(), known_browser.is_some());
        let proven_at = self
            .db
            .write(move |conn, now| -> Result<Option<Instant>> {
                let so_far = Attempt::Password.so_far(conn, &email)?;
                let needs_reset = so_far >= Attempt::MOST && !is_known;
                match is_right {
                    true if needs_reset => Ok(None),
                    true if so_far == 0 => Ok(Some(now)),
                    true => Attempt::Password.forget(conn, &email).map(|()| Some(now)),
                    false => Attempt::Password.count(conn, &email, now).map(|()| None),
                }
            })
            .await?;
        if proven_at.is_some() {
            self.limits.give_back(&bucket, network);
        }
        Ok(proven_at)
    }

    async fn password_is_right(&self, user: Option<&User>, typed: &str) -> Result<bool> {
        let stored = user.map(|user| user.password_hash.as_str());
        let is_right = self.hasher.matches(Password::typed(typed), stored).await?;
        if let (true, Some(user)) = (is_right, user)
            && Hasher::is_outdated(&user.password_hash)
            && let Some(password) = Password::typed(typed)
        {
            let (id, hash) = (user.id, self.hasher.hash(password).await?);
            self.db.write(move |conn, _| User::rehash(conn, id, &hash)).await?;
        }
        Ok(is_right)
    }

    async fn code_is_right(&self, user: Option<&User>, typed: String) -> Result<bool> {
        let Some(id) = user.map(|user| user.id) else { return Ok(false) };
        let (seal, mail) = (self.seal.clone(), self.mail.clone());
        self.db
            .write(move |conn, now| -> Result<bool> {
                let user = User::by_id(conn, id)?;
                let is_of_moment = Totp::use_up(conn, &seal, &user, &typed, now)?;
                Ok(is_of_moment || RecoveryCodes::use_up(conn, &seal, &mail, &user, &typed, now)?)
            })
            .await
    }

    /// The id of a browser that signed in to this account: a keyed hash that it keeps in a cookie.
    pub fn browser_mark(&self, user: UserId, browser: &str) -> String {
        let message = format!("{user}.{browser}");
        crate::seal::base64url(&self.seal.hash(BROWSER, message.as_bytes()))
    }

    /// Whether a cookie's mark was made for this account and browser, under any of the secrets.
    pub fn is_mark_of(&self, user: UserId, browser: &str, mark: &str) -> bool {
        let message = format!("{user}.{browser}");
        let mark = crate::seal::from_base64url(mark);
        mark.is_some_and(|mark| self.seal.matches(BROWSER, message.as_bytes(), &mark))
    }

    /// What was typed into a form whose session has ended, as it is kept from now on.
    pub fn kept_form(&self, action: &str, typed: Vec<(String, String)>) -> Option<KeptForm> {
        KeptForm::new(action, typed, self.db.now())
    }

    /// Whether proof was given less than ten minutes ago.
    pub fn is_fresh(proven_at: Instant, now: Instant) -> bool {
        now < proven_at + crate::clock::Span::minutes(10)
    }
}
