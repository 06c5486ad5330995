//! `/practice/profile`: the form of one's own profile.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::accountant::ProfileRefusal;
use crate::accountants::pages::ProfilePage;
use crate::accountants::{Accountant, Credential, Meeting, ProfileForm, Tags};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::seal::Seal;
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

pub async fn edit(
    db: Data<Db>,
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
) -> Result<HttpResponse> {
    reply.page(&page(&db, &seal, &viewer).await?)
}

/// The page with the profile as it is saved.
pub async fn page(db: &Db, seal: &Seal, viewer: &Viewer) -> Result<ProfilePage> {
    let id = viewer.id;
    let (accountant, tags, verified) = db
        .read(move |conn, _| -> Result<_> {
            let accountant = Accountant::owned(conn, id)?;
            Ok((accountant, Tags::of(conn, id)?, Credential::count_verified(conn, id)?))
        })
        .await?;
    let meeting = Meeting::open(seal, accountant.meeting.as_ref())?;
    let form = form_of(&accountant, tags, meeting);
    Ok(ProfilePage {
        accountant,
        form,
        errors: FieldErrors::default(),
        photo_error: None,
        verified,
    })
}

fn form_of(accountant: &Accountant, tags: Tags, meeting: Meeting) -> ProfileForm {
    ProfileForm {
        display_name: accountant.display_name.clone(),
        called: accountant.called.clone(),
        meet_video: vec![meeting.video],
        meet_phone: vec![meeting.phone],
        meet_place: meeting.place,
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
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<ProfileForm>,
) -> Result<HttpResponse> {
    let saved = page(&db, &seal, &viewer).await?;
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => return reply.rejected(&ProfilePage { form, errors, ..saved }),
    };
    let save = move |conn: &mut Conn, actor: &Actor| {
        Accountant::save_with_meeting(conn, actor, &seal, &new)
    };
    match viewer.act(&db, save).await {
        Ok(()) => reply.done(paths::PRACTICE, Flash::ProfileSaved),
        Err(ProfileRefusal::Failed(error)) => Err(error),
        Err(refusal @ (ProfileRefusal::SlugTaken | ProfileRefusal::SlugResting)) => {
            let errors = FieldErrors::one("slug", refusal.to_string());
            reply.rejected(&ProfilePage { form, errors, ..saved })
        }
    }
}
