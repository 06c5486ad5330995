//! One line for each request: its id, the pattern of its route, the status and the time. Never
//! the address asked for, a query, a body or a name.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

use super::LayoutContext;
use crate::seal;

struct RequestId(String);

/// Why a request failed on our side: kept aside while the page for it is written, which must not tell.
#[derive(Clone)]
pub(super) struct Cause(String);

impl Cause {
    /// Lays the cause of an error beside its request.
    pub(super) fn keep(request: &HttpRequest, error: &Error) {
        let cause = Self(format!("{error:?}"));
        request.extensions_mut().insert(cause);
    }

    fn of(request: &HttpRequest) -> String {
        let kept = request.extensions().get::<Self>().cloned();
        kept.map_or_else(|| "not known".to_owned(), |cause| cause.0)
    }
}

/// The id that the log and an error page share.
pub fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map_or(String::new(), |id| id.0.clone())
}

/// Middleware.
pub async fn log_requests(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = seal::base64url(&seal::random::<9>());
    let begun = Instant::now();
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(id.clone()));
    let outcome = next.call(request).await;
    let micros = begun.elapsed().as_micros();
    match &outcome {
        Ok(response) => {
            let route = response.request().match_pattern().unwrap_or_default();
            let status = response.status().as_u16();
            let user = LayoutContext::of(response.request()).user_hash.clone();
            if response.status().is_server_error() {
                let cause = Cause::of(response.request());
                tracing::error!(id, %method, route, status, micros, user, cause, "request");
            } else {
                tracing::info!(id, %method, route, status, micros, user, "request");
            }
        }
        Err(error) => {
            let status = error.as_response_error().status_code();
            if status.is_server_error() {
                let (status, cause) = (status.as_u16(), format!("{error:?}"));
                tracing::error!(id, %method, status, micros, cause, "request");
            } else {
                tracing::info!(id, %method, status = status.as_u16(), micros, "request");
            }
        }
    }
    outcome
}
