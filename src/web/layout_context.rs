//! What the layout shows around a page: who is here, the form token, the sentence to say.

use std::any::Any;

use actix_web::cookie::Cookie;
use actix_web::{HttpRequest, web::Data};

use super::{Csrf, Flash, Public, assets, paths, request_id};
use crate::locale::{LocalZone, Locale};
use crate::seal::Seal;

/// The one who is signed in, as far as the layout names them.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub user_id: i64,
    pub name: String,
    pub is_accountant: bool,
    pub is_admin: bool,
    pub zone: LocalZone,
    /// Notices and messages not read yet, counted up to 100 each.
    pub unread: i64,
    pub messages: i64,
    /// Whether there are keys for messages: "none", "unsaved" (in a browser only) or "saved".
    pub keys: &'static str,
}

impl Visitor {
    /// As ids are shown.
    pub fn id(&self) -> String {
        struct Shown(i64);
        impl std::fmt::Display for Shown {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::db::show_id(self.0, f)
            }
        }
        Shown(self.user_id).to_string()
    }

    /// First letter, for a portrait without a picture.
    pub fn initial(&self) -> String {
        initial(&self.name)
    }

    pub fn tone(&self) -> i64 {
        tone(self.user_id)
    }

    pub fn is_client(&self) -> bool {
        !self.is_accountant && !self.is_admin
    }
}

/// First letter of a name in upper case.
pub fn initial(name: &str) -> String {
    name.chars().next().map_or(String::new(), |c| c.to_uppercase().to_string())
}

/// One of the eight tones of portraits without a picture.
pub fn tone(id: impl std::borrow::Borrow<i64>) -> i64 {
    let id = *id.borrow();
    (id ^ (id >> 21)).rem_euclid(8) + 1
}

/// Filled once a request by `routes`; templates reach it as `"shell"|value::<LayoutContext>`.
pub struct LayoutContext {
    pub visitor: Option<Visitor>,
    pub flash: Option<Flash>,
    pub request_id: String,
    /// Path of the request, to mark where one is.
    pub path: String,
    /// The same with its query.
    address: String,
    pub base_url: String,
    pub is_loopback: bool,
    /// What a browser subscribes to pushes for; none where there are no pushes.
    pub push_key: Option<String>,
    /// Whether this answers a form.
    is_answer: bool,
    /// Keyed hash of the user's id, for the log.
    pub user_hash: String,
    csrf: Csrf,
}

impl LayoutContext {
    pub fn new(request: &HttpRequest, visitor: Option<Visitor>) -> Self {
        let seal = request.app_data::<Data<Seal>>().map_or(Seal::new(""), |s| s.get_ref().clone());
        let public = request.app_data::<Data<Public>>();
        let user_id = visitor.as_ref().map_or(0, |visitor| visitor.user_id);
        let user_hash = match user_id {
            0 => String::new(),
            id => crate::seal::base64url(&seal.hash("footing/log/v1", &id.to_be_bytes()))
                .chars()
                .take(12)
                .collect(),
        };
        Self {
            flash: Flash::of(request),
            request_id: request_id(request),
            path: request.path().to_owned(),
            address: request
                .uri()
                .path_and_query()
                .map_or(String::new(), |address| address.as_str().to_owned()),
            base_url: public
                .and_then(|public| public.origins.first())
                .map_or(String::new(), |origin| origin.url.clone()),
            is_loopback: public.is_some_and(|public| public.is_loopback),
            push_key: public.and_then(|public| public.push_key.clone()),
            is_answer: !request.method().is_safe(),
            csrf: Csrf::of(request, user_id, &seal),
            user_hash,
            visitor,
        }
    }

    /// For a request that failed before it was known who came.
    pub fn bare(request: &HttpRequest) -> Self {
        Self::new(request, None)
    }

    pub fn csrf(&self) -> String {
        self.csrf.token()
    }

    pub fn csrf_allows(&self, request: &HttpRequest, token: &str) -> bool {
        self.csrf.allows(request, token)
    }

    pub(super) fn csrf_cookie(&self) -> Option<Cookie<'static>> {
        self.csrf.cookie()
    }

    /// A fresh key for a form that creates something.
    pub fn form_key(&self) -> String {
        crate::seal::hex(&crate::seal::random::<16>())
    }

    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// A script module of the conversations, with the hash that its content must have.
    pub fn module(&self, name: &str) -> assets::Module {
        assets::module(name)
    }

    /// All that such a page loads, so that the browser fetches them side by side.
    pub fn modules(&self) -> Vec<assets::Module> {
        assets::chat_modules()
    }

    /// Whether a link of the main navigation leads to where one is.
    pub fn is_at(&self, prefix: &str) -> bool {
        self.path == prefix
            || self.path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The sign-in that leads back to this page, and the sign-up.
    pub fn login_path(&self) -> String {
        self.way_back().map_or(paths::LOGIN.to_owned(), paths::login_and_back)
    }

    pub fn join_path(&self) -> String {
        self.way_back().map_or(paths::SIGN_UP.to_owned(), paths::join_and_back)
    }

    /// What stands at the foot of a printed page: its address, unless that opens something by itself.
    pub fn printed_address(&self) -> String {
        let is_key = ["/verify", "/password/reset", "/unsubscribe", "/calendar"]
            .iter()
            .any(|door| self.is_at(door));
        let address = if is_key { paths::HOME } else { self.address.as_str() };
        format!("{}{address}", self.base_url)
    }

    /// This page, where it is worth coming back to.
    fn way_back(&self) -> Option<&str> {
        let is_door = ["/login", "/signup", "/check-mail", "/verify", "/password", "/unsubscribe"]
            .iter()
            .any(|door| self.is_at(door));
        let is_worth_it = !self.is_answer && !is_door && self.path != paths::HOME;
        is_worth_it.then_some(self.address.as_str())
    }

    pub fn is_admin(&self) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.is_admin)
    }

    pub fn is_accountant(&self) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.is_accountant)
    }

    /// What the title counts: all that is new.
    pub fn news_words(&self) -> String {
        let messages = self.visitor.as_ref().map_or(0, |visitor| visitor.messages);
        counted(self.unread() + messages)
    }

    pub fn unread(&self) -> i64 {
        self.visitor.as_ref().map_or(0, |visitor| visitor.unread)
    }

    /// The count as the bell says it: "2", and "99+" where counting ends.
    pub fn unread_words(&self) -> String {
        counted(self.unread())
    }

    /// Whether the title begins with the count. That of a rejected form begins with "Error".
    pub fn has_news(&self) -> bool {
        let messages = self.visitor.as_ref().map_or(0, |visitor| visitor.messages);
        self.unread() + messages > 0 && !self.is_answer
    }

    /// How the one who looks writes dates and numbers.
    pub fn locale(&self) -> Locale {
        self.visitor.as_ref().map_or(Locale::NEUTRAL, |visitor| visitor.zone.locale)
    }
}

/// "2", and "99+" where counting ends.
fn counted(n: i64) -> String {
    if n > 99 { "99+".to_owned() } else { n.to_string() }
}

impl askama::Values for LayoutContext {
    fn get_value<'a>(&'a self, key: &str) -> Option<&'a dyn Any> {
        let shell: &dyn Any = self;
        (key == "shell").then_some(shell)
    }
}
