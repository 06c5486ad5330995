//! What repeats, as a calendar library that shares no code with us expands it.
//!
//! Series are made up from a fixed seed, so that a difference can be looked at again. None meets the
//! hour that a change of the clock skips or repeats: there that library reckons on the wall alone, and
//! the tests of `calendar_file` say what holds. Those with BYSETPOS are there too. `tests/run`
//! names a Python with `icalendar` and `recurring-ical-events` in `ICALENDAR_PYTHON`; the fast loop
//! has none, and only sees there that every series is read.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use footing::calendar_file::read;
use footing::clock::{Instant, Span};
use serde_json::{Value, json};

const SERIES: usize = 900;
const HOME: &str = "Europe/Berlin";
/// 2026-11-29T15:33:00Z.
const NOW: Instant = Instant::from_micros(1_795_966_380_000_000);

/// A generator that gives the same numbers everywhere (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % most
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    /// A few different ones, in order.
    fn some(&mut self, all: &[&str], most: usize) -> String {
        let count = 1 + self.below(most);
        let chosen: BTreeSet<usize> = (0..count).map(|_| self.below(all.len())).collect();
        let chosen: Vec<&str> = chosen.into_iter().map(|at| all[at]).collect();
        chosen.join(",")
    }
}

/// How a series names its times.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Date,
    Utc,
    Floating,
    Zone(&'static str),
}

impl Kind {
    fn any(chance: &mut Chance) -> Self {
        match chance.below(8) {
            0 | 1 => Self::Date,
            2 => Self::Utc,
            3 => Self::Floating,
            4 => Self::Zone("America/New_York"),
            5 => Self::Zone("Asia/Kolkata"),
            6 => Self::Zone("Australia/Sydney"),
            _ => Self::Zone("Europe/Berlin"),
        }
    }

    /// A property with this kind of value: `;TZID=…:20270101T090000`.
    fn property(self, day: &str, time: &str) -> String {
        match self {
            Self::Date => format!(";VALUE=DATE:{day}"),
            Self::Utc => format!(":{day}T{time}Z"),
            Self::Floating => format!(":{day}T{time}"),
            Self::Zone(name) => format!(";TZID={name}:{day}T{time}"),
        }
    }

    /// As UNTIL has it: of a zone's times in UTC.
    fn until(self, day: &str, time: &str) -> String {
        match self {
            Self::Date => day.to_owned(),
            Self::Utc | Self::Zone(_) => format!("{day}T{time}Z"),
            Self::Floating => format!("{day}T{time}"),
        }
    }
}

fn day(chance: &mut Chance, years: std::ops::Range<usize>) -> String {
    let (year, month) = (years.start + chance.below(years.len()), 1 + chance.below(12));
    format!("{year}{month:02}{:02}", 1 + chance.below(28))
}

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A rule without BYSETPOS, which the other library counts from the start instead of the week's.
fn rule(chance: &mut Chance, kind: Kind, time: &str) -> String {
    let frequency = match kind {
        // steps of hours meet the changes of the clock
        Kind::Utc | Kind::Zone("Asia/Kolkata") if chance.one_in(3) => "HOURLY",
        _ => chance.of(&["YEARLY", "MONTHLY", "WEEKLY", "WEEKLY", "DAILY", "DAILY"]),
    };
    let mut rule = format!("FREQ={frequency}");
    let mut add = |part: String| rule.push_str(&format!(";{part}"));
    match frequency {
        "HOURLY" => add(format!("INTERVAL={}", 3 + chance.below(30))),
        _ if chance.one_in(2) => add(format!("INTERVAL={}", 1 + chance.below(4))),
        _ => {}
    }
    if chance.one_in(3) {
        add(format!("WKST={}", chance.of(&WEEKDAYS)));
    }
    let numbers = ["1", "2", "5", "10", "13", "28", "29", "30", "31", "-1", "-2", "-10", "-31"];
    match (frequency, chance.below(6)) {
        (_, 0) => {}
        ("YEARLY" | "MONTHLY", 1) => {
            let nth = ["1MO", "2TU", "3WE", "4TH", "5FR", "-1SA", "-2SU", "-1FR", "-5MO"];
            add(format!("BYDAY={}", chance.some(&nth, 2)));
        }
        ("YEARLY", 2) => {
            add(format!("BYYEARDAY={}", chance.some(&["1", "60", "100", "366", "-1", "-100"], 3)))
        }
        ("YEARLY", 3) => {
            add(format!("BYWEEKNO={}", chance.some(&["2", "10", "20", "33", "50"], 2)));
            add(format!("BYDAY={}", chance.some(&WEEKDAYS, 2)));
        }
        ("YEARLY" | "MONTHLY" | "DAILY", 2..=4) => {
            add(format!("BYMONTHDAY={}", chance.some(&numbers, 3)))
        }
        (_, _) => add(format!("BYDAY={}", chance.some(&WEEKDAYS, 3))),
    }
    if chance.one_in(4) {
        let months = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
        add(format!("BYMONTH={}", chance.some(&months, 4)));
    }
    // an hour that the steps never meet is an error there
    if kind != Kind::Date && frequency != "HOURLY" && chance.one_in(6) {
        add(format!("BYHOUR={}", chance.some(&["6", "8", "9", "13", "17", "20"], 3)));
    }
    if kind != Kind::Date && chance.one_in(8) {
        add(format!("BYMINUTE={}", chance.some(&["0", "10", "30", "45"], 2)));
    }
    match chance.below(3) {
        0 => add(format!("COUNT={}", 1 + chance.below(300))),
        1 => add(format!("UNTIL={}", kind.until(&day(chance, 2026..2029), time))),
        _ => {}
    }
    rule
}

/// One series, with what strikes and changes its times.
fn series(chance: &mut Chance) -> String {
    let kind = Kind::any(chance);
    let time = format!("{:02}{:02}00", 4 + chance.below(20), 5 * chance.below(12));
    let first = day(chance, 2018..2028);
    let length = match kind {
        Kind::Date => chance.of(&["P1D", "P2D", "P1W"]),
        _ => chance.of(&["PT15M", "PT30M", "PT45M", "PT1H", "PT90M"]),
    };
    let event = |lines: &str| {
        format!("BEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20260101T000000Z\r\n{lines}END:VEVENT\r\n")
    };
    let rule = rule(chance, kind, &time);
    let mut lines =
        format!("DTSTART{}\r\nDURATION:{length}\r\nRRULE:{rule}\r\n", kind.property(&first, &time));
    for _ in 0..chance.below(3) {
        lines += &format!("EXDATE{}\r\n", kind.property(&day(chance, 2026..2028), &time));
    }
    if chance.one_in(4) {
        lines += &format!("RDATE{}\r\n", kind.property(&day(chance, 2027..2028), &time));
    }
    let mut events = event(&lines);
    let is_struck = lines.contains(&format!("EXDATE{}", kind.property(&first, &time)));
    if chance.one_in(4) && !is_struck {
        // the first one is there for certain
        let moved = kind.property(&day(chance, 2027..2028), "101500");
        let first = kind.property(&first, &time);
        events +=
            &event(&format!("RECURRENCE-ID{first}\r\nDTSTART{moved}\r\nDURATION:{length}\r\n"));
    }
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n")
}

fn own_times(file: &str) -> Vec<[i64; 2]> {
    let reading = read(file.as_bytes(), HOME, NOW).unwrap();
    assert_eq!(reading.flaws, 0, "{:?}\n{file}", reading.left_out);
    let busy = reading.busy_without(&BTreeSet::new());
    busy.iter().map(|busy| [busy.from.seconds(), busy.to.seconds()]).collect()
}

/// What the other library reads in each file; none in the fast loop.
#[expect(clippy::disallowed_methods, reason = "a variable of the test run, not a setting")]
fn independent_times(files: &[String]) -> Option<Vec<Vec<[i64; 2]>>> {
    let mut command = Command::new(std::env::var("ICALENDAR_PYTHON").ok()?);
    command.arg("tests/calendar/expand.py").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut reader = command.spawn().unwrap();
    let (from, to) = (NOW - Span::days(1), NOW + Span::days(400));
    let asked = json!({ "zone": HOME, "from": from.seconds(), "to": to.seconds(), "files": files });
    reader.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success(), "the reader failed");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    Some(serde_json::from_value(read).unwrap())
}

#[test]
fn nine_hundred_series_fall_where_another_library_puts_them() {
    let mut chance = Chance(20_261_129);
    let files: Vec<String> = (0..SERIES).map(|_| series(&mut chance)).collect();
    let own: Vec<_> = files.iter().map(|file| own_times(file)).collect();
    assert!(own.iter().filter(|times| !times.is_empty()).count() > SERIES / 2);
    let Some(theirs) = independent_times(&files) else { return };
    for ((file, own), theirs) in files.iter().zip(&own).zip(&theirs) {
        assert_eq!(own, theirs, "{file}");
    }
}
