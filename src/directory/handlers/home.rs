//! `GET /`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::visitor;
use crate::db::Db;
use crate::directory::pages::HomePage;
use crate::directory::{DirectoryCounts, DirectoryEntry, Soon};
use crate::error::Result;
use crate::users::Viewer;
use crate::web::Reply;

pub async fn show(
    db: Data<Db>,
    counts: Data<DirectoryCounts>,
    viewer: Option<Viewer>,
    reply: Reply,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let zone = visitor::zone(&request, viewer.as_ref());
    let page = DirectoryEntry::look(&db, move |conn, now, stand| {
        let counts = counts.as_of(conn)?;
        let Soon { cards, is_soon, total } = Soon::of(conn, &counts, &zone, stand, now)?;
        Ok(HomePage { featured: cards, is_soon, total, zone: zone.clone(), now })
    });
    reply.page(&page.await?)
}
