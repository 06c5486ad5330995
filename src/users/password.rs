//! Passwords: what is accepted. Their hashes are the `hasher`'s.

use unicode_normalization::UnicodeNormalization;

use super::Email;
use super::guessable::is_guessable;

/// A password that may be chosen. Not printable on purpose.
pub struct Password(pub String);

impl Password {
    /// Shortest without and with two-step sign-in (NIST SP 800-63B-4), and the longest.
    pub const LEAST: usize = 15;
    pub const LEAST_WITH_TOTP: usize = 8;
    pub const MOST: usize = 256;

    /// Whether this is too short for an account without two-step sign-in.
    pub fn needs_second_step(typed: &str) -> bool {
        typed.nfc().count() < Self::LEAST
    }

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
        if is_guessable(&text, &[&email.key, email.local(), name, "footing"]) {
            let words = "Passwords like this are tried first: common ones, runs, repetitions, names. \
                         Choose another.";
            return Err(words.into());
        }
        Ok(Self(text))
    }

    /// What somebody types to sign in, in the form in which it was hashed.
    pub fn typed(text: &str) -> Option<Self> {
        let text: String = text.nfc().collect();
        (text.chars().count() <= Self::MOST).then_some(Self(text))
    }
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
        assert!(choose("amelie.amelie.amelie", false).is_err());
        assert!(choose(&"ab".repeat(129), false).is_err());
    }
}
