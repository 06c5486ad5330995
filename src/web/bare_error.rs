//! An error from before anybody was let in: a whole page that needs to know nothing.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};

use super::error_words::{fallback, words_of};
use crate::error::Error;

/// `Debug` is for the log and tells the cause.
pub(super) struct BareError {
    status: StatusCode,
    words: String,
    cause: String,
}

impl std::fmt::Debug for BareError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.cause)
    }
}

impl From<actix_web::Error> for BareError {
    fn from(error: actix_web::Error) -> Self {
        let status = error.as_response_error().status_code();
        // the session store fails only when the database is away
        let status = match error.as_error::<Error>() {
            None if status.is_server_error() => StatusCode::SERVICE_UNAVAILABLE,
            _ => status,
        };
        Self { status, words: words_of(status, &error), cause: format!("{error:?}") }
    }
}

impl std::fmt::Display for BareError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl ResponseError for BareError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let (title, _) = fallback(self.status);
        let mut response = HttpResponse::build(self.status);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, "5"));
        }
        response.insert_header(("content-security-policy", "default-src 'none'"));
        response.insert_header(("x-content-type-options", "nosniff"));
        response.content_type("text/html; charset=utf-8").body(format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} – Footing</title>\
             </head><body data-page=\"error\"><main><h1>{title}</h1><p>{}</p></main></body></html>",
            askama::filters::escape(&self.words, askama::filters::Html)
                .map(|safe| safe.to_string())
                .unwrap_or_default()
        ))
    }
}
