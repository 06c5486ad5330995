//! What the page of notices is asked for, and the button under them.

use serde::Deserialize;

use super::NoticeId;
use crate::error::Result;

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
