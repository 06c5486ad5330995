//! `/reports`: something is wrong. Signed out, only what is illegal can be reported.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use crate::accountants::Accountant;
use crate::config::Operator;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::moderation::address::{self, TargetAddress};
use crate::moderation::evidence::Proof;
use crate::moderation::forms::{ParsedReport, ReportForm};
use crate::moderation::pages::{ReportPage, ReportedPage};
use crate::moderation::report::{NewReport, Reason, Report, Reporter};
use crate::reviews::{Review, ReviewId};
use crate::users::{Actor, Secrets, UserId, Viewer};
use crate::web::{Client, FieldErrors, Flash, Form, Path, Reply, paths};

const NOTHING: &str =
    "There is nothing here that can be reported. Copy the address of the page where you saw it.";

pub async fn new(
    operator: Data<Operator>,
    viewer: Option<Viewer>,
    reply: Reply,
    form: Query<ReportForm>,
) -> Result<HttpResponse> {
    reply.page(&page(&operator, viewer.as_ref(), form.into_inner(), FieldErrors::default()))
}

fn page(
    operator: &Operator,
    viewer: Option<&Viewer>,
    form: ReportForm,
    errors: FieldErrors,
) -> ReportPage {
    let contact = operator.contact.clone();
    ReportPage { form, is_signed_in: viewer.is_some(), contact, errors }
}

pub async fn create(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    operator: Data<Operator>,
    viewer: Option<Viewer>,
    reply: Reply,
    request: HttpRequest,
    Form(form): Form<ReportForm>,
) -> Result<HttpResponse> {
    let (seen, url, base) = (viewer.clone(), form.url.clone(), mail.base_url.clone());
    let place = db.read(move |conn, _| address::find(conn, seen.as_ref(), &base, &url)).await?;
    let mut errors = FieldErrors::default();
    match &place {
        None => errors.add("url", NOTHING),
        Some(place) if viewer.as_ref().is_some_and(|one| one.id == place.target.subject) => {
            errors.add("url", "That is your own. You can change it yourself.");
        }
        Some(_) => {}
    }
    let parsed = form.parse(viewer.is_some()).map_err(|others| errors.join(others)).ok();
    let (Some(place), Some(parsed), true) = (place, parsed, errors.is_empty()) else {
        return reply.rejected(&page(&operator, viewer.as_ref(), form, errors));
    };
    match viewer {
        Some(viewer) => file(&secrets, (&viewer, mail), &reply, place, parsed).await,
        None => {
            let network = Client::of(&request).network();
            if let Err(error) = secrets.limits.count_report(&network) {
                return too_many(&operator, &reply, form, error);
            }
            file_signed_out(&secrets, mail, &reply, place, parsed).await
        }
    }
}

async fn file(
    secrets: &Secrets,
    (viewer, mail): (&Viewer, Data<Mail>),
    reply: &Reply,
    place: TargetAddress,
    parsed: ParsedReport,
) -> Result<HttpResponse> {
    let (path, reporter) = (place.path.clone(), Reporter::Person(viewer.id));
    let (new, seal) =
        (new_report(place, parsed.reason, parsed.note, reporter), secrets.seal.clone());
    let file =
        move |conn: &mut Conn, actor: &Actor| Report::file(conn, (&mail, &seal), &new, actor.now);
    viewer.act_even_suspended(&secrets.db, file).await?;
    reply.done(path, Flash::ReportSent)
}

async fn file_signed_out(
    secrets: &Secrets,
    mail: Data<Mail>,
    reply: &Reply,
    place: TargetAddress,
    parsed: ParsedReport,
) -> Result<HttpResponse> {
    let has_address = !parsed.contact.email.is_empty();
    let reporter = Reporter::Stranger(parsed.contact);
    let (new, seal) =
        (new_report(place, parsed.reason, parsed.note, reporter), secrets.seal.clone());
    secrets.db.write(move |conn, now| Report::file(conn, (&mail, &seal), &new, now)).await?;
    reply.page(&ReportedPage { has_address })
}

/// What is sealed cannot be looked at from here.
fn new_report(place: TargetAddress, reason: Reason, note: String, reporter: Reporter) -> NewReport {
    let proof = place.is_sealed.then_some(Proof::Missing);
    NewReport { place, reason, note, reporter, proof }
}

/// `POST /reviews/{id}/report`: the short form beside a review, which names it by itself.
pub async fn create_of_review(
    (secrets, db, mail): (Data<Secrets>, Data<Db>, Data<Mail>),
    operator: Data<Operator>,
    viewer: Viewer,
    reply: Reply,
    id: Path<ReviewId>,
    Form(form): Form<ReportForm>,
) -> Result<HttpResponse> {
    let id = *id;
    let (review, slug) = db
        .read(move |conn, _| {
            let review = Review::shown(conn, id)?;
            let slug = Accountant::by_id(conn, review.about_id)?.slug;
            Ok::<_, Error>((review, slug))
        })
        .await?;
    if review.author_id == viewer.id {
        return Err(Error::forbidden("That is your own review. You can take it back."));
    }
    let path = paths::public_review(slug, id);
    let form = ReportForm { url: path.clone(), good_faith: "yes".to_owned(), ..form };
    let ParsedReport { reason, note, .. } = match form.parse(true) {
        Ok(parsed) => parsed,
        Err(errors) => return reply.rejected(&page(&operator, Some(&viewer), form, errors)),
    };
    let place = TargetAddress { target: review.target(), path: path.clone(), is_sealed: false };
    let reporter = Reporter::Person(viewer.id);
    let new = NewReport { place, reason, note, reporter, proof: None };
    let seal = secrets.seal.clone();
    let file =
        move |conn: &mut Conn, actor: &Actor| Report::file(conn, (&mail, &seal), &new, actor.now);
    viewer.act_even_suspended(&db, file).await?;
    reply.done(path, Flash::ReportSent)
}

/// 429, with another way to be heard.
fn too_many(
    operator: &Operator,
    reply: &Reply,
    form: ReportForm,
    error: Error,
) -> Result<HttpResponse> {
    let Error::TooMany(wait) = error else { return Err(error) };
    let words = match &operator.contact {
        Some(contact) => format!("Too many reports came from your network. Write to {contact}."),
        None => "Too many reports came from your network. Try again in an hour.".to_owned(),
    };
    let page = page(operator, None, form, FieldErrors::one("url", words));
    let mut response = reply.page_with(StatusCode::TOO_MANY_REQUESTS, &page)?;
    response.headers_mut().insert(RETRY_AFTER, wait.into());
    Ok(response)
}

/// Who a decision is shown to, by the session.
pub(super) fn known(viewer: Option<&Viewer>) -> Option<(UserId, bool)> {
    viewer.map(|viewer| (viewer.id, viewer.has_oversight()))
}
