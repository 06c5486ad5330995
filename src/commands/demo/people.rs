//! Who lives in the demo world, drawn from `world` by a seed.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::cast::{Cast, cast};
use super::portraits::Portraits;
use super::{practice_texts, world};
use crate::accountants::meeting::{CALL, LATER};
use crate::accountants::{Accepting, Accountant, Meeting, NewProfile, Photo, Slug, Tags};
use crate::availability::{BookingLimits, Calendar, NewHours, Week, Window};
use crate::bookings::sweep;
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::directory::{self, DirectoryEntry};
use crate::error::{Error, Result};
use crate::listings::{
    Accept, CATEGORIES, Mode, Modes, NewService, Policy, PriceKind, Service, ServiceState,
};
use crate::money::Money;
use crate::seal::Seal;
use crate::site::Site;
use crate::users::{Actor, Email, NewUser, Password, Role, SignedUp, User, UserId, UserName};

pub const PASSWORD: &str = "four unrelated words";
/// How long ago the first of them came.
pub const BEGUN: Span = Span::days(200);

/// Accountants in one transaction.
const BATCH: usize = 100;

/// What only the one who made the world can tell: the admin's TOTP secret, and what opens the
/// messages of the client and the accountant.
pub struct Printed {
    pub totp_secret: String,
    pub second_secret: String,
    pub codes: [String; 2],
}

/// Fills an empty site.
pub async fn populate(
    site: &Site,
    count: usize,
    seed: u64,
    mut tell: impl FnMut(usize),
) -> Result<Printed> {
    let hash = site.secrets.hasher.hash(Password(PASSWORD.to_owned())).await?;
    let mut portraits = Portraits::default();
    let Cast { secret, second_secret, ben, mut clients } =
        cast(site, &mut portraits, hash.clone(), seed).await?;
    let talkers = clients.clone();
    clients.extend(crowd(site, hash.clone(), seed).await?);
    let mut done = 1;
    while done < count {
        let most = BATCH.min(count - done);
        let (hash, seal) = (hash.clone(), site.seal.clone());
        let drafts: Vec<AccountantPlan> =
            (done..done + most).map(|number| AccountantPlan::draw(seed, number)).collect();
        let photos = portraits.of(&site.blobs, &drafts).await?;
        site.db
            .write(move |conn, now| -> Result<()> {
                for (draft, photo) in drafts.iter().zip(&photos) {
                    accountant(conn, &seal, draft, photo.as_ref(), &hash, now - draft.age)?;
                }
                Ok(())
            })
            .await?;
        site.db
            .write(move |conn, now| {
                DirectoryEntry::refresh_stale(conn, i64::try_from(most).unwrap_or(0) + 50, now)
            })
            .await?;
        done += most;
        tell(done);
    }
    super::reviews::look_back(site, seed, ben, hash.clone()).await?;
    // whom an accountant met long ago stands below those of today
    let long_ago = |conn: &mut Conn, now| sweep::open_conversations(conn, 10_000, now - BEGUN);
    site.db.write(long_ago).await?;
    super::bookings::play(site, seed, ben, clients.clone()).await?;
    super::reviews::of_stories(site, seed, ben, talkers.get(1).copied()).await?;
    super::order::put_in_order(site, &clients, ben).await?;
    super::credentials::claim_and_check(site, ben).await?;
    let codes = super::messages::talk(site, seed, ben, talkers).await?;
    directory::jobs::refresh_stale(site.db.clone()).await?;
    Ok(Printed { totp_secret: secret, second_secret, codes })
}

/// Clients who only book.
async fn crowd(site: &Site, hash: String, seed: u64) -> Result<Vec<UserId>> {
    site.db
        .write(move |conn, now| {
            let mut rng = StdRng::seed_from_u64(seed);
            (0..12)
                .map(|number| {
                    let name = format!(
                        "{} {}",
                        pick_name(world::GIVEN, "en", &mut rng),
                        pick_name(world::FAMILY, "en", &mut rng)
                    );
                    let email = format!("client{number}@example.org");
                    let zone = "Europe/London";
                    person(conn, &email, &name, Role::Client, zone, &hash, now - BEGUN)
                        .map(|user| user.id)
                })
                .collect()
        })
        .await
}

pub fn person(
    conn: &mut Conn,
    email: &str,
    name: &str,
    role: Role,
    zone: &str,
    hash: &str,
    now: Instant,
) -> Result<User> {
    let new = NewUser {
        email: Email::parse(email).map_err(Error::internal)?,
        name: UserName(name.to_owned()),
        role,
        zone: zone.to_owned(),
        locale: crate::locale::Locale::NEUTRAL,
        password_hash: hash.to_owned(),
    };
    let SignedUp::New(user) = User::sign_up(conn, new, now)? else {
        return Err(Error::internal(format!("{email} is there already")));
    };
    if role == Role::Accountant {
        Accountant::begin(conn, &user, now)?;
    }
    user.verified(conn, now)
}

/// Mornings and afternoons of working days.
fn office_hours(zone: &str) -> NewHours {
    let day: Vec<Window> =
        [(540, 750), (810, 1020)].into_iter().filter_map(|(a, b)| Window::new(a, b)).collect();
    let mut week = Week::default();
    week.iter_mut().take(5).for_each(|windows| windows.clone_from(&day));
    NewHours {
        zone: zone.to_owned(),
        notice: Calendar::NOTICE,
        horizon: Calendar::HORIZON,
        limits: BookingLimits::default(),
        week,
    }
}

/// One accountant before they are stored.
pub struct AccountantPlan {
    pub email: String,
    pub name: String,
    pub is_woman: bool,
    /// Language that the name comes from.
    pub culture: &'static str,
    pub has_photo: bool,
    pub profile: NewProfile,
    pub services: Vec<NewService>,
    /// How long ago they came.
    pub age: Span,
}

pub fn accountant(
    conn: &mut Conn,
    seal: &Seal,
    draft: &AccountantPlan,
    photo: Option<&Photo>,
    hash: &str,
    now: Instant,
) -> Result<UserId> {
    let zone = &draft.profile.zone;
    let user = person(conn, &draft.email, &draft.name, Role::Accountant, zone, hash, now)?;
    let actor = Actor { id: user.id, role: Role::Accountant, now };
    // the address follows the name on the page, as it would if somebody had typed it
    let slug = Slug::free(conn, &draft.profile.display_name, user.id, now)?;
    let profile = NewProfile { slug: Some(slug), ..draft.profile.clone() };
    Accountant::save(conn, &actor, &profile).map_err(Error::internal)?;
    Accountant::set_meeting(conn, &actor, profile.meeting.seal(seal)?.as_ref())?;
    if photo.is_some() {
        Accountant::set_photo(conn, &actor, photo)?;
    }
    Calendar::save(conn, &actor, &office_hours(zone))?;
    for service in &draft.services {
        Service::create(conn, &actor, service, ServiceState::Active).map_err(Error::internal)?;
    }
    Ok(user.id)
}

impl AccountantPlan {
    pub fn draw(seed: u64, number: usize) -> Self {
        let number_seed = u64::try_from(number).unwrap_or(0);
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number_seed));
        let rng = &mut rng;
        let fallback = ("GB", "Leeds", "Europe/London", "GBP", "en", "pl");
        let (country, place, zone, currency, main, second) =
            *world::PLACES.choose(rng).unwrap_or(&fallback);
        let culture = if rng.random_bool(0.8) { main } else { second };
        let given = pick_name(world::GIVEN, culture, rng);
        let family = pick_name(world::FAMILY, culture, rng);
        let display_name = firm(country, given, family, place, rng);
        let (specialism, headline) =
            *world::HEADLINES.choose(rng).unwrap_or(&("vat", "VAT, quarter by quarter."));
        let tags = tags(country, (main, second), culture, specialism, rng);
        let services = services(specialism, currency, rng);
        let called = if display_name.contains(given) { given.to_owned() } else { String::new() };
        let meeting = meeting(given, country, place, main, rng);
        let about = about(&display_name, specialism, rng);
        let profile = NewProfile {
            display_name,
            called,
            slug: None,
            headline: headline.to_owned(),
            about: about.to_owned(),
            country: country.to_owned(),
            place: place.to_owned(),
            years: Some(rng.random_range(1..35)),
            zone: zone.to_owned(),
            accepting: if rng.random_bool(0.85) { Accepting::All } else { Accepting::Known },
            paused: false,
            tags,
            meeting,
        };
        let email = format!("accountant{number}@example.org");
        let age = Span::days(rng.random_range(1..400));
        let name = format!("{given} {family}");
        let has_photo = number % 10 != 7;
        let is_woman = !world::MEN.contains(&given);
        Self { email, name, is_woman, culture, has_photo, profile, services, age }
    }
}

/// How one meets them: rooms and numbers that are nobody's.
fn meeting(given: &str, country: &str, place: &str, language: &str, rng: &mut StdRng) -> Meeting {
    let room = format!("https://meet.example.org/{}", crate::web::text::words(given).join("-"));
    // only Britain's numbers for use in stories are written here
    let number = format!("+44 1632 960{:03}", rng.random_range(0..1000));
    let calls = rng.random_bool(0.5) || country != "GB";
    let streets = world::STREETS.iter().find(|(of, _)| *of == language).or(world::STREETS.first());
    let street = streets.and_then(|(_, streets)| streets.choose(rng)).unwrap_or(&"{n} Mill Lane");
    let street = street.replace("{n}", &rng.random_range(1..120).to_string());
    Meeting {
        video: if rng.random_bool(0.7) { room } else { LATER.to_owned() },
        phone: if calls { CALL.to_owned() } else { number },
        place: format!("{street}, {place}"),
    }
}

/// A text that suits the work, and "we" only where the name speaks of several.
fn about(display_name: &str, specialism: &str, rng: &mut StdRng) -> &'static str {
    let are_several = ["&", "Partners", "Group", "Books", "Rooms", "Bookkeepers", "Services"]
        .iter()
        .any(|word| display_name.contains(word));
    let fitting: Vec<&str> = practice_texts::ABOUTS
        .iter()
        .filter(|(of, text)| {
            (of.is_empty() || of.split(' ').any(|one| one == specialism))
                && text.starts_with("We ") <= are_several
        })
        .map(|(_, text)| *text)
        .collect();
    fitting.choose(rng).copied().unwrap_or("")
}

fn pick_name(
    table: &'static [(&'static str, &'static [&'static str])],
    culture: &str,
    rng: &mut StdRng,
) -> &'static str {
    let names = table.iter().find(|(language, _)| *language == culture).or(table.first());
    names.and_then(|(_, names)| names.choose(rng).copied()).unwrap_or("Robin")
}

fn firm(country: &str, given: &str, family: &str, place: &str, rng: &mut StdRng) -> String {
    let fitting: Vec<&str> = world::FIRM
        .iter()
        .filter(|(of, _)| of.is_empty() || *of == country)
        .map(|(_, pattern)| *pattern)
        .collect();
    let pattern = *fitting.choose(rng).unwrap_or(&"{given} {family}");
    pattern.replace("{given}", given).replace("{family}", family).replace("{place}", place)
}

fn tags(
    country: &str,
    (main, second): (&str, &str),
    culture: &str,
    specialism: &str,
    rng: &mut StdRng,
) -> Tags {
    let mut tags = Tags {
        languages: vec![main.to_owned()],
        specialisms: vec![specialism.to_owned()],
        jurisdictions: vec![country.to_owned()],
        ..Tags::default()
    };
    // whoever has a name from a language speaks it
    if second != main && (rng.random_bool(0.5) || culture == second) {
        tags.languages.push(second.to_owned());
    }
    let more = rng.random_range(1..4);
    for (key, _) in crate::accountants::choices::SPECIALISMS.sample(rng, more) {
        if !tags.specialisms.iter().any(|have| have == key) {
            tags.specialisms.push((*key).to_owned());
        }
    }
    let few = rng.random_range(1..4);
    tags.industries = world::INDUSTRIES.sample(rng, few).map(|key| (*key).to_owned()).collect();
    let here = world::SOFTWARE.iter().find(|(of, _)| *of == country).or(world::SOFTWARE.first());
    if let Some((_, programs)) = here {
        tags.software = programs.sample(rng, 2).map(|key| (*key).to_owned()).collect();
    }
    tags
}

fn services(specialism: &str, currency: &str, rng: &mut StdRng) -> Vec<NewService> {
    let suits = world::SUITS.iter().find(|(key, _)| *key == specialism);
    let categories: &[&str] = suits.map_or(&["consultation"], |(_, categories)| categories);
    let level = world::LEVELS.iter().find(|(code, _)| *code == currency).map_or(100, |(_, l)| *l);
    let modes = [
        vec![Mode::Video],
        vec![Mode::Video, Mode::Phone],
        vec![Mode::Video, Mode::InPerson],
        vec![Mode::Phone],
    ];
    let modes = modes.choose(rng).map_or(Modes(1), |modes| Modes::of(modes));
    let mut list = vec![];
    for category in categories {
        let fitting: Vec<_> =
            practice_texts::SERVICES.iter().filter(|row| row.0 == *category).collect();
        if let Some((category, title, text, minutes, pence)) = fitting.choose(rng) {
            // whole amounts in steps that people write on a price list
            let minor = pence * level / 100 * rng.random_range(80..130) / 100 / 500 * 500;
            list.extend(service(category, title, text, *minutes, minor, currency, modes));
        }
    }
    list
}

pub fn service(
    category: &str,
    title: &str,
    description: &str,
    minutes: i32,
    minor: i64,
    currency: &str,
    modes: Modes,
) -> Option<NewService> {
    Some(NewService {
        title: title.to_owned(),
        category: CATEGORIES.iter().map(|(key, _)| *key).find(|key| *key == category)?,
        description: description.to_owned(),
        duration: minutes,
        step: None,
        buffer_before: 0,
        buffer_after: 0,
        price_kind: if minor == 0 { PriceKind::Free } else { PriceKind::Fixed },
        price: Money::new(minor, currency)?,
        modes,
        accept: Accept::Request,
        policy: Policy::Standard,
        questions: vec![],
        meeting: Meeting::default(),
    })
}
