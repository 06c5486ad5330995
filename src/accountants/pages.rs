//! Pages of the sign-up and of the profile form.

use askama::Template;

use super::choices;
use super::forms::ResetForm;
use super::places::{Place, Town};
use super::{
    Accepting, Accountant, Credential, CredentialForm, CredentialKind, CredentialStatus,
    ProfileForm, SignUpForm,
};
use crate::clock::{self, Day};
use crate::locale::LocalZone;
use crate::web::FieldErrors;

#[derive(Template, Default)]
#[template(path = "accountants/signup.html")]
pub struct SignUpPage {
    pub form: SignUpForm,
    pub errors: FieldErrors,
}

impl SignUpPage {
    fn zones(&self) -> &'static [(&'static str, &'static str)] {
        clock::zones()
    }
}

/// What everybody reads after sign-up and after asking for a new password.
#[derive(Template, Default)]
#[template(path = "accountants/check_mail.html")]
pub struct CheckMailPage {
    pub mails_are_files: bool,
    /// Whether this browser signed up and can type the code here.
    pub takes_code: bool,
    pub errors: FieldErrors,
}

#[derive(Template, Default)]
#[template(path = "accountants/verify.html")]
pub struct VerifyPage {
    pub token: String,
    pub next: String,
    /// Whether this browser signed up; it need not give the password again.
    pub is_known: bool,
    pub errors: FieldErrors,
}

/// Whoever did not sign up says so.
#[derive(Template)]
#[template(path = "accountants/verify_refusal.html")]
pub struct RefusalPage {
    pub token: String,
    pub is_done: bool,
}

#[derive(Template, Default)]
#[template(path = "accountants/password_reset.html")]
pub struct ResetPage {
    pub token: String,
    pub least: usize,
    /// Whether nobody ever confirmed the address, so that role and name are chosen anew.
    pub is_unconfirmed: bool,
    pub form: ResetForm,
    pub errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accountants/profile.html")]
pub struct ProfilePage {
    pub accountant: Accountant,
    pub form: ProfileForm,
    pub errors: FieldErrors,
    /// What was wrong with the photograph; it is a form of its own.
    pub photo_error: Option<&'static str>,
    /// How many credentials another name would have checked again.
    pub verified: i64,
}

impl ProfilePage {
    fn name_hint(&self) -> &'static str {
        match self.verified {
            0 => "Your own or your firm's. Everybody sees it, and the rest of this page.",
            _ => {
                "Your own or your firm's. With another name your credentials are checked again; \
                 until then no badge shows."
            }
        }
    }

    /// What the saved place was read as.
    fn place_read(&self) -> String {
        match Place::read_in(&self.accountant.place, &self.accountant.country) {
            Some(place) => format!("Read as {}.", place.words()),
            None => "This is no town that we know: clients find it by its words alone.".to_owned(),
        }
    }

    fn zones(&self) -> &'static [(&'static str, &'static str)] {
        clock::zones()
    }

    fn countries(&self) -> Vec<(&'static str, &'static str)> {
        [("", "Choose a country")].into_iter().chain(choices::countries().iter().copied()).collect()
    }

    /// The offered languages, and those of the profile that are not among them.
    fn languages(&self) -> Vec<(String, &'static str)> {
        let mut list: Vec<(String, &'static str)> =
            choices::languages().iter().map(|(code, name)| ((*code).to_owned(), *name)).collect();
        for code in &self.form.languages {
            if !list.iter().any(|(known, _)| known == code)
                && choices::parse_language(code).is_some()
            {
                list.push((code.clone(), choices::language_name(code)));
            }
        }
        list
    }

    fn acceptings(&self) -> [(&'static str, &'static str); 3] {
        [Accepting::All, Accepting::Known, Accepting::None]
            .map(|accepting| (accepting.as_str(), accepting.audience()))
    }

    /// What is chosen, else the first word of the name is proposed.
    fn called(&self) -> &str {
        let first = self.form.display_name.split([' ', ',']).next().unwrap_or("");
        let is_new = self.accountant.zone_confirmed_at.is_none() && self.errors.is_empty();
        if is_new && self.form.called.is_empty() { first } else { &self.form.called }
    }

    fn is_paused(&self) -> bool {
        !self.form.paused.is_empty()
    }
}

/// One's own credentials, and the form of a new one.
#[derive(Template)]
#[template(path = "accountants/credentials.html")]
pub struct CredentialsPage {
    pub credentials: Vec<Credential>,
    pub form: CredentialForm,
    pub errors: FieldErrors,
    pub today: Day,
    pub zone: LocalZone,
}

impl CredentialsPage {
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        [("", "Choose one")].into_iter().chain(CredentialKind::CHOICES).collect()
    }

    fn countries(&self) -> Vec<(&'static str, &'static str)> {
        [("", "Choose a country")].into_iter().chain(choices::countries().iter().copied()).collect()
    }

    fn is_shown(&self, one: &Credential) -> bool {
        one.is_valid(self.today)
    }

    /// Its status, or that its time is over.
    fn state(&self, one: &Credential) -> &'static str {
        let is_over = one.is_verified() && !one.is_valid(self.today);
        if is_over { "expired" } else { one.status.as_str() }
    }

    fn state_words(&self, one: &Credential) -> &'static str {
        match one.status {
            CredentialStatus::Claimed => "Waits to be checked",
            CredentialStatus::Verified if one.is_valid(self.today) => "Checked",
            CredentialStatus::Verified => "Expired: add it again to have it checked",
            CredentialStatus::Refused => "Not confirmed",
            CredentialStatus::Revoked => "No longer confirmed",
        }
    }

    fn tone(&self, one: &Credential) -> &'static str {
        match self.state(one) {
            "verified" => "tag--ok",
            "claimed" => "tag--wait",
            "expired" => "",
            _ => "tag--bad",
        }
    }
}

/// Towns whose name begins as somebody types.
#[derive(Template)]
#[template(path = "accountants/_places.html")]
pub struct PlacesFragment {
    pub towns: Vec<Town>,
}
