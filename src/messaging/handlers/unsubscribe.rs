//! `/unsubscribe/{token}`: no more mail about one topic, without signing in. The token of the mail is
//! all that counts, since programs that read mail post here by themselves (RFC 8058). Opening the
//! page changes nothing: they look at links, too.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};

use crate::db::Db;
use crate::error::Result;
use crate::messaging::forms::UnsubscribeForm;
use crate::messaging::mail_choice::MailChoice;
use crate::messaging::pages::UnsubscribePage;
use crate::seal::Seal;
use crate::web::{Path, Reply};

pub async fn show(
    db: Data<Db>,
    seal: Data<Seal>,
    reply: Reply,
    token: Path<String>,
) -> Result<HttpResponse> {
    let choice = MailChoice::of(&seal, &token)?;
    let is_mailed = db.read(move |conn, _| choice.is_mailed(conn)).await?;
    let topic = choice.topic;
    reply.page(&UnsubscribePage { token: token.clone(), topic, is_mailed, is_done: false })
}

pub async fn create(
    db: Data<Db>,
    seal: Data<Seal>,
    reply: Reply,
    token: Path<String>,
    form: Query<UnsubscribeForm>,
) -> Result<HttpResponse> {
    let choice = MailChoice::of(&seal, &token)?;
    let is_undone = form.is_undone();
    db.write(move |conn, _| match is_undone {
        true => choice.resume(conn),
        false => choice.stop(conn),
    })
    .await?;
    let topic = choice.topic;
    let page = UnsubscribePage { token: token.clone(), topic, is_mailed: is_undone, is_done: true };
    reply.page_with(StatusCode::OK, &page)
}
