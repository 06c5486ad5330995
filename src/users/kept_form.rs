//! What was typed into a form whose session had ended, until it is shown again.
//!
//! Kept sealed for an hour: one form, without secrets and files. It is shown again after signing in
//! and never sent by itself.

use serde::{Deserialize, Serialize};

use crate::clock::{Instant, Span};
use crate::error::{Error, Result};
use crate::seal::{self, Seal};

const PURPOSE: &str = "footing/kept-form/v1";

/// The fields of one form, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    /// Path that the form posts to, by which it is found on its page.
    pub action: String,
    pub fields: Vec<(String, String)>,
    kept_at: i64,
}

impl KeptForm {
    /// Most bytes of a form that is kept.
    pub const MOST: usize = 32 * 1024;
    const LIFE: Span = Span::hours(1);
    /// What a form carries for itself; its page makes them anew.
    const OWN: [&str; 3] = ["csrf", "key", "next"];

    /// None when nothing was typed that may be kept.
    pub fn new(action: &str, typed: Vec<(String, String)>, now: Instant) -> Option<Self> {
        let fields: Vec<_> = typed.into_iter().filter(|(name, _)| may_be_kept(name)).collect();
        let has_words = fields.iter().any(|(_, value)| !value.is_empty());
        has_words.then(|| Self { action: action.to_owned(), fields, kept_at: now.micros() })
    }

    /// The value of a field, if it was filled in.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    pub fn seal(&self, seal: &Seal) -> Result<String> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(seal::base64url(&seal.seal(PURPOSE, &json)?))
    }

    /// None where it is over an hour old, or was sealed under a secret that is gone.
    pub fn open(seal: &Seal, sealed: &str, now: Instant) -> Option<Self> {
        let json = seal.open(PURPOSE, &seal::from_base64url(sealed)?).ok()?;
        let kept: Self = serde_json::from_slice(&json).ok()?;
        (now < Instant::from_micros(kept.kept_at) + Self::LIFE).then_some(kept)
    }
}

fn may_be_kept(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_secret =
        ["password", "current", "code", "secret"].iter().any(|word| name.contains(word));
    !is_secret && !KeptForm::OWN.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn no_secret_is_kept_and_a_form_of_only_such_is_none() {
        let now = Instant::from_micros(0);
        let form = typed(&[("current", "a"), ("password", "b"), ("csrf", "c"), ("name", "Ana")]);
        let kept = KeptForm::new("/settings/profile", form, now).unwrap();
        assert_eq!(kept.fields, typed(&[("name", "Ana")]));
        assert_eq!(KeptForm::new("/x", typed(&[("new_password", "b"), ("code", "1")]), now), None);
    }

    #[test]
    fn it_is_kept_for_an_hour_and_opens_under_its_secret_alone() {
        let (seal, other) = (Seal::new("one"), Seal::new("two"));
        let now = Instant::from_micros(0);
        let kept = KeptForm::new("/bookings", typed(&[("note", "Two flats")]), now).unwrap();
        let sealed = kept.seal(&seal).unwrap();
        assert!(!sealed.contains("flats"));
        assert_eq!(KeptForm::open(&seal, &sealed, now + Span::minutes(59)), Some(kept));
        assert_eq!(KeptForm::open(&seal, &sealed, now + Span::hours(1)), None);
        assert_eq!(KeptForm::open(&other, &sealed, now), None);
    }
}
