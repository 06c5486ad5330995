//! The application of one worker: the parts that all share, and what a request goes through.

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, PayloadConfig};

use super::rotation::{CookieKeys, cookie_key, signed, take_older_cookies};
use super::{configure, pages};
use crate::admin::handlers::probes::Draining;
use crate::blobs::Blobs;
use crate::bookings::handlers::bookings;
use crate::bookings::{Online, Summaries, timeline};
use crate::calendar_file::Internet;
use crate::config::Operator;
use crate::db::{Conn, Db};
use crate::directory::DirectoryCounts;
use crate::error::Result;
use crate::jobs::Schedule;
use crate::live::{HintKind, Live};
use crate::mail::Mail;
use crate::messaging::handlers::socket::{FollowedPart, FollowedParts};
use crate::messaging::{KeyWrap, NoticeKinds, Participant, Recent};
use crate::notifications::{Notice, Push};
use crate::payments::{Gateway, summary};
use crate::seal::Seal;
use crate::site::Site;
use crate::users::handlers::extract::{CountNews, identify};
use crate::users::handlers::kept_forms::keep_forms;
use crate::users::handlers::sessions::{COOKIE, Store};
use crate::users::{Secrets, UnreadCounts, UserId};
use crate::web::{
    Csrf, Public, SiteAddresses, error_pages, guard, log_requests, plain_for_the_signed_in,
};

/// The signed cookie of a session; its row is found by what it holds.
fn sessions(site: &Site) -> SessionMiddleware<Store> {
    let store = Store { db: site.db.clone() };
    SessionMiddleware::builder(store, cookie_key(&site.seal))
        .cookie_name(COOKIE.to_owned())
        .cookie_path("/".to_owned())
        .cookie_secure(true)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(PersistentSession::default().session_ttl(Duration::days(30)))
        .build()
}

/// What the layout of every page says of somebody's notices and messages.
fn news(conn: &mut Conn, user: UserId) -> Result<UnreadCounts> {
    Ok(UnreadCounts {
        notices: Notice::unread(conn, user)?,
        messages: Participant::unread(conn, user, None)?,
        keys: KeyWrap::keys_of(conn, user)?,
    })
}

/// What the browser of somebody signed in sends, and the token of its forms; for benches, which
/// make sessions by the thousand.
pub fn cookies_of(seal: &Seal, session: &str, user: UserId) -> (String, String) {
    let (form, token) = Csrf::for_browser(seal, user.0);
    let session =
        Cookie::new(COOKIE, signed(&cookie_key(seal), session)).encoded().stripped().to_string();
    (format!("{session}; {form}"), token)
}

/// What the page of a booking says of its money.
const SUMMARIES: Summaries = Summaries(summary::of);

/// What the site says in timelines, besides what `messaging` says itself.
const NOTICES: NoticeKinds = NoticeKinds(&[timeline::KINDS]);

/// Text of a form in bytes; a longer body is a 413. Uploads count for themselves.
const MOST_TEXT: usize = 256 * 1024;

/// What the applications of all workers share.
#[derive(Clone)]
pub struct WorkerContext {
    site: Site,
    secrets: Data<Secrets>,
    db: Data<Db>,
    seal: Data<Seal>,
    mail: Data<Mail>,
    blobs: Data<Blobs>,
    internet: Data<Internet>,
    live: Data<Live>,
    recent: Data<Recent>,
    followed: Data<FollowedParts>,
    push: Data<Push>,
    payments: Data<Gateway>,
    online: Data<Online>,
    operator: Data<Operator>,
    public: Data<Public>,
    pages: Data<SiteAddresses>,
    draining: Data<Draining>,
    counts: Data<DirectoryCounts>,
    schedule: Data<Schedule>,
    cookie_keys: Data<CookieKeys>,
}

impl WorkerContext {
    pub fn new(site: Site, schedule: Schedule, draining: Draining) -> Self {
        Self {
            secrets: Data::new(site.secrets.clone()),
            db: Data::new(site.db.clone()),
            seal: Data::new(site.seal.clone()),
            mail: Data::new(site.mail.clone()),
            blobs: Data::new(site.blobs.clone()),
            internet: Data::new(site.internet.clone()),
            live: Data::new(site.live.clone()),
            recent: Data::default(),
            followed: Data::new(followed(&site)),
            push: Data::new(site.push.clone()),
            payments: Data::new(site.payments.clone()),
            online: Data::new(Online(site.payments.online_rules())),
            operator: Data::new(site.config.operator.clone()),
            public: Data::new(Public::new(&site.config, site.push.public_key())),
            pages: Data::new(pages()),
            draining: Data::new(draining),
            counts: Data::new(DirectoryCounts::default()),
            schedule: Data::new(schedule),
            cookie_keys: Data::new(CookieKeys::new(&site.seal)),
            site,
        }
    }
}

/// Every live push of a domain above the conversations.
fn followed(site: &Site) -> FollowedParts {
    let (db, seal) = (site.db.clone(), site.seal.clone());
    FollowedParts(vec![FollowedPart {
        field: "booking",
        hint: HintKind::Booking,
        render: Box::new(move |viewer, shell, id| {
            let (db, seal) = (db.clone(), seal.clone());
            Box::pin(
                async move { bookings::push(&db, (&seal, SUMMARIES), &viewer, &shell, id).await },
            )
        }),
    }])
}

/// The application of one worker.
pub fn application(
    parts: &WorkerContext,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(parts.secrets.clone())
        .app_data(parts.db.clone())
        .app_data(parts.seal.clone())
        .app_data(parts.mail.clone())
        .app_data(parts.blobs.clone())
        .app_data(parts.internet.clone())
        .app_data(parts.live.clone())
        .app_data(parts.recent.clone())
        .app_data(parts.followed.clone())
        .app_data(parts.push.clone())
        .app_data(parts.payments.clone())
        .app_data(parts.online.clone())
        .app_data(parts.operator.clone())
        .app_data(parts.public.clone())
        .app_data(parts.pages.clone())
        .app_data(parts.draining.clone())
        .app_data(parts.counts.clone())
        .app_data(parts.schedule.clone())
        .app_data(parts.cookie_keys.clone())
        .app_data(Data::new(CountNews(news)))
        .app_data(Data::new(SUMMARIES))
        .app_data(Data::new(NOTICES))
        .app_data(PayloadConfig::new(MOST_TEXT))
        .configure(configure)
        // the last one named is the first to see a request
        .wrap(from_fn(keep_forms))
        .wrap(from_fn(identify))
        .wrap(sessions(&parts.site))
        .wrap(Compress::default())
        .wrap(from_fn(plain_for_the_signed_in))
        .wrap(from_fn(take_older_cookies))
        .wrap(from_fn(error_pages))
        .wrap(from_fn(guard))
        .wrap(from_fn(log_requests))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_kinds_of_notices_have_one_number_or_one_word() {
        let all = || NOTICES.all();
        assert_eq!(all().map(|kind| kind.number).collect::<HashSet<_>>().len(), all().count());
        assert_eq!(all().map(|kind| kind.word).collect::<HashSet<_>>().len(), all().count());
    }
}
