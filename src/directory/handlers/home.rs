//! `GET /`

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::directory::pages::HomePage;
use crate::directory::{Counts, Entry, Filters, Search};
use crate::error::Result;
use crate::web::Reply;

const FEATURED: usize = 6;

pub async fn show(db: Data<Db>, counts: Data<Counts>, reply: Reply) -> Result<HttpResponse> {
    let page = Entry::look(&db, move |conn, now, stand| {
        let found = Search::new(&Filters::default(), stand).run(conn, &counts)?;
        let (mut featured, total) = (found.cards, found.count);
        featured.truncate(FEATURED);
        Ok(HomePage { featured, total, now })
    });
    reply.page(&page.await?)
}
