//! What the page of a booking says of its money. The payments know it, and rank above; they hand it
//! down through [`Summaries`], so that both sides read the same lines.

use super::BookingId;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;

/// What became of the money of a booking that is paid by card.
#[derive(Debug, Clone, Default)]
pub struct PaymentSummary {
    pub lines: Vec<MoneyLine>,
    /// The most that can still be returned to the client, in words and as a form takes it.
    pub refundable: Option<(String, String)>,
    /// The number of the payment, for admins.
    pub payment: Option<String>,
    /// No money moves: the site has a key for tests.
    pub is_test: bool,
    /// It was recorded for a demo: no card was asked for.
    pub is_recorded: bool,
}

impl PaymentSummary {
    /// What the money's story begins with: before a charge it has this one line.
    pub fn first_kind(&self) -> Option<&'static str> {
        self.lines.first().map(|line| line.kind)
    }
}

/// One line: what happened, how much, and when.
#[derive(Debug, Clone)]
pub struct MoneyLine {
    /// The value of `data-money`.
    pub kind: &'static str,
    pub words: String,
    pub amount: String,
    pub at: Option<Instant>,
}

/// Reads the summary of a booking as its reader writes amounts; on a site that takes no cards there is none.
#[derive(Clone, Copy)]
pub struct Summaries(pub fn(&mut Conn, BookingId, Locale, Instant) -> Result<PaymentSummary>);
