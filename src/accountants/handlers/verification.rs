//! `/check-mail`, `/verify/{token}` and its refusal: an address is confirmed in one move.
//!
//! The browser that signed up holds the hash of its token in the session: there the link alone, or
//! the code of the same mail, is enough. Anywhere else link and password are needed together.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::accountants::Accountant;
use crate::accountants::forms::{ConfirmationForm, VerifyForm};
use crate::accountants::pages::{CheckMailPage, RefusalPage, VerifyPage};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::seal;
use crate::users::handlers::{login, sessions};
use crate::users::{
    Confirmation, Continuation, LinkGonePage, Proof, Purpose, Secrets, Token, User,
};
use crate::web::{Client, EmptyForm, FieldErrors, Flash, Form, Path, Reply, SiteAddresses};

/// `GET /check-mail`: the same for everybody, whatever address was given.
pub async fn sent(reply: Reply, secrets: Data<Secrets>, session: Session) -> Result<HttpResponse> {
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

/// `POST /check-mail`: the six digits, in the browser that signed up.
pub async fn create_by_code(
    secrets: Data<Secrets>,
    reply: Reply,
    session: Session,
    request: HttpRequest,
    Form(form): Form<ConfirmationForm>,
) -> Result<HttpResponse> {
    const WRONG: &str = "That code is wrong, or it was tried too often, or it is older than 30 \
                         minutes. The link in the mail works for a day.";
    const ELSEWHERE: &str =
        "A code can be typed only where you signed up. Open the link in the mail.";
    secrets.limits.count_network(&Client::of(&request).network())?;
    let rejected = |words| {
        let errors = FieldErrors::one("code", words);
        reply.rejected(&check_mail(&reply, &secrets, &session, errors))
    };
    let Some(hash) = sessions::signed_up_as(&session) else { return rejected(ELSEWHERE) };
    let seal = secrets.seal.clone();
    let confirmed = secrets.db.write(move |conn, now| -> Result<_> {
        if !Confirmation::try_code(conn, &seal, &hash, &form.code, now)? {
            return Ok(None);
        }
        let user = Token::owner_by_hash(conn, &hash, Purpose::Verify, now)?;
        let carried = Token::carried(conn, &seal, &hash)?;
        Token::spend(conn, &hash, Purpose::Verify, now)?;
        let user = Accountant::confirm(conn, user, carried.sign_up.as_ref(), now)?;
        Ok(Some((user, carried)))
    });
    match confirmed.await {
        Ok(Some((user, carried))) => {
            enter(&secrets, &reply, &session, &request, &user, carried).await
        }
        Ok(None) | Err(Error::NotFound) => rejected(WRONG),
        Err(error) => Err(error),
    }
}

/// In, and on where the sign-up began, with what was typed there.
async fn enter(
    secrets: &Secrets,
    reply: &Reply,
    session: &Session,
    request: &HttpRequest,
    user: &User,
    carried: Continuation,
) -> Result<HttpResponse> {
    if let Some(form) = carried.form {
        session.insert(sessions::KEPT, form).map_err(Error::internal)?;
    }
    let mut answer = login::enter(secrets, reply, session, request, user, carried.next).await?;
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
        Err(Error::NotFound) => reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        Err(error) => Err(error),
    }
}

/// Whether this session signed up and waits for just this token.
fn is_of(session: &Session, token: &str) -> bool {
    sessions::signed_up_as(session).is_some_and(|hash| hash == seal::token_hash(token))
}

/// The link with the session that signed up, or with the password, verifies and signs in.
pub async fn create(
    (secrets, pages): (Data<Secrets>, Data<SiteAddresses>),
    reply: Reply,
    session: Session,
    request: HttpRequest,
    token: Path<String>,
    Form(form): Form<VerifyForm>,
) -> Result<HttpResponse> {
    let (user, mut carried) = match waiting(&secrets, &token).await {
        Err(Error::NotFound) => return reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        other => other?,
    };
    if carried.next.is_none() && pages.knows(&form.next) {
        carried.next = Some(form.next.clone());
    }
    let asks_password = !is_of(&session, &token) || carried.sign_up.is_none();
    if asks_password {
        let email = user.address();
        // the password of this sign-up, which is not that of an earlier one of somebody else
        let hash = carried.sign_up.as_ref().map(|sign_up| sign_up.password_hash.clone());
        let asked =
            User { password_hash: hash.unwrap_or(user.password_hash.clone()), ..user.clone() };
        let (network, proof) = (Client::of(&request).network(), Proof::Password(form.password));
        if !secrets.verify_secret(&email, Some(&asked), proof, &network, None).await? {
            let errors = FieldErrors::one("password", "That is not the password of this account.");
            let token = token.clone();
            return reply.rejected(&VerifyPage { token, next: form.next, is_known: false, errors });
        }
    }
    let (spent, sign_up) = (seal::token_hash(&token), carried.sign_up.clone());
    let verified = secrets.db.write(move |conn, now| -> Result<User> {
        Token::spend(conn, &spent, Purpose::Verify, now)?;
        Accountant::confirm(conn, user, sign_up.as_ref(), now)
    });
    enter(&secrets, &reply, &session, &request, &verified.await?, carried).await
}

/// `GET /verify/{token}/refusal`: one button for whoever did not sign up.
pub async fn ask(
    reply: Reply,
    secrets: Data<Secrets>,
    token: Path<String>,
) -> Result<HttpResponse> {
    match waiting(&secrets, &token).await {
        Ok(_) => reply.page(&RefusalPage { token: token.clone(), is_done: false }),
        Err(Error::NotFound) => reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        Err(error) => Err(error),
    }
}

/// "This was not me": the account that waits is deleted, whatever it was to become.
pub async fn refuse(
    reply: Reply,
    secrets: Data<Secrets>,
    token: Path<String>,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    let spent = token.clone();
    let refused = secrets.db.write(move |conn: &mut Conn, now| -> Result<()> {
        let user = Token::owner(conn, &spent, Purpose::Verify, now)?;
        Accountant::refuse(conn, &user)
    });
    match refused.await {
        Ok(()) => reply.page(&RefusalPage { token: token.clone(), is_done: true }),
        Err(Error::NotFound) => reply.page_with(StatusCode::NOT_FOUND, &LinkGonePage),
        Err(error) => Err(error),
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
