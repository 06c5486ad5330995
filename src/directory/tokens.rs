//! The words an entry is found by. Typed words hold letters and digits only; marks hold an
//! underscore, so nobody can type one.

use super::price::EntryPrice;
use super::vocabulary::{self, Synonyms};
use crate::accountants::places::{Place, Town};
use crate::web::text;

/// Tokens of one entry, each once, in the order they came.
#[derive(Debug, Default)]
pub struct Tokens {
    list: Vec<String>,
    seen: std::collections::HashSet<String>,
    words: usize,
}

/// The kinds of filters, as they stand in the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterMark {
    Specialism,
    Category,
    Language,
    Country,
    Mode,
    Accepting,
    /// A kind of credential with a badge, or `any`.
    Credential,
    /// Days within which there is a free time, or `any`.
    Free,
    /// Hours of the wall before UTC, as [`FilterMark::hours`] writes them.
    Zone,
    /// A state or nation, with its country.
    Region,
    /// What the price is in.
    Currency,
    /// A step of the price ladder, with its currency and, of one kind of service, its category.
    UpTo,
    /// What the price of one kind of service is in.
    KindCurrency,
}

impl FilterMark {
    fn prefix(self) -> &'static str {
        match self {
            Self::Specialism => "f_sp_",
            Self::Category => "f_ca_",
            Self::Language => "f_la_",
            Self::Country => "f_co_",
            Self::Mode => "f_mo_",
            Self::Accepting => "f_ac_",
            Self::Credential => "f_cr_",
            Self::Free => "f_fr_",
            Self::Zone => "f_zo_",
            Self::Region => "f_re_",
            Self::Currency => "f_cu_",
            Self::UpTo => "f_up_",
            Self::KindCurrency => "f_kc_",
        }
    }

    /// `f_sp_year_end`
    pub fn token(self, value: &str) -> String {
        let value: String = value
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        format!("{}{value}", self.prefix())
    }

    /// Whole hours that a zone is ahead of UTC, as a value; none is negative.
    pub fn hours(ahead: i64) -> String {
        (ahead + 24).to_string()
    }

    pub fn region(country: &str, code: &str) -> String {
        Self::Region.token(&format!("{country}_{code}"))
    }
}

/// The token of a cell of the grid of places: `_` and five figures of 36.
pub fn cell_token(cell: u32) -> String {
    let digit = |place: u32| char::from_digit(cell / 36_u32.pow(place) % 36, 36).unwrap_or('0');
    std::iter::once('_').chain((0..5).rev().map(digit)).collect()
}

/// Steps of the price ladder in major units. An entry carries each step at or above its price, so
/// a price ceiling needs one token and a check of the few rows between two steps.
const LADDER: [i64; 14] = [0, 10, 25, 50, 75, 100, 150, 200, 300, 500, 1000, 2500, 10_000, 100_000];

impl Tokens {
    /// Most words taken from one profile: a wall of text must not be found by everything.
    const MOST: usize = 600;

    /// Words as they stand, and for each, and for what several mean together, the token of their
    /// meaning.
    pub fn words(&mut self, text: &str) {
        let words = text::words(text);
        for (at, word) in words.iter().enumerate() {
            self.word(word.clone());
            if let Synonyms::Token(token) = vocabulary::kin(word)
                && !vocabulary::is_filler(word)
            {
                self.add(token);
            }
            let several = words.get(at..).unwrap_or_default();
            for (_, token) in vocabulary::phrases(several) {
                self.add(token);
            }
        }
    }

    /// Words of the name are found like all others, and once more as words of a name.
    pub fn name(&mut self, name: &str) {
        text::words(name).into_iter().for_each(|word| self.add(format!("n_{word}")));
        self.words(name);
    }

    /// A town is found by its words, by what the table calls it, and by the cells around it; free
    /// text by its words alone.
    pub fn place(&mut self, place: &str, read: Option<Place>) {
        let town = match read {
            Some(Place::Town(town)) => Some(town),
            _ => None,
        };
        let called = town.map_or("", Town::name);
        for word in text::words(place).into_iter().chain(text::words(called)) {
            self.add(format!("p_{word}"));
            if town.is_none() {
                self.add(format!("u_{word}"));
            }
            self.word(word);
        }
        let region = match read {
            Some(Place::Region(region)) => Some(region),
            _ => town.and_then(Town::region),
        };
        if let Some(region) = region {
            self.add(FilterMark::region(region.country, region.code));
        }
        let Some(town) = town else { return };
        town.cells_around().iter().for_each(|cell| self.add(cell_token(*cell)));
    }

    pub fn mark(&mut self, mark: FilterMark, value: &str) {
        self.add(mark.token(value));
    }

    /// The price of one kind of service, or of all, if it has one.
    pub fn price(&mut self, price: &EntryPrice) {
        let EntryPrice { category, currency, .. } = price;
        let Some(minor) = price.price_minor else { return };
        let (mark, what) = match category.is_empty() {
            true => (FilterMark::Currency, currency.clone()),
            false => (FilterMark::KindCurrency, format!("{category}_{currency}")),
        };
        self.mark(mark, &what);
        for step in LADDER.iter().filter(|step| minor <= **step * 100) {
            self.mark(FilterMark::UpTo, &format!("{what}_{step}"));
        }
    }

    /// The lowest step that holds everything up to this price, of one kind of service or of all.
    pub fn step(kind: Option<&str>, currency: &str, minor: i64) -> Option<String> {
        let step = LADDER.iter().find(|step| minor <= **step * 100)?;
        let what = kind.map_or(currency.to_owned(), |kind| format!("{kind}_{currency}"));
        Some(FilterMark::UpTo.token(&format!("{what}_{step}")))
    }

    fn word(&mut self, word: String) {
        if self.words < Self::MOST && !self.seen.contains(&word) {
            self.words += 1;
            self.add(word);
        }
    }

    fn add(&mut self, token: String) {
        if self.seen.insert(token.clone()) {
            self.list.push(token);
        }
    }

    /// The marks that the filters offer, separated by blanks, and one for everybody.
    pub fn options(&self) -> String {
        let offered =
            ["f_sp_", "f_ca_", "f_la_", "f_co_", "f_mo_", "f_ac_", "f_cr_", "f_fr_", "f_cu_"];
        let is_offered = |token: &&str| offered.iter().any(|prefix| token.starts_with(prefix));
        let marks = self.list.iter().map(String::as_str).filter(is_offered);
        std::iter::once(super::Options::ALL).chain(marks).collect::<Vec<_>>().join(" ")
    }

    pub fn text(&self) -> String {
        self.list.join(" ")
    }

    /// The words without the marks, for the dictionary.
    pub fn plain(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(String::as_str).filter(|token| is_plain(token))
    }
}

/// Whether a token is a word, and no mark.
pub fn is_plain(token: &str) -> bool {
    !token.contains('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_typed_word_can_be_a_mark() {
        for typed in ["f_sp_vat", "n_ben", "__", "F_MO_VIDEO"] {
            assert!(text::words(typed).iter().all(|word| !word.contains('_')));
        }
        assert_eq!(FilterMark::Specialism.token("year-end"), "f_sp_year_end");
    }

    #[test]
    fn a_price_ceiling_never_leaves_out_what_costs_less() {
        for minor in [0, 999, 1000, 8500, 15_000, 999_999] {
            let mut tokens = Tokens::default();
            tokens.price(&EntryPrice {
                user_id: crate::users::UserId(1),
                category: String::new(),
                currency: "GBP".to_owned(),
                price_minor: Some(minor),
                shown: String::new(),
            });
            for ceiling in [minor, minor + 1, minor * 2, minor * 10] {
                let step = Tokens::step(None, "GBP", ceiling).unwrap();
                assert!(tokens.list.contains(&step), "{minor} is not found up to {ceiling}");
            }
        }
    }
}
