//! `/admin/credentials/{id}`: one claim with its evidence, checked against its register.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;

use crate::accountants::{Accountant, Badge, Credential, CredentialId};
use crate::audit::Audit;
use crate::blobs::Blobs;
use crate::db::{Conn, Db};
use crate::decisions::{Decision, Ground, TargetKind};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::moderation::check::{self, CheckForm, ParsedCheck};
use crate::moderation::pages::CredentialPage;
use crate::seal::Seal;
use crate::users::handlers::extract::Admin;
use crate::users::handlers::kept_forms::{self, TypedForm, prove_first};
use crate::users::{Actor, Secrets, User, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn show(
    db: Data<Db>,
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<CredentialId>,
) -> Result<HttpResponse> {
    note(&db, &viewer, *id, "credential.view").await?;
    reply.page(&page(&db, &viewer, *id).await?)
}

/// Whoever looks stands in the log.
async fn note(db: &Db, viewer: &Viewer, id: CredentialId, act: &'static str) -> Result<Credential> {
    let look = move |conn: &mut Conn, actor: &Actor| {
        let found = Credential::by_id(conn, id)?;
        found.touch(conn, actor.now)?;
        Audit::note(conn, actor.now, &actor.id.to_string(), act, &id.to_string(), "")?;
        Ok(found)
    };
    viewer.act(db, look).await
}

async fn page(db: &Db, viewer: &Viewer, id: CredentialId) -> Result<CredentialPage> {
    let (admin, zone) = (viewer.id, viewer.zone.clone());
    db.read(move |conn, now| {
        let credential = Credential::by_id(conn, id)?;
        let today = Badge::today(now);
        Ok(CredentialPage {
            accountant: Accountant::by_id(conn, credential.user_id)?,
            subject: User::by_id(conn, credential.user_id)?,
            rivals: credential.rivals(conn)?,
            others: Credential::of(conn, credential.user_id)?,
            earlier: Decision::about(conn, TargetKind::Credential, id.0)?,
            is_own: credential.user_id == admin,
            form: CheckForm {
                checked_on: today.to_string(),
                ground: Ground::Titles.as_str().to_owned(),
                ..CheckForm::default()
            },
            errors: FieldErrors::default(),
            today,
            zone,
            credential,
        })
    })
    .await
}

/// `GET /admin/credentials/{id}/evidence`: saved to disk, never opened as a page of this site.
pub async fn evidence(
    (db, seal, blobs): (Data<Db>, Data<Seal>, Data<Blobs>),
    Admin(viewer): Admin,
    id: Path<CredentialId>,
) -> Result<HttpResponse> {
    let found = note(&db, &viewer, *id, "credential.evidence").await?;
    let content = found.open_evidence(&blobs, &seal).await?;
    let (id, kind) = (found.id, found.evidence_kind);
    let name = format!("attachment; filename=\"evidence-{id}.{}\"", kind.as_str());
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(content))
}

/// `POST /admin/credentials/{id}/decision`.
pub async fn decision(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    Admin(viewer): Admin,
    session: Session,
    reply: Reply,
    id: Path<CredentialId>,
    Form(form): Form<CheckForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &viewer, id).await?;
    let path = paths::admin_credential(id);
    let typed = TypedForm { page: &path, noun: "decision", fields: form.fields() };
    if let Some(proof) = prove_first(&secrets, &session, &viewer, typed)? {
        return Ok(proof);
    }
    if form.is_too_late(&page.credential) {
        return Err(Error::conflict("This credential has changed meanwhile."));
    }
    let parsed = match form.parse(&page.credential, viewer.id, page.today) {
        Ok(parsed) => parsed,
        Err(errors) => return reply.rejected(&CredentialPage { form, errors, ..page }),
    };
    let said = match parsed {
        ParsedCheck::Verify(_) => Flash::CredentialChecked,
        ParsedCheck::Reject(_) => Flash::DecisionRecorded,
    };
    let act =
        move |conn: &mut Conn, actor: &Actor| check::decide(conn, &mail, (id, &parsed), actor);
    viewer.act(&db, act).await?;
    kept_forms::forget(&session);
    reply.done(paths::ADMIN, said)
}
