//! When the owner of a calendar is busy, and nothing else about it.

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, DateTime};

use super::lines::{Component, components, unfold};
use super::recurrence::{Budget, Rule};
use super::times::{Length, Moment, Zones, instant};
use super::unreadable::Unreadable;
use crate::clock::{Instant, Span};

const PAST: Span = Span::days(1);
const AHEAD: Span = Span::days(400);
const MAX_INSTANCES: usize = 5_000;

/// A time in which nothing else fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Busy {
    pub from: Instant,
    pub to: Instant,
}

/// The busy times of a calendar file from yesterday to 400 days ahead: sorted, apart from each
/// other, cut at both ends. `zone` is that of dates and of times that name no zone.
pub fn busy(text: &[u8], zone: &str, now: Instant) -> Result<Vec<Busy>, Unreadable> {
    let lines = unfold(text)?;
    let components = components(&lines)?;
    let zones = Zones::new(zone, &components);
    let mut changed = HashMap::<&str, Exceptions>::new();
    let mut events = vec![];
    for component in components.iter().filter(|component| component.is("VEVENT")) {
        let Some(event) = Event::read(component, &zones)? else { continue };
        if let Some(id) = &event.replaces {
            changed.entry(event.uid).or_default().add(id);
        }
        events.push(event);
    }
    let mut search = Search {
        window: Busy { from: now - PAST, to: now + AHEAD },
        budget: Budget::of_a_file(),
        found: vec![],
    };
    let none = Exceptions::default();
    for event in events.iter().filter(|event| event.is_busy) {
        let changed = changed.get(event.uid).unwrap_or(&none);
        search.add(event, changed)?;
    }
    Ok(merged(search.found))
}

/// What is asked of an event; its title is not.
struct Event<'a> {
    uid: &'a str,
    start: Moment,
    length: Length,
    rules: Vec<Rule>,
    more: Vec<(Moment, Length)>,
    without: Exceptions,
    /// The instance of another event with the same UID whose place this one takes.
    replaces: Option<Moment>,
    is_busy: bool,
}

impl<'a> Event<'a> {
    /// None if it has no time: such an event is a note.
    fn read(from: &Component<'a>, zones: &Zones) -> Result<Option<Self>, Unreadable> {
        let Some(line) = from.find("DTSTART") else { return Ok(None) };
        let start = zones.moment(line, line.value)?;
        let length = length(from, &start, zones)?;
        let replaces = from.find("RECURRENCE-ID");
        let replaces = replaces.map(|line| zones.moment(line, line.value)).transpose()?;
        let mut event = Self {
            uid: from.find("UID").map_or("", |line| line.value.trim()),
            start,
            length,
            rules: vec![],
            more: vec![],
            without: Exceptions::default(),
            replaces,
            is_busy: !from.says("TRANSP", "TRANSPARENT") && !from.says("STATUS", "CANCELLED"),
        };
        if event.replaces.is_none() && event.is_busy {
            event.read_repetition(from, zones)?;
        }
        Ok(Some(event))
    }

    fn read_repetition(&mut self, from: &Component, zones: &Zones) -> Result<(), Unreadable> {
        for line in from.all("RRULE") {
            self.rules.push(Rule::parse(line, zones)?);
        }
        for line in from.all("EXDATE") {
            zones.moments(line)?.iter().for_each(|moment| self.without.add(moment));
        }
        for line in from.all("RDATE") {
            for value in line.value.split(',').filter(|value| !value.trim().is_empty()) {
                let (first, last) = value.split_once('/').unwrap_or((value, ""));
                let start = zones.moment(line, first)?;
                let length = match (last, Length::parse(last)) {
                    ("", _) => self.length,
                    (_, Some(length)) => length,
                    (end, None) => between(&start, &zones.moment(line, end)?),
                };
                self.more.push((start, length));
            }
        }
        Ok(())
    }
}

fn length(of: &Component, start: &Moment, zones: &Zones) -> Result<Length, Unreadable> {
    let length = match (of.find("DTEND"), of.find("DURATION")) {
        (Some(end), _) => between(start, &zones.moment(end, end.value)?),
        (None, Some(line)) => Length::parse(line.value).ok_or(Unreadable::Time(line.number))?,
        (None, None) => Length { days: 0, seconds: 0 },
    };
    // A date without an end, or with itself as its end, is that whole day.
    let is_nothing = length.days <= 0 && length.seconds <= 0;
    Ok(if start.is_date && is_nothing { Length { days: 1, seconds: 0 } } else { length })
}

/// Dates are counted in days of the calendar, times in elapsed seconds.
fn between(start: &Moment, end: &Moment) -> Length {
    if start.is_date && end.is_date {
        let elapsed = end.wall.duration_since(start.wall);
        return Length { days: elapsed.as_hours() / 24, seconds: 0 };
    }
    let elapsed = end.instant().elapsed_since(start.instant()).as_seconds();
    Length { days: 0, seconds: elapsed }
}

/// The instances that do not happen, or happen otherwise.
#[derive(Default)]
struct Exceptions {
    instants: HashSet<Instant>,
    dates: HashSet<Date>,
    /// Those named by a date alone: they strike an event at any time of that day.
    whole_days: HashSet<Date>,
}

impl Exceptions {
    fn add(&mut self, moment: &Moment) {
        self.dates.insert(moment.wall.date());
        if moment.is_date {
            self.whole_days.insert(moment.wall.date());
        } else {
            self.instants.insert(moment.instant());
        }
    }

    fn strike(&self, start: &Moment, wall: DateTime, at: Instant) -> bool {
        let day = wall.date();
        self.instants.contains(&at)
            || self.whole_days.contains(&day)
            || (start.is_date && self.dates.contains(&day))
    }
}

/// What has been found so far, and how much more may be looked for.
struct Search {
    window: Busy,
    budget: Budget,
    found: Vec<Busy>,
}

impl Search {
    fn add(&mut self, event: &Event, changed: &Exceptions) -> Result<(), Unreadable> {
        // An event that takes the place of another is not struck by its own mark.
        if event.replaces.is_some() {
            return self.keep(&event.start, event.start.wall, event.length);
        }
        let mut starts = vec![event.start.wall];
        if let Some(range) = self.walls(event) {
            for rule in &event.rules {
                starts.extend(rule.walls(&event.start, range, &mut self.budget)?);
            }
        }
        starts.sort_unstable();
        starts.dedup();
        let own = starts.into_iter().map(|wall| (&event.start, wall, event.length));
        let more = event.more.iter().map(|(start, length)| (start, start.wall, *length));
        for (start, wall, length) in own.chain(more) {
            self.budget.pay(1)?;
            let at = instant(&start.zone, wall);
            if !event.without.strike(start, wall, at) && !changed.strike(start, wall, at) {
                self.keep(start, wall, length)?;
            }
        }
        Ok(())
    }

    /// The walls between which an instance can begin and still touch the window; two days more on
    /// either side, since zones differ by more than one.
    fn walls(&self, event: &Event) -> Option<(DateTime, DateTime)> {
        let lasting = Span::days(event.length.days.clamp(0, 40_000))
            .as_seconds()
            .saturating_add(event.length.seconds.clamp(0, 1 << 32));
        let from = (self.window.from - Span::seconds(lasting) - Span::days(2)).in_zone("UTC");
        let to = (self.window.to + Span::days(2)).in_zone("UTC");
        let range = (from.datetime(), to.datetime());
        (event.start.wall <= range.1).then_some(range)
    }

    fn keep(&mut self, start: &Moment, wall: DateTime, length: Length) -> Result<(), Unreadable> {
        let from = instant(&start.zone, wall).max(self.window.from);
        let to = length.end(&start.zone, wall).min(self.window.to);
        if from < to {
            if self.found.len() >= MAX_INSTANCES {
                return Err(Unreadable::TooManyEvents);
            }
            self.found.push(Busy { from, to });
        }
        Ok(())
    }
}

fn merged(mut found: Vec<Busy>) -> Vec<Busy> {
    found.sort_unstable();
    let mut apart = Vec::<Busy>::new();
    for next in found {
        match apart.last_mut() {
            Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
            _ => apart.push(next),
        }
    }
    apart
}

#[cfg(test)]
mod tests;
