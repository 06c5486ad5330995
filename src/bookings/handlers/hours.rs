//! `/practice/hours`: the weekly hours, dates that differ, and what they come to.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::Accountant;
use crate::availability::{
    Calendar, CalendarForm, DatesForm, Exception, ExceptionId, HoursForm, Outside, Rules,
};
use crate::bookings::pages::{CalendarRow, HoursPage, PreviewDay};
use crate::bookings::{Booking, BookingRow, Side};
use crate::clock::{Day, Instant};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::locale::LocalZone;
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Path, Reply, paths};

/// The page with the hours as they are saved.
pub async fn page(db: &Db, seal: &Seal, viewer: &Viewer) -> Result<HoursPage> {
    let (viewer, seal) = (viewer.clone(), seal.clone());
    db.read(move |conn, now| load(conn, &seal, &viewer, now)).await
}

fn load(conn: &mut Conn, seal: &Seal, viewer: &Viewer, now: Instant) -> Result<HoursPage> {
    let accountant = Accountant::owned(conn, viewer.id)?;
    let zone = viewer.zone.elsewhere(&*accountant.zone);
    let today = now.day(&accountant.zone);
    let calendar = Calendar::of(conn, viewer.id)?;
    let week = Calendar::week(conn, viewer.id)?;
    let exceptions = Exception::of(conn, viewer.id, today)?;
    let rules = Calendar::rules(conn, &accountant, today)?;
    let ahead = Booking::ahead(conn, viewer.id, Side::Accountant, now)?;
    Ok(HoursPage {
        form: HoursForm::of(&calendar, &week, &accountant.zone),
        dates: DatesForm::default(),
        calendar: CalendarForm::default(),
        calendars: Outside::of(conn, viewer.id)?
            .into_iter()
            .map(|outside| CalendarRow::new(outside, seal))
            .collect(),
        errors: FieldErrors::default(),
        is_changed: false,
        preview: (0..14)
            .map(|n| today.plus(n))
            .map(|day| PreviewDay { day, hours: hours(&rules, day, &zone) })
            .collect(),
        outside: ahead.into_iter().filter(|line| !is_within(&rules, line)).collect(),
        today,
        now,
        exceptions,
        past_exceptions: Exception::past(conn, viewer.id, today)?,
        zone,
    })
}

fn hours(rules: &Rules, day: Day, zone: &LocalZone) -> Vec<String> {
    rules
        .pieces(day)
        .into_iter()
        .map(|(from, to)| {
            let (from, to) = (from.in_zone(zone), to.in_zone(zone));
            zone.locale.window(from.time(), to.time())
        })
        .collect()
}

fn is_within(rules: &Rules, line: &BookingRow) -> bool {
    let (start, end) = (line.booking.starts_at, line.booking.ends_at);
    let pieces = rules.pieces(start.day_in(&rules.zone));
    pieces.iter().any(|(from, to)| *from <= start && end <= *to)
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
