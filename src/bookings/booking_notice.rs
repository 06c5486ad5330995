//! The words of the notices, as each side reads them.

use super::booking::{BookingRow, Side};
use super::{BookingNews, MeetingPlace, PayMode, State};
use crate::clock::Instant;
use crate::locale::LocalZone;

/// One notice: its title is also the subject of the mail.
pub struct BookingNotice {
    pub title: String,
    pub paragraphs: Vec<String>,
}

/// Title, and the sentence that follows it.
type NoticeWords = (String, String);

/// What the words are made of.
struct NoticeContext<'a> {
    line: &'a BookingRow,
    other: &'a str,
    title: &'a str,
    time: String,
    zone: &'a LocalZone,
}

const INTO: &str = "The attached file puts it into your calendar.";
const OUT: &str = "The attached file takes it out of your calendar.";

impl BookingNotice {
    /// None where this side need not hear of it.
    pub fn of(
        line: &BookingRow,
        what: BookingNews,
        side: Side,
        is_own: bool,
        zone: &LocalZone,
        place: Option<&MeetingPlace>,
    ) -> Option<Self> {
        let told = NoticeContext {
            line,
            other: line.other_name(side),
            title: &line.terms.title,
            time: line.booking.starts_at.words(zone),
            zone,
        };
        let (title, more) = match side {
            _ if is_own => told.own(what)?,
            Side::Client => told.client(what).or_else(|| told.either(what, side))?,
            Side::Accountant => told.accountant(what).or_else(|| told.either(what, side))?,
        };
        let mut paragraphs = vec![format!("{title}."), more];
        paragraphs.extend(told.place(what, side, place));
        Some(Self { paragraphs, title })
    }
}

impl NoticeContext<'_> {
    fn at(&self, at: Option<Instant>) -> String {
        at.map_or(String::new(), |at| at.words(self.zone))
    }

    /// Where they meet, in what is sent about an hour that stands.
    fn place(&self, what: BookingNews, side: Side, place: Option<&MeetingPlace>) -> Option<String> {
        let is_ahead = matches!(
            what,
            BookingNews::Confirmed
                | BookingNews::Moved
                | BookingNews::Place
                | BookingNews::Tomorrow
                | BookingNews::Soon
        );
        if !is_ahead || self.line.booking.state != State::Confirmed {
            return None;
        }
        let mode = self.line.terms.mode.sentence();
        let called = self.line.accountant_called();
        Some(match (place, side) {
            (Some(place), _) => format!("{mode}: {}", place.words(called, side)),
            (None, Side::Client) => format!("{mode}: {called} sends how you meet."),
            (None, Side::Accountant) => {
                format!("{mode}: say on the booking's page how you meet.")
            }
        })
    }

    /// One's own act, told for the calendar's sake.
    fn own(&self, what: BookingNews) -> Option<NoticeWords> {
        let Self { other, title, time, .. } = self;
        Some(match what {
            BookingNews::Requested => (
                format!("You asked {other} for {title}: {time}"),
                format!(
                    "Your request was sent. {} answers by {}; without an answer it ends and \
                     nothing is owed. The attached file puts it into your calendar as not yet agreed.",
                    self.line.accountant_called(),
                    self.at(self.line.booking.deadline)
                ),
            ),
            BookingNews::Confirmed => {
                (format!("You agreed on {title} with {other}: {time}"), INTO.to_owned())
            }
            BookingNews::Cancelled => {
                (format!("You cancelled {title} with {other}: {time}"), OUT.to_owned())
            }
            BookingNews::TakenBack => (
                format!("You took back your request for {title} with {other}: {time}"),
                OUT.to_owned(),
            ),
            BookingNews::Moved => (
                format!("You moved {title} with {other} to {time}"),
                "The attached file moves it in your calendar.".to_owned(),
            ),
            _ => return None,
        })
    }

    fn client(&self, what: BookingNews) -> Option<NoticeWords> {
        let Self { other, title, time, .. } = self;
        let booking = &self.line.booking;
        Some(match what {
            BookingNews::Confirmed => {
                (format!("{other} confirmed {title}: {time}"), INTO.to_owned())
            }
            BookingNews::ToPay => (
                format!("{other} accepted {title}: {time}"),
                format!(
                    "Pay until {} and it stands. Your card is charged when you pay; without it the \
                     time is free again and nothing is owed.",
                    self.at(booking.deadline)
                ),
            ),
            BookingNews::NotCharged => (
                format!("Your card could not be charged: {title}, {time}"),
                format!(
                    "The booking has ended. Your card was not charged; your bank can take some days \
                     to free the amount. {OUT}"
                ),
            ),
            BookingNews::Declined => (
                format!("{other} declined {title}: {time}"),
                format!(
                    "Nothing is owed. You can ask for another time or find somebody else. {OUT}"
                ),
            ),
            BookingNews::Unpaid => {
                (format!("Not paid in time: {title} with {other}, {time}"), self.unpaid())
            }
            BookingNews::Expired => (
                format!("{other} did not answer in time: {title}, {time}"),
                format!("Your request has lapsed and nothing is owed. {OUT}"),
            ),
            BookingNews::Proposed => (
                format!(
                    "{other} proposes another time for {title}: {}",
                    self.at(booking.proposed_at)
                ),
                format!(
                    "It is now on {time}. Answer until {}; without an answer all stays as it is.",
                    self.at(booking.proposed_until)
                ),
            ),
            BookingNews::NoShow => (
                format!("{other} says that you did not appear: {title}, {time}"),
                "If you were there, say so on the booking's page within 48 hours.".to_owned(),
            ),
            _ => return None,
        })
    }

    /// Of an hour that was never asked for, no calendar knows.
    fn unpaid(&self) -> String {
        let nothing = "Nothing is owed, and the time is free again.";
        match self.line.booking.pay_mode {
            PayMode::AfterAccept => format!("{nothing} {OUT}"),
            _ => nothing.to_owned(),
        }
    }

    fn accountant(&self, what: BookingNews) -> Option<NoticeWords> {
        let Self { other, title, time, .. } = self;
        Some(match what {
            BookingNews::Requested => (
                format!("{other} asks for {title}: {time}"),
                format!(
                    "Answer until {}. After that the request ends.",
                    self.at(self.line.booking.deadline)
                ),
            ),
            BookingNews::NotCharged => (
                format!("{other}'s card could not be charged: {title}, {time}"),
                "The booking has ended, and the time is free again.".to_owned(),
            ),
            BookingNews::Confirmed => (format!("{other} booked {title}: {time}"), INTO.to_owned()),
            BookingNews::Unpaid => (
                format!("Not paid in time: {title} with {other}, {time}"),
                "The time is free again.".to_owned(),
            ),
            BookingNews::Expired => (
                format!("A request of {other} has lapsed: {title}, {time}"),
                "It was not answered in time. Requests that lapse lower your place in the directory."
                    .to_owned(),
            ),
            BookingNews::TakenBack => (
                format!("{other} took back a request: {title}, {time}"),
                "The time is free again.".to_owned(),
            ),
            BookingNews::ProposalDeclined => (
                format!("{other} keeps the time of {title}: {time}"),
                "Your proposal was declined.".to_owned(),
            ),
            BookingNews::NoShowObjected => (
                format!("{other} says that they were there: {title}, {time}"),
                "What you said of it stands, and so does this.".to_owned(),
            ),
            BookingNews::Complaint => (
                format!("{other} complained about {title}: {time}"),
                "Their words are on the booking's page.".to_owned(),
            ),
            _ => return None,
        })
    }

    fn either(&self, what: BookingNews, side: Side) -> Option<NoticeWords> {
        self.both(what).or_else(|| self.suspended(what, side))
    }

    /// A time that was kept for the client to pay has ended, as one of the two was suspended.
    fn suspended(&self, what: BookingNews, side: Side) -> Option<NoticeWords> {
        let Self { other, title, time, .. } = self;
        let ended = format!("The time kept for {other} has ended: {title}, {time}");
        let own = format!("The time kept for you has ended: {title} with {other}, {time}");
        let nothing = "Your card was not charged, and nothing is owed.";
        Some(match (what, side) {
            (BookingNews::AccountantSuspended, Side::Client) => (
                format!("{other} takes no bookings at present: {title}, {time}"),
                format!("The time that was kept for you is given up. {nothing}"),
            ),
            (BookingNews::ClientSuspended, Side::Client) => {
                (own, format!("Your account is suspended. {nothing}"))
            }
            (BookingNews::AccountantSuspended, Side::Accountant) => {
                (ended, "Your account is suspended, so it can no longer be paid for.".to_owned())
            }
            (BookingNews::ClientSuspended, Side::Accountant) => {
                (ended, "It was not paid for, and is free again.".to_owned())
            }
            _ => return None,
        })
    }

    fn both(&self, what: BookingNews) -> Option<NoticeWords> {
        let Self { other, title, time, .. } = self;
        let reminder = |lead| format!("This is a reminder of your booking {lead}.");
        Some(match what {
            BookingNews::Cancelled => {
                (format!("{other} cancelled {title}: {time}"), OUT.to_owned())
            }
            BookingNews::Moved => (
                format!("{other} moved {title} to {time}"),
                "The time it had before is free again.".to_owned(),
            ),
            BookingNews::Place => (
                format!("How you meet for {title} with {other}: {time}"),
                "The attached file says so in your calendar.".to_owned(),
            ),
            BookingNews::ClockChanged => (
                format!("{title} with {other} is now shown as {time}"),
                format!(
                    "The rules for the clock in {} changed. The booking stays at the same moment; \
                     look whether that still suits you.",
                    crate::clock::city(&self.line.booking.zone)
                ),
            ),
            BookingNews::Tomorrow => {
                (format!("{title} with {other}: {time}"), reminder("within a day"))
            }
            BookingNews::Soon => {
                (format!("{title} with {other}: {time}"), reminder("within the hour"))
            }
            _ => return None,
        })
    }
}
