//! One try to pay a booking by card: what was agreed, and how far Stripe says that it has come.

mod balance;

use diesel::prelude::*;

use super::commission::Rates;
use super::dispute::Dispute;
use super::schema::{payments, refunds, transfers};
use crate::bookings::{Booking, BookingId};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn, PreparedCondition, SealedColumn};
use crate::error::{Error, Result};
use crate::on_either;
use crate::seal::Seal;

crate::typed_id!(PaymentId);

crate::word_enum! {
    /// How far a payment has come; it only ever rises, in this order.
    PaymentState {
        /// No page of Stripe's is known for it.
        Created => "created",
        /// The client can pay, or is paying.
        Open => "open",
        Lapsed => "lapsed",
        /// The card is held.
        Authorised => "authorised",
        /// The card was let go.
        Voided => "voided",
        Captured => "captured",
    }
}

impl PaymentState {
    pub fn words(self) -> &'static str {
        match self {
            Self::Created => "Page not there yet",
            Self::Open => "To be paid",
            Self::Lapsed => "Not paid",
            Self::Authorised => "Held",
            Self::Voided => "Let go",
            Self::Captured => "Charged",
        }
    }

    /// Where it stands in the order.
    pub fn rank(self) -> u8 {
        match self {
            Self::Created => 0,
            Self::Open => 10,
            Self::Lapsed => 20,
            Self::Authorised => 30,
            Self::Voided => 40,
            Self::Captured => 50,
        }
    }
}

crate::word_enum! {
    /// Why the money of a payment stays where it is.
    Freeze { Complaint => "complaint", Dispute => "dispute", Mismatch => "mismatch" }
}

/// One try to pay the price of one booking by card, from Stripe's page to the last cent. Amounts are
/// in the smallest unit of `currency`, shares in hundredths of a percent (`_bps`). It says what Stripe
/// was last seen to say; what moved stands in the ledger, and the two are compared.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = payments, treat_none_as_default_value = false)]
pub struct Payment {
    pub id: PaymentId,
    pub booking_id: BookingId,
    pub livemode: bool,
    /// From 1; a booking has one live payment at most.
    pub attempt: i32,
    pub state: PaymentState,
    pub currency: String,
    pub amount_minor: i64,
    pub commission_bps: i32,
    pub vat_bps: i32,
    /// When Stripe's page closes.
    pub expires_at: Instant,
    pub session_id: Option<String>,
    /// Sealed: whoever has it can pay.
    pub session_url: Option<Vec<u8>>,
    pub intent_id: Option<String>,
    pub charge_id: Option<String>,
    /// Until then a held card can be charged.
    pub capture_before: Option<Instant>,
    pub authorised_at: Option<Instant>,
    pub captured_at: Option<Instant>,
    pub released_at: Option<Instant>,
    /// Returned to the client, or about to be; never more than the amount.
    pub reserved_minor: i64,
    /// What of it Stripe has returned.
    pub refunded_minor: i64,
    /// Taken by banks for good.
    pub lost_minor: i64,
    /// Passed on to the accountant, and what of that was taken back.
    pub sent_minor: i64,
    pub reversed_minor: i64,
    pub frozen: Option<Freeze>,
    /// Rises with every change, so that what was fetched before one is fetched again.
    pub version: i64,
    /// When Stripe is asked again.
    pub look_at: Option<Instant>,
    pub created_at: Instant,
    /// What the accountant would have to give back and an admin gave up.
    pub written_off_minor: i64,
    /// When an admin decided about the complaint.
    pub decided_at: Option<Instant>,
    /// The currency in which Stripe settled the charge, where it is another than the price's.
    pub settled_in: Option<String>,
    /// Since when nothing more is to come of it by itself.
    pub closed_at: Option<Instant>,
}

const URL: &str = "footing/payments/session-url/v1";

/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 2] = [
    SealedColumn { table: "payments", key: "id", column: "session_url", purpose: URL },
    super::refund::SEALED,
];

/// What is agreed when a payment begins.
#[derive(Debug, Clone)]
pub struct NewPayment {
    pub booking: BookingId,
    pub livemode: bool,
    pub currency: String,
    pub amount_minor: i64,
    pub rates: Rates,
    pub expires_at: Instant,
}

pub(super) const IS_LIVE: PreparedCondition =
    PreparedCondition("payments.state IN ('created', 'open', 'authorised', 'captured')");

impl Payment {
    /// How long one look at Stripe may take before another worker tries.
    const LOOK: Span = Span::seconds(60);

    pub fn begin(conn: &mut Conn, new: &NewPayment, now: Instant) -> Result<Self> {
        let before: i64 = payments::table
            .filter(payments::booking_id.eq(new.booking))
            .count()
            .get_result(conn)?;
        let payment = Self {
            id: PaymentId::next(now),
            booking_id: new.booking,
            livemode: new.livemode,
            attempt: i32::try_from(before).map_err(Error::internal)? + 1,
            state: PaymentState::Created,
            currency: new.currency.clone(),
            amount_minor: new.amount_minor,
            commission_bps: i32::from(new.rates.commission_bps),
            vat_bps: i32::from(new.rates.vat_bps),
            expires_at: new.expires_at,
            session_id: None,
            session_url: None,
            intent_id: None,
            charge_id: None,
            capture_before: None,
            authorised_at: None,
            captured_at: None,
            released_at: None,
            reserved_minor: 0,
            refunded_minor: 0,
            lost_minor: 0,
            sent_minor: 0,
            reversed_minor: 0,
            frozen: None,
            version: 0,
            look_at: None,
            created_at: now,
            written_off_minor: 0,
            decided_at: None,
            settled_in: None,
            closed_at: None,
        };
        on_either!(conn, |c| diesel::insert_into(payments::table).values(&payment).execute(c))?;
        Ok(payment)
    }

    pub fn by_id(conn: &mut Conn, id: PaymentId) -> Result<Self> {
        Ok(payments::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// The same with its booking and calendar held until the commit.
    pub fn held(conn: &mut Conn, id: PaymentId) -> Result<Self> {
        let booking = Self::by_id(conn, id)?.booking_id;
        Booking::hold(conn, booking)?;
        Self::by_id(conn, id)
    }

    /// The last try to pay a booking, whatever became of it.
    pub fn last_of(conn: &mut Conn, booking: BookingId) -> Result<Option<Self>> {
        Ok(payments::table
            .filter(payments::booking_id.eq(booking))
            .order(payments::attempt.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// The one that counts: of all tries at most one is live.
    pub fn live_of(conn: &mut Conn, booking: BookingId) -> Result<Option<Self>> {
        Ok(payments::table
            .filter(payments::booking_id.eq(booking).and(IS_LIVE))
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// The payment that one of Stripe's objects is about; another's with our mark on it is none.
    pub fn find_by_object(conn: &mut Conn, object: &str) -> Result<Option<Self>> {
        Ok(payments::table
            .filter(
                payments::session_id
                    .eq(object)
                    .or(payments::intent_id.eq(object))
                    .or(payments::charge_id.eq(object)),
            )
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// The same for what hangs on one: a refund, a dispute, a transfer.
    pub fn find_by_part(conn: &mut Conn, object: &str) -> Result<Option<PaymentId>> {
        if let Some(payment) = Dispute::payment_of(conn, object)? {
            return Ok(Some(payment));
        }
        let refund = refunds::table.filter(refunds::stripe_id.eq(object));
        if let Some(payment) = refund.select(refunds::payment_id).first(conn).optional()? {
            return Ok(Some(payment));
        }
        let transfer = transfers::table.filter(transfers::stripe_id.eq(object));
        Ok(transfer.select(transfers::payment_id).first(conn).optional()?)
    }

    /// The page to pay on, if there is one.
    pub fn page(&self, seal: &Seal) -> Result<Option<String>> {
        let Some(sealed) = &self.session_url else { return Ok(None) };
        String::from_utf8(seal.open(URL, sealed)?).map(Some).map_err(Error::internal)
    }

    /// Stripe made the page.
    pub fn note_session(
        &self,
        conn: &mut Conn,
        seal: &Seal,
        session: &str,
        url: Option<&str>,
        now: Instant,
    ) -> Result<()> {
        let sealed = url.map(|url| seal.seal(URL, url.as_bytes())).transpose()?;
        let unknown = payments::table.find(self.id).filter(payments::session_id.is_null());
        let set = (
            payments::session_id.eq(Some(session)),
            payments::session_url.eq(sealed),
            payments::version.eq(payments::version + 1),
            payments::look_at.eq(Some(now)),
        );
        db::update(unknown, set).execute(conn)?;
        Ok(())
    }

    /// Asks for a look at Stripe, soon; one that is sooner stays.
    pub fn mark(conn: &mut Conn, id: PaymentId, at: Instant) -> Result<()> {
        let later = payments::look_at.is_null().or(payments::look_at.gt(at));
        db::update(payments::table.find(id).filter(later), payments::look_at.eq(Some(at)))
            .execute(conn)?;
        Ok(())
    }

    /// Takes up to `most` payments to look at, of one booking or of all; each is put off, so that no
    /// other worker takes it.
    pub fn take_due(
        conn: &mut Conn,
        (livemode, booking): (bool, Option<BookingId>),
        most: i64,
        now: Instant,
    ) -> Result<Vec<Self>> {
        let mut due = payments::table
            .filter(payments::look_at.le(now).and(payments::livemode.eq(livemode)))
            .order((payments::look_at, payments::id))
            .limit(most)
            .select(Self::as_select())
            .into_boxed();
        if let Some(booking) = booking {
            due = due.filter(payments::booking_id.eq(booking));
        }
        let due: Vec<Self> = due.load(conn)?;
        let mut taken = vec![];
        for payment in due {
            let same = payments::table.find(payment.id).filter(payments::look_at.le(now));
            let later = now + Self::LOOK;
            if db::update(same, payments::look_at.eq(Some(later))).execute(conn)? == 1 {
                taken.push(Self { look_at: Some(later), ..payment });
            }
        }
        Ok(taken)
    }

    /// Saves what a look has changed, if nothing else has changed it meanwhile. Whether it was saved.
    pub fn save(&self, conn: &mut Conn, seen: &Self) -> Result<bool> {
        let same = payments::table.find(self.id).filter(payments::version.eq(seen.version));
        // who asked for another look meanwhile gets it
        let set = (
            payments::state.eq(self.state),
            payments::session_id.eq(&self.session_id),
            payments::intent_id.eq(&self.intent_id),
            payments::charge_id.eq(&self.charge_id),
            payments::capture_before.eq(self.capture_before),
            payments::authorised_at.eq(self.authorised_at),
            payments::captured_at.eq(self.captured_at),
            payments::refunded_minor.eq(self.refunded_minor),
            payments::lost_minor.eq(self.lost_minor),
            payments::sent_minor.eq(self.sent_minor),
            payments::reversed_minor.eq(self.reversed_minor),
            payments::frozen.eq(self.frozen),
            payments::settled_in.eq(&self.settled_in),
            payments::reserved_minor
                .eq(payments::reserved_minor + (self.reserved_minor - seen.reserved_minor)),
            payments::version.eq(seen.version + 1),
        );
        if db::update(same, set).execute(conn)? == 0 {
            return Ok(false);
        }
        let as_taken = payments::table.find(self.id).filter(payments::look_at.eq(seen.look_at));
        db::update(as_taken, payments::look_at.eq(self.look_at)).execute(conn)?;
        Ok(true)
    }
}
