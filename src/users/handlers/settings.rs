//! `/settings`: name, zone, locale.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::{Conn, Db};
use crate::error::Result;
use crate::mail::Mail;
use crate::users::forms::SettingsForm;
use crate::users::pages::SettingsPage;
use crate::users::{User, UserId, Viewer};
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

pub async fn edit(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let page = db.read(move |conn, _| page(conn, viewer.id, None, FieldErrors::default())).await?;
    reply.page(&page)
}

pub async fn update(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<SettingsForm>,
) -> Result<HttpResponse> {
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => {
            let page = db.read(move |conn, _| page(conn, viewer.id, Some(form), errors)).await?;
            return reply.rejected(&page);
        }
    };
    viewer
        .act(&db, move |conn, actor| {
            User::set_profile(conn, actor.id, &new.name, &new.zone, new.locale)
        })
        .await?;
    reply.done(paths::SETTINGS, Flash::SettingsSaved)
}

/// As it is kept, or with what was typed.
fn page(
    conn: &mut Conn,
    id: UserId,
    typed: Option<SettingsForm>,
    errors: FieldErrors,
) -> Result<SettingsPage> {
    let user = User::by_id(conn, id)?;
    let refusal = Mail::refusal(conn, &user.email_key)?;
    let reader_zone = user.local_zone();
    let locale = reader_zone.locale.tag().to_owned();
    let kept = SettingsForm { name: user.name, zone: user.zone, locale };
    Ok(SettingsPage {
        email: user.email,
        reader_zone,
        refusal,
        form: typed.unwrap_or(kept),
        errors,
    })
}
