//! What a visitor, or a script, is told of an error.

use actix_web::http::StatusCode;

use crate::error::Error;

/// The word by which a script knows it.
pub(super) fn code_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        403 => "forbidden",
        404 => "not_found",
        409 => "conflict",
        413 => "size",
        422 => "shape",
        429 => "too_many",
        503 => "busy",
        _ => "failed",
    }
}

/// What the visitor reads. Words of ours pass; those of a library do not.
pub(super) fn words_of(status: StatusCode, error: &actix_web::Error) -> String {
    match error.as_error::<Error>() {
        Some(ours) => ours.to_string(),
        None if error.as_error::<actix_web::error::InternalError<&'static str>>().is_some() => {
            error.to_string()
        }
        None => fallback(status).1.to_owned(),
    }
}

/// A title and a sentence for what says nothing of its own.
pub(super) fn fallback(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("We could not read that", "The request was not complete."),
        403 => ("You may not do that", "Somebody else may; you may not."),
        404 => ("Page not found", "There is nothing at this address, or it is not yours to see."),
        405 => ("That is not possible here", "This address does not take that kind of request."),
        409 => ("That has changed", "Reload the page to see how things stand."),
        410 => ("No longer here", "This page was taken down for good."),
        413 => ("That is too much", "Send less text or a smaller file."),
        415 => ("We could not read that", "Send this as a form."),
        421 => ("Wrong address", "This address is not one of this site."),
        422 => ("There is a problem", "Check what was sent."),
        429 => ("Too many tries", "Wait a little, then try again."),
        503 => ("The site is busy", "Nothing was changed. Try again in a few seconds."),
        500..=599 => {
            ("Something went wrong", "Nothing was changed. Try again, or tell us the number below.")
        }
        _ => ("That did not work", "Go back and try again."),
    }
}
