//! Every error becomes a page in the site's look, or a part of one: what happened, and one way on.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;

use super::bare_error::BareError;
use super::error_words::{code_of, fallback, words_of};
use super::log::Cause;
use super::{LayoutContext, Reply, paths};
use crate::error::Error;

#[derive(Template)]
#[template(path = "error.html", blocks = ["problem"])]
struct ErrorPage {
    status: u16,
    title: &'static str,
    words: String,
    request_id: String,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut => StatusCode::SEE_OTHER,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Bare: [`error_pages`] knows the visitor and writes the page.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::TooMany(seconds) => response.insert_header((RETRY_AFTER, seconds.to_string())),
            Self::Busy => response.insert_header((RETRY_AFTER, "5")),
            _ => &mut response,
        };
        response.finish()
    }
}

/// Middleware: gives bare errors a page. Answers that are pages already stay as they are.
pub async fn error_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    let response = match next.call(request).await {
        Ok(response) => response,
        Err(error) => return Err(BareError::from(error).into()),
    };
    if is_signed_out(&response) {
        return Ok(to_sign_in(response).map_into_right_body());
    }
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(is_html);
    if !is_error || is_page {
        return Ok(response.map_into_left_body());
    }
    let status = response.status();
    if let (true, Some(error)) = (status.is_server_error(), response.response().error()) {
        Cause::keep(response.request(), error);
    }
    if expects_json(response.request().headers()) {
        return Ok(in_json(response).map_into_right_body());
    }
    let words = response.response().error().map(|error| words_of(status, error));
    let page = page(response.request(), status, words);
    let retry = response.headers().get(RETRY_AFTER).cloned();
    let allow = response.headers().get("allow").cloned();
    let (request, bare) = response.into_parts();
    let mut dressed = page.unwrap_or_else(|_| bare.map_into_boxed_body());
    for (name, value) in [("retry-after", retry), ("allow", allow)] {
        if let (Ok(name), Some(value)) =
            (name.parse::<actix_web::http::header::HeaderName>(), value)
        {
            dressed.headers_mut().insert(name, value);
        }
    }
    Ok(ServiceResponse::new(request, dressed).map_into_right_body())
}

fn is_html(kind: &HeaderValue) -> bool {
    kind.to_str()
        .is_ok_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"))
}

fn is_signed_out<B>(response: &ServiceResponse<B>) -> bool {
    let error = response.response().error();
    error.and_then(|error| error.as_error::<Error>()).is_some_and(|e| matches!(e, Error::SignedOut))
}

/// A page leads to the sign-in and back; a part lets htmx go there; the rest is told 401.
fn to_sign_in<B>(response: ServiceResponse<B>) -> ServiceResponse<BoxBody> {
    let request = response.request();
    let is_get = request.method() == actix_web::http::Method::GET;
    let back = request.uri().path_and_query().map_or("/", |address| address.as_str());
    let address = if is_get { paths::login_and_back(back) } else { paths::LOGIN.to_owned() };
    let is_part = request.headers().contains_key("hx-request");
    let answer = if expects_json(request.headers()) {
        HttpResponse::Unauthorized().finish()
    } else if is_part {
        HttpResponse::Ok().insert_header(("hx-redirect", address)).finish()
    } else {
        HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
    };
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, answer)
}

/// Scripts say what they send or want, and get their answer in the same.
fn expects_json(headers: &HeaderMap) -> bool {
    let says = |name| headers.get(name).and_then(|kind: &HeaderValue| kind.to_str().ok());
    ["accept", "content-type"]
        .into_iter()
        .filter_map(says)
        .any(|kind| kind.starts_with("application/json"))
}

/// The same status and headers, the words as JSON.
fn in_json<B>(response: ServiceResponse<B>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let words = response.response().error().map(|error| words_of(status, error));
    let words = words.unwrap_or_else(|| fallback(status).1.to_owned());
    let mut answer = super::refused(status, code_of(status), words);
    for name in ["retry-after", "allow"] {
        if let Some(value) = response.headers().get(name) {
            let name = actix_web::http::header::HeaderName::from_static(name);
            answer.headers_mut().insert(name, value.clone());
        }
    }
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, answer)
}

fn page(
    request: &HttpRequest,
    status: StatusCode,
    words: Option<String>,
) -> Result<HttpResponse, Error> {
    let (title, general) = fallback(status);
    let page = ErrorPage {
        status: status.as_u16(),
        title,
        words: words.unwrap_or_else(|| general.to_owned()),
        request_id: super::request_id(request),
    };
    let mut answer = Reply::of(request).page_or_part(&page, page.as_problem())?;
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(actix_web::http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

impl LayoutContext {
    /// Whether the page says that something failed, for the title.
    pub fn is_error(status: u16) -> bool {
        status >= 400
    }
}
