//! The named people of the demo world: those whose sign-ins are printed, and what ben offers.

use super::people::{AccountantPlan, BEGUN, accountant, person, service};
use super::portraits::Portraits;
use crate::accountants::meeting::CALL;
use crate::accountants::{Accepting, Meeting, NewProfile, Tags};
use crate::availability::{Exception, NewException};
use crate::directory::DirectoryEntry;
use crate::error::{Error, Result};
use crate::listings::{Mode, Modes, NewQuestion, NewService, PriceKind, QuestionKind};
use crate::seal::sha256;
use crate::site::Site;
use crate::users::{Actor, Email, Role, Totp, User, UserId};

pub const CLIENT: &str = "ana@example.com";
pub const ACCOUNTANT: &str = "ben@example.com";
pub const ADMIN: &str = "root@example.com";
pub const SECOND_ADMIN: &str = "mod@example.com";

/// The people whose sign-ins are printed.
pub struct Cast {
    /// The admin's, for the second step.
    pub secret: String,
    pub second_secret: String,
    pub ben: UserId,
    /// Ana and cy.
    pub clients: Vec<UserId>,
}

/// The people whose sign-ins are printed, and an accountant whose profile is not complete.
pub async fn cast(site: &Site, portraits: &mut Portraits, hash: String, seed: u64) -> Result<Cast> {
    let draft = ben(seed);
    let photo = portraits.of(&site.blobs, std::slice::from_ref(&draft)).await?.pop().flatten();
    let seal = site.seal.clone();
    let (totp, second) = (drawn(&format!("{seed}")), drawn(&format!("{seed}/second")));
    let (secret, second_secret) = (totp.base32(), second.base32());
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
            for (address, totp) in [(ADMIN, &totp), (SECOND_ADMIN, &second)] {
                let email = Email::parse(address).map_err(Error::internal)?;
                let admin = User::make_admin(conn, &email, &hash, now)?;
                // the code of the step before, so that the one of this step can be used to sign in
                let code = totp.code(Totp::step(now) - 1);
                totp.turn_on(conn, &seal, admin.id, &code, now)?;
            }
            let ben = accountant(conn, &seal, &draft, photo.as_ref(), &hash, begun)?;
            let away = {
                let first = now.day("Europe/London").plus(29);
                NewException::Vacation(first, first.plus(8))
            };
            Exception::create(conn, &Actor { id: ben, role: Role::Accountant, now }, &away)?;
            DirectoryEntry::refresh_stale(conn, 50, now)?;
            Ok((ben, vec![ana, cy]))
        })
        .await?;
    Ok(Cast { secret, second_secret, ben, clients })
}

/// An admin's secret of the second step, the same for the same seed.
fn drawn(seed: &str) -> Totp {
    let mut secret = [0; 20];
    let bytes = sha256(format!("footing/demo/totp/{seed}").as_bytes());
    secret.iter_mut().zip(bytes).for_each(|(byte, from)| *byte = from);
    Totp::from_bytes(secret)
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
fn ben(seed: u64) -> AccountantPlan {
    let list = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let modes = Modes::of(&[Mode::Video, Mode::Phone]);
    let services = BENS.iter().filter_map(|(category, title, text, minutes, minor)| {
        service(category, title, text, *minutes, *minor, "GBP", modes)
    });
    let drawn = AccountantPlan::draw(seed, 0);
    AccountantPlan {
        age: BEGUN,
        email: ACCOUNTANT.to_owned(),
        name: "Ben Northgate".to_owned(),
        is_woman: false,
        culture: "en",
        has_photo: true,
        services: services.chain(by_quote(modes)).collect(),
        profile: NewProfile {
            display_name: "Ben, Northgate Tax".to_owned(),
            called: "Ben".to_owned(),
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
            meeting: Meeting {
                video: "https://meet.example.org/northgate".to_owned(),
                phone: CALL.to_owned(),
                place: "3 Park Row, Leeds".to_owned(),
            },
            ..drawn.profile
        },
    }
}
