//! What the browser sent about an offer.

use serde::Deserialize;
use validator::Validate;

use crate::clock::{Day, Instant};
use crate::money::Money;
use crate::users::UserId;
use crate::web::{FieldErrors, checks, text};

/// The form of an offer, exactly as the browser sent it.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct QuoteForm {
    pub client: String,
    pub amount: String,
    #[validate(custom(function = checks::minutes::<5, 480>))]
    pub duration: String,
    #[validate(custom(function = checks::lines::<0, MOST_TEXT>, message = "Text"))]
    pub text: String,
    pub until: String,
    pub key: String,
}

/// What was typed, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedOffer {
    pub client: UserId,
    pub price: Money,
    pub duration: i32,
    pub words: String,
    pub valid_until: Instant,
    /// The form's key.
    pub key: String,
}

/// Days that an offer may stand.
pub const MOST_DAYS: i32 = 30;
pub const MOST_TEXT: usize = 2000;

impl QuoteForm {
    /// What a new form begins with: two weeks are usual.
    pub fn blank(client: &str, today: Day) -> Self {
        Self {
            client: client.to_owned(),
            duration: "60".to_owned(),
            until: today.plus(14).to_string(),
            ..Self::default()
        }
    }

    /// Dates are those of the accountant's zone; the last day of an offer is included.
    pub fn parse(
        &self,
        currency: &str,
        zone: &str,
        now: Instant,
    ) -> Result<CheckedOffer, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let client = errors.take("client", self.client.parse().map_err(|_| "Choose a client."));
        let price = errors.take("amount", Money::parse(&self.amount, currency));
        let until = errors.take("until", self.last_day(now.day(zone)));
        match (client, price, text::whole(&self.duration), until) {
            (Some(client), Some(price), Some(duration), Some(until)) if errors.is_empty() => {
                let valid_until = until.plus(1).begin(&crate::clock::zone(zone));
                let (words, key) = (text::as_lines(&self.text), self.key.clone());
                Ok(CheckedOffer { client, price, duration, words, valid_until, key })
            }
            _ => Err(errors),
        }
    }

    fn last_day(&self, today: Day) -> Result<Day, &'static str> {
        let day = Day::parse(self.until.trim())
            .filter(|day| (0..=MOST_DAYS).contains(&today.days_to(*day)));
        day.ok_or("Write a date from today to 30 days ahead.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "Europe/London";

    fn now() -> Instant {
        Instant::read_minute("2026-11-25T09:00Z").unwrap()
    }

    fn form() -> QuoteForm {
        QuoteForm { amount: "400".to_owned(), ..QuoteForm::blank("0C9K4VXT2M7QA", now().day(ZONE)) }
    }

    #[test]
    fn an_offer_stands_to_the_end_of_its_last_day_where_the_accountant_is() {
        let typed = form().parse("GBP", ZONE, now()).unwrap();
        assert_eq!((typed.price.minor, typed.duration), (40_000, 60));
        assert_eq!(typed.valid_until.minute(), "2026-12-10T00:00Z");
        let there = form().parse("GBP", "America/New_York", now()).unwrap();
        assert_eq!(there.valid_until.minute(), "2026-12-10T05:00Z");
    }

    #[test]
    fn every_wrong_answer_is_named_beside_its_field() {
        let wrong = |change: fn(&mut QuoteForm)| {
            let mut form = form();
            change(&mut form);
            let errors = form.parse("GBP", ZONE, now()).unwrap_err();
            errors.iter().map(|(field, _)| field.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(wrong(|f| f.client = "ana".into()), ["client"]);
        assert_eq!(wrong(|f| f.amount = "-1".into()), ["amount"]);
        assert_eq!(wrong(|f| f.duration = "7".into()), ["duration"]);
        assert_eq!(wrong(|f| f.text = "x".repeat(2001)), ["text"]);
        assert_eq!(wrong(|f| f.until = "2026-11-24".into()), ["until"]);
        assert_eq!(wrong(|f| f.until = "2026-12-26".into()), ["until"]);
        assert_eq!(wrong(|f| *f = QuoteForm::default()).len(), 4);
    }
}
