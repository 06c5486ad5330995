//! Scheduled work of this domain: what has ended is forgotten.

use super::{AccountSign, Attempt, RateLimits, Session, Token};
use crate::db::Db;
use crate::error::Result;

pub async fn forget_ended(db: Db, limits: RateLimits) -> Result<()> {
    limits.tidy();
    db.write(|conn, now| {
        Session::forget_ended(conn, now)?;
        Token::forget_expired(conn, now)?;
        Attempt::forget_old(conn, now)?;
        AccountSign::forget_old(conn, now)?;
        crate::web::keys::forget_old(conn, now)
    })
    .await
}
