//! When a request came, for pages that say something about time without asking the database.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::clock::Instant;
use crate::db::Db;
use crate::error::Error;

/// Handlers are handed it, so that none asks the clock.
#[derive(Debug, Clone, Copy)]
pub struct RequestTime(pub Instant);

impl FromRequest for RequestTime {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let db = request.app_data::<Data<Db>>();
        ready(db.map(|db| Self(db.now())).ok_or_else(|| Error::internal("no database").into()))
    }
}
