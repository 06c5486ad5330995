//! `/login` and `/logout`.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::header::HeaderValue;
use actix_web::web::Query;

use super::sessions::KEPT;
use super::sign_in::SignInContext;
use crate::error::Result;
use crate::users::forms::LoginForm;
use crate::users::pages::LoginPage;
use crate::users::{Proof, Secrets, Status, User};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Reply, paths};

pub async fn new(reply: Reply, session: Session, form: Query<LoginForm>) -> Result<HttpResponse> {
    let form = LoginForm { next: form.next.clone(), ..LoginForm::default() };
    let has_kept_form = has_kept_form(&session);
    reply.page(&LoginPage { form, has_kept_form, errors: FieldErrors::default() })
}

fn has_kept_form(session: &Session) -> bool {
    session.get::<String>(KEPT).ok().flatten().is_some()
}

pub async fn create(parts: SignInContext, Form(form): Form<LoginForm>) -> Result<HttpResponse> {
    let email = match form.parse() {
        Ok(email) => email,
        Err(errors) => return again(&parts, form, errors),
    };
    let wanted = email.clone();
    let found = parts.secrets.db.read(move |conn, _| User::find_by_email(conn, &wanted));
    let user = found.await?;
    let proof = Proof::Password(form.password.clone());
    let proven_at = parts.prove(&email, user.as_ref(), proof).await?;
    let next = Some(form.next.clone()).filter(|next| parts.pages.knows(next));
    match user.zip(proven_at) {
        Some((user, now)) if user.may_sign_in() => parts.enter(&user, next, now).await,
        Some((user, _)) if user.status == Status::Unverified => {
            send_again(&parts.secrets, user, next).await?;
            again(&parts, form, LoginForm::wrong())
        }
        _ => again(&parts, form, LoginForm::wrong()),
    }
}

fn again(parts: &SignInContext, form: LoginForm, errors: FieldErrors) -> Result<HttpResponse> {
    let form = LoginForm { password: String::new(), ..form };
    let has_kept_form = has_kept_form(&parts.session);
    parts.reply.rejected(&LoginPage { form, has_kept_form, errors })
}

/// Another mail for whoever signed up and has not confirmed the address.
async fn send_again(secrets: &Secrets, user: User, next: Option<String>) -> Result<()> {
    let (mail, seal) = (secrets.mail.clone(), secrets.seal.clone());
    secrets.db.write(move |conn, now| user.confirm_anew(conn, (&mail, &seal), next, now)).await
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
