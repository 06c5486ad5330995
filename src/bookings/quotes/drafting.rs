//! The form in which an accountant makes an offer: for whom it can be, what they asked, and whether
//! what was sent will do.

use super::{CheckedOffer, Enquiry, NewQuote, OpenedEnquiry, Quote, QuoteForm, QuoteFormPage};
use crate::accountants::Accountant;
use crate::bookings::SealedWords;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::{Service, ServiceId};
use crate::seal::Seal;
use crate::users::{User, Viewer};
use crate::web::FieldErrors;
use crate::web::keys::SentForm;

/// What became of a form that was sent.
pub enum PostedQuote {
    Fine(CheckedOffer),
    /// The page again with what is wrong.
    Wrong(Box<QuoteFormPage>),
}

impl QuoteFormPage {
    pub fn load(
        conn: &mut Conn,
        seal: &Seal,
        viewer: &Viewer,
        (id, client): (ServiceId, &str),
        now: Instant,
    ) -> Result<Self> {
        let service = Service::in_practice(conn, id, viewer.id)?;
        if !service.is_quote() {
            return Err(Error::NotFound);
        }
        let accountant = Accountant::owned(conn, viewer.id)?;
        Ok(Self {
            people: Quote::people(conn, viewer.id)?,
            asked: OpenedEnquiry::find(conn, seal, (id, client), now)?,
            form: QuoteForm::blank(client, now.day(&accountant.zone)),
            errors: FieldErrors::default(),
            zone: viewer.zone.elsewhere(&*accountant.zone),
            service,
        })
    }
}

impl OpenedEnquiry {
    /// What this client asked about the service and waits for.
    fn find(
        conn: &mut Conn,
        seal: &Seal,
        (service, client): (ServiceId, &str),
        now: Instant,
    ) -> Result<Option<Self>> {
        let Ok(client) = client.parse() else { return Ok(None) };
        let enquiry = Enquiry::latest(conn, service, client)?.filter(|asked| asked.is_open(now));
        let Some(enquiry) = enquiry else { return Ok(None) };
        Ok(Some(Self {
            id: enquiry.id,
            at: enquiry.asked_at,
            name: User::by_id(conn, client)?.name,
            note: SealedWords::open_note(seal, enquiry.note.as_ref())?,
            answers: SealedWords::open_answers(seal, enquiry.answers.as_ref())?,
        }))
    }
}

impl PostedQuote {
    /// Loading comes first: a stranger's service is not there, whatever was typed.
    pub fn read(
        conn: &mut Conn,
        seal: &Seal,
        viewer: &Viewer,
        (id, form): (ServiceId, QuoteForm),
        now: Instant,
    ) -> Result<Self> {
        let page = QuoteFormPage::load(conn, seal, viewer, (id, &form.client), now)?;
        let errors = match form.parse(&page.service.currency, &page.zone, now) {
            Ok(offer) if page.people.iter().any(|(id, _)| *id == offer.client) => {
                return Ok(Self::Fine(offer));
            }
            Ok(_) => FieldErrors::one("client", "Choose somebody who asked or booked with you."),
            Err(errors) => errors,
        };
        Ok(Self::Wrong(Box::new(QuoteFormPage { form, errors, ..page })))
    }
}

impl CheckedOffer {
    /// The offer as it is made, its words sealed.
    pub fn sealed(self, seal: &Seal, service: ServiceId) -> Result<NewQuote> {
        let body = format!("{service}{self:?}");
        let Self { client, price, duration, words, valid_until, key } = self;
        Ok(NewQuote {
            service,
            client,
            price,
            duration,
            words: SealedWords::words(seal, &words)?,
            valid_until,
            form: SentForm { key, body },
        })
    }
}
