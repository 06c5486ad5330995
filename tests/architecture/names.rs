//! One word names one thing, and its form says what it does.

use std::collections::HashMap;

use crate::house::{House, Violations, code};

/// The name of each type that stands at the edge of a file, without those in macros.
fn types(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| {
        let line = line.strip_prefix("pub").unwrap_or(line);
        let line = if line.starts_with('(') { line.split_once(')')?.1 } else { line };
        let (kind, rest) = line.trim_start().split_once(' ')?;
        let is_type = ["struct", "enum", "type", "trait"].contains(&kind);
        rest.split(|c: char| !c.is_alphanumeric()).next().filter(|_| is_type)
    })
}

/// No two types of the crate share a name.
pub fn one_word_names_one_type(house: &House) -> Violations {
    let mut homes: HashMap<String, &str> = HashMap::new();
    let mut found = vec![];
    for (path, code) in house.sources() {
        // the framework's word, which each extractor fills anew
        let is_web = path.ends_with("web/form.rs");
        for name in types(&code).filter(|name| !(is_web && *name == "Path")) {
            if let Some(before) = homes.insert(name.to_owned(), path) {
                found.push(format!("{name} stands in {before} and {path}"));
            }
        }
    }
    assert!(homes.len() > 500, "only {} types were found", homes.len());
    found
}

/// No type is called by a pronoun, a preposition or a question.
pub fn types_are_nouns(house: &House) -> Violations {
    const NONE: [&str; 28] = [
        "From", "To", "At", "For", "By", "With", "In", "Of", "On", "What", "Who", "Which", "Where",
        "When", "How", "Both", "Each", "All", "Some", "None", "Nothing", "Other", "This", "That",
        "It", "Them", "Said", "Told",
    ];
    // `By` is a party of a booking in its table; `All` is nowhere
    let mut found = vec![];
    for (path, code) in house.sources() {
        for name in types(&code).filter(|name| NONE.contains(name)) {
            found.push(format!("{name} in {path} is no noun"));
        }
    }
    found
}

/// `is_`, `has_`, `may_` and `can_` answer yes or no and change nothing.
pub fn questions_change_nothing(house: &House) -> Violations {
    const WRITES: [&str; 6] =
        ["insert_into(", "update(", "delete(", ".execute(", "enqueue(", "&mut self"];
    let (mut asked, mut found) = (0, vec![]);
    for (path, text) in house.files("src", ".rs").chain(house.files("tools", ".rs")) {
        for part in code(text).split("fn ").skip(1) {
            let name = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            if !["is_", "has_", "may_", "can_"].iter().any(|start| name.starts_with(start)) {
                continue;
            }
            asked += 1;
            let (head, rest) = part.split_once('{').unwrap_or((part, ""));
            let answer = head.rsplit_once("->").map_or("", |(_, answer)| answer.trim());
            if !answer.starts_with("bool") && !answer.starts_with("Result<bool") {
                found.push(format!("{name} in {path} answers {answer:?}"));
            }
            let body = rest.split("\n    }\n").next().unwrap().split("\n}\n").next().unwrap();
            if let Some(write) =
                WRITES.iter().find(|write| body.contains(**write) || head.contains(**write))
            {
                found.push(format!("{name} in {path} writes: {write}"));
            }
        }
    }
    assert!(asked > 100, "only {asked} were found");
    found
}

/// Nothing steers by a result inside a result: a small enum says its cases.
pub fn cases_have_names(house: &House) -> Violations {
    let nested = ["Result<Result<", "Result<Option<Result<", "Result<std::result::Result<"];
    let mut found = vec![];
    for (path, code) in house.sources() {
        let code: String = code.split_whitespace().collect();
        for way in nested.iter().filter(|way| code.contains(**way)) {
            found.push(format!("{path} answers {way}…"));
        }
    }
    found
}
