//! Who asks for the page of a service, and what they find there: the service with the week that is
//! looked at, or as it was offered to them alone.

use super::booked_service::BookedService;
use super::diary::{self, Asking};
use super::forms::{BookForm, WeekQuery};
use super::pages::{Booker, ServicePage};
use super::place::said_of;
use super::quotes::{Enquiry, Offered, Quote, QuoteId};
use super::week::{PickerWeek, Viewpoint};
use super::{OnlineRules, PayPlan, SealedWords, clash};
use crate::accountants::Accountant;
use crate::accountants::meeting::CALL;
use crate::clock::{Day, Instant};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::visit::{Access, VisitedProfile, find};
use crate::listings::{self, Mode, Modes, Question, Service, ServiceId, ServiceState};
use crate::seal::Seal;
use crate::users::{Role, Viewer};
use crate::web::{FieldErrors, Flash};

#[derive(Clone)]
pub struct Asker {
    pub viewer: Option<Viewer>,
    /// The zone that the browser told, see `static/js/site.js`.
    pub cookie: Option<String>,
    pub base_url: String,
    pub said: Option<Flash>,
    pub seal: Seal,
    /// What can be paid by card here, if anything can.
    pub online: Option<OnlineRules>,
}

/// What a visitor finds at the address of a service.
pub enum VisitedService {
    Page(Box<ServicePage>),
    /// The accountant has another address by now.
    Moved(String),
    Closed,
}

const STRANGER: Access = Access { is_preview: false, is_owner: false };

impl Asker {
    /// A service of a profile that this visitor may see.
    pub fn visit(
        &self,
        conn: &mut Conn,
        (slug, id): (&str, ServiceId),
        look: &WeekQuery,
        now: Instant,
    ) -> Result<VisitedService> {
        let (accountant, access) = match find(conn, slug, self.viewer.as_ref())? {
            VisitedProfile::Page(accountant, access) => (*accountant, access),
            VisitedProfile::Unlisted(_) => return Err(Error::NotFound),
            VisitedProfile::Moved(slug) => return Ok(VisitedService::Moved(slug)),
            VisitedProfile::Closed => return Ok(VisitedService::Closed),
        };
        let service = Service::owned(conn, id, accountant.user_id)?;
        let is_public = service.state == ServiceState::Active;
        if !is_public && !access.is_owner {
            return Err(Error::NotFound);
        }
        let access = Access { is_preview: access.is_preview || !is_public, ..access };
        let page = self.page(conn, (accountant, service), access, look, now)?;
        Ok(VisitedService::Page(Box::new(page)))
    }

    /// The page of a service as it was offered; a stranger's offer is not there.
    pub fn offer(
        &self,
        conn: &mut Conn,
        id: QuoteId,
        look: &WeekQuery,
        now: Instant,
    ) -> Result<ServicePage> {
        let viewer = self.viewer.as_ref().ok_or(Error::SignedOut)?;
        let line = Quote::line(conn, id, viewer.id)?;
        let service = Service::by_id(conn, line.quote.service_id)?;
        let accountant = Accountant::by_id(conn, service.accountant_id)?;
        let is_bookable = service.state == ServiceState::Active
            && listings::complete::is_listed(conn, service.accountant_id)?;
        let offered = Offered {
            words: SealedWords::open_words(&self.seal, line.quote.words.as_ref())?,
            standing: line.quote.standing(now),
            is_maker: line.quote.accountant_id == viewer.id,
            zone: viewer.zone.clone(),
            line,
        };
        let service = offered.line.quote.applied(service);
        let page = self.page(conn, (accountant, service), STRANGER, look, now)?;
        let can_pick = is_bookable && offered.is_open() && !offered.is_maker;
        Ok(ServicePage {
            week: page.week.filter(|_| can_pick),
            form: BookForm { offer: id.to_string(), ..page.form },
            questions: vec![],
            offered: Some(offered),
            ..page
        })
    }

    /// The page again with what was typed, as things stand now.
    pub fn again(
        &self,
        conn: &mut Conn,
        target: &BookedService,
        form: BookForm,
        now: Instant,
    ) -> Result<ServicePage> {
        let look = form.look();
        let page = match target.quote {
            Some(quote) => self.offer(conn, quote, &look, now)?,
            None => {
                let service = Service::by_id(conn, target.service)?;
                let accountant = Accountant::by_id(conn, service.accountant_id)?;
                self.page(conn, (accountant, service), STRANGER, &look, now)?
            }
        };
        Ok(ServicePage { form, ..page })
    }

    /// The page of a service in the week that is looked at.
    fn page(
        &self,
        conn: &mut Conn,
        (accountant, service): (Accountant, Service),
        access: Access,
        look: &WeekQuery,
        now: Instant,
    ) -> Result<ServicePage> {
        let others = Service::active(conn, accountant.user_id)?;
        let (asked_at, offered) = self.dealings(conn, &service, now)?;
        let plan = PayPlan::of(conn, self.online.as_ref(), &service)?;
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
