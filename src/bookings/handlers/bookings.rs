//! The lists of bookings, and one booking.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use crate::bookings::forms::ListQuery;
use crate::bookings::pages::{BesideFragment, BookingPage, BookingsPage, PracticeBookingsPage};
use crate::bookings::{BookingId, Summaries};
use crate::db::Db;
use crate::error::Result;
use crate::seal::Seal;
use crate::users::{UserId, Viewer};
use crate::web::{LayoutContext, Path, Reply, paths};

pub async fn index(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    from: Query<ListQuery>,
) -> Result<HttpResponse> {
    if viewer.is_accountant() {
        return reply.see_other(paths::PRACTICE_BOOKINGS);
    }
    let after = from.read();
    let page = db.read(move |conn, now| BookingsPage::load(conn, &viewer, after, now));
    reply.page(&page.await?)
}

pub async fn bookings(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    from: Query<ListQuery>,
) -> Result<HttpResponse> {
    let after = from.read();
    let page = db.read(move |conn, now| PracticeBookingsPage::load(conn, &viewer, after, now));
    reply.page(&page.await?)
}

pub async fn show(
    db: Data<Db>,
    seal: Data<Seal>,
    summaries: Data<Summaries>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    reply.page(&page(&db, (&seal, **summaries), &viewer, *id).await?)
}

/// The page of one booking as this viewer may see it.
pub async fn page(
    db: &Db,
    (seal, summaries): (&Seal, Summaries),
    viewer: &Viewer,
    id: BookingId,
) -> Result<BookingPage> {
    let (seal, viewer) = (seal.clone(), viewer.clone());
    db.read(move |conn, now| BookingPage::load(conn, (&seal, summaries), &viewer, id, now)).await
}

/// Which of the two parts a conversation asks for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Beside {
    side: String,
}

/// `GET /bookings/with/{user}`: what a conversation shows beside itself.
pub async fn show_beside(
    db: Data<Db>,
    (seal, summaries): (Data<Seal>, Data<Summaries>),
    viewer: Viewer,
    reply: Reply,
    with: Path<UserId>,
    part: Query<Beside>,
) -> Result<HttpResponse> {
    let (with, summaries) = (*with, **summaries);
    let page =
        db.read(move |conn, now| BookingPage::beside(conn, (&seal, summaries), &viewer, with, now));
    reply.page(&BesideFragment { page: page.await?, is_side: !part.side.is_empty() })
}

/// The page's main part for a socket, as it stands after a change. What is being typed stays.
pub async fn push(
    db: &Db,
    seal: (&Seal, Summaries),
    viewer: &Viewer,
    shell: &LayoutContext,
    id: i64,
) -> Result<String> {
    page(db, seal, viewer, BookingId(id)).await?.pushed(shell)
}
