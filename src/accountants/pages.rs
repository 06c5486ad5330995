//! Pages of the sign-up and of the profile form.

use askama::Template;

use super::choices;
use super::{Accountant, ProfileForm, SignUpForm};
use crate::clock;
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

#[derive(Template)]
#[template(path = "accountants/profile.html")]
pub struct ProfilePage {
    pub accountant: Accountant,
    pub form: ProfileForm,
    pub errors: FieldErrors,
    /// What was wrong with the photograph; it is a form of its own.
    pub photo_error: Option<&'static str>,
}

impl ProfilePage {
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
        [
            ("all", "Anybody"),
            ("known", "Only clients who booked before"),
            ("none", "Nobody at present"),
        ]
    }

    fn is_paused(&self) -> bool {
        !self.form.paused.is_empty()
    }
}
