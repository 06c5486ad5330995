//! `/practice/photo` and `/photos/{key}-{side}`.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;
use tokio::sync::Semaphore;

use super::profile;
use crate::accountants::pages::ProfilePage;
use crate::accountants::{Accountant, Photo};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::users::Viewer;
use crate::web::{Flash, Form, Nothing, Path, Reply, Upload, paths};

/// A decoded picture takes up to 100 MB, so two are drawn at a time.
static DRAWING: Semaphore = Semaphore::const_new(2);

pub async fn create(
    db: Data<Db>,
    blobs: Data<Blobs>,
    viewer: Viewer,
    reply: Reply,
    Upload(file): Upload<{ Photo::MOST_BYTES }>,
) -> Result<HttpResponse> {
    let page = profile::page(&db, &viewer).await?;
    let Some(file) = file else {
        return reply.rejected(&ProfilePage { photo_error: Some("Choose a file first."), ..page });
    };
    let drawn = {
        let _turn = DRAWING.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || Photo::draw(&file)).await
    };
    let squares = match drawn.map_err(Error::internal)? {
        Ok(squares) => squares,
        Err(words) => return reply.rejected(&ProfilePage { photo_error: Some(words), ..page }),
    };
    let photo = Photo::store(&blobs, &squares).await?;
    let stored = photo.clone();
    let kept =
        viewer.act(&db, move |conn, actor| Accountant::set_photo(conn, actor, Some(&photo))).await;
    if kept.is_err() {
        stored.remove(&blobs).await?;
    }
    kept?;
    reply.done(paths::PROFILE, Flash::PhotoSaved)
}

pub async fn destroy(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    _: Form<Nothing>,
) -> Result<HttpResponse> {
    viewer.act(&db, |conn, actor| Accountant::set_photo(conn, actor, None)).await?;
    reply.done(paths::PROFILE, Flash::PhotoRemoved)
}

/// Anybody may look: the key is random, and a photograph is there to be seen.
pub async fn show(blobs: Data<Blobs>, name: Path<String>) -> Result<HttpResponse> {
    let (key, side) = name.rsplit_once('-').ok_or(Error::NotFound)?;
    let side = side.parse().map_err(|_| Error::NotFound)?;
    let jpeg = Photo { key: key.to_owned() }.read(&blobs, side).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/jpeg"))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(jpeg))
}
