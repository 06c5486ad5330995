//! The lists that the filters choose from, each with the mark of its tokens.

use std::sync::LazyLock;

use super::options::OptionList;
use super::tokens::FilterMark;
use crate::accountants::{CredentialKind, choices};
use crate::listings::CATEGORIES;
use crate::money;

pub const FREES: (FilterMark, OptionList) =
    (FilterMark::Free, &[("7", "Free within 7 days"), ("14", "Free within 14 days")]);
pub const MODES: (FilterMark, OptionList) = (
    FilterMark::Mode,
    &[("video", "Video call"), ("phone", "Phone call"), ("in_person", "In person")],
);
pub const ACCEPTING: (FilterMark, OptionList) =
    (FilterMark::Accepting, &[("all", "Takes new clients")]);
pub const SPECIALISMS: (FilterMark, OptionList) = (FilterMark::Specialism, &choices::SPECIALISMS);
pub const KINDS: (FilterMark, OptionList) = (FilterMark::Category, &CATEGORIES);

static CURRENCIES: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| money::CURRENCIES.iter().map(|(code, _, _)| (*code, *code)).collect());

/// What a badge can be of, and any of them.
static CREDENTIALS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    std::iter::once(("any", "Any checked credential")).chain(CredentialKind::CHOICES).collect()
});

pub fn credentials() -> (FilterMark, OptionList) {
    (FilterMark::Credential, &CREDENTIALS)
}

pub fn languages() -> (FilterMark, OptionList) {
    (FilterMark::Language, choices::languages())
}

pub fn countries() -> (FilterMark, OptionList) {
    (FilterMark::Country, choices::countries())
}

pub fn currencies() -> (FilterMark, OptionList) {
    (FilterMark::Currency, &CURRENCIES)
}

pub fn all() -> [(FilterMark, OptionList); 9] {
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
