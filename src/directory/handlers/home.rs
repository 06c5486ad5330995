//! `GET /`

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::directory::pages::HomePage;
use crate::directory::{Entry, Filters, Search};
use crate::error::Result;
use crate::web::Reply;

const FEATURED: usize = 6;

pub async fn show(db: Data<Db>, reply: Reply) -> Result<HttpResponse> {
    let page = Entry::look(&db, |conn, now| {
        let found = Search::new(&Filters::default()).run(conn)?;
        let (mut featured, total) = (found.cards, found.count);
        featured.truncate(FEATURED);
        Ok(HomePage { featured, total, now })
    });
    reply.page(&page.await?)
}
