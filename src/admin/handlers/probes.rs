//! `/healthz`, `/readyz`, `/version`: for machines that watch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::admin::readiness::Readiness;
use crate::blobs::Blobs;
use crate::db::Db;
use crate::jobs::Schedule;
use crate::live::Live;

/// Set while the program is stopping: no new visitors, please.
#[derive(Clone, Default)]
pub struct Draining(pub Arc<AtomicBool>);

/// The process answers; nothing is asked of anybody else.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

pub async fn version() -> HttpResponse {
    let version = env!("CARGO_PKG_VERSION");
    let commit = option_env!("FOOTING_COMMIT").unwrap_or("unknown");
    HttpResponse::Ok().json(serde_json::json!({ "version": version, "commit": commit }))
}

/// A probe is answered in this time, whoever is silent.
const TIMEOUT: Duration = Duration::from_secs(2);

/// 200 when visitors can be served, else 503; with the names of what fails. Rounds that nobody does
/// (`jobs`) and a lost Redis are named, but pages still answer.
pub async fn ready(
    (db, blobs, live): (Data<Db>, Data<Blobs>, Data<Live>),
    schedule: Data<Schedule>,
    draining: Data<Draining>,
) -> HttpResponse {
    let (mut failing, mut lagging) = (vec![], vec![]);
    let clock = db.clock().clone();
    let checked = db.read(move |conn, now| Readiness::of(conn, &schedule, &clock, now));
    match tokio::time::timeout(TIMEOUT, checked).await {
        Ok(Ok(found)) => {
            failing.extend(found.failing);
            lagging.extend(found.is_late.then_some("jobs"));
        }
        Ok(Err(_)) | Err(_) => failing.push("database"),
    }
    lagging.extend((!live.is_whole()).then_some("redis"));
    if !blobs.is_writable().await {
        failing.push("blobs");
    }
    if draining.0.load(Ordering::SeqCst) {
        failing.push("draining");
    }
    let is_ready = failing.is_empty();
    let mut answer = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    failing.extend(lagging);
    answer.json(serde_json::json!({ "ready": is_ready, "failing": failing }))
}
