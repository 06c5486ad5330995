//! How somebody's messages are opened, shown and mailed.

use askama::Template;

use crate::clock::Instant;
use crate::locale::{DayShape, LocalZone};
use crate::messaging::ways_in::WaysIn;
use crate::messaging::{KeyWrap, WrapKind};
use crate::notifications::Topic;
use crate::web::FieldErrors;

/// `/settings/messages`.
#[derive(Template)]
#[template(path = "messaging/settings.html")]
pub struct ChatSettingsPage {
    pub share_receipts: bool,
    pub share_presence: bool,
    pub mail_mode: String,
    pub errors: FieldErrors,
    pub ways: WaysIn,
    pub zone: LocalZone,
}

/// Whether mails about waiting messages should end, and that they have.
#[derive(Template)]
#[template(path = "messaging/unsubscribe.html")]
pub struct UnsubscribePage {
    pub token: String,
    pub topic: Topic,
    pub is_mailed: bool,
    /// Whether the button was just pressed.
    pub is_done: bool,
}

impl UnsubscribePage {
    fn title(&self) -> String {
        let about = self.topic.lower();
        match (self.is_mailed, self.is_done) {
            (true, true) => format!("Mails about {about} come again"),
            (true, false) => format!("Mails about {about}"),
            (false, _) => format!("No more mails about {about}"),
        }
    }

    /// Where to choose more finely.
    fn settings(&self) -> &'static str {
        match self.topic {
            Topic::Messages => "/settings/messages",
            _ => "/settings/notifications",
        }
    }
}

impl ChatSettingsPage {
    fn modes() -> [(&'static str, &'static str); 3] {
        [
            ("soon", "After ten minutes, at most one mail an hour"),
            ("daily", "Once a day"),
            ("never", "Never"),
        ]
    }

    fn recovery(&self) -> Option<&KeyWrap> {
        self.ways.wraps.iter().find(|wrap| wrap.kind == WrapKind::Recovery)
    }

    fn passkeys(&self) -> impl Iterator<Item = &KeyWrap> {
        self.ways.wraps.iter().filter(|wrap| wrap.kind == WrapKind::Passkey)
    }

    fn date(&self, at: &Instant) -> String {
        at.day_words(&self.zone, DayShape::Plain)
    }
}
