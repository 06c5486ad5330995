//! `POST /bookings/{id}/refund`: the accountant returns a part of the price.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::bookings::handlers::acts::BookingActContext;
use crate::bookings::{Booking, BookingId, BookingPage, Side};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::money::Money;
use crate::payments::{Gateway, NewRefund, Payment, Refund, RefundCause, decisions};
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

const MOST_WORDS: usize = 1_000;

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct RefundForm {
    amount: String,
    reason: String,
}

/// The charge of a booking of the viewer's own as its accountant.
fn owned(conn: &mut Conn, id: BookingId, viewer: &Viewer) -> Result<Payment> {
    let booking = Booking::for_party(conn, id, viewer)?;
    if booking.side(viewer.id) != Side::Accountant {
        return Err(Error::forbidden("Only the accountant returns money. You can complain."));
    }
    viewer.only_active()?;
    let payment = Payment::live_of(conn, id)?.filter(|payment| payment.captured_at.is_some());
    payment.ok_or_else(|| Error::conflict("Nothing was charged for this booking."))
}

pub async fn create(
    parts: BookingActContext,
    gateway: Data<Gateway>,
    reply: Reply,
    id: Path<BookingId>,
    Form(form): Form<RefundForm>,
) -> Result<HttpResponse> {
    let (id, viewer) = (*id, parts.viewer.clone());
    let payment = parts.db.read(move |conn, _| owned(conn, id, &viewer)).await?;
    if !payment.is_recorded() && gateway.mode() != Some(payment.livemode) {
        return Err(Error::conflict("Payments are off at present: nothing can be returned."));
    }
    let parsed = parse(&form, &payment);
    let (amount_minor, words) = match parsed {
        Ok(parsed) => parsed,
        Err(errors) => return again(&parts, &reply, id, form, errors).await,
    };
    let new = NewRefund {
        cause: RefundCause::Accountant,
        amount_minor,
        by: Some(parts.viewer.id),
        reason: Refund::seal_reason(&parts.seal, &words)?,
    };
    let payment = payment.id;
    let act = move |conn: &mut Conn, actor: &Actor| {
        decisions::return_part(conn, payment, &new, actor.now)
    };
    if parts.viewer.act(&parts.db, act).await? {
        parts.push(id).await?;
        return reply.done(paths::booking(id), Flash::RefundBegun);
    }
    let errors = FieldErrors::one("amount", "So much is not left to return.");
    again(&parts, &reply, id, form, errors).await
}

fn parse(form: &RefundForm, payment: &Payment) -> Result<(i64, String), FieldErrors> {
    let mut errors = FieldErrors::default();
    let amount = match Money::parse(&form.amount, &payment.currency) {
        Ok(money) if money.minor <= 0 => {
            errors.add("amount", "Write how much goes back.");
            0
        }
        Ok(money) => money.minor,
        Err(words) => {
            errors.add("amount", words);
            0
        }
    };
    let words = form.reason.trim().to_owned();
    if words.chars().count() > MOST_WORDS {
        errors.add("refund-reason", "Write at most 1,000 characters.");
    }
    if errors.is_empty() { Ok((amount, words)) } else { Err(errors) }
}

/// The page again with what was typed.
async fn again(
    parts: &BookingActContext,
    reply: &Reply,
    id: BookingId,
    form: RefundForm,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let page = parts.page(id).await?;
    let page = BookingPage { amount_typed: form.amount, reason: form.reason, errors, ..page };
    reply.rejected(&page)
}
