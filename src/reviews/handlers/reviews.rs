//! `/bookings/{id}/review`: each side says how it went.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::bookings::{Booking, BookingId};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::reviews::forms::ReviewForm;
use crate::reviews::pages::ReviewPage;
use crate::reviews::writing::{barred, only_taken_place};
use crate::reviews::{Review, ReviewSide};
use crate::users::{Actor, Viewer};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn show(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    let id = *id;
    reply.page(&db.read(move |conn, now| page(conn, &viewer, id, now)).await?)
}

/// The page as it stands: a stranger's is not there, and what did not take place has none.
fn page(conn: &mut Conn, viewer: &Viewer, id: BookingId, now: Instant) -> Result<ReviewPage> {
    let booking = Booking::for_party(conn, id, viewer)?;
    only_taken_place(&booking, now)?;
    let side = booking.side(viewer.id);
    let own = Review::own(conn, id, viewer.id)?;
    Ok(ReviewPage {
        barred: barred(conn, &booking, viewer.id, now)?,
        form: own.as_ref().map(ReviewPage::filled).unwrap_or_default(),
        other: Review::of_other(conn, id, viewer.id)?,
        line: booking.line(conn)?,
        side,
        own,
        errors: FieldErrors::default(),
        zone: viewer.zone.clone(),
        now,
    })
}

pub async fn create(
    db: Data<Db>,
    mail: Data<Mail>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
    Form(form): Form<ReviewForm>,
) -> Result<HttpResponse> {
    let (id, asker) = (*id, viewer.clone());
    let page = db.read(move |conn, now| page(conn, &asker, id, now)).await?;
    if let Some(words) = page.closed_words() {
        viewer.only_active()?;
        let is_name = page.own.is_some() && form.is_name_alone();
        if !is_name {
            return Err(Error::conflict(words));
        }
        viewer.act(&db, move |conn, actor| Review::hide_name(conn, actor, id)).await?;
        return reply.done(paths::review(id), Flash::ReviewSaved);
    }
    let said = match form.parse(ReviewSide::from(page.side)) {
        Ok(said) => said,
        Err(errors) => return reply.rejected(&ReviewPage { form, errors, ..page }),
    };
    let act = move |conn: &mut Conn, actor: &Actor| Review::write(conn, &mail, actor, id, &said);
    viewer.act(&db, act).await?;
    reply.done(paths::review(id), Flash::ReviewSaved)
}

/// `POST /bookings/{id}/review/withdrawal`
pub async fn withdrawal(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<BookingId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let (id, asker) = (*id, viewer.clone());
    db.read(move |conn, now| page(conn, &asker, id, now)).await?;
    viewer.act(&db, move |conn, actor| Review::withdraw(conn, actor, id)).await?;
    reply.done(paths::review(id), Flash::ReviewWithdrawn)
}
