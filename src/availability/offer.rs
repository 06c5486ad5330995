//! Which slots are offered: the rules, less what is taken, within notice, horizon and limits.

use std::collections::HashMap;

use super::slots::{Rules, Shape, Stretch};
use crate::clock::{Day, Instant, Span};

/// One time that can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    pub start: Instant,
    pub end: Instant,
}

/// What is in a calendar already, as far as it bars others. Whoever knows the bookings counts.
#[derive(Debug, Clone, Default)]
pub struct Occupancy {
    /// Sorted, none touching another: see [`Occupancy::joined`].
    pub stretches: Vec<Stretch>,
    pub per_day: HashMap<Day, i64>,
    /// By the Monday of the week.
    pub per_week: HashMap<Day, i64>,
    /// Clients who came for the first time, by the first of the month.
    pub new_per_month: HashMap<Day, i64>,
    /// Whether the one who looks would be one of them.
    pub is_new_client: bool,
}

impl Occupancy {
    /// Puts stretches in order and joins those that meet, so that one look-up answers.
    pub fn joined(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
        stretches.sort_unstable();
        let mut joined: Vec<Stretch> = Vec::with_capacity(stretches.len());
        for (from, to) in stretches {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }

    fn meets(&self, from: Instant, to: Instant) -> bool {
        let next = self.stretches.partition_point(|stretch| stretch.1 <= from);
        self.stretches.get(next).is_some_and(|stretch| stretch.0 < to)
    }
}

/// How many an accountant takes; none is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct BookingLimits {
    pub per_day: Option<i32>,
    pub per_week: Option<i32>,
    pub new_per_month: Option<i32>,
}

/// Everything that decides about a slot, at one instant.
#[derive(Debug, Clone)]
pub struct Availability {
    pub rules: Rules,
    pub limits: BookingLimits,
    pub notice: Span,
    pub horizon: i32,
    pub shape: Shape,
    pub taken: Occupancy,
    pub now: Instant,
}

impl Availability {
    /// The date of an instant in the accountant's zone.
    pub fn day_of(&self, at: Instant) -> Day {
        at.day_in(&self.rules.zone)
    }

    pub fn today(&self) -> Day {
        self.day_of(self.now)
    }

    pub fn last_day(&self) -> Day {
        self.today().plus(self.horizon)
    }

    /// The slots of one of the accountant's dates.
    pub fn day(&self, day: Day) -> Vec<Slot> {
        if day < self.today() || day > self.last_day() || !self.has_room(day) {
            return vec![];
        }
        let starts = self.rules.starts(day, self.shape.duration, self.shape.step);
        starts
            .into_iter()
            .filter(|start| self.is_free(*start))
            .map(|start| self.slot(start))
            .collect()
    }

    /// Whether exactly this start is offered.
    pub fn holds(&self, start: Instant) -> bool {
        self.day(self.day_of(start)).iter().any(|slot| slot.start == start)
    }

    /// The first slot at or after an instant.
    pub fn next(&self, from: Instant) -> Option<Slot> {
        let mut day = self.day_of(from.max(self.now));
        while day <= self.last_day() {
            if let Some(slot) = self.day(day).into_iter().find(|slot| slot.start >= from) {
                return Some(slot);
            }
            day = day.plus(1);
        }
        None
    }

    fn slot(&self, start: Instant) -> Slot {
        Slot { start, end: start + self.shape.duration }
    }

    fn is_free(&self, start: Instant) -> bool {
        let end = start + self.shape.duration;
        start >= self.now + self.notice
            && !self.taken.meets(start - self.shape.before, end + self.shape.after)
    }

    fn has_room(&self, day: Day) -> bool {
        let below = |limit: Option<i32>, counts: &HashMap<Day, i64>, key: Day| {
            limit.is_none_or(|most| counts.get(&key).copied().unwrap_or(0) < i64::from(most))
        };
        below(self.limits.per_day, &self.taken.per_day, day)
            && below(self.limits.per_week, &self.taken.per_week, day.monday())
            && (!self.taken.is_new_client
                || below(self.limits.new_per_month, &self.taken.new_per_month, day.month()))
    }
}
