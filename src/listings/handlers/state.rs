//! `POST /practice/services/{id}/state`: show, pause, archive.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use crate::accountants::Meeting;
use crate::db::Db;
use crate::error::Result;
use crate::listings::pages::ServiceFormPage;
use crate::listings::service::ServiceRefusal;
use crate::listings::{Question, Service, ServiceForm, ServiceId, ServiceState};
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StateForm {
    pub state: String,
}

pub async fn update(
    (db, seal): (Data<Db>, Data<Seal>),
    viewer: Viewer,
    reply: Reply,
    id: Path<ServiceId>,
    Form(form): Form<StateForm>,
) -> Result<HttpResponse> {
    let (id, owner) = (*id, viewer.id);
    let (service, questions) =
        db.read(move |conn, _| Service::with_questions(conn, id, owner)).await?;
    let Some(state) = ServiceState::parse(&form.state) else {
        let asked = (service, questions);
        return rejected(&reply, &seal, asked, "Choose one of the states.".to_owned());
    };
    let kept = (service.clone(), questions);
    match viewer.act(&db, move |conn, actor| service.set_state(conn, actor, state)).await {
        Ok(()) => reply.done(paths::service(id), said(state)),
        Err(ServiceRefusal::Failed(error)) => Err(error),
        Err(refusal) => rejected(&reply, &seal, kept, refusal.to_string()),
    }
}

fn rejected(
    reply: &Reply,
    seal: &Seal,
    (service, questions): (Service, Vec<Question>),
    refusal: String,
) -> Result<HttpResponse> {
    let meeting = Meeting::open(seal, service.meeting.as_ref())?;
    let form = ServiceForm::of(&service, &questions, meeting);
    let errors = FieldErrors::one("state", refusal.clone());
    reply.rejected(&ServiceFormPage {
        service: Some(service),
        form,
        errors,
        refusal: Some(refusal),
    })
}

fn said(state: ServiceState) -> Flash {
    match state {
        ServiceState::Active => Flash::ServiceActive,
        ServiceState::Paused => Flash::ServicePaused,
        ServiceState::Archived => Flash::ServiceArchived,
        ServiceState::Draft => Flash::ServiceSaved,
    }
}
