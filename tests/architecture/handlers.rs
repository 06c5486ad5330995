//! Handlers translate between the web and the nouns: they name no tables, ask no clock, are short, and
//! are called as the address says.

use crate::house::{House, Violations, code};

/// Lines between the braces of a handler.
const LONGEST: usize = 25;
const VERBS: [&str; 7] = ["index", "new", "create", "show", "edit", "update", "destroy"];

/// Handlers that are named otherwise, and why.
const OTHERWISE: [(&str, &str); 3] = [
    ("probes::health", "`/healthz` and `/readyz` are spelt as machines ask for them"),
    ("probes::ready", "the same"),
    ("socket::connect", "a socket is no page; RFC 6455 calls it connecting"),
];

/// Words of addresses. A new one is a noun.
const WORDS: &str = "\
    .well-known acceptance account accountants admin answer appeal appeals billing blobs bookings \
    calendar calendars cancellation chain code complaint complaints components credentials \
    dashboard dates decision decisions decline dev devices earnings earnings.csv emergency \
    encryption enquiries epochs evidence export.json footing-code.json for-accountants healthz help \
    hours how-it-works invoice jobs keys link log login logout mail manifest.webmanifest messages \
    moderation new no-show notifications objection offers offline paid paid-directly papers parts \
    password payments payouts photo photos place places police practice privacy profile proposal \
    push quote ranking readyz recovery-codes refund refusal release removal reply report reports \
    reshares reset restoration review reviews robots.txt role safety security security.txt services \
    settings signup since sitemap.xml stamp state static statistics.csv stripe suspension sw.js \
    terms time token totp users vault version webhooks with withdrawal wraps write-off ws";
/// Verbs that others drive the site by.
const PROMISED: &str = "ack ask block check-mail clear complete forgot get_message like look pay \
                        read reauthenticate retry send_message settle unblock unsubscribe verify";

fn files(house: &House) -> impl Iterator<Item = (&str, String)> {
    let handlers = house.files("src", ".rs").filter(|(path, _)| path.contains("/handlers"));
    handlers.map(|(path, text)| (path, code(text)))
}

/// A handler names no diesel and no schema, and asks no clock.
pub fn name_no_tables_and_ask_no_clock(house: &House) -> Violations {
    let mut found = vec![];
    for (path, code) in files(house) {
        for way in ["diesel", "::schema", ".now()"] {
            if code.contains(way) {
                found.push(format!("{path} names {way}"));
            }
        }
    }
    found
}

/// A handler is short: load, parse, act, answer.
pub fn are_short(house: &House) -> Violations {
    let mut found = vec![];
    for (path, code) in files(house) {
        for part in code.split("\npub async fn ").skip(1) {
            let name = part.split('(').next().unwrap();
            let body = part.split("{\n").skip(1).collect::<Vec<_>>().join("{\n");
            let lines = body.split("\n}").next().unwrap().lines().count();
            if lines > LONGEST {
                found.push(format!("{name} in {path} has {lines} lines"));
            }
        }
    }
    found
}

/// The path and handler of each line of the table of addresses.
fn lines(table: &str) -> Vec<(&str, &str)> {
    let starts = table.match_indices("(\"/").map(|(at, _)| &table[at + 2..]);
    let with_verb = table.match_indices(", \"/").map(|(at, _)| &table[at + 3..]);
    starts
        .chain(with_verb)
        .filter_map(|line| {
            let (path, rest) = line.split_once('"')?;
            let handler = rest.split_once(')')?.0.rsplit(", ").next()?;
            handler.contains("::").then_some((path, handler.trim()))
        })
        .collect()
}

/// A handler is one of seven verbs, alone or with a noun, or the noun that its address ends with.
pub fn are_called_as_their_address_says(house: &House) -> Violations {
    let table = code(house.text("src/routes.rs"));
    let lines = lines(&table);
    assert!(lines.len() > 180, "only {} lines were found", lines.len());
    let mut found = vec![];
    for (path, handler) in lines {
        let name = handler.rsplit("::").next().unwrap();
        let is_verb =
            VERBS.iter().any(|verb| name == *verb || name.starts_with(&format!("{verb}_")));
        let last = path.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or("");
        let noun = last.split('.').next().unwrap().split("-{").next().unwrap().replace('-', "_");
        let is_known = OTHERWISE.iter().any(|(known, _)| handler.ends_with(known));
        if !is_verb && name != noun && !is_known {
            found.push(format!("{handler} at {path}"));
        }
    }
    found
}

/// Every word of an address is known; a new one is a noun.
pub fn addresses_are_nouns(house: &House) -> Violations {
    let table = code(house.text("src/routes.rs"));
    let known = |word: &str| WORDS.split(' ').chain(PROMISED.split(' ')).any(|one| one == word);
    let mut found = vec![];
    for (path, _) in lines(&table) {
        for word in path.split('/').filter(|word| !word.is_empty() && !word.contains('{')) {
            if !known(word) {
                found.push(format!("{word} in {path}"));
            }
        }
    }
    found
}
