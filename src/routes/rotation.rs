//! Sessions outlive a change of the site's secret: a cookie signed under an older one is taken, and
//! signed anew.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite, time::Duration};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{COOKIE as COOKIES, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::seal::Seal;
use crate::users::handlers::sessions::COOKIE;

/// What session cookies are signed with, the newest first.
pub struct CookieKeys(Vec<Key>);

impl CookieKeys {
    pub fn new(seal: &Seal) -> Self {
        Self(seal.each().iter().map(cookie_key).collect())
    }

    /// The value of a cookie signed under an older key, as the newest signs it.
    fn signed_anew(&self, cookie: &Cookie<'static>) -> Option<String> {
        let (newest, older) = self.0.split_first()?;
        let is_signed = |key: &Key| {
            let mut jar = CookieJar::new();
            jar.add_original(cookie.clone());
            jar.signed(key).get(COOKIE)
        };
        if is_signed(newest).is_some() {
            return None;
        }
        let opened = older.iter().find_map(is_signed)?;
        Some(signed(newest, opened.value()))
    }
}

pub(super) fn cookie_key(seal: &Seal) -> Key {
    let half = |part: &str| seal.hash("footing/cookie/v1", part.as_bytes());
    Key::from(&[half("one"), half("two")].concat())
}

pub(super) fn signed(key: &Key, value: &str) -> String {
    let mut jar = CookieJar::new();
    jar.signed_mut(key).add(Cookie::new(COOKIE, value.to_owned()));
    jar.get(COOKIE).map_or(String::new(), |cookie| cookie.value().to_owned())
}

/// Middleware before anybody looks at cookies.
pub async fn take_older_cookies(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(value) = session_signed_anew(&request) else { return next.call(request).await };
    let others = cookies(&request).into_iter().filter(|cookie| cookie.name() != COOKIE);
    let mut all: Vec<String> =
        others.map(|cookie| cookie.encoded().stripped().to_string()).collect();
    let session = Cookie::new(COOKIE, value);
    all.push(session.clone().encoded().stripped().to_string());
    if let Ok(header) = HeaderValue::from_str(&all.join("; ")) {
        request.headers_mut().insert(COOKIES, header);
    }
    let mut response = next.call(request).await?;
    let is_set = response.response().cookies().any(|cookie| cookie.name() == COOKIE);
    if !is_set {
        let session = Cookie::build(COOKIE, session.value().to_owned())
            .path("/")
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(Duration::days(30))
            .finish();
        response.response_mut().add_cookie(&session)?;
    }
    Ok(response)
}

fn session_signed_anew(request: &ServiceRequest) -> Option<String> {
    let keys = request.app_data::<Data<CookieKeys>>()?;
    if keys.0.len() < 2 {
        return None;
    }
    let session = cookies(request).into_iter().find(|cookie| cookie.name() == COOKIE)?;
    keys.signed_anew(&session)
}

/// Read from the header itself: what the request has parsed once it would keep.
fn cookies(request: &ServiceRequest) -> Vec<Cookie<'static>> {
    let headers = request.headers().get_all(COOKIES).filter_map(|header| header.to_str().ok());
    let each = headers.flat_map(|header| header.split(';'));
    each.filter_map(|one| Cookie::parse_encoded(one.trim().to_owned()).ok()).collect()
}
