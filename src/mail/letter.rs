//! What every mail is made of: a few paragraphs and at most one button.

use askama::Template;
use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::error::{Error, Result};

/// A mail before it is addressed. The text part and the HTML part come from one pair of templates.
#[derive(Debug, Clone, Serialize, Deserialize, Template)]
#[template(path = "mail/letter.html")]
pub struct Letter {
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Label and address of the one button.
    pub button: Option<(String, String)>,
    /// Label and address of a plain link below it.
    #[serde(default)]
    pub link: Option<(String, String)>,
    /// Rows sealed before there were attachments lack it.
    #[serde(default)]
    pub attachment: Option<Attachment>,
    /// Where one click ends mails like this (RFC 8058); only for those that nobody needs.
    #[serde(default)]
    pub unsubscribe: Option<String>,
    /// Others that leave with it.
    #[serde(default)]
    pub parts: Vec<Letter>,
    /// When it is of no use any more: its link has run out, the meeting has begun. Kept as a column.
    #[serde(skip)]
    pub expires_at: Option<Instant>,
}

/// A file of text that comes with a mail, such as an entry for a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is called when it is saved: `invite.ics`.
    pub name: String,
    /// With its parameters: `text/calendar; method=REQUEST; charset=utf-8`.
    pub content_type: String,
    pub body: String,
}

impl Attachment {
    pub(super) fn is_calendar(&self) -> bool {
        self.content_type.starts_with("text/calendar")
    }
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct TextPart<'a> {
    letter: &'a Letter,
}

impl Letter {
    pub fn new(subject: &str, paragraphs: &[&str]) -> Self {
        Self {
            subject: subject.to_owned(),
            paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
            button: None,
            link: None,
            attachment: None,
            unsubscribe: None,
            parts: vec![],
            expires_at: None,
        }
    }

    #[must_use]
    pub fn with_button(mut self, label: &str, address: String) -> Self {
        self.button = Some((label.to_owned(), address));
        self
    }

    #[must_use]
    pub fn with_link(mut self, label: &str, address: String) -> Self {
        self.link = Some((label.to_owned(), address));
        self
    }

    #[must_use]
    pub fn with_attachment(mut self, attachment: Attachment) -> Self {
        self.attachment = Some(attachment);
        self
    }

    #[must_use]
    pub fn with_unsubscribe(mut self, address: String) -> Self {
        self.unsubscribe = Some(address);
        self
    }

    /// It is not sent from this moment on.
    #[must_use]
    pub fn expiring(mut self, at: Instant) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// One letter of several: their words one after the other, each with its link.
    pub(super) fn of_several(parts: Vec<Self>) -> Self {
        let subject = format!("{} things to know from Footing", parts.len());
        let unsubscribe = parts.iter().find_map(|part| part.unsubscribe.clone());
        let intro = "Much came at once, so here it is in one mail.";
        Self { parts, unsubscribe, ..Self::new(&subject, &[intro]) }
    }

    /// What comes with it and with its parts.
    pub(super) fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.attachment.iter().chain(self.parts.iter().filter_map(|part| part.attachment.as_ref()))
    }

    pub(super) fn last_moment(&self, latest: Instant) -> Instant {
        self.expires_at.map_or(latest, |at| at.min(latest))
    }

    pub fn text(&self) -> Result<String> {
        TextPart { letter: self }.render().map_err(Error::internal)
    }

    pub fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}
