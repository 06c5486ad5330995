//! Which days a rule means.

use jiff::civil::{Date, Weekday};

use super::Frequency;

/// What becomes of a day that a month does not have (RFC 7529).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Skip {
    #[default]
    Omit,
    Backward,
    Forward,
}

/// The parts of a rule that choose days; an empty one chooses all.
#[derive(Debug, Clone, Default)]
pub struct Days {
    pub months: Vec<i8>,
    pub weeks: Vec<i8>,
    pub of_year: Vec<i16>,
    pub of_month: Vec<i8>,
    /// With the number of one among the month's or the year's, 0 for all of them.
    pub weekdays: Vec<(i8, Weekday)>,
    pub skip: Skip,
}

impl Days {
    /// With what a rule leaves to the day of the event's start.
    pub fn completed(&self, frequency: Frequency, start: Date) -> Self {
        let mut days = self.clone();
        let says_day = !self.weeks.is_empty()
            || !self.of_year.is_empty()
            || !self.of_month.is_empty()
            || !self.weekdays.is_empty();
        match frequency {
            _ if says_day => {}
            Frequency::Yearly => {
                if days.months.is_empty() {
                    days.months.push(start.month());
                }
                days.of_month.push(start.day());
            }
            Frequency::Monthly => days.of_month.push(start.day()),
            Frequency::Weekly => days.weekdays.push((0, start.weekday())),
            _ => {}
        }
        days
    }

    /// Whether it chooses every day.
    pub fn is_every(&self) -> bool {
        self.months.is_empty()
            && self.weeks.is_empty()
            && self.of_year.is_empty()
            && self.of_month.is_empty()
            && self.weekdays.is_empty()
    }

    /// Whether any day of this day's month can be meant.
    pub fn may_hold_month(&self, day: Date) -> bool {
        self.months.is_empty() || self.skip == Skip::Forward || self.months.contains(&day.month())
    }

    pub fn hold(&self, day: Date, frequency: Frequency, week_start: Weekday) -> bool {
        self.holds_of_month(day)
            && (self.weekdays.is_empty() || self.holds_weekday(day, frequency))
            && (self.of_year.is_empty()
                || holds(&self.of_year, day.day_of_year(), day.days_in_year()))
            && (self.weeks.is_empty() || self.holds_week(day, week_start))
    }

    /// The month and the day of it, a day that its month does not have among them.
    fn holds_of_month(&self, day: Date) -> bool {
        let is_month = |day: Date| self.months.is_empty() || self.months.contains(&day.month());
        if self.of_month.is_empty() {
            return is_month(day);
        }
        let length = day.days_in_month();
        if is_month(day) && holds(&self.of_month, day.day(), length) {
            return true;
        }
        let beyond = |length: i8| self.of_month.iter().any(|wanted| *wanted > length);
        match self.skip {
            Skip::Omit => false,
            Skip::Backward => is_month(day) && day.day() == length && beyond(length),
            Skip::Forward => day.yesterday().is_ok_and(|before| {
                day.day() == 1 && is_month(before) && beyond(before.days_in_month())
            }),
        }
    }

    /// A number counts within the month, or within the year if the rule names no month.
    fn holds_weekday(&self, day: Date, frequency: Frequency) -> bool {
        let (nth, length) = match frequency {
            Frequency::Yearly if self.months.is_empty() => (day.day_of_year(), day.days_in_year()),
            _ => (i16::from(day.day()), i16::from(day.days_in_month())),
        };
        let (from_start, from_end) = ((nth - 1) / 7 + 1, (nth - length) / 7 - 1);
        self.weekdays.iter().any(|(number, weekday)| {
            let number = i16::from(*number);
            let is_any = number == 0 || frequency > Frequency::Monthly;
            *weekday == day.weekday() && (is_any || number == from_start || number == from_end)
        })
    }

    /// Week 1 is the first that has four days of the year.
    fn holds_week(&self, day: Date, week_start: Weekday) -> bool {
        let since = |day: Date| i16::from(day.weekday().since(week_start));
        let middle = day.day_of_year() - since(day) + 3;
        let (mut nth, mut length) = (middle, day.days_in_year());
        if middle < 1 {
            let Ok(last) = Date::new(day.year() - 1, 12, 31) else { return false };
            (nth, length) = (middle + last.days_in_year(), last.days_in_year());
        } else if middle > length {
            let Ok(first) = Date::new(day.year() + 1, 1, 1) else { return false };
            (nth, length) = (middle - length, first.days_in_year());
        }
        let number = (nth - 1) / 7 + 1;
        let weeks = number + (length - nth) / 7;
        self.weeks.iter().any(|wanted| {
            let wanted = i16::from(*wanted);
            wanted == number || wanted == number - weeks - 1
        })
    }
}

/// Whether a list names this one of so many, counted from either end.
fn holds<T>(wanted: &[T], nth: T, length: T) -> bool
where
    T: Copy + PartialEq + Into<i32>,
{
    let (nth, length): (i32, i32) = (nth.into(), length.into());
    wanted.iter().any(|wanted| {
        let wanted: i32 = (*wanted).into();
        wanted == nth || wanted == nth - length - 1
    })
}
