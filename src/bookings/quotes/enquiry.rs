//! A client asks what a service would cost.

use diesel::prelude::*;

use super::quote_notice::{QuoteEvent, QuoteNotice};
use crate::accountants::Accountant;
use crate::bookings::booking::lock;
use crate::bookings::schema::enquiries;
use crate::bookings::{BookingRefusal, Notifier, diary};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::{self, Service, ServiceId, ServiceState};
use crate::on_either;
use crate::users::{Actor, Role, User, UserId};
use crate::web::keys::{CreatedRow, SentForm};

crate::typed_id!(EnquiryId);

crate::word_enum! {
    Outcome { Offered => "offered", Declined => "declined", Lapsed => "lapsed" }
}

/// A client’s question for a price. It is closed when it is answered, or lapses by itself; `note` and
/// `answers` are sealed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = enquiries, treat_none_as_default_value = false)]
pub struct Enquiry {
    pub id: EnquiryId,
    pub service_id: ServiceId,
    pub accountant_id: UserId,
    pub client_id: UserId,
    pub note: Option<Vec<u8>>,
    pub answers: Option<Vec<u8>>,
    pub asked_at: Instant,
    pub closed_at: Option<Instant>,
    pub outcome: Option<Outcome>,
}

/// What a client sends.
#[derive(Debug, Clone)]
pub struct Ask {
    pub service: ServiceId,
    /// Sealed.
    pub note: Option<Vec<u8>>,
    pub answers: Option<Vec<u8>>,
    pub form: SentForm,
}

/// After this an enquiry lapses in silence, and the client may ask again.
pub(super) const WAITS: Span = Span::days(30);

const FOR_ACCOUNTANTS: &str = "Only the accountant can answer what a client asks.";

impl Enquiry {
    const MOST: i64 = 10;

    /// Asks. The same form again gives the same enquiry.
    pub fn ask(
        conn: &mut Conn,
        actor: &Actor,
        desk: &Notifier,
        ask: &Ask,
    ) -> Result<Self, BookingRefusal> {
        if actor.role != Role::Client {
            return Err(Error::forbidden("Only clients ask. Use a client account.").into());
        }
        ask.form.once(conn, actor.id.0, actor.now, |conn| Self::begin(conn, actor, desk, ask))
    }

    fn begin(
        conn: &mut Conn,
        actor: &Actor,
        desk: &Notifier,
        ask: &Ask,
    ) -> Result<Self, BookingRefusal> {
        let AskedService { client, accountant, service } = held_service(conn, actor, ask.service)?;
        Self::close_lapsed(conn, actor)?;
        Self::check_room(conn, actor.id, service.id)?;
        let enquiry = Self {
            id: EnquiryId::next(actor.now),
            service_id: service.id,
            accountant_id: accountant.user_id,
            client_id: actor.id,
            note: ask.note.clone(),
            answers: ask.answers.clone(),
            asked_at: actor.now,
            closed_at: None,
            outcome: None,
        };
        on_either!(conn, |c| diesel::insert_into(enquiries::table).values(&enquiry).execute(c))?;
        QuoteNotice {
            news: QuoteEvent::Asked,
            object: enquiry.id.0,
            service,
            accountant,
            client,
            quote: None,
        }
        .tell(conn, desk, actor.now)?;
        Ok(enquiry)
    }

    fn close_lapsed(conn: &mut Conn, actor: &Actor) -> Result<()> {
        let old = enquiries::table
            .filter(enquiries::client_id.eq(actor.id).and(enquiries::closed_at.is_null()))
            .filter(enquiries::asked_at.le(actor.now - WAITS));
        diesel::update(old)
            .set((
                enquiries::closed_at.eq(Some(actor.now)),
                enquiries::outcome.eq(Some(Outcome::Lapsed)),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// One question a service, ten in all.
    fn check_room(
        conn: &mut Conn,
        client: UserId,
        service: ServiceId,
    ) -> Result<(), BookingRefusal> {
        let open: Vec<ServiceId> = enquiries::table
            .filter(enquiries::client_id.eq(client).and(enquiries::closed_at.is_null()))
            .select(enquiries::service_id)
            .load(conn)?;
        if open.contains(&service) {
            return Err(BookingRefusal::AskedAlready);
        }
        let most = usize::try_from(Self::MOST).unwrap_or(10);
        if open.len() >= most { Err(BookingRefusal::TooManyAsked) } else { Ok(()) }
    }

    /// One of one's own, on either side; a stranger's is not there. Admins see none at all.
    fn of(conn: &mut Conn, id: EnquiryId, actor: &Actor) -> Result<Self> {
        if actor.role == Role::Admin {
            return Err(Error::forbidden(FOR_ACCOUNTANTS));
        }
        let own = enquiries::client_id.eq(actor.id).or(enquiries::accountant_id.eq(actor.id));
        Ok(enquiries::table.find(id).filter(own).select(Self::as_select()).first(conn)?)
    }

    /// The accountant makes no offer.
    pub fn decline(conn: &mut Conn, actor: &Actor, desk: &Notifier, id: EnquiryId) -> Result<()> {
        let enquiry = Self::of(conn, id, actor)?;
        if enquiry.accountant_id != actor.id {
            return Err(Error::forbidden(FOR_ACCOUNTANTS));
        }
        lock(conn, enquiry.client_id, actor.id)?;
        actor.check_still_active(conn)?;
        if enquiry.outcome == Some(Outcome::Declined) {
            return Ok(());
        }
        if !enquiry.close(conn, Outcome::Declined, actor.now)? {
            return Err(Error::conflict("This was answered already."));
        }
        let (service, client) = (enquiry.service_id, enquiry.client_id);
        QuoteNotice::of(conn, QuoteEvent::Declined, id.0, service, client)?
            .tell(conn, desk, actor.now)
    }

    /// False if it was closed before.
    fn close(&self, conn: &mut Conn, outcome: Outcome, now: Instant) -> Result<bool> {
        let open = enquiries::table.find(self.id).filter(enquiries::closed_at.is_null());
        let changed = diesel::update(open)
            .set((enquiries::closed_at.eq(Some(now)), enquiries::outcome.eq(Some(outcome))))
            .execute(conn)?;
        Ok(changed == 1)
    }

    /// An offer answers what was asked.
    pub(super) fn answer(
        conn: &mut Conn,
        service: ServiceId,
        client: UserId,
        now: Instant,
    ) -> Result<()> {
        match Self::latest(conn, service, client)? {
            Some(enquiry) => enquiry.close(conn, Outcome::Offered, now).map(|_| ()),
            None => Ok(()),
        }
    }

    /// What a client asked last about a service, answered or not.
    pub fn latest(conn: &mut Conn, service: ServiceId, client: UserId) -> Result<Option<Self>> {
        Ok(enquiries::table
            .filter(enquiries::client_id.eq(client).and(enquiries::service_id.eq(service)))
            .order(enquiries::id.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    pub fn is_open(&self, now: Instant) -> bool {
        self.closed_at.is_none() && self.asked_at > now - WAITS
    }
}

impl CreatedRow for Enquiry {
    type Id = EnquiryId;

    fn made_id(&self) -> EnquiryId {
        self.id
    }

    fn made_before(conn: &mut Conn, id: EnquiryId) -> Result<Self> {
        Ok(enquiries::table.find(id).select(Self::as_select()).first(conn)?)
    }
}

/// Who asks whom for what.
struct AskedService {
    client: User,
    accountant: Accountant,
    service: Service,
}

/// The service and its accountant, both held; not there unless everybody may see and ask.
fn held_service(
    conn: &mut Conn,
    actor: &Actor,
    id: ServiceId,
) -> Result<AskedService, BookingRefusal> {
    let service = Service::by_id(conn, id)?;
    let owner = service.accountant_id;
    let (client, _) = lock(conn, actor.id, owner)?;
    Actor::check_active(&client)?;
    let service = service.once_held(conn)?;
    let can_be_asked = service.state == ServiceState::Active && service.is_quote();
    let listed = listings::complete::find_listed(conn, owner)?;
    let accountant = listed.filter(|_| can_be_asked).ok_or(Error::NotFound)?;
    if !diary::takes(conn, &accountant, Some(actor.id))? {
        return Err(BookingRefusal::NotTaken);
    }
    Ok(AskedService { client, accountant, service })
}
