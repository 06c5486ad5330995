//! Pages about an account.

use askama::Template;

use super::forms::{ForgotForm, LoginForm, SettingsForm};
use super::{QrCode, SignedInDevice};
use crate::error::{Error, Result};
use crate::locale::{LocalZone, Locale};
use crate::mail::RefusedMail;
use crate::web::{FieldErrors, LayoutContext};

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
    pub fn on_page(&self, shell: &LayoutContext) -> Result<String> {
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
    pub reader_zone: LocalZone,
    /// What the address's mail server said to the newest mail, if it refused it.
    pub refusal: Option<RefusedMail>,
    pub form: SettingsForm,
    pub errors: FieldErrors,
}

impl SettingsPage {
    pub fn zones(&self) -> &'static [(&'static str, &'static str)] {
        crate::clock::zones()
    }

    /// Each with what it looks like: "English (Ireland) – 23 Nov 2026, 09:30 – 12,345.50".
    pub fn locales(&self) -> Vec<(&'static str, String)> {
        let words = |locale: Locale| format!("{} – {}", locale.name(), locale.example());
        Locale::all().map(|locale| (locale.tag(), words(locale))).collect()
    }

    /// What is chosen, in the form of its option; what is none of them stays as it was typed.
    pub fn locale(&self) -> &str {
        let typed = &self.form.locale;
        Locale::find(typed.trim()).map_or(typed, |locale| locale.tag())
    }
}

#[derive(Template)]
#[template(path = "users/security.html")]
pub struct SecurityPage {
    pub has_totp: bool,
    pub codes_left: i64,
    /// Shown once, right after they were made.
    pub new_codes: Vec<String>,
    pub offer: Option<TwoStepSetup>,
    pub least: usize,
    /// Whether the password must grow before the second step can go.
    pub is_too_short: bool,
    pub errors: FieldErrors,
}

/// A secret to set two-step sign-in up with.
pub struct TwoStepSetup {
    pub secret: String,
    pub qr: QrCode,
}

#[derive(Template)]
#[template(path = "users/devices.html")]
pub struct DevicesPage {
    pub devices: Vec<SignedInDevice>,
    pub zone: LocalZone,
}
