//! Who is here. One row a socket, with a lease; nothing is counted up and down.
//!
//! Online means: a row whose lease runs and whose page is in front. When a node is killed its
//! leases run out by themselves.

use diesel::prelude::*;

use super::ChatSettings;
use super::schema::{connections, conversations};
use crate::clock::{Instant, Span};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::locale::{DayShape, LocalZone};
use crate::users::UserId;

crate::typed_id!(ConnectionId);

crate::word_enum! {
    /// Whether the page is in front.
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    State { Active => "active", Idle => "idle" }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = connections)]
pub struct Connection {
    pub id: ConnectionId,
    pub user_id: UserId,
    pub session_id: String,
    pub node_id: i64,
    pub state: State,
    pub opened_at: Instant,
    pub lease_until: Instant,
}

/// What may be said of somebody's presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Online,
    Seen(Instant),
    Hidden,
}

const LEASE: Span = Span::seconds(30);
/// Sockets of one person, on all nodes together.
const MOST: i64 = 8;

impl Connection {
    /// A row for a new socket; `None` when this person has as many as one may have.
    pub fn open(
        conn: &mut Conn,
        user: UserId,
        session: &str,
        node_id: i64,
        now: Instant,
    ) -> Result<Option<ConnectionId>> {
        let open: i64 = connections::table
            .filter(connections::user_id.eq(user).and(connections::lease_until.gt(now)))
            .count()
            .get_result(conn)?;
        if open >= MOST {
            return Ok(None);
        }
        let row = Self {
            id: ConnectionId::next(now),
            user_id: user,
            session_id: session.to_owned(),
            node_id,
            state: State::Active,
            opened_at: now,
            lease_until: now + LEASE,
        };
        diesel::insert_into(connections::table).values(&row).execute(conn)?;
        Ok(Some(row.id))
    }

    pub fn set_state(conn: &mut Conn, id: ConnectionId, state: State) -> Result<()> {
        db::update(connections::table.find(id), connections::state.eq(state)).execute(conn)?;
        Ok(())
    }

    pub fn close(conn: &mut Conn, id: ConnectionId, user: UserId, now: Instant) -> Result<()> {
        diesel::delete(connections::table.find(id)).execute(conn)?;
        ChatSettings::seen(conn, user, now)
    }

    /// All sockets of a node that stops, in one statement.
    pub fn leave(conn: &mut Conn, node_id: i64) -> Result<()> {
        diesel::delete(connections::table.filter(connections::node_id.eq(node_id)))
            .execute(conn)?;
        Ok(())
    }

    /// One statement for all sockets of a node.
    pub fn renew(conn: &mut Conn, node_id: i64, now: Instant) -> Result<()> {
        db::update(
            connections::table.filter(connections::node_id.eq(node_id)),
            connections::lease_until.eq(now + LEASE),
        )
        .execute(conn)?;
        Ok(())
    }

    /// Takes rows away whose node is gone; whose they were.
    pub fn sweep(conn: &mut Conn, now: Instant) -> Result<Vec<UserId>> {
        let dead = connections::table.filter(connections::lease_until.le(now));
        let mut people: Vec<UserId> = dead.select(connections::user_id).load(conn)?;
        people.sort_unstable();
        people.dedup();
        if !people.is_empty() {
            diesel::delete(dead).execute(conn)?;
        }
        for person in &people {
            ChatSettings::seen(conn, *person, now)?;
        }
        Ok(people)
    }

    /// On SQLite there is one node, so at its start nobody is here.
    pub fn forget_all(conn: &mut Conn) -> Result<()> {
        diesel::delete(connections::table).execute(conn)?;
        Ok(())
    }

    pub fn is_online(conn: &mut Conn, user: UserId, now: Instant) -> Result<bool> {
        let here = connections::table
            .filter(connections::user_id.eq(user).and(connections::lease_until.gt(now)))
            .filter(connections::state.eq(State::Active));
        Ok(diesel::select(diesel::dsl::exists(here)).get_result(conn)?)
    }

    /// Those of some people who are here, for a list in one query.
    pub fn online_among(conn: &mut Conn, people: &[UserId], now: Instant) -> Result<Vec<UserId>> {
        Ok(connections::table
            .filter(connections::user_id.eq_any(people.to_vec()))
            .filter(connections::lease_until.gt(now).and(connections::state.eq(State::Active)))
            .select(connections::user_id)
            .distinct()
            .load(conn)?)
    }

    /// Whoever talks with this person and is connected, to be told that they came or went.
    pub fn watchers(conn: &mut Conn, of: UserId, now: Instant) -> Result<Vec<i64>> {
        let pairs: Vec<(UserId, UserId)> = conversations::table
            .filter(conversations::low_user_id.eq(of).or(conversations::high_user_id.eq(of)))
            .order(conversations::changed_at.desc())
            .limit(1000)
            .select((conversations::low_user_id, conversations::high_user_id))
            .load(conn)?;
        let others: Vec<UserId> =
            pairs.into_iter().map(|(low, high)| if low == of { high } else { low }).collect();
        Ok(connections::table
            .filter(connections::user_id.eq_any(others))
            .filter(connections::lease_until.gt(now))
            .select(connections::user_id)
            .distinct()
            .load(conn)?)
    }
}

impl Presence {
    /// "Online now", "Last seen yesterday", in the reader's zone; empty where nothing may be said.
    pub fn words(self, zone: &LocalZone, now: Instant) -> String {
        let at = match self {
            Self::Online => return "Online now".to_owned(),
            Self::Hidden => return String::new(),
            Self::Seen(at) => at,
        };
        match at.day(zone).days_to(now.day(zone)) {
            0 => "Last seen today".to_owned(),
            1 => "Last seen yesterday".to_owned(),
            _ => format!("Last seen {}", at.day_words(zone, DayShape::Long)),
        }
    }

    pub fn is_online(self) -> bool {
        self == Self::Online
    }
}
