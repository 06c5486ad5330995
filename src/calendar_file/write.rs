//! Events as a calendar file: RFC 5545, times in UTC.
//!
//! By hand, because the `icalendar` crate lets a quotation mark or a line break out of a parameter
//! (a person's name may hold either) and picks its fold by counting characters as octets. The tests
//! read what is written with that crate and with Python's.

use std::fmt::Write;

use crate::clock::Instant;

/// What a mail program shall do with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Publish,
    Request,
    Cancel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    Tentative,
    Confirmed,
    Cancelled,
}

/// What a conference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conference {
    Video,
    Phone,
}

/// One event. Any text may hold anything; people are pairs of name and mail address.
#[derive(Debug, Clone)]
pub struct OutgoingEvent {
    /// The same for as long as the event exists.
    pub uid: String,
    /// Raised by each move and by the cancellation.
    pub sequence: i32,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub changed_at: Instant,
    pub summary: String,
    pub description: String,
    pub location: String,
    pub url: String,
    /// How to get in, and where (RFC 7986, 5.11).
    pub conference: Option<(Conference, String)>,
    pub organizer: Option<(String, String)>,
    /// Left out of what is published, as RFC 5546 has it.
    pub attendee: Option<(String, String)>,
    pub status: EventStatus,
}

/// A whole calendar file. `name` is what the calendar is called where it is subscribed to.
pub fn calendar(method: Method, name: &str, events: &[OutgoingEvent]) -> String {
    let mut file = File::default();
    file.line("BEGIN:VCALENDAR");
    file.line("VERSION:2.0");
    file.line("PRODID:-//Footing//Footing//EN");
    file.line("CALSCALE:GREGORIAN");
    file.line(match method {
        Method::Publish => "METHOD:PUBLISH",
        Method::Request => "METHOD:REQUEST",
        Method::Cancel => "METHOD:CANCEL",
    });
    file.text("NAME", name);
    file.text("X-WR-CALNAME", name);
    for event in events {
        file.event(event, method);
    }
    file.line("END:VCALENDAR");
    file.0
}

#[derive(Default)]
struct File(String);

impl File {
    fn event(&mut self, event: &OutgoingEvent, method: Method) {
        self.line("BEGIN:VEVENT");
        self.text("UID", &event.uid);
        self.line(&format!("SEQUENCE:{}", event.sequence));
        self.time("DTSTAMP", event.changed_at);
        self.time("LAST-MODIFIED", event.changed_at);
        self.time("DTSTART", event.starts_at);
        self.time("DTEND", event.ends_at);
        let (status, answer) = match event.status {
            EventStatus::Tentative => ("STATUS:TENTATIVE", ";PARTSTAT=NEEDS-ACTION"),
            EventStatus::Confirmed => ("STATUS:CONFIRMED", ";PARTSTAT=ACCEPTED"),
            EventStatus::Cancelled => ("STATUS:CANCELLED", ""),
        };
        self.line(status);
        self.text("SUMMARY", &event.summary);
        self.text("DESCRIPTION", &event.description);
        self.text("LOCATION", &event.location);
        if !event.url.is_empty() {
            self.line(&format!("URL:{}", address(&event.url)));
        }
        if let Some((kind, uri)) = &event.conference {
            let feature = match kind {
                Conference::Video => "VIDEO",
                Conference::Phone => "PHONE",
            };
            self.line(&format!("CONFERENCE;VALUE=URI;FEATURE={feature}:{}", address(uri)));
        }
        if let Some((name, mail)) = &event.organizer {
            self.line(&format!("ORGANIZER;CN={}:mailto:{}", parameter(name), address(mail)));
        }
        if let Some((name, mail)) = &event.attendee
            && method != Method::Publish
        {
            let (name, mail) = (parameter(name), address(mail));
            // nothing is done with an answer: none is asked for
            let asks = if method == Method::Request { ";RSVP=FALSE" } else { "" };
            let role = format!(";ROLE=REQ-PARTICIPANT{answer}{asks}");
            self.line(&format!("ATTENDEE;CN={name}{role}:mailto:{mail}"));
        }
        self.line("END:VEVENT");
    }

    fn time(&mut self, name: &str, at: Instant) {
        self.line(&format!("{name}:{}", at.in_zone("UTC").strftime("%Y%m%dT%H%M%SZ")));
    }

    /// Nothing at all for an empty text.
    fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.line(&format!("{name}:{}", escaped(text)));
        }
    }

    /// At most 75 octets to a line, the leading space of the next ones included, and no character
    /// cut in two.
    fn line(&mut self, line: &str) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > 75 {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// What some reader takes for the end of a line. The Unicode ones are legal here, and yet there are
/// readers that split at them.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\t' => escaped.push(' '),
            _ if ends_line(c) => escaped.push_str("\\n"),
            _ if c.is_control() => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A parameter has no way to hold a quotation mark or the end of a line.
fn parameter(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push('\''),
            _ if ends_line(c) || c.is_control() => quoted.push(' '),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A URL or a mail address: what cannot stand in one is written as its octets.
fn address(text: &str) -> String {
    let mut address = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\') {
            for octet in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing into a String cannot fail.
                let _ = write!(address, "%{octet:02X}");
            }
        } else {
            address.push(c);
        }
    }
    address
}

#[cfg(test)]
mod tests;
