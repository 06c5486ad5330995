//! What we write, as a calendar program that shares no code with us reads it.
//!
//! `tests/run` makes a Python with `icalendar` in it and names it in `ICALENDAR_PYTHON`; without one
//! its step fails. `tests/run fast` has none: there only what RFC 5545 asks of every line is checked.

use std::io::Write;
use std::process::{Command, Stdio};

use footing::calendar_file::{EventStatus, Method, OutgoingEvent, calendar};
use footing::clock::{Instant, Span};
use serde_json::{Value, json};

/// Texts that would do harm if they left their line, each with how it comes back: an end of line of
/// any kind is `\n`, a tab is a space, and control characters are gone.
fn hostile() -> Vec<(String, String)> {
    let long = "Übergröße 🦀, ".repeat(400);
    let pairs = [
        ("x\r\nATTENDEE:mailto:eve@example.org", "x\nATTENDEE:mailto:eve@example.org"),
        ("x\nEND:VEVENT\nBEGIN:VEVENT", "x\nEND:VEVENT\nBEGIN:VEVENT"),
        ("x\rSTATUS:CANCELLED", "x\nSTATUS:CANCELLED"),
        ("x\u{2028}UID:eve\u{85}UID:eve", "x\nUID:eve\nUID:eve"),
        ("a\u{0}b\u{1b}c\u{7f}d\te", "abcd e"),
        ("one, two; three: \"four\" \\ five \\n six \\, seven", ""),
        (" \u{a0}spaces at both ends ", ""),
        ("日本語 العربية 👩‍👩‍👧 e\u{301}", ""),
        (long.as_str(), ""),
    ];
    let same = |(text, read): (&str, &str)| {
        (text.to_owned(), if read.is_empty() { text } else { read }.to_owned())
    };
    pairs.into_iter().map(same).collect()
}

fn event(number: usize, text: &str, status: EventStatus) -> OutgoingEvent {
    // An hour before the clock changes in London, so that UTC and the wall differ after it.
    let starts_at = Instant::from_micros(1_806_192_000_000_000) + Span::minutes(45);
    OutgoingEvent {
        uid: format!("{number}@footing.example"),
        sequence: 2,
        starts_at,
        ends_at: starts_at + Span::minutes(90),
        changed_at: starts_at - Span::days(1),
        summary: text.to_owned(),
        description: text.to_owned(),
        location: text.to_owned(),
        url: format!("https://footing.example/bookings/{number}"),
        conference: None,
        organizer: Some((text.to_owned(), "hello@footing.example".to_owned())),
        attendee: Some((text.to_owned(), "ana@example.org".to_owned())),
        status,
    }
}

fn keeps_to_its_lines(file: &str) {
    assert!(file.ends_with("\r\nEND:VCALENDAR\r\n"));
    for line in file.split_terminator("\r\n") {
        assert!(!line.is_empty() && line.len() <= 75, "{line:?} has {} octets", line.len());
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
    }
}

/// What the other program reads in a calendar file, an object for each event; none in the fast loop,
/// which has no other program.
#[expect(clippy::disallowed_methods, reason = "a variable of the test run, not a setting")]
pub fn parsed_independently(ics: &str) -> Option<Vec<Value>> {
    let mut command = Command::new(std::env::var("ICALENDAR_PYTHON").ok()?);
    command.arg("tests/calendar/read.py").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut reader = command.spawn().unwrap();
    reader.stdin.take().unwrap().write_all(ics.as_bytes()).unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success(), "the reader failed on {ics}");
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn is_read_as_meant(method: Method, status: EventStatus, [method_word, status_word]: [&str; 2]) {
    let texts = hostile();
    let numbered = texts.iter().enumerate();
    let events: Vec<OutgoingEvent> =
        numbered.map(|(number, (text, _))| event(number, text, status)).collect();
    let file = calendar(method, &texts[0].0, &events);
    keeps_to_its_lines(&file);
    let Some(read) = parsed_independently(&file) else { return };
    assert_eq!(read.len(), texts.len());
    let has_attendee = method != Method::Publish;
    let mut properties = vec![
        "DESCRIPTION",
        "DTEND",
        "DTSTAMP",
        "DTSTART",
        "LAST-MODIFIED",
        "LOCATION",
        "ORGANIZER",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "UID",
        "URL",
    ];
    if has_attendee {
        properties.insert(0, "ATTENDEE");
    }
    for (number, (read, (_, text))) in read.iter().zip(&texts).enumerate() {
        let wanted = json!({
            "method": method_word, "component": "VEVENT", "errors": [], "properties": properties,
            "uid": format!("{number}@footing.example"), "sequence": 2, "status": status_word,
            "start": "2027-03-28T00:45:00Z", "end": "2027-03-28T02:15:00Z",
            "stamp": "2027-03-27T00:45:00Z",
            "summary": text, "description": text, "location": text,
            "url": format!("https://footing.example/bookings/{number}"),
            "organizer": "mailto:hello@footing.example",
            "attendee": has_attendee.then_some("mailto:ana@example.org"),
        });
        assert_eq!(read, &wanted);
    }
}

#[test]
fn another_program_reads_a_published_calendar_as_it_was_meant() {
    is_read_as_meant(Method::Publish, EventStatus::Tentative, ["PUBLISH", "TENTATIVE"]);
}

#[test]
fn another_program_reads_an_invitation_as_it_was_meant() {
    is_read_as_meant(Method::Request, EventStatus::Confirmed, ["REQUEST", "CONFIRMED"]);
}

#[test]
fn another_program_reads_a_cancellation_as_it_was_meant() {
    is_read_as_meant(Method::Cancel, EventStatus::Cancelled, ["CANCEL", "CANCELLED"]);
}
