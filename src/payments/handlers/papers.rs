//! `/papers/{id}`, and the papers of one booking.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::bookings::{Booking, BookingId};
use crate::db::Db;
use crate::error::Result;
use crate::payments::pages::{PaperPage, PapersPage};
use crate::payments::{Paper, PaperId};
use crate::users::{Role, Viewer};
use crate::web::{Path, Reply, paths};

/// Which of the site's copies somebody reads.
fn area_of(viewer: &Viewer) -> &'static str {
    match viewer.role {
        Role::Accountant => "practice",
        Role::Admin => "admin",
        Role::Client => "public",
    }
}

pub async fn show(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<PaperId>,
) -> Result<HttpResponse> {
    let (id, area) = (*id, area_of(&viewer));
    let page = db.read(move |conn, _| -> Result<_> {
        let paper = Paper::seen(conn, id, &viewer)?;
        let corrected = paper.corrected(conn)?;
        Ok(PaperPage { paper, corrected, area })
    });
    reply.page(&page.await?)
}

/// `GET /bookings/{id}/papers`
pub async fn index(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    let (id, area) = (*id, area_of(&viewer));
    let page = db.read(move |conn, _| -> Result<_> {
        let line = Booking::seen(conn, id, &viewer)?;
        let papers = Paper::of_booking(conn, id, &viewer)?;
        Ok(PapersPage { line, papers, zone: viewer.zone.clone(), area })
    });
    reply.page(&page.await?)
}

/// `GET /bookings/{id}/invoice`: the first of them; where there is none, the list says why.
pub async fn invoice(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    let id = *id;
    let papers = db.read(move |conn, _| -> Result<_> {
        Booking::seen(conn, id, &viewer)?;
        Paper::of_booking(conn, id, &viewer)
    });
    match papers.await?.first() {
        Some(paper) => reply.see_other(paths::paper(paper.id)),
        None => reply.see_other(paths::papers(id)),
    }
}
