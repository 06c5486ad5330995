//! What a row of the directory shows.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::price::Cheapest;
use super::rank::Inputs;
use crate::accountants::{Accepting, Accountant, Badge, TagKind, Tags, choices};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::listings::{Modes, Service};
use crate::locale::{LocalZone, Locale};
use crate::reviews;
use crate::users::UserId;

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
    /// The cheapest service, as nobody in particular would write it.
    pub price: String,
    pub service: String,
    pub duration: i32,
    /// Whether others cost more.
    #[serde(default)]
    pub has_more: bool,
    pub reviews: i64,
    /// W, in thousandths.
    #[serde(default)]
    pub score: i64,
    pub requests: i64,
    pub answered: i64,
    pub joined_at: i64,
    /// Zone of the accountant, for whoever has none.
    #[serde(default)]
    pub zone: String,
    /// Checked credentials, read at each look.
    #[serde(skip)]
    pub badges: Vec<Badge>,
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
            modes: Modes(modes).words(),
            years: accountant.years,
            photo: accountant.photo.clone(),
            specialisms: owned(tags.words(TagKind::Specialism), 4),
            languages: owned(tags.words(TagKind::Language), 4),
            accepting: accountant.accepting.words().to_owned(),
            price: first.map_or(String::new(), |first| first.price_words(Locale::NEUTRAL)),
            service: first.map_or(String::new(), |service| service.title.clone()),
            duration: first.map_or(0, |service| service.duration),
            has_more: services.len() > 1,
            reviews: inputs.reviews,
            score: inputs.score(),
            requests: inputs.requests,
            answered: inputs.answered,
            joined_at: accountant.created_at.micros(),
            zone: accountant.zone.clone(),
            badges: vec![],
            free_at: None,
        }
    }

    /// Asks once for the badges of a whole page.
    pub fn put_badges<'a>(
        conn: &mut Conn,
        cards: impl Iterator<Item = &'a mut Self>,
        now: Instant,
    ) -> Result<()> {
        let cards: Vec<&mut Self> = cards.collect();
        let owners: Vec<UserId> = cards.iter().map(|card| UserId(card.user_id)).collect();
        let badges = Badge::of(conn, &owners, now)?;
        for card in cards {
            let own = badges.iter().filter(|badge| badge.user_id.0 == card.user_id);
            card.badges = own.cloned().collect();
        }
        Ok(())
    }

    /// With the price of one kind of service, or in one currency, in the place of the cheapest.
    #[must_use]
    pub fn with_price(self, cheapest: Cheapest) -> Self {
        let Cheapest { price, service, duration, has_more } = cheapest;
        Self { price, service, duration, has_more, ..self }
    }

    /// "Leeds, United Kingdom"; "Singapore" once.
    pub fn place_words(&self) -> String {
        match self.place.ends_with(&self.country) {
            true => self.place.clone(),
            false => format!("{}, {}", self.place, self.country),
        }
    }

    /// "Tomorrow" and "09:30 GMT", in the reader's zone or else the accountant's, which is said.
    pub fn free_words(&self, reader: &LocalZone, now: &Instant) -> Option<(String, String)> {
        let is_theirs = reader.is_empty();
        let zone = if is_theirs { &*self.zone } else { &**reader };
        let (day, time) = self.free_at.map(|at| at.near_in(*now, zone, reader.locale))?;
        Some((day, if is_theirs { format!("{time}, their time") } else { time }))
    }

    /// What the price is of: its title, and the length unless the title says it.
    pub fn service_words(&self) -> String {
        with_length(&self.service, self.duration)
    }

    /// What stands before the price.
    pub fn price_label(&self) -> &'static str {
        match (self.price.as_str(), self.has_more) {
            ("By quote", _) | (_, false) => "Price",
            ("Free", true) => "First meeting",
            _ => "From",
        }
    }

    /// Whose requests are welcome, where it is not everybody's.
    pub fn reserve(&self) -> Option<&str> {
        Some(self.accepting.as_str()).filter(|words| *words != Accepting::All.words())
    }

    /// "£85", "Free".
    pub fn price_words(&self, reader: &LocalZone) -> Cow<'_, str> {
        reader.locale.figures(&self.price)
    }

    /// "4.83", where anybody has said anything.
    pub fn score_words(&self, reader: &LocalZone) -> Option<String> {
        (self.reviews > 0).then(|| reviews::score_words(self.score, reader))
    }

    pub fn free_iso(&self) -> String {
        self.free_at.map_or(String::new(), Instant::minute)
    }

    /// Joined less than 60 days ago and not yet reviewed.
    pub fn is_new(&self, now: &Instant) -> bool {
        use crate::clock::Span;
        self.reviews == 0 && *now < Instant::from_micros(self.joined_at) + Span::days(60)
    }
}

/// Whether a title says how long it takes: "30-minute consultation".
pub fn says_length(title: &str, minutes: i32) -> bool {
    // most titles hold no such figure: rows are many
    if minutes != 60 && !title.contains(&minutes.to_string()) {
        return false;
    }
    let title = title.to_lowercase();
    let is_said = |word: &str| title.contains(word);
    ["-min", " min", "min"].iter().any(|word| is_said(&format!("{minutes}{word}")))
        || (minutes == 60 && ["one hour", "1 hour", "an hour"].into_iter().any(is_said))
}

/// A title, and the length unless the title says it.
pub fn with_length(title: &str, minutes: i32) -> String {
    match says_length(title, minutes) {
        true => title.to_owned(),
        false => format!("{title}, {minutes}\u{a0}min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_the_title_says_is_not_said_twice() {
        let card = |service: &str, duration| {
            let json = serde_json::json!({
                "user_id": 1, "slug": "", "name": "", "headline": "", "place": "Singapore",
                "country": "Singapore", "modes": "", "years": null, "photo": null,
                "specialisms": [], "languages": [], "accepting": "Welcome", "price": "£85",
                "service": service, "duration": duration, "reviews": 0, "requests": 0,
                "answered": 0, "joined_at": 0
            });
            serde_json::from_value::<Card>(json).unwrap()
        };
        assert_eq!(card("30-minute consultation", 30).service_words(), "30-minute consultation");
        assert_eq!(card("One hour on your books", 60).service_words(), "One hour on your books");
        assert_eq!(card("VAT return", 45).service_words(), "VAT return, 45\u{a0}min");
        assert_eq!(card("VAT return", 45).place_words(), "Singapore");
        assert_eq!(card("VAT return", 45).reserve(), None);
    }
}
