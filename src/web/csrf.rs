//! The token that a form carries, so that no other site can post in a visitor's name.
//!
//! A cookie holds 16 random bytes; the token is their keyed hash together with the user's id, so
//! that nobody sends what another person opened in this browser, and it cannot be made from the
//! cookie. `Sec-Fetch-Site` and `Origin` are
//! checked as well: any of the three that is there and wrong refuses the request.

use std::cell::Cell;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header::ORIGIN;
use actix_web::{HttpRequest, web::Data};

use super::guard::Public;
use crate::seal::{self, Seal};

const COOKIE: &str = "__Host-footing-form";
const PURPOSE: &str = "footing/csrf/v1";

/// The token of one request, made when a template first asks for it.
pub struct Csrf {
    binding: String,
    is_new: bool,
    is_used: Cell<bool>,
    user_id: i64,
    seal: Seal,
}

impl Csrf {
    pub fn of(request: &HttpRequest, user_id: i64, seal: &Seal) -> Self {
        let kept = request.cookie(COOKIE).map(|cookie| cookie.value().to_owned());
        let kept = kept.filter(|value| value.len() == 22);
        let is_new = kept.is_none();
        let binding = kept.unwrap_or_else(|| seal::base64url(&seal::random::<16>()));
        Self { binding, is_new, is_used: Cell::new(false), user_id, seal: seal.clone() }
    }

    /// A fresh form cookie as a browser sends it, and the token that belongs to it.
    pub fn for_browser(seal: &Seal, user_id: i64) -> (String, String) {
        let binding = seal::base64url(&seal::random::<16>());
        let cookie = format!("{COOKIE}={binding}");
        let is_used = Cell::new(true);
        let form = Self { binding, is_new: false, is_used, user_id, seal: seal.clone() };
        (cookie, form.token())
    }

    pub fn token(&self) -> String {
        self.is_used.set(true);
        let message = Self::message(&self.binding, self.user_id);
        seal::base64url(&self.seal.hash(PURPOSE, message.as_bytes()))
    }

    fn message(binding: &str, user_id: i64) -> String {
        format!("{binding}.{user_id}")
    }

    /// A form that this browser opened before it signed in may be sent after it did in another tab;
    /// one that another person opened may not.
    fn accepts(&self, token: &str) -> bool {
        let Some(hash) = seal::from_base64url(token) else { return false };
        let is_of = |user_id| {
            self.seal.matches(PURPOSE, Self::message(&self.binding, user_id).as_bytes(), &hash)
        };
        !self.is_new && (is_of(self.user_id) || is_of(0))
    }

    /// The cookie to set, if a form was shown to a browser that had none.
    pub fn cookie(&self) -> Option<Cookie<'static>> {
        (self.is_new && self.is_used.get()).then(|| host_cookie(COOKIE, self.binding.clone()))
    }

    /// Whether a changing request comes from one of our own pages.
    pub fn allows(&self, request: &HttpRequest, token: &str) -> bool {
        comes_from_us(request) && self.accepts(token)
    }
}

/// A cookie no other host can set and no plain connection carries, for a year.
pub fn host_cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish()
}

/// Whether neither Fetch Metadata nor Origin names another site.
pub fn comes_from_us(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap_or("?"));
    let site_fine =
        header("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    let origin_fine = header(ORIGIN.as_str()).is_none_or(|origin| {
        request
            .app_data::<Data<Public>>()
            .is_some_and(|public| public.origins.iter().any(|known| known.url == origin))
    });
    site_fine && origin_fine
}
