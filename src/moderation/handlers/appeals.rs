//! `/admin/appeals/{id}`: an objection, answered by somebody else than who decided first.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::Data;

use super::messages::show_change;
use crate::db::{Conn, Db};
use crate::decisions::{Decision, Outcome, Restriction, TargetKind};
use crate::error::Result;
use crate::live::Live;
use crate::mail::Mail;
use crate::messaging::Recent;
use crate::moderation::appeal::{Appeal, AppealId};
use crate::moderation::forms::DecisionForm;
use crate::moderation::pages::AppealPage;
use crate::seal::Seal;
use crate::users::handlers::extract::Admin;
use crate::users::handlers::kept_forms::{self, TypedForm, prove_first};
use crate::users::{Actor, Secrets, User, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn show(
    (db, seal): (Data<Db>, Data<Seal>),
    Admin(viewer): Admin,
    reply: Reply,
    id: Path<AppealId>,
) -> Result<HttpResponse> {
    reply.page(&page(&db, &seal, &viewer, *id).await?)
}

async fn page(db: &Db, seal: &Data<Seal>, viewer: &Viewer, id: AppealId) -> Result<AppealPage> {
    let (seal, admin, zone) = (seal.clone(), viewer.id, viewer.zone.clone());
    db.read(move |conn, _| {
        let appeal = Appeal::by_id(conn, id)?;
        let decision = Decision::by_id(conn, appeal.decision_id)?;
        let answer = appeal.answer_id.map(|answer| Decision::by_id(conn, answer)).transpose()?;
        Ok(AppealPage {
            subject: User::by_id(conn, decision.subject_id)?,
            words: appeal.words(&seal)?,
            may_decide: appeal.may_be_decided_by(&decision, admin),
            waits_for_another: appeal.waits_for_another(conn)?,
            answer,
            form: DecisionForm::default(),
            errors: FieldErrors::default(),
            zone,
            appeal,
            decision,
        })
    })
    .await
}

/// `POST /admin/appeals/{id}/decision`.
pub async fn decision(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    (live, recent): (Data<Live>, Data<Recent>),
    Admin(viewer): Admin,
    session: Session,
    reply: Reply,
    id: Path<AppealId>,
    Form(form): Form<DecisionForm>,
) -> Result<HttpResponse> {
    let (id, seal) = (*id, Data::new(secrets.seal.clone()));
    let page = page(&db, &seal, &viewer, id).await?;
    let path = paths::admin_appeal(id);
    let typed = TypedForm { page: &path, noun: "decision", fields: form.fields() };
    if let Some(proof) = prove_first(&secrets, &session, &viewer, typed)? {
        return Ok(proof);
    }
    let restriction = restriction(&page.decision);
    let (answer, statement) =
        match form.parse_answer(page.decision.target_kind, restriction, viewer.id) {
            Ok(parsed) => parsed,
            Err(errors) => return reply.rejected(&AppealPage { form, errors, ..page }),
        };
    let (appeal, target) = (page.appeal, page.decision.target());
    let act = move |conn: &mut Conn, actor: &Actor| {
        appeal.decide(conn, (&mail, &seal), (answer, &statement), actor).map(drop)
    };
    viewer.act(&db, act).await?;
    kept_forms::forget(&session);
    show_change(&db, (&live, &recent), target).await?;
    reply.done(paths::ADMIN, Flash::AppealAnswered)
}

/// What an answer names: the restriction it is about; of what had been kept, that which it gets now.
fn restriction(decision: &Decision) -> Restriction {
    match (decision.outcome, decision.target_kind) {
        (Outcome::Restrict, _) => decision.restriction,
        (_, TargetKind::Profile | TargetKind::Review) => Restriction::Hide,
        (_, TargetKind::Reply | TargetKind::Message) => Restriction::Remove,
        (_, TargetKind::Booking) => Restriction::Refund,
        _ => Restriction::Warn,
    }
}
