//! Addresses that more than one domain links to. A link needs no import.

use std::fmt::Display;

pub const HOME: &str = "/";
pub const PRACTICE: &str = "/practice";
pub const PROFILE: &str = "/practice/profile";
pub const SERVICES: &str = "/practice/services";
pub const LOGIN: &str = "/login";
pub const SETTINGS: &str = "/settings";
pub const BOOKINGS: &str = "/bookings";
pub const HOURS: &str = "/practice/hours";
pub const PRACTICE_BOOKINGS: &str = "/practice/bookings";
pub const CALENDAR: &str = "/settings/calendar";
pub const SECURITY: &str = "/settings/security";
pub const DEVICES: &str = "/settings/devices";
pub const ADMIN: &str = "/admin";
pub const NOTIFICATIONS: &str = "/notifications";
pub const MESSAGES: &str = "/messages";
pub const DIRECTORY: &str = "/accountants";

pub fn accountant(slug: impl Display) -> String {
    format!("/accountants/{slug}")
}

pub fn service(id: impl Display) -> String {
    format!("/practice/services/{id}")
}

pub fn booking(id: impl Display) -> String {
    format!("/bookings/{id}")
}

pub fn public_service(slug: impl Display, id: impl Display) -> String {
    format!("/accountants/{slug}/services/{id}")
}

/// Where an accountant makes an offer to one client.
pub fn offers(service: impl Display, client: impl Display) -> String {
    format!("/services/{service}/offers?client={client}")
}

/// An offer that was made.
pub fn offer(id: impl Display) -> String {
    format!("/offers/{id}")
}

pub fn verify(token: &str) -> String {
    format!("/verify/{token}")
}

pub fn reset(token: &str) -> String {
    format!("/password/reset/{token}")
}

pub fn unsubscribe(token: &str) -> String {
    format!("/unsubscribe/{token}")
}

pub fn conversation(id: impl Display) -> String {
    format!("/messages/{id}")
}
