//! What a visitor searches for, read from the address. Bad values are dropped with a note; nothing
//! in an address can be an error.

use super::cursor::Cursor;
use super::tokens::{Mark, Tokens};
use crate::accountants::{Accepting, choices};
use crate::listings::{Mode, category_name};
use crate::money::{self, Money};
use crate::seal::Seal;
use crate::web::text;

crate::word_enum! {
    /// The orders that can be chosen.
    Sort { Best => "best", Soonest => "soonest", Price => "price" }
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
    pub accepting: String,
    /// Days within which there must be a free time: 7, 14 or nothing.
    pub free: String,
    pub sort: Sort,
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
            accepting: String::new(),
            free: String::new(),
            sort: Sort::Best,
            after: None,
            notes: vec![],
        }
    }
}

/// A filter that is set: what it says, and the address without it.
pub struct Chip {
    pub words: String,
    pub href: String,
}

impl Filters {
    const MOST_WORDS: usize = 8;

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
        let text = || text::line("Search", value, 0, 200).ok();
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
            "currency" => money::currency(value).map(|code| self.currency = code).is_some(),
            "max_price" => {
                // checked with its currency, which may come after
                set(&mut self.max_price, Money::parse(value, "GBP").is_ok(), value)
            }
            "sort" => Sort::parse(value).map(|sort| self.sort = sort).is_some(),
            "credential" => false,
            _ => true,
        }
    }

    /// The ceiling in minor units of the chosen currency.
    pub fn ceiling(&self) -> Option<i64> {
        Money::parse(&self.max_price, self.currency).ok().map(|money| money.minor)
    }

    /// The words typed, as they are searched.
    pub fn words(&self) -> Vec<String> {
        text::words(&self.q).into_iter().take(Self::MOST_WORDS).collect()
    }

    /// Tokens that an entry must all have, and beginnings of words of its place.
    pub fn marks(&self) -> Vec<String> {
        let one = |mark: Mark, value: &String| (!value.is_empty()).then(|| mark.token(value));
        let mut marks: Vec<String> = vec![];
        marks.extend(one(Mark::Country, &self.country));
        marks.extend(one(Mark::Category, &self.category));
        marks.extend(one(Mark::Accepting, &self.accepting));
        marks.extend(one(Mark::Free, &self.free));
        marks.extend(self.specialism.iter().map(|value| Mark::Specialism.token(value)));
        marks.extend(self.mode.iter().map(|value| Mark::Mode.token(value)));
        let primary = |tag: &String| tag.split('-').next().unwrap_or(tag).to_owned();
        marks.extend(self.language.iter().map(|tag| Mark::Language.token(&primary(tag))));
        marks.extend(self.ceiling().and_then(|minor| Tokens::step(self.currency, minor)));
        marks
    }

    pub fn place_words(&self) -> Vec<String> {
        text::words(&self.place).into_iter().take(4).map(|word| format!("p_{word}")).collect()
    }

    /// Name and value of everything that is set, without the place to go on.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("q", self.q.clone()), ("place", self.place.clone())];
        pairs.extend(self.narrow());
        if self.sort != Sort::Best {
            pairs.push(("sort", self.sort.as_str().to_owned()));
        }
        if self.currency != "GBP" {
            pairs.push(("currency", self.currency.to_owned()));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// The filters of the side column.
    fn narrow(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![];
        pairs.extend(self.specialism.iter().map(|value| ("specialism", value.clone())));
        pairs.extend(self.language.iter().map(|value| ("language", value.clone())));
        pairs.extend(self.mode.iter().map(|value| ("mode", value.clone())));
        for (name, value) in [
            ("category", &self.category),
            ("country", &self.country),
            ("max_price", &self.max_price),
            ("accepting", &self.accepting),
            ("free", &self.free),
        ] {
            pairs.push((name, value.clone()));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// How many filters are set; more than two are not for search engines.
    pub fn count(&self) -> usize {
        self.narrow().len()
    }

    pub fn chips(&self) -> Vec<Chip> {
        let all = self.pairs();
        self.narrow()
            .into_iter()
            .map(|set| {
                let rest: Vec<_> = all.iter().filter(|pair| **pair != set).cloned().collect();
                Chip { words: self.words_for(set.0, &set.1), href: address(&rest) }
            })
            .collect()
    }

    fn words_for(&self, name: &str, value: &str) -> String {
        let known = match name {
            "specialism" => choices::label(&choices::SPECIALISMS, value),
            "language" => Some(choices::language_name(value)),
            "category" => category_name(value),
            "country" => Some(choices::country_name(value)),
            "mode" => Mode::parse(value).map(|mode| match mode {
                Mode::Video => "Video",
                Mode::Phone => "Phone",
                Mode::InPerson => "In person",
            }),
            "accepting" => Some(match value {
                "all" => "Takes new clients",
                "known" => "Known clients only",
                _ => "Takes nobody at present",
            }),
            "free" if value == "7" => Some("Free within 7 days"),
            "free" => Some("Free within 14 days"),
            _ => None,
        };
        let price = || {
            let ceiling = self.ceiling().and_then(|minor| Money::new(minor, self.currency));
            ceiling.map(|money| format!("Up to {money}"))
        };
        known.map(str::to_owned).or_else(price).unwrap_or_else(|| value.to_owned())
    }

    /// The same search in another order.
    pub fn sorted(&self, sort: Sort) -> String {
        address(&Self { sort, ..self.clone() }.pairs())
    }

    /// The same search after its last row.
    pub fn next(&self, sealed: &str) -> String {
        let mut pairs = self.pairs();
        pairs.push(("after", sealed.to_owned()));
        address(&pairs)
    }

    pub fn first_page(&self) -> String {
        address(&self.pairs())
    }
}

fn address(pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        return crate::web::paths::DIRECTORY.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{}?{query}", crate::web::paths::DIRECTORY)
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
        assert_eq!(filters.notes.len(), 4, "{:?}", filters.notes);
        assert_eq!(filters.marks(), ["f_co_gb", "f_sp_vat", "f_mo_in_person", "f_la_pl"]);
    }

    #[test]
    fn a_chip_takes_one_filter_off_and_keeps_the_rest() {
        let filters =
            Filters::read("q=tax&specialism=vat&specialism=payroll&sort=price", &Seal::new("one"));
        let hrefs: Vec<String> = filters.chips().into_iter().map(|chip| chip.href).collect();
        assert_eq!(
            hrefs,
            [
                "/accountants?q=tax&specialism=payroll&sort=price",
                "/accountants?q=tax&specialism=vat&sort=price"
            ]
        );
    }
}
