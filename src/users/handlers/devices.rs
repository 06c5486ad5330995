//! `/settings/devices`: where one is signed in, and ending it.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::users::pages::DevicesPage;
use crate::users::{Session, Viewer};
use crate::web::{EmptyForm, Flash, Form, Path, Reply, paths};

pub async fn index(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let zone = viewer.zone.clone();
    let devices = db.read(move |conn, now| Session::devices(conn, &viewer, now)).await?;
    reply.page(&DevicesPage { devices, zone })
}

pub async fn destroy(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    handle: Path<String>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let handle = handle.clone();
    let ended = viewer.act_even_suspended(&db, move |conn, actor| {
        Session::end_devices(conn, actor.id, |one| one == handle)
    });
    if ended.await? == 0 {
        return Err(Error::NotFound);
    }
    reply.see_other(paths::DEVICES)
}

pub async fn destroy_others(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let this = viewer.session.clone();
    viewer
        .act_even_suspended(&db, move |conn, actor| {
            Session::end_devices(conn, actor.id, |one| one != &*this)
        })
        .await?;
    reply.done(paths::DEVICES, Flash::DevicesEnded)
}
