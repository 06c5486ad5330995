//! The admins of a site: made from the command line, never by a page.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::users;
use super::{Email, NewUser, Role, Session, Status, User, UserId, UserName};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};

diesel::define_sql_function! {
    /// Letters of the alphabet in lower case; of others, SQLite changes none.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

impl User {
    /// The account that `create-admin` makes or raises. Only a command calls this.
    pub fn make_admin(conn: &mut Conn, email: &Email, hash: &str, now: Instant) -> Result<Self> {
        if let Some(known) = Self::find_by_email(conn, email)? {
            if known.role == Role::Accountant {
                let words = "An accountant cannot be an admin as well; use another address.";
                return Err(Error::conflict(words));
            }
            diesel::update(users::table.find(known.id))
                .set((
                    users::role.eq(Role::Admin),
                    users::status.eq(Status::Active),
                    users::verified_at.eq(Some(known.verified_at.unwrap_or(now))),
                    users::password_hash.eq(hash),
                ))
                .execute(conn)?;
            Self::number_moderator(conn, known.id)?;
            Session::end_all(conn, known.id)?;
            return Self::by_id(conn, known.id);
        }
        let name = UserName::parse(email.local()).unwrap_or(UserName("Admin".to_owned()));
        let new = NewUser {
            email: email.clone(),
            name,
            role: Role::Client,
            zone: "UTC".to_owned(),
            locale: crate::locale::Locale::NEUTRAL,
            password_hash: hash.to_owned(),
        };
        Self::sign_up(conn, new, now)?;
        Self::make_admin(conn, email, hash, now)
    }

    /// Those whose name begins so, whatever its case; the first 20.
    pub fn by_name(conn: &mut Conn, beginning: &str) -> Result<Vec<Self>> {
        let pattern = |text: &str| -> String {
            let marked = |c| if matches!(c, '%' | '_' | '!') { vec!['!', c] } else { vec![c] };
            text.chars().flat_map(marked).chain(['%']).collect()
        };
        // as it was typed, too: SQLite changes the case of plain letters only
        let typed = users::name.like(pattern(beginning)).escape('!');
        let lowered = lower(users::name).like(pattern(&beginning.to_lowercase())).escape('!');
        Ok(users::table
            .filter(typed.or(lowered))
            .order((users::name, users::id))
            .limit(20)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The names of some people.
    pub fn names(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
        let rows: Vec<(UserId, String)> = users::table
            .filter(users::id.eq_any(ids))
            .select((users::id, users::name))
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// Admins who can sign in; there are few.
    pub fn admins(conn: &mut Conn) -> Result<Vec<Self>> {
        Ok(users::table
            .filter(Self::IS_ADMIN.and(users::status.eq(Status::Active)))
            .order(users::id)
            .limit(50)
            .select(Self::as_select())
            .load(conn)?)
    }
}
