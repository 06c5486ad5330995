//! What a search is called and where it is found: addresses, chips, and the search without a filter.

use super::filters::{Filters, Sort};
use super::sentence::{FilterReading, Meaning};
use crate::accountants::{CredentialKind, choices};
use crate::listings::{Mode, category_name};
use crate::locale::Locale;
use crate::money::Money;

/// A filter that is set: what it says, and the address without it.
#[derive(Debug, Clone)]
pub struct Chip {
    pub words: String,
    pub href: String,
}

impl Filters {
    /// Name and value of everything that is set, without the place to go on.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("q", self.q.clone()), ("place", self.place.clone())];
        pairs.extend(self.narrow());
        if self.sort != Sort::Best {
            pairs.push(("sort", self.sort.as_str().to_owned()));
        }
        if self.names_currency() {
            pairs.push(("currency", self.currency.to_owned()));
        }
        pairs.extend(self.as_words.iter().map(|word| ("as_word", word.clone())));
        pairs.push(("tz", self.tz.clone()));
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// The filters of the side column.
    fn narrow(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![];
        pairs.extend(self.specialism.iter().map(|value| ("specialism", value.clone())));
        pairs.extend(self.language.iter().map(|value| ("language", value.clone())));
        pairs.extend(self.mode.iter().map(|value| ("mode", value.clone())));
        pairs.extend(self.credential.iter().map(|value| ("credential", value.clone())));
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

    /// A price means nothing without its currency, which is left out only where it is the usual one.
    fn names_currency(&self) -> bool {
        let matters = !self.max_price.is_empty() || self.sort == Sort::Price;
        match self.is_currency_chosen {
            true => self.currency != self.usual_currency,
            false => matters && self.currency != "GBP",
        }
    }

    /// Each filter that is set, the place among them: what it says, and the search without it.
    pub fn without(&self, locale: Locale) -> Vec<(String, Self)> {
        let fresh = || Self { after: None, ..self.clone() };
        let place = (!self.place.is_empty()).then(|| {
            let words =
                self.place().map_or_else(|| self.place.clone(), |place| place.name().to_owned());
            (words, Self { place: String::new(), ..fresh() })
        });
        let narrow = self.narrow().into_iter().map(|(name, value)| {
            let mut rest = fresh();
            rest.drop(name, &value);
            (self.words_for(name, &value, locale), rest)
        });
        place.into_iter().chain(narrow).collect()
    }

    fn drop(&mut self, name: &str, value: &str) {
        match name {
            "specialism" => self.specialism.retain(|one| one != value),
            "language" => self.language.retain(|one| one != value),
            "mode" => self.mode.retain(|one| one != value),
            "credential" => self.credential.retain(|one| one != value),
            "category" => self.category.clear(),
            "country" => self.country.clear(),
            "max_price" => self.max_price.clear(),
            "accepting" => self.accepting.clear(),
            _ => self.free.clear(),
        }
    }

    /// A chip for each filter, and for each word that was read as one: taken off, it is searched.
    pub fn chips(&self, readings: &[FilterReading], locale: Locale) -> Vec<Chip> {
        let set = self.without(locale).into_iter();
        let set = set.map(|(words, rest)| Chip { words, href: rest.first_page() });
        let read = readings.iter().map(|reading| {
            let as_words = self.as_words.iter().chain(&reading.typed).cloned().collect();
            let rest = Self { as_words, after: None, ..self.clone() };
            Chip { words: reading.words().to_owned(), href: rest.first_page() }
        });
        set.chain(read).collect()
    }

    /// The search without words of the text.
    #[must_use]
    pub fn without_words(&self, typed: &[String]) -> Self {
        let is_kept =
            |chunk: &&str| !crate::web::text::words(chunk).iter().any(|w| typed.contains(w));
        let q: Vec<&str> = self.q.split_whitespace().filter(is_kept).collect();
        Self { q: q.join(" "), after: None, ..self.clone() }
    }

    fn words_for(&self, name: &str, value: &str, locale: Locale) -> String {
        let known = match name {
            "specialism" => choices::label(&choices::SPECIALISMS, value),
            "language" => Some(choices::language_name(value)),
            "credential" if value == "any" => Some("Any checked credential"),
            "credential" => choices::label(&CredentialKind::CHOICES, value),
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
            ceiling.map(|money| format!("Up to {}", money.words(locale)))
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

impl FilterReading {
    /// "French", "Germany", "Leeds, United Kingdom".
    pub fn words(&self) -> String {
        match self.meaning {
            Meaning::Language(code) => choices::language_name(code).to_owned(),
            Meaning::Country(code) => choices::country_name(code).to_owned(),
            Meaning::Place(place) => place.words(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Seal;

    #[test]
    fn a_chip_takes_one_filter_off_and_keeps_the_rest() {
        let filters =
            Filters::read("q=tax&specialism=vat&specialism=payroll&sort=price", &Seal::new("one"));
        let hrefs: Vec<String> =
            filters.chips(&[], Locale::NEUTRAL).into_iter().map(|chip| chip.href).collect();
        assert_eq!(
            hrefs,
            [
                "/accountants?q=tax&specialism=payroll&sort=price",
                "/accountants?q=tax&specialism=vat&sort=price"
            ]
        );
    }
}
