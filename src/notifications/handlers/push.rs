//! `/notifications/push`: this browser is told of new messages, or no longer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::notifications::forms::EndpointForm;
use crate::notifications::{NotSubscribed, Push, PushSubscription};
use crate::users::handlers::extract::Caller;
use crate::users::{Actor, Session};
use crate::web::{Json, refused};

const MOST: usize = 4096;

fn no(error: &str, words: impl Into<String>) -> HttpResponse {
    refused(StatusCode::UNPROCESSABLE_ENTITY, error, words)
}

pub async fn create(
    db: Data<Db>,
    push: Data<Push>,
    Caller(viewer): Caller,
    Json(form): Json<EndpointForm, MOST>,
) -> Result<HttpResponse> {
    if !push.is_on() {
        return Err(Error::NotFound);
    }
    let endpoint = match form.parse() {
        Ok(endpoint) => endpoint,
        Err(words) => return Ok(no("endpoint", words)),
    };
    let own = viewer.clone();
    let begin = move |conn: &mut Conn, actor: &Actor| {
        let session = Session::key_of(conn, &own)?;
        PushSubscription::begin(conn, actor, &endpoint, session)
    };
    match viewer.act(&db, begin).await {
        Ok(()) => Ok(HttpResponse::NoContent().finish()),
        Err(refusal @ NotSubscribed::TooMany) => Ok(no("too_many", refusal.to_string())),
        Err(NotSubscribed::Failed(error)) => Err(error),
    }
}

pub async fn destroy(
    db: Data<Db>,
    Caller(viewer): Caller,
    Json(form): Json<EndpointForm, MOST>,
) -> Result<HttpResponse> {
    let endpoint = match form.parse() {
        Ok(endpoint) => endpoint,
        Err(words) => return Ok(no("endpoint", words)),
    };
    viewer
        .act_even_suspended(&db, move |conn, actor| PushSubscription::end(conn, actor, &endpoint))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
