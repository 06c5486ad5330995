//! `/settings`: name, zone, locale.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::Db;
use crate::error::Result;
use crate::users::forms::SettingsForm;
use crate::users::pages::SettingsPage;
use crate::users::{User, Viewer};
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

pub async fn edit(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let user = db.read(move |conn, _| User::by_id(conn, viewer.id)).await?;
    let form = SettingsForm { name: user.name, zone: user.zone, locale: user.locale };
    reply.page(&page(user.email, form, FieldErrors::default()))
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
            let user = db.read(move |conn, _| User::by_id(conn, viewer.id)).await?;
            return reply.rejected(&page(user.email, form, errors));
        }
    };
    viewer
        .act(&db, move |conn, actor| {
            User::set_profile(conn, actor.id, &new.name, &new.zone, &new.locale)
        })
        .await?;
    reply.done(paths::SETTINGS, Flash::SettingsSaved)
}

fn page(email: String, form: SettingsForm, errors: FieldErrors) -> SettingsPage {
    SettingsPage { email, form, errors }
}
