//! Pages that show times and bookings.

mod lists;

use askama::Template;

pub use lists::{
    BookingsPage, CalendarDay, CalendarPage, HoursPage, PracticeBookingsPage, PracticePage,
    PreviewDay,
};

use super::booking::{Line, Side};
use super::forms::{BookForm, MOST_NOTE};
use super::quotes::Offered;
use super::week::Week;
use super::{Answer, By, Happened, PayMode, State, returns};
use crate::accountants::Accountant;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::listings::{Accept, Mode, Modes, Question, Service};
use crate::users::UserId;
use crate::web::{FieldErrors, Shell, paths};

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

    fn is_not_taken(self) -> bool {
        self == Self::NotTaken
    }
}

/// The slot picker alone, when a week is turned. Not a block of the pages: of a block that stands
/// within an `if` Askama renders nothing.
#[derive(Template)]
#[template(path = "bookings/_week.html")]
pub struct WeekFragment<'a> {
    week: &'a Week,
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
    pub week: Option<Week>,
    /// When this client asked for an offer that has not come.
    pub asked_at: Option<Instant>,
    pub offered: Option<Offered>,
    pub booker: Booker,
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

    /// Whether there is a form that the button sends.
    fn can_send(&self) -> bool {
        let can_ask = self.service.is_quote() && self.asked_at.is_none() && self.offered.is_none();
        self.booker.is_client() && (self.week.is_some() || can_ask)
    }

    fn asked_words(&self, at: &Instant) -> String {
        at.day("UTC").words()
    }

    fn first_name(&self) -> &str {
        first_name(&self.accountant.display_name)
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
    pub line: Line,
    pub side: Side,
    pub week: Week,
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
        first_name(self.line.other_name(self.side))
    }

    fn time(&self) -> String {
        self.line.booking.starts_at.words(&self.week.zone)
    }

    fn zones(&self) -> &'static [(&'static str, &'static str)] {
        crate::clock::zones()
    }
}

/// One entry of the history, opened for its readers.
pub struct Entry {
    pub kind: Happened,
    pub by: By,
    pub at: Instant,
    pub starts_at: Option<Instant>,
    pub words: String,
}

/// One booking, for both sides; only what they can do differs.
#[derive(Template)]
#[template(path = "bookings/booking.html", blocks = ["main"])]
pub struct BookingPage {
    pub line: Line,
    /// None for an admin, who sees the facts.
    pub side: Option<Side>,
    pub history: Vec<Entry>,
    pub note: String,
    pub answers: Vec<Answer>,
    pub zone: String,
    pub now: Instant,
    pub reason: String,
    pub errors: FieldErrors,
}

/// The pair's booking as their conversation shows it: a line on top, or a timeline beside it.
#[derive(Template)]
#[template(path = "bookings/_beside.html")]
pub struct BesideFragment {
    /// None while the two have none.
    pub page: Option<BookingPage>,
    pub is_side: bool,
}

impl BookingPage {
    /// The main part in its envelope. It is morphed in: what is being typed stays.
    pub fn pushed(&self, shell: &Shell) -> Result<String> {
        let main = self.as_main().render_with_values(shell).map_err(Error::internal)?;
        Ok(format!(r##"<hx-partial hx-target="#main" hx-swap="outerMorph">{main}</hx-partial>"##))
    }

    fn state(&self) -> State {
        self.line.booking.state_at(self.now)
    }

    fn is(&self, side: Side, states: &[State]) -> bool {
        self.side == Some(side) && states.contains(&self.state())
    }

    fn is_accountant(&self) -> bool {
        self.side == Some(Side::Accountant)
    }

    fn other(&self) -> &str {
        self.line.other_name(self.side.unwrap_or(Side::Client))
    }

    fn other_id(&self) -> UserId {
        match self.side {
            Some(Side::Accountant) => self.line.booking.client_id,
            _ => self.line.booking.accountant_id,
        }
    }

    fn other_first(&self) -> &str {
        first_name(self.other())
    }

    fn time(&self, at: &Instant) -> String {
        at.words(&self.zone)
    }

    /// "Tue 24 Nov 2026, 13:45–14:15 GMT".
    fn hours(&self) -> String {
        let booking = &self.line.booking;
        booking.starts_at.words_until(booking.ends_at, &self.zone)
    }

    /// The same on the wall of the other zone, if it differs.
    fn hours_there(&self) -> Option<String> {
        let booking = &self.line.booking;
        (booking.zone != self.zone).then(|| {
            let city = crate::clock::city(&booking.zone);
            format!("{} {city}", booking.starts_at.words_until(booking.ends_at, &booking.zone))
        })
    }

    fn can_answer(&self) -> bool {
        self.is(Side::Accountant, &[State::Pending])
    }

    fn can_propose(&self) -> bool {
        let is_ahead = self.line.booking.starts_at > self.now + crate::clock::Span::hours(1);
        is_ahead && self.is(Side::Accountant, &[State::Pending, State::Confirmed])
    }

    fn can_move(&self) -> bool {
        let barred = self.line.booking.barred_from_moving(&self.line.terms, self.now);
        self.side == Some(Side::Client) && barred.is_none()
    }

    fn can_cancel(&self) -> bool {
        let booking = &self.line.booking;
        match self.side {
            Some(Side::Client) => {
                matches!(self.state(), State::Held | State::Pending)
                    || (self.state() == State::Confirmed && booking.starts_at > self.now)
            }
            Some(Side::Accountant) => self.state() == State::Confirmed,
            None => false,
        }
    }

    /// The proposal that the client may answer or the accountant waits for.
    fn proposal(&self) -> Option<(Instant, Instant)> {
        let is_open = matches!(self.state(), State::Pending | State::Confirmed);
        self.line.booking.proposal(self.now).filter(|_| is_open)
    }

    fn can_answer_proposal(&self) -> bool {
        self.side == Some(Side::Client) && self.proposal().is_some()
    }

    fn can_mark_absent(&self) -> bool {
        self.is(Side::Accountant, &[State::Confirmed, State::Completed])
            && self.line.booking.no_show_at.is_none()
            && self.line.booking.can_be_complained_of(self.now)
    }

    fn can_complain(&self) -> bool {
        let booking = &self.line.booking;
        let of_mark =
            booking.no_show_at.is_some_and(|at| self.now < at + crate::clock::Span::hours(48));
        self.is(Side::Client, &[State::Confirmed, State::Completed])
            && booking.complained_at.is_none()
            && (of_mark || booking.can_be_complained_of(self.now))
    }

    fn can_note_paid(&self) -> bool {
        self.is(Side::Accountant, &[State::Confirmed, State::Completed])
            && self.line.booking.pay_mode == PayMode::Direct
            && self.line.booking.paid_directly_at.is_none()
    }

    /// What a cancellation now would mean, before the click.
    fn cancel_words(&self) -> String {
        let booking = &self.line.booking;
        let name = self.other_first();
        match (self.side, booking.pay_mode) {
            (Some(Side::Accountant), PayMode::Direct) => {
                format!("{name} owes you nothing, and what was paid goes back in full.")
            }
            (_, PayMode::Free) => "Nothing was to be paid, so nothing returns.".to_owned(),
            _ if self.state() == State::Pending => "Nothing is owed.".to_owned(),
            _ => match returns(self.line.terms.policy, self.now, booking.starts_at) {
                100 => "By the terms you agreed on, all of the price comes back or is not owed."
                    .to_owned(),
                0 => "By the terms you agreed on, nothing of the price comes back.".to_owned(),
                half => format!(
                    "By the terms you agreed on, {half} % of the price comes back or is not owed."
                ),
            },
        }
    }

    fn pay_words(&self) -> &'static str {
        match (self.line.booking.pay_mode, self.line.booking.paid_directly_at) {
            (PayMode::Free, _) => "Nothing to pay",
            (_, Some(_)) => "Paid directly to the accountant",
            _ => "To be paid directly to the accountant",
        }
    }

    /// Who did it, as this reader would say.
    fn who(&self, by: &By) -> &str {
        match (by, self.side) {
            (By::Client, Some(Side::Client)) | (By::Accountant, Some(Side::Accountant)) => "You",
            (By::Client, _) => first_name(&self.line.client_name),
            (By::Accountant, _) => first_name(&self.line.accountant_name),
            (By::Admin, _) => "A moderator",
            (By::System, _) => "Footing",
        }
    }

    /// What comes next, as the rest of the history.
    fn ahead(&self) -> &'static [&'static str] {
        match self.state() {
            State::Held | State::Pending => &["Confirmed", "Takes place"],
            State::Confirmed => &["Takes place"],
            _ => &[],
        }
    }
}

/// First word of a name, as people are called here.
pub fn first_name(name: &str) -> &str {
    name.split([' ', ',']).next().unwrap_or(name)
}
