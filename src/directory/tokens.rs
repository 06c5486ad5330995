//! The words an entry is found by. Typed words hold letters and digits only; marks hold an
//! underscore, so nobody can type one.

use crate::web::text;

/// Tokens of one entry, each once, in the order they came.
#[derive(Debug, Default)]
pub struct Tokens {
    list: Vec<String>,
    seen: std::collections::HashSet<String>,
}

/// The kinds of filters, as they stand in the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Specialism,
    Category,
    Language,
    Country,
    Mode,
    Accepting,
    /// Days within which there is a free time.
    Free,
    /// A step of the price ladder, with its currency.
    UpTo,
}

impl Mark {
    fn prefix(self) -> &'static str {
        match self {
            Self::Specialism => "f_sp_",
            Self::Category => "f_ca_",
            Self::Language => "f_la_",
            Self::Country => "f_co_",
            Self::Mode => "f_mo_",
            Self::Accepting => "f_ac_",
            Self::Free => "f_fr_",
            Self::UpTo => "f_up_",
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
}

/// Steps of the price ladder in major units. An entry carries each step at or above its price, so
/// a price ceiling needs one token and a check of the few rows between two steps.
const LADDER: [i64; 14] = [0, 10, 25, 50, 75, 100, 150, 200, 300, 500, 1000, 2500, 10_000, 100_000];

impl Tokens {
    /// Most words taken from one profile: a wall of text must not be found by everything.
    const MOST: usize = 600;

    pub fn words(&mut self, text: &str) {
        for word in text::words(text) {
            self.add(word);
        }
    }

    /// Words of the name are found like all others, and once more as words of a name.
    pub fn name(&mut self, name: &str) {
        for word in text::words(name) {
            self.add(format!("n_{word}"));
            self.add(word);
        }
    }

    pub fn place(&mut self, place: &str) {
        for word in text::words(place) {
            self.add(format!("p_{word}"));
            self.add(word);
        }
    }

    pub fn mark(&mut self, mark: Mark, value: &str) {
        self.add(mark.token(value));
    }

    pub fn price(&mut self, currency: &str, minor: i64) {
        for step in LADDER.iter().filter(|step| minor <= **step * 100) {
            self.mark(Mark::UpTo, &format!("{currency}_{step}"));
        }
    }

    /// The lowest step that holds everything up to this price.
    pub fn step(currency: &str, minor: i64) -> Option<String> {
        let step = LADDER.iter().find(|step| minor <= **step * 100)?;
        Some(Mark::UpTo.token(&format!("{currency}_{step}")))
    }

    fn add(&mut self, token: String) {
        if self.list.len() < Self::MOST && self.seen.insert(token.clone()) {
            self.list.push(token);
        }
    }

    pub fn text(&self) -> String {
        self.list.join(" ")
    }

    /// The words without the marks, for the dictionary.
    pub fn plain(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(String::as_str).filter(|token| !token.contains('_'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_typed_word_can_be_a_mark() {
        for typed in ["f_sp_vat", "n_ben", "__", "F_MO_VIDEO"] {
            assert!(text::words(typed).iter().all(|word| !word.contains('_')));
        }
        assert_eq!(Mark::Specialism.token("year-end"), "f_sp_year_end");
    }

    #[test]
    fn a_price_ceiling_never_leaves_out_what_costs_less() {
        for minor in [0, 999, 1000, 8500, 15_000, 999_999] {
            let mut tokens = Tokens::default();
            tokens.price("GBP", minor);
            for ceiling in [minor, minor + 1, minor * 2, minor * 10] {
                let step = Tokens::step("GBP", ceiling).unwrap();
                assert!(tokens.list.contains(&step), "{minor} is not found up to {ceiling}");
            }
        }
    }
}
