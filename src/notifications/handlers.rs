//! `/notifications`: one's notices, newest first.

pub mod push;
pub mod settings;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::forms::{PageForm, ReadForm};
use super::pages::NotificationsPage;
use super::{Notice, Preference};
use crate::db::Db;
use crate::error::Result;
use crate::users::Viewer;
use crate::web::{Form, Reply, paths};

pub async fn index(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    form: Query<PageForm>,
) -> Result<HttpResponse> {
    let after = form.parse()?;
    let page = db.read(move |conn, _| -> Result<_> {
        let notices = Notice::page(conn, viewer.id, after)?;
        let goes_on = Notice::has_older(conn, viewer.id, &notices)?;
        let zone = viewer.zone.clone();
        let unmailed = Preference::unmailed(conn, viewer.id)?;
        Ok(NotificationsPage { notices, goes_on, is_first: after.is_none(), zone, unmailed })
    });
    reply.page(&page.await?)
}

/// Also for the suspended, who must see what was decided about them.
pub async fn update(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<ReadForm>,
) -> Result<HttpResponse> {
    let newest = form.parse()?;
    viewer
        .act_even_suspended(&db, move |conn, actor| Notice::read_all(conn, actor, newest))
        .await?;
    reply.see_other(paths::NOTIFICATIONS)
}
