//! One thing somebody is told.

use diesel::prelude::*;

use super::jobs::WAKE;
use super::schema::notices;
use super::{Preference, PushSubscription, QuietHours, Topic, unsubscribe};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::mail::{Letter, Mail, Outgoing, Timing};
use crate::on_either;
use crate::users::{Actor, Status, User, UserId};

crate::typed_id!(NoticeId);

/// What somebody is told, on the page and by mail. What makes it one of a kind is
/// (kind, recipient, object, version).
pub struct NewNotice {
    pub kind: &'static str,
    /// By what its reader chooses the ways it comes.
    pub topic: Topic,
    pub recipient: UserId,
    pub object: i64,
    pub version: i64,
    /// One sentence of 1 to 300 characters.
    pub words: String,
    /// Page of this site where the news is to be seen.
    pub path: String,
    /// What is mailed as well. Its last moment is also that of the push: what binds before the end
    /// of quiet hours does not wait for it.
    pub letter: Option<Letter>,
}

impl NewNotice {
    /// By push and by mail, as its reader chose; later, if it comes in their quiet hours and can wait.
    fn send(
        self,
        conn: &mut Conn,
        mail: &Mail,
        reader: &User,
        chosen: &Preference,
        now: Instant,
    ) -> Result<()> {
        let quiet_until = match self.topic.is_optional() {
            true => QuietHours::end_for(conn, reader, now)?,
            false => None,
        };
        let binds_at = self.letter.as_ref().and_then(|letter| letter.expires_at);
        let later = quiet_until.filter(|end| binds_at.is_none_or(|at| *end < at));
        if chosen.by_push && reader.status == Status::Active {
            for browser in PushSubscription::of_people(conn, &[reader.id])? {
                WAKE.enqueue_at(conn, browser.id, now, later.unwrap_or(now))?;
            }
        }
        let Some(letter) = self.letter.filter(|_| chosen.by_mail && reader.may_sign_in()) else {
            return Ok(());
        };
        let (letter, timing) = match (self.topic.is_optional(), later) {
            (false, _) => (letter, Timing::AtOnce),
            (true, later) => {
                let end = unsubscribe::address(mail.seal(), &mail.base_url, reader.id, self.topic);
                let timing = later.map_or(Timing::CanWait, Timing::NotBefore);
                (letter.with_unsubscribe(end), timing)
            }
        };
        let outgoing = Outgoing {
            kind: self.kind,
            recipient: &reader.email_key,
            address: &reader.address().address(),
            object: self.object,
            version: self.version,
            letter,
            timing,
        };
        mail.enqueue(conn, now, &outgoing).map(drop)
    }
}

/// One thing that its recipient is told behind the bell. There is one for (kind, recipient, object,
/// version) at most, so telling twice tells once.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices, treat_none_as_default_value = false)]
pub struct Notice {
    pub id: NoticeId,
    pub recipient_id: UserId,
    /// `<domain>.<word>`, by which a page of its own domain tells them apart.
    pub kind: String,
    /// The id of what it is about, in the table that the kind knows.
    pub object: i64,
    /// Tells news of one object apart, as the kind counts them.
    pub version: i64,
    pub words: String,
    /// Of this site.
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
    pub fn tell(conn: &mut Conn, mail: &Mail, telling: NewNotice, now: Instant) -> Result<bool> {
        let reader = User::by_id(conn, telling.recipient)?;
        Self::tell_reader(conn, mail, &reader, telling, now)
    }

    /// The same with the recipient at hand.
    pub fn tell_reader(
        conn: &mut Conn,
        mail: &Mail,
        reader: &User,
        telling: NewNotice,
        now: Instant,
    ) -> Result<bool> {
        let chosen = Preference::of(conn, reader.id, telling.topic)?;
        let notice = Self {
            id: NoticeId::next(now),
            recipient_id: reader.id,
            kind: telling.kind.to_owned(),
            object: telling.object,
            version: telling.version,
            words: telling.words.clone(),
            path: telling.path.clone(),
            created_at: now,
            read_at: (!chosen.on_page).then_some(now),
        };
        let cause = (notices::kind, notices::recipient_id, notices::object, notices::version);
        let added = on_either!(conn, |c| diesel::insert_into(notices::table)
            .values(&notice)
            .on_conflict(cause)
            .do_nothing()
            .execute(c))?;
        if added == 1 {
            telling.send(conn, mail, reader, &chosen, now)?;
        }
        Ok(added == 1)
    }

    /// How many people but this one were told something of one cause since then.
    pub fn count_others_told(
        conn: &mut Conn,
        (kind, object): (&str, i64),
        but: UserId,
        since: Instant,
    ) -> Result<i64> {
        let told = notices::table
            .filter(notices::kind.eq(kind).and(notices::object.eq(object)))
            .filter(notices::created_at.gt(since).and(notices::recipient_id.ne(but)))
            .select(diesel::dsl::count(notices::recipient_id).aggregate_distinct());
        Ok(told.get_result(conn)?)
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

    /// Whether this person has notices older than those of a page.
    pub fn has_older(conn: &mut Conn, recipient: UserId, page: &[Self]) -> Result<bool> {
        let Some(last) = page.last() else { return Ok(false) };
        let older =
            notices::table.filter(notices::recipient_id.eq(recipient).and(notices::id.lt(last.id)));
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

    /// Whether something waits that was told by push: not read yet, or of a topic whose notices do not
    /// count on the page.
    pub(super) fn is_waiting(conn: &mut Conn, recipient: UserId, now: Instant) -> Result<bool> {
        let uncounted = notices::read_at.eq(notices::created_at.nullable());
        let lately = notices::created_at.gt(now - Span::days(1));
        let waiting = notices::table
            .filter(notices::recipient_id.eq(recipient))
            .filter(notices::read_at.is_null().or(uncounted.and(lately)));
        Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
    }

    /// When the newest came that is not read yet.
    pub fn newest_unread(conn: &mut Conn, recipient: UserId) -> Result<Option<Instant>> {
        Ok(notices::table
            .filter(notices::recipient_id.eq(recipient).and(notices::read_at.is_null()))
            .order(notices::id.desc())
            .select(notices::created_at)
            .first(conn)
            .optional()?)
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
