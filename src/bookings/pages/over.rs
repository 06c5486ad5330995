//! What the page of a booking says once the hour is over.

use super::BookingPage;
use crate::bookings::State;
use crate::bookings::booking::Side;
use crate::web::paths;

impl BookingPage {
    pub(super) fn absence_words(&self) -> String {
        let booking = &self.line.booking;
        let was_contradicted = !booking.is_no_show_held();
        let name = self.line.client_called();
        let theirs = match (self.side, was_contradicted) {
            _ if booking.no_show_upheld_at.is_some() => " An admin found it to be so.".to_owned(),
            (_, false) => String::new(),
            (Some(Side::Client), true) => " You say that you were there.".to_owned(),
            (_, true) => format!(" {name} says that they were there."),
        };
        match self.side {
            Some(Side::Accountant) => format!("You say that {name} did not appear.{theirs}"),
            _ => format!("{} says that you did not appear.{theirs}", self.line.accountant_called()),
        }
    }

    /// What an admin found about the accountant.
    pub(super) fn missed_words(&self) -> Option<String> {
        self.line.booking.accountant_absent_at?;
        Some(match self.side {
            Some(Side::Accountant) => "An admin found that you did not appear.".to_owned(),
            _ => format!("An admin found that {} did not appear.", self.line.accountant_called()),
        })
    }

    /// Whether the client can still say "I was there".
    pub(super) fn can_object(&self) -> bool {
        self.side == Some(Side::Client) && self.line.booking.can_be_objected_to(self.now)
    }

    /// Where each of the two says how it went. Nothing here tells whether anybody did.
    pub(super) fn review_path(&self) -> Option<String> {
        let took_place = self.side.is_some() && self.state() == State::Completed;
        took_place.then(|| paths::review(self.line.booking.id))
    }

    /// Until when that can be said, while it can.
    pub(super) fn review_until(&self) -> Option<String> {
        let until = self.line.booking.review_until();
        (self.now < until).then(|| self.time(&until))
    }
}
