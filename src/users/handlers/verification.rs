//! `/verify/{token}` and the page that sends people to their mail.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::login;
use crate::error::{Error, Result};
use crate::users::forms::PasswordForm;
use crate::users::pages::{CheckMailPage, LinkGonePage, VerifyPage};
use crate::users::{Proof, Purpose, Secrets, Token, User};
use crate::web::{Client, FieldErrors, Form, Path, Reply};

/// `GET /check-mail`: the same for everybody, whatever address was given.
pub async fn sent(reply: Reply, secrets: Data<Secrets>) -> Result<HttpResponse> {
    let mails_are_files = secrets.mail.folder().is_some() && reply.shell().is_loopback;
    reply.page(&CheckMailPage { mails_are_files })
}

pub async fn new(
    reply: Reply,
    secrets: Data<Secrets>,
    token: Path<String>,
) -> Result<HttpResponse> {
    match owner(&secrets, &token).await {
        Ok(_) => reply.page(&VerifyPage { token: token.clone(), ..VerifyPage::default() }),
        Err(Error::NotFound) => reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        Err(error) => Err(error),
    }
}

/// The link and the password together verify and sign in; neither does alone.
pub async fn create(
    secrets: Data<Secrets>,
    reply: Reply,
    session: Session,
    request: HttpRequest,
    token: Path<String>,
    Form(form): Form<PasswordForm>,
) -> Result<HttpResponse> {
    let user = match owner(&secrets, &token).await {
        Err(Error::NotFound) => return reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        other => other?,
    };
    let email = user.address();
    let network = Client::of(&request).network();
    let proof = Proof::Password(form.password);
    if !secrets.verify_secret(&email, Some(&user), proof, &network, None).await? {
        let errors = FieldErrors::one("password", "That is not the password of this account.");
        return reply.rejected(&VerifyPage { token: token.clone(), errors });
    }
    let spent = token.clone();
    let verified = secrets.db.write(move |conn, now| -> Result<User> {
        Token::spend(conn, &spent, Purpose::Verify, now)?;
        user.verified(conn, now)
    });
    login::enter(&secrets, &reply, &session, &request, &verified.await?, None).await
}

async fn owner(secrets: &Secrets, token: &str) -> Result<User> {
    let token = token.to_owned();
    secrets.db.read(move |conn, now| Token::owner(conn, &token, Purpose::Verify, now)).await
}
