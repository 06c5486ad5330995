//! `/reauthenticate`: proof that the one at the keyboard is still the same.

use actix_session::Session;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::login;
use super::sessions::PROVEN_AT;
use crate::error::{Error, Result};
use crate::users::forms::ProofForm;
use crate::users::pages::ReauthenticatePage;
use crate::users::{Proof, Secrets, User, Viewer};
use crate::web::{Client, FieldErrors, Form, Reply, SiteAddresses, paths};

pub async fn new(reply: Reply, viewer: Viewer, form: Query<ProofForm>) -> Result<HttpResponse> {
    let page = ReauthenticatePage {
        next: form.next.clone(),
        has_totp: viewer.has_totp,
        errors: FieldErrors::default(),
    };
    reply.page(&page)
}

pub async fn create(
    secrets: Data<Secrets>,
    pages: Data<SiteAddresses>,
    reply: Reply,
    viewer: Viewer,
    session: Session,
    request: HttpRequest,
    Form(form): Form<ProofForm>,
) -> Result<HttpResponse> {
    let (field, wrong, proof) = match form.password.is_empty() && !form.code.is_empty() {
        true => ("code", "That code is wrong or was used already.", Proof::Code(form.code)),
        false => ("password", "That is not your password.", Proof::Password(form.password)),
    };
    if !is_right(&secrets, &viewer, &request, proof).await? {
        let page = ReauthenticatePage {
            next: form.next,
            has_totp: viewer.has_totp,
            errors: FieldErrors::one(field, wrong),
        };
        return reply.rejected(&page);
    }
    session.insert(PROVEN_AT, secrets.db.now().micros()).map_err(Error::internal)?;
    let next = if pages.knows(&form.next) { form.next } else { paths::SECURITY.to_owned() };
    reply.see_other(next)
}

/// Checks a proof of the one signed in, under the same limits as the sign-in.
pub async fn is_right(
    secrets: &Secrets,
    viewer: &Viewer,
    request: &HttpRequest,
    proof: Proof,
) -> Result<bool> {
    let id = viewer.id;
    let user = secrets.db.read(move |conn, _| User::by_id(conn, id)).await?;
    let email = user.address();
    let network = Client::of(request).network();
    let browser = login::known_browser(secrets, request, id);
    secrets.verify_secret(&email, Some(&user), proof, &network, browser.as_deref()).await
}
