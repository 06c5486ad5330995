//! `/unsubscribe/{token}`: no more mail about waiting messages, without signing in. The token of the
//! mail is all that counts, since programs that read mail post here by themselves (RFC 8058). Opening
//! the page changes nothing: they look at links, too.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::messaging::pages::UnsubscribePage;
use crate::messaging::{ChatSettings, unsubscribe};
use crate::seal::Seal;
use crate::web::{Path, Reply};

pub async fn show(seal: Data<Seal>, reply: Reply, token: Path<String>) -> Result<HttpResponse> {
    unsubscribe::person(&seal, &token).ok_or(Error::NotFound)?;
    reply.page(&UnsubscribePage { token: token.clone(), is_done: false })
}

pub async fn create(
    db: Data<Db>,
    seal: Data<Seal>,
    reply: Reply,
    token: Path<String>,
) -> Result<HttpResponse> {
    let person = unsubscribe::person(&seal, &token).ok_or(Error::NotFound)?;
    db.write(move |conn, _| ChatSettings::stop_mail(conn, person)).await?;
    reply.page_with(StatusCode::OK, &UnsubscribePage { token: token.clone(), is_done: true })
}
