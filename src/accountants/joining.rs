//! How somebody joins: the sign-up, what confirms its address, and what makes or removes the profile
//! in the same transaction.

use diesel::prelude::*;

use super::forms::NewAccount;
use super::schema::{accountant_numbers, accountants, slugs};
use super::{Accountant, Slug, Tags};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::mail::Mail;
use crate::seal::Seal;
use crate::users::{
    Attempt, Confirmation, Continuation, Hasher, Letters, NewUser, Purpose, Role, SignUp, SignedUp,
    Status, Token, User, UserId,
};

/// A profile as a sign-up makes it: a name and an unconfirmed zone.
#[derive(Insertable)]
#[diesel(table_name = accountants)]
struct BareProfile<'a> {
    user_id: UserId,
    display_name: &'a str,
    zone: &'a str,
    slug: &'a str,
    created_at: Instant,
    updated_at: Instant,
    number: i64,
}

/// An account whose address was proven, and what its sign-up brought along.
pub struct ConfirmedAccount {
    pub user: User,
    pub carried: Continuation,
    pub at: Instant,
}

impl NewAccount {
    /// The account as it is kept, its password hashed.
    pub async fn hashed(self, hasher: &Hasher, locale: Locale) -> Result<NewUser> {
        let Self { role, name, email, password, zone } = self;
        let password_hash = hasher.hash(password).await?;
        Ok(NewUser { email, name, role, zone, locale, password_hash })
    }
}

impl Accountant {
    /// Either both rows or neither, and the mail with them. The hash of the token in it.
    pub fn sign_up(
        conn: &mut Conn,
        (mail, seal): (&Mail, &Seal),
        new: NewUser,
        carried: &Continuation,
        now: Instant,
    ) -> Result<Option<Vec<u8>>> {
        match User::sign_up(conn, new, now)? {
            SignedUp::New(user) => {
                if user.role == Role::Accountant {
                    Self::begin(conn, &user, now)?;
                }
                Letters(mail).verify(conn, seal, &user, carried, now)
            }
            SignedUp::Unverified(user) => Letters(mail).verify(conn, seal, &user, carried, now),
            SignedUp::Known(user) => Letters(mail).already_known(conn, &user, now).map(|()| None),
        }
    }

    /// By the six digits, in the session that knows the token by its hash; none where they are wrong.
    pub fn confirm_by_code(
        conn: &mut Conn,
        seal: &Seal,
        (hash, code): (&[u8], &str),
        now: Instant,
    ) -> Result<Option<ConfirmedAccount>> {
        if !Confirmation::try_code(conn, seal, hash, code, now)? {
            return Ok(None);
        }
        let user = Token::owner_by_hash(conn, hash, Purpose::Verify, now)?;
        let carried = Token::carried(conn, seal, hash)?;
        Self::confirm_by_token(conn, hash, user, carried, now).map(Some)
    }

    /// Uses the token up.
    pub fn confirm_by_token(
        conn: &mut Conn,
        hash: &[u8],
        user: User,
        carried: Continuation,
        now: Instant,
    ) -> Result<ConfirmedAccount> {
        Token::spend(conn, hash, Purpose::Verify, now)?;
        let user = Self::confirm(conn, user, carried.sign_up.as_ref(), now)?;
        Ok(ConfirmedAccount { user, carried, at: now })
    }

    /// A new password by a mailed link, which proves the address as well.
    pub fn reset_password(
        conn: &mut Conn,
        mail: &Mail,
        (token, user): (&[u8], User),
        (hash, sign_up): (&str, Option<&SignUp>),
        now: Instant,
    ) -> Result<()> {
        Token::spend(conn, token, Purpose::Reset, now)?;
        User::set_password(conn, user.id, hash)?;
        Attempt::Password.forget(conn, &user.address())?;
        let user = match user.status {
            Status::Unverified => Self::confirm(conn, user, sign_up, now)?,
            _ => user,
        };
        Letters(mail).password_changed(conn, &user, now)
    }

    /// The profile that a sign-up makes: a name and an unconfirmed zone.
    pub fn begin(conn: &mut Conn, user: &User, now: Instant) -> Result<()> {
        let slug = Slug::free(conn, &user.name, user.id, now)?;
        let profile = BareProfile {
            user_id: user.id,
            display_name: &user.name,
            zone: &user.zone,
            slug: &slug.0,
            created_at: now,
            updated_at: now,
            number: next_number(conn)?,
        };
        diesel::insert_into(accountants::table).values(&profile).execute(conn)?;
        match slug.take(conn, user.id, now)? {
            true => Ok(()),
            false => Err(Error::Busy), // another node took it a moment ago: try again
        }
    }

    /// The address was proven: the account becomes what the sign-up said that proved it, with a
    /// profile if it is an accountant's. Without a sign-up it stays as it is.
    pub fn confirm(
        conn: &mut Conn,
        user: User,
        sign_up: Option<&SignUp>,
        now: Instant,
    ) -> Result<User> {
        let Some(sign_up) = sign_up.filter(|_| user.status == Status::Unverified) else {
            return user.verified(conn, now);
        };
        if user.role == Role::Accountant {
            Self::remove(conn, user.id)?;
        }
        let user = user.take_over(conn, sign_up, now)?;
        if user.role == Role::Accountant {
            Self::begin(conn, &user, now)?;
        }
        Ok(user)
    }

    /// Whoever received the mail did not sign up: the account that waits for them is gone.
    pub fn refuse(conn: &mut Conn, token: &str, now: Instant) -> Result<()> {
        let user = Token::owner(conn, token, Purpose::Verify, now)?;
        if user.status != Status::Unverified {
            return Err(Error::NotFound);
        }
        Self::remove(conn, user.id)?;
        User::remove_unverified(conn, user.id)
    }

    /// Removes the profile of an account that was never verified.
    pub fn remove(conn: &mut Conn, id: UserId) -> Result<()> {
        Tags::remove(conn, id)?;
        diesel::delete(slugs::table.filter(slugs::user_id.eq(id))).execute(conn)?;
        diesel::delete(accountants::table.find(id)).execute(conn)?;
        Ok(())
    }
}

/// Numbers are given in order; the row stays locked until the commit.
fn next_number(conn: &mut Conn) -> Result<i64> {
    let counter = accountant_numbers::table.find(1);
    diesel::update(counter)
        .set(accountant_numbers::last.eq(accountant_numbers::last + 1))
        .execute(conn)?;
    Ok(counter.select(accountant_numbers::last).first(conn)?)
}
