//! `/practice/hours/calendars`: calendars kept elsewhere.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::hours;
use crate::availability::{CalendarForm, Outside, OutsideId, UnreadCalendar};
use crate::bookings::calendar::reader;
use crate::bookings::pages::HoursPage;
use crate::calendar_file::{self, Internet};
use crate::db::Db;
use crate::error::Result;
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{EmptyForm, FieldErrors, Flash, Form, FormWithFile, Path, Reply, paths};

/// `POST /practice/hours/calendars` reads a file or an address, and keeps it if it can be read.
pub async fn create(
    (db, seal, internet): (Data<Db>, Data<Seal>, Data<Internet>),
    viewer: Viewer,
    reply: Reply,
    sent: FormWithFile<CalendarForm, { calendar_file::MAX_BYTES }>,
) -> Result<HttpResponse> {
    let page = hours::page(&db, &seal, &viewer).await?;
    let FormWithFile { form: calendar, file } = sent;
    let source = match calendar.parse(file) {
        Ok(source) => source,
        Err(errors) => return reply.rejected(&HoursPage { calendar, errors, ..page }),
    };
    let field = source.field();
    let reader = reader(Db::clone(&db), Seal::clone(&seal), Internet::clone(&internet));
    let new = match source.read(&reader, viewer.id, &page.zone).await {
        Ok(new) => new,
        Err(UnreadCalendar::Failed(error)) => return Err(error),
        Err(why) => {
            let errors = FieldErrors::one(field, why.to_string());
            return reply.rejected(&HoursPage { calendar, errors, ..page });
        }
    };
    viewer.act(&db, move |conn, actor| Outside::create(conn, actor, &new)).await?;
    reply.done(paths::HOURS, Flash::CalendarAdded)
}

/// `POST /practice/hours/calendars/{id}/removal`
pub async fn destroy(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<OutsideId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    viewer.act(&db, move |conn, actor| Outside::remove(conn, actor, id)).await?;
    reply.done(paths::HOURS, Flash::CalendarRemoved)
}
