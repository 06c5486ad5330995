//! `/services/{id}/quote`, `/services/{id}/offers` and `/offers/{id}`: asking for an offer, making
//! one, and picking a time for it.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::acts::BookingActContext;
use super::services::{Asker, BookedService, PostedForm, WeekQuery, page_or_week};
use crate::accountants::Accountant;
use crate::bookings::forms::BookForm;
use crate::bookings::pages::ServicePage;
use crate::bookings::quotes::{
    Ask, CheckedOffer, Enquiry, EnquiryId, NewQuote, Offered, OpenedEnquiry, Quote, QuoteForm,
    QuoteFormPage, QuoteId,
};
use crate::bookings::{Notifier, SealedWords};
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::visit::Access;
use crate::listings::{self, Service, ServiceId, ServiceState};
use crate::seal::Seal;
use crate::users::{Actor, User, Viewer};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Path, Reply, keys, paths};

/// `POST /services/{id}/quote`
pub async fn ask(
    BookingActContext { db, mail, seal, viewer, .. }: BookingActContext,
    reply: Reply,
    request: HttpRequest,
    id: Path<ServiceId>,
    Form(form): Form<BookForm>,
) -> Result<HttpResponse> {
    let (id, who) = (*id, viewer.clone());
    let target = db.read(move |conn, _| BookedService::listed(conn, id, &who, true)).await?;
    let asker = Asker::new(Some(viewer.clone()), &seal, &request, &reply);
    let posted = PostedForm { db: db.clone(), seal: seal.clone(), reply, asker, target, form };
    let (note, answers) = match posted.form.parse_question(&posted.target.questions) {
        Ok(typed) => typed,
        Err(errors) => return posted.reject(errors).await,
    };
    let ask = Ask {
        service: id,
        body: format!("{id}{}", posted.form.body()),
        note: SealedWords::note(&seal, &note)?,
        answers: SealedWords::answers(&seal, &answers)?,
        key: posted.form.key.clone(),
    };
    let act =
        move |conn: &mut Conn, actor: &Actor| Enquiry::ask(conn, actor, &Notifier(&mail), &ask);
    match viewer.act(&db, act).await {
        Ok(path) => posted.reply.done(path, Flash::QuoteAsked),
        Err(refusal) => posted.refuse(refusal).await,
    }
}

/// For whom an offer is to be made.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct QuoteQuery {
    client: String,
}

/// `GET /services/{id}/offers`
pub async fn new(
    db: Data<Db>,
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ServiceId>,
    whom: Query<QuoteQuery>,
) -> Result<HttpResponse> {
    let (id, client) = (*id, whom.into_inner().client);
    let page = db.read(move |conn, now| form_page(conn, &seal, &viewer, id, &client, now));
    reply.page(&page.await?)
}

fn form_page(
    conn: &mut Conn,
    seal: &Seal,
    viewer: &Viewer,
    id: ServiceId,
    client: &str,
    now: Instant,
) -> Result<QuoteFormPage> {
    let service = Service::in_practice(conn, id, viewer.id)?;
    if !service.is_quote() {
        return Err(Error::NotFound);
    }
    let accountant = Accountant::owned(conn, viewer.id)?;
    Ok(QuoteFormPage {
        people: Quote::people(conn, viewer.id)?,
        asked: asked(conn, seal, id, client, now)?,
        form: QuoteForm::blank(client, now.day(&accountant.zone)),
        errors: FieldErrors::default(),
        zone: viewer.zone.elsewhere(&*accountant.zone),
        service,
    })
}

/// What this client asked about the service and waits for.
fn asked(
    conn: &mut Conn,
    seal: &Seal,
    service: ServiceId,
    client: &str,
    now: Instant,
) -> Result<Option<OpenedEnquiry>> {
    let Ok(client) = client.parse() else { return Ok(None) };
    let enquiry = Enquiry::latest(conn, service, client)?.filter(|asked| asked.is_open(now));
    let Some(enquiry) = enquiry else { return Ok(None) };
    Ok(Some(OpenedEnquiry {
        id: enquiry.id,
        at: enquiry.asked_at,
        name: User::by_id(conn, client)?.name,
        note: SealedWords::open_note(seal, enquiry.note.as_ref())?,
        answers: SealedWords::open_answers(seal, enquiry.answers.as_ref())?,
    }))
}

/// `POST /services/{id}/offers`
pub async fn create(
    BookingActContext { db, mail, seal, viewer, .. }: BookingActContext,
    reply: Reply,
    id: Path<ServiceId>,
    Form(form): Form<QuoteForm>,
) -> Result<HttpResponse> {
    let (id, who, opener, typed) = (*id, viewer.clone(), seal.clone(), form.clone());
    let load = move |conn: &mut Conn, now| -> Result<_> {
        let page = form_page(conn, &opener, &who, id, &typed.client, now)?;
        let read = typed.parse(&page.service.currency, &page.zone, now);
        Ok((QuoteFormPage { form: typed, ..page }, read))
    };
    let (page, read) = db.read(load).await?;
    let typed = match read {
        Ok(typed) => typed,
        Err(errors) => return reply.rejected(&QuoteFormPage { errors, ..page }),
    };
    if !page.people.iter().any(|(id, _)| *id == typed.client) {
        let errors = FieldErrors::one("client", "Choose somebody who asked or booked with you.");
        return reply.rejected(&QuoteFormPage { errors, ..page });
    }
    let body = format!("{id}{typed:?}");
    let CheckedOffer { client, price, duration, words, valid_until } = typed;
    let words = SealedWords::words(&seal, &words)?;
    let new = NewQuote { service: id, client, price, duration, words, valid_until };
    let act = move |conn: &mut Conn, actor: &Actor| -> Result<String> {
        keys::once(conn, actor.id.0, (&form.key, &body), actor.now, |conn| {
            Quote::make(conn, actor, &Notifier(&mail), &new).map(paths::offer)
        })
    };
    reply.done(viewer.act(&db, act).await?, Flash::QuoteSent)
}

/// `GET /offers/{id}`
pub async fn show(
    db: Data<Db>,
    seal: Data<Seal>,
    viewer: Viewer,
    reply: Reply,
    id: Path<QuoteId>,
    look: Query<WeekQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let id = *id;
    let asker = Asker::new(Some(viewer), &seal, &request, &reply);
    let page = db.read(move |conn, now| offer_page(conn, &asker, &seal, id, &look, now)).await?;
    page_or_week(&reply, &page)
}

/// The page of a service as it was offered; a stranger's offer is not there.
pub(super) fn offer_page(
    conn: &mut Conn,
    asker: &Asker,
    seal: &Seal,
    id: QuoteId,
    look: &WeekQuery,
    now: Instant,
) -> Result<ServicePage> {
    let viewer = asker.viewer.as_ref().ok_or(Error::SignedOut)?;
    let line = Quote::line(conn, id, viewer.id)?;
    let service = Service::by_id(conn, line.quote.service_id)?;
    let accountant = Accountant::by_id(conn, service.accountant_id)?;
    let is_bookable = service.state == ServiceState::Active
        && listings::complete::is_listed(conn, service.accountant_id)?;
    let offered = Offered {
        words: SealedWords::open_words(seal, line.quote.words.as_ref())?,
        standing: line.quote.standing(now),
        is_maker: line.quote.accountant_id == viewer.id,
        zone: viewer.zone.clone(),
        line,
    };
    let access = Access { is_preview: false, is_owner: false };
    let service = offered.line.quote.applied(service);
    let page = asker.page(conn, (accountant, service), access, look, now)?;
    let can_pick = is_bookable && offered.is_open() && !offered.is_maker;
    Ok(ServicePage {
        week: page.week.filter(|_| can_pick),
        form: BookForm { offer: id.to_string(), ..page.form },
        questions: vec![],
        offered: Some(offered),
        ..page
    })
}

/// `POST /offers/{id}/withdrawal`
pub async fn withdraw(
    BookingActContext { db, mail, viewer, .. }: BookingActContext,
    reply: Reply,
    id: Path<QuoteId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let act =
        move |conn: &mut Conn, actor: &Actor| Quote::withdraw(conn, actor, &Notifier(&mail), id);
    viewer.act(&db, act).await?;
    reply.done(paths::offer(id), Flash::QuoteWithdrawn)
}

/// `POST /enquiries/{id}/decline`
pub async fn decline(
    BookingActContext { db, mail, viewer, .. }: BookingActContext,
    reply: Reply,
    id: Path<EnquiryId>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let act =
        move |conn: &mut Conn, actor: &Actor| Enquiry::decline(conn, actor, &Notifier(&mail), id);
    viewer.act(&db, act).await?;
    reply.done(paths::PRACTICE_BOOKINGS, Flash::QuoteDeclined)
}
