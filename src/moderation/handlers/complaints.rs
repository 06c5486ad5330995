//! `/admin/complaints/{booking}`: a client complains about an hour, and an admin decides.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::bookings::{BookingId, SealedWords};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::mail::Mail;
use crate::moderation::complaint::Complaint;
use crate::moderation::forms::DecisionForm;
use crate::moderation::pages::ComplaintPage;
use crate::seal::Seal;
use crate::users::handlers::extract::Admin;
use crate::users::handlers::kept_forms::{self, TypedForm, prove_first};
use crate::users::{Actor, Secrets, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn show(
    (db, seal): (Data<Db>, Data<Seal>),
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<BookingId>,
) -> Result<HttpResponse> {
    reply.page(&page(&db, &seal, &viewer, *id).await?)
}

async fn page(db: &Db, seal: &Seal, viewer: &Viewer, id: BookingId) -> Result<ComplaintPage> {
    let (seal, zone) = (seal.clone(), viewer.zone.clone());
    db.read(move |conn, _| {
        let complaint = Complaint::of(conn, id)?;
        let words = SealedWords::open_words(&seal, complaint.line.booking.complaint.as_ref())?;
        let decision = complaint.decision(conn)?;
        let (form, errors) = (DecisionForm::default(), FieldErrors::default());
        Ok(ComplaintPage { complaint, words, decision, form, errors, zone })
    })
    .await
}

/// `POST /admin/complaints/{booking}/decision`.
pub async fn decision(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    Admin(viewer): Admin,
    session: Session,
    reply: Reply,
    id: Path<BookingId>,
    Form(form): Form<DecisionForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = page(&db, &secrets.seal, &viewer, id).await?;
    let path = paths::admin_complaint(id);
    let typed = TypedForm { page: &path, noun: "decision", fields: form.fields() };
    if let Some(proof) = prove_first(&secrets, &session, &viewer, typed)? {
        return Ok(proof);
    }
    let (verdict, statement) = match form.parse_verdict(viewer.id) {
        Ok(parsed) => parsed,
        Err(errors) => return reply.rejected(&ComplaintPage { form, errors, ..page }),
    };
    let act = move |conn: &mut Conn, actor: &Actor| {
        let complaint = Complaint::of(conn, id)?;
        complaint.decide(conn, &mail, (verdict, &statement), actor).map(drop)
    };
    viewer.act(&db, act).await?;
    kept_forms::forget(&session);
    reply.done(paths::ADMIN, Flash::DecisionRecorded)
}
