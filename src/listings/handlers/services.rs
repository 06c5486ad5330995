//! `/practice/services`: one's own services.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::{Accountant, Meeting};
use crate::db::Db;
use crate::error::Result;
use crate::listings::pages::{ServiceFormPage, ServicesPage};
use crate::listings::service::ServiceRefusal;
use crate::listings::{Service, ServiceForm, ServiceId};
use crate::seal::Seal;
use crate::users::Viewer;
use crate::web::{FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn index(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let services = db.read(move |conn, _| -> Result<_> {
        Accountant::owned(conn, viewer.id)?;
        Service::all(conn, viewer.id)
    });
    reply.page(&ServicesPage { services: services.await? })
}

pub async fn new(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let currency = db.read(move |conn, _| Service::usual_currency(conn, viewer.id)).await?;
    reply.page(&blank(ServiceForm::blank(&currency), FieldErrors::default()))
}

fn blank(form: ServiceForm, errors: FieldErrors) -> ServiceFormPage {
    ServiceFormPage { service: None, form, errors, refusal: None }
}

pub async fn create(
    (db, seal): (Data<Db>, Data<Seal>),
    viewer: Viewer,
    reply: Reply,
    Form(form): Form<ServiceForm>,
) -> Result<HttpResponse> {
    let id = viewer.id;
    db.read(move |conn, _| Accountant::owned(conn, id)).await?;
    let draft = match form.draft() {
        Ok(draft) => draft,
        Err(errors) => return reply.rejected(&blank(form, errors)),
    };
    match viewer.act(&db, move |conn, actor| Service::add(conn, actor, &seal, &draft)).await {
        Ok(service) => reply.done(paths::service(service.id), Flash::ServiceSaved),
        Err(ServiceRefusal::Failed(error)) => Err(error),
        Err(refusal @ (ServiceRefusal::TooMany | ServiceRefusal::TooManyActive)) => {
            reply.rejected(&blank(form, FieldErrors::one("title", refusal.to_string())))
        }
    }
}

pub async fn edit(
    (db, seal): (Data<Db>, Data<Seal>),
    viewer: Viewer,
    reply: Reply,
    id: Path<ServiceId>,
) -> Result<HttpResponse> {
    let id = *id;
    let found = db.read(move |conn, _| Service::with_questions(conn, id, viewer.id)).await?;
    let (service, questions) = found;
    let meeting = Meeting::open(&seal, service.meeting.as_ref())?;
    let form = ServiceForm::of(&service, &questions, meeting);
    let page = ServiceFormPage {
        service: Some(service),
        form,
        errors: FieldErrors::default(),
        refusal: None,
    };
    reply.page(&page)
}

pub async fn update(
    (db, seal): (Data<Db>, Data<Seal>),
    viewer: Viewer,
    reply: Reply,
    id: Path<ServiceId>,
    Form(form): Form<ServiceForm>,
) -> Result<HttpResponse> {
    let (id, owner) = (*id, viewer.id);
    let service = db.read(move |conn, _| Service::in_practice(conn, id, owner)).await?;
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => {
            let page = ServiceFormPage { service: Some(service), form, errors, refusal: None };
            return reply.rejected(&page);
        }
    };
    viewer.act(&db, move |conn, actor| service.change(conn, actor, &seal, &new)).await?;
    reply.done(paths::service(id), Flash::ServiceSaved)
}
