//! How an accountant and a client meet: what is said once for each way of meeting.
//!
//! A video link, or that it comes with the confirmation; a number that the client calls, or that the
//! accountant calls; an address. Sealed at rest: before a booking is confirmed no client reads it.

use serde::{Deserialize, Serialize};

use crate::db::SealedColumn;
use crate::error::{Error, Result};
use crate::seal::Seal;
use crate::web::{FieldErrors, text};

const PURPOSE: &str = "footing/meeting/v1";

/// What of this domain is sealed.
pub const SEALED: SealedColumn =
    SealedColumn { table: "accountants", key: "user_id", column: "meeting", purpose: PURPOSE };

/// For each way of meeting; empty where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meeting {
    /// An https address, or [`LATER`].
    pub video: String,
    /// A number, or [`CALL`].
    pub phone: String,
    pub place: String,
}

/// The link is sent with the confirmation.
pub const LATER: &str = "later";
/// The accountant calls, at a number that the client gives.
pub const CALL: &str = "call";

impl Meeting {
    /// Purpose under which every place to meet is sealed.
    pub const PURPOSE: &'static str = PURPOSE;

    /// From a choice and a field of one name each: the choice comes first, where both were sent.
    pub fn parse(
        video: &[String],
        phone: &[String],
        place: &str,
        errors: &mut FieldErrors,
    ) -> Self {
        Self {
            video: errors.take("meet_video", said(video, LATER, parse_link)).unwrap_or_default(),
            phone: errors.take("meet_phone", said(phone, CALL, parse_number)).unwrap_or_default(),
            place: errors.take("meet_place", parse_address(place)).unwrap_or_default(),
        }
    }

    /// None where nothing is said.
    pub fn seal(&self, seal: &Seal) -> Result<Option<Vec<u8>>> {
        if *self == Self::default() {
            return Ok(None);
        }
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        seal.seal(PURPOSE, &json).map(Some)
    }

    pub fn open(seal: &Seal, sealed: Option<&Vec<u8>>) -> Result<Self> {
        let Some(sealed) = sealed else { return Ok(Self::default()) };
        serde_json::from_slice(&seal.open(PURPOSE, sealed)?).map_err(Error::internal)
    }

    /// What is said here, and the rest as it is said for all.
    #[must_use]
    pub fn or(self, general: Self) -> Self {
        let first = |own: String, other: String| if own.is_empty() { other } else { own };
        Self {
            video: first(self.video, general.video),
            phone: first(self.phone, general.phone),
            place: first(self.place, general.place),
        }
    }
}

/// The button that is set in a form: nothing, the one word, or "own" for what stands in the field.
pub fn choice(given: &[String], word: &str) -> &'static str {
    match given.iter().map(String::as_str).find(|value| !value.is_empty()) {
        None => "",
        Some(value) if value == word => {
            if word == LATER {
                LATER
            } else {
                CALL
            }
        }
        Some(_) => "own",
    }
}

/// What stands in the field beside the buttons.
pub fn typed<'a>(given: &'a [String], word: &str) -> &'a str {
    let is_typed = |value: &&String| !value.is_empty() && *value != word && *value != "own";
    given.iter().find(is_typed).map_or("", String::as_str)
}

fn said(
    given: &[String],
    word: &str,
    parse: fn(&str) -> Result<String, &'static str>,
) -> Result<String, &'static str> {
    match choice(given, word) {
        "own" => parse(typed(given, word)),
        chosen => Ok(chosen.to_owned()),
    }
}

/// An address of a meeting: https, with a host, without a password.
pub fn parse_link(text: &str) -> Result<String, &'static str> {
    const WORDS: &str = "Write a whole address that begins with https://.";
    let text = text.trim();
    let url = reqwest::Url::parse(text).map_err(|_| WORDS)?;
    let host = url.host_str().unwrap_or("");
    let is_fine = url.scheme() == "https"
        && host.contains('.')
        && !text.contains(['@', '"', '<', '>', '\\'])
        && text.chars().all(|c| c.is_ascii_graphic())
        && text.len() <= 500;
    if is_fine { Ok(text.to_owned()) } else { Err(WORDS) }
}

/// 6 to 15 digits (ITU-T E.164) as people write them.
pub fn parse_number(text: &str) -> Result<String, &'static str> {
    const WORDS: &str = "Write a phone number such as +44 20 7946 0958.";
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(&text);
    let is_fine = (6..=15).contains(&digits)
        && text.len() <= 40
        && rest.chars().all(|c| c.is_ascii_digit() || " ()-./".contains(c));
    if is_fine { Ok(text) } else { Err(WORDS) }
}

pub fn parse_address(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Ok(String::new()) } else { text::line("Address", text, 5, 200) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn a_link_is_a_whole_https_address_and_a_number_has_digits() {
        assert!(parse_link("https://meet.example.com/ben?pwd=1").is_ok());
        for bad in [
            "http://meet.example.com",
            "meet.example.com",
            "https://",
            "https://localhost/x",
            "https://ben:secret@example.com",
            "javascript:alert(1)",
            "https://a.b/\" onclick=\"x",
        ] {
            assert!(parse_link(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_number(" +44  20 7946-0958 ").unwrap(), "+44 20 7946-0958");
        for bad in ["12345", "call me", "+44 20 7946 0958 ext", "1234567890123456"] {
            assert!(parse_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_button_or_a_field_alone_is_enough() {
        let parse = |video: &[&str], phone: &[&str]| {
            let mut errors = FieldErrors::default();
            let meeting = Meeting::parse(&given(video), &given(phone), "", &mut errors);
            (meeting.video, meeting.phone, errors.is_empty())
        };
        let link = "https://meet.example.com/ben";
        assert_eq!(parse(&[link], &["call"]), (link.to_owned(), "call".to_owned(), true));
        assert_eq!(parse(&["own", link], &["", ""]), (link.to_owned(), String::new(), true));
        assert_eq!(parse(&["later", link], &[]), ("later".to_owned(), String::new(), true));
        assert!(!parse(&["own", ""], &[]).2, "a link was announced and none given");
    }

    #[test]
    fn what_a_service_says_goes_before_what_is_said_for_all() {
        let own = Meeting { video: LATER.to_owned(), ..Meeting::default() };
        let general =
            Meeting { video: "x".to_owned(), phone: CALL.to_owned(), place: String::new() };
        assert_eq!(
            own.or(general),
            Meeting { video: LATER.into(), phone: CALL.into(), place: String::new() }
        );
    }
}
