//! Extractors: a posted form after its origin was checked, and a typed piece of the address.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::error::{
    ErrorBadRequest, ErrorPayloadTooLarge, ErrorRequestTimeout, ErrorUnprocessableEntity,
    ErrorUnsupportedMediaType, PayloadError,
};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::layout_context::LayoutContext;
use super::pace::{TOO_SLOW, is_too_slow, timely};
use crate::error::Error;

/// The fields of a form. Nothing reaches a handler without a token, so no route can forget it.
pub struct Form<T>(pub T);

/// A form of nothing but its button.
#[derive(Debug, Deserialize)]
pub struct EmptyForm {}

#[derive(Deserialize)]
struct CsrfField {
    #[serde(default)]
    csrf: String,
}

pub(super) const FORGED: &str = "This form was open too long or did not come from this site. Go back, reload the page and send it again.";

pub(super) const UNKNOWN_SHAPE: &str = "The form came in a shape this page does not know.";

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = Bytes::from_request(&request, &mut timely(payload));
        Box::pin(async move {
            if request.content_type() != "application/x-www-form-urlencoded" {
                return Err(ErrorUnsupportedMediaType("Send this as a form."));
            }
            let body = body.await.map_err(|error| match error.as_error() {
                Some(PayloadError::Overflow) => ErrorPayloadTooLarge("That is too much text."),
                Some(error) if is_too_slow(error) => ErrorRequestTimeout(TOO_SLOW),
                _ => ErrorBadRequest("The form was cut off. Send it again."),
            })?;
            let token = posted_token(&request, &body);
            if !LayoutContext::of(&request).csrf_allows(&request, &token) {
                return Err(Error::forbidden(FORGED).into());
            }
            let form = serde_html_form::from_bytes(&body).map(Self);
            form.map_err(|_| ErrorUnprocessableEntity(UNKNOWN_SHAPE))
        })
    }
}

/// The fields of a posted form as they came, or none where it is no form, too long or broken off.
pub async fn typed_fields(
    request: &HttpRequest,
    payload: &mut Payload,
    most: usize,
) -> Vec<(String, String)> {
    if request.content_type() != "application/x-www-form-urlencoded" {
        return vec![];
    }
    match Bytes::from_request(request, &mut timely(payload)).await {
        Ok(body) if body.len() <= most => serde_html_form::from_bytes(&body).unwrap_or_default(),
        _ => vec![],
    }
}

/// JSON and uploads send the token as a header.
fn posted_token(request: &HttpRequest, body: &[u8]) -> String {
    if let Some(header) = request.headers().get("x-csrf-token") {
        return header.to_str().unwrap_or("").to_owned();
    }
    serde_html_form::from_bytes::<CsrfField>(body).map_or(String::new(), |token| token.csrf)
}

/// The one variable piece of an address. A piece of another shape is a 404.
#[derive(Debug)]
pub struct Path<T>(T);

impl<T> std::ops::Deref for Path<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A control character is in no address of ours, and PostgreSQL takes no NUL.
fn parse<T: FromStr>(piece: &str) -> Result<T, Error> {
    match piece.contains(char::is_control) {
        true => Err(Error::NotFound),
        false => piece.parse().map_err(|_| Error::NotFound),
    }
}

impl<T: FromStr> FromRequest for Path<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let piece = request.match_info().iter().next().map(|(_, piece)| parse(piece));
        ready(match piece {
            Some(Ok(value)) => Ok(Self(value)),
            _ => Err(Error::NotFound),
        })
    }
}

/// Two variable pieces, as `/accountants/{slug}/services/{id}` has.
impl<A: FromStr, B: FromStr> FromRequest for Path2<A, B> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut pieces = request.match_info().iter().map(|(_, piece)| piece);
        let first = pieces.next().and_then(|piece| parse(piece).ok());
        let second = pieces.next().and_then(|piece| parse(piece).ok());
        ready(first.zip(second).map(|(a, b)| Self(a, b)).ok_or(Error::NotFound))
    }
}

pub struct Path2<A, B>(pub A, pub B);

impl LayoutContext {
    /// The shell that the middleware laid beside this request.
    pub fn of(request: &HttpRequest) -> Rc<Self> {
        let laid = request.extensions().get::<Rc<Self>>().cloned();
        laid.unwrap_or_else(|| Rc::new(Self::bare(request)))
    }
}
