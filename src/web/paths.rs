//! Addresses that more than one domain links to. A link needs no import.

use std::fmt::Display;

pub const HOME: &str = "/";
pub const PRACTICE: &str = "/practice";
pub const PROFILE: &str = "/practice/profile";
pub const CREDENTIALS: &str = "/practice/credentials";
pub const SERVICES: &str = "/practice/services";
pub const LOGIN: &str = "/login";
pub const SIGN_UP: &str = "/signup";
pub const CHECK_MAIL: &str = "/check-mail";
pub const SETTINGS: &str = "/settings";
pub const BOOKINGS: &str = "/bookings";
/// Where accountants are paid, on sites that take cards.
pub const BILLING: &str = "/practice/billing";
pub const HOURS: &str = "/practice/hours";
pub const PRACTICE_BOOKINGS: &str = "/practice/bookings";
pub const REVIEWS: &str = "/practice/reviews";
pub const PAYOUTS: &str = "/practice/payouts";
pub const EARNINGS: &str = "/practice/earnings";
pub const ADMIN_PAYMENTS: &str = "/admin/payments";
pub const CALENDAR: &str = "/settings/calendar";
pub const SECURITY: &str = "/settings/security";
pub const DEVICES: &str = "/settings/devices";
pub const ADMIN: &str = "/admin";
pub const NOTIFICATIONS: &str = "/notifications";
pub const NOTIFICATION_SETTINGS: &str = "/settings/notifications";
pub const MESSAGES: &str = "/messages";
pub const DIRECTORY: &str = "/accountants";

/// The pages of the admins, as they are listed.
pub const ADMIN_PAGES: [(&str, &str); 5] = [
    (ADMIN, "Queue"),
    ("/admin/users", "People"),
    (ADMIN_PAYMENTS, "Payments"),
    ("/admin/jobs", "Jobs"),
    ("/admin/log", "Log"),
];

/// The sign-in, and back from there.
pub fn login_and_back(page: &str) -> String {
    format!("{LOGIN}?next={}", in_query(page))
}

/// The sign-up, and back to where it was begun.
pub fn join_and_back(page: &str) -> String {
    format!("{SIGN_UP}?next={}", in_query(page))
}

/// The question for a proof, and back from there.
pub fn reauthenticate_and_back(page: &str) -> String {
    format!("/reauthenticate?next={}", in_query(page))
}

fn in_query(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The directory, for the same kind of service and way of meeting, free within a week.
pub fn others_free(category: &str, mode: &str) -> String {
    format!("{DIRECTORY}?category={}&mode={}&free=7", in_query(category), in_query(mode))
}

/// The part with the first three of them.
pub fn like(service: impl Display, mode: &str) -> String {
    format!("{DIRECTORY}/like/{service}?mode={}", in_query(mode))
}

pub const REPORTS: &str = "/reports";
pub const MODERATION: &str = "/moderation";
pub const TERMS: &str = "/terms";

/// The form that reports what stands at a page.
pub fn report(page: impl AsRef<str>) -> String {
    format!("{REPORTS}?url={}", in_query(page.as_ref()))
}

/// The form that reports what was written in a conversation.
pub fn report_talk(id: impl Display) -> String {
    format!("/messages/{id}/report")
}

pub fn admin_report(id: impl Display) -> String {
    format!("/admin/reports/{id}")
}

pub fn admin_appeal(id: impl Display) -> String {
    format!("/admin/appeals/{id}")
}

pub fn admin_complaint(booking: impl Display) -> String {
    format!("/admin/complaints/{booking}")
}

pub fn admin_credential(id: impl Display) -> String {
    format!("/admin/credentials/{id}")
}

pub fn admin_user(id: impl Display) -> String {
    format!("/admin/users/{id}")
}

/// A decision, for whom it concerns.
pub fn decision(id: impl Display) -> String {
    format!("/decisions/{id}")
}

pub fn accountant(slug: impl Display) -> String {
    format!("/accountants/{slug}")
}

pub fn service(id: impl Display) -> String {
    format!("/practice/services/{id}")
}

pub fn booking(id: impl Display) -> String {
    format!("/bookings/{id}")
}

/// Where the two of a booking say how it went.
pub fn review(booking: impl Display) -> String {
    format!("/bookings/{booking}/review")
}

/// A review on the public page of its accountant.
pub fn public_review(slug: impl Display, id: impl Display) -> String {
    format!("/accountants/{slug}#review-{id}")
}

/// The papers of a booking.
pub fn papers(booking: impl Display) -> String {
    format!("/bookings/{booking}/papers")
}

pub fn paper(id: impl Display) -> String {
    format!("/papers/{id}")
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

/// Where whoever did not sign up says so.
pub fn verify_refusal(token: &str) -> String {
    format!("/verify/{token}/refusal")
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

/// A payment as admins see it.
pub fn admin_payment(id: impl Display) -> String {
    format!("{ADMIN_PAYMENTS}/{id}")
}
