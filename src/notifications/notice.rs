//! One thing somebody is told.

use diesel::prelude::*;

use super::schema::notices;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::mail::{Letter, Mail, Outgoing};
use crate::on_either;
use crate::users::{Actor, User, UserId};

crate::typed_id!(NoticeId);

/// What somebody is told, on the page and by mail. What makes it one of a kind is
/// (kind, recipient, object, version).
pub struct Telling {
    pub kind: &'static str,
    pub recipient: UserId,
    pub object: i64,
    pub version: i64,
    /// One sentence of 1 to 300 characters.
    pub words: String,
    /// Page of this site where the news is to be seen.
    pub path: String,
    /// What is mailed as well.
    pub letter: Option<Letter>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices, treat_none_as_default_value = false)]
pub struct Notice {
    pub id: NoticeId,
    pub recipient_id: UserId,
    pub kind: String,
    pub object: i64,
    pub version: i64,
    pub words: String,
    pub path: String,
    pub created_at: Instant,
    pub read_at: Option<Instant>,
}

impl Notice {
    const A_PAGE: i64 = 20;
    /// Nobody reads a larger count, and counting on would cost more with every notice.
    const MOST_COUNTED: i64 = 100;

    /// Writes the notice and its mail into the transaction. True when it was new; the same cause
    /// twice is told once. Nothing is mailed to whoever may not sign in.
    pub fn tell(conn: &mut Conn, mail: &Mail, telling: Telling, now: Instant) -> Result<bool> {
        let reader = User::by_id(conn, telling.recipient)?;
        Self::tell_reader(conn, mail, &reader, telling, now)
    }

    /// The same with the recipient at hand.
    pub fn tell_reader(
        conn: &mut Conn,
        mail: &Mail,
        reader: &User,
        telling: Telling,
        now: Instant,
    ) -> Result<bool> {
        let notice = Self {
            id: NoticeId::next(now),
            recipient_id: reader.id,
            kind: telling.kind.to_owned(),
            object: telling.object,
            version: telling.version,
            words: telling.words,
            path: telling.path,
            created_at: now,
            read_at: None,
        };
        let cause = (notices::kind, notices::recipient_id, notices::object, notices::version);
        let added = on_either!(conn, |c| diesel::insert_into(notices::table)
            .values(&notice)
            .on_conflict(cause)
            .do_nothing()
            .execute(c))?;
        if added == 0 {
            return Ok(false);
        }
        if let Some(letter) = telling.letter
            && reader.may_sign_in()
        {
            let outgoing = Outgoing {
                kind: telling.kind,
                recipient: &reader.email_key,
                address: &reader.address().address(),
                object: telling.object,
                version: telling.version,
                letter,
            };
            mail.enqueue(conn, now, &outgoing)?;
        }
        Ok(true)
    }

    /// The 20 newest of one person, or the 20 before a notice.
    pub fn page(conn: &mut Conn, recipient: UserId, after: Option<NoticeId>) -> Result<Vec<Self>> {
        Ok(notices::table
            .filter(notices::recipient_id.eq(recipient))
            .filter(notices::id.lt(after.unwrap_or(NoticeId(i64::MAX))))
            .order(notices::id.desc())
            .limit(Self::A_PAGE)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Whether this person has notices older than that one.
    pub fn goes_on(conn: &mut Conn, recipient: UserId, after: NoticeId) -> Result<bool> {
        let older =
            notices::table.filter(notices::recipient_id.eq(recipient).and(notices::id.lt(after)));
        Ok(diesel::select(diesel::dsl::exists(older)).get_result(conn)?)
    }

    /// How many are not read yet; at most 100.
    pub fn unread(conn: &mut Conn, recipient: UserId) -> Result<i64> {
        let ids: Vec<NoticeId> = notices::table
            .filter(notices::recipient_id.eq(recipient).and(notices::read_at.is_null()))
            .limit(Self::MOST_COUNTED)
            .select(notices::id)
            .load(conn)?;
        Ok(i64::try_from(ids.len()).unwrap_or(Self::MOST_COUNTED))
    }

    /// Marks one's own as read, up to the newest that was seen: what came since stays new.
    pub fn read_all(conn: &mut Conn, actor: &Actor, newest: Option<NoticeId>) -> Result<()> {
        let seen = notices::table
            .filter(notices::recipient_id.eq(actor.id).and(notices::read_at.is_null()))
            .filter(notices::id.le(newest.unwrap_or(NoticeId(i64::MAX))));
        diesel::update(seen).set(notices::read_at.eq(Some(actor.now))).execute(conn)?;
        Ok(())
    }

    pub fn is_new(&self) -> bool {
        self.read_at.is_none()
    }
}
