//! What the pages of money are drawn from.

mod earnings;
mod papers;
mod payouts;
mod practice;

use askama::Template;

pub use earnings::{EarningsPage, MonthFigures};
pub use papers::{BillingPage, PaperPage, PapersPage};
pub use payouts::PayoutsPage;
pub use practice::PracticePage;

use super::forms::BillToForm;
use crate::bookings::BookingRow;
use crate::clock::Instant;
use crate::locale::LocalZone;
use crate::web::FieldErrors;

/// Before the client leaves for Stripe's page: what is charged, when, and what comes back.
#[derive(Template)]
#[template(path = "payments/pay.html")]
pub struct PayPage {
    pub line: BookingRow,
    pub zone: LocalZone,
    /// Until when it can be paid.
    pub until: Instant,
    /// What Footing keeps of the price.
    pub commission: String,
    /// Whether the accountant has said yes already: then paying confirms it.
    pub is_accepted: bool,
    /// No money moves: the site has a key for tests.
    pub is_test: bool,
    /// Whom the invoice is made out to.
    pub form: BillToForm,
    pub errors: FieldErrors,
}

/// After Stripe's page: nothing is believed of the return itself, so it waits for Stripe's word.
#[derive(Template)]
#[template(path = "payments/paid.html")]
pub struct PaidPage {
    pub line: BookingRow,
}
