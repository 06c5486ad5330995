//! When a repeating event happens, with a hard bound on the work.
//!
//! The rule runs on the wall of the event's zone as if that were UTC, so that 09:00 stays 09:00
//! across a change of the clock; turning a wall into an instant is left to jiff. The `rrule` crate
//! would loop or allocate for as long as a hostile rule asks, so a rule is judged before it runs and
//! every step is paid from the file's [`Budget`].

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};

use super::lines::Line;
use super::times::{Moment, Zones, instant};
use super::unreadable::Unreadable;
use crate::clock::Instant;

/// Real rules are shorter by far; the crate's work grows with its lists.
const MAX_RULE: usize = 512;
/// Every quarter of an hour.
const MAX_TIMES_A_DAY: usize = 96;
/// What a rule costs that stops by itself, having looked as far as the crate goes.
const DEAD_RULE: i64 = 300_000;

/// The steps that reading one file may still take.
pub struct Budget(i64);

impl Budget {
    pub const fn of_a_file() -> Self {
        Self(1_000_000)
    }

    pub fn pay(&mut self, steps: i64) -> Result<(), Unreadable> {
        self.0 = self.0.saturating_sub(steps);
        if self.0 < 0 { Err(Unreadable::TooManyEvents) } else { Ok(()) }
    }
}

/// The last moment a rule may reach, itself included.
enum Until {
    Wall(DateTime),
    Instant(Instant),
}

/// An RRULE that has been judged and may run.
pub struct Rule {
    rule: RRule<Unvalidated>,
    frequency: Frequency,
    interval: i64,
    count: Option<i64>,
    until: Option<Until>,
    number: usize,
}

impl Rule {
    /// The parts that bound the work are read here. The crate never sees UNTIL: it would refuse one
    /// in another zone or before the start, which calendars do write.
    pub fn parse(line: &Line, zones: &Zones) -> Result<Self, Unreadable> {
        let unreadable = || Unreadable::Rule(line.number);
        let text = line.value.trim().to_ascii_uppercase();
        if !text.is_ascii() || text.len() > MAX_RULE {
            return Err(unreadable());
        }
        let (mut interval, mut count, mut until, mut frequency) = (1, None, None, None);
        let (mut kept, mut times) = (vec![], 1);
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(unreadable)?;
            let (name, value) = (name.trim(), value.trim());
            match name {
                "UNTIL" => {
                    until = Some(read_until(line, zones, value)?);
                    continue;
                }
                "FREQ" => frequency = value.parse().ok(),
                "INTERVAL" => interval = value.parse::<u16>().map_err(|_| unreadable())?,
                "COUNT" => count = Some(value.parse::<u32>().map_err(|_| unreadable())?),
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => times *= value.split(',').count().min(100),
                _ => {}
            }
            kept.push(format!("{name}={value}"));
        }
        let frequency = frequency.ok_or_else(unreadable)?;
        if frequency > Frequency::Hourly || times > MAX_TIMES_A_DAY {
            return Err(Unreadable::TooManyEvents);
        }
        if interval == 0 {
            return Err(unreadable());
        }
        let rule = kept.join(";").parse().map_err(|_| unreadable())?;
        let (interval, count) = (i64::from(interval), count.map(i64::from));
        Ok(Self { rule, frequency, interval, count, until, number: line.number })
    }

    /// The walls from `from` to `to` at which an event that begins at `start` happens again.
    pub fn walls(
        &self,
        start: &Moment,
        (from, to): (DateTime, DateTime),
        budget: &mut Budget,
    ) -> Result<Vec<DateTime>, Unreadable> {
        let unreadable = || Unreadable::Rule(self.number);
        let begin = seconds(self.skipped(start.wall, from)).ok_or_else(unreadable)?;
        let begun = chrono::DateTime::from_timestamp(begin, 0).ok_or_else(unreadable)?;
        let begun = begun.with_timezone(&Tz::UTC);
        let rule = self.rule.clone().validate(begun).map_err(|_| unreadable())?;
        let set = RRuleSet::new(begun).rrule(rule).limit();
        let (mut walls, mut before, mut happened) = (vec![], begin, 0);
        for next in &set {
            let next = next.timestamp();
            budget.pay(self.cost(next - before))?;
            before = next;
            happened += 1;
            let wall = Timestamp::from_second(next).map_err(|_| unreadable())?;
            let wall = TimeZone::UTC.to_datetime(wall);
            if wall > to || self.is_over(&start.zone, wall) {
                return Ok(walls);
            }
            if wall >= from {
                walls.push(wall);
            }
        }
        if self.count.is_none_or(|count| happened < count) {
            budget.pay(DEAD_RULE)?;
        }
        Ok(walls)
    }

    fn is_over(&self, zone: &TimeZone, wall: DateTime) -> bool {
        match &self.until {
            None => false,
            Some(Until::Wall(last)) => wall > *last,
            Some(Until::Instant(last)) => instant(zone, wall) > *last,
        }
    }

    /// A step of the crate costs more the longer the period is that it looks through.
    fn cost(&self, elapsed: i64) -> i64 {
        let weight = match self.frequency {
            Frequency::Yearly => 60,
            Frequency::Monthly => 8,
            Frequency::Weekly => 4,
            _ => 1,
        };
        1 + elapsed / self.period() / self.interval * weight
    }

    /// The longest a period can be, in seconds.
    fn period(&self) -> i64 {
        let days = match self.frequency {
            Frequency::Yearly => 366,
            Frequency::Monthly => 31,
            Frequency::Weekly => 7,
            Frequency::Daily => 1,
            Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => return 3600,
        };
        days * 86_400
    }

    /// A later start from which the rule goes on exactly as from `start`, so that an old event does
    /// not pay for its past. Not for those that count from the start, nor for the days that not
    /// every month has.
    fn skipped(&self, start: DateTime, from: DateTime) -> DateTime {
        let by_month = matches!(self.frequency, Frequency::Yearly | Frequency::Monthly);
        if self.count.is_some() || (by_month && start.day() > 28) {
            return start;
        }
        let (Some(first), Some(last)) = (seconds(start), seconds(from)) else { return start };
        let steps = (last - first).max(0) / self.period() / self.interval * self.interval;
        let span = match self.frequency {
            Frequency::Yearly => Span::new().try_years(steps),
            Frequency::Monthly => Span::new().try_months(steps),
            Frequency::Weekly => Span::new().try_weeks(steps),
            Frequency::Daily => Span::new().try_days(steps),
            _ => Span::new().try_hours(steps),
        };
        span.and_then(|span| start.checked_add(span)).unwrap_or(start)
    }
}

fn read_until(line: &Line, zones: &Zones, value: &str) -> Result<Until, Unreadable> {
    let moment = zones.moment(line, value).map_err(|_| Unreadable::Rule(line.number))?;
    if moment.is_date {
        return Ok(Until::Wall(moment.wall.date().at(23, 59, 59, 0)));
    }
    if value.ends_with('Z') {
        return Ok(Until::Instant(moment.instant()));
    }
    Ok(Until::Wall(moment.wall))
}

/// The seconds of a wall, as if it were that of UTC.
fn seconds(wall: DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(wall).ok().map(Timestamp::as_second)
}
