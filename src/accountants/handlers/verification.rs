//! `/check-mail`, `/verify/{token}` and its refusal: an address is confirmed in one move.
//!
//! The browser that signed up holds the hash of its token in the session: there the link alone, or
//! the code of the same mail, is enough. Anywhere else link and password are needed together.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::Data;

use super::reset::gone;
use crate::accountants::Accountant;
use crate::accountants::forms::{ConfirmationForm, VerifyForm};
use crate::accountants::joining::ConfirmedAccount;
use crate::accountants::pages::{CheckMailPage, RefusalPage, VerifyPage};
use crate::error::{Error, Result};
use crate::seal;
use crate::users::handlers::sessions;
use crate::users::handlers::sign_in::SignInContext;
use crate::users::{Continuation, Proof, Purpose, Secrets, Token, User};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Path, Reply};

/// `GET /check-mail`: the same for everybody, whatever address was given.
pub async fn show_check_mail(
    reply: Reply,
    secrets: Data<Secrets>,
    session: Session,
) -> Result<HttpResponse> {
    reply.page(&check_mail(&reply, &secrets, &session, FieldErrors::default()))
}

fn check_mail(
    reply: &Reply,
    secrets: &Secrets,
    session: &Session,
    errors: FieldErrors,
) -> CheckMailPage {
    CheckMailPage {
        mails_are_files: secrets.mail.folder().is_some() && reply.shell().is_loopback,
        takes_code: sessions::signed_up_as(session).is_some(),
        errors,
    }
}

const WRONG: &str = "That code is wrong, or it was tried too often, or it is older than 30 minutes. \
                     The link in the mail works for a day.";
const ELSEWHERE: &str = "A code can be typed only where you signed up. Open the link in the mail.";

/// `POST /check-mail`: the six digits, in the browser that signed up.
pub async fn create_by_code(
    parts: SignInContext,
    Form(form): Form<ConfirmationForm>,
) -> Result<HttpResponse> {
    let SignInContext { secrets, reply, session, .. } = &parts;
    secrets.limits.count_network(&parts.network())?;
    let rejected = |words| {
        let errors = FieldErrors::one("code", words);
        reply.rejected(&check_mail(reply, secrets, session, errors))
    };
    let Some(hash) = sessions::signed_up_as(session) else { return rejected(ELSEWHERE) };
    let seal = secrets.seal.clone();
    let confirmed = secrets
        .db
        .write(move |conn, now| Accountant::confirm_by_code(conn, &seal, (&hash, &form.code), now));
    match confirmed.await {
        Ok(Some(confirmed)) => enter(&parts, confirmed).await,
        Ok(None) | Err(Error::NotFound) => rejected(WRONG),
        Err(error) => Err(error),
    }
}

/// In, and on where the sign-up began, with what was typed there.
async fn enter(parts: &SignInContext, confirmed: ConfirmedAccount) -> Result<HttpResponse> {
    let ConfirmedAccount { user, carried, at } = confirmed;
    if let Some(form) = carried.form {
        parts.session.insert(sessions::KEPT, form).map_err(Error::internal)?;
    }
    let mut answer = parts.enter(&user, carried.next, at).await?;
    Flash::AddressConfirmed.put(&mut answer);
    Ok(answer)
}

/// `GET /verify/{token}`. Looking confirms nothing: mail is looked at by machines.
pub async fn new(
    reply: Reply,
    secrets: Data<Secrets>,
    session: Session,
    token: Path<String>,
) -> Result<HttpResponse> {
    match waiting(&secrets, &token).await {
        Ok(_) => {
            let is_known = is_of(&session, &token);
            reply.page(&VerifyPage { token: token.clone(), is_known, ..VerifyPage::default() })
        }
        Err(error) => gone(&reply, error),
    }
}

/// Whether this session signed up and waits for just this token.
fn is_of(session: &Session, token: &str) -> bool {
    sessions::signed_up_as(session).is_some_and(|hash| hash == seal::token_hash(token))
}

/// The link with the session that signed up, or with the password, verifies and signs in.
pub async fn create(
    parts: SignInContext,
    token: Path<String>,
    Form(form): Form<VerifyForm>,
) -> Result<HttpResponse> {
    let (user, mut carried) = match waiting(&parts.secrets, &token).await {
        Err(error) => return gone(&parts.reply, error),
        Ok(waiting) => waiting,
    };
    if carried.next.is_none() && parts.pages.knows(&form.next) {
        carried.next = Some(form.next.clone());
    }
    let is_known = is_of(&parts.session, &token) && carried.sign_up.is_some();
    if !is_known && !is_password_right(&parts, &user, &carried, form.password).await? {
        let errors = FieldErrors::one("password", "That is not the password of this account.");
        let (token, next) = (token.clone(), form.next);
        return parts.reply.rejected(&VerifyPage { token, next, is_known, errors });
    }
    let hash = seal::token_hash(&token);
    let confirmed = parts
        .secrets
        .db
        .write(move |conn, now| Accountant::confirm_by_token(conn, &hash, user, carried, now));
    enter(&parts, confirmed.await?).await
}

/// The password of this sign-up, which is not that of an earlier one of somebody else.
async fn is_password_right(
    parts: &SignInContext,
    user: &User,
    carried: &Continuation,
    typed: String,
) -> Result<bool> {
    let hash = carried.sign_up.as_ref().map(|sign_up| sign_up.password_hash.clone());
    let asked = User { password_hash: hash.unwrap_or(user.password_hash.clone()), ..user.clone() };
    let (email, network, proof) = (user.address(), parts.network(), Proof::Password(typed));
    let proven = parts.secrets.verify_secret(&email, Some(&asked), proof, &network, None);
    Ok(proven.await?.is_some())
}

/// `GET /verify/{token}/refusal`: one button for whoever did not sign up.
pub async fn show_refusal(
    reply: Reply,
    secrets: Data<Secrets>,
    token: Path<String>,
) -> Result<HttpResponse> {
    match waiting(&secrets, &token).await {
        Ok(_) => reply.page(&RefusalPage { token: token.clone(), is_done: false }),
        Err(error) => gone(&reply, error),
    }
}

/// "This was not me": the account that waits is deleted, whatever it was to become.
pub async fn create_refusal(
    reply: Reply,
    secrets: Data<Secrets>,
    token: Path<String>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let spent = token.clone();
    match secrets.db.write(move |conn, now| Accountant::refuse(conn, &spent, now)).await {
        Ok(()) => reply.page(&RefusalPage { token: token.clone(), is_done: true }),
        Err(error) => gone(&reply, error),
    }
}

async fn waiting(secrets: &Secrets, token: &str) -> Result<(User, Continuation)> {
    let (token, seal) = (token.to_owned(), secrets.seal.clone());
    let found = secrets.db.read(move |conn, now| -> Result<_> {
        let user = Token::owner(conn, &token, Purpose::Verify, now)?;
        Ok((user, Token::carried(conn, &seal, &seal::token_hash(&token))?))
    });
    found.await
}
