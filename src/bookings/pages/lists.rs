//! Pages of many bookings, and of the hours and feeds behind them.

use askama::Template;

use crate::availability::{
    CalendarForm, DatesForm, Exception, HoursForm, Notes, Outside, WEEKDAYS,
};
use crate::bookings::quotes::{EnquiryLine, QuoteLine};
use crate::bookings::{BookingRow, Feed};
use crate::clock::{Day, Instant};
use crate::locale::LocalZone;
use crate::seal::Seal;
use crate::web::FieldErrors;

/// The client's own bookings.
#[derive(Template)]
#[template(path = "bookings/bookings.html")]
pub struct BookingsPage {
    pub offers: Vec<QuoteLine>,
    pub enquiries: Vec<EnquiryLine>,
    pub ahead: Vec<BookingRow>,
    pub past: Vec<BookingRow>,
    /// Address of what came before.
    pub next: Option<String>,
    pub zone: LocalZone,
    pub now: Instant,
}

/// One date of the accountant's week.
pub struct CalendarDay {
    pub day: Day,
    pub lines: Vec<BookingRow>,
}

/// The accountant's requests, week and past.
#[derive(Template)]
#[template(path = "bookings/practice_bookings.html")]
pub struct PracticeBookingsPage {
    pub waiting: Vec<BookingRow>,
    pub enquiries: Vec<EnquiryLine>,
    /// Offers that can still be accepted.
    pub made: Vec<QuoteLine>,
    pub days: Vec<CalendarDay>,
    pub later: Vec<BookingRow>,
    pub past: Vec<BookingRow>,
    pub next: Option<String>,
    pub zone: LocalZone,
    pub now: Instant,
}

/// What the hours come to on one date.
pub struct PreviewDay {
    pub day: Day,
    pub hours: Vec<String>,
}

/// A calendar kept elsewhere, with what its owner is told of it.
pub struct CalendarRow {
    pub outside: Outside,
    pub notes: Notes,
}

impl CalendarRow {
    /// What can no longer be opened is not told; the count stands open.
    pub fn new(outside: Outside, seal: &Seal) -> Self {
        let sealed = Notes { left_out: outside.left_out, lines: vec![] };
        let notes = outside.told(seal).unwrap_or(sealed);
        Self { outside, notes }
    }

    fn has_notes(&self) -> bool {
        self.notes != Notes::default()
    }
}

/// The hours of a practice.
#[derive(Template)]
#[template(path = "bookings/hours.html")]
pub struct HoursPage {
    pub form: HoursForm,
    pub dates: DatesForm,
    pub calendar: CalendarForm,
    pub errors: FieldErrors,
    /// Whether a button has just changed the form, which is not saved yet.
    pub is_changed: bool,
    pub exceptions: Vec<Exception>,
    pub past_exceptions: Vec<Exception>,
    pub calendars: Vec<CalendarRow>,
    pub preview: Vec<PreviewDay>,
    /// Bookings that lie outside these hours.
    pub outside: Vec<BookingRow>,
    pub zone: LocalZone,
    pub today: Day,
    pub now: Instant,
}

impl HoursPage {
    /// Number and name of each, from the one on which a week begins for the reader.
    fn weekdays(&self) -> impl Iterator<Item = (i16, &'static str)> {
        let name = |number: i16| WEEKDAYS.get(usize::try_from(number - 1).ok()?);
        let numbers = self.zone.locale.weekdays().into_iter();
        numbers.filter_map(move |number| Some((number, *name(number)?)))
    }

    fn zones(&self) -> &'static [(&'static str, &'static str)] {
        crate::clock::zones()
    }

    /// Whether this row of the week is the one to mend.
    fn is_wrong(&self, from: &str, to: &str) -> bool {
        self.errors.get("day").is_some() && HoursForm::is_wrong(from, to)
    }

    /// Whether the error of the week stands at this weekday; at 0 it stands above all.
    fn has_error(&self, weekday: impl std::fmt::Display) -> bool {
        let named = self.form.wrong_day().unwrap_or(0);
        self.errors.get("day").is_some() && named.to_string() == weekday.to_string()
    }

    fn has_all_calendars(&self) -> bool {
        self.calendars.len() >= Outside::MOST
    }

    fn zone_words(&self) -> String {
        crate::bookings::week::zone_words(&self.zone, self.now)
    }
}

/// The settings of the private feed. Its address is shown only when it is made.
#[derive(Template)]
#[template(path = "bookings/calendar.html")]
pub struct CalendarPage {
    pub feed: Option<Feed>,
    pub address: Option<String>,
    pub zone: LocalZone,
}
