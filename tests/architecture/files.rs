//! What belongs together is there together: migrations, templates, what was taken from others.

use std::collections::BTreeSet;

use crate::house::{House, Violations, code};

/// Migrations come in pairs with a way back.
pub fn migrations_come_in_pairs(house: &House) -> Violations {
    let all: BTreeSet<(&str, &str, &str)> = house
        .files("migrations", ".sql")
        .filter_map(|(path, _)| {
            let mut parts = path.split('/').skip(1);
            Some((parts.next()?, parts.next()?, parts.next()?))
        })
        .collect();
    let names: BTreeSet<&str> = all.iter().map(|(_, name, _)| *name).collect();
    let mut found = vec![];
    for name in names {
        for database in ["sqlite", "postgres"] {
            for direction in ["up.sql", "down.sql"] {
                if !all.contains(&(database, name, direction)) {
                    found.push(format!("migrations/{database}/{name}/{direction} is missing"));
                }
            }
        }
    }
    found
}

/// Every template is used, names its variables, and keeps the security policy.
pub fn templates_are_used_and_safe(house: &House) -> Violations {
    const FORBIDDEN: [&str; 6] = [" style=", "hx-on", "<script>", "|safe", "js:", "<style"];
    let everything: String = house
        .files("templates", "")
        .chain(house.files("src", ".rs"))
        .map(|(_, text)| text)
        .collect();
    let mut found = vec![];
    for (path, text) in house.files("templates", "") {
        let name = path.strip_prefix("templates/").unwrap();
        if !everything.contains(&format!("\"{name}\"")) {
            found.push(format!("{name} is not used"));
        }
        if !text.trim_start().starts_with("{#") {
            found.push(format!("{name} does not name its variables"));
        }
        for way in FORBIDDEN.iter().filter(|_| !name.starts_with("mail/")) {
            if text.contains(way) {
                found.push(format!("{name} has {way}"));
            }
        }
    }
    found
}

/// What others made is as it is listed.
#[test]
fn vendored_files_are_those_that_are_listed() {
    let list = std::fs::read_to_string("static/vendor/VENDOR.md").unwrap();
    for entry in std::fs::read_dir("static/vendor").unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("VENDOR.md") {
            continue;
        }
        let content = std::fs::read(&path).unwrap();
        let hash: String =
            footing::seal::sha256(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(list.contains(&hash), "{} is not as listed", path.display());
    }
}

/// Dates and times in words are made in `locale`.
pub fn words_of_time_have_a_home(house: &House) -> Violations {
    // forms for machines: a date, a month, an instant, a distance from UTC
    const MACHINE: [&str; 3] = ["\"%Y-%m", "\"%Y%m%dT", "\"%:z\""];
    let mut found = vec![];
    for (path, code) in house.sources().filter(|(path, _)| !path.starts_with("src/locale")) {
        for pattern in code.split("strftime(").skip(1) {
            if !MACHINE.iter().any(|known| pattern.starts_with(known)) {
                found.push(format!("{path} writes {pattern:.20} itself"));
            }
        }
    }
    found
}

/// Nothing that is shipped is unfinished.
pub fn nothing_is_unfinished(house: &House) -> Violations {
    const MARKS: [&str; 6] = ["todo!", "unimplemented!", "dbg!", "FIXME", "XXX", "coming soon"];
    let mut found = vec![];
    for (path, text) in house.files("src", ".rs").chain(house.files("templates", ".html")) {
        for mark in MARKS.iter().filter(|mark| text.contains(**mark)) {
            found.push(format!("{path} has {mark}"));
        }
    }
    found
}

/// Lints that are switched off say why.
pub fn exceptions_have_reasons(house: &House) -> Violations {
    let mut found = vec![];
    for (path, text) in house.files("src", ".rs").chain(house.files("tools", ".rs")) {
        let code = code(text);
        for way in ["#[allow(", "#![allow("] {
            for part in code.split(way).skip(1) {
                let lint = part.split(']').next().unwrap();
                if !lint.contains("reason") {
                    found.push(format!("{path} allows {lint}"));
                }
            }
        }
    }
    found
}
