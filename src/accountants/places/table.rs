//! The table of towns, read where it stands: nothing of it is parsed at the start.
//!
//! `tools/places.py` makes it. After `FPL1` and the lengths of seven parts, all little-endian:
//! towns of 12 bytes, the most populous first (where the name is, latitude × 360, longitude × 180,
//! zone, country, region); names, each after its length; zones, countries and regions in rows of one
//! size; then folded names in order, sixteen to a block, each without what it shares with the one
//! before it and followed by its towns, and where each block begins.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

static BYTES: &[u8] = include_bytes!("../../../static/data/places.bin");

static PARTS: LazyLock<[&'static [u8]; 7]> = LazyLock::new(|| {
    let mut at = 32;
    std::array::from_fn(|part| {
        let length = number(BYTES, 4 + part * 4, 4);
        let found = BYTES.get(at..at + length).unwrap_or_default();
        at += length;
        found
    })
});

fn part(number: usize) -> &'static [u8] {
    PARTS.get(number).copied().unwrap_or_default()
}

/// A number of up to four bytes; 0 past the end.
fn number(bytes: &[u8], at: usize, size: usize) -> usize {
    let found = bytes.get(at..at + size).unwrap_or_default();
    found.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

fn text(bytes: &'static [u8], at: usize, length: usize) -> &'static str {
    let found = bytes.get(at..at + length).unwrap_or_default();
    std::str::from_utf8(found).unwrap_or_default().trim_end_matches('\0')
}

const TOWN: usize = 12;
const ZONE: usize = 34;
const COUNTRY: usize = 8;
const REGION: usize = 5;

pub fn towns() -> usize {
    part(0).len() / TOWN
}

pub fn name(town: usize) -> &'static str {
    let at = number(part(0), town * TOWN, 4);
    text(part(1), at + 1, number(part(1), at, 1))
}

/// Latitude × 360 and longitude × 180: in steps of 300 and, at the equator, 600 metres.
pub fn position(town: usize) -> (i16, i16) {
    let at = |place: usize| {
        let found = part(0).get(town * TOWN + place..town * TOWN + place + 2);
        found.and_then(|two| two.try_into().ok()).map_or(0, i16::from_le_bytes)
    };
    (at(4), at(6))
}

pub fn country(town: usize) -> &'static str {
    text(part(3), number(part(0), town * TOWN + 10, 1) * COUNTRY, 2)
}

/// Country and code of the region, where regions are told apart.
pub fn region(town: usize) -> Option<(&'static str, &'static str)> {
    let row = number(part(0), town * TOWN + 11, 1).checked_sub(1)? * REGION;
    Some((text(part(4), row, 2), text(part(4), row + 2, 3)))
}

/// Codes of a country of two and three letters, and of its currency.
pub fn countries() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let rows = (0..part(3).len() / COUNTRY).map(|row| row * COUNTRY);
    rows.map(|at| (text(part(3), at, 2), text(part(3), at + 2, 3), text(part(3), at + 5, 3)))
}

/// The country of a zone's most populous town; zones stand in order.
pub fn country_of_zone(zone: &str) -> Option<&'static str> {
    let named = |row: usize| text(part(2), row * ZONE + 2, number(part(2), row * ZONE + 1, 1));
    let (mut low, mut high) = (0, part(2).len() / ZONE);
    while low < high {
        let middle = usize::midpoint(low, high);
        match named(middle).cmp(zone) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => {
                return Some(text(part(3), number(part(2), middle * ZONE, 1) * COUNTRY, 2));
            }
        }
    }
    None
}

/// A name as it is looked up: without case, accents and whatever is no letter or figure.
pub fn fold(name: &str) -> String {
    let plain = name.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c));
    let mut folded = String::new();
    for c in plain {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ħ' => folded.push('h'),
            'ŧ' => folded.push('t'),
            'ŋ' => folded.push('n'),
            'ə' => folded.push('e'),
            'ĸ' => folded.push('k'),
            other => folded.push(other),
        }
    }
    folded.nfc().filter(|c| c.is_alphanumeric()).collect()
}

/// Keys in order from the block that may hold `from`, each with its towns, while `go_on` says so.
fn walk(from: &str, mut go_on: impl FnMut(&[u8], &mut dyn Iterator<Item = usize>) -> bool) {
    let (index, blocks) = (part(5), part(6));
    // the last block whose first key is not greater
    let (mut low, mut high) = (0, index.len() / 4);
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        let at = number(index, middle * 4, 4);
        let first = blocks.get(at + 2..at + 2 + number(blocks, at + 1, 1)).unwrap_or_default();
        if first <= from.as_bytes() { low = middle } else { high = middle }
    }
    let (mut at, mut key) = (number(index, low * 4, 4), vec![]);
    while at < blocks.len() {
        let (shared, length) = (number(blocks, at, 1), number(blocks, at + 1, 1));
        key.truncate(shared);
        key.extend(blocks.get(at + 2..at + 2 + length).unwrap_or_default());
        at += 2 + length;
        let count = number(blocks, at, 1);
        let mut found = (0..count).map(|town| number(blocks, at + 1 + town * 2, 2));
        if !go_on(&key, &mut found) {
            return;
        }
        at += 1 + count * 2;
    }
}

/// Towns of this folded name, the most populous first.
pub fn named(folded: &str) -> Vec<usize> {
    let mut found = vec![];
    walk(folded, |key, towns| {
        if key == folded.as_bytes() {
            found.extend(towns);
        }
        key < folded.as_bytes()
    });
    found
}

/// Towns with a name that begins so, the most populous first.
pub fn begun(folded: &str) -> Vec<usize> {
    let mut found = vec![];
    walk(folded, |key, towns| {
        let is_begun = key.starts_with(folded.as_bytes());
        if is_begun {
            found.extend(towns);
        }
        is_begun || key < folded.as_bytes()
    });
    found.sort_unstable();
    found.dedup();
    found
}
