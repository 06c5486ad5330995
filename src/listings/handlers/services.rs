//! `/practice/services`: one's own services.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accountants::{Accountant, Meeting};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::pages::{ServiceFormPage, ServicesPage};
use crate::listings::service::ServiceRefusal;
use crate::listings::{Service, ServiceForm, ServiceId, ServiceState};
use crate::seal::Seal;
use crate::users::{Actor, Viewer};
use crate::web::{FieldErrors, Flash, Form, Path, Reply, keys, paths};

pub async fn index(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let services = db.read(move |conn, _| -> Result<_> {
        Accountant::owned(conn, viewer.id)?;
        Service::all(conn, viewer.id)
    });
    reply.page(&ServicesPage { services: services.await? })
}

pub async fn new(db: Data<Db>, viewer: Viewer, reply: Reply) -> Result<HttpResponse> {
    let currency = db.read(move |conn, _| usual_currency(conn, &viewer)).await?;
    reply.page(&blank(ServiceForm::blank(&currency), FieldErrors::default()))
}

/// The one of the latest service, else that of the country.
fn usual_currency(conn: &mut Conn, viewer: &Viewer) -> Result<String> {
    let accountant = Accountant::owned(conn, viewer.id)?;
    let latest = Service::all(conn, viewer.id)?.into_iter().next().map(|service| service.currency);
    let home = match accountant.country.as_str() {
        "US" => "USD",
        "CA" => "CAD",
        "AU" => "AUD",
        "NZ" => "NZD",
        "IN" => "INR",
        "PL" => "PLN",
        "CH" => "CHF",
        "IE" | "DE" | "FR" | "ES" | "NL" | "IT" | "PT" | "AT" | "BE" => "EUR",
        _ => "GBP",
    };
    Ok(latest.unwrap_or_else(|| home.to_owned()))
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
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => return reply.rejected(&blank(form, errors)),
    };
    let (key, state) = (form.key.clone(), first_state(&form));
    let meeting = new.meeting.seal(&seal)?;
    let act = move |conn: &mut Conn, actor: &Actor| {
        let body = format!("{new:?}{state:?}");
        keys::once(conn, actor.id.0, (&key, &body), actor.now, |conn| {
            let service = Service::create(conn, actor, &new, state)?;
            Service::set_meeting(conn, actor, service.id, meeting.as_ref())?;
            Ok(paths::service(service.id))
        })
    };
    match viewer.act(&db, act).await {
        Ok(path) => reply.done(path, Flash::ServiceSaved),
        Err(ServiceRefusal::Failed(error)) => Err(error),
        Err(refusal @ (ServiceRefusal::TooMany | ServiceRefusal::TooManyActive)) => {
            let page = blank(form, FieldErrors::one("title", refusal.to_string()));
            reply.rejected(&page)
        }
    }
}

fn first_state(form: &ServiceForm) -> ServiceState {
    if form.state == "active" { ServiceState::Active } else { ServiceState::Draft }
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
    if service.state == ServiceState::Archived {
        return Err(Error::conflict("This service is archived. Bring it back first."));
    }
    let meeting = new.meeting.seal(&seal)?;
    let change = move |conn: &mut Conn, actor: &Actor| {
        service.change(conn, actor, &new)?;
        Service::set_meeting(conn, actor, id, meeting.as_ref())
    };
    viewer.act(&db, change).await?;
    reply.done(paths::service(id), Flash::ServiceSaved)
}
