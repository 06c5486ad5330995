//! Papers, and what they name people by.

use askama::Template;

use crate::bookings::{BookingRow, PayMode};
use crate::locale::{DayShape, LocalZone, Locale};
use crate::payments::billing::percent;
use crate::payments::forms::BillingForm;
use crate::payments::paper::{Paper, PaperKind};
use crate::web::FieldErrors;

/// One paper, made to be printed.
#[derive(Template)]
#[template(path = "payments/paper.html")]
pub struct PaperPage {
    pub paper: Paper,
    /// Of a credit note, what it takes back.
    pub corrected: Option<Paper>,
    /// Whose copy it is.
    pub area: &'static str,
}

impl PaperPage {
    fn is_invoice(&self) -> bool {
        self.paper.kind == PaperKind::Invoice
    }

    /// A paper stays as it was issued, whoever reads it.
    fn zone(&self) -> LocalZone {
        LocalZone::neutral(&*self.paper.zone)
    }

    /// The day in the accountant's zone, as papers are dated.
    fn date(&self, at: &crate::clock::Instant) -> String {
        at.day_words(&self.zone(), DayShape::Dated)
    }

    /// When the service is, as it was when the paper was issued.
    fn hours(&self) -> String {
        self.paper.starts_at.words_until(self.paper.ends_at, &self.zone())
    }

    fn line_words(&self) -> String {
        match self.paper.commission_bps {
            Some(bps) if self.paper.kind.is_credit() => {
                format!("Commission of {} returned for", percent(bps))
            }
            Some(bps) => format!("Commission of {} for", percent(bps)),
            None if self.paper.kind.is_credit() => "Refund for".to_owned(),
            None => String::new(),
        }
    }

    fn rate(&self) -> String {
        percent(self.paper.vat_bps)
    }
}

/// The papers of a booking that the viewer may see.
#[derive(Template)]
#[template(path = "payments/papers.html")]
pub struct PapersPage {
    pub line: BookingRow,
    pub papers: Vec<Paper>,
    pub zone: LocalZone,
    /// Whose copy it is.
    pub area: &'static str,
}

impl PapersPage {
    fn is_paid_directly(&self) -> bool {
        self.line.booking.paid_directly_at.is_some()
    }

    fn path(&self) -> String {
        crate::web::paths::booking(self.line.booking.id)
    }

    /// Why there is none.
    fn why_none(&self) -> String {
        let name = self.line.accountant_called();
        match self.line.booking.pay_mode {
            PayMode::Free => "Nothing is paid for this booking, so there is no invoice.".to_owned(),
            PayMode::Direct => {
                format!(
                    "This booking is paid directly to {name}, who writes the invoice. Once {name} notes that it is paid, a confirmation stands here."
                )
            }
            _ => "The invoice stands here as soon as the card is charged.".to_owned(),
        }
    }
}

/// The accountant's name, address and tax on papers.
#[derive(Template)]
#[template(path = "payments/billing.html")]
pub struct BillingPage {
    /// The profile's name, which papers carry until this is filled in.
    pub shown_name: String,
    pub is_kept: bool,
    pub form: BillingForm,
    pub takes_cards: bool,
    pub errors: FieldErrors,
}

/// Rates that are no whole percent, in hundredths of one.
const ODD_RATES: [i32; 11] = [210, 250, 260, 380, 550, 750, 770, 810, 950, 1_350, 2_550];

impl BillingPage {
    /// Rates to choose from, and the one that is kept if it is another.
    fn rates(&self, locale: impl AsRef<Locale>) -> Vec<(String, String)> {
        let mut rates: Vec<i32> = (0..=30).map(|whole| whole * 100).chain(ODD_RATES).collect();
        rates.extend(self.form.vat_bps.parse::<i32>().ok().filter(|bps| (0..=3_000).contains(bps)));
        rates.sort_unstable();
        rates.dedup();
        let words = |bps: i32| match bps {
            0 => "No VAT".to_owned(),
            bps => locale.as_ref().figures(&percent(bps)).into_owned(),
        };
        rates.into_iter().map(|bps| (bps.to_string(), words(bps))).collect()
    }

    fn rate(&self) -> String {
        let bps = self.form.vat_bps.trim();
        if bps.is_empty() { "0".to_owned() } else { bps.to_owned() }
    }
}
