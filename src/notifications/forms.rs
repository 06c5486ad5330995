//! What the page of notices is asked for, the button under them, the browsers that are told, and the
//! settings.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Endpoint, NoticeId, Preference, QuietHours, Topic};
use crate::error::Result;
use crate::web::FieldErrors;

/// Where a page begins: after this notice, or with the newest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PageForm {
    pub after: String,
}

/// The newest notice that its reader saw.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReadForm {
    pub newest: String,
}

/// The address that a browser got from its push service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointForm {
    endpoint: String,
}

/// The settings as the browser sent them: a box for each topic and way, named `<topic>_<way>`, and
/// two times of the day.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PreferencesForm {
    pub quiet_from: String,
    pub quiet_to: String,
    /// The boxes that are ticked.
    #[serde(flatten)]
    boxes: HashMap<String, String>,
}

/// The ways, as they end the names of the boxes.
pub const WAYS: [&str; 3] = ["page", "push", "mail"];

impl PreferencesForm {
    pub fn of(preferences: &[Preference], hours: Option<&QuietHours>) -> Self {
        let time = |minutes: i16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let mut boxes = HashMap::new();
        for one in preferences {
            for (way, is_on) in WAYS.iter().zip([one.on_page, one.by_push, one.by_mail]) {
                if is_on {
                    boxes.insert(box_name(one.topic, way), "on".to_owned());
                }
            }
        }
        Self {
            quiet_from: hours.map(|hours| time(hours.starts)).unwrap_or_default(),
            quiet_to: hours.map(|hours| time(hours.ends)).unwrap_or_default(),
            boxes,
        }
    }

    pub fn is_ticked(&self, topic: Topic, way: &str) -> bool {
        let word = self.boxes.get(&box_name(topic, way)).map_or("", String::as_str);
        !matches!(word, "" | "off" | "false" | "0" | "no")
    }

    /// The ways of each topic that may be turned off.
    pub fn chosen(&self) -> Vec<[bool; 3]> {
        Topic::optional().map(|topic| WAYS.map(|way| self.is_ticked(topic, way))).collect()
    }

    /// The quiet hours in minutes since midnight; none if both are empty.
    pub fn parse(&self) -> Result<Option<(i16, i16)>, FieldErrors> {
        let (from, to) = (self.quiet_from.trim(), self.quiet_to.trim());
        if from.is_empty() && to.is_empty() {
            return Ok(None);
        }
        let mut errors = FieldErrors::default();
        let starts = errors.take("quiet_from", minutes(from));
        let ends = errors.take("quiet_to", minutes(to));
        match (starts, ends) {
            (Some(starts), Some(ends)) if starts != ends => Ok(Some((starts, ends))),
            (Some(_), Some(_)) => {
                Err(FieldErrors::one("quiet_to", "The two times are the same. Choose a later end."))
            }
            _ => Err(errors),
        }
    }
}

pub fn box_name(topic: Topic, way: &str) -> String {
    format!("{}_{way}", topic.as_str())
}

/// Minutes since midnight of `22:30`.
fn minutes(text: &str) -> Result<i16, &'static str> {
    const WORDS: &str = "Give both times as hours and minutes, such as 22:00, or leave both empty.";
    let (hour, minute) = text.split_once(':').ok_or(WORDS)?;
    let number = |text: &str, most: i16| {
        let is_plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i16>().ok().filter(|n| is_plain && *n < most).ok_or(WORDS)
    };
    Ok(number(hour, 24)? * 60 + number(minute, 60)?)
}

impl EndpointForm {
    pub fn parse(&self) -> Result<Endpoint, &'static str> {
        Endpoint::parse(&self.endpoint)
    }
}

impl PageForm {
    pub fn parse(&self) -> Result<Option<NoticeId>> {
        id(&self.after)
    }
}

impl ReadForm {
    pub fn parse(&self) -> Result<Option<NoticeId>> {
        id(&self.newest)
    }
}

fn id(text: &str) -> Result<Option<NoticeId>> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_the_day_is_read_as_people_write_it_and_nothing_else_is_one() {
        for (text, found) in [("22:00", 1320), ("0:00", 0), ("07:5", 425), ("23:59", 1439)] {
            assert_eq!(minutes(text), Ok(found), "{text}");
        }
        for bad in ["", "24:00", "12:60", "-1:00", "+1:00", "12", "12:00:00", "1 2:00", "１2:00"] {
            assert!(minutes(bad).is_err(), "{bad}");
        }
    }
}
