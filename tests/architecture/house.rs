//! The tree as text in memory, so that a violation can be planted in a copy.

use std::collections::BTreeMap;
use std::path::Path;

/// From the lowest to the highest. A module names itself and what stands before it.
pub const RANKS: &str = "config clock locale money error seal db web live blobs jobs mail \
                         calendar_file audit users notifications decisions accountants listings \
                         availability messaging bookings payments reviews directory moderation \
                         admin site work routes commands";
/// The platform's lowest modules know each other: settings make the clock, errors are everywhere.
pub const GROUND: &str = "config clock locale money error seal db number_enum on_either stored_as \
     typed_id word_enum";
pub const DOMAINS: &str = "users notifications decisions accountants listings availability \
                           messaging bookings payments reviews directory moderation admin";

/// What a rule finds against the house; nothing when it is kept.
pub type Violations = Vec<String>;

#[derive(Clone)]
pub struct House {
    files: BTreeMap<String, String>,
}

impl House {
    pub fn read() -> Self {
        let mut house = Self { files: BTreeMap::new() };
        for folder in ["src", "tests", "tools", "templates", "static", "migrations"] {
            house.take(Path::new(folder));
        }
        for file in ["clippy.toml", "static/vendor/VENDOR.md"] {
            house.files.insert(file.to_owned(), std::fs::read_to_string(file).unwrap());
        }
        house
    }

    fn take(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let is_ours = !["vendor", "node_modules"].iter().any(|name| path.ends_with(name));
                if is_ours {
                    self.take(&path);
                }
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                self.files.insert(path.to_str().unwrap().to_owned(), text);
            }
        }
    }

    /// The same with one more file, or with another text in it.
    #[must_use]
    pub fn with(&self, path: &str, text: &str) -> Self {
        let mut house = self.clone();
        house.files.insert(path.to_owned(), text.to_owned());
        house
    }

    pub fn text(&self, path: &str) -> &str {
        &self.files[path]
    }

    /// Paths and texts of the files in a folder, by the end of their names.
    pub fn files<'a>(
        &'a self,
        folder: &'a str,
        end: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .filter(move |(path, _)| path.starts_with(&format!("{folder}/")) && path.ends_with(end))
    }

    /// Paths and code of a module of the crate.
    pub fn module<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, String)> {
        let (door, rooms) = (format!("src/{name}.rs"), format!("src/{name}/"));
        self.files("src", ".rs")
            .filter(move |(path, _)| *path == door || path.starts_with(&rooms))
            .map(|(path, text)| (path, code(text)))
    }

    /// Paths and code of the whole crate.
    pub fn sources(&self) -> impl Iterator<Item = (&str, String)> {
        self.files("src", ".rs").map(|(path, text)| (path, code(text)))
    }
}

/// A file's code without comments and without its tests.
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}
