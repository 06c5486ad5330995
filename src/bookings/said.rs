//! The words of the notices, as each side reads them.

use super::What;
use super::booking::{Line, Side};
use crate::clock::Instant;

/// One notice: its title is also the subject of the mail.
pub struct Said {
    pub title: String,
    pub paragraphs: Vec<String>,
}

/// Title, and the sentence that follows it.
type Words = (String, String);

/// What the words are made of.
struct Told<'a> {
    line: &'a Line,
    other: &'a str,
    title: &'a str,
    time: String,
    zone: &'a str,
}

const INTO: &str = "The attached file puts it into your calendar.";

impl Said {
    /// None where this side need not hear of it.
    pub fn of(line: &Line, what: What, side: Side, is_own: bool, zone: &str) -> Option<Self> {
        let told = Told {
            line,
            other: line.other_name(side),
            title: &line.terms.title,
            time: line.booking.starts_at.words(zone),
            zone,
        };
        let (title, more) = match side {
            _ if is_own => told.own(what)?,
            Side::Client => told.client(what).or_else(|| told.both(what))?,
            Side::Accountant => told.accountant(what).or_else(|| told.both(what))?,
        };
        Some(Self { paragraphs: vec![format!("{title}."), more], title })
    }
}

impl Told<'_> {
    fn at(&self, at: Option<Instant>) -> String {
        at.map_or(String::new(), |at| at.words(self.zone))
    }

    /// One's own act, told for the calendar's sake.
    fn own(&self, what: What) -> Option<Words> {
        let Self { other, title, time, .. } = self;
        Some(match what {
            What::Confirmed => {
                (format!("You agreed on {title} with {other}: {time}"), INTO.to_owned())
            }
            What::Cancelled => (
                format!("You cancelled {title} with {other}: {time}"),
                "The attached file takes it out of your calendar.".to_owned(),
            ),
            What::Moved => (
                format!("You moved {title} with {other} to {time}"),
                "The attached file moves it in your calendar.".to_owned(),
            ),
            _ => return None,
        })
    }

    fn client(&self, what: What) -> Option<Words> {
        let Self { other, title, time, .. } = self;
        let booking = &self.line.booking;
        Some(match what {
            What::Confirmed => (format!("{other} confirmed {title}: {time}"), INTO.to_owned()),
            What::Declined => (
                format!("{other} declined {title}: {time}"),
                "Nothing is owed. You can ask for another time or find somebody else.".to_owned(),
            ),
            What::Expired => (
                format!("{other} did not answer in time: {title}, {time}"),
                "Your request has lapsed and nothing is owed.".to_owned(),
            ),
            What::Proposed => (
                format!(
                    "{other} proposes another time for {title}: {}",
                    self.at(booking.proposed_at)
                ),
                format!(
                    "It is now on {time}. Answer until {}; without an answer all stays as it is.",
                    self.at(booking.proposed_until)
                ),
            ),
            What::NoShow => (
                format!("{other} says that you did not appear: {title}, {time}"),
                "If that is wrong, complain on the booking's page within 48 hours.".to_owned(),
            ),
            _ => return None,
        })
    }

    fn accountant(&self, what: What) -> Option<Words> {
        let Self { other, title, time, .. } = self;
        Some(match what {
            What::Requested => (
                format!("{other} asks for {title}: {time}"),
                format!(
                    "Answer until {}. After that the request lapses.",
                    self.at(self.line.booking.deadline)
                ),
            ),
            What::Confirmed => (format!("{other} booked {title}: {time}"), INTO.to_owned()),
            What::Expired => (
                format!("A request of {other} has lapsed: {title}, {time}"),
                "It was not answered in time. Requests that lapse lower your place in the directory."
                    .to_owned(),
            ),
            What::TakenBack => (
                format!("{other} took back a request: {title}, {time}"),
                "The time is free again.".to_owned(),
            ),
            What::ProposalDeclined => (
                format!("{other} keeps the time of {title}: {time}"),
                "Your proposal was declined.".to_owned(),
            ),
            What::Complaint => (
                format!("{other} complained about {title}: {time}"),
                "Their words are on the booking's page.".to_owned(),
            ),
            _ => return None,
        })
    }

    fn both(&self, what: What) -> Option<Words> {
        let Self { other, title, time, .. } = self;
        let reminder = |lead| format!("This is a reminder of your booking {lead}.");
        Some(match what {
            What::Cancelled => (
                format!("{other} cancelled {title}: {time}"),
                "The attached file takes it out of your calendar.".to_owned(),
            ),
            What::Moved => (
                format!("{other} moved {title} to {time}"),
                "The time it had before is free again.".to_owned(),
            ),
            What::ClockChanged => (
                format!("{title} with {other} is now shown as {time}"),
                format!(
                    "The rules for the clock in {} changed. The booking stays at the same moment; \
                     look whether that still suits you.",
                    crate::clock::city(&self.line.booking.zone)
                ),
            ),
            What::Tomorrow => (format!("{title} with {other}: {time}"), reminder("within a day")),
            What::Soon => (format!("{title} with {other}: {time}"), reminder("within the hour")),
            _ => return None,
        })
    }
}
