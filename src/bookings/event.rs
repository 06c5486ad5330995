//! What happened to a booking, in order.

use diesel::prelude::*;

use super::notify::{BookingNews, Notifier};
use super::schema::booking_events;
use super::{Booking, BookingId, By, Reminder, State};
use crate::clock::Instant;
use crate::db::{Conn, PreparedCondition};
use crate::error::Result;
use crate::on_either;
use crate::users::Stale;

crate::typed_id!(EventId);

crate::word_enum! {
    Happened {
        Requested => "requested",
        CardHeld => "card-held",
        Accepted => "accepted",
        NotCharged => "not-charged",
        Confirmed => "confirmed",
        Declined => "declined",
        Cancelled => "cancelled",
        Expired => "expired",
        Unpaid => "unpaid",
        Suspended => "suspended",
        Completed => "completed",
        Moved => "moved",
        Proposed => "proposed",
        ProposalDeclined => "proposal-declined",
        NoShow => "no-show",
        NoShowObjected => "no-show-objected",
        Complaint => "complaint",
        PaidDirectly => "paid-directly",
        ClockChanged => "clock-changed",
        PlaceSet => "place-set",
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = booking_events, treat_none_as_default_value = false)]
pub struct BookingEvent {
    pub id: EventId,
    pub booking_id: BookingId,
    pub kind: Happened,
    pub by_whom: By,
    pub at: Instant,
    pub starts_at: Option<Instant>,
    pub words: Option<Vec<u8>>,
}

impl BookingEvent {
    /// Bookings that the accountant let go by.
    pub const IS_UNANSWERED: PreparedCondition = PreparedCondition(
        "EXISTS (SELECT 1 FROM booking_events lapse \
         WHERE lapse.booking_id = bookings.id AND lapse.kind = 'expired')",
    );

    pub fn new(booking_id: BookingId, kind: Happened, by_whom: By, at: Instant) -> Self {
        Self { id: EventId::next(at), booking_id, kind, by_whom, at, starts_at: None, words: None }
    }

    /// With the time it is about.
    #[must_use]
    pub fn about(mut self, starts_at: Instant) -> Self {
        self.starts_at = Some(starts_at);
        self
    }

    /// With a reason, sealed.
    #[must_use]
    pub fn because(mut self, words: Option<Vec<u8>>) -> Self {
        self.words = words;
        self
    }

    pub fn put(&self, conn: &mut Conn) -> Result<()> {
        on_either!(conn, |c| diesel::insert_into(booking_events::table).values(self).execute(c))?;
        Ok(())
    }

    pub fn of(conn: &mut Conn, id: BookingId) -> Result<Vec<Self>> {
        Ok(booking_events::table
            .filter(booking_events::booking_id.eq(id))
            .order(booking_events::id)
            .select(Self::as_select())
            .load(conn)?)
    }
}

impl Booking {
    /// Writes down what happened, with all that follows from it by itself: reminders, the mark for
    /// the directory, and the payments, if a card is involved.
    pub(super) fn note(&self, conn: &mut Conn, event: &BookingEvent) -> Result<()> {
        event.put(conn)?;
        match event.kind {
            Happened::Confirmed => Reminder::set(conn, self, event.at)?,
            Happened::Cancelled => Reminder::drop(conn, self.id)?,
            Happened::Moved if self.state == State::Confirmed => {
                Reminder::drop(conn, self.id)?;
                Reminder::set(conn, self, event.at)?;
            }
            _ => {}
        }
        if event.kind.is_seen_in_directory() {
            Stale::mark(conn, self.accountant_id, event.at)?;
        }
        match event.kind.has_money_to_follow() {
            true => self.ask_to_settle(conn, event.at),
            false => Ok(()),
        }
    }

    /// The same, and tells the two of it.
    pub(super) fn record(
        &self,
        conn: &mut Conn,
        desk: &Notifier,
        event: &BookingEvent,
        news: BookingNews,
    ) -> Result<()> {
        self.note(conn, event)?;
        desk.tell(conn, self.id, news, event.by_whom, event.at)
    }
}

impl Happened {
    /// Whether it changes what is free, or how well the accountant answers and keeps hours.
    fn is_seen_in_directory(self) -> bool {
        match self {
            Self::Requested | Self::CardHeld | Self::Accepted | Self::NotCharged => true,
            Self::Confirmed | Self::Declined | Self::Cancelled | Self::Expired => true,
            Self::Unpaid | Self::Suspended | Self::Moved | Self::NoShow => true,
            Self::Completed | Self::Proposed | Self::ProposalDeclined => false,
            Self::NoShowObjected | Self::Complaint | Self::PaidDirectly => false,
            Self::ClockChanged | Self::PlaceSet => false,
        }
    }

    /// Whether a payment has to be begun, charged, let go or passed on after it.
    fn has_money_to_follow(self) -> bool {
        match self {
            Self::Requested | Self::Accepted | Self::NotCharged | Self::Completed => true,
            Self::Declined | Self::Cancelled | Self::Expired => true,
            Self::Unpaid | Self::Suspended => true,
            // what the payments themselves have said
            Self::CardHeld | Self::Confirmed => false,
            Self::Moved | Self::Proposed | Self::ProposalDeclined | Self::NoShow => false,
            Self::NoShowObjected | Self::Complaint | Self::PaidDirectly => false,
            Self::ClockChanged | Self::PlaceSet => false,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Requested => "Requested",
            Self::CardHeld => "Card held, not charged",
            Self::Accepted => "Accepted",
            Self::NotCharged => "The card could not be charged",
            Self::Confirmed => "Confirmed",
            Self::Declined => "Declined",
            Self::Cancelled => "Cancelled",
            Self::Expired => "Expired without an answer",
            Self::Unpaid => "Not paid in time",
            Self::Suspended => "Ended, as an account was suspended",
            Self::Completed => "Took place",
            Self::Moved => "Moved",
            Self::Proposed => "Another time proposed",
            Self::ProposalDeclined => "Proposal declined",
            Self::NoShow => "Client did not appear",
            Self::NoShowObjected => "The client says they were there",
            Self::Complaint => "Complaint",
            Self::PaidDirectly => "Paid directly",
            Self::ClockChanged => "The clock there changed",
            Self::PlaceSet => "Where you meet was said",
        }
    }
}
