//! Only the owner of a table writes it.

use crate::house::{House, RANKS, Violations};

/// Every way in which a row is made, changed or taken away.
const WRITES: [&str; 9] = [
    "insert_into(",
    "replace_into(",
    "update(",
    "delete(",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "copy_from(",
    "copy_in(",
];

/// A file that names another domain's tables holds no write in any spelling: so no variable can
/// carry one of them into a write. The demo and the benches make a world from nothing.
pub fn readers_of_others_write_nothing(house: &House) -> Violations {
    let mut found = vec![];
    for module in RANKS.split_whitespace().filter(|module| *module != "commands") {
        for (path, code) in house.module(module).filter(|(path, _)| !path.ends_with("schema.rs")) {
            let others: Vec<&str> = schemas(&code).filter(|owner| *owner != module).collect();
            let write = WRITES.iter().find(|write| writes(&code, write));
            if let (Some(owner), Some(write)) = (others.first(), write) {
                found.push(format!("{path} names tables of {owner} and holds {write:?}"));
            }
        }
    }
    found
}

/// Raw SQL names its tables itself: it writes only those of its own domain.
pub fn raw_sql_writes_its_own(house: &House) -> Violations {
    let owners: Vec<(String, &str)> = RANKS
        .split_whitespace()
        .flat_map(|module| {
            let tables = house.module(module).flat_map(|(_, code)| tables(&code));
            tables.map(move |table| (table, module)).collect::<Vec<_>>()
        })
        .collect();
    let mut found = vec![];
    for module in RANKS.split_whitespace().filter(|module| *module != "commands") {
        for (path, code) in house.module(module) {
            for (table, owner) in owners.iter().filter(|(_, owner)| *owner != module) {
                for verb in ["INSERT INTO", "UPDATE", "DELETE FROM"] {
                    if code.contains(&format!("{verb} {table} ")) {
                        found.push(format!("{path} writes {table}, which belongs to {owner}"));
                    }
                }
            }
        }
    }
    found
}

/// The modules whose schema some code names.
fn schemas(code: &str) -> impl Iterator<Item = &str> {
    let parts: Vec<&str> = code.split("::schema").collect();
    let before = parts[..parts.len() - 1].to_vec();
    before.into_iter().filter_map(|part| {
        let name = part.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        Some(name).filter(|name| !["super", "self", "crate", ""].contains(name))
    })
}

/// Whether a spelling stands there as a word of its own.
fn writes(code: &str, spelling: &str) -> bool {
    code.match_indices(spelling).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        // `for_update(` locks, a method `.delete(` is somebody's verb
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
            && !code[..at].ends_with("fn ")
            && !code[..at].ends_with("FOR ")
            && !code[..at].ends_with("DO ")
    })
}

fn tables(code: &str) -> Vec<String> {
    let named = code.split("diesel::table! {").skip(1);
    named.map(|table| table.split('(').next().unwrap().trim().to_owned()).collect()
}
