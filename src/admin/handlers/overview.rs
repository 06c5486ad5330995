//! `GET /admin`: counts.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::admin::pages::{AdminPage, Dead};
use crate::clock::Span;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::{Job, Schedule};
use crate::listings::complete;
use crate::mail::Mail;
use crate::users::User;
use crate::users::handlers::extract::Admin;
use crate::web::Reply;

pub async fn show(
    db: Data<Db>,
    schedule: Data<Schedule>,
    Admin(viewer): Admin,
    reply: Reply,
) -> Result<HttpResponse> {
    let page = db.read(move |conn, now| -> Result<AdminPage> {
        let dead = Job::dead(conn)?.into_iter().map(|job| Dead {
            id: job.id.to_string(),
            kind: job.kind,
            at: job.dead_at.unwrap_or(job.created_at),
            cause: job.last_error.unwrap_or_default(),
        });
        Ok(AdminPage {
            people: User::count(conn)?,
            today: User::signed_up_since(conn, now - Span::days(1))?,
            week: User::signed_up_since(conn, now - Span::days(7))?,
            listed: complete::count_listed(conn)?,
            jobs: Job::counts(conn)?,
            mails: Mail::counts(conn, now)?,
            refused: Mail::refused(conn)?,
            late: schedule.late(conn, now)?,
            dead: dead.collect(),
            zone: viewer.zone.to_string(),
        })
    });
    reply.page(&page.await?)
}
