//! Text as people type it, before it is kept: one normal form, nothing that hides or reorders.

mod visible;

use unicode_normalization::UnicodeNormalization;
use visible::{has_letter, only_visible};

/// Characters that change the direction of what follows: they make "gpj.exe" of "exe.jpg".
const BIDI: [char; 12] = [
    '\u{061c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// One line: NFC, trimmed, inner space runs to one, nothing that cannot be seen.
pub fn as_line(text: &str) -> String {
    let clean: String = only_visible(&normal(text)).nfc().collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Several lines: NFC, trimmed; newlines stay and CRLF becomes LF.
pub fn as_lines(text: &str) -> String {
    normal(&text.replace("\r\n", "\n")).trim().to_owned()
}

/// A line between `least` and `most` characters, for what is named only when it is asked; the fields
/// of a form say the same with [`checks`](super::checks). The message begins with `what`.
pub fn line(what: &str, text: &str, least: usize, most: usize) -> Result<String, String> {
    fit_line(text, least, most).map_err(|words| format!("{what}: {words}"))
}

/// The same of a name: a line with a letter that can be seen.
pub fn name(what: &str, text: &str, least: usize, most: usize) -> Result<String, String> {
    fit_name(text, least, most).map_err(|words| format!("{what}: {words}"))
}

/// The same of several lines.
pub fn lines(what: &str, text: &str, least: usize, most: usize) -> Result<String, String> {
    fit_lines(text, least, most).map_err(|words| format!("{what}: {words}"))
}

pub(super) fn fit_line(text: &str, least: usize, most: usize) -> Result<String, String> {
    plain(text).and_then(|()| measured(as_line(text), least, most))
}

pub(super) fn fit_name(text: &str, least: usize, most: usize) -> Result<String, String> {
    let clean = fit_line(text, least, most)?;
    match clean.is_empty() || has_letter(&clean) {
        true => Ok(clean),
        false => Err("use letters that can be read.".to_owned()),
    }
}

pub(super) fn fit_lines(text: &str, least: usize, most: usize) -> Result<String, String> {
    plain(&text.replace("\r\n", "\n")).and_then(|()| measured(as_lines(text), least, most))
}

fn is_control(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

fn normal(text: &str) -> String {
    let kept = text.nfc().filter(|c| !BIDI.contains(c) && !is_control(*c));
    kept.map(|c| if c == '\t' { ' ' } else { c }).collect()
}

fn plain(text: &str) -> Result<(), String> {
    match text.contains(is_control) {
        true => Err("take out the control characters.".to_owned()),
        false => Ok(()),
    }
}

fn measured(text: String, least: usize, most: usize) -> Result<String, String> {
    let length = text.chars().count();
    if (least..=most).contains(&length) {
        Ok(text)
    } else if length > most {
        Err(format!("use at most {} characters; this has {}.", grouped(most), grouped(length)))
    } else {
        Err(format!("use {least} to {} characters.", grouped(most)))
    }
}

/// A count with its thousands set apart: "1,204".
pub fn grouped(number: usize) -> String {
    if number < 1000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1000), number % 1000)
    }
}

/// A whole number of up to four digits, written with nothing else.
pub fn whole(text: &str) -> Option<i32> {
    let text = text.trim();
    let is_plain = text.len() <= 4 && text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

/// Lower case without accents, split at everything that is neither letter nor digit. Both what is
/// searched and what is searched for go through it, before either database sees them.
pub fn words(text: &str) -> Vec<String> {
    let folded = deunicode::deunicode(&text.nfkc().collect::<String>()).to_lowercase();
    folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(32).collect())
        .collect()
}

/// The shape of a list in words: "video, phone or in person".
pub fn listed(words: &[&str], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_in_one_normal_form_without_what_hides_or_reorders() {
        assert_eq!(line("Name", "  Ame\u{301}lie\u{202e}  B ", 2, 80).unwrap(), "Amélie B");
        assert_eq!(lines("About", "one\r\ntwo\r\n", 2, 80).unwrap(), "one\ntwo");
        assert!(line("Name", "a\u{0}b", 2, 80).is_err());
        assert!(lines("About", "a\u{1b}[31mb", 2, 80).is_err());
    }

    #[test]
    fn a_line_has_nothing_that_cannot_be_seen_and_a_name_has_a_letter() {
        assert_eq!(name("Name", "Foo\u{200b}ting Support", 2, 80).unwrap(), "Footing Support");
        for typed in
            ["\u{200b}\u{200b}", "\u{3164}\u{3164}", "\u{2800}\u{2800}", "\u{200c}\u{200d}"]
        {
            assert!(name("Name", typed, 2, 80).is_err(), "{typed:?}");
        }
        assert!(name("Name", "42", 2, 80).is_err());
        assert!(name("Name", "A\u{2060}\u{2060}\u{2060}", 2, 80).is_err(), "one letter");
        assert_eq!(line("Title", "1040", 2, 80).unwrap(), "1040");
        assert_eq!(name("Label", "", 0, 80).unwrap(), "");
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        assert!(line("Name", &"é".repeat(80), 2, 80).is_ok());
        assert!(line("Name", &"é".repeat(81), 2, 80).is_err());
        assert!(line("Name", "\u{200f}a", 2, 80).is_err());
    }

    #[test]
    fn accents_case_and_marks_make_no_difference_to_a_search() {
        assert_eq!(words("Łódź, O’Brien & Söhne"), ["lodz", "o", "brien", "sohne"]);
        assert_eq!(words("  "), Vec::<String>::new());
    }
}
