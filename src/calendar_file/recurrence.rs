//! When a repeating event happens (RFC 5545, 3.3.10), with a hard bound on the work.
//!
//! A rule runs on the wall of the event's zone, so that 09:00 stays 09:00 across a change of the
//! clock; turning a wall into an instant is left to jiff. It goes from period to period (a year, a
//! week, an hour …), and every period, day and time that it looks at is a step paid from the
//! [`Budget`]. By hand, since the crates there are count BYSETPOS from the start instead of the
//! week's, refuse rules that calendars do write, and cannot be bounded.

mod budget;
mod days;
mod parse;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{SignedDuration, Span};

pub use budget::Budget;
use days::Days;

use super::times::{Moment, instant};
use super::unreadable::Flaw;
use crate::clock::Instant;

/// Well above what a calendar may hold, so that no memory is spent on what is refused.
const MOST_WALLS: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
    Minutely,
    Secondly,
}

/// The last moment a rule may reach, itself included.
#[derive(Debug, Clone, Copy)]
enum Until {
    Wall(DateTime),
    Instant(Instant),
}

/// An RRULE.
pub struct RecurrenceRule {
    frequency: Frequency,
    interval: i64,
    count: Option<i64>,
    until: Option<Until>,
    week_start: Weekday,
    days: Days,
    hours: Vec<i8>,
    minutes: Vec<i8>,
    seconds: Vec<i8>,
    /// BYSETPOS: which of a period's times, counted from either end.
    positions: Vec<i16>,
}

impl RecurrenceRule {
    /// The walls from `from` to `to` at which an event that begins at `start` happens again.
    pub fn walls(
        &self,
        start: &Moment,
        (from, to): (DateTime, DateTime),
        budget: &mut Budget,
    ) -> Result<Vec<DateTime>, Flaw> {
        let rule = self.completed(start.wall);
        let (skipped, mut left) = self.skipped(start.wall, from);
        let mut walls = vec![];
        for number in skipped.. {
            budget.pay(1)?;
            let Some(period) = rule.period(start.wall, number) else { break };
            if left == Some(0) || period.starts() > to {
                break;
            }
            for wall in rule.times(period, budget)?.into_iter().filter(|at| *at >= start.wall) {
                if left == Some(0) || wall > to || self.is_over(start, wall) {
                    return Ok(walls);
                }
                left = left.map(|left| left - 1);
                if wall >= from {
                    walls.push(wall);
                }
                if walls.len() > MOST_WALLS {
                    return Err(Flaw::TooOften);
                }
            }
        }
        Ok(walls)
    }

    /// What a rule does not say, it takes from the event's start.
    fn completed(&self, start: DateTime) -> Self {
        let or = |said: &[i8], of: Frequency, own: i8| match said {
            [] if self.frequency < of => vec![own],
            said => said.to_vec(),
        };
        Self {
            days: self.days.completed(self.frequency, start.date()),
            hours: or(&self.hours, Frequency::Hourly, start.hour()),
            minutes: or(&self.minutes, Frequency::Minutely, start.minute()),
            seconds: or(&self.seconds, Frequency::Secondly, start.second()),
            positions: self.positions.clone(),
            ..*self
        }
    }

    /// How many periods may be passed over, so that an old event does not pay for its past, and how
    /// many times are left then. One that counts is passed over only if each period has one time.
    fn skipped(&self, start: DateTime, from: DateTime) -> (i64, Option<i64>) {
        match self.count {
            None => (self.periods_before(start, from), None),
            Some(count) if self.happens_once_a_period() => {
                let skipped = self.periods_before(start, from).min(count);
                (skipped, Some(count - skipped))
            }
            Some(count) => (0, Some(count)),
        }
    }

    fn happens_once_a_period(&self) -> bool {
        self.frequency >= Frequency::Weekly
            && self.days.is_every()
            && self.hours.is_empty()
            && self.minutes.is_empty()
            && self.seconds.is_empty()
            && self.positions.is_empty()
    }

    /// The periods that lie wholly before `from`.
    fn periods_before(&self, start: DateTime, from: DateTime) -> i64 {
        let elapsed = from.duration_since(start).as_secs();
        let periods = match self.frequency {
            Frequency::Yearly => i64::from(from.year()) - i64::from(start.year()),
            Frequency::Monthly => month(from.date()) - month(start.date()),
            Frequency::Weekly => elapsed / 604_800 - 1,
            Frequency::Daily => elapsed / 86_400,
            Frequency::Hourly => elapsed / 3_600,
            Frequency::Minutely => elapsed / 60,
            Frequency::Secondly => elapsed,
        };
        (periods - 1).max(0) / self.interval
    }

    /// The period of this number, the one that holds the start being 0; none after the year 9999.
    fn period(&self, start: DateTime, number: i64) -> Option<Period> {
        let steps = number.checked_mul(self.interval)?;
        let later = |seconds: i64| {
            let span = SignedDuration::from_secs(steps.checked_mul(seconds)?);
            Some(Period::Time(start.checked_add(span).ok()?))
        };
        let days = |first: Date, steps: i64, after: i64| {
            let span = |days: i64| Span::new().try_days(days).ok();
            let first = first.checked_add(span(steps)?).ok()?;
            Some(Period::Days(first, first.checked_add(span(after)?).ok()?))
        };
        match self.frequency {
            Frequency::Yearly => {
                let year = i16::try_from(i64::from(start.year()).checked_add(steps)?).ok()?;
                let first = Date::new(year, 1, 1).ok()?;
                Some(Period::Days(first, first.last_of_year()))
            }
            Frequency::Monthly => {
                let month = month(start.date()).checked_add(steps)?;
                let year = i16::try_from(month / 12).ok()?;
                let first = Date::new(year, i8::try_from(month % 12).ok()? + 1, 1).ok()?;
                Some(Period::Days(first, first.last_of_month()))
            }
            Frequency::Weekly => {
                let first = start.date();
                let since = i64::from(first.weekday().since(self.week_start));
                days(first, steps.checked_mul(7)?.checked_sub(since)?, 6)
            }
            Frequency::Daily => days(start.date(), steps, 0),
            Frequency::Hourly => later(3_600),
            Frequency::Minutely => later(60),
            Frequency::Secondly => later(1),
        }
    }

    /// All times of one period, in order.
    fn times(&self, period: Period, budget: &mut Budget) -> Result<Vec<DateTime>, Flaw> {
        let mut times = vec![];
        match period {
            Period::Time(at) => {
                if self.days.hold(at.date(), self.frequency, self.week_start) {
                    let (minute, second) = (at.minute(), at.second());
                    let hours = own(&self.hours, at.hour());
                    let minutes = match self.frequency {
                        Frequency::Hourly => self.minutes.clone(),
                        _ => own(&self.minutes, minute),
                    };
                    let seconds = match self.frequency {
                        Frequency::Secondly => own(&self.seconds, second),
                        _ => self.seconds.clone(),
                    };
                    extend(&mut times, at.date(), [&hours, &minutes, &seconds], budget)?;
                }
            }
            Period::Days(first, last) => self.extend_by_days(&mut times, first, last, budget)?,
        }
        Ok(if self.positions.is_empty() { times } else { self.at_positions(&times) })
    }

    fn extend_by_days(
        &self,
        times: &mut Vec<DateTime>,
        first: Date,
        last: Date,
        budget: &mut Budget,
    ) -> Result<(), Flaw> {
        let mut next = Some(first);
        while let Some(day) = next.filter(|day| *day <= last) {
            budget.pay(1)?;
            if !self.days.may_hold_month(day) {
                next = day.last_of_month().tomorrow().ok();
                continue;
            }
            if self.days.hold(day, self.frequency, self.week_start) {
                extend(times, day, [&self.hours, &self.minutes, &self.seconds], budget)?;
            }
            next = day.tomorrow().ok();
        }
        Ok(())
    }

    fn at_positions(&self, times: &[DateTime]) -> Vec<DateTime> {
        let at = |position: &i16| {
            let position = isize::from(*position);
            let from_end = times.len().checked_add_signed(position);
            let index =
                if position > 0 { position.checked_sub(1)?.try_into().ok() } else { from_end };
            times.get(index?).copied()
        };
        let mut chosen: Vec<DateTime> = self.positions.iter().filter_map(at).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// Whether it ended before the event begins. Programs that delete a series from its first time on
    /// leave such a rule behind.
    pub fn ended_before(&self, start: &Moment) -> bool {
        match self.until {
            None => false,
            Some(Until::Wall(last)) => start.wall > last,
            Some(Until::Instant(last)) => start.instant() > last,
        }
    }

    fn is_over(&self, start: &Moment, wall: DateTime) -> bool {
        match self.until {
            None => false,
            Some(Until::Wall(last)) => wall > last,
            // Of days the midnight that ends the last one, unless it is the date written in UTC.
            Some(Until::Instant(last)) if start.is_date => {
                let named = last.in_zone("UTC").datetime();
                let at = instant(&start.zone, wall);
                if named.time().duration_since(jiff::civil::Time::midnight()).is_zero() {
                    wall > named
                } else {
                    at >= last
                }
            }
            Some(Until::Instant(last)) => instant(&start.zone, wall) > last,
        }
    }
}

/// What a rule looks through at a time.
#[derive(Clone, Copy)]
enum Period {
    /// From the first to the last.
    Days(Date, Date),
    Time(DateTime),
}

impl Period {
    fn starts(self) -> DateTime {
        match self {
            Self::Days(first, _) => first.at(0, 0, 0, 0),
            Self::Time(at) => at,
        }
    }
}

/// Of a time that must be one of a list, if there is a list.
fn own(said: &[i8], own: i8) -> Vec<i8> {
    if said.is_empty() || said.contains(&own) { vec![own] } else { vec![] }
}

fn month(day: Date) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month()) - 1
}

/// The times of a day at each of these hours, minutes and seconds, which are in order.
fn extend(
    times: &mut Vec<DateTime>,
    day: Date,
    [hours, minutes, seconds]: [&[i8]; 3],
    budget: &mut Budget,
) -> Result<(), Flaw> {
    for hour in hours {
        for minute in minutes {
            for second in seconds {
                budget.pay(1)?;
                times.push(day.at(*hour, *minute, *second, 0));
            }
        }
    }
    Ok(())
}
