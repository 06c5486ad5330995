//! `/login` and `/logout`.

use actix_session::Session;
use actix_web::http::header::HeaderValue;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::extract::BROWSER;
use super::sessions::{self, KEPT, NEXT, PENDING, PENDING_SINCE, TRIES};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::seal;
use crate::users::forms::LoginForm;
use crate::users::pages::LoginPage;
use crate::users::{
    AccountSign, Continuation, Letters, Proof, Role, Secrets, Status, User, UserId,
};
use crate::web::{Client, EmptyForm, FieldErrors, Flash, Form, Reply, SiteAddresses, paths};

pub async fn new(reply: Reply, session: Session, form: Query<LoginForm>) -> Result<HttpResponse> {
    let form = LoginForm { next: form.next.clone(), ..LoginForm::default() };
    let has_kept_form = has_kept_form(&session);
    reply.page(&LoginPage { form, has_kept_form, errors: FieldErrors::default() })
}

fn has_kept_form(session: &Session) -> bool {
    session.get::<String>(KEPT).ok().flatten().is_some()
}

pub async fn create(
    secrets: Data<Secrets>,
    pages: Data<SiteAddresses>,
    reply: Reply,
    session: Session,
    request: HttpRequest,
    Form(form): Form<LoginForm>,
) -> Result<HttpResponse> {
    let has_kept_form = has_kept_form(&session);
    let again = |form: LoginForm, errors| {
        let form = LoginForm { password: String::new(), ..form };
        reply.rejected(&LoginPage { form, has_kept_form, errors })
    };
    let email = match form.parse() {
        Ok(email) => email,
        Err(errors) => return again(form, errors),
    };
    let found = secrets.db.read({
        let email = email.clone();
        move |conn, _| User::find_by_email(conn, &email)
    });
    let user = found.await?;
    let browser = user.as_ref().and_then(|user| known_browser(&secrets, &request, user.id));
    let network = Client::of(&request).network();
    let proof = Proof::Password(form.password.clone());
    let is_right =
        secrets.verify_secret(&email, user.as_ref(), proof, &network, browser.as_deref()).await?;
    match user.filter(|_| is_right) {
        Some(user) if user.may_sign_in() => {
            let next = Some(form.next).filter(|next| pages.knows(next));
            enter(&secrets, &reply, &session, &request, &user, next).await
        }
        Some(user) if user.status == Status::Unverified => {
            let mail = secrets.mail.clone();
            let seal = secrets.seal.clone();
            let next = Some(form.next.clone()).filter(|next| pages.knows(next));
            let carried = Continuation { sign_up: Some(user.as_signed_up()), next, form: None };
            let sent = secrets.db.write(move |conn, now| {
                Letters(&mail).verify(conn, &seal, &user, &carried, now).map(|_| ())
            });
            sent.await?;
            again(form, LoginForm::wrong())
        }
        _ => again(form, LoginForm::wrong()),
    }
}

/// The password was right: the second step, or in.
pub async fn enter(
    secrets: &Secrets,
    reply: &Reply,
    session: &Session,
    request: &HttpRequest,
    user: &User,
    next: Option<String>,
) -> Result<HttpResponse> {
    if user.totp_on_at.is_some() {
        sessions::begin_anew(session, request)?;
        let since = secrets.db.now().micros();
        session.insert(PENDING, user.id.0).map_err(Error::internal)?;
        session.insert(PENDING_SINCE, since).map_err(Error::internal)?;
        session.insert(TRIES, 0).map_err(Error::internal)?;
        session.insert(NEXT, next.unwrap_or_default()).map_err(Error::internal)?;
        return reply.see_other("/login/code");
    }
    admit(secrets, reply, session, request, user, next).await
}

/// In: a new session, and the browser is known from now on. Whose mail comes back is told so.
pub async fn admit(
    secrets: &Secrets,
    reply: &Reply,
    session: &Session,
    request: &HttpRequest,
    user: &User,
    next: Option<String>,
) -> Result<HttpResponse> {
    sessions::admit(session, request, user.id, secrets.db.now())?;
    let next = next.filter(|next| !next.is_empty()).unwrap_or_else(|| home_of(user).to_owned());
    let key = user.email_key.clone();
    let refusal = secrets.db.read(move |conn, _| Mail::refusal(conn, &key)).await?;
    let mut response = match refusal {
        Some(_) => reply.done(next, Flash::MailComesBack)?,
        None => reply.see_other(next)?,
    };
    let browser = browser_of(request);
    let (seal, id, key) = (secrets.seal.clone(), user.id, user.email_key.clone());
    let signed = browser.clone();
    let note = move |conn: &mut Conn, now| AccountSign::note(conn, &seal, (id, &key), &signed, now);
    secrets.db.write(note).await?;
    let mark = secrets.browser_mark(user.id, &browser);
    let cookie = crate::web::host_cookie(BROWSER, format!("{browser}.{mark}"));
    response.add_cookie(&cookie).map_err(Error::internal)?;
    Ok(response)
}

/// What this browser is known by, from whichever account it signed in to before.
fn browser_of(request: &HttpRequest) -> String {
    let kept = request.cookie(BROWSER).and_then(|cookie| {
        let (browser, _) = cookie.value().split_once('.')?;
        seal::from_base64url(browser).filter(|bytes| bytes.len() == 16)?;
        Some(browser.to_owned())
    });
    kept.unwrap_or_else(|| seal::base64url(&seal::random::<16>()))
}

fn home_of(user: &User) -> &'static str {
    match user.role {
        Role::Accountant => paths::PRACTICE,
        Role::Admin => paths::ADMIN,
        Role::Client => paths::DIRECTORY,
    }
}

/// The id of this browser, if it signed in to this account before.
pub fn known_browser(secrets: &Secrets, request: &HttpRequest, user: UserId) -> Option<String> {
    let cookie = request.cookie(BROWSER)?;
    let (browser, mark) = cookie.value().split_once('.')?;
    secrets.is_mark_of(user, browser, mark).then(|| browser.to_owned())
}

/// `POST /logout`: the session is deleted, and the browser forgets what it kept of our pages.
pub async fn destroy(reply: Reply, session: Session, _: Form<EmptyForm>) -> Result<HttpResponse> {
    session.purge();
    let mut response = reply.done(paths::HOME, Flash::SignedOut)?;
    response.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\""),
    );
    Ok(response)
}
