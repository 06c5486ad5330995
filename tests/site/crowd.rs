//! A directory of people who differ, for the tests that look for them.

use footing::accountants::{Accepting, Accountant, NewProfile, Slug, Tags};
use footing::availability::{BookingLimits, Calendar, NewHours, Week, Window};
use footing::directory::DirectoryEntry;
use footing::listings::{Mode, Modes, NewService, PriceKind, Service, ServiceState};
use footing::money::Money;
use footing::users::{Actor, Email, NewUser, Role, SignedUp, User, UserId, UserName};

use crate::support::{Answer, TestSite, profile, service};

/// One listed accountant. What is not said is a plain one in Leeds.
#[derive(Clone)]
pub struct Somebody {
    pub name: &'static str,
    pub place: &'static str,
    pub country: &'static str,
    pub zone: &'static str,
    pub languages: &'static [&'static str],
    pub specialisms: &'static [&'static str],
    pub software: &'static [&'static str],
    pub headline: &'static str,
    pub about: &'static str,
    /// Category, title, minor units; below 0 by quote.
    pub services: &'static [(&'static str, &'static str, i64)],
    pub currency: &'static str,
    pub modes: &'static [Mode],
    pub has_hours: bool,
}

impl Default for Somebody {
    fn default() -> Self {
        Self {
            name: "Robin Plain",
            place: "Leeds",
            country: "GB",
            zone: "Europe/London",
            languages: &["en"],
            specialisms: &["audit"],
            software: &[],
            headline: "Figures that can be read by whoever owns them.",
            about: "We go through it line by line until you could explain it yourself to a friend.",
            services: &[("consultation", "A first talk", 8_000)],
            currency: "GBP",
            modes: &[Mode::Video],
            has_hours: false,
        }
    }
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|one| (*one).to_owned()).collect()
}

/// Makes them in this order, so the last is the newest. Their ids.
pub async fn listed(site: &TestSite, people: Vec<Somebody>) -> Vec<UserId> {
    site.write(move |conn, now| {
        let mut ids = vec![];
        for (number, one) in people.into_iter().enumerate() {
            let new = NewUser {
                email: Email::parse(&format!("crowd{number}@example.org")).unwrap(),
                name: UserName(one.name.to_owned()),
                role: Role::Accountant,
                zone: one.zone.to_owned(),
                locale: footing::locale::Locale::NEUTRAL,
                password_hash: "none".to_owned(),
            };
            let SignedUp::New(user) = User::sign_up(conn, new, now)? else { panic!() };
            Accountant::begin(conn, &user, now)?;
            let user = user.verified(conn, now)?;
            let actor = Actor { id: user.id, role: Role::Accountant, now };
            let slug = Slug::free(conn, one.name, user.id, now)?;
            Accountant::save(conn, &actor, &profile_of(&one, slug)).unwrap();
            for (category, title, minor) in one.services {
                let service = service_of(&one, category, title, *minor);
                Service::create(conn, &actor, &service, ServiceState::Active).unwrap();
            }
            if one.has_hours {
                Calendar::save(conn, &actor, &day_and_night(one.zone))?;
            }
            ids.push(user.id);
        }
        DirectoryEntry::refresh_stale(conn, 1000, now)?;
        Ok(ids)
    })
    .await
}

fn profile_of(one: &Somebody, slug: Slug) -> NewProfile {
    NewProfile {
        slug: Some(slug),
        place: one.place.to_owned(),
        country: one.country.to_owned(),
        zone: one.zone.to_owned(),
        headline: one.headline.to_owned(),
        about: one.about.to_owned(),
        accepting: Accepting::All,
        tags: Tags {
            languages: owned(one.languages),
            specialisms: owned(one.specialisms),
            software: owned(one.software),
            ..Tags::default()
        },
        ..profile(one.name, "vat")
    }
}

fn service_of(one: &Somebody, category: &str, title: &str, minor: i64) -> NewService {
    let known = footing::listings::CATEGORIES.iter().find(|(key, _)| *key == category);
    NewService {
        title: title.to_owned(),
        category: known.unwrap().0,
        price_kind: match minor {
            ..0 => PriceKind::Quote,
            0 => PriceKind::Free,
            _ => PriceKind::Fixed,
        },
        price: Money::new(minor.max(0), one.currency).unwrap(),
        modes: Modes::of(one.modes),
        ..service(8_500)
    }
}

pub fn day_and_night(zone: &str) -> NewHours {
    let mut week = Week::default();
    week.iter_mut().for_each(|day| day.extend(Window::new(0, Window::END)));
    NewHours {
        zone: zone.to_owned(),
        notice: 2,
        horizon: 60,
        limits: BookingLimits::default(),
        week,
    }
}

pub fn slugs(answer: &Answer) -> Vec<String> {
    answer.attributes("[data-accountant]", "data-accountant")
}

pub async fn look(site: &TestSite, query: &str) -> Answer {
    let page = site.stranger().get(&format!("/accountants?{query}")).await;
    page.assert_status(200);
    page
}

/// As it stands in an address.
pub fn q(text: &str) -> String {
    format!("q={}", form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>())
}
