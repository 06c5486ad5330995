//! What all of a person's browsers share, sealed under a key that the server never has.

use diesel::prelude::*;

use super::schema::chat_vaults;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on_either;
use crate::users::{Actor, UserId};

/// What somebody’s browsers share with each other, sealed. It is replaced as a whole, and `version`
/// says which was read before.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chat_vaults)]
pub struct Vault {
    pub user_id: UserId,
    pub version: i64,
    /// The key under which it is sealed.
    pub ik_id: Vec<u8>,
    pub nonce: Vec<u8>,
    pub ct: Vec<u8>,
}

impl Vault {
    pub fn find(conn: &mut Conn, user: UserId) -> Result<Option<Self>> {
        let own = chat_vaults::table.find(user).select(Self::as_select());
        Ok(own.first(conn).optional()?)
    }

    /// Puts it in place of the version that was read. If another browser was first, it is a 409 and
    /// nothing of either is lost.
    pub fn replace(self, conn: &mut Conn, actor: &Actor, read: i64) -> Result<()> {
        let done = if read == 0 {
            on_either!(conn, |c| diesel::insert_into(chat_vaults::table)
                .values(&self)
                .on_conflict_do_nothing()
                .execute(c))?
        } else {
            diesel::update(chat_vaults::table.find(actor.id).filter(chat_vaults::version.eq(read)))
                .set((
                    chat_vaults::version.eq(self.version),
                    chat_vaults::ik_id.eq(self.ik_id),
                    chat_vaults::nonce.eq(self.nonce),
                    chat_vaults::ct.eq(self.ct),
                ))
                .execute(conn)?
        };
        match done {
            1 => Ok(()),
            _ => Err(Error::conflict("Another of your browsers has just changed this.")),
        }
    }
}
