//! Passwords: what is accepted, and their hashes.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::Email;
use crate::config::cores;
use crate::error::{Error, Result};

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../static/data/common-passwords.txt").lines().collect());

/// A password that may be chosen. Not printable on purpose.
pub struct Password(pub String);

impl Password {
    /// Shortest without and with two-step sign-in (NIST SP 800-63B-4), and the longest.
    pub const LEAST: usize = 15;
    pub const LEAST_WITH_TOTP: usize = 8;
    pub const MOST: usize = 256;

    /// The shortest that may be chosen.
    pub fn least(has_totp: bool) -> usize {
        if has_totp { Self::LEAST_WITH_TOTP } else { Self::LEAST }
    }

    /// No rules of composition: only length, and nothing that is guessed first.
    pub fn choose(text: &str, email: &Email, name: &str, has_totp: bool) -> Result<Self, String> {
        let least = Self::least(has_totp);
        let text: String = text.nfc().collect();
        let length = text.chars().count();
        if length < least {
            return Err(format!("Use at least {least} characters. Four unrelated words are good."));
        }
        if length > Self::MOST {
            return Err(format!("Use at most {} characters.", Self::MOST));
        }
        let folded = text.to_lowercase();
        if COMMON.contains(folded.as_str()) || is_one_word_again_and_again(&folded) {
            return Err("That is one of the passwords that are tried first. Choose another.".into());
        }
        if is_made_of_names(&folded, &[email.local(), name, "footing"]) {
            return Err("That is made of your name, your address or ours. Choose another.".into());
        }
        Ok(Self(text))
    }

    /// What somebody types to sign in, in the form in which it was hashed.
    pub fn typed(text: &str) -> Option<Self> {
        let text: String = text.nfc().collect();
        (text.chars().count() <= Self::MOST).then_some(Self(text))
    }
}

/// Whether a password only repeats a short or common one.
fn is_one_word_again_and_again(folded: &str) -> bool {
    let letters: Vec<char> = folded.chars().collect();
    (1..=letters.len() / 2).filter(|unit| letters.len().is_multiple_of(*unit)).any(|unit| {
        let mut parts = letters.chunks(unit);
        let first = parts.next().unwrap_or_default();
        let word: String = first.iter().collect();
        parts.all(|part| part == first) && (unit <= 4 || COMMON.contains(word.as_str()))
    })
}

/// Whether little is left of a password without the words anybody would try.
fn is_made_of_names(folded: &str, names: &[&str]) -> bool {
    let mut rest: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let whole = rest.chars().count();
    for name in names.iter().flat_map(|name| name.split_whitespace().chain([*name])) {
        let name: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        if name.chars().count() >= 3 {
            rest = rest.replace(&name, "");
        }
    }
    let left = rest.chars().count();
    left < whole && left < Password::LEAST_WITH_TOTP
}

/// Hashes off the async threads, as many at once as the machine has cores.
#[derive(Clone)]
pub struct Hasher {
    permits: Arc<Semaphore>,
    /// Stands in for the hash of an account that is not there, so that both take as long.
    nobody: Arc<str>,
}

impl Hasher {
    const PATIENCE: Duration = Duration::from_secs(5);

    pub fn new() -> Result<Self> {
        let nobody = hash(&argon2()?, "nobody has this password")?;
        Ok(Self { permits: Arc::new(Semaphore::new(cores())), nobody: nobody.into() })
    }

    pub async fn hash(&self, password: Password) -> Result<String> {
        self.run(move || hash(&argon2()?, &password.0)).await
    }

    /// Compares with the stored hash, or with nobody's at the same cost.
    pub async fn matches(&self, typed: Option<Password>, stored: Option<&str>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        self.run(move || {
            let parsed = PasswordHash::new(&stored).map_err(Error::internal)?;
            let text = typed.as_ref().map_or("", |typed| typed.0.as_str());
            let same = argon2()?.verify_password(text.as_bytes(), &parsed).is_ok();
            Ok(same && known && typed.is_some())
        })
        .await
    }

    /// Whether a stored hash was made with weaker parameters than today's.
    pub fn is_outdated(stored: &str) -> bool {
        !stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = tokio::time::timeout(Self::PATIENCE, self.permits.clone().acquire_owned());
        let permit = permit.await.map_err(|_| Error::Busy)?.map_err(Error::internal)?;
        let hashed = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        hashed.await.map_err(Error::internal)?
    }
}

/// Argon2id, 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String> {
    let hash = argon2.hash_password(password.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str, has_totp: bool) -> Result<Password, String> {
        let email = Email::parse("amelie@example.com").unwrap();
        Password::choose(text, &email, "Amélie Northgate", has_totp)
    }

    #[test]
    fn length_is_the_only_rule_and_guessable_passwords_are_refused() {
        assert!(choose("four unrelated words", false).is_ok());
        assert!(choose("only14letters!", false).is_err());
        assert!(choose("eight-ch", true).is_ok());
        assert!(choose("password1", true).is_err());
        assert!(choose("passwordpassword", false).is_err());
        assert!(choose("abcabcabcabcabcabc", false).is_err());
        assert!(choose("footing footing footing", false).is_err());
        assert!(choose("amelie.amelie.amelie", false).is_err());
        assert!(choose("AmélieNorthgate1", false).is_err());
        assert!(choose("northgate owls eat thirty prunes", false).is_ok());
        assert!(choose(&"ab".repeat(129), false).is_err());
    }

    #[test]
    fn at_least_three_thousand_common_passwords_are_known() {
        assert!(COMMON.len() >= 3000);
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only_and_nobody_matches_nobody() {
        let hasher = Hasher::new().unwrap();
        let stored = hasher.hash(Password("four unrelated words".into())).await.unwrap();
        assert!(!Hasher::is_outdated(&stored));
        let typed = |text: &str| Password::typed(text);
        assert!(hasher.matches(typed("four unrelated words"), Some(&stored)).await.unwrap());
        assert!(!hasher.matches(typed("four unrelated word"), Some(&stored)).await.unwrap());
        assert!(!hasher.matches(typed("nobody has this password"), None).await.unwrap());
    }
}
