//! A sign-up that waits for its address to be confirmed.
//!
//! What was typed travels in the token's row, sealed, and counts only once that token is used: so
//! nobody fixes another's role, name or password by signing up first with their address. The token
//! alone is enough in the browser that signed up, whose session names it, and so is the code of the
//! same mail; anywhere else the password is asked for.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::schema::{tokens, users};
use super::{Letters, NewUser, Purpose, Role, Status, Token, User};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::locale::{LocalZone, Locale};
use crate::mail::Mail;
use crate::seal::{self, Seal};

const CARRIED: &str = "footing/sign-up/v1";
const CODE: &str = "footing/sign-up-code/v1";

/// What one sign-up said of its author.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignUp {
    pub name: String,
    role: String,
    pub zone: String,
    #[serde(default)]
    locale: String,
    pub password_hash: String,
}

/// What a link brings back: the sign-up, the page where it began, and a form kept from there.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Continuation {
    pub sign_up: Option<SignUp>,
    pub next: Option<String>,
    /// As the session keeps it.
    pub form: Option<String>,
}

impl Continuation {
    fn seal(&self, seal: &Seal) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        seal.seal(CARRIED, &json)
    }

    pub(super) fn open(seal: &Seal, sealed: &[u8]) -> Option<Self> {
        serde_json::from_slice(&seal.open(CARRIED, sealed).ok()?).ok()
    }
}

impl SignUp {
    pub fn new(name: &str, role: Role, zone: &LocalZone, password_hash: &str) -> Self {
        Self {
            name: name.to_owned(),
            role: role.as_str().to_owned(),
            zone: zone.to_string(),
            locale: zone.locale.tag().to_owned(),
            password_hash: password_hash.to_owned(),
        }
    }

    pub fn role(&self) -> Role {
        Role::parse(&self.role).filter(|role| *role == Role::Accountant).unwrap_or(Role::Client)
    }
}

impl NewUser {
    /// What its mail brings back.
    pub fn as_sign_up(&self) -> SignUp {
        let zone = LocalZone::new(&*self.zone, self.locale);
        SignUp::new(&self.name.0, self.role, &zone, &self.password_hash)
    }
}

/// A link and a code of one mail.
pub struct Confirmation {
    pub token: String,
    /// Six digits.
    pub code: String,
}

impl Confirmation {
    /// How long and how often the code can be tried.
    pub const CODE_LASTS: Span = Span::minutes(30);
    pub const MOST_TRIES: i32 = 5;

    pub fn make(
        conn: &mut Conn,
        seal: &Seal,
        user: &User,
        carried: &Continuation,
        now: Instant,
    ) -> Result<Self> {
        let token = Token::make(conn, user.id, Purpose::Verify, now)?;
        let hash = seal::token_hash(&token);
        let code = six_digits();
        let code_hash = seal.hash(CODE, &message(&hash, &code)).to_vec();
        db::update(
            tokens::table.find(&hash),
            (tokens::carried.eq(Some(carried.seal(seal)?)), tokens::code_hash.eq(Some(code_hash))),
        )
        .execute(conn)?;
        Ok(Self { token, code })
    }

    /// Whether a code is that of the token's mail. Each try counts, right or wrong.
    pub fn try_code(
        conn: &mut Conn,
        seal: &Seal,
        hash: &[u8],
        code: &str,
        now: Instant,
    ) -> Result<bool> {
        let open = tokens::table
            .find(hash)
            .filter(tokens::created_at.gt(now - Self::CODE_LASTS))
            .filter(tokens::code_tries.lt(Self::MOST_TRIES));
        let counted = diesel::update(open)
            .set(tokens::code_tries.eq(tokens::code_tries + 1))
            .execute(conn)?;
        let kept: Option<Option<Vec<u8>>> =
            tokens::table.find(hash).select(tokens::code_hash).first(conn).optional()?;
        let digits: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let kept = kept.flatten().filter(|_| counted == 1);
        Ok(kept.is_some_and(|kept| seal.matches(CODE, &message(hash, &digits), &kept)))
    }
}

fn message(hash: &[u8], code: &str) -> Vec<u8> {
    [hash, code.as_bytes()].concat()
}

fn six_digits() -> String {
    format!("{:06}", u64::from_be_bytes(seal::random()) % 1_000_000)
}

impl User {
    /// Another mail for whoever signed up and has not confirmed the address.
    pub fn confirm_anew(
        &self,
        conn: &mut Conn,
        (mail, seal): (&Mail, &Seal),
        next: Option<String>,
        now: Instant,
    ) -> Result<()> {
        let carried = Continuation { sign_up: Some(self.as_signed_up()), next, form: None };
        Letters(mail).verify(conn, seal, self, &carried, now).map(drop)
    }

    /// The never confirmed account becomes what this sign-up said, but for the profile, which the
    /// caller makes or removes in the same transaction.
    pub fn take_over(self, conn: &mut Conn, sign_up: &SignUp, now: Instant) -> Result<Self> {
        let role = sign_up.role();
        let unverified = users::table.find(self.id).filter(users::status.eq(Status::Unverified));
        diesel::update(unverified)
            .set((
                users::name.eq(&sign_up.name),
                users::role.eq(role),
                users::accountant_id.eq((role == Role::Accountant).then_some(self.id)),
                users::zone.eq(&sign_up.zone),
                users::locale.eq(Locale::of(&sign_up.locale).tag()),
                users::password_hash.eq(&sign_up.password_hash),
            ))
            .execute(conn)?;
        self.verified(conn, now)
    }
}
