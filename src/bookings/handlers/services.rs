//! `GET /accountants/{slug}/services/{id}` and `POST /bookings`: pick a time and ask for it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::acts::BookingActContext;
use super::quotes::offer_page;
use crate::accountants::Accountant;
use crate::accountants::meeting::CALL;
use crate::bookings::diary::{self, Asking};
use crate::bookings::forms::{BookForm, CheckedRequest};
use crate::bookings::pages::{Booker, ServicePage};
use crate::bookings::place::said_of;
use crate::bookings::quotes::{Enquiry, Offered, Quote, QuoteId};
use crate::bookings::week::{PickerWeek, Viewpoint};
use crate::bookings::{
    Booking, BookingRefusal, Notifier, Online, OnlineRules, PayPlan, SealedWords, Wish, clash,
};
use crate::clock::{Day, Instant};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::visit::{Access, VisitedProfile, find};
use crate::listings::{ClosedPage, Mode, Modes, Question, Service, ServiceId, ServiceState};
use crate::seal::Seal;
use crate::users::{Actor, Role, Viewer};
use crate::web::{FieldErrors, Flash, Form, LayoutContext, Path2, Reply, keys, paths};

/// Which week is looked at, and in which zone.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct WeekQuery {
    pub from: String,
    pub tz: String,
    pub zones: String,
    /// What was chosen before; what was written never stands in an address.
    pub start: String,
    pub mode: String,
}

/// Who asks for the page, and how.
#[derive(Clone)]
pub(super) struct Asker {
    pub viewer: Option<Viewer>,
    /// The zone that the browser told, see `static/js/site.js`.
    cookie: Option<String>,
    base_url: String,
    said: Option<Flash>,
    seal: Seal,
    /// What can be paid by card here, if anything can.
    online: Option<OnlineRules>,
}

impl Asker {
    pub fn new(viewer: Option<Viewer>, seal: &Seal, request: &HttpRequest, reply: &Reply) -> Self {
        let cookie = request.cookie("tz").map(|cookie| cookie.value().to_owned());
        let LayoutContext { base_url, flash, .. } = reply.shell();
        let online = request.app_data::<Data<Online>>().and_then(|online| online.0.clone());
        let (base_url, seal) = (base_url.clone(), seal.clone());
        Self { viewer, cookie, base_url, said: *flash, seal, online }
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
    pub fn page(
        &self,
        conn: &mut Conn,
        (accountant, service): (Accountant, Service),
        access: Access,
        look: &WeekQuery,
        now: Instant,
    ) -> Result<ServicePage> {
        let others = Service::active(conn, accountant.user_id)?;
        let (asked_at, offered) = self.dealings(conn, &service, now)?;
        let plan = self.plan(conn, &service)?;
        let week = self.week(conn, (&accountant, &service), plan, look, now)?;
        let chosen = Instant::read_minute(&look.start);
        Ok(ServicePage {
            choice: week.as_ref().zip(chosen).map(|(week, start)| week.choice(start)),
            asked_at,
            offered,
            description: service.description.split("\n\n").map(str::to_owned).collect(),
            others: others.into_iter().filter(|other| other.id != service.id).take(5).collect(),
            questions: Question::of(conn, service.id)?,
            booker: self.booker(conn, &accountant, access)?,
            week,
            is_test: plan == PayPlan::Online && self.online.as_ref().is_some_and(|of| !of.livemode),
            plan,
            base_url: self.base_url.clone(),
            said: self.said,
            asks_phone: Modes(service.modes).list().contains(&Mode::Phone)
                && said_of(&self.seal, &accountant, &service, Mode::Phone)? == CALL,
            form: BookForm {
                from: look.from.clone(),
                tz: look.tz.clone(),
                start: look.start.clone(),
                mode: look.mode.clone(),
                ..BookForm::default()
            },
            errors: FieldErrors::default(),
            refusal: None,
            wants_zones: !look.zones.is_empty(),
            accountant,
            service,
        })
    }

    /// What this client asked about a service by quote, and the open offer.
    fn dealings(
        &self,
        conn: &mut Conn,
        service: &Service,
        now: Instant,
    ) -> Result<(Option<Instant>, Option<Offered>)> {
        let client = self.viewer.as_ref().filter(|viewer| viewer.role == Role::Client);
        let Some(client) = client.filter(|_| service.is_quote()) else { return Ok((None, None)) };
        let asked = Enquiry::latest(conn, service.id, client.id)?;
        let asked_at = asked.filter(|asked| asked.is_open(now)).map(|asked| asked.asked_at);
        let offered = match Quote::open_for(conn, service.id, client.id, now)? {
            Some(quote) => Some(Offered {
                line: Quote::line(conn, quote.id, client.id)?,
                words: String::new(),
                standing: quote.standing(now),
                is_maker: false,
                zone: client.zone.clone(),
            }),
            None => None,
        };
        Ok((asked_at, offered))
    }

    /// How the price of a service is paid, as things stand.
    pub fn plan(&self, conn: &mut Conn, service: &Service) -> Result<PayPlan> {
        PayPlan::of(conn, self.online.as_ref(), service)
    }

    fn week(
        &self,
        conn: &mut Conn,
        (accountant, service): (&Accountant, &Service),
        plan: PayPlan,
        look: &WeekQuery,
        now: Instant,
    ) -> Result<Option<PickerWeek>> {
        if service.is_quote() {
            return Ok(None);
        }
        let viewer = self.viewer.as_ref();
        let asking = Asking::about(accountant, service, viewer.map(|viewer| viewer.id));
        let asking = asking.paid_by(plan);
        let account = viewer.map(|viewer| &viewer.zone);
        let cookie = self.cookie.as_deref();
        let view = Viewpoint::choose(&look.tz, account, cookie, &accountant.zone);
        let chosen = Instant::read_minute(&look.start).map(|start| start.day(&view.zone));
        let from = Day::parse(&look.from).or(chosen);
        let mut week = PickerWeek::look(conn, asking, &view, from, now)?;
        if let Some(client) = viewer.filter(|viewer| viewer.role == Role::Client) {
            clash::warn(conn, &mut week, client.id, None, now)?;
        }
        Ok(Some(week))
    }
}

pub async fn show(
    (db, seal): (Data<Db>, Data<Seal>),
    reply: Reply,
    viewer: Option<Viewer>,
    Path2(slug, id): Path2<String, ServiceId>,
    look: Query<WeekQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let asker = Asker::new(viewer, &seal, &request, &reply);
    let found = db.read(move |conn, now| -> Result<_> {
        let (accountant, access) = match find(conn, &slug, asker.viewer.as_ref())? {
            VisitedProfile::Page(accountant, access) => (*accountant, access),
            VisitedProfile::Unlisted(_) => return Err(Error::NotFound),
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
        Ok(page) => page_or_week(&reply, &page),
        Err(VisitedProfile::Moved(slug)) => reply.moved(paths::public_service(slug, id)),
        Err(_) => reply.page_with(StatusCode::GONE, &ClosedPage),
    }
}

/// The page, or its slot picker alone when a week is turned.
pub(super) fn page_or_week(reply: &Reply, page: &ServicePage) -> Result<HttpResponse> {
    match page.as_week() {
        Some(week) => reply.page_or_part(page, week),
        None => reply.page(page),
    }
}

/// A form that was posted, with what is needed to show it again.
pub(super) struct PostedForm {
    pub db: Data<Db>,
    pub seal: Data<Seal>,
    pub reply: Reply,
    pub asker: Asker,
    pub target: BookedService,
    pub form: BookForm,
}

/// What a form is about: a service that everybody may book, or one as it was offered to its sender.
#[derive(Clone)]
pub(super) struct BookedService {
    pub service: ServiceId,
    pub quote: Option<QuoteId>,
    pub questions: Vec<Question>,
    /// Given before, when the offer was asked for.
    answers: Option<Vec<u8>>,
}

impl PostedForm {
    /// The page again with what was typed, as things stand now.
    async fn again(&self, errors: FieldErrors, refusal: Option<String>) -> Result<ServicePage> {
        let (asker, target, form) = (self.asker.clone(), self.target.clone(), self.form.clone());
        let seal = self.seal.clone();
        let look =
            WeekQuery { from: form.from.clone(), tz: form.tz.clone(), ..WeekQuery::default() };
        let page = self.db.read(move |conn, now| -> Result<_> {
            if let Some(quote) = target.quote {
                let page = offer_page(conn, &asker, &seal, quote, &look, now)?;
                return Ok(ServicePage { form, ..page });
            }
            let service = Service::by_id(conn, target.service)?;
            let accountant = Accountant::by_id(conn, service.accountant_id)?;
            let access = Access { is_preview: false, is_owner: false };
            let page = asker.page(conn, (accountant, service), access, &look, now)?;
            Ok(ServicePage { form, ..page })
        });
        Ok(ServicePage { errors, refusal, ..page.await? })
    }

    pub async fn reject(&self, errors: FieldErrors) -> Result<HttpResponse> {
        self.reply.rejected(&self.again(errors, None).await?)
    }

    pub async fn refuse(&self, refusal: BookingRefusal) -> Result<HttpResponse> {
        let words = refusal.to_string();
        match refusal {
            BookingRefusal::Failed(error) => Err(error),
            BookingRefusal::Mode => self.reject(FieldErrors::one("mode", words)).await,
            BookingRefusal::Phone => self.reject(FieldErrors::one("phone", words)).await,
            BookingRefusal::TooMany
            | BookingRefusal::TooManyAsked
            | BookingRefusal::TooManyHeld
            | BookingRefusal::NotPayable => {
                self.reply.rejected(&self.again(FieldErrors::default(), Some(words)).await?)
            }
            _ => self.reply.conflict(&self.again(FieldErrors::default(), Some(words)).await?),
        }
    }
}

pub async fn create(
    parts: BookingActContext,
    reply: Reply,
    request: HttpRequest,
    Form(form): Form<BookForm>,
) -> Result<HttpResponse> {
    let BookingActContext { db, mail, seal, viewer, .. } = parts.clone();
    let (who, typed) = (viewer.clone(), form.clone());
    let target = match db.read(move |conn, _| BookedService::or_result(conn, &typed, &who)).await? {
        Ok(target) => target,
        Err(path) => return reply.see_other(path),
    };
    let asker = Asker::new(Some(viewer.clone()), &seal, &request, &reply);
    let posted = PostedForm { db: db.clone(), seal: seal.clone(), reply, asker, target, form };
    let asked = match posted.form.parse(&posted.target.questions) {
        Ok(asked) => asked,
        Err(errors) => return posted.reject(errors).await,
    };
    let wish = Wish { online: parts.online.0.clone(), ..posted.wish(asked)? };
    let act = move |conn: &mut Conn, actor: &Actor| {
        Booking::request(conn, actor, &Notifier(&mail), &wish)
    };
    match viewer.act(&db, act).await {
        Ok(path) => {
            if let Some(id) = path.rsplit('/').next().and_then(|id| id.parse().ok()) {
                parts.push(id).await?;
            }
            posted.reply.see_other(path)
        }
        Err(refusal) => posted.refuse(refusal).await,
    }
}

impl BookedService {
    /// The same form again leads to its result, whatever became of the service since.
    fn or_result(
        conn: &mut Conn,
        form: &BookForm,
        viewer: &Viewer,
    ) -> Result<std::result::Result<Self, String>> {
        match keys::result(conn, viewer.id.0, &form.key, &form.body())? {
            Some(path) => Ok(Err(path)),
            None => Self::of(conn, form, viewer).map(Ok),
        }
    }

    /// Loading comes first: what may not be seen must not be told apart by a message.
    fn of(conn: &mut Conn, form: &BookForm, viewer: &Viewer) -> Result<Self> {
        if form.offer.is_empty() {
            return Self::listed(conn, form.service.parse()?, viewer, false);
        }
        let quote = Quote::of(conn, form.offer.parse()?, viewer.id)?;
        only_clients(viewer)?;
        let asked = Enquiry::latest(conn, quote.service_id, viewer.id)?;
        Ok(Self {
            service: quote.service_id,
            quote: Some(quote.id),
            questions: vec![],
            answers: asked.and_then(|asked| asked.answers),
        })
    }

    /// A service that everybody sees, by quote or not.
    pub fn listed(conn: &mut Conn, id: ServiceId, viewer: &Viewer, by_quote: bool) -> Result<Self> {
        let service = Service::by_id(conn, id)?;
        let is_listed = crate::listings::complete::is_listed(conn, service.accountant_id)?;
        let is_open = service.state == ServiceState::Active && service.is_quote() == by_quote;
        if !is_listed || !is_open {
            return Err(Error::NotFound);
        }
        only_clients(viewer)?;
        Ok(Self { service: id, quote: None, questions: Question::of(conn, id)?, answers: None })
    }
}

fn only_clients(viewer: &Viewer) -> Result<()> {
    match viewer.role {
        Role::Client => Ok(()),
        _ => Err(Error::forbidden("Only clients book. Use a client account.")),
    }
}

impl PostedForm {
    fn wish(&self, asked: CheckedRequest) -> Result<Wish> {
        let BookedService { service, quote, answers, .. } = self.target.clone();
        Ok(Wish {
            service,
            start: asked.start,
            mode: asked.mode,
            phone: asked.phone,
            note: SealedWords::note(&self.seal, &asked.note)?,
            answers: SealedWords::answers(&self.seal, &asked.answers)?.or(answers),
            quote,
            online: None,
            key: self.form.key.clone(),
            body: self.form.body(),
        })
    }
}
