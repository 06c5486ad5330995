//! `/settings/security`: two-step sign-in and recovery codes.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::Data;

use super::extract::Fresh;
use super::sessions::NEW_CODES;
use super::sign_in::SignInContext;
use crate::error::{Error, Result};
use crate::users::forms::{CodeForm, PasswordForm};
use crate::users::pages::{SecurityPage, TwoStepSetup};
use crate::users::{Password, Proof, QrCode, RecoveryCodes, Secrets, Totp, User, Viewer};
use crate::web::{EmptyForm, FieldErrors, Flash, Form, Reply, paths};

const PURPOSE: &str = "footing/new-codes/v1";

pub async fn show(
    secrets: Data<Secrets>,
    viewer: Viewer,
    session: Session,
    reply: Reply,
) -> Result<HttpResponse> {
    let sealed: Option<Vec<u8>> = session.remove_as(NEW_CODES).and_then(std::result::Result::ok);
    let new_codes = match sealed {
        Some(sealed) => {
            let opened = secrets.seal.open(PURPOSE, &sealed)?;
            String::from_utf8_lossy(&opened).split(' ').map(str::to_owned).collect()
        }
        None => vec![],
    };
    let page = SecurityPage { new_codes, ..page(&secrets, &viewer, FieldErrors::default()).await? };
    reply.page(&page)
}

/// The page again with what is wrong in one of its forms.
pub async fn rejected(
    parts: &SignInContext,
    viewer: &Viewer,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    parts.reply.rejected(&page(&parts.secrets, viewer, errors).await?)
}

async fn page(secrets: &Secrets, viewer: &Viewer, errors: FieldErrors) -> Result<SecurityPage> {
    let id = viewer.id;
    let (user, codes_left) = secrets
        .db
        .read(move |conn, _| -> Result<_> {
            Ok((User::by_id(conn, id)?, RecoveryCodes::left(conn, id)?))
        })
        .await?;
    let has_totp = user.totp_on_at.is_some();
    let offer = match viewer.has_fresh_proof() && !has_totp {
        true => Some(offer(&Totp::offered(&secrets.seal, &user, &viewer.session), &user.email)?),
        false => None,
    };
    Ok(SecurityPage {
        has_totp,
        codes_left,
        new_codes: vec![],
        offer,
        least: Password::least(has_totp),
        is_too_short: false,
        errors,
    })
}

fn offer(totp: &Totp, email: &str) -> Result<TwoStepSetup> {
    Ok(TwoStepSetup { secret: totp.base32(), qr: QrCode::of(&totp.uri(email))? })
}

/// `POST /settings/totp`: on, once a code shows that the app has the secret.
pub async fn create(
    parts: SignInContext,
    Fresh(viewer): Fresh,
    Form(form): Form<CodeForm>,
) -> Result<HttpResponse> {
    let SignInContext { secrets, session, .. } = &parts;
    let id = viewer.id;
    let user = secrets.db.read(move |conn, _| User::by_id(conn, id)).await?;
    let totp = Totp::offered(&secrets.seal, &user, &viewer.session);
    let proof = Proof::Offered(totp.clone(), form.code.clone());
    if parts.prove_again(&viewer, proof).await?.is_none() {
        let words = "That code is wrong. Check the clock of your phone, then type the newest code.";
        return rejected(&parts, &viewer, FieldErrors::one("code", words)).await;
    }
    let seal = secrets.seal.clone();
    let turned_on = viewer.act_even_suspended(&secrets.db, move |conn, actor| {
        totp.turn_on(conn, &seal, actor.id, &form.code, actor.now)
    });
    keep_once(secrets, session, &turned_on.await?)?;
    parts.reply.done(paths::SECURITY, Flash::TwoStepOn)
}

/// `POST /settings/recovery-codes`: ten new ones.
pub async fn update_recovery_codes(
    secrets: Data<Secrets>,
    Fresh(viewer): Fresh,
    session: Session,
    reply: Reply,
    _: Form<EmptyForm>,
) -> Result<HttpResponse> {
    if !viewer.has_totp {
        return Err(Error::conflict("Two-step sign-in is off."));
    }
    let seal = secrets.seal.clone();
    let made = viewer.act_even_suspended(&secrets.db, move |conn, actor| {
        RecoveryCodes::renew(conn, &seal, actor.id)
    });
    keep_once(&secrets, &session, &made.await?)?;
    reply.see_other(paths::SECURITY)
}

/// `POST /settings/totp/removal`. Takes the password: a short one, which only two steps allow, must grow
/// first, and its length can be told in no other way.
pub async fn destroy(
    parts: SignInContext,
    Fresh(viewer): Fresh,
    Form(form): Form<PasswordForm>,
) -> Result<HttpResponse> {
    if viewer.is_admin() {
        return Err(Error::forbidden("Admins sign in with two steps. It cannot be turned off."));
    }
    let is_short = Password::needs_second_step(&form.password);
    if parts.prove_again(&viewer, Proof::Password(form.password)).await?.is_none() {
        let errors = FieldErrors::one("removal", "That is not your password.");
        return rejected(&parts, &viewer, errors).await;
    }
    let SignInContext { secrets, reply, .. } = &parts;
    if is_short {
        let page = page(secrets, &viewer, FieldErrors::default()).await?;
        return reply.rejected(&SecurityPage { is_too_short: true, ..page });
    }
    viewer.act_even_suspended(&secrets.db, |conn, actor| Totp::turn_off(conn, actor.id)).await?;
    reply.done(paths::SECURITY, Flash::TwoStepOff)
}

/// The codes are shown by the page that follows, and by no other.
fn keep_once(secrets: &Secrets, session: &Session, codes: &[String]) -> Result<()> {
    let sealed = secrets.seal.seal(PURPOSE, codes.join(" ").as_bytes())?;
    session.insert(NEW_CODES, sealed).map_err(Error::internal)
}
