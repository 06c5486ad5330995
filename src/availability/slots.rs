//! From windows on a wall to slots in time. Pure: zone, dates, rules and one instant go in.
//!
//! A window of a date is the set of instants whose local date and time lie in it. So a gap of the
//! clock shortens it, a fold lengthens it, and inside a gap it is empty. A date's windows are one
//! set; it falls into pieces that each hang together, and slots step in elapsed time from the start
//! of each piece and lie wholly inside. Nothing here panics, for any zone and any date.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::Window;
use crate::clock::{Day, Instant, Span};

/// Instants from one up to another.
pub type Stretch = (Instant, Instant);

/// When somebody is there: by the week, by date, and not at all.
#[derive(Debug, Clone)]
pub struct Rules {
    pub zone: TimeZone,
    /// Monday first.
    pub weekly: [Vec<Window>; 7],
    /// Dates with windows of their own, or with none.
    pub dates: BTreeMap<Day, Vec<Window>>,
    /// First and last date away.
    pub vacations: Vec<(Day, Day)>,
}

/// What a service asks of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub duration: Span,
    pub step: Span,
    pub before: Span,
    pub after: Span,
}

impl Rules {
    pub fn never(zone: &str) -> Self {
        Self {
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            weekly: Default::default(),
            dates: BTreeMap::new(),
            vacations: vec![],
        }
    }

    /// Whether no date has any hours.
    pub fn is_never(&self) -> bool {
        self.weekly.iter().all(Vec::is_empty) && self.dates.values().all(Vec::is_empty)
    }

    /// Vacation beats the date's own windows, and these beat the week's.
    pub fn windows(&self, day: Day) -> &[Window] {
        if self.vacations.iter().any(|(first, last)| *first <= day && day <= *last) {
            return &[];
        }
        let weekday = usize::try_from(day.weekday() - 1).unwrap_or(0);
        let weekly = self.weekly.get(weekday);
        self.dates.get(&day).or(weekly).map_or(&[], Vec::as_slice)
    }

    /// The pieces of one date, in order. They never reach into another date.
    pub fn pieces(&self, day: Day) -> Vec<Stretch> {
        let windows = self.windows(day);
        if windows.is_empty() {
            return vec![];
        }
        let mut found: Vec<(i64, i64)> = vec![];
        for segment in segments(&self.zone, day) {
            for window in windows {
                let from = segment.begin.max(segment.at(window.from));
                let to = segment.end.min(segment.at(window.to));
                if from < to {
                    found.push((from, to));
                }
            }
        }
        found.sort_unstable();
        let mut pieces: Vec<(i64, i64)> = vec![];
        for (from, to) in found {
            match pieces.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => pieces.push((from, to)),
            }
        }
        let instant = |second: i64| Instant::from_micros(second.saturating_mul(1_000_000));
        pieces.into_iter().map(|(from, to)| (instant(from), instant(to))).collect()
    }

    /// Where slots of one date begin, free or not.
    pub fn starts(&self, day: Day, duration: Span, step: Span) -> Vec<Instant> {
        let mut starts = vec![];
        if duration.micros() <= 0 || step.micros() <= 0 {
            return starts;
        }
        for (from, to) in self.pieces(day) {
            let mut start = from;
            while start + duration <= to {
                starts.push(start);
                start = start + step;
            }
        }
        starts.sort();
        starts
    }
}

/// Seconds during which a zone keeps one distance from UTC.
struct Segment {
    begin: i64,
    end: i64,
    /// The second at which the wall would show midnight of the date.
    midnight: i64,
}

impl Segment {
    fn at(&self, minute: i16) -> i64 {
        self.midnight + i64::from(minute) * 60
    }
}

const DAY: i64 = 86_400;

/// The segments that can touch a date: no wall is further than 26 hours from UTC.
fn segments(zone: &TimeZone, day: Day) -> Vec<Segment> {
    let utc = day.date().to_datetime(Time::midnight());
    let Ok(midnight) = TimeZone::UTC.to_timestamp(utc) else { return vec![] };
    let midnight = midnight.as_second();
    let (first, last) = (midnight - 2 * DAY, midnight + 3 * DAY);
    let Ok(start) = Timestamp::from_second(first) else { return vec![] };
    let segment =
        |begin, end, offset: i32| Segment { begin, end, midnight: midnight - i64::from(offset) };
    let mut segments = vec![];
    let (mut begin, mut offset) = (first, zone.to_offset(start).seconds());
    for change in zone.following(start) {
        let at = change.timestamp().as_second();
        if at >= last {
            break;
        }
        segments.push(segment(begin, at, offset));
        (begin, offset) = (at, change.offset().seconds());
    }
    segments.push(segment(begin, last, offset));
    segments
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(zone: &str, windows: &[(&str, &str)]) -> Rules {
        let windows: Vec<Window> =
            windows.iter().map(|(from, to)| Window::parse(from, to).unwrap()).collect();
        Rules { weekly: std::array::from_fn(|_| windows.clone()), ..Rules::never(zone) }
    }

    /// Starts of one date as `HH:MM` in UTC.
    fn starts(
        zone: &str,
        date: &str,
        windows: &[(&str, &str)],
        duration: i64,
        step: i64,
    ) -> String {
        let day = Day::parse(date).unwrap();
        let starts = rules(zone, windows).starts(day, Span::minutes(duration), Span::minutes(step));
        starts.iter().map(|at| at.iso()[11..16].to_owned()).collect::<Vec<_>>().join(" ")
    }

    type Example<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], i64, i64, &'a str);

    const YORK: &str = "America/New_York";
    const LONDON: &str = "Europe/London";

    #[rustfmt::skip] // a table: zone, date, windows, duration, step, starts in UTC
    const EXAMPLES: &[Example<'_>] = &[
        (YORK, "2027-03-14", &[("13:00", "18:00")], 60, 60, "17:00 18:00 19:00 20:00 21:00"),
        (YORK, "2027-03-15", &[("09:00", "17:00")], 60, 60,
            "13:00 14:00 15:00 16:00 17:00 18:00 19:00 20:00"),
        (LONDON, "2027-03-28", &[("00:30", "03:30")], 30, 30, "00:30 01:00 01:30 02:00"),
        (LONDON, "2027-10-31", &[("00:30", "03:00")], 30, 30,
            "23:30 00:00 00:30 01:00 01:30 02:00 02:30"),
        ("Europe/Berlin", "2027-03-28", &[("02:00", "03:00")], 30, 30, ""),
        ("Europe/Berlin", "2027-10-31", &[("02:00", "03:00")], 60, 60, "00:00 01:00"),
        (YORK, "2027-11-07", &[("01:30", "02:30")], 30, 30, "05:30 06:30 07:00"),
        ("America/Los_Angeles", "2027-03-14", &[("01:00", "04:00")], 60, 30, "09:00 09:30 10:00"),
        (LONDON, "2027-01-05", &[("09:00", "12:00"), ("11:00", "13:00")], 60, 60,
            "09:00 10:00 11:00 12:00"),
    ];

    #[test]
    fn the_worked_examples_of_the_rules_hold() {
        for (zone, date, windows, duration, step, expected) in EXAMPLES {
            assert_eq!(starts(zone, date, windows, *duration, *step), *expected, "{zone} {date}");
        }
        let count = |zone, date, duration| {
            let starts = starts(zone, date, &[("00:00", "24:00")], duration, duration);
            starts.split_whitespace().count()
        };
        assert_eq!((count(YORK, "2027-03-14", 60), count(YORK, "2027-11-07", 60)), (23, 25));
        assert_eq!(count(LONDON, "2027-03-28", 90), 15);
    }

    #[test]
    fn a_vacation_beats_a_dates_own_hours_and_these_beat_the_week() {
        let mut rules = rules("UTC", &[("09:00", "10:00")]);
        let day = Day::parse("2027-06-01").unwrap();
        rules.dates.insert(day, vec![]);
        rules.dates.insert(day.plus(1), vec![Window::new(0, 60).unwrap()]);
        rules.vacations.push((day.plus(3), day.plus(4)));
        rules.dates.insert(day.plus(4), vec![Window::new(0, 60).unwrap()]);
        let counts: Vec<usize> = (-1..6).map(|n| rules.pieces(day.plus(n)).len()).collect();
        assert_eq!(counts, [1, 0, 1, 1, 0, 0, 1]);
        assert_eq!(rules.pieces(day.plus(1))[0].0.iso(), "2027-06-02T00:00:00Z");
    }

    /// Asks every minute that could belong to the date what the wall shows.
    fn slow(rules: &Rules, day: Day, duration: i64, step: i64) -> Vec<i64> {
        let midnight =
            TimeZone::UTC.to_timestamp(day.date().to_datetime(Time::midnight())).unwrap();
        let first = midnight.as_second() / 60 - 30 * 60;
        let is_in = |minute: i64| {
            let wall = rules.zone.to_datetime(Timestamp::from_second(minute * 60).unwrap());
            let of_day = i16::from(wall.hour()) * 60 + i16::from(wall.minute());
            wall.date() == day.date()
                && rules.windows(day).iter().any(|w| w.from <= of_day && of_day < w.to)
        };
        let mut starts = vec![];
        let mut at = first;
        while at < first + 84 * 60 {
            if !is_in(at) {
                at += 1;
                continue;
            }
            let begin = at;
            while is_in(at) {
                at += 1;
            }
            starts
                .extend((0..).map(|n| begin + n * step).take_while(|start| start + duration <= at));
        }
        starts
    }

    fn any_windows() -> impl Strategy<Value = Vec<Window>> {
        let window = (0_i16..288, 1_i16..289)
            .prop_filter_map("order", |(a, b)| Window::new(5 * a.min(b), 5 * a.max(b)));
        proptest::collection::vec(window, 0..4)
    }

    fn any_zone() -> impl Strategy<Value = &'static str> {
        let names: Vec<&'static str> = crate::clock::zones().iter().map(|zone| zone.0).collect();
        proptest::sample::select(names)
    }

    proptest! {
        // PROPTEST_CASES=100000 cargo test --release --lib slots
        #[test]
        fn slots_equal_a_slow_and_obvious_enumeration(
            zone in any_zone(),
            // since 1973 every wall differs from UTC by whole minutes
            date in 1096_i32..47_482,
            near_change in any::<bool>(),
            week in any_windows(),
            own in proptest::option::of(any_windows()),
            duration in 1_i64..97,
            step in 1_i64..25,
        ) {
            let mut rules = Rules::never(zone);
            rules.weekly = std::array::from_fn(|_| week.clone());
            let mut day = Day::parse("1970-01-01").unwrap().plus(date);
            if near_change {
                // half of the cases stand where the clock changes
                let noon = TimeZone::UTC.to_timestamp(day.date().at(12, 0, 0, 0)).unwrap();
                if let Some(change) = rules.zone.following(noon).next() {
                    let change = change.timestamp().to_zoned(rules.zone.clone()).date();
                    if change.year() <= 2100 { day = Day::of(change); }
                }
            }
            if let Some(own) = own { rules.dates.insert(day, own); }
            let (duration, step) = (5 * duration, 5 * step);
            let fast: Vec<i64> = rules
                .starts(day, Span::minutes(duration), Span::minutes(step))
                .iter().map(|at| at.micros() / 60_000_000).collect();
            prop_assert_eq!(fast, slow(&rules, day, duration, step));
        }

        #[test]
        fn no_zone_and_no_date_makes_it_panic(
            zone in any_zone(), date in -800_000_i32..3_000_000, week in any_windows(),
        ) {
            let mut rules = Rules::never(zone);
            rules.weekly = std::array::from_fn(|_| week.clone());
            let day = Day::parse("1970-01-01").unwrap().plus(date);
            let _ = rules.starts(day, Span::minutes(30), Span::minutes(5));
        }
    }
}
