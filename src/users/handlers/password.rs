//! `POST /settings/password`: a new password for the one signed in.

use actix_web::HttpResponse;

use super::sign_in::SignInContext;
use super::{security, sessions};
use crate::error::Result;
use crate::users::forms::{ChangeForm, choose};
use crate::users::{Proof, User, Viewer};
use crate::web::{FieldErrors, Flash, Form, paths};

pub async fn update(
    parts: SignInContext,
    viewer: Viewer,
    Form(form): Form<ChangeForm>,
) -> Result<HttpResponse> {
    let id = viewer.id;
    let user = parts.secrets.db.read(move |conn, _| User::by_id(conn, id)).await?;
    let chosen = choose("password", &form.password, &user.email_key, &user.name, viewer.has_totp);
    let password = match chosen {
        Ok(password) => password,
        Err(errors) => return security::rejected(&parts, &viewer, errors).await,
    };
    if parts.prove_again(&viewer, Proof::Password(form.current)).await?.is_none() {
        let errors = FieldErrors::one("current", "That is not your password.");
        return security::rejected(&parts, &viewer, errors).await;
    }
    let (hash, mail) = (parts.secrets.hasher.hash(password).await?, parts.secrets.mail.clone());
    let changed = viewer.act_even_suspended(&parts.secrets.db, move |conn, actor| {
        user.change_password(conn, &mail, &hash, actor)
    });
    // every session is gone, this one too: it goes on under a new id
    sessions::admit(&parts.session, &parts.request, id, changed.await?)?;
    parts.reply.done(paths::SECURITY, Flash::PasswordChanged)
}
