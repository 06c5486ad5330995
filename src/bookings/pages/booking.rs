//! The page of one booking, for both sides; only what they can do differs.

use askama::Template;

use crate::accountants::meeting::{CALL, LATER};
use crate::bookings::booking::{BookingRow, Side};
use crate::bookings::{
    Answer, By, Happened, MeetingPlace, PayMode, PaymentSummary, State, returns,
};
use crate::clock::{Instant, Span};
use crate::error::{Error, Result};
use crate::listings::Mode;
use crate::locale::LocalZone;
use crate::users::UserId;
use crate::web::{FieldErrors, LayoutContext, paths};

/// One entry of the history, opened for its readers.
pub struct HistoryEntry {
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
    pub line: BookingRow,
    /// None for an admin, who sees the facts.
    pub side: Option<Side>,
    pub history: Vec<HistoryEntry>,
    pub note: String,
    pub answers: Vec<Answer>,
    pub zone: LocalZone,
    pub now: Instant,
    pub reason: String,
    /// Where they meet, for the two once it is confirmed.
    pub place: Option<MeetingPlace>,
    /// For the accountant alone: what is always said for this way of meeting, what was typed just
    /// now, and the number to call.
    pub usual_place: String,
    pub place_typed: String,
    pub phone: String,
    /// Of the service, for others who do the same.
    pub category: String,
    pub payment: PaymentSummary,
    /// What the accountant typed to return.
    pub amount_typed: String,
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
    pub fn pushed(&self, shell: &LayoutContext) -> Result<String> {
        let main = self.as_main().render_with_values(shell).map_err(Error::internal)?;
        Ok(format!(r##"<hx-partial hx-target="#main" hx-swap="outerMorph">{main}</hx-partial>"##))
    }

    pub(super) fn state(&self) -> State {
        self.line.booking.state_at(self.now)
    }

    fn is(&self, side: Side, states: &[State]) -> bool {
        self.side == Some(side) && states.contains(&self.state())
    }

    fn is_accountant(&self) -> bool {
        self.side == Some(Side::Accountant)
    }

    fn is_client(&self) -> bool {
        self.side == Some(Side::Client)
    }

    /// Whether it is worth a place in a calendar.
    fn is_ahead(&self) -> bool {
        self.side.is_some() && matches!(self.state(), State::Pending | State::Confirmed)
    }

    /// Whether the money goes through Footing, so that the rule for cancelling is ours to keep.
    fn is_paid_here(&self) -> bool {
        matches!(self.line.booking.pay_mode, PayMode::Hold | PayMode::AfterAccept)
    }

    /// Whether the card was charged or somebody noted that it is paid: then there is something to print.
    fn has_papers(&self) -> bool {
        let was_confirmed = self.history.iter().any(|entry| entry.kind == Happened::Confirmed);
        self.line.booking.paid_directly_at.is_some() || (self.is_paid_here() && was_confirmed)
    }

    fn terms_title(&self) -> &'static str {
        match (self.line.booking.accepted_at, self.side) {
            (Some(_), _) => "What was agreed",
            (None, Some(Side::Client)) => "What you asked for",
            (None, _) => "What was asked for",
        }
    }

    /// Of the two reminders, those that are still to come.
    fn reminder_words(&self) -> &'static str {
        let left = self.line.booking.starts_at.elapsed_since(self.now);
        if left > Span::hours(24) {
            " Both of you are reminded a day and an hour before."
        } else if left > Span::hours(1) {
            " Both of you are reminded an hour before."
        } else {
            ""
        }
    }

    /// What it means that nothing came of it.
    fn over_words(&self) -> String {
        let let_go = "Your card was not charged; your bank can take some days to free the amount.";
        let is_accepted = self.line.booking.accepted_at.is_some();
        if self.history.iter().any(|entry| entry.kind == Happened::Suspended) {
            return "It ended, as an account was suspended. Nothing is owed, and the time is free \
                    again."
                .to_owned();
        }
        match (self.state(), self.payment.first_kind()) {
            (State::Expired, Some("open" | "lapsed")) => {
                "It was not paid in time. Nothing is owed, and the time is free again.".to_owned()
            }
            _ if !self.is_client() => "Nothing more. The time is free again.".to_owned(),
            (State::Declined, Some("voided" | "held")) => {
                format!("The request was declined. {let_go}")
            }
            (State::Expired, Some("voided" | "held")) if is_accepted => {
                format!("Your bank did not let the card be charged. {let_go}")
            }
            (State::Expired, Some("voided" | "held")) => {
                format!("There was no answer in time. {let_go}")
            }
            (State::Cancelled, Some("voided" | "held")) => {
                format!("The time is free again. {let_go}")
            }
            (State::Declined, _) => "The request was declined. Nothing is owed.".to_owned(),
            (State::Expired, _) => "There was no answer in time. Nothing is owed.".to_owned(),
            _ => "Nothing more. The time is free again.".to_owned(),
        }
    }

    fn complaint_words(&self) -> String {
        match self.side {
            Some(Side::Client) => "You have complained.".to_owned(),
            _ => format!("{} has complained.", self.line.client_called()),
        }
    }

    /// Before a meeting in person is confirmed, the town is all that a client learns.
    fn shows_town(&self) -> bool {
        let is_open = self.state() == State::Pending && !self.line.town.is_empty();
        is_open && self.line.terms.mode == Mode::InPerson
    }

    fn can_set_place(&self) -> bool {
        self.is(Side::Accountant, &[State::Confirmed])
    }

    fn place_label(&self) -> &'static str {
        match self.line.terms.mode {
            Mode::Video => "Address of the video call",
            Mode::Phone => "Number that the client calls",
            Mode::InPerson => "Address where you meet",
        }
    }

    fn place_hint(&self) -> String {
        match (self.usual_place.as_str(), self.line.terms.mode) {
            ("" | LATER, _) => "You can send it later as well.".to_owned(),
            (CALL, Mode::Phone) => {
                "Left empty, you call the client, as your profile says.".to_owned()
            }
            (usual, _) => format!("Left empty: {usual}"),
        }
    }

    fn others_path(&self) -> String {
        paths::others_free(&self.category, self.line.terms.mode.as_str())
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
        self.line.other_called(self.side.unwrap_or(Side::Client))
    }

    pub(super) fn time(&self, at: &Instant) -> String {
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
        (*booking.zone != *self.zone).then(|| {
            let (city, there) =
                (crate::clock::city(&booking.zone), self.zone.elsewhere(&*booking.zone));
            format!("{} {city}", booking.starts_at.words_until(booking.ends_at, &there))
        })
    }

    fn can_answer(&self) -> bool {
        self.is(Side::Accountant, &[State::Pending]) && self.line.booking.accepted_at.is_none()
    }

    /// What paying does, before the client goes there.
    fn hold_words(&self) -> String {
        let name = self.line.accountant_called();
        match self.line.booking.pay_mode {
            PayMode::AfterAccept => {
                format!("{name} has accepted: your card is charged when you pay.")
            }
            _ => format!("Your card is held when you pay, and charged when {name} accepts."),
        }
    }

    /// What accepting does to the client's card, before the accountant does it.
    fn accept_words(&self) -> String {
        let name = self.line.client_called();
        match self.line.booking.pay_mode {
            PayMode::AfterAccept => {
                format!("{name} is asked to pay then, and it stands when paid.")
            }
            _ => format!("This charges {name}’s card now."),
        }
    }

    /// What can be returned, where this reader may.
    fn refundable(&self) -> Option<&(String, String)> {
        self.payment.refundable.as_ref().filter(|_| self.is_accountant())
    }

    fn up_to(&self, most: &str) -> String {
        format!("Up to {most}.")
    }

    /// What was typed, else all of it.
    fn amount_or<'a>(&'a self, all: &'a str) -> &'a str {
        if self.amount_typed.is_empty() { all } else { &self.amount_typed }
    }

    fn can_propose(&self) -> bool {
        let is_ahead = self.line.booking.starts_at > self.now + Span::hours(1);
        let is_open = self.line.booking.may_be_proposed(self.now);
        is_ahead && is_open && self.side == Some(Side::Accountant)
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
        let of_mark = booking.no_show_at.is_some_and(|at| self.now < at + Span::hours(48));
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
                format!("{name} is told at once and owes you nothing; give back what was paid.")
            }
            (Some(Side::Accountant), PayMode::Hold | PayMode::AfterAccept) => {
                format!("{name} is told at once and gets all of the price back.")
            }
            (_, PayMode::Hold | PayMode::AfterAccept) if self.state() != State::Confirmed => {
                match self.payment.first_kind() {
                    Some("held") => {
                        "Your card is not charged; your bank can take some days to free the amount."
                    }
                    _ => "You have not paid, so nothing is owed.",
                }
                .to_owned()
            }
            (_, PayMode::Free) => "Nothing was to be paid, so nothing returns.".to_owned(),
            _ if self.state() == State::Pending => "Nothing is owed.".to_owned(),
            (_, PayMode::Direct) => format!(
                "{name} is told at once. You pay directly, so settle with {name} what was paid."
            ),
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
            (PayMode::Hold | PayMode::AfterAccept, None) => match self.state() {
                State::Held => "To be paid by card",
                State::Pending => "By card, charged when it is accepted",
                State::Confirmed | State::Completed => "Paid by card",
                _ => "By card",
            },
            _ => "To be paid directly to the accountant",
        }
    }

    /// Who did it, as this reader would say.
    fn who(&self, by: &By) -> &str {
        match (by, self.side) {
            (By::Client, Some(Side::Client)) | (By::Accountant, Some(Side::Accountant)) => "You",
            (By::Client, _) => self.line.client_called(),
            (By::Accountant, _) => self.line.accountant_called(),
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
