//! A browser that is told by push.

use diesel::prelude::*;
use reqwest::Url;

use super::Notice;
use super::schema::push_subscriptions;
use crate::clock::Instant;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::on_either;
use crate::users::{Actor, Status, User, UserId};

crate::typed_id!(SubscriptionId);

/// Whoever knows the address can wake the browser, so it goes to its push service and nowhere else.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = push_subscriptions, treat_none_as_default_value = false)]
pub struct PushSubscription {
    pub id: SubscriptionId,
    pub user_id: UserId,
    pub endpoint: String,
    pub created_at: Instant,
    pub failed_at: Option<Instant>,
    /// Of the session in which it was asked for: with that it ends.
    session_hash: Option<Vec<u8>>,
}

/// An address at one of the push services that browsers come with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a browser is not told.
#[derive(Debug, thiserror::Error)]
pub enum NotSubscribed {
    #[error("Ten of your browsers are told already. Turn it off in one of them first.")]
    TooMany,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for NotSubscribed {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

impl Endpoint {
    const HOSTS: [&'static str; 2] = ["fcm.googleapis.com", "updates.push.services.mozilla.com"];
    const BELOW: [&'static str; 2] = [".push.apple.com", ".notify.windows.com"];
    const LONGEST: usize = 2000;

    /// https on its usual port at a push service we know, and nothing else: the site connects to it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const WORDS: &str = "This browser's push service is not one that we know.";
        if text.len() > Self::LONGEST {
            return Err(WORDS);
        }
        let url = Url::parse(text).map_err(|_| WORDS)?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        let is_usual = url.scheme() == "https" && url.port().is_none() && url.fragment().is_none();
        let host = url.host_str().unwrap_or("");
        let is_known = Self::HOSTS.contains(&host)
            || Self::BELOW.iter().any(|end| host.len() > end.len() && host.ends_with(end));
        if is_plain && is_usual && is_known { Ok(Self(url)) } else { Err(WORDS) }
    }

    pub fn url(&self) -> &Url {
        &self.0
    }

    /// `https://host`: whom a token is for.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

impl PushSubscription {
    pub const MOST: i64 = 10;

    pub fn by_id(conn: &mut Conn, id: SubscriptionId) -> Result<Self> {
        Ok(push_subscriptions::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// The browser, if its owner may be told and something still waits.
    pub fn find_to_wake(conn: &mut Conn, id: SubscriptionId, now: Instant) -> Result<Option<Self>> {
        let browser = Self::by_id(conn, id)?;
        let is_active = User::status_of(conn, browser.user_id)? == Status::Active;
        let is_waiting = Notice::is_waiting(conn, browser.user_id, now)?;
        Ok(Some(browser).filter(|_| is_active && is_waiting))
    }

    /// Those of some people.
    pub fn of_people(conn: &mut Conn, people: &[UserId]) -> Result<Vec<Self>> {
        Ok(push_subscriptions::table
            .filter(push_subscriptions::user_id.eq_any(people.to_vec()))
            .order(push_subscriptions::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// From now on this browser is told. One that told somebody else before belongs to whoever
    /// holds it now.
    pub fn begin(
        conn: &mut Conn,
        actor: &Actor,
        endpoint: &Endpoint,
        session: Vec<u8>,
    ) -> Result<(), NotSubscribed> {
        db::lock(conn, "users", "id", actor.id.0)?;
        let others: i64 = push_subscriptions::table
            .filter(push_subscriptions::user_id.eq(actor.id))
            .filter(push_subscriptions::endpoint.ne(endpoint.url().as_str()))
            .count()
            .get_result(conn)?;
        if others >= Self::MOST {
            return Err(NotSubscribed::TooMany);
        }
        let row = Self {
            id: SubscriptionId::next(actor.now),
            user_id: actor.id,
            endpoint: endpoint.url().as_str().to_owned(),
            created_at: actor.now,
            failed_at: None,
            session_hash: Some(session),
        };
        on_either!(conn, |c| diesel::insert_into(push_subscriptions::table)
            .values(&row)
            .on_conflict(push_subscriptions::endpoint)
            .do_update()
            .set((
                push_subscriptions::user_id.eq(row.user_id),
                push_subscriptions::created_at.eq(row.created_at),
                push_subscriptions::failed_at.eq(row.failed_at),
                push_subscriptions::session_hash.eq(&row.session_hash),
            ))
            .execute(c))?;
        Ok(())
    }

    /// No longer, if it is one's own. Done twice it is the same.
    pub fn end(conn: &mut Conn, actor: &Actor, endpoint: &Endpoint) -> Result<()> {
        let own = push_subscriptions::table
            .filter(push_subscriptions::endpoint.eq(endpoint.url().as_str()))
            .filter(push_subscriptions::user_id.eq(actor.id));
        diesel::delete(own).execute(conn)?;
        Ok(())
    }

    /// The push service no longer knows it.
    pub fn delete_gone(conn: &mut Conn, id: SubscriptionId) -> Result<()> {
        diesel::delete(push_subscriptions::table.find(id)).execute(conn)?;
        Ok(())
    }

    /// Whether telling it failed, and when.
    pub fn note(conn: &mut Conn, id: SubscriptionId, failed_at: Option<Instant>) -> Result<()> {
        diesel::update(push_subscriptions::table.find(id))
            .set(push_subscriptions::failed_at.eq(failed_at))
            .execute(conn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_at_a_known_push_service_is_an_endpoint() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QGz",
            "https://wns2-par02p.notify.windows.com/w/?token=BQ%3d",
            "https://fcm.googleapis.com:443/x",
        ] {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        let long = format!("https://fcm.googleapis.com/{}", "x".repeat(2000));
        for bad in [
            "",
            "fcm.googleapis.com/x",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://me@fcm.googleapis.com/x",
            "https://fcm.googleapis.com/x#y",
            "https://evil.fcm.googleapis.com/x",
            "https://fcm.googleapis.com.example/x",
            "https://fcm.googleapis.com./x",
            "https://push.apple.com/x",
            "https://.push.apple.com/x",
            "https://evilpush.apple.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "wss://fcm.googleapis.com/x",
            long.as_str(),
        ] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
        let apple = Endpoint::parse("https://web.push.apple.com/QGz").unwrap();
        assert_eq!(apple.origin(), "https://web.push.apple.com");
    }
}
