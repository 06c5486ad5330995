//! When a request came: one instant for whoever answers it, so that no handler asks the clock.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::clock::Instant;
use crate::db::Db;
use crate::error::Error;

/// That at which its session was read, where somebody is signed in.
#[derive(Debug, Clone, Copy)]
pub struct RequestTime(pub Instant);

impl FromRequest for RequestTime {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Some(known) = request.extensions().get::<Self>() {
            return ready(Ok(*known));
        }
        let db = request.app_data::<Data<Db>>();
        ready(db.map(|db| Self(db.now())).ok_or_else(|| Error::internal("no database").into()))
    }
}
