//! One service: what a client can ask for.

use diesel::prelude::*;

use super::schema::services;
use super::{Modes, NewService, Policy, Question, category_name};
use crate::accountants::{Accountant, Meeting};
use crate::clock::Instant;
use crate::db::{Conn, SealedColumn};
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::money::Money;
use crate::on_either;
use crate::seal::Seal;
use crate::users::{Actor, Stale, UserId};
use crate::web::keys::{CreatedRow, SentForm};

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

/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 1] =
    [SealedColumn { table: "services", key: "id", column: "meeting", purpose: Meeting::PURPOSE }];

/// What an accountant sells, by the piece. Lengths are minutes in steps of five; only a fixed price
/// is above zero. One that is archived is never deleted, as bookings name it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = services)]
pub struct Service {
    pub id: ServiceId,
    pub accountant_id: UserId,
    pub title: String,
    /// A key of [`super::CATEGORIES`].
    pub category: String,
    pub description: String,
    /// 5 to 480.
    pub duration: i32,
    /// How far apart slots begin; none means the duration.
    pub step: Option<i32>,
    /// Kept free around each booking, 0 to 120.
    pub buffer_before: i32,
    pub buffer_after: i32,
    pub price_kind: PriceKind,
    pub price_minor: i64,
    pub currency: String,
    /// The bits of [`Modes`], one at least.
    pub modes: i32,
    pub accept: Accept,
    pub policy: Policy,
    pub state: ServiceState,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// How one meets for it, sealed; what is not said here is as the profile says.
    pub meeting: Option<Vec<u8>>,
}

/// A service that is to be added, and the form that says so.
#[derive(Debug, Clone)]
pub struct ServiceDraft {
    pub new: NewService,
    pub state: ServiceState,
    pub form: SentForm,
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

    /// The same once the rows of an act are held: it may have changed while somebody waited for
    /// them. SQLite's writer waits for nobody.
    pub fn once_held(self, conn: &mut Conn) -> Result<Self> {
        if conn.is_sqlite() { Ok(self) } else { Self::by_id(conn, self.id) }
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

    /// The currency of the latest service, else that of the accountant's country.
    pub fn usual_currency(conn: &mut Conn, owner: UserId) -> Result<String> {
        let country = Accountant::owned(conn, owner)?.country;
        let latest = Self::all(conn, owner)?.into_iter().next();
        let home = || crate::money::currency_of_country(&country).to_owned();
        Ok(latest.map_or_else(home, |service| service.currency))
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

    /// Adds a service with how one meets for it. The same form again gives the same service.
    pub fn add(
        conn: &mut Conn,
        actor: &Actor,
        seal: &Seal,
        draft: &ServiceDraft,
    ) -> Result<Self, ServiceRefusal> {
        draft.form.once(conn, actor.id.0, actor.now, |conn| {
            let service = Self::create(conn, actor, &draft.new, draft.state)?;
            let meeting = draft.new.meeting.seal(seal)?;
            Self::set_meeting(conn, actor, service.id, meeting.as_ref())?;
            Ok(Self { meeting, ..service })
        })
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
    pub fn change(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        seal: &Seal,
        new: &NewService,
    ) -> Result<()> {
        Accountant::lock(conn, actor.id)?;
        let own = services::table.find(self.id).filter(services::accountant_id.eq(actor.id));
        let in_use = own.filter(services::state.ne(ServiceState::Archived));
        let changed = diesel::update(in_use)
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
        if changed == 0 {
            return Err(Error::conflict("This service is archived. Bring it back first."));
        }
        let meeting = new.meeting.seal(seal)?;
        Self::set_meeting(conn, actor, self.id, meeting.as_ref())?;
        Question::replace(conn, self.id, &new.questions)?;
        Stale::mark(conn, actor.id, actor.now)
    }

    fn set_meeting(
        conn: &mut Conn,
        actor: &Actor,
        id: ServiceId,
        sealed: Option<&Vec<u8>>,
    ) -> Result<()> {
        let own = services::table.find(id).filter(services::accountant_id.eq(actor.id));
        diesel::update(own).set(services::meeting.eq(sealed)).execute(conn)?;
        Ok(())
    }

    /// From the state that was seen to another; whoever comes late is told, unless it is so already.
    pub fn set_state(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        state: ServiceState,
    ) -> Result<(), ServiceRefusal> {
        if self.state == state {
            return Ok(());
        }
        // counts hold only while nobody else adds
        Accountant::lock(conn, actor.id)?;
        let active = Self::count(conn, actor.id, &[ServiceState::Active])?;
        if state == ServiceState::Active && active >= Self::MOST_ACTIVE {
            return Err(ServiceRefusal::TooManyActive);
        }
        let counted = Self::count(conn, actor.id, &Self::COUNTED)?;
        if self.state == ServiceState::Archived && counted >= Self::MOST {
            return Err(ServiceRefusal::TooMany);
        }
        let own = services::table.find(self.id).filter(services::accountant_id.eq(actor.id));
        let changed = diesel::update(own.filter(services::state.eq(self.state)))
            .set((services::state.eq(state), services::updated_at.eq(actor.now)))
            .execute(conn)?;
        if changed == 0 {
            return match Self::owned(conn, self.id, actor.id)?.state == state {
                true => Ok(()),
                false => Err(Error::conflict("This service has changed meanwhile.").into()),
            };
        }
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

impl CreatedRow for Service {
    type Id = ServiceId;

    fn made_id(&self) -> ServiceId {
        self.id
    }

    fn made_before(conn: &mut Conn, id: ServiceId) -> Result<Self> {
        Self::by_id(conn, id)
    }
}
