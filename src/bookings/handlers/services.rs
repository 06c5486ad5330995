//! `GET /accountants/{slug}/services/{id}`: a service, and the times at which it can be booked.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};

use crate::bookings::Online;
use crate::bookings::asker::{Asker, VisitedService};
use crate::bookings::forms::WeekQuery;
use crate::bookings::pages::ServicePage;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::listings::{ClosedPage, ServiceId};
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{LayoutContext, Path2, Reply, paths};

impl FromRequest for Asker {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(asker(request))
    }
}

fn asker(request: &HttpRequest) -> Result<Asker> {
    let seal = request.app_data::<Data<Seal>>().ok_or_else(|| Error::internal("no seal"))?;
    let shell = LayoutContext::of(request);
    Ok(Asker {
        viewer: request.extensions().get::<Viewer>().cloned(),
        cookie: request.cookie("tz").map(|cookie| cookie.value().to_owned()),
        base_url: shell.base_url.clone(),
        said: shell.flash,
        seal: Seal::clone(seal),
        online: request.app_data::<Data<Online>>().and_then(|online| online.0.clone()),
    })
}

pub async fn show(
    db: Data<Db>,
    reply: Reply,
    asker: Asker,
    Path2(slug, id): Path2<String, ServiceId>,
    look: Query<WeekQuery>,
) -> Result<HttpResponse> {
    let found = db.read(move |conn, now| asker.visit(conn, (&slug, id), &look, now));
    match found.await? {
        VisitedService::Page(page) => page_or_week(&reply, &page),
        VisitedService::Moved(slug) => reply.moved(paths::public_service(slug, id)),
        VisitedService::Closed => reply.page_with(StatusCode::GONE, &ClosedPage),
    }
}

/// The page, or its slot picker alone when a week is turned.
pub(super) fn page_or_week(reply: &Reply, page: &ServicePage) -> Result<HttpResponse> {
    match page.as_week() {
        Some(week) => reply.page_or_part(page, week),
        None => reply.page(page),
    }
}
