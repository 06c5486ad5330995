//! `/practice/credentials`: what one says to be entitled to, sent with evidence to be checked.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::credential::ClaimRefusal;
use crate::accountants::pages::CredentialsPage;
use crate::accountants::{
    Accountant, Badge, CLAIM_BYTES, Credential, CredentialForm, CredentialId, KeptClaim,
    NewCredential, StoredEvidence,
};
use crate::blobs::Blobs;
use crate::db::Db;
use crate::error::Result;
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{EmptyForm, FieldErrors, Flash, Form, FormWithFile, Path, Reply, paths};

pub async fn index(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    reply.page(&page(&db, &viewer).await?)
}

async fn page(db: &Db, viewer: &Viewer) -> Result<CredentialsPage> {
    let (id, zone) = (viewer.id, viewer.zone.clone());
    db.read(move |conn, now| {
        let accountant = Accountant::owned(conn, id)?;
        let form = CredentialForm { jurisdiction: accountant.country, ..CredentialForm::default() };
        Ok(CredentialsPage {
            credentials: Credential::of(conn, id)?,
            form,
            errors: FieldErrors::default(),
            today: Badge::today(now),
            zone,
        })
    })
    .await
}

/// `POST /practice/credentials` keeps the file under a key of its own, then the claim.
pub async fn create(
    (db, seal, blobs): (Data<Db>, Data<Seal>, Data<Blobs>),
    viewer: Viewer,
    reply: Reply,
    sent: FormWithFile<CredentialForm, CLAIM_BYTES>,
) -> Result<HttpResponse> {
    let page = page(&db, &viewer).await?;
    let FormWithFile { form, file } = sent;
    let (new, evidence) = match form.parse(file) {
        Ok(parsed) => parsed,
        Err(errors) => return reply.rejected(&CredentialsPage { form, errors, ..page }),
    };
    viewer.only_active()?;
    let stored = StoredEvidence::store(&blobs, &seal, &evidence).await?;
    match claim(&db, &blobs, &viewer, (new, stored)).await {
        Ok(_) => reply.done(paths::CREDENTIALS, Flash::CredentialSent),
        Err(ClaimRefusal::Failed(error)) => Err(error),
        Err(refusal) => {
            let errors = FieldErrors::one("number", refusal.to_string());
            reply.rejected(&CredentialsPage { form, errors, ..page })
        }
    }
}

/// Keeps the claim; a file to which no new row leads goes again.
async fn claim(
    db: &Db,
    blobs: &Blobs,
    viewer: &Viewer,
    (new, stored): (NewCredential, StoredEvidence),
) -> Result<KeptClaim, ClaimRefusal> {
    let blob = stored.blob.clone();
    let act = viewer.act(db, move |conn, actor| Credential::claim(conn, actor, &new, &stored));
    let claimed = act.await;
    if !matches!(claimed, Ok(KeptClaim::New(_))) {
        blobs.remove(&blob).await?;
    }
    claimed
}

/// `POST /practice/credentials/{id}/removal`
pub async fn destroy(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<CredentialId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let (id, owner) = (*id, viewer.id);
    db.read(move |conn, _| Accountant::owned(conn, owner)).await?;
    viewer.act(&db, move |conn, actor| Credential::end(conn, id, owner, actor.now)).await?;
    reply.done(paths::CREDENTIALS, Flash::CredentialRemoved)
}

/// `POST /practice/credentials/{id}/evidence/removal`
pub async fn destroy_evidence(
    db: Data<Db>,
    viewer: Viewer,
    reply: Reply,
    id: Path<CredentialId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let (id, owner) = (*id, viewer.id);
    db.read(move |conn, _| Accountant::owned(conn, owner)).await?;
    let act =
        viewer.act(&db, move |conn, actor| Credential::remove_evidence(conn, id, owner, actor.now));
    act.await?;
    reply.done(paths::CREDENTIALS, Flash::EvidenceRemoved)
}
