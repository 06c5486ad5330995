//! One event of a calendar, as far as it says when its owner is busy.

use std::collections::HashSet;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::lines::{Component, ContentLine};
use super::recurrence::RecurrenceRule;
use super::times::{Length, Moment};
use super::unreadable::Flaw;
use super::zones::Zones;
use crate::clock::Instant;

/// What is asked of an event; its title is not.
pub struct IncomingEvent<'a> {
    /// Where it stands, in case it cannot be told.
    pub component: &'a Component<'a>,
    pub uid: &'a str,
    pub sequence: i64,
    pub start: Moment,
    pub length: Length,
    pub rules: Vec<RecurrenceRule>,
    pub more: Vec<(Moment, Length)>,
    pub without: Exceptions,
    /// The instance of another event with the same UID whose place this one takes.
    pub replaces: Option<Replaced>,
    pub is_busy: bool,
}

/// An instance that happens otherwise, and whether all that follow move with it.
pub struct Replaced {
    pub id: Moment,
    pub has_followers: bool,
}

impl<'a> IncomingEvent<'a> {
    pub fn read(from: &'a Component<'a>, zones: &Zones) -> Result<Self, Flaw> {
        let is_busy = is_busy(from);
        let replaces = from.find("RECURRENCE-ID").map(|line| replaced(&line, zones)).transpose()?;
        let start = match (from.find("DTSTART"), &replaces) {
            (Some(line), _) => zones.moment(&line, line.value)?,
            // A cancellation need not say when the instance would have been.
            (None, Some(replaced)) => replaced.id.clone(),
            (None, None) => return Err(Flaw::NoStart),
        };
        let length = if is_busy { length(from, &start, zones)? } else { Length::NONE };
        let sequence = from.find("SEQUENCE").and_then(|line| line.value.trim().parse().ok());
        let mut event = Self {
            component: from,
            uid: from.find("UID").map_or("", |line| line.value.trim()),
            sequence: sequence.unwrap_or(0),
            start,
            length,
            rules: vec![],
            more: vec![],
            without: Exceptions::default(),
            replaces,
            is_busy,
        };
        if event.replaces.is_none() && event.is_busy {
            event.read_repetition(from, zones)?;
        }
        Ok(event)
    }

    fn read_repetition(&mut self, from: &Component, zones: &Zones) -> Result<(), Flaw> {
        for line in from.all("RRULE") {
            self.rules.push(RecurrenceRule::parse(&line)?);
        }
        for line in from.all("EXDATE") {
            // One that cannot be read strikes nothing: better busy than booked twice.
            let moments = values(&line).filter_map(|value| zones.moment(&line, value).ok());
            moments.for_each(|moment| self.without.add(&moment, zones.home()));
        }
        for line in from.all("RDATE") {
            for value in values(&line) {
                let (first, last) = value.split_once('/').unwrap_or((value, ""));
                let start = zones.moment(&line, first)?;
                let length = match last {
                    "" => self.length,
                    last => until(&start, last, &line, zones)?,
                };
                self.more.push((start, length));
            }
        }
        Ok(())
    }
}

/// Whether an event says that its owner has no time for another.
pub fn is_busy(event: &Component) -> bool {
    !event.says("TRANSP", "TRANSPARENT")
        && !event.says("STATUS", "CANCELLED")
        && !event.says("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
}

fn replaced(line: &ContentLine, zones: &Zones) -> Result<Replaced, Flaw> {
    let range = line.parameter("RANGE");
    let has_followers = range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"));
    Ok(Replaced { id: zones.moment(line, line.value)?, has_followers })
}

/// The busy times that somebody's calendar tells without its events (VFREEBUSY).
pub fn told(from: &Component, zones: &Zones) -> Result<Vec<(Moment, Length)>, Flaw> {
    let mut times = vec![];
    for line in from.all("FREEBUSY") {
        if line.parameter("FBTYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("FREE")) {
            continue;
        }
        for value in values(&line) {
            let (first, last) = value.split_once('/').ok_or(Flaw::Time)?;
            let start = zones.moment(&line, first)?;
            let length = until(&start, last, &line, zones)?;
            times.push((start, length));
        }
    }
    Ok(times)
}

/// An empty value, which some programs write, is none.
fn values<'a>(line: &ContentLine<'a>) -> impl Iterator<Item = &'a str> {
    line.value.split(',').map(str::trim).filter(|value| !value.is_empty())
}

/// The second half of a period: a length, or where it ends.
fn until(start: &Moment, last: &str, line: &ContentLine, zones: &Zones) -> Result<Length, Flaw> {
    match Length::parse(last) {
        Some(length) => Ok(length),
        None => Ok(between(start, &zones.moment(line, last)?)),
    }
}

fn length(of: &Component, start: &Moment, zones: &Zones) -> Result<Length, Flaw> {
    let length = match (of.find("DTEND"), of.find("DURATION")) {
        (Some(end), _) => between(start, &zones.moment(&end, end.value)?),
        (None, Some(line)) => Length::parse(line.value).ok_or(Flaw::Time)?,
        (None, None) => Length::NONE,
    };
    // A date without an end, or with itself as its end, is that whole day.
    let is_nothing = length.on_wall <= 0 && length.elapsed <= 0;
    Ok(if start.is_date && is_nothing { Length::DAY } else { length })
}

/// In one zone what the wall shows stays, as calendar programs have it: a night shift that ends at
/// six ends at six in every night. Between two zones time elapses.
fn between(start: &Moment, end: &Moment) -> Length {
    if start.zone == end.zone && start.is_date == end.is_date {
        return Length { on_wall: end.wall.duration_since(start.wall).as_secs(), elapsed: 0 };
    }
    let elapsed = end.instant().elapsed_since(start.instant()).as_seconds();
    Length { on_wall: 0, elapsed }
}

/// The instances that do not happen, or happen otherwise.
#[derive(Default)]
pub struct Exceptions {
    instants: HashSet<Instant>,
    /// What each of them means in a series of whole days.
    dates: HashSet<Date>,
    /// Those named by a date alone: they strike an event at any time of that day.
    whole_days: HashSet<Date>,
}

impl Exceptions {
    pub fn add(&mut self, moment: &Moment, home: &TimeZone) {
        self.dates.insert(date_of(moment, home));
        if moment.is_date {
            self.whole_days.insert(moment.wall.date());
        } else {
            self.instants.insert(moment.instant());
        }
    }

    pub fn strike(&self, start: &Moment, wall: DateTime, at: Instant) -> bool {
        let day = wall.date();
        if start.is_date {
            return self.dates.contains(&day);
        }
        self.instants.contains(&at) || self.whole_days.contains(&day)
    }
}

/// The one day of a series of whole days that a moment names. Some programs name it by the instant
/// of its midnight, others by a time in UTC, others by the date with noughts behind it.
fn date_of(moment: &Moment, home: &TimeZone) -> Date {
    let midnight = |wall: DateTime| wall.time() == Time::midnight();
    let at_home = moment.instant().on_wall(home).datetime();
    let is_utc = moment.zone == TimeZone::UTC;
    if !moment.is_date && (midnight(at_home) || (is_utc && !midnight(moment.wall))) {
        return at_home.date();
    }
    moment.wall.date()
}
