//! How an account comes to another password, and who hears of it.

use diesel::prelude::*;

use super::schema::users;
use super::{Actor, Attempt, Email, Letters, Session, Status, User, UserId};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::mail::Mail;

impl User {
    /// Somebody forgot the password of this address. Whether anybody has it makes no difference to
    /// whoever asks.
    pub fn ask_reset(conn: &mut Conn, mail: &Mail, email: &Email, now: Instant) -> Result<()> {
        Attempt::Reset.count(conn, email, now)?;
        match Self::find_by_email(conn, email)? {
            Some(user) if user.may_sign_in() || user.status == Status::Unverified => {
                Letters(mail).reset(conn, &user, now)
            }
            _ => Ok(()),
        }
    }

    /// Changes the password of the one signed in, ends every session and tells them; when.
    pub fn change_password(
        &self,
        conn: &mut Conn,
        mail: &Mail,
        hash: &str,
        actor: &Actor,
    ) -> Result<Instant> {
        Self::set_password(conn, actor.id, hash)?;
        Letters(mail).password_changed(conn, self, actor.now)?;
        Ok(actor.now)
    }

    /// Ends every session: whoever has one may be the reason for the change.
    pub fn set_password(conn: &mut Conn, id: UserId, hash: &str) -> Result<()> {
        diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn)?;
        Session::end_all(conn, id)
    }

    /// Keeps a stronger hash of the same password; sessions go on.
    pub fn rehash(conn: &mut Conn, id: UserId, hash: &str) -> Result<()> {
        diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn)?;
        Ok(())
    }
}
