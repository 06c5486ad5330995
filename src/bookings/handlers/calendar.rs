//! Calendar files: of one booking, and the private feed with its settings.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Data;

use crate::bookings::pages::CalendarPage;
use crate::bookings::{Booking, BookingId, Feed, calendar};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::users::{User, Viewer};
use crate::web::{Form, Path, Reply};

fn answer(body: String, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body)
}

/// `GET /bookings/{id}.ics`
pub async fn show(
    db: Data<Db>,
    mail: Data<Mail>,
    viewer: Viewer,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    let id = *id;
    let body = db.read(move |conn, _| -> Result<_> {
        let line = Booking::for_party(conn, id, &viewer)?.line(conn)?;
        let side = line.booking.side(viewer.id);
        calendar::file(&mail, calendar::method_of(line.booking.state), &line, side, None)
    });
    Ok(answer(body.await?, "booking.ics"))
}

/// `GET /calendar/{token}.ics`: the address alone opens it, so it is long, and can be replaced.
pub async fn show_feed(
    db: Data<Db>,
    mail: Data<Mail>,
    token: Path<String>,
) -> Result<HttpResponse> {
    let token = token.clone();
    let body = db.read(move |conn, now| -> Result<_> {
        let feed = Feed::by_token(conn, &token)?;
        if !User::by_id(conn, feed.user_id)?.may_sign_in() {
            return Err(Error::NotFound);
        }
        let lines = Booking::for_feed(conn, feed.user_id, calendar::reach(now))?;
        calendar::feed(&mail, &lines, feed.is_busy_only)
    });
    Ok(answer(body.await?, "footing.ics"))
}

/// What the form of the feed says.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct FeedForm {
    busy_only: String,
    act: String,
}

pub async fn edit(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let feed = db.read(move |conn, _| Feed::of(conn, viewer.id)).await?;
    reply.page(&CalendarPage { feed, address: None, zone: viewer.zone.clone() })
}

/// `POST /settings/calendar/token`: makes, replaces or removes the address. It is shown here only.
pub async fn update(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<FeedForm>,
) -> Result<HttpResponse> {
    let is_busy_only = !form.busy_only.is_empty();
    let removes = form.act == "remove";
    let act = move |conn: &mut crate::db::Conn, actor: &crate::users::Actor| -> Result<_> {
        let token = match removes {
            true => Feed::remove(conn, actor).map(|()| None)?,
            false => Some(Feed::renew(conn, actor, is_busy_only)?),
        };
        Ok((Feed::of(conn, actor.id)?, token))
    };
    let (feed, token) = viewer.act_even_suspended(&db, act).await?;
    let base_url = &reply.shell().base_url;
    let address = token.map(|token| format!("{base_url}/calendar/{token}.ics"));
    reply.page(&CalendarPage { feed, address, zone: viewer.zone.clone() })
}
