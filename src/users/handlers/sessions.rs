//! Keeps the cookie sessions in the database.

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;

use crate::clock::Instant;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::seal;
use crate::users::session::State;
use crate::users::viewer::Passport;
use crate::users::{Session, UserId, Viewer};

/// The cookie of a session (RFC 6265bis, 4.1.3.2: no other host can set it).
pub const COOKIE: &str = crate::web::SESSION_COOKIE;

/// Words under which a session holds things. The last is made anew at each load, never stored.
pub const USER: &str = "user";
pub const PENDING: &str = "pending";
pub const PENDING_SINCE: &str = "pending_since";
pub const TRIES: &str = "tries";
pub const NEXT: &str = "next";
pub const LABEL: &str = "label";
pub const ADDRESS: &str = "address";
pub const PROVEN_AT: &str = "proven_at";
pub const NEW_CODES: &str = "new_codes";
/// A form whose session ended, and the sign-up that waits for its mail: the hash of its token.
pub const KEPT: &str = "kept";
pub const SIGN_UP: &str = "sign_up";
pub const PASSPORT: &str = "passport";

/// Rows of `sessions`. The browser holds 32 random bytes, the table their SHA-256.
pub struct Store {
    pub db: Db,
}

impl Store {
    async fn find(&self, key: &SessionKey) -> Result<Option<State>> {
        let hash = seal::token_hash(key.as_ref());
        let found = self.db.read_inline({
            let hash = hash.clone();
            move |conn, now| -> Result<_> { Ok((Session::find(conn, &hash, now)?, now)) }
        });
        let (Some((session, viewer)), now) = found.await? else { return Ok(None) };
        let role = viewer.as_ref().map(|viewer| viewer.role);
        if session.is_due(role, now) {
            let noted = self.db.write(move |conn, now| Session::touch(conn, &hash, role, now));
            // with a full disk people must still see their pages; the next use is noted again
            if let Err(error) = noted.await {
                tracing::warn!(cause = ?error, "the use of a session was not noted");
            }
        }
        let mut state: State = serde_json::from_str(&session.state).map_err(Error::internal)?;
        if let Some(viewer) = viewer {
            let passport = serde_json::to_string(&Passport::of(&viewer));
            state.insert(PASSPORT.to_owned(), passport.map_err(Error::internal)?);
        }
        Ok(Some(state))
    }

    async fn add(&self, mut state: State) -> Result<String> {
        state.remove(PASSPORT);
        let key = seal::token();
        let hash = seal::token_hash(&key);
        let word = |name: &str| -> String {
            state.get(name).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
        };
        let (label, address) = (word(LABEL), word(ADDRESS));
        let user_id = user_of(&state);
        let text = serde_json::to_string(&state).map_err(Error::internal)?;
        self.db
            .write(move |conn, now| {
                let role = user_id
                    .map(|id| crate::users::User::by_id(conn, id))
                    .transpose()?
                    .map(|user| user.role);
                let end = Session::end(role, now, now);
                let session = Session {
                    key_hash: hash,
                    user_id,
                    label,
                    address,
                    state: text,
                    created_at: now,
                    last_seen_at: now,
                    expires_at: end,
                };
                session.insert(conn)
            })
            .await?;
        Ok(key)
    }

    async fn change(&self, key: &SessionKey, mut state: State) -> Result<()> {
        state.remove(PASSPORT);
        let (hash, user) = (seal::token_hash(key.as_ref()), user_of(&state));
        let text = serde_json::to_string(&state).map_err(Error::internal)?;
        self.db.write(move |conn, _| Session::update(conn, &hash, user, &text)).await
    }
}

fn user_of(state: &State) -> Option<UserId> {
    state.get(USER).and_then(|json| json.parse().ok()).map(UserId)
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        self.find(key).await.map_err(|error| LoadError::Other(error.into()))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = self.add(state).await.map_err(|error| SaveError::Other(error.into()))?;
        key.try_into().map_err(|_| SaveError::Other(Error::Busy.into()))
    }

    async fn update(
        &self,
        key: SessionKey,
        state: State,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        match self.change(&key, state).await {
            // the session was ended meanwhile: nothing to keep, and no error for the visitor
            Ok(()) | Err(Error::SignedOut) => Ok(key),
            Err(error) => Err(UpdateError::Other(error.into())),
        }
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(()) // `find` notes the use
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let hash = seal::token_hash(key.as_ref());
        Ok(self.db.write(move |conn, _| Session::delete(conn, &hash)).await?)
    }
}

/// Lets somebody in: a new session id, and who it belongs to.
pub fn admit(
    session: &actix_session::Session,
    request: &actix_web::HttpRequest,
    user: UserId,
    now: Instant,
) -> Result<()> {
    begin_anew(session, request)?;
    session.insert(USER, user.0).map_err(Error::internal)?;
    session.insert(PROVEN_AT, now.micros()).map_err(Error::internal)
}

/// A new session id; nothing of before goes along but a form that is to be shown again.
pub fn begin_anew(
    session: &actix_session::Session,
    request: &actix_web::HttpRequest,
) -> Result<()> {
    let kept: Option<String> = session.get(KEPT).ok().flatten();
    session.clear();
    session.renew();
    introduce(session, request)?;
    match kept {
        Some(kept) => session.insert(KEPT, kept).map_err(Error::internal),
        None => Ok(()),
    }
}

/// The session of whoever just signed up knows the mail's token by its hash.
pub fn remember_sign_up(session: &actix_session::Session, hash: &[u8]) -> Result<()> {
    session.insert(SIGN_UP, seal::base64url(hash)).map_err(Error::internal)
}

pub fn signed_up_as(session: &actix_session::Session) -> Option<Vec<u8>> {
    seal::from_base64url(&session.get::<String>(SIGN_UP).ok()??)
}

/// Notes the device for the list of devices.
pub fn introduce(session: &actix_session::Session, request: &actix_web::HttpRequest) -> Result<()> {
    let agent = request.headers().get("user-agent").and_then(|agent| agent.to_str().ok());
    session.insert(LABEL, label_of(agent.unwrap_or(""))).map_err(Error::internal)?;
    let network = crate::web::Client::of(request).network();
    session.insert(ADDRESS, network).map_err(Error::internal)
}

/// "Firefox on Linux", as far as a browser says.
fn label_of(agent: &str) -> String {
    let first = |pairs: &[(&str, &'static str)], other| {
        pairs.iter().find(|(mark, _)| agent.contains(mark)).map_or(other, |(_, name)| *name)
    };
    let browser = first(
        &[
            ("Firefox/", "Firefox"),
            ("Edg/", "Edge"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
            ("curl/", "curl"),
        ],
        "A browser",
    );
    let system = first(
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ],
        "an unknown system",
    );
    format!("{browser} on {system}")
}

/// The viewer of a request, from what the store laid into the session.
pub fn viewer_of(session: &actix_session::Session) -> Option<Viewer> {
    let passport: Passport = session.get(PASSPORT).ok()??;
    let proven: i64 = session.get(PROVEN_AT).ok().flatten().unwrap_or(0);
    passport.viewer(Instant::from_micros(proven))
}
