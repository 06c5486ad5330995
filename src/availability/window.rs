//! A stretch of a day's wall clock.

use jiff::civil::Time;

use crate::locale::Locale;

/// From a minute of the day up to, not including, another: 0 to 1440, where 1440 is its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    pub from: i16,
    pub to: i16,
}

impl Window {
    /// The end of a day, typed as 24:00.
    pub const END: i16 = 24 * 60;

    pub fn new(from: i16, to: i16) -> Option<Self> {
        (0 <= from && from < to && to <= Self::END).then_some(Self { from, to })
    }

    /// Reads two times of day; only the end may be 24:00.
    pub fn parse(from: &str, to: &str) -> Result<Self, &'static str> {
        let (from, to) = (minute(from)?, minute(to)?);
        Self::new(from, to).ok_or("The end must come after the beginning.")
    }

    pub fn from_words(self) -> String {
        clock(self.from)
    }

    pub fn to_words(self) -> String {
        clock(self.to)
    }

    /// "09:00–12:30", "9:00 AM–12:30 PM".
    pub fn words(self, locale: impl AsRef<Locale>) -> String {
        locale.as_ref().window(on_wall(self.from), on_wall(self.to))
    }

    /// Windows as one text, as an exception of a date keeps them: `09:00-12:00 13:00-17:00`.
    pub fn write(windows: &[Self]) -> String {
        let words: Vec<String> =
            windows.iter().map(|w| format!("{}-{}", clock(w.from), clock(w.to))).collect();
        words.join(" ")
    }

    pub fn read(text: &str) -> Vec<Self> {
        let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('-'));
        pairs.filter_map(|(from, to)| Self::parse(from, to).ok()).collect()
    }

    /// What they come to together: overlapping and touching ones are one.
    pub fn union(mut windows: Vec<Self>) -> Vec<Self> {
        windows.sort();
        let mut union: Vec<Self> = vec![];
        for window in windows {
            match union.last_mut() {
                Some(last) if window.from <= last.to => last.to = last.to.max(window.to),
                _ => union.push(window),
            }
        }
        union
    }
}

fn clock(minute: i16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// As a wall shows it: the end of a day is midnight.
fn on_wall(minute: i16) -> Time {
    let figure = |n: i16| i8::try_from(n).unwrap_or(0);
    Time::new(figure(minute / 60 % 24), figure(minute % 60), 0, 0).unwrap_or(Time::midnight())
}

/// Reads a time of day as people write it: `9`, `9:00`, `9.30`, `0930`, `17h`, `17h30`, `5pm`,
/// `5:30 pm`. 24:00 is the end of the day.
fn minute(text: &str) -> Result<i16, &'static str> {
    const SHAPE: &str = "Write a time such as 9:00, 17h30 or 5pm.";
    let text: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let (clock, half) = match text.strip_suffix("am").or(text.strip_suffix("a.m.")) {
        Some(clock) => (clock, Some(0)),
        None => match text.strip_suffix("pm").or(text.strip_suffix("p.m.")) {
            Some(clock) => (clock, Some(12)),
            None => (text.as_str(), None),
        },
    };
    let (hour, minute) = parts(clock).ok_or(SHAPE)?;
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return Err(SHAPE),
    };
    match hour * 60 + minute {
        all if minute < 60 && all <= Window::END => Ok(all),
        _ => Err(SHAPE),
    }
}

/// Hour and minute of `9`, `9h`, `9:05`, `9.05`, `9h05`, `0905`.
fn parts(clock: &str) -> Option<(i16, i16)> {
    let figure = |part: &str| {
        let is_figure = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_figure.then(|| part.parse().ok()).flatten()
    };
    if let Some((hour, minute)) = clock.split_once([':', '.', 'h']) {
        return match minute {
            "" if clock.ends_with('h') => Some((figure(hour)?, 0)),
            _ if minute.len() == 2 => Some((figure(hour)?, figure(minute)?)),
            _ => None,
        };
    }
    match clock.split_at_checked(2) {
        Some((hour, minute)) if minute.len() == 2 => Some((figure(hour)?, figure(minute)?)),
        _ => Some((figure(clock)?, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them_and_nothing_else() {
        assert_eq!(Window::parse("09:00", "24:00").unwrap(), Window { from: 540, to: 1440 });
        for (text, at) in [
            ("9", 540),
            ("9:00", 540),
            ("9.30", 570),
            ("0930", 570),
            ("9h", 540),
            ("9h05", 545),
            ("17h", 1020),
            ("5pm", 1020),
            ("5 PM", 1020),
            ("5:30pm", 1050),
            ("12am", 0),
            ("12pm", 720),
            ("09:03", 543),
            ("23:59", 1439),
        ] {
            assert_eq!(minute(text), Ok(at), "{text}");
        }
        for bad in [
            "",
            "nine",
            "9 o'clock",
            "9:5",
            "9:60",
            "25",
            "24:01",
            "13pm",
            "0pm",
            "9:00:00",
            "-1",
            "9,30",
            "99",
            "٩",
        ] {
            assert!(minute(bad).is_err(), "{bad} was read");
        }
        for (from, to) in [("09:00", "09:00"), ("10:00", "09:00"), ("24:00", "24:00"), ("", "")] {
            assert!(Window::parse(from, to).is_err(), "{from} to {to} was read");
        }
        let two = [Window { from: 540, to: 720 }, Window { from: 780, to: 1020 }];
        assert_eq!(Window::read(&Window::write(&two)), two);
    }

    #[test]
    fn windows_that_overlap_or_touch_are_one() {
        let window = |from, to| Window { from, to };
        let union = |windows: &[Window]| Window::union(windows.to_vec());
        assert_eq!(union(&[window(780, 1020), window(540, 800)]), [window(540, 1020)]);
        assert_eq!(union(&[window(540, 720), window(720, 800)]), [window(540, 800)]);
        assert_eq!(union(&[window(540, 1020), window(600, 660)]), [window(540, 1020)]);
        assert_eq!(union(&[window(540, 720), window(780, 800)]).len(), 2);
    }
}
