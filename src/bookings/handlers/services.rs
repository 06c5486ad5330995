//! `GET /accountants/{slug}/services/{id}` and `POST /bookings`: pick a time and ask for it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use crate::accountants::Accountant;
use crate::bookings::diary::{self, Asking};
use crate::bookings::forms::{Asked, BookForm};
use crate::bookings::pages::{Booker, ServicePage};
use crate::bookings::week::{Viewpoint, Week};
use crate::bookings::{Booking, Desk, Refusal, Sealed, Wish};
use crate::clock::{Day, Instant};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::visit::{Access, Shown, find};
use crate::listings::{ClosedPage, Question, Service, ServiceId, ServiceState};
use crate::mail::Mail;
use crate::seal::Seal;
use crate::users::{Actor, Role, Viewer};
use crate::web::{FieldErrors, Form, Path2, Reply, paths};

/// Which week is looked at, and in which zone.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Look {
    pub from: String,
    pub tz: String,
    pub zones: String,
}

/// Who asks for the page, and how.
#[derive(Clone)]
struct Asker {
    viewer: Option<Viewer>,
    /// The zone that the browser told, see `static/js/site.js`.
    cookie: Option<String>,
    base_url: String,
}

impl Asker {
    fn new(viewer: Option<Viewer>, request: &HttpRequest, reply: &Reply) -> Self {
        let cookie = request.cookie("tz").map(|cookie| cookie.value().to_owned());
        Self { viewer, cookie, base_url: reply.shell().base_url.clone() }
    }

    fn booker(&self, conn: &mut Conn, accountant: &Accountant, access: Access) -> Result<Booker> {
        if access.is_preview {
            return Ok(Booker::Preview);
        }
        let client = match &self.viewer {
            Some(viewer) if viewer.role != Role::Client => return Ok(Booker::NoClient),
            viewer => viewer.as_ref().map(|viewer| viewer.id),
        };
        if client.is_some() && !diary::takes(conn, accountant, client)? {
            return Ok(Booker::NotTaken);
        }
        Ok(if client.is_some() { Booker::Client } else { Booker::SignedOut })
    }

    /// The page of a service in the week that is looked at.
    fn page(
        &self,
        conn: &mut Conn,
        (accountant, service): (Accountant, Service),
        access: Access,
        look: &Look,
        now: Instant,
    ) -> Result<ServicePage> {
        let others = Service::active(conn, accountant.user_id)?;
        Ok(ServicePage {
            description: service.description.split("\n\n").map(str::to_owned).collect(),
            others: others.into_iter().filter(|other| other.id != service.id).take(5).collect(),
            questions: Question::of(conn, service.id)?,
            booker: self.booker(conn, &accountant, access)?,
            week: self.week(conn, &accountant, &service, look, now)?,
            base_url: self.base_url.clone(),
            form: BookForm { from: look.from.clone(), tz: look.tz.clone(), ..BookForm::default() },
            errors: FieldErrors::default(),
            refusal: None,
            wants_zones: !look.zones.is_empty(),
            accountant,
            service,
        })
    }

    fn week(
        &self,
        conn: &mut Conn,
        accountant: &Accountant,
        service: &Service,
        look: &Look,
        now: Instant,
    ) -> Result<Option<Week>> {
        if service.is_quote() {
            return Ok(None);
        }
        let viewer = self.viewer.as_ref();
        let asking = Asking::about(accountant, service, viewer.map(|viewer| viewer.id));
        let account = viewer.map(|viewer| &*viewer.zone);
        let cookie = self.cookie.as_deref();
        let view = Viewpoint::choose(&look.tz, account, cookie, &accountant.zone);
        Ok(Some(Week::look(conn, asking, &view, Day::parse(&look.from), now)?))
    }
}

pub async fn show(
    db: Data<Db>,
    reply: Reply,
    viewer: Option<Viewer>,
    Path2(slug, id): Path2<String, ServiceId>,
    look: Query<Look>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let asker = Asker::new(viewer, &request, &reply);
    let found = db.read(move |conn, now| -> Result<_> {
        let (accountant, access) = match find(conn, &slug, asker.viewer.as_ref())? {
            Shown::Page(accountant, access) => (*accountant, access),
            other => return Ok(Err(other)),
        };
        let service = Service::owned(conn, id, accountant.user_id)?;
        let is_public = service.state == ServiceState::Active;
        if !is_public && !access.is_owner {
            return Err(Error::NotFound);
        }
        let access = Access { is_preview: access.is_preview || !is_public, ..access };
        asker.page(conn, (accountant, service), access, &look, now).map(Ok)
    });
    match found.await? {
        Ok(page) => reply.page_or_part(&page, page.as_week()),
        Err(Shown::Moved(slug)) => reply.moved(paths::public_service(slug, id)),
        Err(_) => reply.page_with(StatusCode::GONE, &ClosedPage),
    }
}

/// A form that was posted, with what is needed to show it again.
struct Posted {
    db: Data<Db>,
    reply: Reply,
    asker: Asker,
    id: ServiceId,
    form: BookForm,
}

impl Posted {
    /// The page again with what was typed, as things stand now.
    async fn again(&self, errors: FieldErrors, refusal: Option<String>) -> Result<ServicePage> {
        let (asker, id, form) = (self.asker.clone(), self.id, self.form.clone());
        let look = Look { from: form.from.clone(), tz: form.tz.clone(), zones: String::new() };
        let page = self.db.read(move |conn, now| -> Result<_> {
            let service = Service::by_id(conn, id)?;
            let accountant = Accountant::by_id(conn, service.accountant_id)?;
            let access = Access { is_preview: false, is_owner: false };
            let page = asker.page(conn, (accountant, service), access, &look, now)?;
            Ok(ServicePage { form, ..page })
        });
        Ok(ServicePage { errors, refusal, ..page.await? })
    }

    async fn refuse(&self, refusal: Refusal) -> Result<HttpResponse> {
        let words = refusal.to_string();
        match refusal {
            Refusal::Failed(error) => Err(error),
            Refusal::Mode => {
                let errors = FieldErrors::one("mode", words);
                self.reply.rejected(&self.again(errors, None).await?)
            }
            Refusal::TooMany => {
                self.reply.rejected(&self.again(FieldErrors::default(), Some(words)).await?)
            }
            Refusal::Taken | Refusal::NotOffered | Refusal::TooLate | Refusal::TooManyMoves => {
                self.reply.conflict(&self.again(FieldErrors::default(), Some(words)).await?)
            }
        }
    }
}

pub async fn create(
    db: Data<Db>,
    mail: Data<Mail>,
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
    request: HttpRequest,
    Form(form): Form<BookForm>,
) -> Result<HttpResponse> {
    let id: ServiceId = form.service.parse()?;
    let who = viewer.clone();
    let questions = db.read(move |conn, _| bookable(conn, id, &who)).await?;
    let asker = Asker::new(Some(viewer.clone()), &request, &reply);
    let posted = Posted { db: db.clone(), reply, asker, id, form };
    let asked = match posted.form.parse(&questions) {
        Ok(asked) => asked,
        Err(errors) => return posted.reply.rejected(&posted.again(errors, None).await?),
    };
    let wish = wish(&seal, id, &posted.form, asked)?;
    let act =
        move |conn: &mut Conn, actor: &Actor| Booking::request(conn, actor, &Desk(&mail), &wish);
    match viewer.act(&db, act).await {
        Ok(path) => posted.reply.see_other(path),
        Err(refusal) => posted.refuse(refusal).await,
    }
}

/// Loading comes first: what may not be seen must not be told apart by a message.
fn bookable(conn: &mut Conn, id: ServiceId, viewer: &Viewer) -> Result<Vec<Question>> {
    let service = Service::by_id(conn, id)?;
    let is_listed = crate::listings::complete::is_listed(conn, service.accountant_id)?;
    if !is_listed || service.state != ServiceState::Active || service.is_quote() {
        return Err(Error::NotFound);
    }
    if viewer.role != Role::Client {
        return Err(Error::forbidden("Only clients book. Use a client account."));
    }
    Question::of(conn, id)
}

fn wish(seal: &Seal, service: ServiceId, form: &BookForm, asked: Asked) -> Result<Wish> {
    let body = format!("{service}{asked:?}");
    Ok(Wish {
        service,
        start: asked.start,
        mode: asked.mode,
        note: Sealed::note(seal, &asked.note)?,
        answers: Sealed::answers(seal, &asked.answers)?,
        key: form.key.clone(),
        body,
    })
}
