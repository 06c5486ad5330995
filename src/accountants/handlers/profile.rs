//! `/practice/profile`: the form of one's own profile.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::accountant::Refusal;
use crate::accountants::pages::ProfilePage;
use crate::accountants::{Accountant, ProfileForm, Tags};
use crate::db::Db;
use crate::error::Result;
use crate::users::Viewer;
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

pub async fn edit(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    reply.page(&page(&db, &viewer).await?)
}

/// The page with the profile as it is saved.
pub async fn page(db: &Db, viewer: &Viewer) -> Result<ProfilePage> {
    let id = viewer.id;
    let (accountant, tags) = db
        .read(move |conn, _| -> Result<_> {
            Ok((Accountant::owned(conn, id)?, Tags::of(conn, id)?))
        })
        .await?;
    let form = form_of(&accountant, tags);
    Ok(ProfilePage { accountant, form, errors: FieldErrors::default(), photo_error: None })
}

fn form_of(accountant: &Accountant, tags: Tags) -> ProfileForm {
    ProfileForm {
        display_name: accountant.display_name.clone(),
        slug: accountant.slug.clone(),
        headline: accountant.headline.clone(),
        about: accountant.about.clone(),
        country: accountant.country.clone(),
        place: accountant.place.clone(),
        languages: tags.languages,
        specialisms: tags.specialisms,
        industries: tags.industries,
        software: tags.software,
        jurisdictions: tags.jurisdictions,
        years: accountant.years.map_or(String::new(), |years| years.to_string()),
        zone: accountant.zone.clone(),
        accepting: accountant.accepting.as_str().to_owned(),
        paused: accountant.paused_at.map_or(String::new(), |_| "on".to_owned()),
    }
}

pub async fn update(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<ProfileForm>,
) -> Result<HttpResponse> {
    let id = viewer.id;
    let accountant = db.read(move |conn, _| Accountant::owned(conn, id)).await?;
    let again = |errors| {
        let form = form.clone();
        reply.rejected(&ProfilePage {
            accountant: accountant.clone(),
            form,
            errors,
            photo_error: None,
        })
    };
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => return again(errors),
    };
    match viewer.act(&db, move |conn, actor| Accountant::save(conn, actor, &new)).await {
        Ok(()) => reply.done(paths::PRACTICE, Flash::ProfileSaved),
        Err(Refusal::Failed(error)) => Err(error),
        Err(refusal @ (Refusal::SlugTaken | Refusal::SlugResting)) => {
            again(FieldErrors::one("slug", refusal.to_string()))
        }
    }
}
