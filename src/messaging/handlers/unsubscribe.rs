//! `/unsubscribe/{token}`: no more mail about one topic, without signing in. The token of the mail is
//! all that counts, since programs that read mail post here by themselves (RFC 8058). Opening the
//! page changes nothing: they look at links, too.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};

use crate::db::Db;
use crate::error::{Error, Result};
use crate::messaging::ChatSettings;
use crate::messaging::forms::UnsubscribeForm;
use crate::messaging::pages::UnsubscribePage;
use crate::notifications::{Preference, Topic, unsubscribe};
use crate::seal::Seal;
use crate::web::{Path, Reply};

pub async fn show(
    db: Data<Db>,
    seal: Data<Seal>,
    reply: Reply,
    token: Path<String>,
) -> Result<HttpResponse> {
    let (person, topic) = unsubscribe::read(&seal, &token).ok_or(Error::NotFound)?;
    let is_mailed = db
        .read(move |conn, _| -> Result<bool> {
            match topic {
                Topic::Messages => Ok(ChatSettings::of(conn, person)?.is_mailed()),
                _ => Ok(Preference::of(conn, person, topic)?.by_mail),
            }
        })
        .await?;
    reply.page(&UnsubscribePage { token: token.clone(), topic, is_mailed, is_done: false })
}

pub async fn create(
    db: Data<Db>,
    seal: Data<Seal>,
    reply: Reply,
    token: Path<String>,
    form: Query<UnsubscribeForm>,
) -> Result<HttpResponse> {
    let (person, topic) = unsubscribe::read(&seal, &token).ok_or(Error::NotFound)?;
    let is_undone = form.is_undone();
    db.write(move |conn, _| match topic {
        Topic::Messages => ChatSettings::set_mail(conn, person, is_undone),
        _ => Preference::set_mail(conn, person, topic, is_undone),
    })
    .await?;
    let page = UnsubscribePage { token: token.clone(), topic, is_mailed: is_undone, is_done: true };
    reply.page_with(StatusCode::OK, &page)
}
