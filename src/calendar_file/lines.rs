//! Content lines and components of a calendar file, read defensively.
//!
//! By hand, because the parser of the `icalendar` crate descends once per nested component, so that
//! a file of BEGIN lines overflows the stack, and because it reads titles that we must not keep.
//! Only the lines that are asked for are kept, so that memory follows what matters in a file.

use std::borrow::Cow;

use super::unreadable::Unreadable;

/// Ten megabytes; a longer file is not read.
pub const MAX_BYTES: usize = 10_000_000;
/// No calendar nests deeper than three.
const MAX_OPEN: usize = 32;

/// The properties that are asked for, in the order of the alphabet.
const WANTED: [&str; 22] = [
    "BEGIN",
    "DTEND",
    "DTSTART",
    "DURATION",
    "END",
    "EXDATE",
    "FREEBUSY",
    "METHOD",
    "RDATE",
    "RECURRENCE-ID",
    "RRULE",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "UID",
    "X-LIC-LOCATION",
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "X-WR-TIMEZONE",
];

/// A line after unfolding, with the number of the raw line it begins at.
pub struct Unfolded<'a> {
    number: usize,
    text: Cow<'a, str>,
}

/// `NAME;PARAMETER=value:value`.
#[derive(Clone, Copy)]
pub struct ContentLine<'a> {
    pub name: &'a str,
    parameters: &'a str,
    pub value: &'a str,
}

/// An event, a zone's definition or another part: its own lines, not those of the parts inside it.
pub struct Component<'a> {
    pub name: String,
    lines: Vec<Unfolded<'a>>,
    /// Those of a zone's definition; of other components nothing inside is asked for.
    pub observances: Vec<Component<'a>>,
}

/// One VCALENDAR; a file may hold several, each with zones of its own.
pub struct CalendarObject<'a> {
    pub own: Component<'a>,
    pub components: Vec<Component<'a>>,
}

impl<'a> Component<'a> {
    fn new(name: &str) -> Self {
        Self { name: name.to_ascii_uppercase(), lines: vec![], observances: vec![] }
    }

    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }

    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = ContentLine<'s>> {
        let lines = self.lines.iter().filter_map(ContentLine::new);
        lines.filter(move |line| line.name.eq_ignore_ascii_case(name))
    }

    pub fn find(&self, name: &str) -> Option<ContentLine<'_>> {
        self.lines
            .iter()
            .filter_map(ContentLine::new)
            .find(|line| line.name.eq_ignore_ascii_case(name))
    }

    pub fn says(&self, name: &str, value: &str) -> bool {
        self.find(name).is_some_and(|line| line.value.trim().eq_ignore_ascii_case(value))
    }
}

impl<'a> ContentLine<'a> {
    fn new(line: &'a Unfolded) -> Option<Self> {
        let text = line.text.as_ref();
        let colon = outside_quotes(text, ':').or_else(|| text.find(':'))?;
        let (head, value) = text.split_at_checked(colon)?;
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self { name: name.trim(), parameters, value: value.strip_prefix(':')? })
    }

    pub fn parameter(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.parameters;
        while !rest.is_empty() {
            let end = outside_quotes(rest, ';').unwrap_or(rest.len());
            let (parameter, after) = rest.split_at_checked(end)?;
            if let Some((name, value)) = parameter.split_once('=')
                && name.trim().eq_ignore_ascii_case(wanted)
            {
                return Some(value.trim().trim_matches('"'));
            }
            rest = after.strip_prefix(';').unwrap_or("");
        }
        None
    }

    /// The value as people read it.
    pub fn text(&self) -> String {
        unescaped(self.value)
    }
}

/// `\,` and the like as what they stand for (RFC 5545, 3.3.11).
pub fn unescaped(value: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(value.len()), value.chars());
    while let Some(c) = rest.next() {
        match (c, if c == '\\' { rest.next() } else { None }) {
            (_, Some('n' | 'N')) => text.push('\n'),
            (_, Some(escaped)) => text.push(escaped),
            (c, None) => text.push(c),
        }
    }
    text
}

fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut is_quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            _ if c == wanted && !is_quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// The file in a superset of ASCII: all that matters is written in that, whatever titles are in.
/// Only UTF-16 is no such thing; it shows by its mark, or by the nought in its first letter.
pub fn decoded(file: &[u8]) -> Cow<'_, [u8]> {
    let read: fn([u8; 2]) -> u16 = match file {
        [0xFF, 0xFE, ..] | [b'B', 0, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] | [0, b'B', ..] => u16::from_be_bytes,
        _ => return Cow::Borrowed(file),
    };
    let units = file.as_chunks::<2>().0.iter().map(|pair| read(*pair));
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Cow::Owned(text.into_bytes())
}

/// Joins folded lines, and leaves out those that nobody asks for. Bytes before text, because some
/// programs fold inside a UTF-8 character.
fn unfold(file: &[u8]) -> impl Iterator<Item = Unfolded<'_>> {
    let mut raw = file.split(|byte| *byte == b'\n').enumerate().peekable();
    let joined = std::iter::from_fn(move || {
        let (at, first) = raw.next()?;
        let mut line = Cow::Borrowed(bare(first));
        while let Some((_, more)) = raw.next_if(|(_, next)| matches!(next, [b' ' | b'\t', ..])) {
            line.to_mut().extend_from_slice(bare(more).get(1..).unwrap_or_default());
        }
        Some((at + 1, line))
    });
    joined.filter_map(|(number, line)| wanted(number, line))
}

/// Lines end with CR LF, with LF, or with what a careless program made of the two.
fn bare(mut line: &[u8]) -> &[u8] {
    while let Some(shorter) = line.strip_suffix(b"\r") {
        line = shorter;
    }
    line
}

/// Programs that join calendars leave the mark of each file before its first line.
const MARK: &[u8] = b"\xEF\xBB\xBF";

fn wanted(number: usize, line: Cow<'_, [u8]>) -> Option<Unfolded<'_>> {
    let marks = if line.starts_with(MARK) { MARK.len() } else { 0 };
    let end = line.iter().position(|byte| matches!(byte, b':' | b';'))?;
    let name = line.get(marks..end)?.trim_ascii();
    if !WANTED.iter().any(|wanted| name.eq_ignore_ascii_case(wanted.as_bytes())) {
        return None;
    }
    let text = match line {
        Cow::Borrowed(line) => String::from_utf8_lossy(line.get(marks..)?),
        Cow::Owned(line) => Cow::Owned(String::from_utf8_lossy(line.get(marks..)?).into_owned()),
    };
    Some(Unfolded { number, text })
}

/// The calendars of a file. One that is cut off is refused: what is missing may be the event that
/// matters.
pub fn calendars(file: &[u8]) -> Result<Vec<CalendarObject<'_>>, Unreadable> {
    let mut tree = Tree { done: vec![], open: vec![] };
    for line in unfold(file) {
        let number = line.number;
        let mark = ContentLine::new(&line).map(|line| {
            let is = |name: &str| line.name.eq_ignore_ascii_case(name);
            (is("BEGIN"), is("END"), line.value.trim_end().to_ascii_uppercase())
        });
        match mark {
            Some((true, _, name)) if is_name(&name) => tree.begin(&name),
            // What ends nothing is the text of a line that was broken.
            Some((_, true, name)) => tree.end(&name),
            Some((false, false, _)) => tree.keep(line),
            _ => {}
        }
        if tree.open.len() > MAX_OPEN {
            return Err(Unreadable::Broken(number));
        }
    }
    match (tree.done.is_empty() && tree.open.is_empty(), tree.open.is_empty()) {
        (true, _) => Err(Unreadable::NotACalendar),
        (_, false) => Err(Unreadable::CutOff),
        (false, true) => Ok(tree.done),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// What has been read, and what is open.
struct Tree<'a> {
    done: Vec<CalendarObject<'a>>,
    open: Vec<Component<'a>>,
}

impl<'a> Tree<'a> {
    /// Some programs forget an END, so what cannot stand inside another ends it.
    fn begin(&mut self, name: &str) {
        match name {
            "VCALENDAR" => self.end(name),
            "VEVENT" | "VFREEBUSY" | "VTIMEZONE" | "VTODO" | "VJOURNAL" => self.close(1),
            _ => {}
        }
        if self.open.is_empty() {
            if name != "VCALENDAR" {
                return;
            }
            self.done.push(CalendarObject { own: Component::new(name), components: vec![] });
        }
        self.open.push(Component::new(name));
    }

    fn end(&mut self, name: &str) {
        if let Some(depth) = self.open.iter().rposition(|component| component.is(name)) {
            self.close(depth);
        }
    }

    /// Ends all that is open beyond `depth`.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(last) = self.open.pop() else { return };
            match (last.name.as_str(), self.open.last_mut(), self.done.last_mut()) {
                ("VCALENDAR", _, Some(calendar)) => calendar.own = last,
                ("VEVENT" | "VFREEBUSY" | "VTIMEZONE", _, Some(calendar)) => {
                    calendar.components.push(last);
                }
                ("STANDARD" | "DAYLIGHT", Some(zone), _) => zone.observances.push(last),
                _ => {}
            }
        }
    }

    fn keep(&mut self, line: Unfolded<'a>) {
        if let Some(component) = self.open.last_mut() {
            component.lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Unfolded<'_> {
        Unfolded { number: 1, text: Cow::Borrowed(text) }
    }

    #[test]
    fn quoted_parameters_may_hold_colons_and_semicolons() {
        let raw = line("DTSTART;X-NOTE=\"a:b;TZID=no\";tzid=\"Europe/London\":20270101T090000");
        let line = ContentLine::new(&raw).unwrap();
        assert_eq!(line.name, "DTSTART");
        assert_eq!(line.parameter("TZID"), Some("Europe/London"));
        assert_eq!(line.value, "20270101T090000");
        assert!(line.parameter("VALUE").is_none());
    }

    #[test]
    fn a_character_cut_by_a_fold_is_joined_again_and_no_encoding_is_refused() {
        let texts = |file: &[u8]| -> Vec<(usize, String)> {
            unfold(file).map(|line| (line.number, line.text.into_owned())).collect()
        };
        let read = texts(b"\xEF\xBB\xBFSUMMARY:caf\xC3\r\n \xA9\nX:y\nU\n ID:z");
        assert_eq!(read, [(1, "SUMMARY:café".to_owned()), (4, "UID:z".to_owned())]);
        assert_eq!(texts(b"SUMMARY:\xFF"), [(1, "SUMMARY:\u{fffd}".to_owned())]);
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            for text in ["BEGIN:a\n", "\u{feff}BEGIN:a\n"] {
                let file: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
                assert_eq!(texts(&decoded(&file)), [(1, "BEGIN:a".to_owned())]);
            }
        }
    }

    #[test]
    fn an_alarm_inside_an_event_keeps_its_lines_to_itself() {
        let file = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nBEGIN:VALARM\nDURATION:PT5M\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n";
        let found = &calendars(file).unwrap()[0].components;
        assert_eq!(found.len(), 1);
        assert!(found[0].find("DURATION").is_none() && found[0].says("uid", "A"));
    }

    #[test]
    fn what_was_never_ended_is_ended_by_what_cannot_stand_inside_it() {
        let file = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nBEGIN:VEVENT\nUID:b\nEND: see below\nBEGIN: with\nDTSTART:1\nEND:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\n";
        let read = calendars(file).unwrap();
        assert_eq!(read.len(), 2);
        assert!(read[0].components[0].says("UID", "a"));
        assert!(
            read[0].components[1].says("UID", "b") && read[0].components[1].says("DTSTART", "1")
        );
    }
}
