//! What every mail is made of: a few paragraphs and at most one button.

use askama::Template;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A mail before it is addressed. The text part and the HTML part come from one pair of templates.
#[derive(Debug, Clone, Serialize, Deserialize, Template)]
#[template(path = "mail/letter.html")]
pub struct Letter {
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Label and address of the one button.
    pub button: Option<(String, String)>,
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
        }
    }

    #[must_use]
    pub fn with_button(mut self, label: &str, address: String) -> Self {
        self.button = Some((label.to_owned(), address));
        self
    }

    pub fn text(&self) -> Result<String> {
        TextPart { letter: self }.render().map_err(Error::internal)
    }

    pub fn html(&self) -> Result<String> {
        self.render().map_err(Error::internal)
    }
}
