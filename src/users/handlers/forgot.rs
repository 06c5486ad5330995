//! `/password/forgot`: a mail with a link to a new password.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::error::Result;
use crate::users::forms::ForgotForm;
use crate::users::pages::ForgotPage;
use crate::users::{Email, Secrets, User};
use crate::web::{Client, FieldErrors, Form, Reply, paths};

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
    secrets.db.write(move |conn, now| User::ask_reset(conn, &mail, &email, now)).await?;
    reply.see_other(paths::CHECK_MAIL)
}
