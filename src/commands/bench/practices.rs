//! Accountants who work around the clock and clients who ask for hours, by the verbs that
//! visitors use.

use crate::accountants::{Accepting, Accountant, Meeting, NewProfile, Slug, Tags};
use crate::availability::{
    BookingLimits, Calendar, Contents, NewHours, NewOutside, Outside, Window,
};
use crate::clock::{Instant, Span};
use crate::commands::Failure;
use crate::db::{Conn, Db};
use crate::directory::DirectoryEntry;
use crate::error::{Error, Result};
use crate::listings::{
    Accept, Mode, Modes, NewService, Policy, PriceKind, Service, ServiceId, ServiceState,
};
use crate::money::Money;
use crate::users::{Actor, Email, NewUser, Role, SignedUp, Status, User, UserId, UserName, Viewer};
use crate::web::RequestTime;

const BATCH: usize = 100;

/// An accountant and what they offer.
#[derive(Clone)]
pub struct Practice {
    pub id: UserId,
    pub slug: String,
    pub service: ServiceId,
}

pub async fn practices(
    db: &Db,
    kind: &'static str,
    count: usize,
    minutes: i32,
) -> Result<Vec<Practice>, Failure> {
    let mut made = vec![];
    while made.len() < count {
        let (from, to) = (made.len(), count.min(made.len() + BATCH));
        let batch = move |conn: &mut Conn, now| -> Result<Vec<Practice>> {
            let names = (from..to).map(|number| format!("{kind}{number}"));
            let made = names.map(|name| practice(conn, &name, minutes, now)).collect();
            DirectoryEntry::refresh_stale(conn, i64::try_from(BATCH).unwrap_or(0) + 50, now)?;
            made
        };
        made.extend(db.write(batch).await?);
    }
    Ok(made)
}

pub async fn clients(db: &Db, count: usize) -> Result<Vec<Viewer>, Failure> {
    let mut made = vec![];
    while made.len() < count {
        let (from, to) = (made.len(), count.min(made.len() + BATCH));
        let batch = move |conn: &mut Conn, now| -> Result<Vec<Viewer>> {
            let names = (from..to).map(|number| format!("client{number}"));
            names.map(|name| Ok(viewer(person(conn, &name, Role::Client, now)?))).collect()
        };
        made.extend(db.write(batch).await?);
    }
    Ok(made)
}

/// Three calendars kept elsewhere, each with an hour on each of the next two hundred nights.
pub async fn outside(db: &Db, practice: &Practice) -> Result<(), Failure> {
    let id = practice.id;
    let put = move |conn: &mut Conn, now: Instant| -> Result<()> {
        for calendar in 0..3 {
            let hour = |night| {
                let from = now + Span::days(night) + Span::minutes(calendar * 37);
                (from, from + Span::hours(1))
            };
            let busy = (1..=200).map(hour).collect();
            let contents = Contents { busy, ..Contents::default() };
            let new = NewOutside { name: format!("Calendar {calendar}"), url: None, contents };
            Outside::create(conn, &Actor { id, role: Role::Accountant, now }, &new)?;
        }
        Ok(())
    };
    Ok(db.write(put).await?)
}

fn practice(conn: &mut Conn, name: &str, minutes: i32, now: Instant) -> Result<Practice> {
    let user = person(conn, name, Role::Accountant, now)?;
    let actor = Actor { id: user.id, role: Role::Accountant, now };
    let slug = Slug::free(conn, name, user.id, now)?;
    Accountant::save(conn, &actor, &profile(name, slug.clone())).map_err(Error::internal)?;
    let day: Vec<Window> = Window::new(0, Window::END).into_iter().collect();
    let hours = NewHours {
        zone: "Europe/London".to_owned(),
        notice: 2,
        horizon: 365,
        limits: BookingLimits::default(),
        week: std::array::from_fn(|_| day.clone()),
    };
    Calendar::save(conn, &actor, &hours)?;
    let service = Service::create(conn, &actor, &service(minutes)?, ServiceState::Active);
    Ok(Practice { id: user.id, slug: slug.0, service: service.map_err(Error::internal)?.id })
}

fn person(conn: &mut Conn, name: &str, role: Role, now: Instant) -> Result<User> {
    let new = NewUser {
        email: Email::parse(&format!("{name}@example.org")).map_err(Error::internal)?,
        name: UserName(name.to_owned()),
        role,
        zone: "Europe/London".to_owned(),
        locale: crate::locale::Locale::NEUTRAL,
        password_hash: "nobody signs in".to_owned(),
    };
    let SignedUp::New(user) = User::sign_up(conn, new, now)? else {
        return Err(Error::internal(format!("{name} is there already; is the database empty?")));
    };
    if role == Role::Accountant {
        Accountant::begin(conn, &user, now)?;
    }
    user.verified(conn, now)
}

fn viewer(user: User) -> Viewer {
    Viewer {
        id: user.id,
        role: user.role,
        status: Status::Active,
        has_totp: false,
        zone: user.local_zone(),
        name: user.name.into(),
        session: "".into(),
        proven_at: user.created_at,
        asked_at: RequestTime(user.created_at),
    }
}

fn profile(name: &str, slug: Slug) -> NewProfile {
    NewProfile {
        display_name: name.to_owned(),
        called: String::new(),
        slug: Some(slug),
        headline: "Tax for landlords, from the first let to the last sale.".to_owned(),
        about: "I look after people who let one to ten homes and do their own books.".to_owned(),
        country: "GB".to_owned(),
        place: "Leeds".to_owned(),
        years: Some(11),
        zone: "Europe/London".to_owned(),
        accepting: Accepting::All,
        paused: false,
        tags: Tags {
            languages: vec!["en".to_owned()],
            specialisms: vec!["landlords".to_owned()],
            ..Tags::default()
        },
        meeting: Meeting::default(),
    }
}

fn service(minutes: i32) -> Result<NewService> {
    Ok(NewService {
        title: "First-year consultation".to_owned(),
        category: "consultation",
        description: "What you can claim, what to register for and by when.".to_owned(),
        duration: minutes,
        step: None,
        buffer_before: 0,
        buffer_after: 0,
        price_kind: PriceKind::Fixed,
        price: Money::new(8_500, "GBP").ok_or(Error::NotFound)?,
        modes: Modes::of(&[Mode::Video]),
        accept: Accept::Request,
        policy: Policy::Standard,
        questions: vec![],
        meeting: Meeting::default(),
    })
}
