//! Content lines and components of a calendar file, read defensively.
//!
//! By hand, because the parser of the `icalendar` crate descends once per nested component, so that
//! a file of BEGIN lines overflows the stack, and because it reads titles that we must not keep.

use super::unreadable::Unreadable;

/// Two megabytes; a longer file is not read.
pub const MAX_BYTES: usize = 2_000_000;
const MAX_LINES: usize = 20_000;
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A line after unfolding, with the number of the raw line it begins at.
pub struct Unfolded {
    number: usize,
    text: String,
}

/// `NAME;PARAMETER=value:value`.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    pub number: usize,
    pub name: &'a str,
    parameters: &'a str,
    pub value: &'a str,
}

/// An event or a zone's definition: its own lines, not those of the components inside it.
pub struct Component<'a> {
    pub name: &'a str,
    pub lines: Vec<Line<'a>>,
}

impl<'a> Component<'a> {
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Line<'a>> {
        self.lines.iter().filter(move |line| line.name.eq_ignore_ascii_case(name))
    }

    pub fn find(&self, name: &str) -> Option<&Line<'a>> {
        self.lines.iter().find(|line| line.name.eq_ignore_ascii_case(name))
    }

    pub fn says(&self, name: &str, value: &str) -> bool {
        self.find(name).is_some_and(|line| line.value.trim().eq_ignore_ascii_case(value))
    }
}

impl<'a> Line<'a> {
    fn new(line: &'a Unfolded) -> Option<Self> {
        let text = line.text.as_str();
        let colon = outside_quotes(text, ':').or_else(|| text.find(':'))?;
        let (head, value) = text.split_at_checked(colon)?;
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self {
            number: line.number,
            name: name.trim(),
            parameters,
            value: value.strip_prefix(':')?,
        })
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

/// Joins folded lines. Bytes before text, because some programs fold inside a UTF-8 character.
pub fn unfold(file: &[u8]) -> Result<Vec<Unfolded>, Unreadable> {
    if file.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let file = file.strip_prefix(BOM).unwrap_or(file);
    let mut joined: Vec<(usize, Vec<u8>)> = vec![];
    for (at, raw) in file.split(|byte| *byte == b'\n').enumerate() {
        if at >= MAX_LINES && !raw.is_empty() {
            return Err(Unreadable::TooLong);
        }
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        match (raw.split_first(), joined.last_mut()) {
            (Some((b' ' | b'\t', more)), Some((_, line))) => line.extend_from_slice(more),
            _ => joined.push((at + 1, raw.to_vec())),
        }
    }
    let text = |(number, line)| {
        let text = String::from_utf8(line).map_err(|_| Unreadable::NotUtf8)?;
        Ok(Unfolded { number, text })
    };
    joined.into_iter().map(text).collect()
}

/// The events and zones of every calendar in the file. One that is cut off is refused: what is
/// missing may be the event that matters.
pub fn components(lines: &[Unfolded]) -> Result<Vec<Component<'_>>, Unreadable> {
    let (mut open, mut done) = (Vec::<Component>::new(), vec![]);
    let mut is_calendar = false;
    for line in lines.iter().filter_map(Line::new) {
        if line.name.eq_ignore_ascii_case("BEGIN") {
            let next = Component { name: line.value.trim(), lines: vec![] };
            is_calendar |= next.is("VCALENDAR");
            open.push(next);
        } else if line.name.eq_ignore_ascii_case("END") {
            match open.pop() {
                Some(last) if last.is(line.value.trim()) => done.push(last),
                _ => return Err(Unreadable::Broken(line.number)),
            }
        } else if let Some(component) = open.last_mut() {
            component.lines.push(line);
        }
    }
    match (is_calendar, open.is_empty()) {
        (false, _) => Err(Unreadable::NotACalendar),
        (true, false) => Err(Unreadable::CutOff),
        (true, true) => {
            done.retain(|component| component.is("VEVENT") || component.is("VTIMEZONE"));
            Ok(done)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Unfolded {
        Unfolded { number: 1, text: text.to_owned() }
    }

    #[test]
    fn quoted_parameters_may_hold_colons_and_semicolons() {
        let raw = line("DTSTART;X-NOTE=\"a:b;TZID=no\";tzid=\"Europe/London\":20270101T090000");
        let line = Line::new(&raw).unwrap();
        assert_eq!(line.name, "DTSTART");
        assert_eq!(line.parameter("TZID"), Some("Europe/London"));
        assert_eq!(line.value, "20270101T090000");
        assert!(line.parameter("VALUE").is_none());
    }

    #[test]
    fn a_character_cut_by_a_fold_is_joined_again() {
        let lines = unfold(b"\xEF\xBB\xBFX:caf\xC3\r\n \xA9\nY:z").unwrap();
        let texts: Vec<(usize, &str)> =
            lines.iter().map(|line| (line.number, line.text.as_str())).collect();
        assert_eq!(texts, [(1, "X:café"), (3, "Y:z")]);
        assert_eq!(unfold(b"X:\xFF").err(), Some(Unreadable::NotUtf8));
    }

    #[test]
    fn an_alarm_inside_an_event_keeps_its_lines_to_itself() {
        let lines = unfold(
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nBEGIN:VALARM\nDURATION:PT5M\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n",
        )
        .unwrap();
        let found = components(&lines).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].find("DURATION").is_none() && found[0].says("uid", "A"));
    }
}
