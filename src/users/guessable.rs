//! How many things somebody must guess to guess a password.
//!
//! A word that everybody tries, a run (`abcd`, `4321`, `aaaa`), a walk over the keyboard (`1qaz`), a name
//! of the person or the site, and what stood before in the same password: each is one thing, however
//! long. So is any other character. Digits that stand for letters are read as these, too.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Passwords of 8 and more characters that are tried first, folded.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../static/data/common-passwords.txt").lines().collect());

/// A password of fewer things is guessed.
const LEAST: usize = 8;
/// The same for those of at most [`SHORT`] characters, which only a second step allows.
const LEAST_SHORT: usize = 5;
const SHORT: usize = 14;

/// Shortest run, walk, name and repetition that count as one thing.
const RUN: usize = 3;
const WALK: usize = 4;
const NAME: usize = 3;
const REPEAT: usize = 3;
/// Longest and shortest word of the list that is looked for inside a password.
const WORDS: std::ops::RangeInclusive<usize> = 8..=14;

/// Rows of the keyboards most in use; keys touch those beside, above and below.
const KEYBOARDS: [[&str; 4]; 3] = [
    ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
    ["1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"],
    ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"],
];

/// Whether somebody who knows these names would try this password early.
pub(super) fn is_guessable(password: &str, names: &[&str]) -> bool {
    let folded = password.to_lowercase();
    if COMMON.contains(folded.as_str()) {
        return true;
    }
    let names: Vec<Vec<char>> = names.iter().flat_map(|name| words_of(name)).collect();
    let least = if folded.chars().count() > SHORT { LEAST } else { LEAST_SHORT };
    [folded.clone(), as_letters(&folded)].iter().any(|text| {
        let letters: Vec<char> = text.chars().collect();
        things(&letters, &names) < least
    })
}

/// The words of a name, and all of them as one.
fn words_of(name: &str) -> Vec<Vec<char>> {
    let letters = |text: &str| -> Vec<char> {
        text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let mut words: Vec<Vec<char>> =
        name.split(|c: char| !c.is_alphanumeric()).map(letters).collect();
    words.push(letters(name));
    words.retain(|word| word.len() >= NAME);
    words
}

/// `p4ssw0rd` as it is meant.
fn as_letters(folded: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    folded.chars().map(letter).collect()
}

fn things(letters: &[char], names: &[Vec<char>]) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(rest) = letters.get(at..).filter(|rest| !rest.is_empty()) {
        let before = letters.get(..at).unwrap_or_default();
        let longest =
            [run(rest), walk(rest), named(rest, names), repeated(rest, before), listed(rest)];
        at += longest.into_iter().max().unwrap_or(0).max(1);
        count += 1;
    }
    count
}

/// How long the letters go on in equal steps of at most one.
fn run(rest: &[char]) -> usize {
    let step = |pair: &[char]| match pair {
        [a, b] => i64::from(u32::from(*b)) - i64::from(u32::from(*a)),
        _ => i64::MAX,
    };
    let mut steps = rest.windows(2).map(step);
    let Some(first) = steps.next().filter(|step| step.abs() <= 1) else { return 0 };
    let length = 2 + steps.take_while(|step| *step == first).count();
    if length >= RUN { length } else { 0 }
}

fn walk(rest: &[char]) -> usize {
    let on = |keyboard: &[&str; 4]| {
        let touching = |pair: &&[char]| match pair {
            [a, b] => is_beside(keyboard, *a, *b),
            _ => false,
        };
        1 + rest.windows(2).take_while(touching).count()
    };
    let length = KEYBOARDS.iter().map(on).max().unwrap_or(0);
    if length >= WALK { length } else { 0 }
}

fn is_beside(keyboard: &[&str; 4], one: char, other: char) -> bool {
    let place = |key: char| {
        let rows = keyboard.iter().enumerate();
        rows.filter_map(|(row, keys)| {
            keys.chars().position(|known| known == key).map(|at| (row, at))
        })
        .next()
    };
    match (place(one), place(other)) {
        (Some(a), Some(b)) => a != b && a.0.abs_diff(b.0) <= 1 && a.1.abs_diff(b.1) <= 1,
        _ => false,
    }
}

fn named(rest: &[char], names: &[Vec<char>]) -> usize {
    names.iter().filter(|name| rest.starts_with(name)).map(Vec::len).max().unwrap_or(0)
}

/// How much of what follows stood in the password before.
fn repeated(rest: &[char], before: &[char]) -> usize {
    let from = |start: usize| {
        let earlier = before.get(start..).unwrap_or_default();
        earlier.iter().zip(rest).take_while(|(a, b)| a == b).count()
    };
    let length = (0..before.len()).map(from).max().unwrap_or(0);
    if length >= REPEAT { length } else { 0 }
}

/// The longest word of the list that stands here.
fn listed(rest: &[char]) -> usize {
    let is_word = |length: &usize| {
        let word: Option<String> = rest.get(..*length).map(|word| word.iter().collect());
        word.is_some_and(|word| COMMON.contains(word.as_str()))
    };
    WORDS.rev().find(is_word).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["amelie.jones", "Amélie Northgate", "footing", "example.com"];

    #[test]
    fn the_list_holds_enough_of_either_length() {
        let of = |lengths: std::ops::RangeInclusive<usize>| {
            COMMON.iter().filter(|word| lengths.contains(&word.chars().count())).count()
        };
        assert!(of(15..=256) >= 3000, "{}", of(15..=256));
        assert!(of(8..=14) >= 3000, "{}", of(8..=14));
    }

    #[test]
    fn what_is_tried_first_is_guessable() {
        for text in [
            "passwordpassword",
            "Password12345678",
            "p4ssw0rdp4ssw0rd",
            "abcabcabcabcabcabc",
            "abcdefghijklmnopqrstuvwxyz",
            "zyxwvutsrqponmlkj",
            "aaaaaaaaaaaaaaaa",
            "1234567890123456",
            "qwertyuiopasdfghjkl",
            "1qaz2wsx3edc4rfv",
            "azertyuiopqsdfgh",
            "footing footing footing",
            "Footing2026Footing!",
            "amelie.amelie.amelie",
            "AmélieNorthgate1",
            "northgate-amelie-northgate",
            "jonesamelie2026",
            "example.example1",
        ] {
            assert!(is_guessable(text, &NAMES), "{text} was accepted");
        }
    }

    #[test]
    fn a_sentence_is_not_guessable_though_it_holds_a_name_or_a_run() {
        for text in [
            "four unrelated words",
            "northgate owls eat thirty prunes",
            "abc of seven blue whales",
            "footing is where my ledger sleeps",
            "k3#Vq9!wTz",
            "eight-ch",
        ] {
            assert!(!is_guessable(text, &NAMES), "{text} was refused");
        }
    }
}
