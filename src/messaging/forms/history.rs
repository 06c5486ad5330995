//! What is asked of `GET /get_message`.

use serde::Deserialize;

use crate::clock::Instant;
use crate::messaging::Before;
use crate::messaging::history::HistoryQuery;
use crate::users::UserId;

/// The query of `GET /get_message`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetForm {
    pub user: String,
    pub screen_size: String,
    pub before_timestamp: String,
}

impl GetForm {
    const SCREEN: i64 = 50;

    /// `None` for another shape; an unreadable id is nobody's.
    pub fn parse(&self) -> Option<HistoryQuery> {
        Some(HistoryQuery {
            user: self.user.parse().unwrap_or(UserId(0)),
            most: self.most()?,
            before: self.before()?,
        })
    }

    /// Any whole number, brought between 1 and 200.
    fn most(&self) -> Option<i64> {
        match self.screen_size.as_str() {
            "" => Some(Self::SCREEN),
            text => whole(text).map(|number| number.clamp(1, 200)),
        }
    }

    /// A point to come has no row after it. It is not compared with now: the last rows may be dated
    /// a little later, and their own dates must lead on to the page before them.
    fn before(&self) -> Option<Before> {
        let text = self.before_timestamp.as_str();
        let at = match whole(text) {
            _ if text.is_empty() => return Some(Before::Newest),
            Some(millis) => Instant::from_millis(millis),
            None => text
                .parse()
                .ok()
                .map(|at: jiff::Timestamp| Instant::from_micros(at.as_microsecond()))?,
        };
        Some(if at.micros() > 0 { Before::Instant(at) } else { Before::Beginning })
    }
}

/// A decimal integer of any length; one beyond 63 bits counts as the greatest or least.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.parse().unwrap_or(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(screen_size: &str, before: &str) -> Option<HistoryQuery> {
        let form = GetForm {
            user: String::new(),
            screen_size: screen_size.to_owned(),
            before_timestamp: before.to_owned(),
        };
        form.parse()
    }

    #[test]
    fn the_size_of_a_screen_is_brought_between_1_and_200() {
        for (text, most) in
            [("", 50), ("1", 1), ("0", 1), ("-5", 1), ("200", 200), ("9".repeat(40).as_str(), 200)]
        {
            assert_eq!(asked(text, "").unwrap().most, most, "{text}");
        }
        for text in ["x", "1.5", " 1", "1e3", "-", "0x10"] {
            assert!(asked(text, "").is_none(), "{text}");
        }
    }

    #[test]
    fn a_timestamp_is_milliseconds_or_has_an_offset() {
        let before = |text: &str| asked("", text).unwrap().before;
        assert!(matches!(before(""), Before::Newest));
        assert!(matches!(before(&"9".repeat(40)), Before::Instant(at) if at.millis() > 1 << 42));
        assert!(matches!(before("1970-01-01T01:00:05+01:00"),
            Before::Instant(at) if at.millis() == 5000));
        assert!(matches!(before("777"), Before::Instant(at) if at.millis() == 777));
        assert!(["0", "-1"].iter().all(|text| matches!(before(text), Before::Beginning)));
        for text in ["yesterday", "1970-01-01", "1970-01-01T00:00:05", "1.5"] {
            assert!(asked("", text).is_none(), "{text}");
        }
    }
}
