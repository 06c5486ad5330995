//! An RRULE as text.

use std::str::FromStr;

use jiff::civil::Weekday;

use super::days::{Days, Skip};
use super::{Frequency, RecurrenceRule, Until};
use crate::calendar_file::lines::ContentLine;
use crate::calendar_file::times::{date, date_time, instant};
use crate::calendar_file::unreadable::Flaw;

/// Real rules are shorter by far.
const MAX_RULE: usize = 2_000;

impl RecurrenceRule {
    /// A part that we do not know may move everything, so a rule that has one is not read.
    pub fn parse(line: &ContentLine) -> Result<Self, Flaw> {
        let text = line.value.trim().to_ascii_uppercase();
        let parts = text.split(';').filter(|part| !part.trim().is_empty());
        let mut said = ParsedRule::default();
        for part in parts {
            let (name, value) = part.split_once('=').ok_or(Flaw::Rule)?;
            said.take(name.trim(), value.trim()).ok_or(Flaw::Rule)?;
        }
        let Some(frequency) = said.frequency.filter(|_| text.len() <= MAX_RULE) else {
            return Err(Flaw::Rule);
        };
        let mut rule = said.rule.with(frequency);
        for list in [&mut rule.hours, &mut rule.minutes, &mut rule.seconds] {
            list.sort_unstable();
            list.dedup();
        }
        Ok(rule)
    }

    fn with(self, frequency: Frequency) -> Self {
        Self { frequency, ..self }
    }
}

/// What has been read of a rule.
struct ParsedRule {
    frequency: Option<Frequency>,
    rule: RecurrenceRule,
}

impl Default for ParsedRule {
    fn default() -> Self {
        let rule = RecurrenceRule {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Monday,
            days: Days::default(),
            hours: vec![],
            minutes: vec![],
            seconds: vec![],
            positions: vec![],
        };
        Self { frequency: None, rule }
    }
}

impl ParsedRule {
    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        let rule = &mut self.rule;
        match name {
            "FREQ" => self.frequency = Some(frequency(value)?),
            "INTERVAL" => rule.interval = value.parse::<u32>().ok().filter(|n| *n > 0)?.into(),
            "COUNT" => rule.count = Some(value.parse::<u32>().ok()?.into()),
            "UNTIL" => rule.until = Some(until(value)?),
            "WKST" => rule.week_start = weekday(value)?,
            "BYMONTH" => rule.days.months = numbers(value, 1, 12)?,
            "BYWEEKNO" => rule.days.weeks = either_way(value, 53)?,
            "BYYEARDAY" => rule.days.of_year = either_way(value, 366)?,
            "BYMONTHDAY" => rule.days.of_month = either_way(value, 31)?,
            "BYDAY" => rule.days.weekdays = values(value).map(numbered).collect::<Option<_>>()?,
            "BYHOUR" => rule.hours = numbers(value, 0, 23)?,
            "BYMINUTE" => rule.minutes = numbers(value, 0, 59)?,
            "BYSECOND" => rule.seconds = numbers(value, 0, 60)?.into_iter().map(leap).collect(),
            "BYSETPOS" => rule.positions = either_way(value, 366)?,
            // The calendar of RFC 5545; others are not read.
            "RSCALE" if value == "GREGORIAN" => {}
            "SKIP" => rule.days.skip = skip(value)?,
            _ => return None,
        }
        Some(())
    }
}

/// A leap second reads as the one before it.
fn leap(second: i8) -> i8 {
    second.min(59)
}

fn values(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|value| !value.is_empty())
}

fn numbers<T: FromStr + PartialOrd>(list: &str, least: T, most: T) -> Option<Vec<T>> {
    let number = |value: &str| value.parse().ok().filter(|n: &T| *n >= least && *n <= most);
    values(list).map(number).collect()
}

/// Numbers that count from either end, so that there is no 0.
fn either_way<T>(list: &str, most: T) -> Option<Vec<T>>
where
    T: FromStr + PartialOrd + Default + Copy + std::ops::Neg<Output = T>,
{
    let numbers = numbers(list, -most, most)?;
    (!numbers.contains(&T::default())).then_some(numbers)
}

fn frequency(value: &str) -> Option<Frequency> {
    Some(match value {
        "YEARLY" => Frequency::Yearly,
        "MONTHLY" => Frequency::Monthly,
        "WEEKLY" => Frequency::Weekly,
        "DAILY" => Frequency::Daily,
        "HOURLY" => Frequency::Hourly,
        "MINUTELY" => Frequency::Minutely,
        "SECONDLY" => Frequency::Secondly,
        _ => return None,
    })
}

fn weekday(value: &str) -> Option<Weekday> {
    Some(match value {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

/// `MO`, `2TU`, `-1FR`.
fn numbered(value: &str) -> Option<(i8, Weekday)> {
    let (number, day) = value.split_at_checked(value.len().checked_sub(2)?)?;
    let number = match number {
        "" => 0,
        number => number.parse().ok().filter(|n: &i8| *n != 0 && n.unsigned_abs() <= 53)?,
    };
    Some((number, weekday(day)?))
}

fn skip(value: &str) -> Option<Skip> {
    Some(match value {
        "OMIT" => Skip::Omit,
        "BACKWARD" => Skip::Backward,
        "FORWARD" => Skip::Forward,
        _ => return None,
    })
}

fn until(value: &str) -> Option<Until> {
    if value.len() == 8 {
        return Some(Until::Wall(date(value)?.at(23, 59, 59, 0)));
    }
    Some(match value.strip_suffix('Z') {
        Some(digits) => Until::Instant(instant(&jiff::tz::TimeZone::UTC, date_time(digits)?)),
        None => Until::Wall(date_time(value)?),
    })
}
