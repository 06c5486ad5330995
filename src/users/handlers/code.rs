//! `/login/code`: the second step.

use actix_session::Session;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::login;
use super::sessions::{NEXT, PENDING, PENDING_SINCE, TRIES};
use crate::clock::{Instant, Span};
use crate::error::{Error, Result};
use crate::users::forms::CodeForm;
use crate::users::pages::CodePage;
use crate::users::{Proof, Secrets, User, UserId};
use crate::web::{Client, FieldErrors, Form, Reply, paths};

const MOST_TRIES: u8 = 5;

/// How long the right password waits for its code.
const LONGEST: Span = Span::minutes(30);

pub async fn new(reply: Reply, session: Session) -> Result<HttpResponse> {
    match pending(&session) {
        Some(_) => reply.page(&CodePage::default()),
        None => reply.see_other(paths::LOGIN),
    }
}

pub async fn create(
    secrets: Data<Secrets>,
    reply: Reply,
    session: Session,
    request: HttpRequest,
    Form(form): Form<CodeForm>,
) -> Result<HttpResponse> {
    let is_over = session
        .get::<i64>(PENDING_SINCE)
        .ok()
        .flatten()
        .is_none_or(|since| Instant::from_micros(since) + LONGEST <= secrets.db.now());
    let Some(id) = pending(&session).filter(|_| !is_over) else {
        session.remove(PENDING);
        return reply.see_other(paths::LOGIN);
    };
    let user = secrets.db.read(move |conn, _| User::by_id(conn, id)).await?;
    let email = user.address();
    let network = Client::of(&request).network();
    let browser = login::known_browser(&secrets, &request, id);
    let is_right = secrets
        .verify_secret(&email, Some(&user), Proof::Code(form.code), &network, browser.as_deref())
        .await?;
    if is_right && user.may_sign_in() {
        let next: Option<String> = session.get(NEXT).ok().flatten();
        return login::admit(&secrets, &reply, &session, &request, &user, next).await;
    }
    let tries: u8 = session.get(TRIES).ok().flatten().unwrap_or(MOST_TRIES) + 1;
    if tries >= MOST_TRIES {
        session.purge();
        return reply.see_other(paths::LOGIN);
    }
    session.insert(TRIES, tries).map_err(Error::internal)?;
    let errors =
        FieldErrors::one("code", "That code is wrong or was used already. Wait for the next one.");
    reply.rejected(&CodePage { errors })
}

fn pending(session: &Session) -> Option<UserId> {
    session.get::<i64>(PENDING).ok().flatten().map(UserId)
}
