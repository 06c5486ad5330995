//! The lists that the filters choose from, each with the mark of its tokens.

use std::sync::LazyLock;

use super::options::List;
use super::tokens::Mark;
use crate::accountants::{CredentialKind, choices};
use crate::listings::CATEGORIES;
use crate::money;

pub const FREES: (Mark, List) =
    (Mark::Free, &[("7", "Free within 7 days"), ("14", "Free within 14 days")]);
pub const MODES: (Mark, List) =
    (Mark::Mode, &[("video", "Video call"), ("phone", "Phone call"), ("in_person", "In person")]);
pub const ACCEPTING: (Mark, List) = (Mark::Accepting, &[("all", "Takes new clients")]);
pub const SPECIALISMS: (Mark, List) = (Mark::Specialism, &choices::SPECIALISMS);
pub const KINDS: (Mark, List) = (Mark::Category, &CATEGORIES);

static CURRENCIES: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| money::CURRENCIES.iter().map(|(code, _, _)| (*code, *code)).collect());

/// What a badge can be of, and any of them.
static CREDENTIALS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    std::iter::once(("any", "Any checked credential")).chain(CredentialKind::CHOICES).collect()
});

pub fn credentials() -> (Mark, List) {
    (Mark::Credential, &CREDENTIALS)
}

pub fn languages() -> (Mark, List) {
    (Mark::Language, choices::languages())
}

pub fn countries() -> (Mark, List) {
    (Mark::Country, choices::countries())
}

pub fn currencies() -> (Mark, List) {
    (Mark::Currency, &CURRENCIES)
}

pub fn all() -> [(Mark, List); 9] {
    [
        FREES,
        MODES,
        ACCEPTING,
        SPECIALISMS,
        KINDS,
        credentials(),
        languages(),
        countries(),
        currencies(),
    ]
}
