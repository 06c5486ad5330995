//! Keeps the house as CONTRIBUTING.md describes it: ranks, roles of files, caps, pairs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

/// From the lowest to the highest. A module names itself and what stands before it.
const RANKS: &str = "config clock locale money error seal db web live blobs jobs mail calendar_file audit \
                     users notifications decisions accountants listings availability messaging bookings payments reviews directory moderation admin site work routes commands";
/// The platform's lowest modules know each other: settings make the clock, errors are everywhere.
const GROUND: &str = "config clock locale money error seal db on_either typed_id word_enum";
const DOMAINS: &str = "users notifications decisions accountants listings availability messaging bookings payments reviews directory moderation admin";

fn files(folder: impl AsRef<Path>, end: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("vendor") && !path.ends_with("node_modules") {
                found.extend(files(&path, end));
            }
        } else if path.to_str().unwrap().ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file's code without comments and without its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

fn sources_of(module: &str) -> Vec<(PathBuf, String)> {
    let mut paths = files(format!("src/{module}"), ".rs");
    paths.extend(
        [PathBuf::from(format!("src/{module}.rs"))].into_iter().filter(|path| path.exists()),
    );
    paths.into_iter().map(|path| (path.clone(), code(&path))).collect()
}

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

#[test]
fn a_module_imports_only_lower_modules() {
    let ranks: Vec<&str> = RANKS.split_whitespace().collect();
    let ground: Vec<&str> = GROUND.split_whitespace().collect();
    for (rank, module) in ranks.iter().enumerate() {
        for (file, code) in sources_of(module) {
            let hidden =
                ["crate::*", "crate as", "super::super"].iter().any(|way| code.contains(way));
            let upward = imports(&code)
                .into_iter()
                .find(|name| !ranks[..=rank].contains(name) && !ground.contains(name));
            assert!(!hidden && upward.is_none(), "{} must not import {upward:?}", file.display());
        }
    }
}

#[test]
fn every_module_has_its_rank_and_begins_with_what_it_is() {
    let lib = std::fs::read_to_string("src/lib.rs").unwrap();
    let ranks: Vec<&str> = RANKS.split_whitespace().collect();
    for line in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        assert!(ranks.contains(&line.trim_end_matches(';')), "{line} has no rank");
    }
    for path in files("src", ".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not say what it is", path.display());
    }
}

#[test]
fn only_the_files_meant_for_it_name_the_web_framework_and_the_templates() {
    for domain in DOMAINS.split_whitespace() {
        for (file, code) in sources_of(domain) {
            let name = file.to_str().unwrap();
            if !name.contains("handlers") {
                assert!(!code.contains("actix"), "{name} names actix");
            }
            let may_render = ["pages", "markdown", "json_ld", "machines"];
            if !may_render.iter().any(|part| name.contains(part)) {
                assert!(!code.contains("askama"), "{name} names askama");
            }
        }
    }
}

#[test]
fn only_the_owner_writes_a_table() {
    let mut owners = vec![];
    for module in RANKS.split_whitespace() {
        for (_, code) in sources_of(module) {
            for table in code.split("diesel::table! {").skip(1) {
                owners.push((table.split('(').next().unwrap().trim().to_owned(), module));
            }
        }
    }
    assert!(owners.len() >= 15, "{owners:?}");
    for module in RANKS.split_whitespace().filter(|module| *module != "commands") {
        for (file, code) in sources_of(module) {
            let code: String = code.split_whitespace().collect();
            for (table, owner) in owners.iter().filter(|(_, owner)| *owner != module) {
                for verb in ["insert_into", "update", "delete"] {
                    let written = code.contains(&format!("diesel::{verb}({table}::table"));
                    assert!(
                        !written,
                        "{} writes {table}, which belongs to {owner}",
                        file.display()
                    );
                }
            }
        }
    }
}

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

#[test]
fn one_word_names_one_type() {
    let mut homes: std::collections::HashMap<String, PathBuf> = Default::default();
    for path in files("src", ".rs") {
        // the framework's words, which each extractor fills anew
        let is_web = path.ends_with("web/form.rs");
        for name in types(&code(&path)).filter(|name| !(is_web && *name == "Path")) {
            let before = homes.insert(name.to_owned(), path.clone());
            assert!(before.is_none(), "{name} stands in {before:?} and {}", path.display());
        }
    }
    assert!(homes.len() > 500, "only {} types were found", homes.len());
}

#[test]
fn what_is_named_like_a_question_answers_yes_or_no_and_changes_nothing() {
    let writes = ["insert_into(", "update(", "delete(", ".execute(", "enqueue(", "&mut self"];
    let mut asked = 0;
    for path in files("src", ".rs") {
        let code = code(&path);
        for part in code.split("fn ").skip(1) {
            let name = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            if !["is_", "has_", "may_", "can_"].iter().any(|start| name.starts_with(start)) {
                continue;
            }
            let (head, rest) = part.split_once('{').unwrap_or((part, ""));
            let answer = head.rsplit_once("->").map_or("", |(_, answer)| answer.trim());
            let is_fine = answer.starts_with("bool") || answer.starts_with("Result<bool");
            assert!(is_fine, "{name} in {} answers {answer:?}", path.display());
            let body = rest.split("\n    }\n").next().unwrap().split("\n}\n").next().unwrap();
            let writes =
                writes.iter().find(|write| body.contains(**write) || head.contains(**write));
            assert!(writes.is_none(), "{name} in {} writes: {writes:?}", path.display());
            asked += 1;
        }
    }
    assert!(asked > 100, "only {asked} were found");
}

#[test]
fn files_functions_and_templates_stay_small() {
    for path in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= 400 || path.ends_with("site/support.rs"),
            "{} has {lines} lines",
            path.display()
        );
    }
    for path in files("templates", ".html") {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 120, "{} has {lines} lines", path.display());
    }
    let clippy = std::fs::read_to_string("clippy.toml").unwrap();
    assert!(clippy.contains("too-many-lines-threshold = 50"));
}

#[test]
fn migrations_come_in_pairs_with_a_way_back() {
    let names = |database: &str| {
        let mut names: Vec<String> = std::fs::read_dir(format!("migrations/{database}"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    for database in ["sqlite", "postgres"] {
        for name in names(database) {
            for direction in ["up", "down"] {
                let path = format!("migrations/{database}/{name}/{direction}.sql");
                assert!(Path::new(&path).exists(), "{path} is missing");
            }
        }
    }
}

#[test]
fn every_template_is_used_and_none_breaks_the_security_policy() {
    let templates = files("templates", "");
    let mut everything = String::new();
    for path in templates.iter().chain(&files("src", ".rs")) {
        everything += &std::fs::read_to_string(path).unwrap();
    }
    for path in &templates {
        let name = path.strip_prefix("templates").unwrap().to_str().unwrap();
        assert!(everything.contains(&format!("\"{name}\"")), "{name} is not used");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.trim_start().starts_with("{#"), "{name} does not name its variables");
        if !name.starts_with("mail/") {
            for forbidden in [" style=", "hx-on", "<script>", "|safe", "js:"] {
                assert!(!text.contains(forbidden), "{name} has {forbidden}");
            }
        }
    }
}

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

#[test]
fn dates_and_times_in_words_are_made_in_one_place() {
    // forms for machines: a date, a month, an instant, a distance from UTC
    let machine = ["\"%Y-%m", "\"%Y%m%dT", "\"%:z\""];
    let home = PathBuf::from("src/locale");
    for path in files("src", ".rs").into_iter().filter(|path| !path.starts_with(&home)) {
        for pattern in code(&path).split("strftime(").skip(1) {
            let is_for_machines = machine.iter().any(|known| pattern.starts_with(known));
            assert!(is_for_machines, "{} writes {:.20} itself", path.display(), pattern);
        }
    }
}

#[test]
fn nothing_that_is_shipped_is_unfinished() {
    for path in files("src", ".rs").into_iter().chain(files("templates", ".html")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for mark in ["todo!", "unimplemented!", "dbg!", "FIXME", "XXX", "coming soon"] {
            assert!(!text.contains(mark), "{} has {mark}", path.display());
        }
    }
}
