//! `/signup`: an account, and for an accountant the profile, in one transaction.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use crate::accountants::forms::NewAccount;
use crate::accountants::pages::SignUpPage;
use crate::accountants::{Accountant, SignUpForm};
use crate::db::Conn;
use crate::error::Result;
use crate::mail::Mail;
use crate::users::{Letters, NewUser, Role, Secrets, SignedUp, User};
use crate::web::{Client, FieldErrors, Form, Reply};

pub async fn new(reply: Reply, query: Query<SignUpForm>) -> Result<HttpResponse> {
    let form = SignUpForm { role: query.role.clone(), ..SignUpForm::default() };
    reply.page(&SignUpPage { form, errors: FieldErrors::default() })
}

/// The answer is the same whether or not the address is known; so is the time: one hash each.
pub async fn create(
    secrets: Data<Secrets>,
    reply: Reply,
    client: Client,
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
    let password_hash = secrets.hasher.hash(password).await?;
    let new = NewUser { email, name, role, zone, password_hash };
    let mail = secrets.mail.clone();
    secrets.db.write(move |conn, now| sign_up(conn, &mail, new, now)).await?;
    reply.see_other("/check-mail")
}

/// Either both rows or neither, and the mail with them.
fn sign_up(conn: &mut Conn, mail: &Mail, new: NewUser, now: crate::clock::Instant) -> Result<()> {
    match User::sign_up(conn, new, now)? {
        SignedUp::New(user) => {
            if user.role == Role::Accountant {
                Accountant::begin(conn, &user, now)?;
            }
            Letters(mail).verify(conn, &user, now)
        }
        SignedUp::Unverified(user) => Letters(mail).verify(conn, &user, now),
        SignedUp::Known(user) => Letters(mail).already_known(conn, &user, now),
    }
}
