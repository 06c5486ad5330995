//! What the browser sent about hours.

use serde::Deserialize;
use validator::Validate;

use super::calendar::Week;
use super::{BookingLimits, Calendar, Source, Window};
use crate::clock::{self, Day};
use crate::web::{Chosen, FieldErrors, checks, text};

/// The form of the weekly hours. Windows are repeated triples of `day`, `from` and `to`.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct HoursForm {
    pub zone: String,
    #[validate(custom(function = checks::whole::<0, 720>))]
    pub notice: String,
    #[validate(custom(function = checks::whole::<1, 365>))]
    pub horizon: String,
    #[validate(custom(function = checks::whole_if_any::<1, 100>))]
    pub per_day: String,
    #[validate(custom(function = checks::whole_if_any::<1, 500>))]
    pub per_week: String,
    #[validate(custom(function = checks::whole_if_any::<0, 500>))]
    pub new_per_month: String,
    pub day: Vec<String>,
    pub from: Vec<String>,
    pub to: Vec<String>,
    /// A weekday whose hours all working days shall have.
    pub copy: String,
    /// Changes the form and saves nothing: usual hours, or one more row for a weekday.
    pub fill: String,
    pub add: String,
}

/// Checked hours.
#[derive(Debug, Clone)]
pub struct NewHours {
    pub zone: String,
    pub notice: i32,
    pub horizon: i32,
    pub limits: BookingLimits,
    pub week: Week,
}

pub const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What one click fills in for Monday to Friday.
const OFFICE: [(&str, &str); 2] = [("09:00", "12:30"), ("13:30", "17:00")];

/// Windows that one day may have.
const MOST_A_DAY: usize = 8;

impl HoursForm {
    pub fn of(calendar: &Calendar, week: &Week, zone: &str) -> Self {
        let figure = |limit: Option<i32>| limit.map_or(String::new(), |most| most.to_string());
        let mut form = Self {
            zone: zone.to_owned(),
            notice: calendar.notice_hours.to_string(),
            horizon: calendar.horizon_days.to_string(),
            per_day: figure(calendar.per_day),
            per_week: figure(calendar.per_week),
            new_per_month: figure(calendar.new_per_month),
            ..Self::default()
        };
        for (day, windows) in (1..).zip(week) {
            for window in windows {
                form.push(day, &window.from_words(), &window.to_words());
            }
        }
        form
    }

    fn push(&mut self, day: i16, from: &str, to: &str) {
        self.day.push(day.to_string());
        self.from.push(from.to_owned());
        self.to.push(to.to_owned());
    }

    /// What was typed for one weekday, and an empty pair to add to it.
    pub fn rows(&self, weekday: impl std::fmt::Display) -> Vec<(String, String)> {
        let wanted = weekday.to_string();
        let mut rows: Vec<(String, String)> = self
            .triples()
            .filter(|(day, from, to)| *day == wanted && !(from.is_empty() && to.is_empty()))
            .map(|(_, from, to)| (from.to_owned(), to.to_owned()))
            .collect();
        let more = 1 + usize::from(self.add == wanted);
        let room = MOST_A_DAY.saturating_sub(rows.len());
        rows.extend(std::iter::repeat_n((String::new(), String::new()), more.min(room)));
        rows
    }

    /// The form as a button changed it, to be shown and not saved; none for the other buttons.
    pub fn changed(&self) -> Option<Self> {
        if !self.add.is_empty() {
            return Some(self.clone());
        }
        if self.fill.is_empty() {
            return None;
        }
        let mut form = Self { day: vec![], from: vec![], to: vec![], ..self.clone() };
        for (day, from, to) in self.triples().filter(|(day, ..)| matches!(*day, "6" | "7")) {
            form.day.push(day.to_owned());
            form.from.push(from.to_owned());
            form.to.push(to.to_owned());
        }
        for day in 1..=5 {
            for (from, to) in OFFICE {
                form.push(day, from, to);
            }
        }
        Some(form)
    }

    /// The first weekday with a window that cannot be read, where its error stands.
    pub fn wrong_day(&self) -> Option<usize> {
        let mut typed = self.triples().filter(|(_, from, to)| !(from.is_empty() && to.is_empty()));
        let wrong = typed.find(|(_, from, to)| Self::is_wrong(from, to));
        wrong.and_then(|(day, ..)| day.parse().ok()).filter(|day| (1..=7).contains(day))
    }

    /// Whether a row was filled in and cannot be read.
    pub fn is_wrong(from: &str, to: &str) -> bool {
        !(from.trim().is_empty() && to.trim().is_empty()) && Window::parse(from, to).is_err()
    }

    fn triples(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let pairs = self.day.iter().zip(&self.from).zip(&self.to);
        pairs.map(|((day, from), to)| (day.trim(), from.trim(), to.trim()))
    }

    pub fn parse(&self) -> Result<NewHours, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let zone = clock::is_zone(&self.zone).then(|| self.zone.clone());
        let zone = errors.take("zone", zone.ok_or("Choose a time zone of the list."));
        let week = errors.take("day", self.week());
        let figures = text::whole(&self.notice).zip(text::whole(&self.horizon));
        let limits = BookingLimits {
            per_day: text::whole(&self.per_day),
            per_week: text::whole(&self.per_week),
            new_per_month: text::whole(&self.new_per_month),
        };
        match (zone, figures, week) {
            (Some(zone), Some((notice, horizon)), Some(week)) if errors.is_empty() => {
                Ok(NewHours { zone, notice, horizon, limits, week })
            }
            _ => Err(errors),
        }
    }

    fn week(&self) -> Result<Week, String> {
        if self.day.len() != self.from.len() || self.day.len() != self.to.len() {
            return Err("Each window needs a day, a beginning and an end.".to_owned());
        }
        let mut week = Week::default();
        for (day, from, to) in
            self.triples().filter(|(_, from, to)| !(from.is_empty() && to.is_empty()))
        {
            let at = day.parse::<usize>().ok().and_then(|day| day.checked_sub(1));
            let named = at.and_then(|at| Some((week.get_mut(at)?, WEEKDAYS.get(at)?)));
            let (windows, name) = named.ok_or("Choose a day of the week.")?;
            windows.push(Window::parse(from, to).map_err(|words| format!("{name}: {words}"))?);
            if windows.len() > MOST_A_DAY {
                return Err(format!("{name}: use at most {MOST_A_DAY} windows."));
            }
        }
        if let Some(source) = self.copied() {
            let windows = week.get(source).cloned().unwrap_or_default();
            week.iter_mut().take(5).for_each(|day| day.clone_from(&windows));
        }
        Ok(week.map(Window::union))
    }

    fn copied(&self) -> Option<usize> {
        self.copy.parse::<usize>().ok()?.checked_sub(1)
    }
}

/// The form of dates that differ: a `date` with windows, or `first` and `last` away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DatesForm {
    pub date: String,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub first: String,
    pub last: String,
}

/// A checked exception.
#[derive(Debug, Clone, PartialEq)]
pub enum NewException {
    Vacation(Day, Day),
    Override(Day, Vec<Window>),
}

impl DatesForm {
    /// Longest absence, in days.
    const LONGEST: i32 = 730;

    pub fn parse(&self, today: Day) -> Result<NewException, FieldErrors> {
        let mut errors = FieldErrors::default();
        let day = |text: &str| match Day::parse(text.trim()) {
            None => Err("Choose a date."),
            Some(day) if day < today => Err("That date is over."),
            Some(day) if today.days_to(day) > 2 * Self::LONGEST => {
                Err("That date is too far away.")
            }
            Some(day) => Ok(day),
        };
        if !self.first.trim().is_empty() || !self.last.trim().is_empty() {
            let first = errors.take("first", day(&self.first));
            let last = errors.take("last", day(&self.last));
            return match first.zip(last) {
                Some((first, last)) if first > last => {
                    Err(FieldErrors::one("last", "The last date must not come before the first."))
                }
                Some((first, last)) if first.days_to(last) > Self::LONGEST => {
                    Err(FieldErrors::one("last", "Use at most two years at a time."))
                }
                Some((first, last)) => Ok(NewException::Vacation(first, last)),
                None => Err(errors),
            };
        }
        let date = errors.take("date", day(&self.date));
        let windows = errors.take("from", self.windows());
        match date.zip(windows) {
            Some((date, windows)) => Ok(NewException::Override(date, windows)),
            None => Err(errors),
        }
    }

    pub fn typed_from(&self, at: &usize) -> &str {
        self.from.get(*at).map_or("", String::as_str)
    }

    pub fn typed_to(&self, at: &usize) -> &str {
        self.to.get(*at).map_or("", String::as_str)
    }

    fn windows(&self) -> Result<Vec<Window>, &'static str> {
        if self.from.len() != self.to.len() {
            return Err("Each window needs a beginning and an end.");
        }
        let typed = self.from.iter().zip(&self.to);
        let typed = typed.filter(|(from, to)| !(from.trim().is_empty() && to.trim().is_empty()));
        let windows =
            typed.map(|(from, to)| Window::parse(from, to)).collect::<Result<Vec<_>, _>>()?;
        if windows.len() > MOST_A_DAY {
            return Err("Use at most 8 windows.");
        }
        Ok(Window::union(windows))
    }
}

/// The form of a calendar kept elsewhere: its address, or a file that came beside these fields. The
/// address may hold a secret.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct CalendarForm {
    pub url: Option<String>,
}

impl CalendarForm {
    pub fn typed(&self) -> &str {
        self.url.as_deref().unwrap_or("").trim()
    }

    pub fn parse(&self, file: Option<Chosen>) -> Result<Source, FieldErrors> {
        match (self.typed(), file) {
            ("", Some(file)) => Ok(Source::File(file)),
            ("", None) if self.url.is_none() => {
                Err(FieldErrors::one("ics", "Choose a file first."))
            }
            (_, Some(_)) => {
                Err(FieldErrors::one("ics", "Add the address and the file one after the other."))
            }
            (url, None) => Ok(Source::Address(url.to_owned())),
        }
    }
}
