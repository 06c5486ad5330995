//! `/decisions/{id}`: what was decided, for whom it concerns, and the way to object.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::reports::known;
use crate::db::{Conn, Db};
use crate::decisions::{Decision, DecisionId};
use crate::error::{Error, Result};
use crate::locale::LocalZone;
use crate::moderation::appeal::{Appeal, reader};
use crate::moderation::forms::{AppealForm, TokenQuery};
use crate::moderation::link;
use crate::moderation::pages::DecisionPage;
use crate::moderation::report::ReportId;
use crate::seal::Seal;
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn show(
    (db, seal): (Data<Db>, Data<Seal>),
    viewer: Option<Viewer>,
    reply: Reply,
    id: Path<DecisionId>,
    query: Query<TokenQuery>,
) -> Result<HttpResponse> {
    let token = link::report(&seal, &query.token);
    let page = page(&db, viewer.as_ref(), *id, token).await.map_err(signed_out(&viewer))?;
    let form = AppealForm { token: query.into_inner().token, ..AppealForm::default() };
    reply.page(&DecisionPage { form, ..page })
}

/// Whoever is signed out is led to the sign-in: a notice led here.
fn signed_out(viewer: &Option<Viewer>) -> impl Fn(Error) -> Error + use<> {
    let is_signed_in = viewer.is_some();
    move |error| match error {
        Error::NotFound if !is_signed_in => Error::SignedOut,
        error => error,
    }
}

async fn page(
    db: &Db,
    viewer: Option<&Viewer>,
    id: DecisionId,
    token: Option<ReportId>,
) -> Result<DecisionPage> {
    let seen = known(viewer);
    let zone = viewer.map_or_else(LocalZone::default, |viewer| viewer.zone.clone());
    db.read(move |conn, now| {
        let decision = Decision::by_id(conn, id)?;
        let reader = reader(conn, &decision, seen, token)?;
        let appeal = Appeal::of_decision(conn, id)?;
        let answer = appeal.as_ref().and_then(|appeal| appeal.answer_id);
        let answer = answer.map(|answer| Decision::by_id(conn, answer)).transpose()?;
        let is_lifted = decision.is_lifted(conn)?;
        let (form, errors) = (AppealForm::default(), FieldErrors::default());
        Ok(DecisionPage { decision, reader, is_lifted, appeal, answer, form, errors, zone, now })
    })
    .await
}

/// `POST /decisions/{id}/appeal`.
pub async fn appeal(
    (db, seal): (Data<Db>, Data<Seal>),
    viewer: Option<Viewer>,
    reply: Reply,
    id: Path<DecisionId>,
    Form(form): Form<AppealForm>,
) -> Result<HttpResponse> {
    let (id, token) = (*id, link::report(&seal, &form.token));
    let page = page(&db, viewer.as_ref(), id, token).await.map_err(signed_out(&viewer))?;
    let words = match form.parse() {
        Ok(words) => words,
        Err(errors) => return reply.rejected(&DecisionPage { form, errors, ..page }),
    };
    let (decision, reader) = (page.decision, page.reader);
    let make = move |conn: &mut Conn, now| {
        Appeal::make(conn, &seal, (&decision, reader), &words, now).map(drop)
    };
    match viewer {
        Some(viewer) => {
            let act = move |conn: &mut Conn, actor: &Actor| make(conn, actor.now);
            viewer.act_even_suspended(&db, act).await?;
        }
        None => db.write(make).await?,
    }
    let path = paths::decision(id);
    let path = if form.token.is_empty() { path } else { format!("{path}?token={}", form.token) };
    reply.done(path, Flash::AppealSent)
}
