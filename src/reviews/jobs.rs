//! Work of the reviews: asking for them, and opening what was written.

use super::Review;
use super::notify::{self, Invitation};
use crate::bookings::{Booking, BookingId};
use crate::clock::Span;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::jobs::JobKind;
use crate::mail::Mail;

/// Both are asked once more, ten days after the end.
pub const REMIND: JobKind<BookingId> = JobKind::new("reviews.remind");

const ROUND: i64 = 50;
const FULL: usize = 50;

/// An hour took place: both are asked how it went, alike.
pub async fn invite(db: Db, mail: Mail, id: BookingId) -> Result<()> {
    let act = move |conn: &mut Conn, now| {
        notify::invite(conn, &mail, id, Invitation::First, now)?;
        let booking = Booking::by_id(conn, id)?;
        let again = booking.ends_at + Span::days(10);
        if again <= now {
            return Ok(());
        }
        REMIND.enqueue_at(conn, id, now, again)
    };
    db.write(act).await
}

pub async fn remind(db: Db, mail: Mail, id: BookingId) -> Result<()> {
    db.write(move |conn, now| notify::invite(conn, &mail, id, Invitation::Again, now)).await
}

/// Opens what is due. A round over what is written, and no
/// job of each booking: there is no trace of a review anywhere but in its own row.
pub async fn open_due(db: Db, mail: Mail) -> Result<()> {
    loop {
        let sender = mail.clone();
        let round = move |conn: &mut Conn, now| Review::open_due(conn, &sender, ROUND, now);
        if db.write(round).await? < FULL {
            return Ok(());
        }
    }
}
