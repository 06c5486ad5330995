//! A row of the directory as a question finds it, and the card that it shows.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::Card;
use crate::clock::Instant;

#[derive(Debug, QueryableByName)]
pub struct RankedRow {
    #[diesel(sql_type = BigInt)]
    pub user_id: i64,
    #[diesel(sql_type = BigInt)]
    pub rank: i64,
    /// What the rows are ordered by, unless it is the first free time.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub value: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub free_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    free_until: Option<i64>,
    #[diesel(sql_type = Text)]
    card: String,
    /// Of the kind that is chosen, and in the currency that counts.
    #[diesel(sql_type = Nullable<Text>)]
    shown: Option<String>,
}

impl RankedRow {
    pub fn card(&self, now: Instant) -> Option<Card> {
        let card: Card = serde_json::from_str(&self.card).ok()?;
        let is_bookable = self.free_until.is_some_and(|until| now.micros() <= until);
        let free_at = self.free_at.filter(|_| is_bookable).map(Instant::from_micros);
        let price = self.shown.as_ref().and_then(|shown| serde_json::from_str(shown).ok());
        let card = Card { free_at, ..card };
        Some(match price {
            Some(price) => card.with_price(price),
            None => card,
        })
    }
}
