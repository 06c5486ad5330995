//! Middleware: a form whose session has ended is kept, and shown again after signing in.
//!
//! Every form of people who are signed in is served here at once: the fields are put back into the
//! page where the form stands, by the address it posts to. Nothing is sent by itself.

use actix_session::Session;
use actix_web::body::{BoxBody, EitherBody, MessageBody, to_bytes_limited};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::sessions::KEPT;
use crate::error::{Error, Result};
use crate::users::pages::KeptNote;
use crate::users::{KeptForm, Secrets, Viewer};
use crate::web::{
    Client, LayoutContext, SiteAddresses, comes_from_us, fill_form, paths, typed_fields,
};

/// What of a form may stand in an address: what was chosen, never what was written.
const CHOICES: [&str; 2] = ["start", "mode"];

/// Longest page into which a form is put back.
const LONGEST_PAGE: usize = 4 * 1024 * 1024;

pub async fn keep_forms(
    session: Session,
    (secrets, pages): (Data<Secrets>, Data<SiteAddresses>),
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    let viewer = request.extensions().get::<Viewer>().cloned();
    let path = request.path().to_owned();
    let is_form = request.method() == Method::POST && pages.is_form_of_signed_in(&path);
    if is_form && viewer.is_none() && is_plain_form(request.request()) {
        let answer = keep(&secrets, &pages, &session, &mut request).await?;
        return Ok(request.into_response(answer).map_into_right_body());
    }
    let kept = viewer.and_then(|viewer| kept(&secrets, &session, &viewer));
    let Some(kept) = kept else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    if is_form && path == kept.action {
        session.remove(KEPT); // it is sent now, by the person
    }
    let is_page = request.method() == Method::GET;
    let response = next.call(request).await?;
    if is_page { put_back(response, &kept).await } else { Ok(response.map_into_left_body()) }
}

/// What was typed into a form below a page, and the last part of the address that it posts to.
pub struct TypedForm<'a> {
    pub page: &'a str,
    pub noun: &'a str,
    pub fields: Vec<(String, String)>,
}

/// Where a proof of the last ten minutes is missing: keeps what was typed, and leads to the proof and
/// back. It is shown again there, and never sent by itself.
pub fn prove_first(
    secrets: &Secrets,
    session: &Session,
    viewer: &Viewer,
    typed: TypedForm,
) -> Result<Option<HttpResponse>> {
    if viewer.has_fresh_proof() {
        return Ok(None);
    }
    let TypedForm { page, noun, fields } = typed;
    if let Some(form) = KeptForm::new(&format!("{page}/{noun}"), fields, viewer.asked_at.0) {
        session.insert(KEPT, form.seal(&secrets.seal)?).map_err(Error::internal)?;
    }
    let address = paths::reauthenticate_and_back(page);
    Ok(Some(HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()))
}

/// What was kept has been sent now.
pub fn forget(session: &Session) {
    session.remove(KEPT);
}

fn is_plain_form(request: &HttpRequest) -> bool {
    request.content_type() == "application/x-www-form-urlencoded"
}

fn kept(secrets: &Secrets, session: &Session, viewer: &Viewer) -> Option<KeptForm> {
    let sealed = session.get::<String>(KEPT).ok()??;
    KeptForm::open(&secrets.seal, &sealed, viewer.asked_at.0)
}

/// Keeps what was typed, and leads to the sign-in and from there back to the form.
async fn keep(
    secrets: &Secrets,
    pages: &SiteAddresses,
    session: &Session,
    request: &mut ServiceRequest,
) -> Result<HttpResponse> {
    let (asked, payload) = request.parts_mut();
    let typed = typed_fields(asked, payload, KeptForm::MOST).await;
    let form = secrets.kept_form(asked.path(), typed);
    let page = page_of(asked, pages, form.as_ref());
    let network = Client::of(asked).network();
    if let Some(form) = form.filter(|_| comes_from_us(asked))
        && secrets.limits.count_form(&network).is_ok()
    {
        session.insert(KEPT, form.seal(&secrets.seal)?).map_err(Error::internal)?;
    }
    let address = paths::login_and_back(&page);
    Ok(match asked.headers().contains_key("hx-request") {
        true => HttpResponse::Ok().insert_header(("hx-redirect", address)).finish(),
        false => HttpResponse::SeeOther().insert_header((LOCATION, address)).finish(),
    })
}

/// The page on which the form stands, with what was chosen in it.
fn page_of(request: &HttpRequest, pages: &SiteAddresses, form: Option<&KeptForm>) -> String {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let asked = header("hx-current-url").or(header(REFERER.as_str())).unwrap_or("");
    let page = asked.parse::<actix_web::http::Uri>().ok();
    let page = page.and_then(|uri| uri.path_and_query().map(|page| page.as_str().to_owned()));
    let page = page.filter(|page| pages.knows(page) && comes_from_us(request));
    let page = page.or_else(|| Some(request.path().to_owned()).filter(|path| pages.knows(path)));
    let page = page.unwrap_or_else(|| paths::HOME.to_owned());
    let chosen = CHOICES.iter().filter_map(|name| Some((*name, form?.value(name)?)));
    let chosen: Vec<_> = chosen.collect();
    if chosen.is_empty() { page } else { with_choices(&page, &chosen) }
}

fn with_choices(page: &str, chosen: &[(&str, &str)]) -> String {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let others = form_urlencoded::parse(query.as_bytes());
    let others = others.filter(|(name, _)| !chosen.iter().any(|(known, _)| known == name));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .extend_pairs(chosen)
        .finish();
    format!("{path}?{query}")
}

/// The page with the fields of the kept form, where it holds that form.
async fn put_back<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    kept: &KeptForm,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_html = kind.is_some_and(|kind| kind.starts_with("text/html"));
    if !is_html || !response.status().is_success() {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let body = to_bytes_limited(body, LONGEST_PAGE).await;
    let body = body.map_err(Error::internal)?.map_err(|_| Error::Busy)?;
    let note = KeptNote.on_page(&LayoutContext::of(&request))?;
    let page = fill_form(&body, &kept.action, &kept.fields, &note)?;
    head.headers_mut().remove(CONTENT_LENGTH);
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(page))).map_into_right_body())
}
