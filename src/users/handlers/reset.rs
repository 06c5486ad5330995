//! `/password/forgot` and `/password/reset/{token}`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use crate::error::{Error, Result};
use crate::users::forms::{ForgotForm, PasswordForm};
use crate::users::pages::{ForgotPage, LinkGonePage, ResetPage};
use crate::users::{Attempt, Email, Letters, Password, Purpose, Secrets, Status, Token, User};
use crate::web::{Client, FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn new(reply: Reply) -> Result<HttpResponse> {
    reply.page(&ForgotPage::default())
}

/// The same words for every address, and the same work: one hash, one write.
pub async fn create(
    secrets: Data<Secrets>,
    reply: Reply,
    client: Client,
    Form(form): Form<ForgotForm>,
) -> Result<HttpResponse> {
    secrets.limits.count_network(&client.network())?;
    let email = match Email::parse(&form.email) {
        Ok(email) => email,
        Err(words) => {
            let errors = FieldErrors::one("email", words);
            return reply.rejected(&ForgotPage { form, errors });
        }
    };
    secrets.hasher.matches(None, None).await?;
    let mail = secrets.mail.clone();
    secrets
        .db
        .write(move |conn, now| {
            Attempt::Reset.count(conn, &email, now)?;
            match User::find_by_email(conn, &email)? {
                Some(user) if user.may_sign_in() || user.status == Status::Unverified => {
                    Letters(&mail).reset(conn, &user, now)
                }
                _ => Ok(()),
            }
        })
        .await?;
    reply.see_other("/check-mail")
}

pub async fn edit(
    reply: Reply,
    secrets: Data<Secrets>,
    token: Path<String>,
) -> Result<HttpResponse> {
    match owner(&secrets, &token).await {
        Ok(user) => reply.page(&page(&user, &token, FieldErrors::default())),
        Err(Error::NotFound) => reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        Err(error) => Err(error),
    }
}

/// Ends all sessions and verifies the address; does not sign in and does not skip the second step.
pub async fn update(
    secrets: Data<Secrets>,
    reply: Reply,
    client: Client,
    token: Path<String>,
    Form(form): Form<PasswordForm>,
) -> Result<HttpResponse> {
    secrets.limits.count_network(&client.network())?;
    let user = match owner(&secrets, &token).await {
        Err(Error::NotFound) => return reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        other => other?,
    };
    let password = match form.parse(&user.email_key, &user.name, user.totp_on_at.is_some()) {
        Ok(password) => password,
        Err(errors) => return reply.rejected(&page(&user, &token, errors)),
    };
    let hash = secrets.hasher.hash(password).await?;
    let (mail, token) = (secrets.mail.clone(), token.clone());
    secrets
        .db
        .write(move |conn, now| {
            Token::spend(conn, &token, Purpose::Reset, now)?;
            User::set_password(conn, user.id, &hash)?;
            let email = user.address();
            Attempt::Password.forget(conn, &email)?;
            let user =
                if user.status == Status::Unverified { user.verified(conn, now)? } else { user };
            Letters(&mail).password_changed(conn, &user, now)
        })
        .await?;
    reply.done(paths::LOGIN, Flash::PasswordChanged)
}

fn page(user: &User, token: &str, errors: FieldErrors) -> ResetPage {
    let least = Password::least(user.totp_on_at.is_some());
    ResetPage { token: token.to_owned(), least, errors }
}

async fn owner(secrets: &Secrets, token: &str) -> Result<User> {
    let token = token.to_owned();
    secrets.db.read(move |conn, now| Token::owner(conn, &token, Purpose::Reset, now)).await
}
