//! Pages about an account.

use askama::Template;

use super::forms::{ForgotForm, LOCALES, LoginForm, SettingsForm};
use super::{Device, QrCode};
use crate::error::{Error, Result};
use crate::mail::RefusedMail;
use crate::web::{FieldErrors, Shell};

#[derive(Template)]
#[template(path = "users/login.html")]
pub struct LoginPage {
    pub form: LoginForm,
    /// Whether something was typed before that is shown again after signing in.
    pub has_kept_form: bool,
    pub errors: FieldErrors,
}

#[derive(Template, Default)]
#[template(path = "users/login_code.html")]
pub struct CodePage {
    pub errors: FieldErrors,
}

/// At the beginning of a form that was typed before somebody signed in again.
#[derive(Template)]
#[template(path = "users/_kept.html")]
pub struct KeptNote;

impl KeptNote {
    pub fn on_page(&self, shell: &Shell) -> Result<String> {
        self.render_with_values(shell).map_err(Error::internal)
    }
}

/// A mailed link that was used, is too old, or never was.
#[derive(Template)]
#[template(path = "users/link_gone.html")]
pub struct LinkGonePage;

#[derive(Template, Default)]
#[template(path = "users/password_forgot.html")]
pub struct ForgotPage {
    pub form: ForgotForm,
    pub errors: FieldErrors,
}

#[derive(Template, Default)]
#[template(path = "users/reauthenticate.html")]
pub struct ReauthenticatePage {
    pub next: String,
    pub has_totp: bool,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "users/settings.html")]
pub struct SettingsPage {
    pub email: String,
    pub reader_zone: String,
    /// What the address's mail server said to the newest mail, if it refused it.
    pub refusal: Option<RefusedMail>,
    pub form: SettingsForm,
    pub errors: FieldErrors,
}

impl SettingsPage {
    pub fn zones(&self) -> &'static [(&'static str, &'static str)] {
        crate::clock::zones()
    }

    pub fn locales(&self) -> [(&'static str, &'static str); 4] {
        LOCALES
    }
}

#[derive(Template)]
#[template(path = "users/security.html")]
pub struct SecurityPage {
    pub has_totp: bool,
    pub codes_left: i64,
    /// Shown once, right after they were made.
    pub new_codes: Vec<String>,
    pub offer: Option<Offer>,
    pub least: usize,
    /// Whether the password must grow before the second step can go.
    pub is_too_short: bool,
    pub errors: FieldErrors,
}

/// A secret to set two-step sign-in up with.
pub struct Offer {
    pub secret: String,
    pub qr: QrCode,
}

#[derive(Template)]
#[template(path = "users/devices.html")]
pub struct DevicesPage {
    pub devices: Vec<Device>,
    pub zone: String,
}
