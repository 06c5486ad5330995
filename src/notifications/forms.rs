//! What the page of notices is asked for, the button under them, and the browsers that are told.

use serde::Deserialize;

use super::{Endpoint, NoticeId};
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

/// The address that a browser got from its push service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointForm {
    endpoint: String,
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
