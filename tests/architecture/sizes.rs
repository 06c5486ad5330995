//! Small files, short lines.

use crate::house::{House, Violations};

/// Lines of a file and characters of a line, by folder and end.
const CAPS: [(&str, &str, usize, usize); 8] = [
    ("src", ".rs", 400, 200),
    ("tests", ".rs", 400, 300),
    ("tools", ".rs", 400, 200),
    ("templates", ".html", 120, 200),
    ("templates", ".txt", 120, 200),
    ("static", ".css", 400, 200),
    ("static", ".js", 400, 200),
    ("tests/browser", ".js", 400, 200),
];

/// Files that are longer, and why.
const LONGER: [(&str, &str); 1] =
    [("tests/site/support.rs", "one page of what every test may ask for")];

pub fn files_and_lines_stay_small(house: &House) -> Violations {
    let mut found = vec![];
    for (folder, end, most_lines, most_width) in CAPS {
        for (path, text) in house.files(folder, end) {
            let lines = text.lines().count();
            if lines > most_lines && !LONGER.iter().any(|(known, _)| *known == path) {
                found.push(format!("{path} has {lines} lines"));
            }
            for (number, line) in text.lines().enumerate() {
                let width = line.chars().count();
                if width > most_width {
                    found.push(format!("{path}:{} has {width} characters", number + 1));
                }
            }
        }
    }
    found
}

/// A function has at most 50 lines: clippy counts them.
pub fn functions_stay_small(house: &House) -> Violations {
    let clippy = house.text("clippy.toml");
    let is_kept = clippy.lines().any(|line| line.trim() == "too-many-lines-threshold = 50");
    if is_kept { vec![] } else { vec!["clippy.toml lets functions grow".to_owned()] }
}

/// Threads, tasks, time, settings and transactions each have one home: clippy refuses others.
pub fn effects_have_homes(house: &House) -> Violations {
    let clippy = house.text("clippy.toml");
    [
        "diesel::Connection::transaction",
        "std::env::var",
        "std::time::SystemTime::now",
        "jiff::Timestamp::now",
        "std::thread::spawn",
        "std::thread::Builder::spawn",
        "tokio::spawn",
        "actix_web::rt::spawn",
    ]
    .into_iter()
    .filter(|path| !clippy.contains(&format!("\"{path}\"")))
    .map(|path| format!("clippy.toml lets everybody call {path}"))
    .collect()
}
