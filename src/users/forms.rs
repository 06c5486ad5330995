//! What the browser sent about an account.

use serde::Deserialize;

use super::{Email, Password, UserName};
use crate::clock;
use crate::locale::Locale;
use crate::web::FieldErrors;

/// The sign-in form. No `Debug`: it holds a secret.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct LoginForm {
    pub email: String,
    pub password: String,
    pub next: String,
}

impl LoginForm {
    pub const WRONG: &str = "E-mail or password is wrong.";

    /// The same words whatever is wrong.
    pub fn wrong() -> FieldErrors {
        FieldErrors::one("email", Self::WRONG)
    }

    pub fn parse(&self) -> Result<Email, FieldErrors> {
        Email::parse(&self.email).map_err(|_| Self::wrong())
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    pub code: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ForgotForm {
    pub email: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    pub password: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    pub current: String,
    pub password: String,
}

/// `GET` and `POST /reauthenticate`: a password or a code.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ProofForm {
    pub password: String,
    pub code: String,
    pub next: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    pub name: String,
    pub zone: String,
    pub locale: String,
}

/// A checked [`SettingsForm`].
pub struct NewSettings {
    pub name: UserName,
    pub zone: String,
    pub locale: Locale,
}

impl SettingsForm {
    pub fn parse(&self) -> Result<NewSettings, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", UserName::parse(&self.name));
        let zone = errors.take("zone", parse_zone(&self.zone));
        let locale = match self.locale.trim() {
            "" => Some(Locale::NEUTRAL),
            tag => errors.take("locale", Locale::find(tag).ok_or("Choose one of the list.")),
        };
        match (name, zone, locale) {
            (Some(name), Some(zone), Some(locale)) => Ok(NewSettings { name, zone, locale }),
            _ => Err(errors),
        }
    }
}

/// An IANA name.
pub fn parse_zone(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        name if clock::is_zone(name) => Ok(name.to_owned()),
        _ => Err("Choose a time zone from the list."),
    }
}

impl PasswordForm {
    pub fn parse(&self, email: &str, name: &str, has_totp: bool) -> Result<Password, FieldErrors> {
        choose("password", &self.password, email, name, has_totp)
    }
}

pub fn choose(
    field: &'static str,
    text: &str,
    email: &str,
    name: &str,
    has_totp: bool,
) -> Result<Password, FieldErrors> {
    let email = Email { typed: email.to_owned(), key: email.to_owned() };
    Password::choose(text, &email, name, has_totp).map_err(|words| FieldErrors::one(field, words))
}
