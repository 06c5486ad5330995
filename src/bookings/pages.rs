//! Pages that show times and bookings.

mod booking;
mod lists;
mod over;

use askama::Template;

pub use booking::{BesideFragment, BookingPage, HistoryEntry};
pub use lists::{
    BookingsPage, CalendarDay, CalendarPage, CalendarRow, HoursPage, PracticeBookingsPage,
    PreviewDay,
};

use super::PayPlan;
use super::booking::{BookingRow, Side};
use super::forms::{BookForm, MOST_NOTE};
use super::quotes::Offered;
use super::week::{ChosenTime, PickerWeek};
use crate::accountants::{Accepting, Accountant};
use crate::clock::Instant;
use crate::listings::{Accept, Mode, Modes, Question, Service};
use crate::locale::Locale;
use crate::web::{FieldErrors, Flash, paths};

/// Whether the one who looks can book here, and what to say if not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booker {
    Client,
    SignedOut,
    NoClient,
    NotTaken,
    Preview,
}

impl Booker {
    fn is_client(self) -> bool {
        self == Self::Client
    }

    fn is_signed_out(self) -> bool {
        self == Self::SignedOut
    }

    fn is_no_client(self) -> bool {
        self == Self::NoClient
    }
}

/// The slot picker alone, when a week is turned. Not a block of the pages: of a block that stands
/// within an `if` Askama renders nothing.
#[derive(Template)]
#[template(path = "bookings/_week.html")]
pub struct WeekFragment<'a> {
    week: &'a PickerWeek,
    form: &'a BookForm,
    errors: &'a FieldErrors,
    path: String,
}

/// A service, and the times at which it can be booked.
#[derive(Template)]
#[template(path = "bookings/service.html")]
pub struct ServicePage {
    pub accountant: Accountant,
    pub service: Service,
    pub description: Vec<String>,
    pub others: Vec<Service>,
    pub questions: Vec<Question>,
    pub base_url: String,
    /// None for a service by quote, unless it is seen as it was offered.
    pub week: Option<PickerWeek>,
    /// How the price is paid.
    pub plan: PayPlan,
    /// It is paid by card, and no money moves: the site has a key for tests.
    pub is_test: bool,
    /// What became of a time chosen before.
    pub choice: Option<ChosenTime>,
    /// When this client asked for an offer that has not come.
    pub asked_at: Option<Instant>,
    pub offered: Option<Offered>,
    pub booker: Booker,
    /// The sentence that came along from the page before.
    pub said: Option<Flash>,
    /// Whether the accountant calls whoever chooses a phone call.
    pub asks_phone: bool,
    pub form: BookForm,
    pub errors: FieldErrors,
    pub refusal: Option<String>,
    pub wants_zones: bool,
}

impl ServicePage {
    /// None where no time is picked.
    pub fn as_week(&self) -> Option<WeekFragment<'_>> {
        let Self { form, errors, .. } = self;
        self.week.as_ref().map(|week| WeekFragment { week, form, errors, path: self.path() })
    }

    fn is_preview(&self) -> bool {
        self.booker == Booker::Preview
    }

    /// An offer has a page of its own, which is the service as this one client may book it.
    fn path(&self) -> String {
        match &self.offered {
            Some(offered) if self.is_offer() => paths::offer(offered.line.quote.id),
            _ => paths::public_service(&self.accountant.slug, self.service.id),
        }
    }

    fn is_offer(&self) -> bool {
        self.offered.is_some() && !self.service.is_quote()
    }

    /// Whether the visitor has just confirmed an address on the way here.
    fn is_confirmed(&self) -> bool {
        self.said == Some(Flash::AddressConfirmed)
    }

    fn chosen_words(&self) -> &str {
        match &self.choice {
            Some(ChosenTime::Free(words)) => words,
            _ => "Pick a time",
        }
    }

    fn why_not_words(&self) -> String {
        self.why_not().unwrap_or_default()
    }

    /// Whether there is a form that the button sends. Whoever is signed out may fill it in as well:
    /// it is kept while they sign in.
    fn can_send(&self) -> bool {
        let can_ask = self.service.is_quote() && self.asked_at.is_none() && self.offered.is_none();
        let has_times = self.week.as_ref().is_some_and(|week| week.has_times());
        self.may_book() && (has_times || can_ask)
    }

    fn may_book(&self) -> bool {
        let is_payable = self.plan != PayPlan::NotBookable;
        is_payable && (self.booker.is_client() || self.booker.is_signed_out())
    }

    /// How and when it is paid.
    fn pay_words(&self) -> String {
        let name = self.called();
        match self.plan {
            PayPlan::Free => "Nothing to pay.".to_owned(),
            PayPlan::Direct | PayPlan::NotBookable => {
                format!("All taxes included. You pay {name} directly.")
            }
            PayPlan::Online if self.is_instant() => {
                "All taxes included. You pay by card next, and it is charged at once. A time more \
                 than six days ahead is booked when it is paid."
                    .to_owned()
            }
            PayPlan::Online => format!(
                "All taxes included. Your card is held next and charged when {name} accepts. For a \
                 time more than six days ahead you pay once {name} has accepted."
            ),
        }
    }

    fn is_paid_by_card(&self) -> bool {
        self.plan == PayPlan::Online
    }

    /// Why no time can be picked, for whoever could book; they can write instead.
    fn why_not(&self) -> Option<String> {
        let name = self.called();
        let has_times = self.week.as_ref().is_none_or(|week| week.has_times());
        match self.booker {
            Booker::NotTaken if self.accountant.accepting == Accepting::None => {
                Some(format!("{name} takes no bookings at present."))
            }
            Booker::NotTaken => Some(format!("{name} takes only clients who have booked before.")),
            Booker::Client | Booker::SignedOut if self.plan == PayPlan::NotBookable => {
                Some(format!("{name} cannot take paid bookings at present."))
            }
            Booker::Client | Booker::SignedOut if !has_times => {
                Some(format!("{name} has no free time at present."))
            }
            _ => None,
        }
    }

    /// Whether the visitor is one who could book, so that the bar is there.
    fn has_bar(&self) -> bool {
        matches!(self.booker, Booker::Client | Booker::SignedOut | Booker::NotTaken)
    }

    fn asked_words(&self, at: &Instant, locale: impl AsRef<Locale>) -> String {
        at.day("UTC").words(locale)
    }

    fn called(&self) -> &str {
        self.accountant.called()
    }

    fn modes(&self) -> Vec<(&'static str, &'static str)> {
        let modes = Modes(self.service.modes).list();
        modes.into_iter().map(|mode| (mode.as_str(), Mode::sentence(mode))).collect()
    }

    fn mode(&self) -> String {
        let first = self.modes().first().map_or("", |mode| mode.0);
        if self.form.mode.is_empty() { first.to_owned() } else { self.form.mode.clone() }
    }

    fn most_note(&self) -> usize {
        MOST_NOTE
    }

    fn is_instant(&self) -> bool {
        self.service.accept == Accept::Instant
    }

    fn zones(&self) -> &'static [(&'static str, &'static str)] {
        crate::clock::zones()
    }
}

/// Another time for a booking: the client moves it, the accountant proposes.
#[derive(Template)]
#[template(path = "bookings/time.html")]
pub struct TimePage {
    pub line: BookingRow,
    pub side: Side,
    pub week: PickerWeek,
    pub form: BookForm,
    pub errors: FieldErrors,
    pub refusal: Option<String>,
    pub wants_zones: bool,
}

impl TimePage {
    pub fn as_week(&self) -> WeekFragment<'_> {
        let Self { week, form, errors, .. } = self;
        WeekFragment { week, form, errors, path: self.path() }
    }

    fn path(&self) -> String {
        let booking = crate::web::paths::booking(self.line.booking.id);
        match self.side {
            Side::Client => format!("{booking}/time"),
            Side::Accountant => format!("{booking}/proposal"),
        }
    }

    fn is_client(&self) -> bool {
        self.side == Side::Client
    }

    fn first_name(&self) -> &str {
        self.line.other_called(self.side)
    }

    fn time(&self) -> String {
        self.line.booking.starts_at.words(&self.week.zone)
    }

    fn zones(&self) -> &'static [(&'static str, &'static str)] {
        crate::clock::zones()
    }
}
