//! How two people meet for a service.

use crate::accountants::Meeting;

crate::word_enum! {
    Mode { Video => "video", Phone => "phone", InPerson => "in_person" }
}

impl Mode {
    pub fn words(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Phone => "phone",
            Self::InPerson => "in person",
        }
    }

    /// How two people meet, as a sentence begins.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Video => "Video call",
            Self::Phone => "Phone call",
            Self::InPerson => "In person",
        }
    }

    /// Reads what a form or a filter says.
    pub fn read(word: &str) -> Option<Self> {
        Self::parse(&word.trim().to_lowercase().replace(['-', ' '], "_"))
            .or((word == "person").then_some(Self::InPerson))
    }

    /// What somebody says of this way of meeting; empty where nothing.
    pub fn of(self, meeting: &Meeting) -> &str {
        match self {
            Self::Video => &meeting.video,
            Self::Phone => &meeting.phone,
            Self::InPerson => &meeting.place,
        }
    }

    fn bit(self) -> i32 {
        match self {
            Self::Video => 1,
            Self::Phone => 2,
            Self::InPerson => 4,
        }
    }
}

/// A set of modes, kept as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes(pub i32);

impl Modes {
    pub fn of(modes: &[Mode]) -> Self {
        Self(modes.iter().fold(0, |bits, mode| bits | mode.bit()))
    }

    pub fn list(self) -> Vec<Mode> {
        Mode::ALL.iter().copied().filter(|mode| self.0 & mode.bit() != 0).collect()
    }

    /// "Video or phone".
    pub fn words(self) -> String {
        let words: Vec<&str> = self.list().into_iter().map(Mode::words).collect();
        let text = crate::web::text::listed(&words, "or");
        text.chars().take(1).flat_map(char::to_uppercase).chain(text.chars().skip(1)).collect()
    }
}
