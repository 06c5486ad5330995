//! Dates, times, lengths and zones as calendar files write them.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::lines::{Component, Line};
use super::unreadable::Unreadable;
use crate::clock::{Instant, Span, is_zone};

/// What Windows calls the zones that calendars most often name.
const WINDOWS: &[(&str, &str)] = &[
    ("GMT Standard Time", "Europe/London"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Romance Standard Time", "Europe/Paris"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("FLE Standard Time", "Europe/Kyiv"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("India Standard Time", "Asia/Kolkata"),
    ("China Standard Time", "Asia/Shanghai"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Atlantic Standard Time", "America/Halifax"),
    ("Eastern Standard Time", "America/New_York"),
    ("Central Standard Time", "America/Chicago"),
    ("Mountain Standard Time", "America/Denver"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Alaskan Standard Time", "America/Anchorage"),
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
];

/// The zones a file names, and the one for times that name none.
pub struct Zones {
    home: TimeZone,
    places: HashMap<String, String>,
}

impl Zones {
    pub fn new(home: &str, components: &[Component]) -> Self {
        let zones = components.iter().filter(|component| component.is("VTIMEZONE"));
        let places = zones.filter_map(|zone| {
            let (id, place) = (zone.find("TZID")?, zone.find("X-LIC-LOCATION")?);
            Some((id.value.trim().to_owned(), place.value.trim().to_owned()))
        });
        Self { home: known(home).unwrap_or(TimeZone::UTC), places: places.collect() }
    }

    /// An unknown name reads as home: better a wrong hour than a lost event.
    fn find(&self, id: &str) -> TimeZone {
        let windows = || WINDOWS.iter().find(|(name, _)| name.eq_ignore_ascii_case(id));
        known(id)
            .or_else(|| self.places.get(id).and_then(|place| known(place)))
            .or_else(|| windows().and_then(|(_, place)| known(place)))
            .or_else(|| after_prefix(id))
            .unwrap_or_else(|| self.home.clone())
    }

    /// One value of DTSTART and its like. `line` has the parameters.
    pub fn moment(&self, line: &Line, value: &str) -> Result<Moment, Unreadable> {
        let unreadable = || Unreadable::Time(line.number);
        let value = value.trim();
        let says_date = line.parameter("VALUE").is_some_and(|v| v.eq_ignore_ascii_case("DATE"));
        if says_date || value.len() == 8 {
            let day = value.get(..8).and_then(date).ok_or_else(unreadable)?;
            let wall = day.at(0, 0, 0, 0);
            return Ok(Moment { wall, zone: self.home.clone(), is_date: true });
        }
        let (digits, is_utc) = match value.strip_suffix(['Z', 'z']) {
            Some(digits) => (digits, true),
            None => (value, false),
        };
        let wall = date_time(digits).ok_or_else(unreadable)?;
        let zone = match line.parameter("TZID") {
            _ if is_utc => TimeZone::UTC,
            Some(id) => self.find(id),
            None => self.home.clone(),
        };
        Ok(Moment { wall, zone, is_date: false })
    }

    /// Every value of EXDATE and its like; an empty one, which some programs write, is none.
    pub fn moments(&self, line: &Line) -> Result<Vec<Moment>, Unreadable> {
        let values = line.value.split(',').filter(|value| !value.trim().is_empty());
        values.map(|value| self.moment(line, value)).collect()
    }
}

fn known(name: &str) -> Option<TimeZone> {
    if is_zone(name) { TimeZone::get(name).ok() } else { None }
}

/// `/example.org/20050126_1/Europe/London`, as older programs write it.
fn after_prefix(id: &str) -> Option<TimeZone> {
    let mut rest = id.get(..200).unwrap_or(id);
    while let Some((_, after)) = rest.split_once('/') {
        if let Some(zone) = known(after) {
            return Some(zone);
        }
        rest = after;
    }
    None
}

/// A time on the wall of a zone, or the beginning of a date.
#[derive(Debug, Clone)]
pub struct Moment {
    pub wall: DateTime,
    pub zone: TimeZone,
    pub is_date: bool,
}

impl Moment {
    pub fn instant(&self) -> Instant {
        instant(&self.zone, self.wall)
    }
}

/// The last days of the year 9999 have no instant, and "for ever" is often written so.
const FOR_EVER: Instant = Instant::from_micros(i64::MAX);

/// What a wall shows as an instant; in a gap the time moves on, in a fold it is the first.
pub fn instant(zone: &TimeZone, wall: DateTime) -> Instant {
    let timestamp = zone.to_timestamp(wall);
    timestamp.map_or(FOR_EVER, |at| Instant::from_micros(at.as_microsecond()))
}

/// `20270328`, from the year 1 on.
fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    let day = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (day.year() > 0).then_some(day)
}

/// `20270328T093000`; a leap second reads as the one before it.
pub fn date_time(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once(['T', 't'])?;
    if time.len() != 6 || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hour, minute, second) = (time.get(..2)?, time.get(2..4)?, time.get(4..)?);
    let second: i8 = second.parse().ok()?;
    let second = if second == 60 { 59 } else { second };
    let time = jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, second, 0).ok()?;
    Some(date(day)?.to_datetime(time))
}

/// How long an event lasts: days on the calendar, then elapsed seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    pub days: i64,
    pub seconds: i64,
}

impl Length {
    /// `P1W`, `P1DT2H30M`. Negative is no length.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let (mut length, mut is_time, mut digits) = (Self { days: 0, seconds: 0 }, false, None);
        for c in text.strip_prefix('P')?.chars() {
            if let Some(digit) = c.to_digit(10) {
                let number = digits.unwrap_or(0i64).checked_mul(10)?;
                digits = Some(number.checked_add(i64::from(digit))?);
                continue;
            }
            let (days, seconds) = match (c, is_time) {
                ('T', false) if digits.is_none() => {
                    is_time = true;
                    continue;
                }
                ('W', false) => (7, 0),
                ('D', false) => (1, 0),
                ('H', true) => (0, 3600),
                ('M', true) => (0, 60),
                ('S', true) => (0, 1),
                _ => return None,
            };
            let number = digits.take()?;
            length.days = length.days.checked_add(number.checked_mul(days)?)?;
            length.seconds = length.seconds.checked_add(number.checked_mul(seconds)?)?;
        }
        let is_empty = is_negative || digits.is_some();
        Some(if is_empty { Self { days: 0, seconds: 0 } } else { length })
    }

    /// Where an event of this length ends.
    pub fn end(self, zone: &TimeZone, from: DateTime) -> Instant {
        let days = jiff::SignedDuration::from_secs(self.days.saturating_mul(86_400));
        let Ok(wall) = from.checked_add(days) else { return FOR_EVER };
        instant(zone, wall) + Span::seconds(self.seconds.min(1 << 40))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_days_and_seconds() {
        let read = |text| Length::parse(text).map(|length| (length.days, length.seconds));
        assert_eq!(read("P1W"), Some((7, 0)));
        assert_eq!(read("+P1DT2H30M5S"), Some((1, 9_005)));
        assert_eq!(read("-PT15M"), Some((0, 0)));
        for text in ["", "1D", "P1", "PT1D", "PH", "P99999999999999999999D", "P1X"] {
            assert!(!matches!(read(text), Some((days, seconds)) if days + seconds > 0), "{text}");
        }
    }

    #[test]
    fn zones_are_found_by_every_name_calendars_give_them() {
        let lines = crate::calendar_file::lines::unfold(
            b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ours\nX-LIC-LOCATION:Asia/Tokyo\nEND:VTIMEZONE\nEND:VCALENDAR\n",
        )
        .unwrap();
        let components = crate::calendar_file::lines::components(&lines).unwrap();
        let zones = Zones::new("Europe/Paris", &components);
        let name = |id: &str| zones.find(id).iana_name().map(str::to_owned).unwrap_or_default();
        assert_eq!(name("Europe/London"), "Europe/London");
        assert_eq!(name("Ours"), "Asia/Tokyo");
        assert_eq!(name("gmt standard time"), "Europe/London");
        assert_eq!(name("/mozilla.org/20050126_1/America/New_York"), "America/New_York");
        assert_eq!(name("Mars/Olympus"), "Europe/Paris");
        for (windows, place) in WINDOWS {
            assert_eq!(&name(windows), place);
        }
    }

    #[test]
    fn only_real_dates_and_times_are_read() {
        assert!(date_time("20270328T013000").is_some() && date_time("20270328T235960").is_some());
        for text in ["20270230T090000", "20270328T246000", "00000101T000000", "2027-3-2T09:0", "T"]
        {
            assert!(date_time(text).is_none(), "{text}");
        }
    }
}
