//! The private address at which a calendar program finds somebody's bookings.

use diesel::prelude::*;

use super::schema::calendar_feeds;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on_either;
use crate::seal;
use crate::users::{Actor, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calendar_feeds)]
pub struct Feed {
    pub user_id: UserId,
    /// Only the hash is kept: whoever reads the table cannot read a calendar.
    pub token_hash: Vec<u8>,
    pub is_busy_only: bool,
    pub made_at: Instant,
}

impl Feed {
    pub fn of(conn: &mut Conn, id: UserId) -> Result<Option<Self>> {
        let own = calendar_feeds::table.find(id).select(Self::as_select());
        Ok(own.first(conn).optional()?)
    }

    /// Whose feed this is. A token that was replaced is nobody's.
    pub fn by_token(conn: &mut Conn, token: &str) -> Result<Self> {
        let hash = seal::token_hash(token);
        let found = calendar_feeds::table.filter(calendar_feeds::token_hash.eq(hash));
        found.select(Self::as_select()).first(conn).map_err(Error::from)
    }

    /// A new address in the place of the old one, shown this once.
    pub fn renew(conn: &mut Conn, actor: &Actor, is_busy_only: bool) -> Result<String> {
        let token = seal::token();
        let row = Self {
            user_id: actor.id,
            token_hash: seal::token_hash(&token),
            is_busy_only,
            made_at: actor.now,
        };
        on_either!(conn, |c| diesel::insert_into(calendar_feeds::table)
            .values(&row)
            .on_conflict(calendar_feeds::user_id)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(token)
    }

    pub fn remove(conn: &mut Conn, actor: &Actor) -> Result<()> {
        diesel::delete(calendar_feeds::table.find(actor.id)).execute(conn)?;
        Ok(())
    }
}
