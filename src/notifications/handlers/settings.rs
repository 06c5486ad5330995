//! `/settings/notifications`: what somebody hears of, by which ways, and when not.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::db::{Conn, Db};
use crate::error::Result;
use crate::notifications::forms::PreferencesForm;
use crate::notifications::pages::PreferencesPage;
use crate::notifications::{Preference, Push, QuietHours};
use crate::users::Viewer;
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

pub async fn edit(
    db: Data<Db>,
    push: Data<Push>,
    viewer: Viewer,
    reply: Reply,
) -> Result<HttpResponse> {
    let (zone, has_push) = (viewer.zone.clone(), push.is_on());
    let form = db.read(move |conn, _| -> Result<_> {
        let hours = QuietHours::of(conn, viewer.id)?;
        Ok(PreferencesForm::of(&Preference::all(conn, viewer.id)?, hours.as_ref()))
    });
    reply.page(&PreferencesPage {
        form: form.await?,
        zone,
        has_push,
        errors: FieldErrors::default(),
    })
}

pub async fn update(
    db: Data<Db>,
    push: Data<Push>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<PreferencesForm>,
) -> Result<HttpResponse> {
    let hours = match form.parse() {
        Ok(hours) => hours,
        Err(errors) => {
            let (zone, has_push) = (viewer.zone.clone(), push.is_on());
            return reply.rejected(&PreferencesPage { form, zone, has_push, errors });
        }
    };
    let wanted = form.chosen();
    viewer
        .act_even_suspended(&db, move |conn: &mut Conn, actor| -> Result<()> {
            Preference::save_all(conn, actor, &wanted)?;
            QuietHours::save(conn, actor, hours)
        })
        .await?;
    reply.done(paths::NOTIFICATION_SETTINGS, Flash::SettingsSaved)
}
