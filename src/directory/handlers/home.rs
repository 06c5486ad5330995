//! `GET /`

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::clock::Span;
use crate::db::Db;
use crate::directory::pages::HomePage;
use crate::directory::{Card, Counts, Entry, Filters, Search, Sort};
use crate::error::Result;
use crate::users::Viewer;
use crate::web::Reply;

const FEATURED: usize = 6;
const SOON: Span = Span::days(2);

pub async fn show(
    db: Data<Db>,
    counts: Data<Counts>,
    viewer: Option<Viewer>,
    reply: Reply,
) -> Result<HttpResponse> {
    let zone = viewer.map_or(String::new(), |viewer| viewer.zone.to_string());
    let page = Entry::look(&db, move |conn, now, stand| {
        let mut look = |sort| {
            let filters = Filters { sort, ..Filters::default() };
            Search::new(&filters, stand, now).run(conn, &counts)
        };
        let soonest = look(Sort::Soonest)?;
        let total = soonest.count;
        let is_soon = |card: &Card| card.free_at.is_some_and(|at| at < now + SOON);
        let mut featured: Vec<Card> = soonest.cards.into_iter().filter(is_soon).collect();
        let is_soon = !featured.is_empty();
        if !is_soon {
            featured = look(Sort::Best)?.cards;
        }
        featured.truncate(FEATURED);
        Ok(HomePage { featured, is_soon, total, zone: zone.clone(), now })
    });
    reply.page(&page.await?)
}
