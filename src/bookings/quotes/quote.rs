//! What an accountant offers one client.

use diesel::prelude::*;

use super::Enquiry;
use super::quote_notice::{QuoteEvent, QuoteNotice};
use crate::accountants::Accountant;
use crate::bookings::booking::lock;
use crate::bookings::schema::quotes;
use crate::bookings::{BookingId, Notifier};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::{PriceKind, Service, ServiceId, ServiceState};
use crate::locale::Locale;
use crate::money::Money;
use crate::on_either;
use crate::users::{Actor, Role, Status, User, UserId};
use crate::web::keys::{CreatedRow, SentForm};

crate::typed_id!(QuoteId);

/// An accountant’s price for one client. It can be accepted once, before `valid_until`, unless it was
/// withdrawn; the booking it became is then named.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = quotes, treat_none_as_default_value = false)]
pub struct Quote {
    pub id: QuoteId,
    pub service_id: ServiceId,
    pub accountant_id: UserId,
    pub client_id: UserId,
    pub price_minor: i64,
    pub currency: String,
    /// In minutes.
    pub duration: i32,
    /// Sealed.
    pub words: Option<Vec<u8>>,
    pub made_at: Instant,
    pub valid_until: Instant,
    pub withdrawn_at: Option<Instant>,
    pub booking_id: Option<BookingId>,
}

/// A checked offer.
#[derive(Debug, Clone)]
pub struct NewQuote {
    pub service: ServiceId,
    pub client: UserId,
    pub price: Money,
    pub duration: i32,
    pub words: Option<Vec<u8>>,
    pub valid_until: Instant,
    pub form: SentForm,
}

/// What can still be done with an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteState {
    Open,
    Used(BookingId),
    Withdrawn,
    Over,
}

impl Quote {
    /// Makes an offer to somebody who asked or booked; it takes the place of an open one. The same
    /// form again gives the same offer.
    pub fn make(conn: &mut Conn, actor: &Actor, desk: &Notifier, new: &NewQuote) -> Result<Self> {
        new.form.once(conn, actor.id.0, actor.now, |conn| Self::begin(conn, actor, desk, new))
    }

    fn begin(conn: &mut Conn, actor: &Actor, desk: &Notifier, new: &NewQuote) -> Result<Self> {
        let (client, maker) = lock(conn, new.client, actor.id)?;
        Actor::check_active(&maker)?;
        let service = Service::owned(conn, new.service, actor.id)?;
        if service.state != ServiceState::Active || !service.is_quote() {
            return Err(Error::conflict("Only an active service by quote can be offered."));
        }
        if !Self::may_be_offered(conn, actor.id, &client)? {
            return Err(Error::NotFound);
        }
        Enquiry::answer(conn, service.id, new.client, actor.now)?;
        Self::withdraw_open(conn, service.id, new.client, actor.now)?;
        let quote = Self {
            id: QuoteId::next(actor.now),
            service_id: service.id,
            accountant_id: actor.id,
            client_id: new.client,
            price_minor: new.price.minor,
            currency: new.price.currency.to_owned(),
            duration: new.duration,
            words: new.words.clone(),
            made_at: actor.now,
            valid_until: new.valid_until,
            withdrawn_at: None,
            booking_id: None,
        };
        on_either!(conn, |c| diesel::insert_into(quotes::table).values(&quote).execute(c))?;
        QuoteNotice {
            news: QuoteEvent::Offered,
            object: quote.id.0,
            accountant: Accountant::by_id(conn, actor.id)?,
            service,
            client,
            quote: Some(quote.clone()),
        }
        .tell(conn, desk, actor.now)?;
        Ok(quote)
    }

    fn withdraw_open(
        conn: &mut Conn,
        service: ServiceId,
        client: UserId,
        now: Instant,
    ) -> Result<()> {
        let open = quotes::table
            .filter(quotes::service_id.eq(service).and(quotes::client_id.eq(client)))
            .filter(quotes::withdrawn_at.is_null().and(quotes::booking_id.is_null()));
        diesel::update(open).set(quotes::withdrawn_at.eq(Some(now))).execute(conn)?;
        Ok(())
    }

    fn may_be_offered(conn: &mut Conn, accountant: UserId, client: &User) -> Result<bool> {
        let known = Self::people(conn, accountant)?;
        Ok(client.status == Status::Active && known.iter().any(|(id, _)| *id == client.id))
    }

    /// The accountant takes back what was not accepted yet.
    pub fn withdraw(conn: &mut Conn, actor: &Actor, desk: &Notifier, id: QuoteId) -> Result<()> {
        let only_its_maker = || Error::forbidden("Only the accountant can withdraw an offer.");
        // admins see no offers: whether there is one makes no difference to what they are told
        if actor.role == Role::Admin {
            return Err(only_its_maker());
        }
        let quote = Self::of(conn, id, actor.id)?;
        if quote.accountant_id != actor.id {
            return Err(only_its_maker());
        }
        lock(conn, quote.client_id, actor.id)?;
        actor.check_still_active(conn)?;
        if quote.withdrawn_at.is_some() {
            return Ok(());
        }
        let open = quotes::table.find(id).filter(quotes::booking_id.is_null());
        let open = open.filter(quotes::withdrawn_at.is_null());
        if diesel::update(open).set(quotes::withdrawn_at.eq(Some(actor.now))).execute(conn)? == 0 {
            return Err(Error::conflict("This offer was accepted already."));
        }
        let (service, client) = (quote.service_id, quote.client_id);
        let told = QuoteNotice::of(conn, QuoteEvent::Withdrawn, id.0, service, client)?;
        QuoteNotice { quote: Some(quote), ..told }.tell(conn, desk, actor.now)
    }

    /// An offer of one's own, on either side; a stranger's is not there.
    pub fn of(conn: &mut Conn, id: QuoteId, party: UserId) -> Result<Self> {
        let own = quotes::client_id.eq(party).or(quotes::accountant_id.eq(party));
        Ok(quotes::table.find(id).filter(own).select(Self::as_select()).first(conn)?)
    }

    /// The open offer of a service to one client.
    pub fn open_for(
        conn: &mut Conn,
        service: ServiceId,
        client: UserId,
        now: Instant,
    ) -> Result<Option<Self>> {
        Ok(quotes::table
            .filter(quotes::service_id.eq(service).and(quotes::client_id.eq(client)))
            .filter(quotes::withdrawn_at.is_null().and(quotes::booking_id.is_null()))
            .filter(quotes::valid_until.gt(now))
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    pub fn standing(&self, now: Instant) -> QuoteState {
        match (self.booking_id, self.withdrawn_at) {
            (Some(booking), _) => QuoteState::Used(booking),
            (None, Some(_)) => QuoteState::Withdrawn,
            (None, None) if self.valid_until <= now => QuoteState::Over,
            (None, None) => QuoteState::Open,
        }
    }

    /// The service as this client may book it.
    pub fn applied(&self, service: Service) -> Service {
        let is_free = self.price_minor == 0;
        Service {
            price_kind: if is_free { PriceKind::Free } else { PriceKind::Fixed },
            price_minor: self.price_minor,
            currency: self.currency.clone(),
            duration: self.duration,
            ..service
        }
    }

    /// One booking uses it up.
    pub fn used(&self, conn: &mut Conn, booking: BookingId) -> Result<()> {
        let open = quotes::table.find(self.id).filter(quotes::booking_id.is_null());
        let open = open.filter(quotes::withdrawn_at.is_null());
        match diesel::update(open).set(quotes::booking_id.eq(Some(booking))).execute(conn)? {
            1 => Ok(()),
            _ => Err(Error::conflict("This offer can no longer be accepted.")),
        }
    }

    pub fn price_words(&self, locale: impl AsRef<Locale>) -> String {
        match Money::new(self.price_minor, &self.currency) {
            Some(money) if money.minor > 0 => money.words(locale),
            _ => "Free".to_owned(),
        }
    }
}

impl CreatedRow for Quote {
    type Id = QuoteId;

    fn made_id(&self) -> QuoteId {
        self.id
    }

    fn made_before(conn: &mut Conn, id: QuoteId) -> Result<Self> {
        Ok(quotes::table.find(id).select(Self::as_select()).first(conn)?)
    }
}
