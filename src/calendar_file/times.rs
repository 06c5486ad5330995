//! Dates, times and lengths as calendar files write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::lines::ContentLine;
use super::unreadable::Flaw;
use super::zones::Zones;
use crate::clock::{Instant, Span};

impl Zones {
    /// One value of DTSTART and its like. `line` has the parameters; where they say a date and the
    /// value says a time, the value is believed.
    pub fn moment(&self, line: &ContentLine, value: &str) -> Result<Moment, Flaw> {
        let value = value.trim();
        if value.len() == 8 {
            let wall = date(value).ok_or(Flaw::Time)?.at(0, 0, 0, 0);
            return Ok(Moment { wall, zone: self.home().clone(), is_date: true });
        }
        let (digits, is_utc) = match value.strip_suffix(['Z', 'z']) {
            Some(digits) => (digits, true),
            None => (value, false),
        };
        let wall = date_time(digits).ok_or(Flaw::Time)?;
        let zone = match line.parameter("TZID") {
            _ if is_utc => TimeZone::UTC,
            Some(id) => self.find(id),
            None => self.floating().clone(),
        };
        Ok(Moment { wall, zone, is_date: false })
    }
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
pub fn date(text: &str) -> Option<Date> {
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

/// How long an event lasts, in seconds: first on the wall, where days and times stay what they are
/// across a change of the clock, then elapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    pub on_wall: i64,
    pub elapsed: i64,
}

impl Length {
    pub const NONE: Self = Self { on_wall: 0, elapsed: 0 };
    pub const DAY: Self = Self { on_wall: 86_400, elapsed: 0 };

    /// The longest that it can be on any calendar.
    pub fn most_seconds(self) -> i64 {
        self.on_wall.max(0).saturating_add(self.elapsed.max(0)).saturating_add(86_400)
    }

    /// `P1W`, `P1DT2H30M`: days are those of the calendar, hours are elapsed. Negative is no length.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let (mut length, mut is_time, mut digits) = (Self::NONE, false, None);
        for c in text.strip_prefix('P')?.chars() {
            if let Some(digit) = c.to_digit(10) {
                let number = digits.unwrap_or(0i64).checked_mul(10)?;
                digits = Some(number.checked_add(i64::from(digit))?);
                continue;
            }
            let (on_wall, elapsed) = match (c, is_time) {
                ('T', false) if digits.is_none() => {
                    is_time = true;
                    continue;
                }
                ('W', false) => (7 * 86_400, 0),
                ('D', false) => (86_400, 0),
                ('H', true) => (0, 3600),
                ('M', true) => (0, 60),
                ('S', true) => (0, 1),
                _ => return None,
            };
            let number = digits.take()?;
            length.on_wall = length.on_wall.checked_add(number.checked_mul(on_wall)?)?;
            length.elapsed = length.elapsed.checked_add(number.checked_mul(elapsed)?)?;
        }
        let is_empty = is_negative || digits.is_some();
        Some(if is_empty { Self::NONE } else { length })
    }

    /// Where an event of this length ends.
    pub fn end(self, zone: &TimeZone, from: DateTime) -> Instant {
        let days = jiff::SignedDuration::from_secs(self.on_wall);
        let Ok(wall) = from.checked_add(days) else { return FOR_EVER };
        instant(zone, wall) + Span::seconds(self.elapsed.min(1 << 40))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_days_of_the_calendar_and_elapsed_hours() {
        let read = |text| Length::parse(text).map(|length| (length.on_wall, length.elapsed));
        assert_eq!(read("P1W"), Some((604_800, 0)));
        assert_eq!(read("+P1DT2H30M5S"), Some((86_400, 9_005)));
        assert_eq!(read("-PT15M"), Some((0, 0)));
        for text in ["", "1D", "P1", "PT1D", "PH", "P99999999999999999999D", "P1X"] {
            assert!(
                !matches!(read(text), Some((on_wall, elapsed)) if on_wall + elapsed > 0),
                "{text}"
            );
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
