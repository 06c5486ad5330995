//! The other person as a conversation shows them.

use diesel::prelude::*;

use super::schema::chat_identities;
use crate::accountants::called;
use crate::accountants::schema::accountants;
use crate::clock;
use crate::db::{Conn, PreparedCondition};
use crate::error::{Error, Result};
use crate::listings::complete::{COMPLETE, VISIBLE};
use crate::locale::Locale;
use crate::users::schema::users;
use crate::users::{Status, UserId};

#[derive(Debug, Clone)]
pub struct Peer {
    pub id: UserId,
    /// An accountant's public name, a client's own.
    pub name: String,
    /// What the other calls them.
    pub called: String,
    pub slug: Option<String>,
    pub photo: Option<String>,
    pub headline: String,
    pub zone: String,
    pub status: Status,
}

type PeerRow = (
    UserId,
    String,
    Status,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl Peer {
    pub(super) const PAGE: i64 = 20;

    /// In the order of the ids; whoever is not there is left out.
    pub fn all(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<Self>> {
        let rows: Vec<PeerRow> = users::table
            .left_join(accountants::table.on(accountants::user_id.eq(users::id)))
            .filter(users::id.eq_any(ids.to_vec()))
            .order(users::id)
            .select((
                users::id,
                users::name,
                users::status,
                users::zone,
                accountants::display_name.nullable(),
                accountants::slug.nullable(),
                accountants::photo.nullable(),
                accountants::headline.nullable(),
                accountants::called.nullable(),
            ))
            .load(conn)?;
        Ok(rows.into_iter().map(Self::from).collect())
    }

    pub fn by_id(conn: &mut Conn, id: UserId) -> Result<Self> {
        Self::all(conn, &[id])?.pop().ok_or(Error::NotFound)
    }

    /// Listed accountants whose address begins with these letters, from just after one on. Reads
    /// along the index of the addresses.
    pub fn listed(
        conn: &mut Conn,
        begins: &str,
        after: &str,
        without: UserId,
    ) -> Result<Vec<Self>> {
        let end = format!("{begins}{}", '\u{7f}');
        let ids: Vec<UserId> = accountants::table
            .inner_join(users::table.on(users::id.eq(accountants::user_id)))
            .filter(accountants::slug.ge(begins).and(accountants::slug.lt(end)))
            .filter(accountants::slug.gt(after).and(accountants::user_id.ne(without)))
            .filter(PreparedCondition(COMPLETE).and(PreparedCondition(VISIBLE)))
            .order(accountants::slug)
            .limit(Self::PAGE)
            .select(accountants::user_id)
            .load(conn)?;
        let mut peers = Self::all(conn, &ids)?;
        peers.sort_by(|one, other| one.slug.cmp(&other.slug));
        Ok(peers)
    }

    /// Those of them who can be written to: their browser has made keys.
    pub fn with_keys(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<UserId>> {
        Ok(chat_identities::table
            .filter(chat_identities::user_id.eq_any(ids.to_vec()))
            .filter(chat_identities::key_seq.eq(0))
            .select(chat_identities::user_id)
            .load(conn)?)
    }

    pub fn first_name(&self) -> &str {
        &self.called
    }

    /// "13:54 in London".
    pub fn time_there(&self, now: clock::Instant, locale: Locale) -> String {
        let time = locale.time(now.in_zone(&self.zone).time());
        format!("{time} in {}", clock::city(&self.zone))
    }
}

impl From<PeerRow> for Peer {
    fn from((id, name, status, zone, shown, slug, photo, headline, chosen): PeerRow) -> Self {
        let headline = headline.unwrap_or_default();
        let first = name.split_whitespace().next().unwrap_or(&name);
        let called = match (&shown, &chosen) {
            (Some(shown), Some(chosen)) => called(chosen, shown),
            _ => first,
        };
        let called = called.to_owned();
        Self { id, name: shown.unwrap_or(name), called, slug, photo, headline, zone, status }
    }
}
