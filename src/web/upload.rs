//! Extractor: one file out of a multipart form, after its origin was checked.

use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::error::{ErrorPayloadTooLarge, ErrorUnsupportedMediaType, InternalError};
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;

use super::Shell;
use super::form::{FORGED, timely};
use crate::error::Error;

/// The content of the field that holds a file; `None` when no file was chosen. At most `MOST` bytes.
pub struct Upload<const MOST: usize>(pub Option<Vec<u8>>);

/// Text fields beside the file are short.
const MOST_TEXT: usize = 16 * 1024;

impl<const MOST: usize> FromRequest for Upload<MOST> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let is_multipart = request.content_type().starts_with("multipart/form-data");
        let parts = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            if !is_multipart {
                return Err(ErrorUnsupportedMediaType("Send this as an upload."));
            }
            timely(read(&request, parts, MOST)).await?.map(Self)
        })
    }
}

/// The token stands in a header or in a field before the file, so nothing of a forged upload is kept.
async fn read(
    request: &HttpRequest,
    mut parts: Multipart,
    most: usize,
) -> Result<Option<Vec<u8>>, actix_web::Error> {
    let header = request.headers().get("x-csrf-token").and_then(|v| v.to_str().ok());
    let mut token = header.unwrap_or("").to_owned();
    let mut file = None;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| cut_off())?;
        let is_file = part.content_disposition().is_some_and(|d| d.get_filename().is_some());
        let is_token = part.name() == Some("csrf");
        if is_file && !Shell::of(request).csrf_allows(request, &token) {
            return Err(Error::forbidden(FORGED).into());
        }
        let limit = if is_file { most } else { MOST_TEXT };
        let mut content = vec![];
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| cut_off())?;
            if content.len() + chunk.len() > limit {
                return Err(ErrorPayloadTooLarge("That file is too large."));
            }
            content.extend_from_slice(&chunk);
        }
        if is_file && file.is_none() {
            file = Some(content).filter(|content| !content.is_empty());
        } else if is_token {
            token = String::from_utf8_lossy(&content).into_owned();
        }
    }
    match Shell::of(request).csrf_allows(request, &token) {
        true => Ok(file),
        false => Err(Error::forbidden(FORGED).into()),
    }
}

fn cut_off() -> actix_web::Error {
    InternalError::new("The upload was cut off. Send it again.", StatusCode::UNPROCESSABLE_ENTITY)
        .into()
}
