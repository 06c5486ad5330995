//! Where a reader is, and how it is written there.

use std::ops::Deref;
use std::sync::Arc;

use super::Locale;

/// A time zone with the locale of whoever reads: all that words about times and amounts are made
/// with. Where only the zone matters it stands for its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalZone {
    name: Arc<str>,
    pub locale: Locale,
}

impl LocalZone {
    pub fn new(name: impl Into<Arc<str>>, locale: Locale) -> Self {
        Self { name: name.into(), locale }
    }

    /// For what has no reader.
    pub fn neutral(name: impl Into<Arc<str>>) -> Self {
        Self::new(name, Locale::NEUTRAL)
    }

    /// Times of another place, written for the same reader.
    #[must_use]
    pub fn elsewhere(&self, name: impl Into<Arc<str>>) -> Self {
        Self::new(name, self.locale)
    }
}

impl Default for LocalZone {
    fn default() -> Self {
        Self::neutral("UTC")
    }
}

impl Deref for LocalZone {
    type Target = str;

    fn deref(&self) -> &str {
        &self.name
    }
}

impl AsRef<str> for LocalZone {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<Locale> for LocalZone {
    fn as_ref(&self) -> &Locale {
        &self.locale
    }
}

/// The zone's name.
impl std::fmt::Display for LocalZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self)
    }
}
