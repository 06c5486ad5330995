//! What every page is made with: answers, forms, headers, errors, static files.
//!
//! [`Reply`] answers a page or its part; [`Form`] reads a form and checks where it came from;
//! [`LayoutContext`] is what the layout shows around a page. The middlewares refuse unknown hosts, set the
//! security headers, and turn every bare error into a page in the site's look.
//!
//! Not here: who is signed in (`users`), and which addresses there are (`routes`).

pub mod app;
pub mod assets;
mod bare_error;
pub mod checks;
mod client;
mod csrf;
mod error_words;
mod errors;
mod field_names;
mod fields;
mod fill;
mod flash;
mod form;
mod guard;
mod json;
pub mod keys;
mod layout_context;
mod log;
mod pace;
pub mod paths;
mod proxy;
mod raw;
mod reply;
mod request_time;
pub mod text;
mod upload;
pub mod watched_stream;

pub use client::Client;
pub use csrf::{Csrf, comes_from_us, host_cookie};
pub use errors::error_pages;
pub use fields::FieldErrors;
pub use fill::fill_form;
pub use flash::Flash;
pub use form::{EmptyForm, Form, Path, Path2, typed_fields};
pub use guard::{Public, SESSION_COOKIE, SiteAddresses, guard, plain_for_the_signed_in};
pub use json::{FormOrJson, Json, json, refused};
pub use layout_context::{LayoutContext, Visitor, initial, tone};
pub use log::{log_requests, request_id};
pub use proxy::{forget_unnamed_proxy, unnamed_proxy};
pub use raw::{Raw, SignedBody, UnreadBody};
pub use reply::{Reply, wants_layout};
pub use request_time::RequestTime;
pub use upload::{Chosen, FormWithFile, Upload};

/// Whether a value of a list is among those chosen; templates tick boxes with it.
pub fn is_chosen(chosen: &[String], value: &str) -> bool {
    chosen.iter().any(|one| one == value)
}

/// Whether two pieces of text are the same, however a template holds them.
pub fn is_same(one: impl AsRef<str>, other: impl AsRef<str>) -> bool {
    one.as_ref() == other.as_ref()
}
