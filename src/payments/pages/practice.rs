//! The accountant's day at a glance.

use askama::Template;

use crate::accountants::Accountant;
use crate::bookings::BookingRow;
use crate::bookings::quotes::{EnquiryLine, QuoteLine};
use crate::listings::{Checklist, Service};
use crate::locale::LocalZone;
use crate::payments::advice::CardAdvice;

#[derive(Template)]
#[template(path = "payments/practice.html")]
pub struct PracticePage {
    pub name: String,
    /// Hour of the day in the owner's zone.
    pub hour: i8,
    pub accountant: Accountant,
    pub missing: Checklist,
    pub services: Vec<Service>,
    pub waiting: Vec<BookingRow>,
    pub enquiries: Vec<EnquiryLine>,
    /// None here: they stand among the bookings.
    pub made: Vec<QuoteLine>,
    pub next: Option<BookingRow>,
    /// Bookings that stand and of which nobody has said yet how the two meet.
    pub placeless: Vec<BookingRow>,
    pub zone: LocalZone,
    pub has_hours: bool,
    /// Whether papers would name them by the profile's name alone.
    pub lacks_billing: bool,
    /// Whether there is no credential of theirs, checked or waiting.
    pub lacks_credential: bool,
    pub cards: CardAdvice,
    /// What cards were charged this month, an amount for each currency.
    pub earned: Vec<String>,
    pub month: String,
    /// No money moves: the site has a key for tests.
    pub is_test: bool,
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
