//! What a visitor searches for, read from the address. Bad values are dropped with a note; nothing
//! in an address can be an error.

use super::cursor::Cursor;
use super::expression::Expression;
use super::tokens::{FilterMark, Tokens, cell_token};
use crate::accountants::places::{self, Place};
use crate::accountants::{Accepting, CredentialKind, choices};
use crate::clock;
use crate::listings::{CATEGORIES, Mode, category_name};
use crate::money::{self, Money};
use crate::seal::Seal;
use crate::web::text;

crate::word_enum! {
    /// The orders that can be chosen.
    Sort { Best => "best", Soonest => "soonest", Rating => "rating", Price => "price" }
}

/// One search.
#[derive(Debug, Clone)]
pub struct Filters {
    pub q: String,
    pub place: String,
    pub category: String,
    pub specialism: Vec<String>,
    pub language: Vec<String>,
    pub country: String,
    pub mode: Vec<String>,
    pub max_price: String,
    pub currency: &'static str,
    /// The one of the visitor's zone, which need not be named.
    pub usual_currency: &'static str,
    pub is_currency_chosen: bool,
    pub accepting: String,
    /// Kinds of credentials of which one is enough, or `any`.
    pub credential: Vec<String>,
    /// Days within which there must be a free time: 7, 14 or nothing.
    pub free: String,
    pub sort: Sort,
    /// Words of `q` to be searched, whatever else they may mean.
    pub as_words: Vec<String>,
    /// The zone to show times in, where the address names one.
    pub tz: String,
    pub after: Option<Cursor>,
    /// What was left out, in words.
    pub notes: Vec<String>,
}

impl Default for Filters {
    fn default() -> Self {
        Self {
            q: String::new(),
            place: String::new(),
            category: String::new(),
            specialism: vec![],
            language: vec![],
            country: String::new(),
            mode: vec![],
            max_price: String::new(),
            currency: "GBP",
            usual_currency: "GBP",
            is_currency_chosen: false,
            accepting: String::new(),
            credential: vec![],
            free: String::new(),
            sort: Sort::Best,
            as_words: vec![],
            tz: String::new(),
            after: None,
            notes: vec![],
        }
    }
}

impl Filters {
    pub fn read(query: &str, seal: &Seal) -> Self {
        let mut filters = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            let is_known = match &*name {
                "after" => {
                    filters.after = Cursor::open(value, seal);
                    filters.after.is_some()
                }
                _ => filters.take(&name, value),
            };
            if !value.is_empty() && !is_known {
                let name: String = name.chars().filter(|c| !c.is_control()).take(20).collect();
                filters
                    .notes
                    .push(format!("The filter “{name}” was left out: it has no such value."));
            }
        }
        filters.notes.truncate(5);
        filters
    }

    /// False for a value that means nothing. Parameters of others, such as a campaign's, pass.
    fn take(&mut self, name: &str, value: &str) -> bool {
        let text = || text::line("Search", value, 0, if name == "q" { 500 } else { 200 }).ok();
        match name {
            "q" => text().is_some_and(|text| set_text(&mut self.q, text)),
            "place" => text().is_some_and(|text| set_text(&mut self.place, text)),
            "category" => set(&mut self.category, category_name(value).is_some(), value),
            "country" => {
                let code = value.to_uppercase();
                set(&mut self.country, !choices::country_name(&code).is_empty(), &code)
            }
            "accepting" => set(&mut self.accepting, Accepting::parse(value).is_some(), value),
            "free" => set(&mut self.free, ["7", "14"].contains(&value), value),
            "specialism" => {
                let known = choices::label(&choices::SPECIALISMS, value).is_some();
                push(&mut self.specialism, known.then(|| value.to_owned()))
            }
            "language" => push(&mut self.language, choices::parse_language(value)),
            "mode" => push(&mut self.mode, Mode::read(value).map(|mode| mode.as_str().to_owned())),
            "currency" => {
                let known = money::currency(value);
                self.is_currency_chosen |= known.is_some();
                known.map(|code| self.currency = code).is_some()
            }
            // read with its currency, which may come after or be that of the visitor's zone
            "max_price" => set(&mut self.max_price, value.len() <= 30, value),
            "sort" => Sort::parse(value).map(|sort| self.sort = sort).is_some(),
            "as_word" => {
                let words = text::words(value).into_iter().take(4);
                words.for_each(|word| _ = push(&mut self.as_words, Some(word)));
                true
            }
            "tz" => set(&mut self.tz, clock::is_zone(value), value),
            "credential" => {
                let known = value == "any" || CredentialKind::parse(value).is_some();
                push(&mut self.credential, known.then(|| value.to_owned()))
            }
            _ => true,
        }
    }

    /// The ceiling in minor units of the chosen currency.
    pub fn ceiling(&self) -> Option<i64> {
        Money::parse(&self.max_price, self.currency).ok().map(|money| money.minor)
    }

    /// The kind of service that is chosen: its price is then the one that counts.
    pub fn kind(&self) -> Option<&'static str> {
        CATEGORIES.iter().map(|(key, _)| *key).find(|key| *key == self.category)
    }

    /// In the currency of a visitor's zone, unless another is chosen.
    #[must_use]
    pub fn for_zone(mut self, zone: &str) -> Self {
        let usual = places::currency_of_zone(zone).and_then(money::currency);
        self.usual_currency = usual.unwrap_or("GBP");
        if !self.is_currency_chosen {
            self.currency = self.usual_currency;
        }
        if !self.max_price.is_empty() && self.ceiling().is_none() {
            self.notes.push(format!(
                "The highest price was left out: write an amount of {}.",
                self.currency
            ));
            self.max_price.clear();
        }
        self
    }

    /// What an entry must hold of every filter but the place.
    pub fn expression(&self) -> Expression {
        let whole = |tokens: Vec<String>| tokens.into_iter().map(Expression::Whole).collect();
        let all = Expression::All(whole(self.marks()));
        let any: Vec<String> =
            self.credential.iter().map(|value| FilterMark::Credential.token(value)).collect();
        match any.is_empty() {
            true => all,
            false => all.and(Expression::Any(whole(any))),
        }
    }

    fn marks(&self) -> Vec<String> {
        let one = |mark: FilterMark, value: &String| (!value.is_empty()).then(|| mark.token(value));
        let mut marks: Vec<String> = vec![];
        marks.extend(one(FilterMark::Country, &self.country));
        marks.extend(one(FilterMark::Category, &self.category));
        marks.extend(one(FilterMark::Accepting, &self.accepting));
        marks.extend(one(FilterMark::Free, &self.free));
        marks.extend(self.specialism.iter().map(|value| FilterMark::Specialism.token(value)));
        marks.extend(self.mode.iter().map(|value| FilterMark::Mode.token(value)));
        let primary = |tag: &String| tag.split('-').next().unwrap_or(tag).to_owned();
        marks.extend(self.language.iter().map(|tag| FilterMark::Language.token(&primary(tag))));
        marks.extend(
            self.ceiling().and_then(|minor| Tokens::step(self.kind(), self.currency, minor)),
        );
        marks
    }

    /// What the place was read as; `None` for free text.
    pub fn place(&self) -> Option<Place> {
        Place::read(&self.place).filter(|_| !self.place.is_empty())
    }

    /// What an entry near the place must hold: of a town the cell it lies in, or of free text the
    /// same words; of what nobody knows, words that begin so.
    pub fn near(&self, read: Option<Place>) -> Option<Expression> {
        let words = |mark: &str, make: fn(String) -> Expression| {
            let named = self.place.split(',').next().filter(|named| !named.is_empty());
            let named = named.or(read.map(Place::name)).unwrap_or_default();
            let words = text::words(named).into_iter().take(4);
            Expression::All(words.map(|word| make(format!("{mark}{word}"))).collect())
        };
        let near = match read {
            Some(Place::Town(town)) => {
                let cell = Expression::Whole(cell_token(town.cell()));
                let alike = words("u_", Expression::Whole);
                let parts = [cell, alike].into_iter().filter(|part| !part.is_bare());
                Expression::Any(parts.collect())
            }
            Some(Place::Region(region)) => {
                Expression::Whole(FilterMark::region(region.country, region.code))
            }
            Some(Place::Country(code)) => Expression::Whole(FilterMark::Country.token(code)),
            None => words("p_", Expression::Begun),
        };
        Some(near).filter(|near| !near.is_bare())
    }
}

/// The first value of a repeated name counts.
fn set(field: &mut String, is_valid: bool, value: &str) -> bool {
    if is_valid && field.is_empty() {
        value.clone_into(field);
    }
    is_valid
}

fn set_text(field: &mut String, text: String) -> bool {
    if field.is_empty() {
        *field = text;
    }
    true
}

fn push(list: &mut Vec<String>, value: Option<String>) -> bool {
    let is_valid = value.is_some();
    if let Some(value) = value
        && !list.contains(&value)
        && list.len() < 12
    {
        list.push(value);
    }
    is_valid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_bad_values_are_dropped_with_a_note() {
        let filters = Filters::read(
            "q=landlord+tax&specialism=vat&specialism=juggling&mode=in-person&country=gb\
             &max_price=-4&sort=upwards&after=x&utm_source=y&q=second&language=pl",
            &Seal::new("one"),
        );
        assert_eq!(filters.q, "landlord tax");
        assert_eq!(filters.specialism, ["vat"]);
        assert_eq!((filters.mode.join(""), filters.country.as_str()), ("in_person".into(), "GB"));
        assert_eq!(filters.sort, Sort::Best);
        assert_eq!(filters.notes.len(), 3, "{:?}", filters.notes);
        let filters = filters.for_zone("Europe/London");
        assert_eq!((filters.notes.len(), filters.max_price.as_str()), (4, ""));
    }

    #[test]
    fn a_highest_price_is_read_in_its_currency_whichever_comes_first() {
        let read = |query: &str, zone: &str| {
            let filters = Filters::read(query, &Seal::new("one")).for_zone(zone);
            (filters.ceiling(), filters.notes.len())
        };
        assert_eq!(read("max_price=5000000&currency=JPY", "UTC"), (Some(5_000_000), 0));
        assert_eq!(read("currency=JPY&max_price=12,000", "UTC"), (Some(12_000), 0));
        assert_eq!(read("max_price=5000000", "Asia/Tokyo"), (Some(5_000_000), 0));
        assert_eq!(read("max_price=120.50&currency=JPY", "UTC"), (None, 1), "yen have no parts");
        assert_eq!(read("max_price=120.50", "Europe/London"), (Some(12_050), 0));
    }

    #[test]
    fn marks_are_those_of_the_filters() {
        let filters = Filters::read(
            "specialism=vat&mode=in-person&country=gb&language=pl",
            &Seal::new("one"),
        );
        assert_eq!(filters.marks(), ["f_co_gb", "f_sp_vat", "f_mo_in_person", "f_la_pl"]);
    }
}
