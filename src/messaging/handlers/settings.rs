//! `/settings/messages`: what is shown of oneself, how waiting messages are told, and the keys.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::live::{Hint, HintKind, Live};
use crate::messaging::forms::ChatSettingsForm;
use crate::messaging::pages::ChatSettingsPage;
use crate::messaging::{ChatSettings, Connection, Device, Identity, KeyWrap};
use crate::users::Viewer;
use crate::users::handlers::extract::Member;
use crate::web::{FieldErrors, Flash, Form, Reply};

pub async fn edit(db: Data<Db>, Member(viewer): Member, reply: Reply) -> Result<HttpResponse> {
    let page = db.read(move |conn, now| page(conn, &viewer, now)).await?;
    reply.page(&page)
}

fn page(conn: &mut Conn, viewer: &Viewer, now: Instant) -> Result<ChatSettingsPage> {
    let settings = ChatSettings::of(conn, viewer.id)?;
    Ok(ChatSettingsPage {
        share_receipts: settings.share_receipts,
        share_presence: settings.share_presence,
        mail_mode: settings.mail_mode.as_str().to_owned(),
        errors: FieldErrors::default(),
        identity: Identity::find_current(conn, viewer.id)?,
        wraps: KeyWrap::all(conn, viewer.id, now)?,
        devices: Device::all(conn, viewer.id)?,
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
        let asker = viewer.clone();
        let shown = db.read(move |conn, now| page(conn, &asker, now)).await?;
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
