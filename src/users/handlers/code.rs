//! `/login/code`: the second step.

use actix_session::Session;
use actix_web::HttpResponse;

use super::sessions::{NEXT, PENDING, PENDING_SINCE, TRIES};
use super::sign_in::SignInContext;
use crate::clock::{Instant, Span};
use crate::error::{Error, Result};
use crate::users::forms::CodeForm;
use crate::users::pages::CodePage;
use crate::users::{Proof, User, UserId};
use crate::web::{FieldErrors, Form, Reply, paths};

const MOST_TRIES: u8 = 5;

/// How long the right password waits for its code.
const LONGEST: Span = Span::minutes(30);

pub async fn new(reply: Reply, session: Session) -> Result<HttpResponse> {
    match pending(&session) {
        Some(_) => reply.page(&CodePage::default()),
        None => reply.see_other(paths::LOGIN),
    }
}

pub async fn create(parts: SignInContext, Form(form): Form<CodeForm>) -> Result<HttpResponse> {
    let SignInContext { secrets, reply, session, .. } = &parts;
    let Some(id) = pending(session) else { return reply.see_other(paths::LOGIN) };
    let load = secrets.db.read(move |conn, now| Ok::<_, Error>((User::by_id(conn, id)?, now)));
    let (user, now) = load.await?;
    if since(session).is_none_or(|since| since + LONGEST <= now) {
        session.remove(PENDING);
        return reply.see_other(paths::LOGIN);
    }
    let proof = Proof::Code(form.code);
    match parts.prove(&user.address(), Some(&user), proof).await? {
        Some(now) if user.may_sign_in() => {
            let next = session.get(NEXT).ok().flatten();
            parts.admit(&user, next, now).await
        }
        _ => try_again(reply, session),
    }
}

/// The form once more, or the sign-in from its beginning after too many tries.
fn try_again(reply: &Reply, session: &Session) -> Result<HttpResponse> {
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

/// When the password was given that waits for its code.
fn since(session: &Session) -> Option<Instant> {
    session.get::<i64>(PENDING_SINCE).ok().flatten().map(Instant::from_micros)
}
