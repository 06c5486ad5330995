//! Who is asking. A handler that takes a [`Viewer`], [`Fresh`] or [`Admin`] cannot be reached by
//! anybody else.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};

use super::sessions;
use crate::db::{Conn, Db};
use crate::error::Error;
use crate::users::{Role, Status, UnreadCounts, UserId, Viewer};
use crate::web::{LayoutContext, Visitor, paths};

/// Counts somebody's news, of which higher domains know.
pub struct CountNews(pub fn(&mut Conn, UserId) -> Result<UnreadCounts, Error>);

/// Middleware: reads who is signed in, and fills the layout's values once.
pub async fn identify(
    session: actix_session::Session,
    (db, count): (Data<Db>, Data<CountNews>),
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let viewer = sessions::viewer_of(&session)
        .filter(|viewer| matches!(viewer.status, Status::Active | Status::Suspended));
    let news = match &viewer {
        Some(viewer) if crate::web::wants_layout(request.request()) => {
            let (id, count) = (viewer.id, count.0);
            db.read(move |conn, _| count(conn, id)).await?
        }
        _ => UnreadCounts::default(),
    };
    let visitor = viewer.as_ref().map(|viewer| visitor(viewer, news));
    let shell = Rc::new(LayoutContext::new(request.request(), visitor));
    request.extensions_mut().insert(shell);
    if let Some(viewer) = viewer {
        request.extensions_mut().insert(viewer.asked_at);
        request.extensions_mut().insert(viewer);
    }
    next.call(request).await
}

/// Somebody signed in, as the layout shows them.
fn visitor(viewer: &Viewer, news: UnreadCounts) -> Visitor {
    Visitor {
        user_id: viewer.id.0,
        name: viewer.name.to_string(),
        is_accountant: viewer.role == Role::Accountant,
        is_admin: viewer.role == Role::Admin,
        zone: viewer.zone.clone(),
        unread: news.notices,
        messages: news.messages,
        keys: news.keys.as_str(),
    }
}

fn viewer(request: &HttpRequest) -> Result<Viewer, Error> {
    request.extensions().get::<Viewer>().cloned().ok_or(Error::SignedOut)
}

impl FromRequest for Viewer {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(viewer(request))
    }
}

/// Somebody with an inbox. Admins have none, and for them nothing of it is there.
pub struct Member(pub Viewer);

impl FromRequest for Member {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match viewer(request) {
            Ok(viewer) if viewer.is_admin() => Err(Error::NotFound),
            found => found.map(Self),
        })
    }
}

/// The same whose script asks: without a session the answer is 401, as there is no page to lead to.
pub struct Caller(pub Viewer);

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match viewer(request) {
            Ok(viewer) if viewer.is_admin() => Err(Error::NotFound.into()),
            Ok(viewer) => Ok(Self(viewer)),
            Err(_) => {
                let words = Error::SignedOut.to_string();
                let answer = crate::web::refused(StatusCode::UNAUTHORIZED, "signed_out", words);
                Err(actix_web::error::InternalError::from_response("signed out", answer).into())
            }
        })
    }
}

/// A viewer who gave a password or code within the last ten minutes.
pub struct Fresh(pub Viewer);

impl FromRequest for Fresh {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match viewer(request) {
            Ok(viewer) if viewer.has_fresh_proof() => Ok(Self(viewer)),
            Ok(_) => Err(led_to("/reauthenticate?next=/settings/security")),
            Err(error) => Err(error.into()),
        })
    }
}

/// An admin with two-step sign-in. For everybody else the page is not there.
pub struct Admin(pub Viewer);

impl FromRequest for Admin {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match viewer(request) {
            Ok(viewer) if !viewer.is_admin() || viewer.status != Status::Active => {
                Err(Error::NotFound.into())
            }
            Ok(viewer) if !viewer.has_totp => Err(led_to(paths::SECURITY)),
            Ok(viewer) => Ok(Self(viewer)),
            Err(_) => Err(Error::NotFound.into()),
        })
    }
}

fn led_to(path: &str) -> actix_web::Error {
    let answer = HttpResponse::SeeOther().insert_header((LOCATION, path.to_owned())).finish();
    actix_web::error::InternalError::from_response("another step comes first", answer).into()
}

/// Cookie of a browser that has signed in: it has a bucket of its own in the limits.
pub const BROWSER: &str = "__Host-footing-browser";
