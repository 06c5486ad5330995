//! `/signup`: an account, and for an accountant the profile, in one transaction.

use actix_session::Session;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use crate::accountants::forms::NewAccount;
use crate::accountants::pages::SignUpPage;
use crate::accountants::{Accountant, SignUpForm};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::locale::{LocalZone, Locale};
use crate::mail::Mail;
use crate::seal::{self, Seal};
use crate::users::handlers::sessions::{self, KEPT};
use crate::users::{Continuation, Letters, NewUser, Role, Secrets, SignUp, SignedUp, User};
use crate::web::{Client, FieldErrors, Form, Reply, SiteAddresses, paths};

pub async fn new(reply: Reply, query: Query<SignUpForm>) -> Result<HttpResponse> {
    let (role, next) = (query.role.clone(), query.next.clone());
    let form = SignUpForm { role, next, ..SignUpForm::default() };
    reply.page(&SignUpPage { form, errors: FieldErrors::default() })
}

/// The answer is the same whether or not the address is known; so is the time: one hash each, and a
/// session that names the token of the mail, or none that was ever made.
pub async fn create(
    secrets: Data<Secrets>,
    pages: Data<SiteAddresses>,
    reply: Reply,
    client: Client,
    (session, request): (Session, HttpRequest),
    Form(form): Form<SignUpForm>,
) -> Result<HttpResponse> {
    secrets.limits.count_network(&client.network())?;
    let new = match form.parse() {
        Ok(new) => new,
        Err(errors) => {
            let form = SignUpForm { password: String::new(), ..form };
            return reply.rejected(&SignUpPage { form, errors });
        }
    };
    let NewAccount { role, name, email, password, zone } = new;
    let locale = accepted(&request);
    let password_hash = secrets.hasher.hash(password).await?;
    let carried = Continuation {
        sign_up: Some(SignUp::new(&name.0, role, &LocalZone::new(&*zone, locale), &password_hash)),
        next: Some(form.next).filter(|next| pages.knows(next)),
        form: session.get(KEPT).ok().flatten(),
    };
    let new = NewUser { email, name, role, zone, locale, password_hash };
    let (mail, seal) = (secrets.mail.clone(), secrets.seal.clone());
    let sent = secrets.db.write(move |conn, now| sign_up(conn, &mail, &seal, new, &carried, now));
    let hash = sent.await?.unwrap_or_else(|| seal::random::<32>().to_vec());
    sessions::remember_sign_up(&session, &hash)?;
    reply.see_other(paths::CHECK_MAIL)
}

/// How the browser writes dates and numbers.
fn accepted(request: &HttpRequest) -> Locale {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map_or(Locale::NEUTRAL, Locale::accepted)
}

/// Either both rows or neither, and the mail with them. The hash of the token in it.
fn sign_up(
    conn: &mut Conn,
    mail: &Mail,
    seal: &Seal,
    new: NewUser,
    carried: &Continuation,
    now: Instant,
) -> Result<Option<Vec<u8>>> {
    match User::sign_up(conn, new, now)? {
        SignedUp::New(user) => {
            if user.role == Role::Accountant {
                Accountant::begin(conn, &user, now)?;
            }
            Letters(mail).verify(conn, seal, &user, carried, now)
        }
        SignedUp::Unverified(user) => Letters(mail).verify(conn, seal, &user, carried, now),
        SignedUp::Known(user) => Letters(mail).already_known(conn, &user, now).map(|()| None),
    }
}
