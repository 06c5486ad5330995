//! One service: what a client can ask for.

use diesel::prelude::*;

use super::schema::services;
use super::{NewService, Question};
use crate::accountants::{Accountant, Meeting};
use crate::clock::Instant;
use crate::db::{Conn, SealedColumn};
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::money::Money;
use crate::on_either;
use crate::users::{Actor, Stale, UserId};

crate::typed_id!(ServiceId);

crate::word_enum! {
    ServiceState { Draft => "draft", Active => "active", Paused => "paused", Archived => "archived" }
}

crate::word_enum! {
    PriceKind { Fixed => "fixed", Free => "free", Quote => "quote" }
}

crate::word_enum! {
    /// Whether a booking waits for the accountant's answer.
    Accept { Request => "request", Instant => "instant" }
}

crate::word_enum! {
    /// What returns to a client who cancels; the times are elapsed time to the start.
    Policy { Flexible => "flexible", Standard => "standard", Strict => "strict" }
}

crate::word_enum! {
    Mode { Video => "video", Phone => "phone", InPerson => "in_person" }
}

impl ServiceState {
    pub fn words(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Active => "Active",
            Self::Paused => "Paused",
            Self::Archived => "Archived",
        }
    }
}

impl Policy {
    pub fn words(self) -> &'static str {
        match self {
            Self::Flexible => "Free up to 24 hours before, half the price up to the start",
            Self::Standard => "Free up to 48 hours before, half the price up to 24 hours before",
            Self::Strict => "Free up to 7 days before, half the price up to 48 hours before",
        }
    }
}

impl Mode {
    pub fn words(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Phone => "phone",
            Self::InPerson => "in person",
        }
    }

    /// How two people meet, as a sentence begins.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Video => "Video call",
            Self::Phone => "Phone call",
            Self::InPerson => "In person",
        }
    }

    /// Reads what a form or a filter says.
    pub fn read(word: &str) -> Option<Self> {
        Self::parse(&word.trim().to_lowercase().replace(['-', ' '], "_"))
            .or((word == "person").then_some(Self::InPerson))
    }

    /// What somebody says of this way of meeting; empty where nothing.
    pub fn of(self, meeting: &Meeting) -> &str {
        match self {
            Self::Video => &meeting.video,
            Self::Phone => &meeting.phone,
            Self::InPerson => &meeting.place,
        }
    }

    fn bit(self) -> i32 {
        match self {
            Self::Video => 1,
            Self::Phone => 2,
            Self::InPerson => 4,
        }
    }
}

/// A set of modes, kept as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes(pub i32);

impl Modes {
    pub fn of(modes: &[Mode]) -> Self {
        Self(modes.iter().fold(0, |bits, mode| bits | mode.bit()))
    }

    pub fn list(self) -> Vec<Mode> {
        Mode::ALL.iter().copied().filter(|mode| self.0 & mode.bit() != 0).collect()
    }

    /// "Video or phone".
    pub fn words(self) -> String {
        let words: Vec<&str> = self.list().into_iter().map(Mode::words).collect();
        let text = crate::web::text::listed(&words, "or");
        text.chars().take(1).flat_map(char::to_uppercase).chain(text.chars().skip(1)).collect()
    }
}

/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 1] =
    [SealedColumn { table: "services", key: "id", column: "meeting", purpose: Meeting::PURPOSE }];

/// What a service is about.
pub const CATEGORIES: [(&str, &str); 10] = [
    ("consultation", "Consultation"),
    ("tax-return", "Tax return"),
    ("bookkeeping", "Bookkeeping"),
    ("payroll", "Payroll"),
    ("vat", "VAT and sales tax"),
    ("year-end", "Year-end accounts"),
    ("registration", "Registration"),
    ("review", "Review of what you have"),
    ("planning", "Planning"),
    ("other", "Something else"),
];

pub fn category_name(key: &str) -> Option<&'static str> {
    CATEGORIES.iter().find(|(known, _)| *known == key).map(|(_, words)| *words)
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = services)]
pub struct Service {
    pub id: ServiceId,
    pub accountant_id: UserId,
    pub title: String,
    pub category: String,
    pub description: String,
    pub duration: i32,
    pub step: Option<i32>,
    pub buffer_before: i32,
    pub buffer_after: i32,
    pub price_kind: PriceKind,
    pub price_minor: i64,
    pub currency: String,
    pub modes: i32,
    pub accept: Accept,
    pub policy: Policy,
    pub state: ServiceState,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// How one meets for it, sealed; what is not said here is as the profile says.
    pub meeting: Option<Vec<u8>>,
}

/// Why a service could not be added or shown.
#[derive(Debug, thiserror::Error)]
pub enum ServiceRefusal {
    #[error("You have 30 services. Archive one before you add another.")]
    TooMany,
    #[error("You have 20 active services. Pause one first.")]
    TooManyActive,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for ServiceRefusal {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

impl Service {
    pub const MOST: i64 = 30;
    pub const MOST_ACTIVE: i64 = 20;
    const COUNTED: [ServiceState; 3] =
        [ServiceState::Draft, ServiceState::Active, ServiceState::Paused];

    /// One's own service; somebody else's is not there.
    pub fn owned(conn: &mut Conn, id: ServiceId, owner: UserId) -> Result<Self> {
        let own = services::table.find(id).filter(services::accountant_id.eq(owner));
        Ok(own.select(Self::as_select()).first(conn)?)
    }

    /// The same for whoever would change it: who is no accountant has none to change.
    pub fn in_practice(conn: &mut Conn, id: ServiceId, owner: UserId) -> Result<Self> {
        Accountant::owned(conn, owner)?;
        Self::owned(conn, id, owner)
    }

    /// One's own service with what it asks.
    pub fn with_questions(
        conn: &mut Conn,
        id: ServiceId,
        owner: UserId,
    ) -> Result<(Self, Vec<Question>)> {
        Ok((Self::in_practice(conn, id, owner)?, Question::of(conn, id)?))
    }

    /// Any service, whatever its state: for whoever judges that next.
    pub fn by_id(conn: &mut Conn, id: ServiceId) -> Result<Self> {
        let one = services::table.find(id);
        Ok(on_either!(conn, |c| one.select(Self::as_select()).first(c))?)
    }

    /// All of one accountant's, those in use first, each group newest first.
    pub fn all(conn: &mut Conn, owner: UserId) -> Result<Vec<Self>> {
        let mut all: Vec<Self> = services::table
            .filter(services::accountant_id.eq(owner))
            .order(services::id.desc())
            .select(Self::as_select())
            .load(conn)?;
        all.sort_by_key(|service| match service.state {
            ServiceState::Active => 0,
            ServiceState::Draft | ServiceState::Paused => 1,
            ServiceState::Archived => 2,
        });
        Ok(all)
    }

    /// What the public sees of one accountant, cheapest first, quotes last.
    pub fn active(conn: &mut Conn, owner: UserId) -> Result<Vec<Self>> {
        let mut active: Vec<Self> = services::table
            .filter(services::accountant_id.eq(owner).and(services::state.eq(ServiceState::Active)))
            .select(Self::as_select())
            .load(conn)?;
        active.sort_by_key(|s| (s.price_kind == PriceKind::Quote, s.price_minor, s.id));
        Ok(active)
    }

    pub fn count(conn: &mut Conn, owner: UserId, states: &[ServiceState]) -> Result<i64> {
        Ok(services::table
            .filter(services::accountant_id.eq(owner))
            .filter(services::state.eq_any(states.to_vec()))
            .count()
            .get_result(conn)?)
    }

    pub fn create(
        conn: &mut Conn,
        actor: &Actor,
        new: &NewService,
        state: ServiceState,
    ) -> Result<Self, ServiceRefusal> {
        // counts hold only while nobody else adds
        Accountant::lock(conn, actor.id)?;
        Accountant::owned(conn, actor.id)?;
        Self::check_room(conn, actor.id, state)?;
        let service = Self {
            id: ServiceId::next(actor.now),
            accountant_id: actor.id,
            title: new.title.clone(),
            category: new.category.to_owned(),
            description: new.description.clone(),
            duration: new.duration,
            step: new.step,
            buffer_before: new.buffer_before,
            buffer_after: new.buffer_after,
            price_kind: new.price_kind,
            price_minor: new.price.minor,
            currency: new.price.currency.to_owned(),
            modes: new.modes.0,
            accept: new.accept,
            policy: new.policy,
            state,
            created_at: actor.now,
            updated_at: actor.now,
            meeting: None,
        };
        diesel::insert_into(services::table).values(&service).execute(conn)?;
        Question::replace(conn, service.id, &new.questions)?;
        Stale::mark(conn, actor.id, actor.now)?;
        Ok(service)
    }

    fn check_room(
        conn: &mut Conn,
        owner: UserId,
        state: ServiceState,
    ) -> Result<(), ServiceRefusal> {
        if Self::count(conn, owner, &Self::COUNTED)? >= Self::MOST {
            return Err(ServiceRefusal::TooMany);
        }
        let active = Self::count(conn, owner, &[ServiceState::Active])?;
        if state == ServiceState::Active && active >= Self::MOST_ACTIVE {
            return Err(ServiceRefusal::TooManyActive);
        }
        Ok(())
    }

    /// Changes everything but the state. What was booked before keeps its own copy.
    pub fn change(&self, conn: &mut Conn, actor: &Actor, new: &NewService) -> Result<()> {
        Accountant::lock(conn, actor.id)?;
        let own = services::table.find(self.id).filter(services::accountant_id.eq(actor.id));
        diesel::update(own)
            .set((
                (
                    services::title.eq(&new.title),
                    services::category.eq(new.category),
                    services::description.eq(&new.description),
                    services::duration.eq(new.duration),
                    services::step.eq(new.step),
                    services::buffer_before.eq(new.buffer_before),
                    services::buffer_after.eq(new.buffer_after),
                ),
                services::price_kind.eq(new.price_kind),
                services::price_minor.eq(new.price.minor),
                services::currency.eq(new.price.currency),
                services::modes.eq(new.modes.0),
                services::accept.eq(new.accept),
                services::policy.eq(new.policy),
                services::updated_at.eq(actor.now),
            ))
            .execute(conn)?;
        Question::replace(conn, self.id, &new.questions)?;
        Stale::mark(conn, actor.id, actor.now)
    }

    pub fn set_meeting(
        conn: &mut Conn,
        actor: &Actor,
        id: ServiceId,
        sealed: Option<&Vec<u8>>,
    ) -> Result<()> {
        let own = services::table.find(id).filter(services::accountant_id.eq(actor.id));
        diesel::update(own).set(services::meeting.eq(sealed)).execute(conn)?;
        Ok(())
    }

    pub fn set_state(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        state: ServiceState,
    ) -> Result<(), ServiceRefusal> {
        Accountant::lock(conn, actor.id)?;
        let now = Self::owned(conn, self.id, actor.id)?;
        if now.state == state {
            return Ok(());
        }
        let active = Self::count(conn, actor.id, &[ServiceState::Active])?;
        if state == ServiceState::Active && active >= Self::MOST_ACTIVE {
            return Err(ServiceRefusal::TooManyActive);
        }
        let counted = Self::count(conn, actor.id, &Self::COUNTED)?;
        if now.state == ServiceState::Archived && counted >= Self::MOST {
            return Err(ServiceRefusal::TooMany);
        }
        diesel::update(services::table.find(self.id))
            .set((services::state.eq(state), services::updated_at.eq(actor.now)))
            .execute(conn)?;
        Ok(Stale::mark(conn, actor.id, actor.now)?)
    }

    pub fn price(&self) -> Option<Money> {
        Money::new(self.price_minor, &self.currency)
    }

    /// "£85", "Free" or "By quote".
    pub fn price_words(&self, locale: impl AsRef<Locale>) -> String {
        match self.price_kind {
            PriceKind::Free => "Free".to_owned(),
            PriceKind::Quote => "By quote".to_owned(),
            PriceKind::Fixed => self.price().map_or(String::new(), |price| price.words(locale)),
        }
    }

    pub fn modes_words(&self) -> String {
        Modes(self.modes).words()
    }

    pub fn category_words(&self) -> &'static str {
        category_name(&self.category).unwrap_or("")
    }

    pub fn is_quote(&self) -> bool {
        self.price_kind == PriceKind::Quote
    }
}
