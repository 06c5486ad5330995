//! What the browser sent about a profile.

use serde::Deserialize;

use super::choices::{self, parse_language};
use super::{Accepting, Slug, Tags};
use crate::users::{Email, Password, Role, UserName, parse_zone};
use crate::web::{FieldErrors, text};

/// `POST /signup`. No `Debug`: it holds a secret.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct SignUpForm {
    pub role: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub zone: String,
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
        let role = match self.role.as_str() {
            "client" => Ok(Role::Client),
            "accountant" => Ok(Role::Accountant),
            _ => Err("Choose what you are here for."),
        };
        let role = errors.take("role", role);
        let name = errors.take("name", UserName::parse(&self.name));
        let email = errors.take("email", Email::parse(&self.email));
        let zone = errors.take("zone", parse_zone(&self.zone));
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

/// The profile exactly as the browser sent it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    pub display_name: String,
    pub slug: String,
    pub headline: String,
    pub about: String,
    pub country: String,
    pub place: String,
    pub languages: Vec<String>,
    pub specialisms: Vec<String>,
    pub industries: Vec<String>,
    pub software: Vec<String>,
    pub jurisdictions: Vec<String>,
    pub years: String,
    pub zone: String,
    pub accepting: String,
    pub paused: String,
}

/// A checked profile. Empty text is "not filled in yet"; what is there is valid.
#[derive(Debug, Clone)]
pub struct NewProfile {
    pub display_name: String,
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
}

impl ProfileForm {
    pub fn parse(&self) -> Result<NewProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let profile = NewProfile {
            display_name: errors
                .take("display_name", text::line("Name", &self.display_name, 2, 80))
                .unwrap_or_default(),
            slug: match self.slug.trim() {
                "" => None,
                slug => errors.take("slug", Slug::parse(slug)),
            },
            headline: errors
                .take("headline", or_empty(text::line, "Headline", &self.headline, 10, 120))
                .unwrap_or_default(),
            about: errors
                .take("about", or_empty(text::lines, "About", &self.about, 50, 5000))
                .unwrap_or_default(),
            country: errors.take("country", parse_country(&self.country)).unwrap_or_default(),
            place: errors
                .take("place", or_empty(text::line, "Town or city", &self.place, 2, 80))
                .unwrap_or_default(),
            years: errors.take("years", parse_years(&self.years)).flatten(),
            zone: errors.take("zone", parse_zone(&self.zone)).unwrap_or_default(),
            accepting: match self.accepting.as_str() {
                "" => Accepting::All,
                word => errors
                    .take("accepting", Accepting::parse(word).ok_or("Choose one of the list."))
                    .unwrap_or(Accepting::All),
            },
            paused: matches!(self.paused.as_str(), "on" | "true" | "1" | "yes"),
            tags: self.tags(&mut errors),
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

fn or_empty(
    check: fn(&str, &str, usize, usize) -> Result<String, String>,
    what: &str,
    value: &str,
    least: usize,
    most: usize,
) -> Result<String, String> {
    if value.trim().is_empty() { Ok(String::new()) } else { check(what, value, least, most) }
}

fn parse_country(code: &str) -> Result<String, &'static str> {
    let code = code.trim().to_uppercase();
    match code.is_empty() || !choices::country_name(&code).is_empty() {
        true => Ok(code),
        false => Err("Choose a country from the list."),
    }
}

fn parse_years(text: &str) -> Result<Option<i32>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(years @ 0..=70) if text.len() <= 2 => Ok(Some(years)),
            _ => Err("Write a whole number from 0 to 70."),
        },
    }
}
