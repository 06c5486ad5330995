//! The slot picker: one week of what is offered, as the one who looks sees it.

use jiff::tz::TimeZone;

use super::diary::Asking;
use crate::availability::{Availability, Slot};
use crate::clock::{self, Day, Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::locale::{self, DayShape, LocalZone, Locale};

/// A week of slots in the viewer's zone.
#[derive(Debug, Clone)]
pub struct PickerWeek {
    pub zone: LocalZone,
    pub from: Day,
    pub days: Vec<WeekDay>,
    /// How long each of its times lasts.
    pub length: Span,
    /// Where the weeks before and after begin, if there is anything.
    pub before: Option<Day>,
    pub after: Option<Day>,
    /// The date of the first free time from here on, when this week has none.
    pub next_free: Option<Day>,
    /// "London, GMT (UTC+0)".
    pub zone_words: String,
    /// The accountant's zone and how far behind or ahead it is, if it differs.
    pub theirs: Option<String>,
    /// Nobody told the viewer's zone.
    pub is_guessed: bool,
}

#[derive(Debug, Clone)]
pub struct WeekDay {
    pub day: Day,
    pub slots: Vec<Pick>,
    /// A change of the clock on this date.
    pub note: Option<String>,
}

/// What became of the time that somebody chose before, perhaps before they signed up.
#[derive(Debug, Clone)]
pub enum ChosenTime {
    /// "Tue 24 Nov, 13:45–14:15", still free.
    Free(String),
    /// Its words, and the free times of the week that are nearest.
    Gone(String, Vec<Pick>),
}

/// One radio button.
#[derive(Debug, Clone)]
pub struct Pick {
    pub start: Instant,
    pub value: String,
    pub label: String,
    /// Distance from UTC, when the wall shows this hour twice.
    pub offset: Option<String>,
    /// "Tue 24 Nov, 13:45–14:15".
    pub words: String,
    /// "You have “Tax return” at that time", where whoever picks has.
    pub clash: Option<String>,
}

/// Whose zone times are shown in: named in the address, else of the account, else of the browser,
/// else the accountant's.
pub struct Viewpoint {
    pub zone: LocalZone,
    pub is_guessed: bool,
}

impl Viewpoint {
    pub fn choose(
        named: &str,
        account: Option<&LocalZone>,
        cookie: Option<&str>,
        theirs: &str,
    ) -> Self {
        let locale = account.map_or(Locale::NEUTRAL, |account| account.locale);
        let known = [Some(named), account.map(|account| &**account), cookie].into_iter().flatten();
        let found = known.into_iter().find(|zone| clock::is_zone(zone));
        let zone = LocalZone::new(found.unwrap_or(theirs), locale);
        Self { zone, is_guessed: found.is_none() }
    }
}

impl PickerWeek {
    const DAYS: i32 = 7;

    /// The week as it can be booked now. Of a calendar that is full for a year only this week is
    /// read, unless nothing is free in it and the next free time has to be found.
    pub fn look(
        conn: &mut Conn,
        asking: Asking<'_>,
        view: &Viewpoint,
        from: Option<Day>,
        now: Instant,
    ) -> Result<Self> {
        let (zone, theirs) = (clock::zone(&view.zone), &asking.accountant.zone);
        let shown = |horizon| {
            let first = first_day(&zone, from, horizon, now);
            let (from, to) = (first.begin(&zone), first.plus(Self::DAYS).begin(&zone));
            // a time of this week may reach over its ends with its length and its buffers
            (from - Span::days(1), to + Span::days(1))
        };
        let week = Self::of(&asking.offer_beside(conn, now, shown)?, view, from, theirs);
        if !week.is_empty() {
            return Ok(week);
        }
        Ok(Self::of(&asking.offer(conn, now)?, view, from, theirs))
    }

    pub fn of(offer: &Availability, view: &Viewpoint, from: Option<Day>, their_zone: &str) -> Self {
        let zone = clock::zone(&view.zone);
        let today = offer.now.day_in(&zone);
        let last = today.plus(offer.horizon + 1);
        let from = first_day(&zone, from, offer.horizon, offer.now);
        let days: Vec<WeekDay> = (0..Self::DAYS)
            .map(|n| from.plus(n))
            .map(|day| WeekDay {
                day,
                slots: picks(offer, (&zone, view.zone.locale), day),
                note: change_words((&zone, view.zone.locale), day),
            })
            .collect();
        let is_empty = days.iter().all(|day| day.slots.is_empty());
        let ahead = || offer.next(from.plus(Self::DAYS).begin(&zone));
        let next_free = if is_empty { ahead() } else { None };
        let at = from.begin(&zone).max(offer.now);
        Self {
            zone_words: zone_words(&view.zone, at),
            theirs: (*view.zone != *their_zone).then(|| theirs(&view.zone, their_zone, at)),
            is_guessed: view.is_guessed,
            zone: view.zone.clone(),
            before: (from > today).then(|| from.plus(-Self::DAYS).max(today)),
            after: (from.plus(Self::DAYS) <= last).then(|| from.plus(Self::DAYS)),
            next_free: next_free.map(|slot| slot.start.day_in(&zone)),
            from,
            days,
            length: offer.shape.duration,
        }
    }

    /// How things stand with a time chosen before.
    pub fn choice(&self, start: Instant) -> ChosenTime {
        let chosen = start.minute();
        let mut picks: Vec<&Pick> = self.days.iter().flat_map(|day| &day.slots).collect();
        if let Some(pick) = picks.iter().find(|pick| pick.value == chosen) {
            return ChosenTime::Free(pick.words.clone());
        }
        let words = moment_words(start, &self.zone);
        picks.sort_by_key(|pick| (pick.start.micros() - start.micros()).abs());
        ChosenTime::Gone(words, picks.into_iter().take(3).cloned().collect())
    }

    /// Whether there is any free time, in this week or later.
    pub fn has_times(&self) -> bool {
        !self.is_empty() || self.next_free.is_some()
    }

    /// Whether it warns of an own booking.
    pub fn has_clash(&self) -> bool {
        self.days.iter().flat_map(|day| &day.slots).any(|pick| pick.clash.is_some())
    }

    pub fn is_empty(&self) -> bool {
        self.days.iter().all(|day| day.slots.is_empty())
    }

    /// "23 – 29 Nov", "30 Nov – 6 Dec".
    pub fn words(&self) -> String {
        let last = self.from.plus(Self::DAYS - 1);
        self.zone.locale.days(self.from.date(), last.date())
    }
}

impl WeekDay {
    pub fn long(&self, locale: impl AsRef<Locale>) -> String {
        self.day.shaped(locale, DayShape::Heading)
    }

    pub fn short(&self) -> String {
        locale::weekday(self.day.date()).to_string()
    }

    pub fn number(&self) -> String {
        self.day.date().day().to_string()
    }
}

/// Where a week begins that is asked for: not before today, nor after all that is offered.
fn first_day(zone: &TimeZone, asked: Option<Day>, horizon: i32, now: Instant) -> Day {
    let today = now.day_in(zone);
    asked.unwrap_or(today).clamp(today, today.plus(horizon + 1))
}

fn picks(offer: &Availability, (zone, locale): (&TimeZone, Locale), day: Day) -> Vec<Pick> {
    let (from, to) = (day.begin(zone), day.plus(1).begin(zone));
    let (first, last) = (offer.day_of(from), offer.day_of(to));
    let slots: Vec<Slot> = (0..=first.days_to(last))
        .flat_map(|n| offer.day(first.plus(n)))
        .filter(|slot| from <= slot.start && slot.start < to)
        .collect();
    let wall = |at: Instant| at.on_wall(zone).datetime();
    let labels: Vec<String> =
        slots.iter().map(|slot| locale.time(wall(slot.start).time())).collect();
    let date = locale.day(day.date(), DayShape::Brief);
    slots
        .iter()
        .zip(&labels)
        .map(|(slot, text)| {
            let is_twice = labels.iter().filter(|other| *other == text).count() > 1;
            let hours = locale.times(wall(slot.start).time(), wall(slot.end).time());
            Pick {
                start: slot.start,
                value: slot.start.minute(),
                label: text.clone(),
                offset: is_twice.then(|| slot.start.on_wall(zone).strftime("%:z").to_string()),
                words: format!("{date}, {hours}"),
                clash: None,
            }
        })
        .collect()
}

/// "Tue 24 Nov, 13:45".
pub fn moment_words(at: Instant, reader: &LocalZone) -> String {
    format!("{}, {}", at.day_words(reader, DayShape::Brief), at.time(reader))
}

/// "London, GMT (UTC+0)"; a zone without a name of its own keeps the distance alone.
pub fn zone_words(name: &str, at: Instant) -> String {
    let city = clock::city(name);
    let wall = at.in_zone(name);
    let short = locale::abbreviation(&wall).to_string();
    let distance = distance(wall.offset().seconds());
    match short.starts_with(['+', '-']) || short == city {
        true => format!("{city} (UTC{distance})"),
        false => format!("{city}, {short} (UTC{distance})"),
    }
}

/// "+0", "−5", "+5:30".
fn distance(seconds: i32) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = seconds.abs() / 60;
    match minutes % 60 {
        0 => format!("{sign}{}", minutes / 60),
        rest => format!("{sign}{}:{rest:02}", minutes / 60),
    }
}

/// "in London, 1 h behind"; the same clock in another place is "in London, with the same clock".
fn theirs(mine: &str, their: &str, at: Instant) -> String {
    let city = clock::city(their);
    let seconds = at.in_zone(their).offset().seconds() - at.in_zone(mine).offset().seconds();
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let far = match (hours, minutes) {
        (hours, 0) => format!("{hours} h"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    };
    match seconds {
        0 => format!("in {city}, with the same clock"),
        ..0 => format!("in {city}, {far} behind"),
        _ => format!("in {city}, {far} ahead"),
    }
}

/// "Clocks go forward by 1 h at 01:00", if they do on this date.
fn change_words((zone, locale): (&TimeZone, Locale), day: Day) -> Option<String> {
    let (from, to) = (day.begin(zone), day.plus(1).begin(zone));
    let before = from - Span::seconds(1);
    let change = zone.following(before.timestamp()).next()?;
    let at = Instant::from_micros(change.timestamp().as_microsecond());
    let (old, new) = (zone.to_offset((at - Span::seconds(1)).timestamp()), change.offset());
    let by = new.seconds() - old.seconds();
    if at >= to || by == 0 {
        return None;
    }
    let wall = locale.time(old.to_datetime(change.timestamp()).time());
    let far = match by.abs() % 3600 {
        0 => format!("{} h", by.abs() / 3600),
        _ => format!("{} min", by.abs() / 60),
    };
    let way = if by > 0 { "forward" } else { "back" };
    Some(format!("Clocks go {way} by {far} at {wall}"))
}
