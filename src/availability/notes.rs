//! What a calendar kept elsewhere holds that we could not read, in words for its owner alone.

use crate::calendar_file::{CalendarReading, LeftOut};
use crate::db::SealedColumn;
use crate::error::{Error, Result};
use crate::locale::{LocalZone, Locale};
use crate::seal::Seal;
use crate::web::text;

const PURPOSE: &str = "footing/outside-calendar-notes/v1";

pub(super) const SEALED: SealedColumn =
    SealedColumn { table: "outside_calendars", key: "id", column: "notes", purpose: PURPOSE };

/// How many events were left out, and a few lines about them. The lines hold the beginnings of
/// titles, so they are kept sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    pub left_out: i32,
    pub lines: Vec<String>,
}

impl Notes {
    /// Of what was read for somebody in `zone`, as they write dates.
    pub(super) fn of(reading: &CalendarReading, zone: &LocalZone) -> Self {
        let locale = zone.locale;
        let mut lines: Vec<String> =
            reading.left_out.iter().map(|left_out| line(left_out, locale)).collect();
        match reading.flaws.saturating_sub(lines.len()) {
            0 => {}
            more => {
                let more = i64::try_from(more).unwrap_or(i64::MAX);
                lines.push(format!("And {} more.", locale.count(more)));
            }
        }
        let unknown = reading.unknown_zones.iter().filter_map(|name| clean(name));
        lines.extend(unknown.map(|name| {
            format!("No time zone is called “{name}”: we read its times as those of {zone}.")
        }));
        Self { left_out: i32::try_from(reading.flaws).unwrap_or(i32::MAX), lines }
    }

    pub(super) fn sealed(&self, seal: &Seal) -> Result<Option<Vec<u8>>> {
        if self.lines.is_empty() {
            return Ok(None);
        }
        seal.seal(PURPOSE, self.lines.join("\n").as_bytes()).map(Some)
    }

    pub(super) fn open(seal: &Seal, left_out: i32, sealed: Option<&[u8]>) -> Result<Self> {
        let Some(sealed) = sealed else { return Ok(Self { left_out, lines: vec![] }) };
        let text = String::from_utf8(seal.open(PURPOSE, sealed)?).map_err(Error::internal)?;
        Ok(Self { left_out, lines: text.lines().map(str::to_owned).collect() })
    }

    /// What stands above the lines.
    pub fn heading(&self) -> String {
        match self.left_out {
            0 => "We read all events, but not all zones:".to_owned(),
            1 => "1 event could not be read and takes no time away:".to_owned(),
            many => format!("{many} events could not be read and take no time away:"),
        }
    }
}

fn line(left_out: &LeftOut, locale: Locale) -> String {
    let title = clean(&left_out.title)
        .map_or_else(|| "An event without a title".to_owned(), |title| format!("“{title}”"));
    let date =
        clean(&left_out.date_words(locale)).map(|date| format!(", {date}")).unwrap_or_default();
    format!("{title}{date}: {}.", left_out.why)
}

/// As one line that hides and reorders nothing; none if nothing is left.
fn clean(found: &str) -> Option<String> {
    let seen: String = found.chars().filter(|c| !c.is_control()).collect();
    text::line("Text", &seen, 1, 80).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Instant;

    /// 2027-03-01T12:00:00Z.
    const NOW: Instant = Instant::from_micros(1_803_902_400_000_000);

    fn notes(events: &str) -> Notes {
        let file = format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n");
        let reading = crate::calendar_file::read(file.as_bytes(), "Europe/Berlin", NOW).unwrap();
        Notes::of(&reading, &LocalZone::neutral("Europe/Berlin"))
    }

    #[test]
    fn what_is_left_out_is_told_in_short_lines_that_hide_nothing() {
        let event = |lines: &str| format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n");
        let bad = event("SUMMARY:\u{202e}Team\u{7} lunch\nDTSTART:20271032T000000");
        let often = event("DTSTART:20270601T100000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY");
        let odd = event("DTSTART;TZID=Mars:20270601T100000\nDURATION:PT1H");
        let told = notes(&format!("{bad}{often}{odd}"));
        assert_eq!(told.heading(), "2 events could not be read and take no time away:");
        assert_eq!(
            told.lines,
            [
                "“Team lunch”, 20271032T000000: its date or time cannot be read.",
                "An event without a title, 1 Jun 2027: it repeats too often.",
                "No time zone is called “Mars”: we read its times as those of Europe/Berlin.",
            ]
        );
        let many = notes(&bad.repeat(2_000));
        assert_eq!((many.left_out, many.lines.len()), (2_000, 6));
        assert_eq!(many.lines[5], "And 1,995 more.");
        assert_eq!(notes(""), Notes::default());
    }
}
