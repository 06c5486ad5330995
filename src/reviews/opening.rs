//! When what was written is shown: both sides together, when the second has written or when the time
//! for it is over.

use diesel::prelude::*;

use super::schema::reviews;
use super::signs::SharedSigns;
use super::{Review, ReviewSide, Totals, notify, restriction};
use crate::bookings::Booking;
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::mail::Mail;

impl Review {
    /// Opens both of a booking if both have written, or if its time is over.
    pub(super) fn open_if_due(
        conn: &mut Conn,
        mail: &Mail,
        booking: &Booking,
        now: Instant,
    ) -> Result<()> {
        let waiting: Vec<Self> = reviews::table
            .filter(reviews::booking_id.eq(booking.id))
            .filter(reviews::opened_at.is_null().and(reviews::withdrawn_at.is_null()))
            .select(Self::as_select())
            .load(conn)?;
        let is_over = booking.review_until() <= now;
        if waiting.len() == 2 || is_over {
            for review in waiting {
                review.open(conn, mail, now)?;
            }
        }
        Ok(())
    }

    /// Opens up to `most` whose time is over, whether or not the other side wrote; how many there
    /// were.
    pub fn open_due(conn: &mut Conn, mail: &Mail, most: i64, now: Instant) -> Result<usize> {
        let due: Vec<Self> = reviews::table
            .filter(reviews::opened_at.is_null().and(reviews::withdrawn_at.is_null()))
            .filter(reviews::opens_at.le(now))
            .order(reviews::opens_at)
            .limit(most)
            .select(Self::as_select())
            .load(conn)?;
        for review in &due {
            review.open(conn, mail, now)?;
        }
        Ok(due.len())
    }

    /// Tells of one that opened and is shown only now.
    pub fn tell_shown(&self, conn: &mut Conn, mail: &Mail, now: Instant) -> Result<()> {
        match self.is_shown() {
            true => notify::opened(conn, mail, self, now),
            false => Ok(()),
        }
    }

    fn open(&self, conn: &mut Conn, mail: &Mail, now: Instant) -> Result<()> {
        // as late as the job came by, it opened when its time was over
        let opened_at = now.min(self.opens_at).max(self.written_at);
        let shared = match self.side {
            ReviewSide::Client => SharedSigns::of(conn, self.author_id, self.about_id)?,
            ReviewSide::Accountant => SharedSigns::default(),
        };
        let unopened = reviews::table
            .find(self.id)
            .filter(reviews::opened_at.is_null().and(reviews::withdrawn_at.is_null()));
        let set = (
            reviews::opened_at.eq(Some(opened_at)),
            reviews::shares_card.eq(shared.card),
            reviews::shares_browser.eq(shared.browser),
            reviews::shares_mail.eq(shared.mail),
            reviews::shares_other.eq(shared.other),
        );
        if db::update(unopened, set).execute(conn)? == 0 {
            return Ok(());
        }
        if self.side == ReviewSide::Client {
            if shared.count() >= 2 {
                restriction::quarantine(conn, mail, self, shared, now)?;
            } else {
                notify::opened(conn, mail, self, now)?;
            }
            Totals::recompute(conn, self.about_id, now)?;
        } else {
            notify::opened(conn, mail, self, now)?;
        }
        Ok(())
    }
}
