//! The signs within figures.

/// What groups digits and what divides whole from part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberSigns {
    pub group: char,
    pub decimal: char,
    /// Digits from which on they are grouped at all.
    pub grouped_from: usize,
    /// Beyond the last three by twos, as in India: 12,34,567.
    pub has_lakhs: bool,
}

impl NumberSigns {
    pub const fn new(group: char, decimal: char) -> Self {
        Self { group, decimal, grouped_from: 4, has_lakhs: false }
    }

    /// Whether a figure in the neutral form is right as it is.
    pub fn is_neutral(self) -> bool {
        self == Self::new(',', '.')
    }

    /// The first figure of a text in the neutral form, in this one; the rest as it is.
    pub fn rewrite(self, neutral: &str) -> String {
        let is_part = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
        let begin = neutral.find(|c: char| c.is_ascii_digit()).unwrap_or(neutral.len());
        let (before, rest) = neutral.split_at(begin);
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        // what ends a sentence is no part of its figure
        let figure = rest.split_at(end).0.trim_end_matches([',', '.']);
        let after = rest.split_at(figure.len()).1;
        format!("{before}{}{after}", self.plain(&figure.replace(',', "")))
    }

    /// Digits, perhaps with a point among them: `1234.50` becomes `1.234,50`.
    pub fn plain(self, figure: &str) -> String {
        match figure.split_once('.') {
            Some((whole, part)) => format!("{}{}{part}", self.grouped(whole), self.decimal),
            None => self.grouped(figure),
        }
    }

    /// Digits with the signs between them.
    pub fn grouped(self, digits: &str) -> String {
        let mut text = String::with_capacity(digits.len() * 2);
        for (at, digit) in digits.chars().enumerate() {
            let left = digits.len() - at;
            let begins_group = match self.has_lakhs && left > 3 {
                true => (left - 3).is_multiple_of(2),
                false => left.is_multiple_of(3),
            };
            if at > 0 && begins_group && digits.len() >= self.grouped_from {
                text.push(self.group);
            }
            text.push(digit);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_figure_of_a_text_gets_other_signs_and_the_rest_stays() {
        let points = NumberSigns::new('.', ',');
        for (neutral, text) in [
            ("£1,234.50", "£1.234,50"),
            ("\u{2212}kr\u{a0}1,234,567.05", "\u{2212}kr\u{a0}1.234.567,05"),
            ("€85", "€85"),
            ("2.5 %", "2,5 %"),
            ("Up to £1,200.", "Up to £1.200."),
            ("1,000+", "1.000+"),
            ("Free", "Free"),
            ("", ""),
        ] {
            assert_eq!(points.rewrite(neutral), text);
        }
    }

    #[test]
    fn digits_are_grouped_as_each_place_does() {
        let english = NumberSigns::new(',', '.');
        let lakhs = NumberSigns { has_lakhs: true, ..english };
        let sparing = NumberSigns { grouped_from: 5, ..english };
        for (digits, usual, indian, spared) in [
            ("0", "0", "0", "0"),
            ("123", "123", "123", "123"),
            ("1234", "1,234", "1,234", "1234"),
            ("12345", "12,345", "12,345", "12,345"),
            ("123456", "123,456", "1,23,456", "123,456"),
            ("12345678", "12,345,678", "1,23,45,678", "12,345,678"),
        ] {
            assert_eq!(english.grouped(digits), usual);
            assert_eq!(lakhs.grouped(digits), indian);
            assert_eq!(sparing.grouped(digits), spared);
        }
    }
}
