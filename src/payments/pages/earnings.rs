//! What was earned: sums, a drawing of the months, and every booking.

use askama::Template;

use crate::locale::LocalZone;
use crate::payments::earnings::{Earning, Figures, in_full};
use crate::payments::month::Month;

/// The figures of one month.
#[derive(Debug, Clone, Copy)]
pub struct MonthFigures {
    pub of: Month,
    pub figures: Figures,
}

#[derive(Template)]
#[template(path = "payments/earnings.html")]
pub struct EarningsPage {
    pub month: Month,
    pub total: Figures,
    /// Twelve, the oldest first; none while no card was charged.
    pub months: Vec<MonthFigures>,
    /// Months that can be chosen, the latest first.
    pub choices: Vec<Month>,
    pub currency: String,
    pub currencies: Vec<String>,
    pub rows: Vec<Earning>,
    pub is_first: bool,
    /// Where the list goes on.
    pub next: Option<String>,
    /// The accountant's, in which months begin and end.
    pub zone: LocalZone,
    pub takes_cards: bool,
    /// No money moves: the site has a key for tests.
    pub is_test: bool,
}

/// A month in the drawing, in its units.
struct Bar {
    x: i64,
    y: i64,
    height: i64,
    /// Every third one is named.
    label: String,
    is_chosen: bool,
    /// Where its figure stands, and which end of it is there.
    figure_x: i64,
    anchor: &'static str,
}

const FLOOR: i64 = 158;
const TALLEST: i64 = 122;
const STEP: i64 = 25;
const BREADTH: i64 = 19;

impl EarningsPage {
    fn words(&self, minor: impl std::borrow::Borrow<i64>) -> String {
        in_full(*minor.borrow(), &self.currency, &self.zone)
    }

    /// What is taken off, with its sign.
    fn less(&self, minor: impl std::borrow::Borrow<i64>) -> String {
        in_full(-*minor.borrow(), &self.currency, &self.zone)
    }

    fn months_to_choose(&self) -> Vec<(String, String)> {
        self.choices.iter().map(|month| (month.to_string(), month.words(&self.zone))).collect()
    }

    fn currencies_to_choose(&self) -> Vec<(String, String)> {
        self.currencies.iter().map(|code| (code.clone(), code.clone())).collect()
    }

    fn file_path(&self) -> String {
        format!("/practice/earnings.csv?month={}&currency={}", self.month, self.currency)
    }

    fn next_path(&self) -> Option<String> {
        let after = self.next.as_ref()?;
        let (month, currency) = (self.month, &self.currency);
        Some(format!("/practice/earnings?month={month}&currency={currency}&after={after}"))
    }

    fn first_path(&self) -> String {
        format!("/practice/earnings?month={}&currency={}", self.month, self.currency)
    }

    fn bars(&self) -> Vec<Bar> {
        let most = self.months.iter().map(|month| month.figures.earned).max().unwrap_or(0).max(1);
        let last = self.months.len().saturating_sub(1);
        let bar = |(at, month): (usize, &MonthFigures)| {
            let height = i128::from(month.figures.earned) * i128::from(TALLEST) / i128::from(most);
            let height = i64::try_from(height).unwrap_or(0);
            let is_named = (last - at).is_multiple_of(3);
            let x = i64::try_from(at).unwrap_or(0) * STEP + 3;
            let (figure_x, anchor) = match at {
                0..=2 => (x, "start"),
                at if at + 2 >= last => (x + BREADTH, "end"),
                _ => (x + BREADTH / 2, "middle"),
            };
            Bar {
                x,
                figure_x,
                anchor,
                y: FLOOR - height,
                height,
                label: if is_named { month.of.brief() } else { String::new() },
                is_chosen: month.of == self.month,
            }
        };
        self.months.iter().enumerate().map(bar).collect()
    }

    /// The drawing in words.
    fn drawing_words(&self) -> String {
        let words = |month: &MonthFigures| {
            format!("{} {}", month.of.words(&self.zone), self.words(month.figures.earned))
        };
        let all: Vec<String> = self.months.iter().map(words).collect();
        format!("Earned by month: {}", all.join(", "))
    }
}
