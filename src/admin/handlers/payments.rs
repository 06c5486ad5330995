//! `/admin/payments`: what must be decided about money, one payment with all that is known of it, and
//! the six acts. Each act asks for a reason and is a row of the log, in its transaction.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use crate::admin::forms::PaymentActForm;
use crate::admin::pages::{PaymentPage, PaymentsPage};
use crate::audit::Audit;
use crate::bookings::{BookingId, SETTLE, Summaries};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::money::Money;
use crate::payments::{
    Gateway, Inspection, NewRefund, Payment, PaymentId, Refund, RefundCause, decisions, record,
    tasks, wake,
};
use crate::seal::Seal;
use crate::users::handlers::extract::Admin;
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, RequestTime, paths};

/// What an admin looks for: the number of a booking or of a payment.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PaymentSearch {
    q: String,
}

pub async fn index(
    db: Data<Db>,
    gateway: Data<Gateway>,
    Admin(viewer): Admin,
    RequestTime(now): RequestTime,
    reply: Reply,
    search: Query<PaymentSearch>,
) -> Result<HttpResponse> {
    let q: String = search.q.trim().chars().take(100).collect();
    let wanted = q.clone();
    let found = db.read(move |conn, _| find(conn, &wanted)).await?;
    if let Some(id) = found {
        return reply.see_other(paths::admin_payment(id));
    }
    let faults = faults(&gateway, now).await;
    let mode = gateway.stripe().map(|stripe| stripe.livemode);
    let livemode = mode.unwrap_or(false);
    let page = db.read(move |conn, now| {
        Ok::<_, Error>(PaymentsPage {
            tasks: tasks::all(conn, livemode, now)?,
            waiting: Payment::waiting_for_a_key(conn, mode)?,
            is_off: mode.is_none(),
            is_test: mode == Some(false),
            faults,
            stopped: record::stopped(conn, livemode)?,
            recent: record::recent(conn, 50)?,
            was_sought: !q.is_empty(),
            q,
            zone: viewer.zone.clone(),
            now,
        })
    });
    reply.page(&page.await?)
}

/// What is wrong between Stripe and our settings, if it says so in a moment.
async fn faults(gateway: &Gateway, now: Instant) -> Vec<String> {
    let Some(stripe) = gateway.stripe() else { return vec![] };
    let wait = std::time::Duration::from_millis(1_500);
    let seen = Inspection::make(&stripe.settings, now, wait).await;
    seen.faults(&stripe.settings)
}

fn find(conn: &mut Conn, q: &str) -> Result<Option<PaymentId>> {
    if q.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = q.parse::<PaymentId>()
        && let Ok(payment) = Payment::by_id(conn, id)
    {
        return Ok(Some(payment.id));
    }
    let Ok(booking) = q.parse::<BookingId>() else { return Ok(None) };
    Ok(Payment::last_of(conn, booking)?.map(|payment| payment.id))
}

pub async fn show(
    db: Data<Db>,
    (seal, summaries): (Data<Seal>, Data<Summaries>),
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<PaymentId>,
) -> Result<HttpResponse> {
    let page = page(&db, &seal, **summaries, &viewer, *id);
    reply.page(&page.await?)
}

async fn page(
    db: &Db,
    seal: &Seal,
    summaries: Summaries,
    viewer: &Viewer,
    id: PaymentId,
) -> Result<PaymentPage> {
    let (seal, zone) = (seal.clone(), viewer.zone.clone());
    db.read(move |conn, now| {
        let payment = Payment::by_id(conn, id)?;
        let record = record::of(conn, &seal, &payment, zone.locale)?;
        let summary = (summaries.0)(conn, payment.booking_id, zone.locale, now)?;
        Ok(PaymentPage {
            record,
            summary,
            payment,
            zone,
            form: PaymentActForm::default(),
            act: "",
            errors: FieldErrors::default(),
        })
    })
    .await
}

/// One of the acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentAct {
    Retry,
    Look,
    Refund,
    Release,
    WriteOff,
    Settle,
}

impl PaymentAct {
    fn word(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Look => "look",
            Self::Refund => "refund",
            Self::Release => "release",
            Self::WriteOff => "write-off",
            Self::Settle => "settle",
        }
    }

    fn action(self) -> String {
        format!("payment.{}", self.word())
    }
}

/// What an act needs.
#[derive(Clone)]
pub struct ActContext {
    db: Data<Db>,
    seal: Data<Seal>,
    summaries: Data<Summaries>,
    gateway: Data<Gateway>,
}

macro_rules! acts {
    ($($name:ident => $act:ident),+ $(,)?) => {
        $(pub async fn $name(
            (db, seal): (Data<Db>, Data<Seal>),
            (summaries, gateway): (Data<Summaries>, Data<Gateway>),
            Admin(viewer): Admin,
            reply: Reply,
            id: Path<PaymentId>,
            Form(form): Form<PaymentActForm>,
        ) -> Result<HttpResponse> {
            ActContext { db, seal, summaries, gateway }.act(PaymentAct::$act, viewer, reply, *id, form).await
        })+
    };
}

acts! {
    retry => Retry,
    look => Look,
    refund => Refund,
    release => Release,
    write_off => WriteOff,
    settle => Settle,
}

impl ActContext {
    async fn act(
        &self,
        act: PaymentAct,
        viewer: Viewer,
        reply: Reply,
        id: PaymentId,
        form: PaymentActForm,
    ) -> Result<HttpResponse> {
        let payment = self.db.read(move |conn, _| Payment::by_id(conn, id)).await?;
        self.needs_its_key(&payment)?;
        let (amount, errors) = read(act, &form, &payment);
        if !errors.is_empty() {
            return self.again(act, &viewer, &reply, id, form, errors).await;
        }
        let reason = form.reason.trim().to_owned();
        let sealed = Refund::seal_reason(&self.seal, &reason)?;
        let done = viewer
            .act(&self.db, move |conn, actor| {
                if !perform(conn, act, id, (amount, sealed), actor)? {
                    return Ok(false);
                }
                let who = actor.id.to_string();
                Audit::note(conn, actor.now, &who, &act.action(), &id.to_string(), "")?;
                Ok::<_, Error>(true)
            })
            .await?;
        if done {
            return reply.done(paths::admin_payment(id), Flash::PaymentNoted);
        }
        let errors = match act {
            PaymentAct::Refund | PaymentAct::WriteOff => {
                FieldErrors::one("amount", "So much is not left.")
            }
            _ => FieldErrors::one("reason", "There is nothing of that kind to do now."),
        };
        self.again(act, &viewer, &reply, id, form, errors).await
    }

    /// A key of the payment's own mode is needed.
    fn needs_its_key(&self, payment: &Payment) -> Result<()> {
        if payment.is_recorded() || self.gateway.mode() == Some(payment.livemode) {
            return Ok(());
        }
        Err(Error::conflict("This payment waits for the key of the mode that it was made in."))
    }

    async fn again(
        &self,
        act: PaymentAct,
        viewer: &Viewer,
        reply: &Reply,
        id: PaymentId,
        form: PaymentActForm,
        errors: FieldErrors,
    ) -> Result<HttpResponse> {
        let page = page(&self.db, &self.seal, **self.summaries, viewer, id).await?;
        reply.rejected(&PaymentPage { act: act.word(), form, errors, ..page })
    }
}

/// The amount that was typed, in minor units, and what is wrong.
fn read(act: PaymentAct, form: &PaymentActForm, payment: &Payment) -> (i64, FieldErrors) {
    let mut errors = FieldErrors::of(form);
    let mut amount = 0;
    if matches!(act, PaymentAct::Refund | PaymentAct::WriteOff) {
        match Money::parse(&form.amount, &payment.currency) {
            Ok(money) if money.minor > 0 => amount = money.minor,
            Ok(_) => errors.add("amount", "Write an amount above zero."),
            Err(words) => errors.add("amount", words),
        }
    }
    (amount, errors)
}

/// Does it. False if there was nothing of the kind to do.
fn perform(
    conn: &mut Conn,
    act: PaymentAct,
    id: PaymentId,
    (amount_minor, reason): (i64, Option<Vec<u8>>),
    actor: &Actor,
) -> Result<bool> {
    let (by, now) = (Some(actor.id), actor.now);
    match act {
        PaymentAct::Look => {
            Payment::mark(conn, id, now)?;
            wake(conn, now, now)?;
            Ok(true)
        }
        PaymentAct::Retry => decisions::retry(conn, id, by, reason, now),
        PaymentAct::Refund => {
            let new = NewRefund { cause: RefundCause::Admin, amount_minor, by, reason };
            decisions::refund(conn, id, &new, now)
        }
        PaymentAct::Release => decisions::release(conn, id, now),
        PaymentAct::WriteOff => decisions::write_off(conn, id, amount_minor, now),
        PaymentAct::Settle => decisions::settle(conn, id, actor.id, reason, now),
    }
    .and_then(|done| follow(conn, id, now).map(|()| done))
}

fn follow(conn: &mut Conn, id: PaymentId, now: Instant) -> Result<()> {
    let booking = Payment::by_id(conn, id)?.booking_id;
    SETTLE.enqueue_once(conn, booking, now)
}
