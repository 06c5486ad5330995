//! How an accountant writes dates: by the zone of their hours and the locale of their account.

use diesel::prelude::*;

use super::Accountant;
use super::schema::accountants;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::{LocalZone, Locale};
use crate::users::UserId;
use crate::users::schema::users;

impl Accountant {
    /// The zone of their hours, and how they write dates.
    pub fn local_zone(conn: &mut Conn, id: UserId) -> Result<LocalZone> {
        let own =
            accountants::table.inner_join(users::table.on(users::id.eq(accountants::user_id)));
        let (zone, locale): (String, String) = own
            .filter(accountants::user_id.eq(id))
            .select((accountants::zone, users::locale))
            .first(conn)?;
        Ok(LocalZone::new(zone, Locale::of(&locale)))
    }
}
