//! `/services/{id}/quote`, `/services/{id}/offers` and `/offers/{id}`: asking for an offer, making
//! one, and picking a time for it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::acts::BookingActContext;
use super::requests::PostedForm;
use super::services::page_or_week;
use crate::bookings::Notifier;
use crate::bookings::asker::Asker;
use crate::bookings::booked_service::BookedService;
use crate::bookings::forms::{BookForm, WeekQuery};
use crate::bookings::quotes::{
    Enquiry, EnquiryId, PostedQuote, Quote, QuoteForm, QuoteFormPage, QuoteId,
};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::listings::ServiceId;
use crate::seal::Seal;
use crate::users::{Actor, Viewer};
use crate::web::{EmptyForm, Flash, Form, Path, Reply, paths};

/// `POST /services/{id}/quote`
pub async fn quote(
    BookingActContext { db, mail, seal, viewer, .. }: BookingActContext,
    (reply, asker): (Reply, Asker),
    id: Path<ServiceId>,
    Form(form): Form<BookForm>,
) -> Result<HttpResponse> {
    let (id, who) = (*id, viewer.clone());
    let target = db.read(move |conn, _| BookedService::by_quote(conn, id, &who)).await?;
    let posted = PostedForm { db: db.clone(), reply, asker, target, form };
    let ask = match posted.form.parse_question(&posted.target.questions) {
        Ok(asked) => posted.target.ask(&seal, &posted.form, &asked)?,
        Err(errors) => return posted.reject(errors).await,
    };
    let act =
        move |conn: &mut Conn, actor: &Actor| Enquiry::ask(conn, actor, &Notifier(&mail), &ask);
    match viewer.act(&db, act).await {
        Ok(_) => posted.reply.done(&posted.target.page, Flash::QuoteAsked),
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
    let load =
        move |conn: &mut Conn, now| QuoteFormPage::load(conn, &seal, &viewer, (id, &client), now);
    reply.page(&db.read(load).await?)
}

/// `POST /services/{id}/offers`
pub async fn create(
    BookingActContext { db, mail, seal, viewer, .. }: BookingActContext,
    reply: Reply,
    id: Path<ServiceId>,
    Form(form): Form<QuoteForm>,
) -> Result<HttpResponse> {
    let (id, who, opener) = (*id, viewer.clone(), seal.clone());
    let posted = db.read(move |conn, now| PostedQuote::read(conn, &opener, &who, (id, form), now));
    let new = match posted.await? {
        PostedQuote::Fine(offer) => offer.sealed(&seal, id)?,
        PostedQuote::Wrong(page) => return reply.rejected(&*page),
    };
    let act =
        move |conn: &mut Conn, actor: &Actor| Quote::make(conn, actor, &Notifier(&mail), &new);
    let quote = viewer.act(&db, act).await?;
    reply.done(paths::offer(quote.id), Flash::QuoteSent)
}

/// `GET /offers/{id}`
pub async fn show(
    db: Data<Db>,
    _: Viewer,
    (reply, asker): (Reply, Asker),
    id: Path<QuoteId>,
    look: Query<WeekQuery>,
) -> Result<HttpResponse> {
    let id = *id;
    let page = db.read(move |conn, now| asker.offer(conn, id, &look, now)).await?;
    page_or_week(&reply, &page)
}

/// `POST /offers/{id}/withdrawal`
pub async fn withdrawal(
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
