//! Who lives in the demo world, drawn from `world` by a seed.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::world;
use crate::accountants::{Accepting, Accountant, NewProfile, Slug, Tags};
use crate::availability::{Calendar, Exception, Limits, NewException, NewHours, Week, Window};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::directory::Entry;
use crate::error::{Error, Result};
use crate::listings::{
    Accept, CATEGORIES, Mode, Modes, NewQuestion, NewService, Policy, PriceKind, QuestionKind,
    Service, ServiceState,
};
use crate::money::Money;
use crate::seal::sha256;
use crate::site::Site;
use crate::users::{Actor, Email, NewUser, Password, Role, SignedUp, Totp, User, UserId, UserName};

pub const PASSWORD: &str = "four unrelated words";
pub const CLIENT: &str = "ana@example.com";
pub const ACCOUNTANT: &str = "ben@example.com";
pub const ADMIN: &str = "root@example.com";

/// Accountants in one transaction.
const BATCH: usize = 100;

/// Fills an empty site; gives the admin's TOTP secret.
pub async fn populate(
    site: &Site,
    count: usize,
    seed: u64,
    mut tell: impl FnMut(usize),
) -> Result<String> {
    let hash = site.secrets.hasher.hash(Password(PASSWORD.to_owned())).await?;
    let Cast { secret, ben, mut clients } = cast(site, hash.clone(), seed).await?;
    clients.extend(crowd(site, hash.clone(), seed).await?);
    let mut done = 1;
    while done < count {
        let most = BATCH.min(count - done);
        let (hash, from) = (hash.clone(), done);
        site.db
            .write(move |conn, now| -> Result<()> {
                for number in from..from + most {
                    let draft = Draft::draw(seed, number);
                    accountant(conn, &draft, &hash, now - draft.age)?;
                }
                Ok(())
            })
            .await?;
        site.db
            .write(move |conn, now| {
                Entry::refresh_stale(conn, i64::try_from(most).unwrap_or(0) + 50, now)
            })
            .await?;
        done += most;
        tell(done);
    }
    super::bookings::play(site, seed, ben, clients).await?;
    while site.db.write(|conn, now| Entry::refresh_stale(conn, 100, now)).await? == 100 {}
    Ok(secret)
}

/// The people whose sign-ins are printed.
struct Cast {
    /// The admin's, for the second step.
    secret: String,
    ben: UserId,
    /// Ana and cy.
    clients: Vec<UserId>,
}

/// How long ago the first of them came.
const BEGUN: Span = Span::days(200);

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

/// The people whose sign-ins are printed, and an accountant whose profile is not complete.
async fn cast(site: &Site, hash: String, seed: u64) -> Result<Cast> {
    let (seal, mut secret) = (site.seal.clone(), [0; 20]);
    let drawn = sha256(format!("footing/demo/totp/{seed}").as_bytes());
    secret.iter_mut().zip(drawn).for_each(|(byte, from)| *byte = from);
    let totp = Totp::from_bytes(secret);
    let shown = totp.base32();
    let (ben, clients) = site
        .db
        .write(move |conn, now| -> Result<_> {
            let begun = now - BEGUN;
            let mut join = |email: &str, name: &str, role, zone: &str| {
                person(conn, email, name, role, zone, &hash, begun).map(|user| user.id)
            };
            let ana = join(CLIENT, "Ana Duarte", Role::Client, "Europe/Warsaw")?;
            let cy = join("cy@example.com", "Cy Pritchard", Role::Client, "Europe/London")?;
            join("dot@example.com", "Dot Ferreira", Role::Accountant, "Europe/London")?;
            let email = Email::parse(ADMIN).map_err(Error::internal)?;
            let admin = User::make_admin(conn, &email, &hash, now)?;
            // the code of the step before, so that the one of this step can be used to sign in
            let code = totp.code(Totp::step(now) - 1);
            totp.turn_on(conn, &seal, admin.id, &code, now)?;
            let ben = accountant(conn, &ben(seed), &hash, begun)?;
            let away = {
                let first = now.day("Europe/London").plus(29);
                NewException::Vacation(first, first.plus(8))
            };
            Exception::create(conn, &Actor { id: ben, role: Role::Accountant, now }, &away)?;
            Entry::refresh_stale(conn, 50, now)?;
            Ok((ben, vec![ana, cy]))
        })
        .await?;
    Ok(Cast { secret: shown, ben, clients })
}

fn person(
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
        limits: Limits::default(),
        week,
    }
}

/// One accountant before they are stored.
struct Draft {
    email: String,
    name: String,
    profile: NewProfile,
    services: Vec<NewService>,
    /// How long ago they came.
    age: Span,
}

fn accountant(conn: &mut Conn, draft: &Draft, hash: &str, now: Instant) -> Result<UserId> {
    let zone = &draft.profile.zone;
    let user = person(conn, &draft.email, &draft.name, Role::Accountant, zone, hash, now)?;
    let actor = Actor { id: user.id, role: Role::Accountant, now };
    // the address follows the name on the page, as it would if somebody had typed it
    let slug = Slug::free(conn, &draft.profile.display_name, user.id, now)?;
    let profile = NewProfile { slug: Some(slug), ..draft.profile.clone() };
    Accountant::save(conn, &actor, &profile).map_err(Error::internal)?;
    Calendar::save(conn, &actor, &office_hours(zone))?;
    for service in &draft.services {
        Service::create(conn, &actor, service, ServiceState::Active).map_err(Error::internal)?;
    }
    Ok(user.id)
}

/// What ben offers: category, title, description, minutes, pence.
const BENS: [(&str, &str, &str, i32, i64); 3] = [
    (
        "consultation",
        "First-year landlord consultation",
        "What you can claim, what to register for and by when. You leave with a written list.",
        30,
        8_500,
    ),
    (
        "tax-return",
        "Self-assessment return",
        "We go through your statements together; the return is filed within five days after.",
        60,
        24_000,
    ),
    (
        "review",
        "Letting check-up",
        "Once a year: rents, costs, allowances and what changes in April.",
        45,
        11_000,
    ),
];

/// What ben makes an offer for, with what he asks first.
fn by_quote(modes: Modes) -> Option<NewService> {
    let (title, text) = (
        "Accounts for a letting company",
        "Year-end accounts and the company's return, for companies that own up to ten homes.",
    );
    let question = |kind, text: &str| NewQuestion { kind, text: text.to_owned(), choices: vec![] };
    let plain = service("year-end", title, text, 60, 0, "GBP", modes)?;
    Some(NewService {
        price_kind: PriceKind::Quote,
        questions: vec![
            question(QuestionKind::Short, "How many homes does the company let?"),
            question(QuestionKind::YesNo, "Are the books kept in a program?"),
            question(QuestionKind::Date, "When does the company's year end?"),
        ],
        ..plain
    })
}

const BEN_ABOUT: &str = "I look after people who let one to ten homes and do their own books. Most \
    come with a box of statements and a date that is too close. We sort the box first.\n\n\
    I answer in plain words and put prices on everything before I start.";

/// The accountant whose sign-in is printed.
fn ben(seed: u64) -> Draft {
    let list = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let modes = Modes::of(&[Mode::Video, Mode::Phone]);
    let services = BENS.iter().filter_map(|(category, title, text, minutes, minor)| {
        service(category, title, text, *minutes, *minor, "GBP", modes)
    });
    let drawn = Draft::draw(seed, 0);
    Draft {
        age: BEGUN,
        email: ACCOUNTANT.to_owned(),
        name: "Ben Northgate".to_owned(),
        services: services.chain(by_quote(modes)).collect(),
        profile: NewProfile {
            display_name: "Ben, Northgate Tax".to_owned(),
            headline: "Tax for landlords, from the first let to the last sale.".to_owned(),
            about: BEN_ABOUT.to_owned(),
            country: "GB".to_owned(),
            place: "Leeds".to_owned(),
            zone: "Europe/London".to_owned(),
            years: Some(11),
            accepting: Accepting::All,
            tags: Tags {
                languages: list(&["en", "hi", "ta"]),
                specialisms: list(&["landlords", "self-assessment", "capital-gains"]),
                industries: list(&["letting"]),
                jurisdictions: list(&["GB"]),
                ..drawn.profile.tags
            },
            ..drawn.profile
        },
    }
}

impl Draft {
    fn draw(seed: u64, number: usize) -> Self {
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
        let tags = tags(country, (main, second), specialism, rng);
        let services = services(specialism, currency, rng);
        let profile = NewProfile {
            display_name,
            slug: None,
            headline: headline.to_owned(),
            about: (*world::ABOUTS.choose(rng).unwrap_or(&"")).to_owned(),
            country: country.to_owned(),
            place: place.to_owned(),
            years: Some(rng.random_range(1..35)),
            zone: zone.to_owned(),
            accepting: if rng.random_bool(0.85) { Accepting::All } else { Accepting::Known },
            paused: false,
            tags,
        };
        let email = format!("accountant{number}@example.org");
        let age = Span::days(rng.random_range(1..400));
        Self { email, name: format!("{given} {family}"), profile, services, age }
    }
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

fn tags(country: &str, (main, second): (&str, &str), specialism: &str, rng: &mut StdRng) -> Tags {
    let mut tags = Tags {
        languages: vec![main.to_owned()],
        specialisms: vec![specialism.to_owned()],
        jurisdictions: vec![country.to_owned()],
        ..Tags::default()
    };
    if second != main && rng.random_bool(0.5) {
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
        let fitting: Vec<_> = world::SERVICES.iter().filter(|row| row.0 == *category).collect();
        if let Some((category, title, text, minutes, pence)) = fitting.choose(rng) {
            // whole amounts in steps that people write on a price list
            let minor = pence * level / 100 * rng.random_range(80..130) / 100 / 500 * 500;
            list.extend(service(category, title, text, *minutes, minor, currency, modes));
        }
    }
    list
}

fn service(
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
    })
}
