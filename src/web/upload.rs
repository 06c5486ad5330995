//! Extractors: a file out of a multipart form, after its origin was checked.

use std::future::{Ready, ready};
use std::pin::Pin;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::error::{
    ErrorPayloadTooLarge, ErrorRequestTimeout, ErrorUnprocessableEntity, ErrorUnsupportedMediaType,
    InternalError,
};
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::LayoutContext;
use super::form::{FORGED, Form, UNKNOWN_SHAPE};
use super::pace::{TOO_SLOW, is_too_slow, timely};
use crate::error::Error;

/// A file of at most `MOST` bytes that is not read yet: whoever takes it first looks whether there
/// is room for it.
pub struct Upload<const MOST: usize> {
    request: HttpRequest,
    parts: Multipart,
}

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
const LONGER: usize = 4;

type UploadFuture<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl<const MOST: usize> FromRequest for Upload<MOST> {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_multipart(request) {
            return ready(Err(ErrorUnsupportedMediaType("Send this as an upload.")));
        }
        let parts = Multipart::new(request.headers(), timely(payload));
        ready(Ok(Self { request: request.clone(), parts }))
    }
}

impl<const MOST: usize> Upload<MOST> {
    /// The content of the field that holds a file; `None` when no file was chosen.
    pub async fn read(self) -> Result<Option<Vec<u8>>, actix_web::Error> {
        let sent = read(&self.request, self.parts, MOST, MOST).await?;
        Ok(sent.file.map(|file| file.content))
    }
}

impl<T: DeserializeOwned + 'static, const MOST: usize> FromRequest for FormWithFile<T, MOST> {
    type Error = actix_web::Error;
    type Future = UploadFuture<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_multipart(request) {
            let form = Form::<T>::from_request(request, payload);
            return Box::pin(async move { Ok(Self { form: form.await?.0, file: None }) });
        }
        let request = request.clone();
        let parts = Multipart::new(request.headers(), timely(payload));
        Box::pin(async move {
            let sent = read(&request, parts, MOST + 1, LONGER * MOST).await?;
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
struct MultipartForm {
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
) -> Result<MultipartForm, actix_web::Error> {
    let header = request.headers().get("x-csrf-token").and_then(|v| v.to_str().ok());
    let mut token = header.unwrap_or("").to_owned();
    let (mut sent, mut text) = (MultipartForm::default(), 0);
    while let Some(part) = parts.next().await {
        let part = part.map_err(cut_off)?;
        let name = part.name().unwrap_or("").to_owned();
        let disposition = part.content_disposition();
        let file_name = disposition.and_then(|d| d.get_filename()).map(str::to_owned);
        if file_name.is_some() && !LayoutContext::of(request).csrf_allows(request, &token) {
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
    match LayoutContext::of(request).csrf_allows(request, &token) {
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
        let chunk = chunk.map_err(cut_off)?;
        length += chunk.len();
        if length > most {
            return Err(ErrorPayloadTooLarge("That file is too large."));
        }
        let room = kept.saturating_sub(content.len()).min(chunk.len());
        content.extend_from_slice(&chunk.slice(..room));
    }
    Ok(content)
}

fn cut_off(error: MultipartError) -> actix_web::Error {
    if let MultipartError::Payload(cause) = &error
        && is_too_slow(cause)
    {
        return ErrorRequestTimeout(TOO_SLOW);
    }
    InternalError::new("The upload was cut off. Send it again.", StatusCode::UNPROCESSABLE_ENTITY)
        .into()
}
