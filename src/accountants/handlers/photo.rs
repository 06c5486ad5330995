//! `/practice/photo` and `/photos/{key}-{side}`.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;

use super::profile;
use crate::accountants::pages::ProfilePage;
use crate::accountants::{Accountant, DrawnPhoto, Photo};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::seal::Seal;
use crate::users::{UserId, Viewer};
use crate::web::{EmptyForm, Flash, Form, Path, Reply, Upload, paths};

/// Whose files are in memory, read or still coming.
static HELD: Mutex<BTreeSet<UserId>> = Mutex::new(BTreeSet::new());
const MOST_HELD: usize = 3;

/// Room in memory for one person's file, as long as this is kept.
struct Room(UserId);

impl Room {
    /// # Errors
    /// [`Error::TooMany`] while another file of the same person is being drawn, [`Error::Busy`] while
    /// there is no room for anybody's.
    fn take(person: UserId) -> Result<Self> {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        match held.contains(&person) {
            true => Err(Error::TooMany(5)),
            false if held.len() >= MOST_HELD => Err(Error::Busy),
            false => {
                held.insert(person);
                Ok(Self(person))
            }
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        HELD.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

pub async fn create(
    (db, seal): (Data<Db>, Data<Seal>),
    blobs: Data<Blobs>,
    viewer: Viewer,
    reply: Reply,
    upload: Upload<{ Photo::MOST_BYTES }>,
) -> Result<HttpResponse, actix_web::Error> {
    let page = profile::page(&db, &seal, &viewer).await?;
    let squares = match drawn(&viewer, upload).await? {
        DrawnPhoto::Squares(squares) => squares,
        DrawnPhoto::Unusable(words) => {
            return Ok(reply.rejected(&ProfilePage { photo_error: Some(words), ..page })?);
        }
    };
    let photo = Photo::store(&blobs, &squares).await?;
    let stored = photo.clone();
    let kept =
        viewer.act(&db, move |conn, actor| Accountant::set_photo(conn, actor, Some(&photo))).await;
    if kept.is_err() {
        stored.remove(&blobs).await?;
    }
    kept?;
    Ok(reply.done(paths::PROFILE, Flash::PhotoSaved)?)
}

/// The file is not read before there is room, and out of memory once it is drawn.
async fn drawn(
    viewer: &Viewer,
    upload: Upload<{ Photo::MOST_BYTES }>,
) -> Result<DrawnPhoto, actix_web::Error> {
    let _room = Room::take(viewer.id)?;
    match upload.read().await? {
        Some(file) => Ok(Photo::draw_in_turn(file).await?),
        None => Ok(DrawnPhoto::Unusable("Choose a file first.")),
    }
}

pub async fn destroy(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    _: Form<EmptyForm>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_picture_of_a_person_is_held_at_a_time_and_three_of_all() {
        let rooms: Vec<Room> = (1..=3).map(|id| Room::take(UserId(id)).unwrap()).collect();
        assert!(matches!(Room::take(UserId(1)), Err(Error::TooMany(_))));
        assert!(matches!(Room::take(UserId(4)), Err(Error::Busy)));
        drop(rooms);
        assert!(Room::take(UserId(1)).is_ok());
    }
}
