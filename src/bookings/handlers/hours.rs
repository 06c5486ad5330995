//! `/practice/hours`: the weekly hours, dates that differ, and what they come to.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::availability::{Calendar, DatesForm, Exception, ExceptionId, HoursForm};
use crate::bookings::pages::HoursPage;
use crate::db::Db;
use crate::error::Result;
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{EmptyForm, Flash, Form, Path, Reply, paths};

/// The page with the hours as they are saved.
pub async fn page(db: &Db, seal: &Seal, viewer: &Viewer) -> Result<HoursPage> {
    let (viewer, seal) = (viewer.clone(), seal.clone());
    db.read(move |conn, now| HoursPage::load(conn, &seal, &viewer, now)).await
}

pub async fn edit(
    db: Data<Db>,
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
) -> Result<HttpResponse> {
    reply.page(&page(&db, &seal, &viewer).await?)
}

pub async fn update(
    db: Data<Db>,
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<HoursForm>,
) -> Result<HttpResponse> {
    let saved = page(&db, &seal, &viewer).await?;
    if let Some(form) = form.changed() {
        return reply.page(&HoursPage { form, is_changed: true, ..saved });
    }
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => return reply.rejected(&HoursPage { form, errors, ..saved }),
    };
    viewer.act(&db, move |conn, actor| Calendar::save(conn, actor, &new)).await?;
    reply.done(paths::HOURS, Flash::HoursSaved)
}

/// `POST /practice/hours/dates`
pub async fn create_dates(
    db: Data<Db>,
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
    Form(dates): Form<DatesForm>,
) -> Result<HttpResponse> {
    let saved = page(&db, &seal, &viewer).await?;
    let new = match dates.parse(saved.today) {
        Ok(new) => new,
        Err(errors) => return reply.rejected(&HoursPage { dates, errors, ..saved }),
    };
    viewer.act(&db, move |conn, actor| Exception::create(conn, actor, &new)).await?;
    reply.done(paths::HOURS, Flash::HoursSaved)
}

/// `POST /practice/hours/dates/{id}/removal`
pub async fn destroy_dates(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ExceptionId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer.act(&db, move |conn, actor| Exception::remove(conn, actor, id)).await?;
    reply.done(paths::HOURS, Flash::HoursSaved)
}
