//! `GET /notifications/push`: what a browser shows when it is woken. The push itself is empty, and what
//! is shown on a locked screen names nobody.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use crate::db::Db;
use crate::error::Result;
use crate::messaging::Participant;
use crate::notifications::{Notice, PushTopic};
use crate::users::handlers::extract::Caller;
use crate::web::paths;

#[derive(Serialize)]
struct PushText {
    title: &'static str,
    path: &'static str,
    tag: &'static str,
}

/// What came last and was not read.
pub async fn show(db: Data<Db>, Caller(viewer): Caller) -> Result<HttpResponse> {
    let newest = db.read(move |conn, _| -> Result<_> {
        Ok((Participant::newest_unread(conn, viewer.id)?, Notice::newest_unread(conn, viewer.id)?))
    });
    let (message, notice) = newest.await?;
    let (topic, title, path) = match message > notice {
        true => (PushTopic::Messages, "New message on Footing", paths::MESSAGES),
        false => (PushTopic::Notices, "News on Footing", paths::NOTIFICATIONS),
    };
    Ok(HttpResponse::Ok().json(PushText { title, path, tag: topic.as_str() }))
}
