//! The door: unknown hosts are turned away and every answer leaves with the security headers.

use actix_web::body::MessageBody;
use actix_web::dev::{ResourceDef, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderMap, HeaderName, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, error::InternalError};

use super::proxy::{ProxyNotice, look_for_unnamed};
use crate::config::{Config, Origin, Proxies};

/// What of the settings every request needs.
pub struct Public {
    pub origins: Vec<Origin>,
    pub trusted_proxies: Proxies,
    pub is_loopback: bool,
    /// What browsers subscribe to pushes for; none where there are no pushes.
    pub push_key: Option<String>,
    pub(super) proxy_notice: ProxyNotice,
    policy: HeaderValue,
    is_https: bool,
}

/// The addresses of the site, for what has to know them before anything is answered.
#[derive(Default)]
pub struct SiteAddresses {
    /// What GET answers: `next` after signing in may lead nowhere else.
    pub gets: Vec<ResourceDef>,
    /// What takes the forms of people who are signed in.
    pub forms: Vec<ResourceDef>,
}

impl SiteAddresses {
    /// Longest address that is led to, in bytes.
    const LONGEST: usize = 2048;

    /// Whether this is an address of ours. Its query goes along.
    pub fn knows(&self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or("");
        let plain = address.len() <= Self::LONGEST
            && !address.contains(|c: char| c == '\\' || c.is_control())
            && !path.starts_with("//");
        plain && self.gets.iter().any(|page| page.is_match(path))
    }

    /// Whether forms posted there are for people who are signed in.
    pub fn is_form_of_signed_in(&self, path: &str) -> bool {
        self.forms.iter().any(|form| form.is_match(path))
    }
}

impl Public {
    pub fn new(config: &Config, push_key: Option<String>) -> Self {
        let sockets: Vec<String> =
            config.origins.iter().map(|origin| origin.url.replacen("http", "ws", 1)).collect();
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {}; \
             img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; manifest-src 'self'; \
             worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types htmx footing",
            sockets.join(" ")
        );
        Self {
            origins: config.origins.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            is_loopback: config.is_loopback(),
            push_key,
            proxy_notice: ProxyNotice::default(),
            policy: HeaderValue::from_str(&policy)
                .unwrap_or(HeaderValue::from_static("default-src 'none'")),
            is_https: config.base_url().starts_with("https://"),
        }
    }

    /// The policy of a page whose form leads to another site.
    pub fn policy_with_form_action(&self, origin: &str) -> HeaderValue {
        let policy = self.policy.to_str().unwrap_or("default-src 'none'");
        let policy = policy.replace("form-action 'self'", &format!("form-action 'self' {origin}"));
        HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    }

    fn knows_host(&self, request: &ServiceRequest) -> bool {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or(request.uri().host()).unwrap_or("").to_ascii_lowercase();
        self.origins.iter().any(|origin| origin.host == host)
    }

    fn dress(&self, headers: &mut HeaderMap) {
        const FIXED: [(&str, &str); 7] = [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
            ("x-permitted-cross-domain-policies", "none"),
        ];
        for (name, value) in FIXED {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        if self.is_https {
            let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            headers.insert(HeaderName::from_static("strict-transport-security"), year);
        }
        // a file that people sent brings a stricter one
        if !headers.contains_key(CONTENT_SECURITY_POLICY) {
            headers.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

/// Middleware. Probes may ask under any host: they know the machine, not the site's name.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let public = request.app_data::<Data<Public>>().cloned();
    let Some(public) = public else { return next.call(request).await };
    look_for_unnamed(&request, &public.trusted_proxies, &public.proxy_notice).await;
    let is_probe = matches!(request.path(), "/healthz" | "/readyz" | "/version");
    if !is_probe && !public.knows_host(&request) {
        let words = "This address is not one of this site.";
        return Err(InternalError::new(words, StatusCode::MISDIRECTED_REQUEST).into());
    }
    let mut response = next.call(request).await?;
    public.dress(response.headers_mut());
    Ok(response)
}

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "__Host-footing";

/// Middleware before the compression: what a signed-in person reads is sent as it is, so that the
/// length of an answer tells nothing about what is in it (BREACH).
pub async fn plain_for_the_signed_in(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_page = !request.path().starts_with("/static/");
    if is_page && request.cookie(SESSION_COOKIE).is_some() {
        request.headers_mut().remove(actix_web::http::header::ACCEPT_ENCODING);
    }
    next.call(request).await
}
