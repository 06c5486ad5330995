//! `/password/reset/{token}`: a new password, and for an address that nobody ever confirmed the role
//! and name anew, as somebody else may have signed up with it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use crate::accountants::Accountant;
use crate::accountants::forms::ResetForm;
use crate::accountants::pages::ResetPage;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::seal;
use crate::users::{LinkGonePage, Password, Purpose, Secrets, SignUp, Status, Token, User};
use crate::web::{Client, FieldErrors, Flash, Form, Path, Reply, paths};

pub async fn edit(
    reply: Reply,
    secrets: Data<Secrets>,
    token: Path<String>,
) -> Result<HttpResponse> {
    match owner(&secrets, &token).await {
        Ok(user) => reply.page(&page(&user, &token, ResetForm::default(), FieldErrors::default())),
        Err(error) => gone(&reply, error),
    }
}

/// The page of a link that works no more.
pub(super) fn gone(reply: &Reply, error: Error) -> Result<HttpResponse> {
    match error {
        Error::NotFound => reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        error => Err(error),
    }
}

/// Ends all sessions and verifies the address; does not sign in and does not skip the second step.
pub async fn update(
    secrets: Data<Secrets>,
    reply: Reply,
    client: Client,
    token: Path<String>,
    Form(form): Form<ResetForm>,
) -> Result<HttpResponse> {
    secrets.limits.count_network(&client.network())?;
    let user = match owner(&secrets, &token).await {
        Err(error) => return gone(&reply, error),
        Ok(user) => user,
    };
    let (password, anew) = match form.parse(&user) {
        Ok(parsed) => parsed,
        Err(errors) => return reply.rejected(&page(&user, &token, form, errors)),
    };
    let hash = secrets.hasher.hash(password).await?;
    let sign_up = anew.map(|(role, name)| SignUp::new(&name.0, role, &user.local_zone(), &hash));
    let (mail, token) = (secrets.mail.clone(), seal::token_hash(&token));
    let change = move |conn: &mut Conn, now| {
        Accountant::reset_password(conn, &mail, (&token, user), (&hash, sign_up.as_ref()), now)
    };
    secrets.db.write(change).await?;
    reply.done(paths::LOGIN, Flash::PasswordChanged)
}

fn page(user: &User, token: &str, form: ResetForm, errors: FieldErrors) -> ResetPage {
    ResetPage {
        token: token.to_owned(),
        least: Password::least(user.totp_on_at.is_some()),
        is_unconfirmed: user.status == Status::Unverified,
        form: ResetForm { password: String::new(), ..form },
        errors,
    }
}

async fn owner(secrets: &Secrets, token: &str) -> Result<User> {
    let token = token.to_owned();
    secrets.db.read(move |conn, now| Token::owner(conn, &token, Purpose::Reset, now)).await
}
