//! `/settings/messages`: what is shown of oneself, how waiting messages are told, and the keys.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::Result;
use crate::live::{Hint, HintKind, Live};
use crate::messaging::forms::ChatSettingsForm;
use crate::messaging::pages::ChatSettingsPage;
use crate::messaging::ways_in::WaysIn;
use crate::messaging::{ChatSettings, Connection};
use crate::users::Viewer;
use crate::users::handlers::extract::Member;
use crate::web::{FieldErrors, Flash, Form, Reply};

pub async fn edit(db: Data<Db>, Member(viewer): Member, reply: Reply) -> Result<HttpResponse> {
    reply.page(&page(&db, &viewer).await?)
}

async fn page(db: &Db, viewer: &Viewer) -> Result<ChatSettingsPage> {
    let own = viewer.id;
    let read = db.read(move |conn, now| -> Result<_> {
        Ok((ChatSettings::of(conn, own)?, WaysIn::of(conn, own, now)?))
    });
    let (settings, ways) = read.await?;
    Ok(ChatSettingsPage {
        share_receipts: settings.share_receipts,
        share_presence: settings.share_presence,
        mail_mode: settings.mail_mode.as_str().to_owned(),
        errors: FieldErrors::default(),
        ways,
        zone: viewer.zone.clone(),
    })
}

pub async fn update(
    db: Data<Db>,
    live: Data<Live>,
    Member(viewer): Member,
    reply: Reply,
    Form(form): Form<ChatSettingsForm>,
) -> Result<HttpResponse> {
    let Some(wanted) = form.parse() else {
        let shown = page(&db, &viewer).await?;
        let errors = FieldErrors::one("mail_mode", "Choose when waiting messages are mailed.");
        return reply.rejected(&ChatSettingsPage { errors, mail_mode: form.mail_mode, ..shown });
    };
    let watchers = viewer
        .act_even_suspended(&db, move |conn, actor| -> Result<_> {
            ChatSettings::save(conn, actor, wanted)?;
            Connection::watchers(conn, actor.id, actor.now)
        })
        .await?;
    // open pages of the others show the change at once
    live.publish(&watchers, Hint::new(HintKind::Presence, viewer.id.0, 0));
    reply.done("/settings/messages", Flash::SettingsSaved)
}
