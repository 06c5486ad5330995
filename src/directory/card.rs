//! What a row of the directory shows.

use serde::{Deserialize, Serialize};

use super::rank::Inputs;
use crate::accountants::{Accountant, TagKind, Tags, choices};
use crate::clock::Instant;
use crate::listings::{Modes, Service};

/// Kept with the entry, so that a page of twenty rows reads twenty rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Card {
    pub user_id: i64,
    pub slug: String,
    pub name: String,
    pub headline: String,
    pub place: String,
    pub country: String,
    pub modes: String,
    pub years: Option<i32>,
    pub photo: Option<String>,
    pub specialisms: Vec<String>,
    pub languages: Vec<String>,
    pub accepting: String,
    pub price: String,
    pub service: String,
    pub duration: i32,
    pub reviews: i64,
    pub requests: i64,
    pub answered: i64,
    pub joined_at: i64,
    /// Zone of the accountant, for whoever has none.
    #[serde(default)]
    pub zone: String,
    /// The first free time, as far as it can still be booked.
    #[serde(skip)]
    pub free_at: Option<Instant>,
}

impl Card {
    pub fn of(accountant: &Accountant, tags: &Tags, services: &[Service], inputs: Inputs) -> Self {
        let owned = |list: Vec<&'static str>, most| {
            list.into_iter().take(most).map(str::to_owned).collect()
        };
        let first = services.first();
        let modes = services.iter().fold(0, |bits, service| bits | service.modes);
        Self {
            user_id: accountant.user_id.0,
            slug: accountant.slug.clone(),
            name: accountant.display_name.clone(),
            headline: accountant.headline.clone(),
            place: accountant.place.clone(),
            country: choices::country_name(&accountant.country).to_owned(),
            modes: Modes(modes).words().to_lowercase(),
            years: accountant.years,
            photo: accountant.photo.clone(),
            specialisms: owned(tags.words(TagKind::Specialism), 4),
            languages: owned(tags.words(TagKind::Language), 4),
            accepting: accountant.accepting.words().to_owned(),
            price: first.map_or(String::new(), Service::price_words),
            service: first.map_or(String::new(), |service| service.title.clone()),
            duration: first.map_or(0, |service| service.duration),
            reviews: inputs.reviews,
            requests: inputs.requests,
            answered: inputs.answered,
            joined_at: accountant.created_at.micros(),
            zone: accountant.zone.clone(),
            free_at: None,
        }
    }

    /// "Tomorrow" and "09:30 GMT", in the reader's zone or else the accountant's.
    pub fn free_words(&self, zone: &str, now: &Instant) -> Option<(String, String)> {
        let zone = if zone.is_empty() { &self.zone } else { zone };
        self.free_at.map(|at| at.near(*now, zone))
    }

    pub fn free_iso(&self) -> String {
        self.free_at.map_or(String::new(), Instant::minute)
    }

    pub fn is_priced(&self) -> bool {
        self.price != "By quote"
    }

    /// Joined less than 60 days ago and not yet reviewed.
    pub fn is_new(&self, now: &Instant) -> bool {
        use crate::clock::Span;
        self.reviews == 0 && *now < Instant::from_micros(self.joined_at) + Span::days(60)
    }
}
