//! When the owner of a calendar is busy, and nothing else about it.

use std::collections::BTreeSet;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::event::{IncomingEvent, is_busy, told};
use super::lines::{CalendarObject, Component, MAX_BYTES, calendars, decoded};
use super::recurrence::{Budget, RecurrenceRule};
use super::series::{SeriesChanges, changes, keep_newest};
use super::times::{Length, Moment, date, instant};
use super::unreadable::{Flaw, Unreadable};
use super::zones::Zones;
use crate::clock::{Day, Instant, Span};
use crate::locale::Locale;

const PAST: Span = Span::days(1);
const AHEAD: Span = Span::days(400);
const MAX_INSTANCES: usize = 5_000;
/// So many of the events that were left out are named, and so many characters of their titles.
const MOST_NAMED: usize = 5;
const MOST_OF_A_TITLE: usize = 40;
/// The longest that anything is moved or lasts, in seconds: a hundred years.
const LONGEST: i64 = 1 << 32;

/// A time in which nothing else fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Busy {
    pub from: Instant,
    pub to: Instant,
}

/// An event that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The beginning of its title, for its owner to find it.
    pub title: String,
    /// Its date, or what stands there instead.
    date: Result<Day, String>,
    pub why: Flaw,
}

impl LeftOut {
    /// `1 Jun 2027`, or what stands there instead.
    pub fn date_words(&self, locale: impl AsRef<Locale>) -> String {
        match &self.date {
            Ok(day) => day.plain(locale),
            Err(text) => text.clone(),
        }
    }
}

/// What a calendar file says.
#[derive(Debug, Default)]
pub struct CalendarReading {
    found: Vec<(Busy, Option<String>)>,
    /// How many events could not be read, and the first of them.
    pub flaws: usize,
    pub left_out: Vec<LeftOut>,
    /// Names of zones that nobody knows; their times were read in the owner's.
    pub unknown_zones: BTreeSet<String>,
}

/// Reads a calendar file from yesterday to 400 days ahead. `zone` is that of dates, and of times for
/// which the file names no zone.
pub fn read(file: &[u8], zone: &str, now: Instant) -> Result<CalendarReading, Unreadable> {
    if file.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let text = decoded(file);
    let calendars = calendars(&text)?;
    let home = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let mut search = BusySearch {
        window: Busy { from: now - PAST, to: now + AHEAD },
        budget: Budget::of_a_file(),
        reading: CalendarReading::default(),
    };
    let mut events = vec![];
    for calendar in &calendars {
        search.take(calendar, &home, &mut events)?;
    }
    keep_newest(&mut events);
    search.expand(&events, &home)?;
    Ok(search.reading)
}

impl CalendarReading {
    /// The names of events that Footing may have given out itself: what stands before the @ of
    /// their UID, if that has the shape of an id.
    pub fn ids(&self) -> BTreeSet<&str> {
        self.found.iter().filter_map(|(_, id)| id.as_deref()).collect()
    }

    /// The busy times, but those of events with one of these ids: sorted, apart from each other,
    /// cut at both ends of the window.
    pub fn busy_without(&self, own: &BTreeSet<String>) -> Vec<Busy> {
        let is_own = |id: &Option<String>| id.as_ref().is_some_and(|id| own.contains(id));
        let others = self.found.iter().filter(|(_, id)| !is_own(id));
        merged(others.map(|(busy, _)| *busy).collect())
    }

    fn leave_out(&mut self, event: &Component, why: Flaw) {
        self.flaws += 1;
        if self.left_out.len() < MOST_NAMED {
            self.left_out.push(LeftOut { title: title(event), date: written_date(event), why });
        }
    }
}

/// The beginning of a title in one line.
fn title(event: &Component) -> String {
    let text = event.find("SUMMARY").map(|line| line.text()).unwrap_or_default();
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(MOST_OF_A_TITLE) {
        words.truncate(end);
        words.push('…');
    }
    words
}

/// The date of an event, or what stands there instead.
fn written_date(event: &Component) -> Result<Day, String> {
    let Some(line) = event.find("DTSTART") else { return Err(String::new()) };
    let value = line.value.trim();
    let date = value.get(..8).and_then(date).map(Day::of);
    date.ok_or_else(|| value.chars().take(20).collect())
}

/// What has been found so far, and how much more may be looked for.
struct BusySearch {
    window: Busy,
    budget: Budget,
    reading: CalendarReading,
}

impl BusySearch {
    /// Reads the events of one calendar, whose zones are its own.
    fn take<'a>(
        &mut self,
        calendar: &'a CalendarObject<'a>,
        home: &TimeZone,
        events: &mut Vec<IncomingEvent<'a>>,
    ) -> Result<(), Unreadable> {
        let year = self.window.to.in_zone("UTC").year().saturating_add(1);
        let zones = Zones::of(calendar, home, year, &mut self.budget);
        let zones = zones.map_err(|_| Unreadable::TooManyEvents)?;
        let is_cancelled = calendar.own.says("METHOD", "CANCEL");
        for component in &calendar.components {
            if component.is("VEVENT") {
                match IncomingEvent::read(component, &zones) {
                    Ok(event) => {
                        events.push(IncomingEvent {
                            is_busy: event.is_busy && !is_cancelled,
                            ..event
                        });
                    }
                    // Whoever is free during an event need not know that it cannot be read.
                    Err(_) if is_cancelled || !is_busy(component) => {}
                    Err(why) => self.reading.leave_out(component, why),
                }
            } else if component.is("VFREEBUSY") {
                self.take_told(component, &zones)?;
            }
        }
        self.reading.unknown_zones.append(&mut zones.into_unknown());
        Ok(())
    }

    fn take_told(&mut self, from: &Component, zones: &Zones) -> Result<(), Unreadable> {
        match told(from, zones) {
            Ok(times) => {
                for (start, length) in times {
                    let busy = self.within(&start, start.wall, length);
                    self.keep(busy.into_iter().collect(), "")?;
                }
            }
            Err(why) => self.reading.leave_out(from, why),
        }
        Ok(())
    }

    fn expand(&mut self, events: &[IncomingEvent], home: &TimeZone) -> Result<(), Unreadable> {
        let (changes, none) = (changes(events, home), SeriesChanges::default());
        for event in events.iter().filter(|event| event.is_busy) {
            self.budget.begin_event();
            match self.instances(event, changes.get(event.uid).unwrap_or(&none)) {
                Ok(found) => self.keep(found, event.uid)?,
                Err(Flaw::Spent) => return Err(Unreadable::TooManyEvents),
                Err(why) => self.reading.leave_out(event.component, why),
            }
        }
        Ok(())
    }

    /// When one event happens inside the window.
    fn instances(
        &mut self,
        event: &IncomingEvent,
        changes: &SeriesChanges,
    ) -> Result<Vec<Busy>, Flaw> {
        // An event that takes the place of another is not struck by its own mark.
        if event.replaces.is_some() {
            let busy = self.within(&event.start, event.start.wall, event.length);
            return Ok(busy.into_iter().collect());
        }
        let is_over = |rule: &RecurrenceRule| rule.ended_before(&event.start);
        let is_deleted = !event.rules.is_empty() && event.rules.iter().all(is_over);
        let mut starts = if is_deleted { vec![] } else { vec![event.start.wall] };
        if let Some(range) = self.walls(event, changes) {
            for rule in &event.rules {
                starts.extend(rule.walls(&event.start, range, &mut self.budget)?);
            }
        }
        starts.sort_unstable();
        starts.dedup();
        let own = starts.into_iter().map(|wall| (&event.start, wall, event.length));
        let more = event.more.iter().map(|(start, length)| (start, start.wall, *length));
        let mut found = vec![];
        for (start, wall, length) in own.chain(more) {
            self.budget.pay(1)?;
            let at = instant(&start.zone, wall);
            if event.without.strike(start, wall, at) || changes.instead.strike(start, wall, at) {
                continue;
            }
            let turned = changes.turned(at, wall, length);
            found.extend(turned.and_then(|(wall, length)| self.within(start, wall, length)));
            if found.len() > MAX_INSTANCES {
                return Err(Flaw::TooOften);
            }
        }
        Ok(found)
    }

    /// The walls between which an instance can begin and still touch the window; two days more on
    /// either side, since zones differ by more than one.
    fn walls(
        &self,
        event: &IncomingEvent,
        changes: &SeriesChanges,
    ) -> Option<(DateTime, DateTime)> {
        let reach = event.length.most_seconds().saturating_add(changes.reach()).min(LONGEST);
        let reach = Span::seconds(reach + 2 * 86_400);
        let wall = |at: Instant| at.in_zone("UTC").datetime();
        let (from, to) = (wall(self.window.from - reach), wall(self.window.to + reach));
        (event.start.wall <= to).then_some((from, to))
    }

    fn within(&self, start: &Moment, wall: DateTime, length: Length) -> Option<Busy> {
        let from = instant(&start.zone, wall).max(self.window.from);
        let to = length.end(&start.zone, wall).min(self.window.to);
        (from < to).then_some(Busy { from, to })
    }

    fn keep(&mut self, found: Vec<Busy>, uid: &str) -> Result<(), Unreadable> {
        let id = uid.split('@').next().filter(|id| is_id(id));
        self.reading.found.extend(found.into_iter().map(|busy| (busy, id.map(str::to_owned))));
        match self.reading.found.len() {
            0..=MAX_INSTANCES => Ok(()),
            _ => Err(Unreadable::TooManyEvents),
        }
    }
}

/// The shape of Footing's ids.
fn is_id(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
mod by_hand;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
