//! `/bookings/{id}/pay` and `/bookings/{id}/paid`: on the way to Stripe's page, and back from it.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::web::Data;

use crate::bookings::{Booking, BookingId, BookingRow, PayMode, Side, State};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::locale::LocalZone;
use crate::mail::Mail;
use crate::money::Money;
use crate::payments::billing::Party;
use crate::payments::forms::BillToForm;
use crate::payments::pages::{PaidPage, PayPage};
use crate::payments::{Gateway, Payment, StripeGateway, Worker};
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{FieldErrors, Flash, Form, Path, Public, Reply, paths};

/// How long a page waits for Stripe before it says that it goes on by itself.
const WAITS: Duration = Duration::from_millis(1_500);
const LOOKS_EVERY: Duration = Duration::from_millis(150);

/// A booking of the viewer's own as its client, with its payment.
fn owned(conn: &mut Conn, id: BookingId, viewer: &Viewer) -> Result<(BookingRow, Option<Payment>)> {
    let booking = Booking::for_party(conn, id, viewer)?;
    if booking.side(viewer.id) != Side::Client {
        return Err(Error::forbidden("Only the client pays."));
    }
    let payment = Payment::last_of(conn, id)?;
    Ok((booking.line(conn)?, payment))
}

/// Whether it waits to be paid now.
fn is_payable(line: &BookingRow, now: Instant) -> bool {
    line.booking.state_at(now) == State::Held && line.booking.accepted_at.is_none()
}

pub async fn show(
    db: Data<Db>,
    gateway: Data<Gateway>,
    public: Data<Public>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    let id = *id;
    let zone = viewer.zone.clone();
    let found = db.read(move |conn, now| {
        let (line, payment) = owned(conn, id, &viewer)?;
        let kept = Party::find_recipient(conn, id)?.unwrap_or_default();
        Ok::<_, Error>((line, payment, kept, now))
    });
    let (line, payment, kept, now) = found.await?;
    let Some(gateway) = gateway.stripe().filter(|_| is_payable(&line, now)) else {
        return reply.see_other(paths::booking(id));
    };
    let (form, errors) = (BillToForm::of(kept), FieldErrors::default());
    let page = page(gateway, line, payment.as_ref(), zone, (form, errors));
    Ok(leading_to_stripe(reply.page(&page)?, &public, gateway))
}

fn page(
    gateway: &StripeGateway,
    line: BookingRow,
    payment: Option<&Payment>,
    zone: LocalZone,
    (form, errors): (BillToForm, FieldErrors),
) -> PayPage {
    let until = line.booking.deadline.unwrap_or(line.booking.starts_at);
    PayPage {
        until: payment.map_or(until, |payment| payment.expires_at),
        commission: commission(gateway, &line, payment)
            .map_or(String::new(), |fee| fee.words(&zone)),
        zone,
        is_accepted: line.booking.pay_mode == PayMode::AfterAccept,
        is_test: !gateway.livemode,
        line,
        form,
        errors,
    }
}

/// Browsers judge where a form's answer leads as well.
fn leading_to_stripe(
    mut response: HttpResponse,
    public: &Public,
    gateway: &StripeGateway,
) -> HttpResponse {
    let policy = public.policy_with_form_action(&gateway.checkout_origin);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

fn commission(
    gateway: &StripeGateway,
    line: &BookingRow,
    payment: Option<&Payment>,
) -> Option<Money> {
    let fee = match payment {
        Some(payment) => payment.split().fee(),
        None => crate::payments::Split::new(line.terms.price_minor, gateway.rates).fee(),
    };
    Money::new(fee, &line.terms.currency)
}

/// Keeps whom the invoice is made out to, and leads to Stripe's page.
pub async fn create(
    db: Data<Db>,
    gateway: Data<Gateway>,
    (seal, public): (Data<Seal>, Data<Public>),
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
    Form(form): Form<BillToForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let (parsed, takes_cards) = (form.parse(), gateway.stripe().is_some());
    // who may not act is told so before anything is looked for
    let (who, asked) = (viewer.clone(), parsed.clone().ok());
    let acted = viewer.act(&db, move |conn, actor| {
        let (line, payment) = owned(conn, id, &who)?;
        let is_payable = takes_cards && is_payable(&line, actor.now);
        if let Some(asked) = asked.filter(|_| is_payable) {
            asked.keep_recipient(conn, id, actor.now)?;
        }
        Ok::<_, Error>((line, payment, is_payable))
    });
    let (line, payment, is_payable) = acted.await?;
    let Some(gateway) = gateway.stripe().filter(|_| is_payable) else {
        return reply.see_other(paths::booking(id));
    };
    if let Err(errors) = parsed {
        let zone = viewer.zone.clone();
        let page = page(gateway, line, payment.as_ref(), zone, (form, errors));
        return Ok(leading_to_stripe(reply.rejected(&page)?, &public, gateway));
    }
    go_to_stripe(&db, &seal, &viewer, &reply, id).await
}

/// The page of Stripe's, if it is there or comes within a moment.
async fn go_to_stripe(
    db: &Db,
    seal: &Seal,
    viewer: &Viewer,
    reply: &Reply,
    id: BookingId,
) -> Result<HttpResponse> {
    let mut waited = Duration::ZERO;
    loop {
        let viewer = viewer.clone();
        let found = db.read(move |conn, now| Ok::<_, Error>((owned(conn, id, &viewer)?, now)));
        let ((line, payment), now) = found.await?;
        if !is_payable(&line, now) {
            return reply.see_other(paths::booking(id));
        }
        if let Some(url) = payment.and_then(|payment| payment.page(seal).transpose()).transpose()? {
            return reply.see_other(url);
        }
        if waited >= WAITS {
            return reply.done(paths::booking(id), Flash::PageOpening);
        }
        tokio::time::sleep(LOOKS_EVERY).await;
        waited += LOOKS_EVERY;
    }
}

/// Back from Stripe's page. That somebody came back proves nothing: Stripe is asked.
pub async fn paid(
    db: Data<Db>,
    gateway: Data<Gateway>,
    mail: Data<Mail>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    let id = *id;
    let who = viewer.clone();
    let (_, payment) = db.read(move |conn, _| owned(conn, id, &who)).await?;
    let (Some(gateway), Some(payment)) = (gateway.stripe(), payment) else {
        return reply.see_other(paths::booking(id));
    };
    let worker = Worker::new(db.as_ref().clone(), mail.as_ref().clone(), gateway.clone());
    // what does not come in time comes by the notice, or by the next look
    let _ = tokio::time::timeout(WAITS, worker.look_now(payment.id)).await;
    let found = db.read(move |conn, now| Ok::<_, Error>((owned(conn, id, &viewer)?, now)));
    let ((line, _), now) = found.await?;
    match is_payable(&line, now) {
        true => reply.page(&PaidPage { line }),
        false => reply.see_other(paths::booking(id)),
    }
}
