//! A stretch of a day's wall clock.

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

    /// Reads `HH:MM` twice; only the end may be 24:00. A minute must divide by five.
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

    /// "09:00–12:30"
    pub fn words(self) -> String {
        format!("{}–{}", clock(self.from), clock(self.to))
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

    /// Whether any two of them share a minute.
    pub fn overlap(windows: &[Self]) -> bool {
        let mut sorted = windows.to_vec();
        sorted.sort();
        sorted.iter().zip(sorted.iter().skip(1)).any(|(one, next)| next.from < one.to)
    }
}

fn clock(minute: i16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Result<i16, &'static str> {
    const SHAPE: &str = "Write times as 09:30, in steps of five minutes.";
    let (hour, minute) = text.trim().split_once(':').ok_or(SHAPE)?;
    let figures = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !figures(hour) || !figures(minute) {
        return Err(SHAPE);
    }
    let (hour, minute): (i16, i16) =
        (hour.parse().map_err(|_| SHAPE)?, minute.parse().map_err(|_| SHAPE)?);
    match hour * 60 + minute {
        all if minute < 60 && minute % 5 == 0 && all <= Window::END => Ok(all),
        _ => Err(SHAPE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them_and_nothing_else() {
        assert_eq!(Window::parse("09:00", "24:00").unwrap(), Window { from: 540, to: 1440 });
        for (from, to) in [
            ("9:00", "10:00"),
            ("09:00", "09:00"),
            ("10:00", "09:00"),
            ("09:03", "10:00"),
            ("09:00", "24:05"),
            ("24:00", "24:00"),
            ("09:60", "11:00"),
            ("-1:00", "11:00"),
            ("", ""),
        ] {
            assert!(Window::parse(from, to).is_err(), "{from} to {to} was read");
        }
        let two = [Window { from: 540, to: 720 }, Window { from: 780, to: 1020 }];
        assert_eq!(Window::read(&Window::write(&two)), two);
    }
}
