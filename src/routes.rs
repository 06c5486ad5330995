//! Every address: who may come, and what answers.
//!
//! `who` is what an outsider is told (`footing routes --json`); docs/authorisation.md tells it for
//! each kind of person, and the tests try both. The guards themselves are the extractors and the
//! loaders of the handlers. What every request goes
//! through before it is answered stands in [`application()`].

mod application;
mod audience;
mod rotation;

pub use application::{WorkerContext, application, cookies_of};
pub use audience::Audience;

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::web::ServiceConfig;
use actix_web::{FromRequest, Handler, Responder, Route, guard as when, web};

use crate::accountants::handlers::{
    credentials, photo, places, profile, reset, sign_up, verification,
};
use crate::admin::handlers::{dev, overview, payments, people, probes, work};
use crate::bookings::handlers::{
    acts, bookings, calendar, calendars, hours, quotes, services as slots, time,
};
use crate::directory::handlers as directory;
use crate::listings::handlers::{services, state};
use crate::messaging::handlers as chat;
use crate::moderation::handlers::{
    appeals, cases, complaints, credentials as checks, decisions, log, messages as talk_reports,
    reports,
};
use crate::notifications::handlers as notifications;
use crate::payments::handlers::{
    billing, earnings, papers, pay, payouts, practice, refunds, webhook,
};
use crate::reviews::handlers::{replies, reviews};
use crate::users::handlers as users;
use crate::web::{SiteAddresses, app, assets};

/// One line of the table.
pub struct RouteRow {
    pub method: Method,
    pub path: &'static str,
    pub who: Audience,
    pub is_script: bool,
    answer: Box<dyn Fn() -> Route + Send + Sync>,
}

/// The table, in the order it is written.
#[derive(Default)]
pub struct Table {
    pub lines: Vec<RouteRow>,
}

impl Table {
    fn get<F, Args>(self, path: &'static str, who: Audience, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.line(Method::GET, path, who, handler)
    }

    fn post<F, Args>(self, path: &'static str, who: Audience, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.line(Method::POST, path, who, handler)
    }

    /// What the scripts of a page call: without a session it is a 401, not a way to the sign-in.
    fn script<F, Args>(self, method: Method, path: &'static str, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let mut table = self.line(method, path, Audience::Members, handler);
        table.lines.iter_mut().rev().take(1).for_each(|line| line.is_script = true);
        table
    }

    fn line<F, Args>(
        mut self,
        method: Method,
        path: &'static str,
        who: Audience,
        handler: F,
    ) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let verb = method.clone();
        let answer = Box::new(move || {
            // whoever may GET may ask for the head alone
            let route = match verb == Method::GET {
                true => web::route().guard(when::Any(when::Get()).or(when::Head())),
                false => web::method(verb.clone()),
            };
            route.to(handler.clone())
        });
        self.lines.push(RouteRow { method, path, who, is_script: false, answer });
        self
    }
}

/// Every address.
#[rustfmt::skip] // a table reads better in lines
#[expect(clippy::too_many_lines, reason = "one list of every address")]
pub fn table() -> Table {
    use Audience::{Accountants, Admins, Clients, Everybody, Machines, Members, SignedIn};
    Table::default()
        // what everybody sees
        .get("/", Everybody, directory::home::show)
        .get("/accountants", Everybody, directory::accountants::index)
        .get("/accountants/like/{service}", Everybody, directory::like::show)
        .get("/accountants/{slug}", Everybody, directory::accountants::show)
        .get("/accountants/{slug}/services/{id}", Everybody, slots::show)
        .get("/places", Everybody, places::index)
        .get("/photos/{name}", Everybody, photo::show)
        .get("/how-it-works", Everybody, directory::texts::how_it_works)
        .get("/for-accountants", Everybody, directory::texts::for_accountants)
        .get("/ranking", Everybody, directory::texts::ranking)
        .get("/moderation", Everybody, log::index)
        .get("/reports", Everybody, reports::new)
        .post("/reports", Everybody, reports::create)
        .post("/reviews/{id}/report", SignedIn, reports::create_of_review)
        .get("/decisions/{id}", Everybody, decisions::show)
        .post("/decisions/{id}/appeal", Everybody, decisions::appeal)
        .get("/privacy", Everybody, directory::texts::privacy)
        .get("/terms", Everybody, directory::texts::terms)
        .get("/help/encryption", Everybody, directory::texts::encryption)
        .get("/.well-known/footing-code.json", Everybody, directory::machines::code)
        .get("/manifest.webmanifest", Everybody, app::manifest)
        .get("/sw.js", Everybody, app::worker)
        .get("/offline", Everybody, app::offline)
        .get("/sitemap.xml", Everybody, directory::machines::sitemap_index)
        .get("/sitemap-{file}.xml", Everybody, directory::machines::sitemap)
        .get("/robots.txt", Everybody, directory::machines::robots)
        .get("/.well-known/security.txt", Everybody, directory::machines::security)
        .get("/static/{name}", Everybody, assets::show)
        // coming in
        .get("/signup", Everybody, sign_up::new)
        .post("/signup", Everybody, sign_up::create)
        .get("/check-mail", Everybody, verification::sent)
        .post("/check-mail", Everybody, verification::create_by_code)
        .get("/verify/{token}", Everybody, verification::new)
        .post("/verify/{token}", Everybody, verification::create)
        .get("/verify/{token}/refusal", Everybody, verification::ask)
        .post("/verify/{token}/refusal", Everybody, verification::refuse)
        .get("/login", Everybody, users::login::new)
        .post("/login", Everybody, users::login::create)
        .get("/login/code", Everybody, users::code::new)
        .post("/login/code", Everybody, users::code::create)
        .post("/webhooks/stripe", Machines, webhook::create)
        .post("/logout", Everybody, users::login::destroy)
        .get("/password/forgot", Everybody, users::forgot::new)
        .post("/password/forgot", Everybody, users::forgot::create)
        .get("/password/reset/{token}", Everybody, reset::edit)
        .post("/password/reset/{token}", Everybody, reset::update)
        .get("/reauthenticate", SignedIn, users::reauthentication::new)
        .post("/reauthenticate", SignedIn, users::reauthentication::create)
        // one's own account
        .get("/settings", SignedIn, users::settings::edit)
        .post("/settings/profile", SignedIn, users::settings::update)
        .get("/settings/security", SignedIn, users::security::show)
        .post("/settings/password", SignedIn, users::password::update)
        .post("/settings/totp", SignedIn, users::security::create)
        .post("/settings/totp/removal", Members, users::security::destroy)
        .post("/settings/recovery-codes", SignedIn, users::security::renew_codes)
        .get("/settings/devices", SignedIn, users::devices::index)
        .post("/settings/devices/removal", SignedIn, users::devices::destroy_others)
        .post("/settings/devices/{handle}/removal", SignedIn, users::devices::destroy)
        .get("/notifications", SignedIn, notifications::index)
        .post("/notifications/read", SignedIn, notifications::update)
        .get("/settings/notifications", SignedIn, notifications::settings::edit)
        .post("/settings/notifications", SignedIn, notifications::settings::update)
        .script(Method::GET, "/notifications/push", chat::push::show)
        .script(Method::POST, "/notifications/push", notifications::push::create)
        .script(Method::POST, "/notifications/push/removal", notifications::push::destroy)
        .get("/settings/calendar", SignedIn, calendar::edit)
        .post("/settings/calendar/token", SignedIn, calendar::update)
        .get("/calendar/{token}.ics", Everybody, calendar::feed)
        // messages
        .get("/messages", Members, chat::inbox::index)
        .get("/messages/new", Members, chat::inbox::new)
        .post("/messages/with/{user}", Members, chat::inbox::create)
        .post("/messages/with/{user}/ask", Members, chat::asking::create_first)
        .script(Method::GET, "/messages/keys", chat::keys::index)
        .script(Method::POST, "/messages/keys", chat::keys::create)
        .script(Method::POST, "/messages/keys/wraps", chat::wraps::create)
        .script(Method::DELETE, "/messages/keys/wraps/{id}", chat::wraps::destroy)
        .script(Method::POST, "/messages/keys/devices", chat::devices::create)
        .script(Method::PUT, "/messages/keys/devices/{id}", chat::devices::update)
        .script(Method::DELETE, "/messages/keys/devices/{id}", chat::devices::destroy)
        .script(Method::GET, "/messages/keys/vault", chat::vault::show)
        .script(Method::PUT, "/messages/keys/vault", chat::vault::update)
        .script(Method::GET, "/messages/keys/{user}", chat::keys::show)
        .get("/messages/{id}", Members, chat::inbox::show)
        .get("/messages/{id}/safety", Members, chat::inbox::safety)
        .script(Method::GET, "/messages/{id}/since", chat::inbox::since)
        .script(Method::GET, "/messages/{id}/chain", chat::inbox::chain)
        .script(Method::GET, "/messages/{id}/epochs", chat::epochs::index)
        .script(Method::POST, "/messages/{id}/epochs", chat::epochs::create)
        .script(Method::GET, "/messages/{id}/epochs/{number}", chat::epochs::show)
        .script(Method::GET, "/messages/{id}/reshares", chat::reshares::index)
        .script(Method::POST, "/messages/{id}/reshares", chat::reshares::create)
        .script(Method::GET, "/messages/{id}/stamp", chat::exports::stamp)
        .get("/messages/export.json", Members, chat::exports::show)
        .script(Method::POST, "/messages/{id}/ack", chat::receipts::create)
        .post("/messages/{id}/ask", Members, chat::asking::create)
        .post("/messages/{id}/block", Members, chat::own_side::block)
        .post("/messages/{id}/unblock", Members, chat::own_side::unblock)
        .post("/messages/{id}/clear", Members, chat::own_side::clear)
        .get("/messages/{id}/report", Members, talk_reports::new)
        .post("/messages/{id}/report", Members, talk_reports::create)
        .script(Method::POST, "/send_message", chat::messages::create)
        .script(Method::GET, "/get_message", chat::messages::show)
        .script(Method::POST, "/blobs", chat::blobs::create)
        .script(Method::PUT, "/blobs/{id}/parts/{n}", chat::blobs::update)
        .script(Method::POST, "/blobs/{id}/complete", chat::blobs::complete)
        .script(Method::GET, "/blobs/{id}", chat::blobs::show)
        .script(Method::DELETE, "/blobs/{id}", chat::blobs::destroy)
        .script(Method::GET, "/ws", chat::socket::connect)
        .get("/settings/messages", Members, chat::settings::edit)
        .post("/settings/messages", Members, chat::settings::update)
        .get("/unsubscribe/{token}", Everybody, chat::unsubscribe::show)
        .post("/unsubscribe/{token}", Everybody, chat::unsubscribe::create)
        // bookings
        .get("/bookings", SignedIn, bookings::index)
        .post("/bookings", Clients, slots::create)
        .get("/bookings/with/{user}", Members, bookings::beside)
        .get("/bookings/{id}.ics", Members, calendar::show)
        .get("/bookings/{id}", SignedIn, bookings::show)
        .post("/bookings/{id}/acceptance", Accountants, acts::accept)
        .post("/bookings/{id}/decline", Accountants, acts::decline)
        .post("/bookings/{id}/cancellation", Members, acts::cancel)
        .post("/bookings/{id}/place", Accountants, acts::set_place)
        .get("/bookings/{id}/time", Clients, time::edit)
        .post("/bookings/{id}/time", Clients, time::update)
        .get("/bookings/{id}/proposal", Accountants, time::new)
        .post("/bookings/{id}/proposal", Accountants, time::create)
        .post("/bookings/{id}/proposal/answer", Clients, acts::answer_proposal)
        .post("/bookings/{id}/no-show", Accountants, acts::mark_no_show)
        .post("/bookings/{id}/no-show/objection", Clients, acts::object)
        .get("/bookings/{id}/pay", Clients, pay::show)
        .post("/bookings/{id}/pay", Clients, pay::create)
        .get("/bookings/{id}/paid", Clients, pay::paid)
        .post("/bookings/{id}/refund", Accountants, refunds::create)
        .get("/bookings/{id}/review", Members, reviews::show)
        .post("/bookings/{id}/review", Members, reviews::create)
        .post("/bookings/{id}/review/withdrawal", Members, reviews::withdraw)
        .post("/reviews/{id}/reply", Accountants, replies::create)
        .get("/bookings/{id}/papers", SignedIn, papers::index)
        .get("/bookings/{id}/invoice", SignedIn, papers::first)
        .get("/papers/{id}", SignedIn, papers::show)
        .post("/bookings/{id}/complaint", Clients, acts::complain)
        .post("/bookings/{id}/paid-directly", Accountants, acts::note_paid)
        // offers for services by quote
        .post("/services/{id}/quote", Clients, quotes::ask)
        .get("/services/{id}/offers", Accountants, quotes::new)
        .post("/services/{id}/offers", Accountants, quotes::create)
        .get("/offers/{id}", Members, quotes::show)
        .post("/offers/{id}/withdrawal", Accountants, quotes::withdraw)
        .post("/enquiries/{id}/decline", Accountants, quotes::decline)
        // the practice
        .get("/practice", Accountants, practice::show)
        .get("/practice/profile", Accountants, profile::edit)
        .post("/practice/profile", Accountants, profile::update)
        .post("/practice/photo", Accountants, photo::create)
        .post("/practice/photo/removal", Accountants, photo::destroy)
        .get("/practice/credentials", Accountants, credentials::index)
        .post("/practice/credentials", Accountants, credentials::create)
        .post("/practice/credentials/{id}/removal", Accountants, credentials::destroy)
        .post("/practice/credentials/{id}/evidence/removal", Accountants, credentials::destroy_evidence)
        .get("/practice/bookings", Accountants, bookings::practice)
        .get("/practice/hours", Accountants, hours::edit)
        .post("/practice/hours", Accountants, hours::update)
        .post("/practice/hours/dates", Accountants, hours::create_dates)
        .post("/practice/hours/dates/{id}/removal", Accountants, hours::destroy_dates)
        .post("/practice/hours/calendars", Accountants, calendars::create)
        .post("/practice/hours/calendars/{id}/removal", Accountants, calendars::destroy)
        .get("/practice/services", Accountants, services::index)
        .post("/practice/services", Accountants, services::create)
        .get("/practice/services/new", Accountants, services::new)
        .get("/practice/services/{id}", Accountants, services::edit)
        .post("/practice/services/{id}", Accountants, services::update)
        .post("/practice/services/{id}/state", Accountants, state::update)
        .get("/practice/payouts", Accountants, payouts::show)
        .post("/practice/payouts/account", Accountants, payouts::create)
        .post("/practice/payouts/link", Accountants, payouts::link)
        .post("/practice/payouts/dashboard", Accountants, payouts::dashboard)
        .get("/practice/earnings", Accountants, earnings::show)
        .get("/practice/earnings.csv", Accountants, earnings::file)
        .get("/practice/reviews", Accountants, replies::index)
        .get("/practice/billing", Accountants, billing::edit)
        .post("/practice/billing", Accountants, billing::update)
        // admins, and whoever is alone with the program
        .get("/admin", Admins, overview::show)
        .get("/admin/reports/{id}", Admins, cases::show)
        .post("/admin/reports/{id}/decision", Admins, cases::decide)
        .post("/admin/reports/{id}/emergency", Admins, cases::hide_at_once)
        .post("/admin/reports/{id}/police", Admins, cases::pass_to_police)
        .get("/admin/complaints/{id}", Admins, complaints::show)
        .post("/admin/complaints/{id}/decision", Admins, complaints::decide)
        .get("/admin/credentials/{id}", Admins, checks::show)
        .get("/admin/credentials/{id}/evidence", Admins, checks::evidence)
        .post("/admin/credentials/{id}/decision", Admins, checks::decide)
        .get("/admin/appeals/{id}", Admins, appeals::show)
        .post("/admin/appeals/{id}/decision", Admins, appeals::decide)
        .get("/admin/users", Admins, people::index)
        .get("/admin/users/{id}", Admins, people::show)
        .post("/admin/users/{id}/suspension", Admins, people::suspend)
        .post("/admin/users/{id}/restoration", Admins, people::restore)
        .post("/admin/users/{id}/role", Admins, people::change_role)
        .get("/admin/jobs", Admins, work::jobs)
        .post("/admin/jobs/{id}/retry", Admins, work::retry)
        .get("/admin/log", Admins, work::log)
        .get("/admin/statistics.csv", Admins, work::statistics)
        .get("/admin/payments", Admins, payments::index)
        .get("/admin/payments/{id}", Admins, payments::show)
        .post("/admin/payments/{id}/retry", Admins, payments::retry)
        .post("/admin/payments/{id}/look", Admins, payments::look)
        .post("/admin/payments/{id}/refund", Admins, payments::refund)
        .post("/admin/payments/{id}/release", Admins, payments::release)
        .post("/admin/payments/{id}/write-off", Admins, payments::write_off)
        .post("/admin/payments/{id}/settle", Admins, payments::settle)
        .get("/dev/components", Everybody, dev::components)
        .get("/dev/mail", Everybody, dev::mails)
        .get("/healthz", Everybody, probes::health)
        .get("/readyz", Everybody, probes::ready)
        .get("/version", Everybody, probes::version)
}

/// Lays the table into an application: one resource a path, so that a wrong method is a 405.
pub fn configure(config: &mut ServiceConfig) {
    let mut order: Vec<&'static str> = vec![];
    let mut resources: BTreeMap<&'static str, actix_web::Resource> = BTreeMap::new();
    for line in table().lines {
        if !resources.contains_key(line.path) {
            order.push(line.path);
        }
        let resource = resources.remove(line.path).unwrap_or_else(|| web::resource(line.path));
        resources.insert(line.path, resource.route((line.answer)()));
    }
    // an address without a part of its own is found by comparing, the others by trying each
    order.sort_by_key(|path| path.contains('{'));
    for path in order {
        if let Some(resource) = resources.remove(path) {
            config.service(resource);
        }
    }
}

/// The addresses that `next` may lead to, and those that take forms of people who are signed in. For
/// whoever is no admin those of the admins are not there.
pub fn pages() -> SiteAddresses {
    let mut pages = SiteAddresses::default();
    for line in table().lines {
        let is_for_signed_in =
            !matches!(line.who, Audience::Everybody | Audience::Admins | Audience::Machines);
        if line.method == Method::GET {
            pages.gets.push(ResourceDef::new(line.path));
        } else if line.method == Method::POST && is_for_signed_in && !line.is_script {
            pages.forms.push(ResourceDef::new(line.path));
        }
    }
    pages
}
