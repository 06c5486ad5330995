//! What scripts send and get: JSON in, JSON out, with the form token in a header.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::LayoutContext;
use super::form::{FORGED, Form};
use super::pace::{TOO_SLOW, is_too_slow, timely};

/// A JSON body of at most `MOST` bytes, from one of our own pages.
pub struct Json<T, const MOST: usize>(pub T);

/// A refusal as scripts read it: a word that never changes, and words for people.
#[derive(Debug, Serialize)]
pub struct RefusalJson<'a> {
    pub error: &'a str,
    pub words: String,
}

/// An answer in JSON.
pub fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).json(body)
}

pub fn refused(status: StatusCode, error: &str, words: impl Into<String>) -> HttpResponse {
    json(status, &RefusalJson { error, words: words.into() })
}

/// The same as an error, for extractors.
pub(super) fn refusal(
    status: StatusCode,
    error: &'static str,
    words: &'static str,
) -> actix_web::Error {
    let answer = refused(status, error, words);
    actix_web::error::InternalError::from_response(words, answer).into()
}

impl<T: DeserializeOwned + 'static, const MOST: usize> FromRequest for Json<T, MOST> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = timely(payload);
        Box::pin(async move {
            let token = request.headers().get("x-csrf-token").and_then(|token| token.to_str().ok());
            if !LayoutContext::of(&request).csrf_allows(&request, token.unwrap_or("")) {
                return Err(refusal(StatusCode::FORBIDDEN, "forged", FORGED));
            }
            if request.content_type() != "application/json" {
                let words = "Send this as application/json.";
                return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "type", words));
            }
            let body = read(payload, MOST).await?;
            serde_json::from_slice(&body).map(Self).map_err(|_| {
                let words = "This JSON has another shape than it should.";
                refusal(StatusCode::UNPROCESSABLE_ENTITY, "shape", words)
            })
        })
    }
}

/// A form, or JSON with more in it: one address for pages with and without script.
pub enum FormOrJson<F, J, const MOST: usize> {
    Form(F),
    Json(J),
}

impl<F, J, const MOST: usize> FromRequest for FormOrJson<F, J, MOST>
where
    F: DeserializeOwned + 'static,
    J: DeserializeOwned + 'static,
{
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.content_type() == "application/json" {
            let json = Json::<J, MOST>::from_request(request, payload);
            return Box::pin(async move { json.await.map(|Json(body)| Self::Json(body)) });
        }
        let form = Form::<F>::from_request(request, payload);
        Box::pin(async move { form.await.map(|Form(body)| Self::Form(body)) })
    }
}

async fn read(mut payload: Payload, most: usize) -> Result<Vec<u8>, actix_web::Error> {
    let mut body = vec![];
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match is_too_slow(&error) {
            true => refusal(StatusCode::REQUEST_TIMEOUT, "slow", TOO_SLOW),
            false => error.into(),
        })?;
        body.extend_from_slice(&chunk);
        if body.len() > most {
            let words = "That is too much.";
            return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, "size", words));
        }
    }
    Ok(body)
}
