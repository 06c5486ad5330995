//! A year of hours that were paid by card, recorded: no card was charged, and nothing connects to
//! anybody. With a key there are payments to make, and none to record.

use super::bookings::Stage;
use super::stories::{BookingStory, StoryEnd, by_card, story};
use crate::bookings::{Booking, BookingId, OnlineRules};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::users::UserId;

/// Hours from now at which others were with ben.
const RECORDED: [i64; 18] = [
    -7900, -7300, -6700, -6400, -5800, -5300, -5000, -4300, -4000, -3500, -3200, -2700, -2100,
    -1700, -1300, -760, -470, -230,
];

impl Stage {
    /// A year of others' hours with ben, paid by card and passed on.
    pub(super) fn recorded(
        &self,
        conn: &mut Conn,
        ben: UserId,
        clients: &[UserId],
        now: Instant,
    ) -> Result<()> {
        let Some(recorder) = &self.recorder else { return Ok(()) };
        recorder.admit(conn, ben, now - Span::hours(8_000))?;
        let leads = [50, 90, 220].into_iter().cycle();
        for ((number, wanted), lead) in RECORDED.into_iter().enumerate().zip(leads) {
            let Some(client) = clients.get(number % clients.len().max(1)) else { continue };
            let ending = if number % 7 == 5 { StoryEnd::CancelledByClient } else { StoryEnd::Paid };
            let asked = wanted - lead;
            let story = by_card(story(asked, wanted, number % 3, ending, ""));
            self.tell(conn, *client, ben, &story, now)?;
        }
        Ok(())
    }

    /// Follows the money of a booking up to now, at the times at which it moves.
    pub(super) fn pay(&self, conn: &mut Conn, id: BookingId, at: Instant) -> Result<()> {
        let Some(recorder) = &self.recorder else { return Ok(()) };
        match Booking::by_id(conn, id)?.pay_mode.is_online() {
            true => recorder.settle(conn, id, at),
            false => Ok(()),
        }
    }

    /// The hour takes place, and two days later its money has its owners.
    pub(super) fn end(&self, conn: &mut Conn, id: BookingId, now: Instant) -> Result<()> {
        let booking = Booking::by_id(conn, id)?;
        let Some(recorder) = self.recorder.as_ref().filter(|_| booking.pay_mode.is_online()) else {
            return Ok(());
        };
        let end = booking.ends_at.max(booking.changed_at);
        if booking.ends_at <= now {
            booking.complete(conn, booking.ends_at)?;
        }
        for at in [end + Span::minutes(5), end + Span::hours(49)] {
            if at <= now {
                recorder.settle(conn, id, at)?;
            }
        }
        recorder.keep_lines(conn, id, now)
    }

    /// What can be paid by card, where that is recorded.
    pub(super) fn online(&self, story: &BookingStory) -> Option<OnlineRules> {
        self.recorder.as_ref().filter(|_| story.is_by_card).map(|recorder| recorder.rules())
    }
}
