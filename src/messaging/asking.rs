//! Asking somebody to turn their messages on, by notice and mail: once a day each, and few a day.

use super::{ChatSettings, Conversation, ConversationId, ConversationView, NoticeKind, Peer};
use crate::clock::Span;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::complete;
use crate::mail::{Letter, Mail};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::users::{Actor, UserId};
use crate::web::paths;

const ASKED: &str = "messaging.asked";
/// People whom one person may ask within 24 hours.
pub const MOST_ASKED: i64 = 5;

/// Why somebody was not asked.
pub enum NotAsked {
    Enough,
    Failed(Error),
}

impl From<Error> for NotAsked {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<diesel::result::Error> for NotAsked {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

impl Conversation {
    /// Asks the other side to get in touch, with a notice in the timeline: the conversation and the
    /// number of that row. `None` when it was asked already that day.
    pub fn ask_other(
        conn: &mut Conn,
        mail: &Mail,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<Option<(Self, i64)>, NotAsked> {
        let talk = Self::held(conn, id, actor.id)?;
        if !ConversationView::of(conn, id, actor.id)?.is_open() {
            return Err(Self::ended().into());
        }
        if !tell(conn, mail, actor, talk.other(actor.id), paths::conversation(id))? {
            return Ok(None);
        }
        let seq = talk.post_notice(conn, NoticeKind::GET_IN_TOUCH, actor.id.0, actor.now)?;
        Ok(Some((talk, seq)))
    }
}

impl Peer {
    /// Asks a listed accountant to turn their messages on, before there is a conversation.
    pub fn ask(conn: &mut Conn, mail: &Mail, actor: &Actor, whom: UserId) -> Result<(), NotAsked> {
        if whom == actor.id || !complete::is_listed(conn, whom)? {
            return Err(Error::NotFound.into());
        }
        tell(conn, mail, actor, whom, paths::MESSAGES.to_owned()).map(drop)
    }
}

/// True when it was the first time that day.
fn tell(
    conn: &mut Conn,
    mail: &Mail,
    actor: &Actor,
    whom: UserId,
    path: String,
) -> Result<bool, NotAsked> {
    crate::db::lock(conn, "users", "id", actor.id.0)?;
    let since = actor.now - Span::hours(24);
    if Notice::count_others_told(conn, (ASKED, actor.id.0), whom, since)? >= MOST_ASKED {
        return Err(NotAsked::Enough);
    }
    let asker = Peer::by_id(conn, actor.id)?;
    let words = format!("{} asks you to get in touch.", asker.name);
    let explained = "Messages on Footing are encrypted in the browser. Open your inbox once with \
                     JavaScript turned on, and you can write to each other.";
    let letter = Letter::new(&words, &[&words, explained])
        .with_button("Open your messages", format!("{}{path}", mail.base_url));
    let settings = ChatSettings::of(conn, whom)?;
    let telling = NewNotice {
        kind: ASKED,
        topic: Topic::Messages,
        recipient: whom,
        object: actor.id.0,
        version: actor.now.seconds().div_euclid(86_400),
        words: words.chars().take(300).collect(),
        path,
        letter: Some(letter).filter(|_| settings.is_mailed()),
    };
    Ok(Notice::tell(conn, mail, telling, actor.now)?)
}
