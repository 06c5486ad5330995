//! `/admin/jobs`, `/admin/log`, `/admin/statistics.csv`: what the program did, and what admins did.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Query};

use crate::admin::forms::BeforeForm;
use crate::admin::pages::{JobsPage, LogPage};
use crate::admin::people::note;
use crate::admin::statistics::Statistics;
use crate::audit::Audit;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::jobs::{Job, JobId, JobSelection, Schedule};
use crate::mail::Mail;
use crate::users::Actor;
use crate::users::handlers::extract::Admin;
use crate::web::{EmptyForm, Flash, Form, Path, Reply};

pub async fn jobs(
    db: Data<Db>,
    schedule: Data<Schedule>,
    Admin(viewer): Admin,
    reply: Reply,
) -> Result<HttpResponse> {
    let zone = viewer.zone.clone();
    let page = db.read(move |conn, now| -> Result<JobsPage> {
        Ok(JobsPage {
            jobs: Job::counts(conn)?,
            mails: Mail::counts(conn, now)?,
            refused: Mail::refused(conn)?,
            late: schedule.late(conn, now)?,
            dead: Job::dead(conn)?,
            zone,
        })
    });
    reply.page(&page.await?)
}

/// `POST /admin/jobs/{id}/retry`.
pub async fn retry(
    db: Data<Db>,
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<JobId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let act = move |conn: &mut Conn, actor: &Actor| -> Result<()> {
        if Job::retry(conn, &JobSelection::One(id), actor.now)? == 0 {
            return Err(Error::NotFound);
        }
        note(conn, actor.id, ("job.retry", &id.to_string(), ""), actor.now)
    };
    viewer.act(&db, act).await?;
    reply.done("/admin/jobs", Flash::JobAgain)
}

pub async fn log(
    db: Data<Db>,
    Admin(viewer): Admin,
    reply: Reply,
    query: Query<BeforeForm>,
) -> Result<HttpResponse> {
    let zone = viewer.zone.clone();
    let before = query.before.parse::<i64>().ok();
    let page = db.read(move |conn, _| -> Result<LogPage> {
        let rows = Audit::page(conn, before)?;
        Ok(LogPage { head: Audit::head(conn)?, rows, is_first: before.is_none(), zone })
    });
    reply.page(&page.await?)
}

pub async fn statistics(db: Data<Db>, Admin(_): Admin) -> Result<HttpResponse> {
    let file = db.read(|conn, now| Statistics::load(conn, now)?.csv()).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"footing-statistics.csv\""))
        .body(file))
}
