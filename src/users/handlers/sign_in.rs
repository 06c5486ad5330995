//! What the steps of a sign-in share: the check of what somebody types, the session that goes on under
//! a new id, and the browser that is known from then on.

use std::future::{Ready, ready};

use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::extract::BROWSER;
use super::sessions::{self, NEXT, PENDING, PENDING_SINCE, TRIES};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::seal;
use crate::users::{AccountSign, Email, Proof, Role, Secrets, User, UserId, Viewer};
use crate::web::{Client, Flash, Reply, SiteAddresses, paths};

pub struct SignInContext {
    pub secrets: Data<Secrets>,
    pub pages: Data<SiteAddresses>,
    pub reply: Reply,
    pub session: Session,
    pub request: HttpRequest,
}

impl FromRequest for SignInContext {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let secrets = request.app_data::<Data<Secrets>>();
        let pages = request.app_data::<Data<SiteAddresses>>();
        let parts = secrets.zip(pages).map(|(secrets, pages)| Self {
            secrets: secrets.clone(),
            pages: pages.clone(),
            reply: Reply::of(request),
            session: request.get_session(),
            request: request.clone(),
        });
        ready(parts.ok_or_else(|| Error::internal("the application lacks a part")))
    }
}

impl SignInContext {
    pub fn network(&self) -> String {
        Client::of(&self.request).network()
    }

    /// Checks a proof under the limits of this network and this browser: when it was found right.
    pub async fn prove(
        &self,
        account: &Email,
        user: Option<&User>,
        proof: Proof,
    ) -> Result<Option<Instant>> {
        let browser = user.and_then(|user| self.known_browser(user.id));
        let network = self.network();
        self.secrets.verify_secret(account, user, proof, &network, browser.as_deref()).await
    }

    /// The same for the one signed in.
    pub async fn prove_again(&self, viewer: &Viewer, proof: Proof) -> Result<Option<Instant>> {
        let id = viewer.id;
        let user = self.secrets.db.read(move |conn, _| User::by_id(conn, id)).await?;
        self.prove(&user.address(), Some(&user), proof).await
    }

    /// The first proof was right: the second step, or in.
    pub async fn enter(
        &self,
        user: &User,
        next: Option<String>,
        now: Instant,
    ) -> Result<HttpResponse> {
        if user.totp_on_at.is_none() {
            return self.admit(user, next, now).await;
        }
        let Self { session, request, .. } = self;
        sessions::begin_anew(session, request)?;
        session.insert(PENDING, user.id.0).map_err(Error::internal)?;
        session.insert(PENDING_SINCE, now.micros()).map_err(Error::internal)?;
        session.insert(TRIES, 0).map_err(Error::internal)?;
        session.insert(NEXT, next.unwrap_or_default()).map_err(Error::internal)?;
        self.reply.see_other("/login/code")
    }

    /// In: a new session, and the browser is known from now on. Whose mail comes back is told so.
    pub async fn admit(
        &self,
        user: &User,
        next: Option<String>,
        now: Instant,
    ) -> Result<HttpResponse> {
        sessions::admit(&self.session, &self.request, user.id, now)?;
        let next = next.filter(|next| !next.is_empty()).unwrap_or_else(|| home_of(user).to_owned());
        let browser = self.browser();
        let mut response = match self.note_browser(user, browser.clone()).await? {
            true => self.reply.done(next, Flash::MailComesBack)?,
            false => self.reply.see_other(next)?,
        };
        let mark = self.secrets.browser_mark(user.id, &browser);
        let cookie = crate::web::host_cookie(BROWSER, format!("{browser}.{mark}"));
        response.add_cookie(&cookie).map_err(Error::internal)?;
        Ok(response)
    }

    /// Notes from where the account was used; whether its mail comes back.
    async fn note_browser(&self, user: &User, browser: String) -> Result<bool> {
        let (seal, id, key) = (self.secrets.seal.clone(), user.id, user.email_key.clone());
        let note = move |conn: &mut Conn, now| -> Result<bool> {
            AccountSign::note(conn, &seal, (id, &key), &browser, now)?;
            Ok(Mail::refusal(conn, &key)?.is_some())
        };
        self.secrets.db.write(note).await
    }

    /// What this browser is known by, from whichever account it signed in to before.
    fn browser(&self) -> String {
        let kept = self.request.cookie(BROWSER).and_then(|cookie| {
            let (browser, _) = cookie.value().split_once('.')?;
            seal::from_base64url(browser).filter(|bytes| bytes.len() == 16)?;
            Some(browser.to_owned())
        });
        kept.unwrap_or_else(|| seal::base64url(&seal::random::<16>()))
    }

    /// The id of this browser, if it signed in to this account before.
    fn known_browser(&self, user: UserId) -> Option<String> {
        let cookie = self.request.cookie(BROWSER)?;
        let (browser, mark) = cookie.value().split_once('.')?;
        self.secrets.is_mark_of(user, browser, mark).then(|| browser.to_owned())
    }
}

fn home_of(user: &User) -> &'static str {
    match user.role {
        Role::Accountant => paths::PRACTICE,
        Role::Admin => paths::ADMIN,
        Role::Client => paths::DIRECTORY,
    }
}
