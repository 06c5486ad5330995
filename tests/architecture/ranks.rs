//! Who may import whom, and what each file says of itself.

use crate::house::{DOMAINS, GROUND, House, RANKS, Violations};

/// The first name of every `crate::` path: `crate::{db::{Conn, Db}, users}` names db and users.
fn imports(code: &str) -> Vec<&str> {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut names = vec![];
    for path in code.split("crate::").skip(1) {
        let (mut depth, mut first) = (0, true);
        for (at, c) in path.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => first = true,
                _ if first && part_of_name(c) => {
                    names.extend(path[at..].split(|c| !part_of_name(c)).next());
                    first = false;
                }
                _ => {}
            }
            if depth == 0 && !part_of_name(c) {
                break;
            }
        }
    }
    names
}

/// A module imports only lower modules.
pub fn imports_lead_down(house: &House) -> Violations {
    let ranks: Vec<&str> = RANKS.split_whitespace().collect();
    let ground: Vec<&str> = GROUND.split_whitespace().collect();
    let mut found = vec![];
    for (rank, module) in ranks.iter().enumerate() {
        for (path, code) in house.module(module) {
            for way in ["crate::*", "crate as", "super::super"] {
                if code.contains(way) {
                    found.push(format!("{path} hides what it imports: {way}"));
                }
            }
            for name in imports(&code) {
                if !ranks[..=rank].contains(&name) && !ground.contains(&name) {
                    found.push(format!("{path} must not import {name}"));
                }
            }
        }
    }
    found
}

/// Every module has its rank, and every file begins with what it is.
pub fn modules_say_what_they_are(house: &House) -> Violations {
    let ranks: Vec<&str> = RANKS.split_whitespace().collect();
    let modules = house.text("src/lib.rs").lines().filter_map(|line| line.strip_prefix("pub mod "));
    let unranked = modules
        .map(|line| line.trim_end_matches(';'))
        .filter(|module| !ranks.contains(module))
        .map(|module| format!("{module} has no rank"));
    let silent = house
        .files("src", ".rs")
        .chain(house.files("tools", ".rs"))
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| format!("{path} does not say what it is"));
    unranked.chain(silent).collect()
}

/// Only handlers name the web framework, and only pages the templates.
pub fn frameworks_have_homes(house: &House) -> Violations {
    const MAY_RENDER: [&str; 4] = ["pages", "markdown", "json_ld", "machines"];
    let mut found = vec![];
    for domain in DOMAINS.split_whitespace() {
        for (path, code) in house.module(domain) {
            if !path.contains("handlers") && code.contains("actix") {
                found.push(format!("{path} names actix"));
            }
            if !MAY_RENDER.iter().any(|part| path.contains(part)) && code.contains("askama") {
                found.push(format!("{path} names askama"));
            }
        }
    }
    found
}
