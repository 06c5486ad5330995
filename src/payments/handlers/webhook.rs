//! `POST /webhooks/stripe`: notices from Stripe.
//!
//! Stripe sends a notice again until it is answered with a 200, for three days; so what was not kept
//! is never answered with one. Nothing of the answer tells a forger how far they came.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::clock::Instant;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::payments::{Gateway, MOST_BYTES, Rejection, StripeEvent, StripeGateway};
use crate::web::{RequestTime, SignedBody, UnreadBody};

pub async fn create(
    db: Data<Db>,
    gateway: Data<Gateway>,
    RequestTime(now): RequestTime,
    request: HttpRequest,
    body: SignedBody,
) -> Result<HttpResponse> {
    let Some(gateway) = gateway.stripe() else { return Err(Error::NotFound) };
    if body.is_encoded {
        return Ok(said(StatusCode::BAD_REQUEST));
    }
    let bytes = match body.read(MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(UnreadBody::TooLong) => return Ok(said(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(UnreadBody::CutOff) => return Ok(said(StatusCode::BAD_REQUEST)),
    };
    let Some(event) = event(gateway, &request, &bytes, now) else {
        return Ok(said(StatusCode::BAD_REQUEST));
    };
    if event.livemode != gateway.livemode {
        tracing::info!("a notice of Stripe's other mode is not kept");
        return Ok(said(StatusCode::OK));
    }
    match db.write(move |conn, _| event.keep(conn)).await {
        Ok(_) => Ok(said(StatusCode::OK)),
        Err(error) => {
            tracing::warn!(cause = ?error, "a notice of Stripe's could not be kept");
            Err(Error::Busy)
        }
    }
}

/// What was signed, if it was signed by Stripe and can be read.
fn event(
    gateway: &StripeGateway,
    request: &HttpRequest,
    bytes: &[u8],
    now: Instant,
) -> Option<StripeEvent> {
    let signature = request.headers().get("stripe-signature");
    let signature = signature.and_then(|value| value.to_str().ok()).unwrap_or("");
    let read = StripeEvent::read(gateway, signature, bytes, now);
    if let Err(Rejection::Shape) = read {
        tracing::warn!("a notice signed by Stripe could not be read");
    }
    read.ok()
}

fn said(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status).finish()
}
