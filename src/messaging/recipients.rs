//! Whom somebody may write to: listed accountants, and everybody they talk with already.

use super::Peer;
use super::inbox::InboxRow;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

pub struct Recipients {
    pub known: Vec<InboxRow>,
    pub listed: Vec<Peer>,
    pub with_keys: Vec<UserId>,
    /// The slug after which there are more.
    pub next: Option<String>,
}

impl Recipients {
    /// A page of those whose address begins with these letters, from just after one on. Whom one
    /// talks with stands on the first.
    pub fn page(
        conn: &mut Conn,
        own: UserId,
        begins: &str,
        after: &str,
        now: Instant,
    ) -> Result<Self> {
        let known = match after.is_empty() {
            true => InboxRow::page(conn, own, None, now)?,
            false => vec![],
        };
        let listed = Peer::listed(conn, begins, after, own)?;
        let ids: Vec<UserId> = listed.iter().map(|peer| peer.id).collect();
        let with_keys = Peer::with_keys(conn, &ids)?;
        let is_full = i64::try_from(listed.len()).is_ok_and(|count| count >= Peer::PAGE);
        let next = listed.last().filter(|_| is_full).and_then(|peer| peer.slug.clone());
        Ok(Self { known, listed, with_keys, next })
    }
}
