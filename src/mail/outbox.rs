//! The rows that wait to be sent, and how each ends: sent, expired, or refused by the other side.

use std::time::Duration;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::digest::{self, SEND_HELD};
use super::schema::mails;
use super::transport::Unsent;
use super::{Letter, Mail};
use crate::clock::{Instant, Span};
use crate::db::{Conn, Db, SealedColumn};
use crate::error::{Error, Result};
use crate::jobs::JobKind;
use crate::on_either;

crate::typed_id!(MailId);

/// Sends one mail.
pub const SEND: JobKind<MailId> = JobKind::of_mail("mail.send");

const PURPOSE: &str = "footing/mail/v1";

/// What of this module is sealed.
pub const SEALED: [SealedColumn; 1] =
    [SealedColumn { table: "mails", key: "id", column: "sealed", purpose: PURPOSE }];

/// A letter with its address, and what makes it one of a kind: (kind, recipient, object, version)
/// is unique, so that a cause that happens twice is told once.
pub struct Outgoing<'a> {
    pub kind: &'static str,
    /// The key of the address: known by it, counted by it.
    pub recipient: &'a str,
    /// The address as its owner types it; mail goes there.
    pub address: &'a str,
    pub object: i64,
    pub version: i64,
    pub letter: Letter,
    pub timing: Timing,
}

/// When a mail leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    AtOnce,
    /// With others, if many come at once.
    CanWait,
    /// Not before this moment, unless it is of no use by then.
    NotBefore(Instant),
}

/// What is sealed while it waits.
#[derive(Serialize)]
struct Waiting<'a> {
    address: &'a str,
    #[serde(flatten)]
    letter: &'a Letter,
}

/// The same, read back. Rows of before lack the address.
#[derive(Deserialize)]
pub(super) struct OpenedMail {
    pub address: Option<String>,
    #[serde(flatten)]
    pub letter: Letter,
}

/// A mail that the other side refused for good.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mails)]
pub struct RefusedMail {
    pub kind: String,
    /// The key of the address.
    pub recipient: String,
    pub refused_at: Option<Instant>,
    /// What the server answered, as its code.
    pub refusal: Option<String>,
}

/// Mails that wait, and those that ended without being sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailCounts {
    pub waiting: i64,
    pub expired: i64,
    pub refused: i64,
}

/// How a mail ends.
pub(super) enum MailOutcome {
    Sent,
    Expired,
    Refused(String),
}

impl Mail {
    /// How long a mail is tried that names no last moment of its own.
    const TRIED: Span = Span::days(5);
    /// Longest that a mail server may keep one mail waiting.
    const TIMEOUT: Duration = Duration::from_secs(20);

    /// Puts a mail into the outbox; true if it was not there yet.
    pub fn enqueue(&self, conn: &mut Conn, now: Instant, outgoing: &Outgoing<'_>) -> Result<bool> {
        let id = MailId::next(now);
        let waiting = Waiting { address: outgoing.address, letter: &outgoing.letter };
        let plain = serde_json::to_vec(&waiting).map_err(Error::internal)?;
        let sealed = self.seal().seal(PURPOSE, &plain)?;
        let last_moment = outgoing.letter.last_moment(now + Self::TRIED);
        let held_until = digest::hold(conn, outgoing, last_moment, now)?;
        let row = (
            mails::id.eq(id),
            mails::kind.eq(outgoing.kind),
            mails::recipient.eq(outgoing.recipient),
            mails::object.eq(outgoing.object),
            mails::version.eq(outgoing.version),
            mails::sealed.eq(sealed),
            mails::created_at.eq(now),
            mails::expires_at.eq(Some(last_moment)),
            mails::may_wait.eq(outgoing.timing != Timing::AtOnce),
            mails::held_until.eq(held_until),
        );
        let added = on_either!(conn, |c| diesel::insert_into(mails::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c))?;
        match held_until {
            _ if added == 0 => {}
            Some(at) => SEND_HELD.enqueue_at(conn, id, now, at)?,
            None => SEND.enqueue(conn, id, now)?,
        }
        Ok(added == 1)
    }

    /// Whether this address had fewer than `most` mails of these kinds in the last hour.
    pub fn may_write(
        conn: &mut Conn,
        now: Instant,
        recipient: &str,
        kinds: &[&str],
        most: i64,
    ) -> Result<bool> {
        let sent: i64 = mails::table
            .filter(mails::recipient.eq(recipient).and(mails::kind.eq_any(kinds.to_vec())))
            .filter(mails::created_at.gt(now - Span::hours(1)))
            .count()
            .get_result(conn)?;
        Ok(sent < most)
    }

    /// The body of [`SEND`]. Sent twice at worst, under the same `Message-ID`. Fails while the
    /// server does not take it, and is then tried again until its last moment.
    pub async fn deliver(&self, db: &Db, id: MailId) -> Result<()> {
        type Row = (String, Option<Vec<u8>>, Instant, Option<Instant>);
        let (recipient, sealed, created_at, expires_at): Row = db
            .read(move |conn, _| -> Result<Row> {
                let columns =
                    (mails::recipient, mails::sealed, mails::created_at, mails::expires_at);
                Ok(mails::table.find(id).select(columns).first(conn)?)
            })
            .await?;
        let Some(sealed) = sealed else { return Ok(()) };
        if expires_at.unwrap_or(created_at + Self::TRIED) <= db.now() {
            return end(db, &[id], MailOutcome::Expired).await;
        }
        let opened = self.open_letter(&sealed)?;
        let address = opened.address.unwrap_or(recipient);
        let ending = self.send_in_time(&address, &opened.letter, id).await?;
        end(db, &[id], ending).await
    }

    pub(super) fn open_letter(&self, sealed: &[u8]) -> Result<OpenedMail> {
        let plain = self.seal().open(PURPOSE, sealed)?;
        serde_json::from_slice(&plain).map_err(Error::internal)
    }

    /// How it ended; an error if it is to be tried again.
    pub(super) async fn send_in_time(
        &self,
        address: &str,
        letter: &Letter,
        id: MailId,
    ) -> Result<MailOutcome> {
        let name = id.to_string();
        let sending = self.send(address, letter, &name);
        match tokio::time::timeout(Self::TIMEOUT, sending).await {
            Ok(Ok(())) => Ok(MailOutcome::Sent),
            Ok(Err(Unsent::Refused(code))) => {
                tracing::warn!(%id, code, "a mail was refused for good");
                Ok(MailOutcome::Refused(code))
            }
            Ok(Err(Unsent::NotNow(cause))) => Err(Error::internal(cause)),
            Err(_) => Err(Error::internal("the mail server did not answer in time")),
        }
    }

    /// Takes all that waits for sent: a world that is made with its past has no mail to send of it.
    pub fn settle(conn: &mut Conn, now: Instant) -> Result<()> {
        diesel::update(mails::table.filter(mails::sealed.is_not_null()))
            .set((mails::sealed.eq(None::<Vec<u8>>), mails::sent_at.eq(Some(now))))
            .execute(conn)?;
        Ok(())
    }

    /// Removes what was ever written to an address that is nobody's any more.
    pub fn forget(conn: &mut Conn, recipient: &str) -> Result<()> {
        diesel::delete(mails::table.filter(mails::recipient.eq(recipient))).execute(conn)?;
        Ok(())
    }

    /// What the last word of an address's server was, if it refused the newest mail that ended.
    pub fn refusal(conn: &mut Conn, recipient: &str) -> Result<Option<RefusedMail>> {
        let newest: Option<RefusedMail> = mails::table
            .filter(mails::recipient.eq(recipient))
            .filter(mails::sent_at.is_not_null().or(mails::refused_at.is_not_null()))
            .order((mails::created_at.desc(), mails::id.desc()))
            .select(RefusedMail::as_select())
            .first(conn)
            .optional()?;
        Ok(newest.filter(|mail| mail.refused_at.is_some()))
    }

    /// What was refused lately, newest first.
    pub fn refused(conn: &mut Conn) -> Result<Vec<RefusedMail>> {
        Ok(mails::table
            .filter(mails::refused_at.is_not_null())
            .order((mails::refused_at.desc(), mails::id.desc()))
            .limit(100)
            .select(RefusedMail::as_select())
            .load(conn)?)
    }

    /// How many mails wait, and how many of the last 30 days were given up.
    pub fn counts(conn: &mut Conn, now: Instant) -> Result<MailCounts> {
        let lately = now - Span::days(30);
        Ok(MailCounts {
            waiting: mails::table.filter(mails::sealed.is_not_null()).count().get_result(conn)?,
            expired: mails::table.filter(mails::expired_at.gt(lately)).count().get_result(conn)?,
            refused: mails::table.filter(mails::refused_at.gt(lately)).count().get_result(conn)?,
        })
    }
}

/// The letters are struck, however they ended: they may have held a link that lets somebody in.
pub(super) async fn end(db: &Db, ids: &[MailId], ending: MailOutcome) -> Result<()> {
    let ids = ids.to_vec();
    db.write(move |conn, now| {
        let mails = mails::table.filter(mails::id.eq_any(ids));
        let struck = mails::sealed.eq(None::<Vec<u8>>);
        match ending {
            MailOutcome::Sent => {
                diesel::update(mails).set((struck, mails::sent_at.eq(now))).execute(conn)?
            }
            MailOutcome::Expired => {
                diesel::update(mails).set((struck, mails::expired_at.eq(now))).execute(conn)?
            }
            MailOutcome::Refused(code) => diesel::update(mails)
                .set((struck, mails::refused_at.eq(now), mails::refusal.eq(code)))
                .execute(conn)?,
        };
        Ok(())
    })
    .await
}
