//! What is written, by its rules and as another program reads it.

use icalendar::{Calendar, Component, EventLike};
use proptest::prelude::*;

use super::{EventStatus, Method, OutgoingEvent, calendar};
use crate::clock::{Instant, Span};

fn event(text: &str) -> OutgoingEvent {
    let starts_at = Instant::from_micros(1_806_224_400_000_000); // 2027-03-28T09:00:00Z
    OutgoingEvent {
        uid: "0000000000001@footing.example".to_owned(),
        sequence: 3,
        starts_at,
        ends_at: starts_at + Span::minutes(45),
        changed_at: starts_at - Span::days(2),
        summary: text.to_owned(),
        description: text.to_owned(),
        location: text.to_owned(),
        url: format!("https://footing.example/{text}"),
        conference: None,
        organizer: Some((text.to_owned(), format!("{text}@footing.example"))),
        attendee: Some((text.to_owned(), format!("{text}@footing.example"))),
        status: EventStatus::Confirmed,
    }
}

/// Unfolded lines, after the rules that hold for every file.
fn lines(file: &str) -> Vec<String> {
    assert!(file.ends_with("END:VCALENDAR\r\n"));
    for line in file.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(|c: char| super::ends_line(c) || c.is_control()), "{line:?}");
    }
    file.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

const NAMES: [&str; 19] = [
    "BEGIN:VCALENDAR",
    "VERSION:",
    "PRODID:",
    "CALSCALE:",
    "METHOD:",
    "NAME:",
    "X-WR-CALNAME:",
    "BEGIN:VEVENT",
    "UID:",
    "SEQUENCE:",
    "DTSTAMP:",
    "LAST-MODIFIED:",
    "DTSTART:",
    "DTEND:",
    "STATUS:",
    "SUMMARY:",
    "DESCRIPTION:",
    "LOCATION:",
    "URL:",
];

fn holds_nothing_but_its_own_lines(file: &str) {
    let lines = lines(file);
    let mut wanted = NAMES.to_vec();
    wanted.extend(["ORGANIZER;CN=\"", "ATTENDEE;CN=\"", "END:VEVENT", "END:VCALENDAR"]);
    assert_eq!(lines.len(), wanted.len(), "{lines:#?}");
    for (line, name) in lines.iter().zip(wanted) {
        assert!(line.starts_with(name), "{line} instead of {name}");
    }
    for line in lines.iter().filter(|line| line.contains("CN=\"")) {
        assert_eq!(line.matches('"').count(), 2, "{line}");
    }
}

#[test]
fn no_text_breaks_out_of_its_line() {
    for text in [
        "x\r\nATTENDEE:mailto:eve@example.org",
        "x\nBEGIN:VEVENT",
        "x\rEND:VCALENDAR",
        "x\u{2028}ATTENDEE:y\u{85}Z:1\u{b}\u{c}\u{0}\u{1b}\u{7f}",
        "\";X-EVE=1:\"",
        "\\n\\",
        "commas, semicolons; and \\ backslashes",
        &"🦀 é".repeat(1_000),
        &"x".repeat(5_000),
    ] {
        holds_nothing_but_its_own_lines(&calendar(Method::Request, text, &[event(text)]));
    }
}

#[test]
fn another_program_reads_what_was_meant() {
    let text = "Tax, year end; \\ costs\nDo not be late 🦀 ".repeat(40);
    let text = text.trim();
    let file = calendar(Method::Request, "Footing", &[event(text)]);
    let read: Calendar = file.parse().unwrap();
    let event = read.components[0].as_event().unwrap();
    assert_eq!(event.get_summary(), Some(text));
    assert_eq!(event.get_description(), Some(text));
    assert_eq!(event.get_location(), Some(text));
    assert_eq!(event.get_uid(), Some("0000000000001@footing.example"));
    assert_eq!(event.get_sequence(), Some(3));
    assert_eq!(event.property_value("DTSTART"), Some("20270328T090000Z"));
    assert_eq!(event.property_value("DTEND"), Some("20270328T094500Z"));
}

#[test]
fn a_cancelled_event_says_so_and_a_published_one_names_no_attendee() {
    let mut cancelled = event("x");
    cancelled.status = EventStatus::Cancelled;
    let file = calendar(Method::Cancel, "Footing", &[cancelled.clone()]);
    assert!(file.contains("\r\nMETHOD:CANCEL\r\n") && file.contains("\r\nSTATUS:CANCELLED\r\n"));
    assert!(file.contains("\r\nATTENDEE;") && file.contains("\r\nSEQUENCE:3\r\n"));
    let file = calendar(Method::Publish, "Footing", &[cancelled]);
    assert!(!file.contains("ATTENDEE"));
}

#[test]
fn what_we_write_we_read_as_busy() {
    let one = event("x");
    let file = calendar(Method::Publish, "Footing", std::slice::from_ref(&one));
    let read = crate::calendar_file::read(file.as_bytes(), "UTC", one.changed_at).unwrap();
    let busy = read.busy_without(&std::collections::BTreeSet::new());
    assert_eq!((busy[0].from, busy[0].to, busy.len()), (one.starts_at, one.ends_at, 1));
}

proptest! {
    #[test]
    fn any_text_stays_inside_its_line(text in "(?s).{1,300}") {
        holds_nothing_but_its_own_lines(&calendar(Method::Request, "x", &[event(&text)]));
    }
}
