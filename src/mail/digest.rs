//! Mails that are held and leave together: those that come thick and fast, and those that wait for
//! the end of somebody's quiet hours.
//!
//! The first five to one person within five minutes leave singly. What comes on top is held, and five
//! minutes after the last of it (half an hour after the first at most) all of it leaves as one.

use diesel::prelude::*;

use super::outbox::{MailOutcome, end};
use super::schema::mails;
use super::{Letter, Mail, MailId, Outgoing, Timing};
use crate::clock::{Instant, Span};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::jobs::JobKind;

/// Sends what is held for whoever this mail goes to.
pub const SEND_HELD: JobKind<MailId> = JobKind::of_mail("mail.send-held");

const SINGLY: i64 = 5;
const CALM: Span = Span::minutes(5);
/// How much later than it was held for the first may leave because of those after it.
const LONGEST: Span = Span::minutes(25);
/// How soon the job of a mail looks again whether the one before it took it along.
const NEXT_LOOK: Span = Span::minutes(1);

/// Until when a mail is held, if it is. None is held past its own last moment.
pub(super) fn hold(
    conn: &mut Conn,
    outgoing: &Outgoing<'_>,
    last_moment: Instant,
    now: Instant,
) -> Result<Option<Instant>> {
    let until = match outgoing.timing {
        Timing::AtOnce => return Ok(None),
        Timing::NotBefore(at) => at,
        Timing::CanWait if are_many(conn, outgoing.recipient, now)? => now + CALM,
        Timing::CanWait => return Ok(None),
    };
    Ok(Some(until).filter(|until| *until < last_moment))
}

fn are_many(conn: &mut Conn, recipient: &str, now: Instant) -> Result<bool> {
    let lately: i64 = mails::table
        .filter(mails::recipient.eq(recipient).and(mails::created_at.gt(now - CALM)))
        .filter(mails::may_wait)
        .count()
        .get_result(conn)?;
    Ok(lately >= SINGLY)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mails)]
struct HeldMail {
    id: MailId,
    recipient: String,
    sealed: Option<Vec<u8>>,
    expires_at: Option<Instant>,
    held_until: Option<Instant>,
}

impl HeldMail {
    /// All that is held for whoever a mail goes to, oldest first.
    fn beside(conn: &mut Conn, id: MailId) -> Result<Vec<Self>> {
        let recipient = mails::table.find(id).select(mails::recipient).first::<String>(conn)?;
        Ok(mails::table
            .filter(mails::recipient.eq(recipient))
            .filter(mails::held_until.is_not_null().and(mails::sealed.is_not_null()))
            .order(mails::id)
            .select(Self::as_select())
            .load(conn)?)
    }
}

/// When all of it may leave.
fn leaves_at(held: &[HeldMail]) -> Option<Instant> {
    let moments = || held.iter().filter_map(|mail| mail.held_until);
    Some(moments().max()?.min(moments().min()? + LONGEST))
}

impl Mail {
    /// The body of [`SEND_HELD`]. Only the job of the oldest sends, so that nothing leaves twice; the
    /// others look again until theirs has left.
    pub async fn deliver_held(&self, db: &Db, id: MailId) -> Result<()> {
        let held = db.read(move |conn, _| HeldMail::beside(conn, id)).await?;
        if held.iter().all(|mail| mail.id != id) {
            return Ok(());
        }
        let now = db.now();
        let (due, oldest) = (leaves_at(&held), held.first().map(|mail| mail.id));
        let next = due.filter(|at| *at > now).or((oldest != Some(id)).then_some(now + NEXT_LOOK));
        if let Some(at) = next {
            return db.write(move |conn, now| SEND_HELD.enqueue_at(conn, id, now, at)).await;
        }
        let (late, timely): (Vec<_>, Vec<_>) =
            held.into_iter().partition(|mail| mail.expires_at.is_some_and(|at| at <= now));
        let ids = |mails: &[HeldMail]| mails.iter().map(|mail| mail.id).collect::<Vec<_>>();
        end(db, &ids(&late), MailOutcome::Expired).await?;
        let Some((letter, address)) = self.join(&timely)? else { return Ok(()) };
        let ending = self.send_in_time(&address, &letter, id).await?;
        end(db, &ids(&timely), ending).await
    }

    /// One letter of all, and where it goes.
    fn join(&self, held: &[HeldMail]) -> Result<Option<(Letter, String)>> {
        let mut letters = vec![];
        let mut address = None;
        for mail in held {
            let Some(sealed) = &mail.sealed else { continue };
            let opened = self.open_letter(sealed)?;
            address = opened.address.or_else(|| Some(mail.recipient.clone()));
            letters.push(opened.letter);
        }
        let letter = match letters.len() {
            0 | 1 => letters.pop(),
            _ => Some(Letter::of_several(letters)),
        };
        Ok(letter.zip(address))
    }
}
