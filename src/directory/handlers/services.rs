//! `GET /accountants/{slug}/services/{id}`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::accountants::{Shown, find, moved};
use crate::db::Db;
use crate::directory::pages::{ClosedPage, ServicePage};
use crate::error::{Error, Result};
use crate::listings::{Service, ServiceId, ServiceState};
use crate::users::Viewer;
use crate::web::{Path2, Reply, paths};

pub async fn show(
    db: Data<Db>,
    reply: Reply,
    viewer: Option<Viewer>,
    Path2(slug, id): Path2<String, ServiceId>,
) -> Result<HttpResponse> {
    let base_url = reply.shell().base_url.clone();
    let found = db.read(move |conn, _| -> Result<_> {
        let (accountant, access) = match find(conn, &slug, viewer.as_ref())? {
            Shown::Page(accountant, access) => (*accountant, access),
            other => return Ok(Err(other)),
        };
        let service = Service::owned(conn, id, accountant.user_id)?;
        let is_public = service.state == ServiceState::Active;
        if !is_public && !access.is_owner {
            return Err(Error::NotFound);
        }
        let others = Service::active(conn, accountant.user_id)?;
        Ok(Ok(ServicePage {
            description: service.description.split("\n\n").map(str::to_owned).collect(),
            others: others.into_iter().filter(|other| other.id != service.id).take(5).collect(),
            is_preview: access.is_preview || !is_public,
            accountant,
            service,
            base_url,
        }))
    });
    match found.await? {
        Ok(page) => reply.page(&page),
        Err(Shown::Moved(slug)) => Ok(moved(&format!("{}/services/{id}", paths::accountant(slug)))),
        Err(_) => reply.page_with(StatusCode::GONE, &ClosedPage),
    }
}
