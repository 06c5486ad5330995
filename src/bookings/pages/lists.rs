//! Pages of many bookings, and of the hours and feeds behind them.

use askama::Template;

use crate::accountants::Accountant;
use crate::availability::{CalendarForm, DatesForm, Exception, HoursForm, Outside, WEEKDAYS};
use crate::bookings::quotes::{EnquiryLine, QuoteLine};
use crate::bookings::{Feed, Line};
use crate::clock::{Day, Instant};
use crate::listings::{Missing, Service};
use crate::web::FieldErrors;

/// The client's own bookings.
#[derive(Template)]
#[template(path = "bookings/bookings.html")]
pub struct BookingsPage {
    pub offers: Vec<QuoteLine>,
    pub enquiries: Vec<EnquiryLine>,
    pub ahead: Vec<Line>,
    pub past: Vec<Line>,
    /// Address of what came before.
    pub next: Option<String>,
    pub zone: String,
    pub now: Instant,
}

/// One date of the accountant's week.
pub struct CalendarDay {
    pub day: Day,
    pub lines: Vec<Line>,
}

/// The accountant's requests, week and past.
#[derive(Template)]
#[template(path = "bookings/practice_bookings.html")]
pub struct PracticeBookingsPage {
    pub waiting: Vec<Line>,
    pub enquiries: Vec<EnquiryLine>,
    /// Offers that can still be accepted.
    pub made: Vec<QuoteLine>,
    pub days: Vec<CalendarDay>,
    pub later: Vec<Line>,
    pub past: Vec<Line>,
    pub next: Option<String>,
    pub zone: String,
    pub now: Instant,
}

/// The accountant's day at a glance.
#[derive(Template)]
#[template(path = "bookings/practice.html")]
pub struct PracticePage {
    pub name: String,
    /// Hour of the day in the owner's zone.
    pub hour: i8,
    pub accountant: Accountant,
    pub missing: Missing,
    pub services: Vec<Service>,
    pub waiting: Vec<Line>,
    pub enquiries: Vec<EnquiryLine>,
    /// None here: they stand among the bookings.
    pub made: Vec<QuoteLine>,
    pub next: Option<Line>,
    pub zone: String,
    pub has_hours: bool,
}

impl PracticePage {
    fn greeting(&self) -> &'static str {
        match self.hour {
            5..12 => "Good morning",
            12..18 => "Good afternoon",
            _ => "Good evening",
        }
    }
}

/// What the hours come to on one date.
pub struct PreviewDay {
    pub day: Day,
    pub hours: Vec<String>,
}

/// The hours of a practice.
#[derive(Template)]
#[template(path = "bookings/hours.html")]
pub struct HoursPage {
    pub form: HoursForm,
    pub dates: DatesForm,
    pub calendar: CalendarForm,
    pub errors: FieldErrors,
    pub exceptions: Vec<Exception>,
    pub calendars: Vec<Outside>,
    pub preview: Vec<PreviewDay>,
    /// Bookings that lie outside these hours.
    pub outside: Vec<Line>,
    pub zone: String,
    pub today: Day,
    pub now: Instant,
}

impl HoursPage {
    fn weekdays(&self) -> [&'static str; 7] {
        WEEKDAYS
    }

    fn zones(&self) -> &'static [(&'static str, &'static str)] {
        crate::clock::zones()
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
    pub zone: String,
}
