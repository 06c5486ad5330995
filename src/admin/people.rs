//! Looking for somebody. Every search is a row of the log: what kind, a keyed hash of what was typed,
//! and whom it found.

use crate::audit::Audit;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::seal::{self, Seal};
use crate::users::{Actor, Email, User, UserId};

const PURPOSE: &str = "footing/search/v1";

/// What was typed, by its shape.
pub enum Sought {
    Id(UserId),
    Address(Email),
    /// The beginning of a name.
    Name(String),
}

impl Sought {
    /// Nothing, where too little was typed to look for.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if let Ok(email) = Email::parse(typed) {
            return Some(Self::Address(email));
        }
        if let Ok(id) = typed.parse::<UserId>() {
            return Some(Self::Id(id));
        }
        (typed.chars().count() >= 2).then(|| Self::Name(typed.to_owned()))
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::Address(_) => "address",
            Self::Name(_) => "name",
        }
    }

    fn find(&self, conn: &mut Conn) -> Result<Vec<User>> {
        match self {
            Self::Id(id) => Ok(User::by_id(conn, *id).ok().into_iter().collect()),
            Self::Address(email) => Ok(User::find_by_email(conn, email)?.into_iter().collect()),
            Self::Name(beginning) => User::by_name(conn, beginning),
        }
    }
}

/// Finds people and writes the search into the log.
pub fn search(
    conn: &mut Conn,
    seal: &Seal,
    (sought, typed): (&Sought, &str),
    actor: &Actor,
) -> Result<Vec<User>> {
    let found = sought.find(conn)?;
    let hash = seal.hash(PURPOSE, typed.trim().to_lowercase().as_bytes());
    let hash: String = seal::hex(&hash).chars().take(16).collect();
    let ids: Vec<String> = found.iter().map(|user| user.id.to_string()).collect();
    let object = format!("{} {hash}", sought.word());
    note(conn, actor.id, ("user.search", &object, &ids.join(" ")), actor.now)?;
    Ok(found)
}

/// A row of the log about an act of an admin.
pub fn note(
    conn: &mut Conn,
    admin: UserId,
    (action, object, reason): (&str, &str, &str),
    now: Instant,
) -> Result<()> {
    Audit::note(conn, now, &admin.to_string(), action, object, reason)
}
