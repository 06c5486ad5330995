//! What a posted form is about, and who may send it.

use super::asker::Asker;
use super::forms::{BookForm, CheckedQuestion, CheckedRequest};
use super::quotes::{Ask, Enquiry, Quote, QuoteId};
use super::request::ONLY_CLIENTS;
use super::{Booking, SealedWords, Wish};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::complete::find_listed;
use crate::listings::{Question, Service, ServiceId, ServiceState};
use crate::seal::Seal;
use crate::users::{Role, Viewer};
use crate::web::keys::SentForm;
use crate::web::paths;

/// A service that everybody may book or ask about, or one as it was offered to the sender.
#[derive(Clone)]
pub struct BookedService {
    pub service: ServiceId,
    pub quote: Option<QuoteId>,
    pub questions: Vec<Question>,
    /// The address of its page.
    pub page: String,
    /// Given before, when the offer was asked for.
    answers: Option<Vec<u8>>,
}

/// What a form that books leads to.
pub enum BookFormTarget {
    /// It was sent before: to what it made, whatever became of the service since.
    Made(Box<Booking>),
    Service(BookedService),
}

impl BookFormTarget {
    pub fn of(conn: &mut Conn, form: &BookForm, viewer: &Viewer) -> Result<Self> {
        match form.sent().made(conn, viewer.id.0)? {
            Some(booking) => Ok(Self::Made(Box::new(booking))),
            None => BookedService::of(conn, form, viewer).map(Self::Service),
        }
    }
}

impl BookedService {
    /// Loading comes first: what may not be seen must not be told apart by a message.
    fn of(conn: &mut Conn, form: &BookForm, viewer: &Viewer) -> Result<Self> {
        if form.offer.is_empty() {
            let service = Service::by_id(conn, form.service.parse()?)?;
            let priced = Some(service).filter(|service| !service.is_quote());
            return Self::listed(conn, priced, viewer);
        }
        let quote = Quote::of(conn, form.offer.parse()?, viewer.id)?;
        only_clients(viewer)?;
        let asked = Enquiry::latest(conn, quote.service_id, viewer.id)?;
        Ok(Self {
            service: quote.service_id,
            quote: Some(quote.id),
            questions: vec![],
            page: paths::offer(quote.id),
            answers: asked.and_then(|asked| asked.answers),
        })
    }

    /// A service by quote that everybody sees.
    pub fn by_quote(conn: &mut Conn, id: ServiceId, viewer: &Viewer) -> Result<Self> {
        let service = Service::by_id(conn, id)?;
        Self::listed(conn, Some(service).filter(Service::is_quote), viewer)
    }

    fn listed(conn: &mut Conn, service: Option<Service>, viewer: &Viewer) -> Result<Self> {
        let active = service.filter(|service| service.state == ServiceState::Active);
        let service = active.ok_or(Error::NotFound)?;
        let accountant = find_listed(conn, service.accountant_id)?.ok_or(Error::NotFound)?;
        only_clients(viewer)?;
        Ok(Self {
            service: service.id,
            quote: None,
            questions: Question::of(conn, service.id)?,
            page: paths::public_service(accountant.slug, service.id),
            answers: None,
        })
    }

    /// What the sender wants, sealed where it is theirs alone.
    pub fn wish(&self, asker: &Asker, form: &BookForm, asked: CheckedRequest) -> Result<Wish> {
        let answers = SealedWords::answers(&asker.seal, &asked.answers)?;
        Ok(Wish {
            service: self.service,
            start: asked.start,
            mode: asked.mode,
            phone: asked.phone,
            note: SealedWords::note(&asker.seal, &asked.note)?,
            answers: answers.or_else(|| self.answers.clone()),
            quote: self.quote,
            online: asker.online.clone(),
            form: form.sent(),
        })
    }

    /// The same where the price is asked for.
    pub fn ask(&self, seal: &Seal, form: &BookForm, asked: &CheckedQuestion) -> Result<Ask> {
        let SentForm { key, body } = form.sent();
        Ok(Ask {
            service: self.service,
            note: SealedWords::note(seal, &asked.note)?,
            answers: SealedWords::answers(seal, &asked.answers)?,
            form: SentForm { key, body: format!("{}{body}", self.service) },
        })
    }
}

fn only_clients(viewer: &Viewer) -> Result<()> {
    match viewer.role {
        Role::Client => Ok(()),
        _ => Err(Error::forbidden(ONLY_CLIENTS)),
    }
}
