//! `GET /accountants/like/{service}`: three others who do the same and are free soon, for whoever was
//! declined or waited in vain. A part that a booking's page asks for.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::visitor;
use crate::db::Db;
use crate::directory::pages::LikeFragment;
use crate::directory::{DirectoryCounts, DirectoryEntry, Filters, Search};
use crate::error::{Error, Result};
use crate::listings::{Service, ServiceId, ServiceState};
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{Path, Reply};

const MOST: usize = 3;

/// How the client wanted to meet.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct LikeQuery {
    mode: String,
}

pub async fn show(
    (db, counts, seal): (Data<Db>, Data<DirectoryCounts>, Data<Seal>),
    viewer: Option<Viewer>,
    reply: Reply,
    id: Path<ServiceId>,
    wanted: Query<LikeQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let id = *id;
    let service = db.read(move |conn, _| Service::by_id(conn, id)).await?;
    // what nobody could ever see stays unknown
    if service.state == ServiceState::Draft {
        return Err(Error::NotFound);
    }
    let zone = visitor::zone(&request, viewer.as_ref());
    let query = crate::web::paths::others_free(&service.category, &wanted.mode);
    let query = query.split_once('?').map_or("", |(_, query)| query).to_owned();
    let filters = Filters::read(&query, &seal);
    let found = DirectoryEntry::look(&db, move |conn, now, stand| {
        let counts = counts.as_of(conn)?;
        let options = counts.options(conn)?;
        let mut cards = Search::new(&filters, stand, now).run(conn, &counts, &options)?.cards;
        cards.retain(|card| card.user_id != service.accountant_id.0);
        cards.truncate(MOST);
        Ok(LikeFragment { cards, zone: zone.clone(), now })
    });
    reply.page(&found.await?)
}
