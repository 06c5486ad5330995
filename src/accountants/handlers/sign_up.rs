//! `/signup`: an account, and for an accountant the profile, in one transaction.

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};

use crate::accountants::pages::SignUpPage;
use crate::accountants::{Accountant, SignUpForm};
use crate::db::Conn;
use crate::error::Result;
use crate::locale::Locale;
use crate::seal;
use crate::users::Continuation;
use crate::users::handlers::sessions::{self, KEPT};
use crate::users::handlers::sign_in::SignInContext;
use crate::web::{FieldErrors, Form, Reply, paths};

pub async fn new(reply: Reply, query: Query<SignUpForm>) -> Result<HttpResponse> {
    let (role, next) = (query.role.clone(), query.next.clone());
    let form = SignUpForm { role, next, ..SignUpForm::default() };
    reply.page(&SignUpPage { form, errors: FieldErrors::default() })
}

/// The answer is the same whether or not the address is known; so is the time: one hash each, and a
/// session that names the token of the mail, or none that was ever made.
pub async fn create(parts: SignInContext, Form(form): Form<SignUpForm>) -> Result<HttpResponse> {
    let SignInContext { secrets, pages, reply, session, request } = &parts;
    secrets.limits.count_network(&parts.network())?;
    let account = match form.parse() {
        Ok(account) => account,
        Err(errors) => {
            let form = SignUpForm { password: String::new(), ..form };
            return reply.rejected(&SignUpPage { form, errors });
        }
    };
    let new = account.hashed(&secrets.hasher, accepted(request)).await?;
    let carried = Continuation {
        sign_up: Some(new.as_sign_up()),
        next: Some(form.next).filter(|next| pages.knows(next)),
        form: session.get(KEPT).ok().flatten(),
    };
    let (mail, seal) = (secrets.mail.clone(), secrets.seal.clone());
    let sign_up =
        move |conn: &mut Conn, now| Accountant::sign_up(conn, (&mail, &seal), new, &carried, now);
    let sent = secrets.db.write(sign_up).await?;
    sessions::remember_sign_up(session, &sent.unwrap_or_else(|| seal::random::<32>().to_vec()))?;
    reply.see_other(paths::CHECK_MAIL)
}

/// How the browser writes dates and numbers.
fn accepted(request: &HttpRequest) -> Locale {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map_or(Locale::NEUTRAL, Locale::accepted)
}
