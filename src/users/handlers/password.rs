//! `POST /settings/password`: a new password for the one signed in.

use actix_session::Session;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{reauthentication, security, sessions};
use crate::error::Result;
use crate::users::forms::{ChangeForm, choose};
use crate::users::{Letters, Proof, Secrets, User, Viewer};
use crate::web::{FieldErrors, Flash, Form, Reply, paths};

pub async fn update(
    secrets: Data<Secrets>,
    viewer: Viewer,
    reply: Reply,
    session: Session,
    request: HttpRequest,
    Form(form): Form<ChangeForm>,
) -> Result<HttpResponse> {
    let id = viewer.id;
    let user = secrets.db.read(move |conn, _| User::by_id(conn, id)).await?;
    let chosen = choose("password", &form.password, &user.email_key, &user.name, viewer.has_totp);
    let password = match chosen {
        Ok(password) => password,
        Err(errors) => return security::rejected(&secrets, &viewer, &reply, errors).await,
    };
    let proof = Proof::Password(form.current);
    if !reauthentication::is_right(&secrets, &viewer, &request, proof).await? {
        let errors = FieldErrors::one("current", "That is not your password.");
        return security::rejected(&secrets, &viewer, &reply, errors).await;
    }
    let hash = secrets.hasher.hash(password).await?;
    let mail = secrets.mail.clone();
    viewer
        .act_even_suspended(&secrets.db, move |conn, actor| {
            User::set_password(conn, actor.id, &hash)?;
            Letters(&mail).password_changed(conn, &user, actor.now)
        })
        .await?;
    // every session is gone, this one too: it goes on under a new id
    sessions::admit(&session, &request, id, secrets.db.now())?;
    reply.done(paths::SECURITY, Flash::PasswordChanged)
}
