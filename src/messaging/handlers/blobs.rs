//! `/blobs`: sealed files on their way in, part by part, and out, whole or in stretches.

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, Header, Range};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use serde::Serialize;

use crate::blobs::{Blobs, NotKept, Promised};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::messaging::forms::BlobForm;
use crate::messaging::{Blob, BlobId, NoRoom};
use crate::users::handlers::extract::Caller;
use crate::web::{EmptyForm, Json, Path, Path2, Raw, json, refused};

#[derive(Serialize)]
struct UploadAnswer {
    id: String,
    parts: i32,
    part_size: i64,
}

#[derive(Serialize)]
struct Incomplete<'a> {
    error: &'a str,
    words: &'a str,
    missing: Vec<i32>,
}

/// `POST /blobs`: room for a file of so many sealed bytes.
pub async fn create(
    db: Data<Db>,
    Caller(viewer): Caller,
    Json(form): Json<BlobForm, 1024>,
) -> Result<HttpResponse> {
    if !Blob::is_sealed_size(form.size) {
        let words = "No sealed file has this length.";
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, "size", words));
    }
    let (talk, size) = (form.conversation()?, form.size);
    match viewer.act(&db, move |conn, actor| Blob::begin(conn, actor, talk, size)).await {
        Ok(blob) => {
            let id = blob.id.to_string();
            let begun = UploadAnswer { id, parts: blob.parts, part_size: Blob::PART };
            Ok(json(StatusCode::CREATED, &begun))
        }
        Err(full) => refuse_room(full),
    }
}

fn refuse_room(full: NoRoom) -> Result<HttpResponse> {
    let word = match full {
        NoRoom::Failed(error) => return Err(error),
        NoRoom::File => "file",
        NoRoom::Quota => "quota",
        NoRoom::Unsent => "unsent",
    };
    Ok(refused(StatusCode::PAYLOAD_TOO_LARGE, word, full.to_string()))
}

/// `PUT /blobs/{id}/parts/{n}`, counted from 0. The same again is fine; other bytes are not.
pub async fn update(
    db: Data<Db>,
    blobs: Data<Blobs>,
    Caller(viewer): Caller,
    part: Path2<BlobId, i32>,
    raw: Raw,
) -> Result<HttpResponse> {
    let Path2(id, number) = part;
    let owner = viewer.id;
    let blob = db.read(move |conn, _| Blob::written_by(conn, id, &viewer)).await?;
    let length = blob.part_length(number).ok_or(Error::NotFound)?;
    let Some(sha256) = raw.sha256 else { return Ok(unpromised()) };
    let promised = Promised { length: bytes(length)?, sha256 };
    let key = Blob::key(id, number);
    if let Err(not) = blobs.keep(&key, raw.pieces(), promised).await {
        return refuse(not);
    }
    // taken back meanwhile: whoever removed the others did not know of this one
    if let Err(gone) = db.read(move |conn, _| Blob::owned(conn, id, owner)).await {
        blobs.remove(&key).await?;
        return Err(gone);
    }
    Ok(HttpResponse::NoContent().finish())
}

fn unpromised() -> HttpResponse {
    let words = "Say the SHA-256 of this part in base64url as X-Content-SHA256.";
    refused(StatusCode::UNPROCESSABLE_ENTITY, "hash", words)
}

fn refuse(not: NotKept) -> Result<HttpResponse> {
    let word = match not {
        NotKept::Failed(error) => return Err(error),
        NotKept::Taken => return Ok(refused(StatusCode::CONFLICT, "taken", not.to_string())),
        NotKept::Length => "length",
        NotKept::Hash => "hash",
        NotKept::CutOff => "cut_off",
    };
    Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, word, not.to_string()))
}

/// `POST /blobs/{id}/complete`: 204, or 409 with the parts that are missing.
pub async fn complete(
    db: Data<Db>,
    blobs: Data<Blobs>,
    Caller(viewer): Caller,
    id: Path<BlobId>,
    Json(EmptyForm {}): Json<EmptyForm, 64>,
) -> Result<HttpResponse> {
    let (id, writer) = (*id, viewer.clone());
    let blob = db.read(move |conn, _| Blob::written_by(conn, id, &writer)).await?;
    let mut missing = vec![];
    for number in 0..blob.parts {
        if blobs.length(&Blob::key(id, number)).await?.is_none() {
            missing.push(number);
        }
    }
    if !missing.is_empty() {
        let words = "Some parts of the file are missing.";
        let incomplete = Incomplete { error: "incomplete", words, missing };
        return Ok(json(StatusCode::CONFLICT, &incomplete));
    }
    let sha256 = blobs.sha256(&blob.keys()).await?;
    viewer.act(&db, move |conn, _| blob.complete(conn, &sha256)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /blobs/{id}`: its owner does not send it after all.
pub async fn destroy(
    db: Data<Db>,
    Caller(viewer): Caller,
    id: Path<BlobId>,
    Json(EmptyForm {}): Json<EmptyForm, 64>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer
        .act_even_suspended(&db, move |conn, actor| {
            Blob::owned(conn, id, actor.id)?.cancel(conn, actor)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /blobs/{id}`, for the two of the conversation. Nothing a browser would show or run.
pub async fn show(
    request: HttpRequest,
    db: Data<Db>,
    blobs: Data<Blobs>,
    Caller(viewer): Caller,
    id: Path<BlobId>,
) -> Result<HttpResponse> {
    let id = *id;
    let blob = db.read(move |conn, _| Blob::sent_to(conn, id, viewer.id)).await?;
    let range = ByteRange::wanted(&request, bytes(blob.size)?);
    let (from, length) = match range {
        ByteRange::All => (0, blob.size),
        ByteRange::Stretch(first, last) => (count(first)?, count(last - first + 1)?),
        ByteRange::Beyond => return beyond(blob.size),
    };
    let mut answer = range.answer(blob.size);
    Ok(answer
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .body(SizedStream::new(bytes(length)?, pieces(&blobs, blob.stretches(from, length)))))
}

/// The bytes of some stretches of parts, one after the other.
fn pieces(
    blobs: &Blobs,
    stretches: Vec<(String, i64, i64)>,
) -> impl Stream<Item = Result<Bytes>> + use<> {
    let blobs = blobs.clone();
    stream::iter(stretches)
        .then(move |(key, from, length)| {
            let blobs = blobs.clone();
            async move { blobs.read(&key, bytes(from)?, bytes(length)?).await }
        })
        .try_flatten()
        .map_ok(Bytes::from)
}

fn beyond(size: i64) -> Result<HttpResponse> {
    let words = "The file ends before that.";
    let mut answer = refused(StatusCode::RANGE_NOT_SATISFIABLE, "range", words);
    let range = header::HeaderValue::from_str(&format!("bytes */{size}"));
    answer.headers_mut().insert(header::CONTENT_RANGE, range.map_err(Error::internal)?);
    Ok(answer)
}

#[derive(Clone, Copy)]
enum ByteRange {
    All,
    /// First and last byte.
    Stretch(u64, u64),
    Beyond,
}

impl ByteRange {
    /// One stretch at most; several, or what cannot be read, are all of it.
    fn wanted(request: &HttpRequest, size: u64) -> Self {
        match Range::parse(request) {
            Ok(Range::Bytes(specs)) => match specs.as_slice() {
                [one] => one
                    .to_satisfiable_range(size)
                    .map_or(Self::Beyond, |(first, last)| Self::Stretch(first, last)),
                _ => Self::All,
            },
            _ => Self::All,
        }
    }

    fn answer(self, size: i64) -> HttpResponseBuilder {
        let Self::Stretch(first, last) = self else { return HttpResponse::Ok() };
        let mut answer = HttpResponse::PartialContent();
        answer.insert_header((header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}")));
        answer
    }
}

fn bytes(count: i64) -> Result<u64> {
    u64::try_from(count).map_err(Error::internal)
}

fn count(bytes: u64) -> Result<i64> {
    i64::try_from(bytes).map_err(Error::internal)
}
