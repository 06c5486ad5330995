//! What the browser sent about a profile.

use serde::Deserialize;
use validator::Validate;

use super::choices::{self, parse_language};
use super::{Accepting, Meeting, Slug, Tags};
use crate::users::{Email, Password, Role, Status, User, UserName, parse_zone};
use crate::web::{FieldErrors, checks, text};

/// `POST /signup`. No `Debug`: it holds a secret.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct SignUpForm {
    pub role: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub zone: String,
    /// Where to go on once all is confirmed.
    pub next: String,
}

/// `POST /check-mail`: the six digits of the mail.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ConfirmationForm {
    pub code: String,
}

/// `POST /verify/{token}`. No `Debug`: it holds a secret.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct VerifyForm {
    pub password: String,
    pub next: String,
}

/// `POST /password/reset/{token}`; role and name while nobody ever confirmed the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ResetForm {
    pub password: String,
    pub role: String,
    pub name: String,
}

/// A checked sign-up, its password not yet hashed.
pub struct NewAccount {
    pub role: Role,
    pub name: UserName,
    pub email: Email,
    pub password: Password,
    pub zone: String,
}

impl SignUpForm {
    pub fn parse(&self) -> Result<NewAccount, FieldErrors> {
        let mut errors = FieldErrors::default();
        let role = errors.take("role", parse_role(&self.role));
        let name = errors.take("name", UserName::parse(&self.name));
        let email = errors.take("email", Email::parse(&self.email));
        // a browser that cannot tell it is nobody's fault: UTC, until they say
        let zone = if self.zone.trim().is_empty() { "UTC" } else { &self.zone };
        let zone = errors.take("zone", parse_zone(zone));
        let unknown = Email { typed: String::new(), key: String::new() };
        let chosen = Password::choose(
            &self.password,
            email.as_ref().unwrap_or(&unknown),
            name.as_ref().map_or("", |name| name.0.as_str()),
            false,
        );
        let password = errors.take("password", chosen);
        match (role, name, email, password, zone) {
            (Some(role), Some(name), Some(email), Some(password), Some(zone)) => {
                Ok(NewAccount { role, name, email, password, zone })
            }
            _ => Err(errors),
        }
    }
}

/// What somebody can sign up as.
fn parse_role(word: &str) -> Result<Role, &'static str> {
    match word {
        "client" => Ok(Role::Client),
        "accountant" => Ok(Role::Accountant),
        _ => Err("Choose what you are here for."),
    }
}

impl ResetForm {
    /// The new password, and for an account that nobody confirmed what it is to be.
    pub fn parse(&self, user: &User) -> Result<(Password, Option<(Role, UserName)>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let anew = match user.status {
            Status::Unverified => {
                let role = errors.take("role", parse_role(&self.role));
                role.zip(errors.take("name", UserName::parse(&self.name)))
            }
            _ => None,
        };
        let name = anew.as_ref().map_or(user.name.as_str(), |(_, name)| name.0.as_str());
        let has_totp = user.totp_on_at.is_some();
        let chosen = Password::choose(&self.password, &user.address(), name, has_totp);
        let password = errors.take("password", chosen);
        match password {
            Some(password) if errors.is_empty() => Ok((password, anew)),
            _ => Err(errors),
        }
    }
}

/// The profile exactly as the browser sent it.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ProfileForm {
    #[validate(custom(function = checks::name::<2, 80>, message = "Name"))]
    pub display_name: String,
    #[validate(custom(function = checks::name_if_any::<1, 40>, message = "What clients call you"))]
    pub called: String,
    /// A choice, and the link or number of one's own.
    pub meet_video: Vec<String>,
    pub meet_phone: Vec<String>,
    pub meet_place: String,
    pub slug: String,
    #[validate(custom(function = checks::line_if_any::<10, 120>, message = "Headline"))]
    pub headline: String,
    #[validate(custom(function = checks::lines_if_any::<50, 5_000>, message = "About"))]
    pub about: String,
    pub country: String,
    #[validate(custom(function = checks::line_if_any::<2, 80>, message = "Town or city"))]
    pub place: String,
    pub languages: Vec<String>,
    pub specialisms: Vec<String>,
    pub industries: Vec<String>,
    pub software: Vec<String>,
    pub jurisdictions: Vec<String>,
    #[validate(custom(
        function = checks::whole_if_any::<0, 70>,
        message = "Write a whole number from 0 to 70."
    ))]
    pub years: String,
    pub zone: String,
    pub accepting: String,
    pub paused: String,
}

/// A checked profile. Empty text is "not filled in yet"; what is there is valid.
#[derive(Debug, Clone)]
pub struct NewProfile {
    pub display_name: String,
    pub called: String,
    pub slug: Option<Slug>,
    pub headline: String,
    pub about: String,
    pub country: String,
    pub place: String,
    pub years: Option<i32>,
    pub zone: String,
    pub accepting: Accepting,
    pub paused: bool,
    pub tags: Tags,
    /// Kept by a verb of its own, which seals it.
    pub meeting: Meeting,
}

impl ProfileForm {
    pub fn parse(&self) -> Result<NewProfile, FieldErrors> {
        let mut errors = FieldErrors::of(self);
        let profile = NewProfile {
            display_name: text::as_line(&self.display_name),
            called: text::as_line(&self.called),
            slug: match self.slug.trim() {
                "" => None,
                slug => errors.take("slug", Slug::parse(slug)),
            },
            headline: text::as_line(&self.headline),
            about: text::as_lines(&self.about),
            country: errors.take("country", parse_country(&self.country)).unwrap_or_default(),
            place: text::as_line(&self.place),
            years: text::whole(&self.years),
            zone: errors.take("zone", parse_zone(&self.zone)).unwrap_or_default(),
            accepting: match self.accepting.as_str() {
                "" => Accepting::All,
                word => errors
                    .take("accepting", Accepting::parse(word).ok_or("Choose one of the list."))
                    .unwrap_or(Accepting::All),
            },
            paused: matches!(self.paused.as_str(), "on" | "true" | "1" | "yes"),
            tags: self.tags(&mut errors),
            meeting: Meeting::parse(
                &self.meet_video,
                &self.meet_phone,
                &self.meet_place,
                &mut errors,
            ),
        };
        if errors.is_empty() { Ok(profile) } else { Err(errors) }
    }

    fn tags(&self, errors: &mut FieldErrors) -> Tags {
        let known = |list: &'static [(&'static str, &'static str)]| {
            move |key: &str| choices::label(list, key).map(|_| key.to_owned())
        };
        let country = |code: &str| {
            let code = code.trim().to_uppercase();
            (!choices::country_name(&code).is_empty()).then_some(code)
        };
        let mut take = |field, given: &[String], most, parse: &dyn Fn(&str) -> Option<String>| {
            errors.take(field, several(given, most, parse)).unwrap_or_default()
        };
        Tags {
            languages: take("languages", &self.languages, 10, &parse_language),
            specialisms: take("specialisms", &self.specialisms, 12, &known(&choices::SPECIALISMS)),
            industries: take("industries", &self.industries, 12, &known(&choices::INDUSTRIES)),
            software: take("software", &self.software, 12, &known(&choices::SOFTWARE)),
            jurisdictions: take("jurisdictions", &self.jurisdictions, 12, &country),
        }
    }
}

/// Each value once, in the order given; empty ones are passed over.
fn several(
    given: &[String],
    most: usize,
    parse: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<String>, String> {
    let mut list: Vec<String> = vec![];
    for value in given.iter().filter(|value| !value.trim().is_empty()) {
        match parse(value) {
            Some(value) if list.contains(&value) => {}
            Some(value) => list.push(value),
            None => return Err("Choose from the list.".to_owned()),
        }
    }
    if list.len() > most { Err(format!("Choose at most {most}.")) } else { Ok(list) }
}

fn parse_country(code: &str) -> Result<String, &'static str> {
    let code = code.trim().to_uppercase();
    match code.is_empty() || !choices::country_name(&code).is_empty() {
        true => Ok(code),
        false => Err("Choose a country from the list."),
    }
}
