//! `/reauthenticate`: proof that the one at the keyboard is still the same.

use actix_web::HttpResponse;
use actix_web::web::Query;

use super::sessions::PROVEN_AT;
use super::sign_in::SignInContext;
use crate::error::{Error, Result};
use crate::users::forms::ProofForm;
use crate::users::pages::ReauthenticatePage;
use crate::users::{Proof, Viewer};
use crate::web::{FieldErrors, Form, Reply, paths};

pub async fn new(reply: Reply, viewer: Viewer, form: Query<ProofForm>) -> Result<HttpResponse> {
    let page = ReauthenticatePage {
        next: form.next.clone(),
        has_totp: viewer.has_totp,
        errors: FieldErrors::default(),
    };
    reply.page(&page)
}

pub async fn create(
    parts: SignInContext,
    viewer: Viewer,
    Form(form): Form<ProofForm>,
) -> Result<HttpResponse> {
    let (field, wrong, proof) = match form.password.is_empty() && !form.code.is_empty() {
        true => ("code", "That code is wrong or was used already.", Proof::Code(form.code)),
        false => ("password", "That is not your password.", Proof::Password(form.password)),
    };
    let Some(proven_at) = parts.prove_again(&viewer, proof).await? else {
        return parts.reply.rejected(&ReauthenticatePage {
            next: form.next,
            has_totp: viewer.has_totp,
            errors: FieldErrors::one(field, wrong),
        });
    };
    parts.session.insert(PROVEN_AT, proven_at.micros()).map_err(Error::internal)?;
    let next = if parts.pages.knows(&form.next) { form.next } else { paths::SECURITY.to_owned() };
    parts.reply.see_other(next)
}
