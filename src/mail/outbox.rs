//! The rows that wait to be sent.

use diesel::prelude::*;

use super::schema::mails;
use super::{Letter, Mail};
use crate::clock::{Instant, Span};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::jobs::Kind;
use crate::on_either;

crate::typed_id!(MailId);

/// Sends one mail.
pub const SEND: Kind<MailId> = Kind::new("mail.send");

/// A letter with its address, and what makes it one of a kind: (kind, recipient, object, version)
/// is unique, so that a cause that happens twice is told once.
pub struct Outgoing<'a> {
    pub kind: &'static str,
    pub recipient: &'a str,
    pub object: i64,
    pub version: i64,
    pub letter: Letter,
}

impl Mail {
    const PURPOSE: &'static str = "footing/mail/v1";

    /// Puts a mail into the outbox; true if it was not there yet.
    pub fn enqueue(&self, conn: &mut Conn, now: Instant, outgoing: &Outgoing<'_>) -> Result<bool> {
        let id = MailId::next(now);
        let plain = serde_json::to_vec(&outgoing.letter).map_err(Error::internal)?;
        let sealed = self.seal.seal(Self::PURPOSE, &plain)?;
        let row = (
            mails::id.eq(id),
            mails::kind.eq(outgoing.kind),
            mails::recipient.eq(outgoing.recipient),
            mails::object.eq(outgoing.object),
            mails::version.eq(outgoing.version),
            mails::sealed.eq(sealed),
            mails::created_at.eq(now),
        );
        let added = on_either!(conn, |c| diesel::insert_into(mails::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c))?;
        if added == 1 {
            SEND.enqueue(conn, id, now)?;
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

    /// The body of [`SEND`]. Sent twice at worst, under the same `Message-ID`.
    pub async fn deliver(&self, db: &Db, id: MailId) -> Result<()> {
        type Row = (String, Option<Vec<u8>>);
        let (recipient, sealed): Row = db
            .read(move |conn, _| -> Result<Row> {
                Ok(mails::table.find(id).select((mails::recipient, mails::sealed)).first(conn)?)
            })
            .await?;
        let Some(sealed) = sealed else { return Ok(()) };
        let plain = self.seal.open(Self::PURPOSE, &sealed)?;
        let letter: Letter = serde_json::from_slice(&plain).map_err(Error::internal)?;
        self.send(&recipient, &letter, &id.to_string()).await?;
        db.write(move |conn, now| {
            diesel::update(mails::table.find(id))
                .set((mails::sealed.eq(None::<Vec<u8>>), mails::sent_at.eq(Some(now))))
                .execute(conn)?;
            Ok(())
        })
        .await
    }

    /// Takes all that waits for sent: a world that is made with its past has no mail to send of it.
    pub fn settle(conn: &mut Conn, now: Instant) -> Result<()> {
        diesel::update(mails::table.filter(mails::sent_at.is_null()))
            .set((mails::sealed.eq(None::<Vec<u8>>), mails::sent_at.eq(Some(now))))
            .execute(conn)?;
        Ok(())
    }

    /// How many mails wait.
    pub fn waiting(conn: &mut Conn) -> Result<i64> {
        Ok(mails::table.filter(mails::sent_at.is_null()).count().get_result(conn)?)
    }
}
