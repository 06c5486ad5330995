//! Extractors: a file out of a multipart form, after its origin was checked.

use std::pin::Pin;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::error::{
    ErrorPayloadTooLarge, ErrorUnprocessableEntity, ErrorUnsupportedMediaType, InternalError,
};
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::Shell;
use super::form::{FORGED, Form, UNKNOWN_SHAPE, timely};
use crate::error::Error;

/// The content of the field that holds a file; `None` when no file was chosen. At most `MOST` bytes.
pub struct Upload<const MOST: usize>(pub Option<Vec<u8>>);

/// A form that may bring a file. Without one it may come as any other form does. Of a file that is
/// longer than `MOST` one byte more is kept, so that whoever reads it can say so beside the field.
pub struct FormWithFile<T, const MOST: usize> {
    pub form: T,
    pub file: Option<Chosen>,
}

/// A file as the browser names it.
pub struct Chosen {
    pub name: String,
    pub content: Vec<u8>,
}

/// Text fields beside the file are short, all together.
const MOST_TEXT: usize = 16 * 1024;
/// A file that is longer than what is kept of it may be so many times as long.
const LONGER: usize = 16;

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl<const MOST: usize> FromRequest for Upload<MOST> {
    type Error = actix_web::Error;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let is_multipart = is_multipart(&request);
        let parts = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            if !is_multipart {
                return Err(ErrorUnsupportedMediaType("Send this as an upload."));
            }
            let sent = timely(read(&request, parts, MOST, MOST)).await??;
            Ok(Self(sent.file.map(|file| file.content)))
        })
    }
}

impl<T: DeserializeOwned + 'static, const MOST: usize> FromRequest for FormWithFile<T, MOST> {
    type Error = actix_web::Error;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_multipart(request) {
            let form = Form::<T>::from_request(request, payload);
            return Box::pin(async move { Ok(Self { form: form.await?.0, file: None }) });
        }
        let request = request.clone();
        let parts = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            let sent = timely(read(&request, parts, MOST + 1, LONGER * MOST)).await??;
            let form = serde_html_form::to_string(&sent.fields)
                .ok()
                .and_then(|text| serde_html_form::from_str(&text).ok())
                .ok_or_else(|| ErrorUnprocessableEntity(UNKNOWN_SHAPE))?;
            Ok(Self { form, file: sent.file })
        })
    }
}

fn is_multipart(request: &HttpRequest) -> bool {
    request.content_type().starts_with("multipart/form-data")
}

/// What stood in a multipart form.
#[derive(Default)]
struct Sent {
    fields: Vec<(String, String)>,
    file: Option<Chosen>,
}

/// The token stands in a header or in a field before the file, so nothing of a forged upload is
/// kept. Keeps the file's first `kept` bytes and refuses one of more than `most`.
async fn read(
    request: &HttpRequest,
    mut parts: Multipart,
    kept: usize,
    most: usize,
) -> Result<Sent, actix_web::Error> {
    let header = request.headers().get("x-csrf-token").and_then(|v| v.to_str().ok());
    let mut token = header.unwrap_or("").to_owned();
    let (mut sent, mut text) = (Sent::default(), 0);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| cut_off())?;
        let name = part.name().unwrap_or("").to_owned();
        let disposition = part.content_disposition();
        let file_name = disposition.and_then(|d| d.get_filename()).map(str::to_owned);
        if file_name.is_some() && !Shell::of(request).csrf_allows(request, &token) {
            return Err(Error::forbidden(FORGED).into());
        }
        let (kept, most) = if file_name.is_some() { (kept, most) } else { (MOST_TEXT, MOST_TEXT) };
        let content = first_bytes(part, kept, most).await?;
        let Some(file_name) = file_name else {
            text += name.len() + content.len();
            if text > MOST_TEXT {
                return Err(ErrorPayloadTooLarge("That is too much text."));
            }
            let value = String::from_utf8_lossy(&content).into_owned();
            match name.as_str() {
                "csrf" => token = value,
                _ => sent.fields.push((name, value)),
            }
            continue;
        };
        if sent.file.is_none() && !content.is_empty() {
            sent.file = Some(Chosen { name: file_name, content });
        }
    }
    match Shell::of(request).csrf_allows(request, &token) {
        true => Ok(sent),
        false => Err(Error::forbidden(FORGED).into()),
    }
}

async fn first_bytes(
    mut part: Field,
    kept: usize,
    most: usize,
) -> Result<Vec<u8>, actix_web::Error> {
    let (mut content, mut length) = (vec![], 0);
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| cut_off())?;
        length += chunk.len();
        if length > most {
            return Err(ErrorPayloadTooLarge("That file is too large."));
        }
        let room = kept.saturating_sub(content.len()).min(chunk.len());
        content.extend_from_slice(&chunk.slice(..room));
    }
    Ok(content)
}

fn cut_off() -> actix_web::Error {
    InternalError::new("The upload was cut off. Send it again.", StatusCode::UNPROCESSABLE_ENTITY)
        .into()
}
