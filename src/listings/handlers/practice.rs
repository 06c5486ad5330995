//! `GET /practice`: today.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::Accountant;
use crate::db::Db;
use crate::error::Result;
use crate::listings::pages::PracticePage;
use crate::listings::{Missing, Service};
use crate::users::Viewer;
use crate::web::Reply;

pub async fn show(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let page = db.read(move |conn, now| -> Result<PracticePage> {
        let accountant = Accountant::owned(conn, viewer.id)?;
        let missing = Missing::of(conn, &accountant, viewer.status)?;
        let services = Service::all(conn, viewer.id)?;
        let hour = now.in_zone(&viewer.zone).hour();
        Ok(PracticePage { name: viewer.name.to_string(), hour, accountant, missing, services })
    });
    reply.page(&page.await?)
}
