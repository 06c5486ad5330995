//! `GET /admin`: what waits, and how the site is doing.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::admin::pages::AdminPage;
use crate::admin::queue::Queue;
use crate::admin::statistics::Statistics;
use crate::clock::{Instant, Span};
use crate::db::{Conn, Db};
use crate::directory::DirectoryEntry;
use crate::error::Result;
use crate::jobs::{Job, Schedule};
use crate::payments::{Gateway, tasks};
use crate::users::User;
use crate::users::handlers::extract::Admin;
use crate::web::{Reply, paths};

pub async fn show(
    (db, schedule): (Data<Db>, Data<Schedule>),
    gateway: Data<Gateway>,
    Admin(_): Admin,
    reply: Reply,
) -> Result<HttpResponse> {
    let livemode = gateway.mode();
    let page = DirectoryEntry::look(&db, move |conn, now, _| -> Result<AdminPage> {
        let late = i64::try_from(schedule.late(conn, now)?.len()).unwrap_or(i64::MAX);
        Ok(AdminPage {
            queue: Queue::load(conn, now)?,
            money: money(conn, livemode.unwrap_or(false), now)?,
            statistics: Statistics::load(conn, now)?,
            people: User::count(conn)?,
            today: User::signed_up_since(conn, now - Span::days(1))?,
            week: User::signed_up_since(conn, now - Span::days(7))?,
            listed: DirectoryEntry::count(conn)?,
            troubles: Job::counts(conn)?.dead + late,
            now,
            path: paths::ADMIN.to_owned(),
        })
    });
    reply.page(&page.await?)
}

/// Tasks about money, and how many of them are late.
fn money(conn: &mut Conn, livemode: bool, now: Instant) -> Result<(usize, usize)> {
    let tasks = tasks::all(conn, livemode, now)?;
    let late = tasks.iter().filter(|task| task.is_overdue(&now)).count();
    Ok((tasks.len(), late))
}
