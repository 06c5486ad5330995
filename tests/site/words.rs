//! What the texts say of the program is so: its variables, and the addresses they lead to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser};
use footing::config::Settings;
use footing::routes::{pages, table};

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// Everything between back quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_table_of_the_readme_names_every_variable_and_no_other() {
    let command = Flags::command();
    let known: BTreeSet<String> = command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set())
        .filter_map(|argument| argument.get_env())
        .map(|name| name.to_str().unwrap().to_owned())
        .filter(|name| !name.starts_with("FOOTING_TEST_")) // none in a released build
        .collect();
    let readme = read(&root().join("README.md"));
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.filter(|line| line.split('|').count() == 5);
    let named: BTreeSet<String> = rows
        .flat_map(|line| quoted(line.split('|').nth(1).unwrap()))
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .map(str::to_owned)
        .collect();
    let told = |name: &&String| !name.ends_with("_FILE");
    assert_eq!(
        known.iter().filter(told).collect::<Vec<_>>(),
        named.iter().filter(told).collect::<Vec<_>>()
    );
    for name in named.iter().filter(|name| name.ends_with("_FILE")) {
        assert!(known.contains(name.trim_end_matches("_FILE")) || known.contains(name), "{name}");
    }
}

fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == end) {
                found.push(path);
            }
        }
    }
    found
}

/// An address as it can be compared: a variable piece is a letter, a query and what a condition adds
/// are left out.
fn plain(address: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0;
    for c in address.split("{%").next().unwrap().split(['?', '#']).next().unwrap().chars() {
        match c {
            '{' => {
                depth += 1;
                if depth == 1 {
                    plain.push('a');
                }
            }
            '}' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

#[test]
fn every_link_of_a_page_leads_to_an_address_that_answers() {
    let pages = pages();
    let mut seen = 0;
    for file in files("templates", "html") {
        let text = read(&file);
        for link in text.split("href=\"/").skip(1) {
            let link = format!("/{}", link.split('"').next().unwrap());
            let address = plain(&link);
            assert!(pages.knows(&address), "{} links to {link}", file.display());
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} links were found");
}

#[test]
fn every_form_of_a_page_is_taken_by_an_address() {
    let table = table();
    let posts: Vec<_> = table
        .lines
        .iter()
        .filter(|line| line.method == "POST")
        .map(|line| actix_web::dev::ResourceDef::new(line.path))
        .collect();
    for file in files("templates", "html") {
        let text = read(&file);
        for form in text.split("<form").skip(1) {
            let form = form.split('>').next().unwrap();
            let Some((_, action)) = form.split_once("action=\"/") else { continue };
            if !form.contains("method=\"post\"") {
                continue;
            }
            let address = plain(&format!("/{}", action.split('"').next().unwrap()));
            let is_taken = posts.iter().any(|post| post.is_match(&address));
            assert!(is_taken, "{} posts to {address}", file.display());
        }
    }
}

#[test]
fn every_address_that_the_documents_promise_answers() {
    let pages = pages();
    let table = table();
    let any: Vec<_> =
        table.lines.iter().map(|line| actix_web::dev::ResourceDef::new(line.path)).collect();
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"] {
        let text = read(&root().join(name));
        for address in quoted(&text).filter(|word| word.starts_with('/') && !word.contains(' ')) {
            let address = plain(address);
            let answers = pages.knows(&address) || any.iter().any(|one| one.is_match(&address));
            assert!(answers, "{name} promises {address}");
        }
    }
}
