//! The answers. One handler serves a browser that wants the page and htmx that wants a part.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION, UPGRADE, VARY,
};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use askama::Template;

use super::{Flash, LayoutContext};
use crate::error::{Error, Result};

/// Whether the answer may be a page with the layout around it: not for a part of one, nor for what a
/// script or a socket asks.
pub fn wants_layout(request: &HttpRequest) -> bool {
    let says = |name: HeaderName, word: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.starts_with(word))
    };
    let is_part = says(HeaderName::from_static("hx-request-type"), "partial");
    !is_part
        && !says(UPGRADE, "websocket")
        && !says(ACCEPT, "application/json")
        && !says(CONTENT_TYPE, "application/json")
}

/// Knows what was asked for and carries what the layout shows.
pub struct Reply {
    shell: Rc<LayoutContext>,
    wants_part: bool,
}

impl Reply {
    pub fn of(request: &HttpRequest) -> Self {
        let kind = request.headers().get("hx-request-type").and_then(|v| v.to_str().ok());
        Self { shell: LayoutContext::of(request), wants_part: kind == Some("partial") }
    }

    pub fn shell(&self) -> &LayoutContext {
        &self.shell
    }

    /// 200 with the page.
    pub fn page(&self, page: &impl Template) -> Result<HttpResponse> {
        self.render(StatusCode::OK, page)
    }

    /// 200 with the page, or with the part if htmx asked for it.
    pub fn page_or_part(&self, page: &impl Template, part: impl Template) -> Result<HttpResponse> {
        self.either(StatusCode::OK, page, &part)
    }

    /// 422: the form again, with what is wrong and what was typed.
    pub fn rejected(&self, page: &impl Template) -> Result<HttpResponse> {
        self.render(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// 409: how things stand now, and a sentence.
    pub fn conflict(&self, page: &impl Template) -> Result<HttpResponse> {
        self.render(StatusCode::CONFLICT, page)
    }

    /// Any status with a page, for what is neither success nor error: 404 with a reduced page, 410.
    pub fn page_with(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse> {
        self.render(status, page)
    }

    /// 303 to where the result is to be seen.
    pub fn see_other(&self, path: impl AsRef<str>) -> Result<HttpResponse> {
        let path = in_header(path.as_ref());
        let mut response = HttpResponse::SeeOther();
        Ok(if self.wants_part {
            HttpResponse::Ok().insert_header(("hx-location", path)).finish()
        } else {
            response.insert_header((LOCATION, path)).finish()
        })
    }

    /// 301: the address has changed for good.
    pub fn moved(&self, path: impl AsRef<str>) -> Result<HttpResponse> {
        Ok(HttpResponse::MovedPermanently()
            .insert_header((LOCATION, in_header(path.as_ref())))
            .finish())
    }

    /// 303, and a sentence on the page that follows.
    pub fn done(&self, path: impl AsRef<str>, said: Flash) -> Result<HttpResponse> {
        let mut response = self.see_other(path)?;
        said.put(&mut response);
        Ok(response)
    }

    fn either(
        &self,
        status: StatusCode,
        page: &impl Template,
        part: &impl Template,
    ) -> Result<HttpResponse> {
        if self.wants_part { self.render(status, part) } else { self.render(status, page) }
    }

    fn render(&self, status: StatusCode, template: &impl Template) -> Result<HttpResponse> {
        let body = template.render_with_values(&*self.shell).map_err(Error::internal)?;
        let mut response = HttpResponse::build(status)
            .insert_header((VARY, "HX-Request, HX-Request-Type, Cookie"))
            .content_type("text/html; charset=utf-8")
            .body(body);
        let cookie = self.shell.csrf_cookie();
        if self.shell.visitor.is_none() && cookie.is_none() && status == StatusCode::OK {
            let public = actix_web::http::header::HeaderValue::from_static("no-cache");
            response.headers_mut().insert(CACHE_CONTROL, public);
        }
        if let Some(cookie) = cookie {
            let _ = response.add_cookie(&cookie);
        }
        if self.shell.flash.is_some() {
            Flash::forget(&mut response);
        }
        Ok(response)
    }
}

/// An address as a header can hold it: what is no visible ASCII is percent-encoded (RFC 3986, 2.1).
fn in_header(path: &str) -> String {
    let escaped = |byte: u8| match byte {
        0x21..=0x7e => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    path.bytes().map(escaped).collect()
}

impl FromRequest for Reply {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
