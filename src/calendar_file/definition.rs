//! A zone as a calendar defines it (VTIMEZONE), as one that jiff can use.
//!
//! Its changes are worked out one by one, from the year 1970 on, and handed over as a TZif file: so
//! rules, dated changes and both together are the same. After the last change its offset stays.

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

use super::lines::Component;
use super::recurrence::{Budget, RecurrenceRule};
use super::times::{Moment, date_time};
use super::unreadable::Flaw;

/// The year from which changes are looked for; an older event keeps the offset before them.
const FIRST_YEAR: i16 = 1970;
/// More changes than any place on Earth has had.
const MOST: usize = 2_000;

/// When the clock is set, in seconds since 1970, and from which offset to which.
struct OffsetChange {
    at: i64,
    before: i32,
    after: i32,
}

/// The zone until the end of a year. None if its definition says nothing that can be used.
pub fn zone(of: &Component, year: i16, budget: &mut Budget) -> Result<Option<TimeZone>, Flaw> {
    budget.begin_event();
    let mut changes = vec![];
    for observance in &of.observances {
        match read(observance, year, budget, &mut changes) {
            Err(Flaw::Spent) => return Err(Flaw::Spent),
            Err(_) => return Ok(None),
            Ok(()) => {}
        }
    }
    changes.sort_by_key(|change| change.at);
    changes.dedup_by_key(|change| change.at);
    if changes.is_empty() || changes.len() > MOST {
        return Ok(None);
    }
    Ok(tzif(&changes).and_then(|file| TimeZone::tzif("", &file).ok()))
}

/// The changes to one offset.
fn read(
    of: &Component,
    year: i16,
    budget: &mut Budget,
    changes: &mut Vec<OffsetChange>,
) -> Result<(), Flaw> {
    let offset = |name| of.find(name).and_then(|line| offset(line.value)).ok_or(Flaw::Time);
    let (before, after) = (offset("TZOFFSETFROM")?, offset("TZOFFSETTO")?);
    let wall = |text: &str| date_time(text.trim()).ok_or(Flaw::Time);
    let start = wall(of.find("DTSTART").ok_or(Flaw::NoStart)?.value)?;
    let mut walls = vec![start];
    let range = (date(FIRST_YEAR, 1, 1).at(0, 0, 0, 0), date(year, 12, 31).at(0, 0, 0, 0));
    // The wall is that of the offset before the change, also where the last one is named in UTC.
    let zone = jiff::tz::Offset::from_seconds(before).map_err(|_| Flaw::Time)?.to_time_zone();
    let begin = Moment { wall: start, zone, is_date: false };
    for line in of.all("RRULE") {
        walls.extend(RecurrenceRule::parse(&line)?.walls(&begin, range, budget)?);
    }
    for line in of.all("RDATE") {
        for value in line.value.split(',') {
            walls.push(wall(value)?);
        }
    }
    for wall in walls {
        let at = seconds(wall).ok_or(Flaw::Time)? - i64::from(before);
        changes.push(OffsetChange { at, before, after });
    }
    Ok(())
}

fn seconds(wall: DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(wall).ok().map(Timestamp::as_second)
}

/// `+0530`, `-033000`, and `+05:30`, which some programs write.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim().replace(':', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).map_or(Some(0), |part| part.parse::<i32>().ok());
    let (hours, minutes, seconds) = (part(0)?, part(2)?, part(4)?);
    (hours < 24 && minutes < 60 && seconds < 60)
        .then_some(sign * (hours * 3_600 + minutes * 60 + seconds))
}

/// RFC 8536, version 2: an empty first part for readers of the first version, then the changes.
fn tzif(changes: &[OffsetChange]) -> Option<Vec<u8>> {
    let mut offsets: Vec<i32> = changes.first().map(|first| first.before).into_iter().collect();
    for change in changes {
        if !offsets.contains(&change.after) {
            offsets.push(change.after);
        }
    }
    let header = |file: &mut Vec<u8>, counts: [usize; 6]| {
        file.extend_from_slice(b"TZif2");
        file.extend_from_slice(&[0; 15]);
        for count in counts {
            file.extend_from_slice(&u32::try_from(count).unwrap_or(0).to_be_bytes());
        }
    };
    let mut file = vec![];
    header(&mut file, [0, 0, 0, 0, 1, 1]);
    file.extend_from_slice(&[0; 7]);
    header(&mut file, [0, 0, 0, changes.len(), offsets.len(), 4]);
    for change in changes {
        file.extend_from_slice(&change.at.to_be_bytes());
    }
    for change in changes {
        let at = offsets.iter().position(|offset| *offset == change.after)?;
        file.push(u8::try_from(at).ok()?);
    }
    for offset in &offsets {
        file.extend_from_slice(&offset.to_be_bytes());
        file.extend_from_slice(&[0, 0]); // no summer time told apart, and the one name
    }
    file.extend_from_slice(b"own\0\n\n");
    Some(file)
}
