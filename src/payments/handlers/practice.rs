//! `GET /practice`: today.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::Result;
use crate::payments::Gateway;
use crate::payments::pages::PracticePage;
use crate::users::Viewer;
use crate::web::Reply;

pub async fn show(
    db: Data<Db>,
    gateway: Data<Gateway>,
    viewer: Viewer,
    reply: Reply,
) -> Result<HttpResponse> {
    let (mode, online) = (gateway.mode(), gateway.online_rules());
    let page = db
        .read(move |conn, now| PracticePage::load(conn, &viewer, (mode, online.as_ref()), now))
        .await?;
    reply.page(&page)
}
