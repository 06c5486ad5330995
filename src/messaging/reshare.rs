//! The key of an old epoch, handed to the new key of somebody who lost theirs.
//!
//! Whoever starts fresh cannot read what came before. The other side may hand the keys of earlier
//! epochs over, sealed for the new key; the server can open none of them. It mails the receiver at
//! once and gives them out a day later: taking over a mailbox does not yield a history straight away.
//! Layout: version 1 of the chat protocol.

use std::collections::HashSet;

use diesel::prelude::*;

use super::identity::{Identity, is_signed};
use super::schema::{chat_identities, conversation_epochs, epoch_reshares};
use super::{Conversation, ConversationId, ConversationView, Epoch, Peer};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::{Letter, Mail};
use crate::notifications::{NewNotice, Notice, Topic};
use crate::on_either;
use crate::users::{Actor, User, UserId};
use crate::web::paths;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = epoch_reshares, treat_none_as_default_value = false)]
pub struct Reshare {
    pub conversation_id: ConversationId,
    pub epoch: i32,
    pub to_ik: Vec<u8>,
    pub from_id: UserId,
    pub record: Vec<u8>,
    pub sig: Vec<u8>,
    pub created_at: Instant,
    pub available_at: Instant,
}

/// Why keys were not handed over; none of them is kept.
#[derive(Debug, thiserror::Error)]
pub enum NotShared {
    #[error("These are no keys of this conversation for the other side's key of now.")]
    Wrong,
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<diesel::result::Error> for NotShared {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Failed(cause.into())
    }
}

const RECORD: usize = 189;
const LABEL: &[u8] = b"chat/v1/reshare\x01\x01";

/// What of a record can be checked without a key.
struct ReshareRecord {
    conversation: i64,
    epoch: i32,
    from: i64,
    from_ik: [u8; 32],
    to: i64,
    to_ik: [u8; 32],
}

impl ReshareRecord {
    fn parse(record: &[u8]) -> Option<Self> {
        let mut rest = record.strip_prefix(LABEL).filter(|_| record.len() == RECORD)?;
        Some(Self {
            conversation: i64::from_be_bytes(take(&mut rest)?),
            epoch: i32::from_be_bytes(take(&mut rest)?),
            from: i64::from_be_bytes(take(&mut rest)?),
            from_ik: take(&mut rest)?,
            to: i64::from_be_bytes(take(&mut rest)?),
            to_ik: take(&mut rest)?,
        })
    }

    /// Whether it hands an epoch of this conversation from one key to the other.
    fn is_between(&self, talk: &Conversation, from: &Identity, to: &Identity) -> bool {
        (self.conversation, self.from, self.to) == (talk.id.0, from.user_id.0, to.user_id.0)
            && self.from_ik.as_slice() == from.ik_id
            && self.to_ik.as_slice() == to.ik_id
            && (1..=talk.current_epoch).contains(&self.epoch)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*first)
}

impl Reshare {
    /// The most epochs at once.
    pub const MOST: usize = 200;
    /// How long the receiver is warned before anything opens.
    const WAITS: Span = Span::hours(24);

    /// Hands keys over, each a record and its signature. The same again changes nothing. Answers when
    /// they can be read.
    pub fn hand_over(
        conn: &mut Conn,
        mail: &Mail,
        actor: &Actor,
        id: ConversationId,
        signed: Vec<(Vec<u8>, Vec<u8>)>,
    ) -> Result<Instant, NotShared> {
        let talk = Conversation::held(conn, id, actor.id)?;
        if !ConversationView::of(conn, id, actor.id)?.is_open() {
            return Err(Conversation::ended().into());
        }
        let from = Identity::find_current(conn, actor.id)?.ok_or(NotShared::Wrong)?;
        let to = Identity::find_current(conn, talk.other(actor.id))?.ok_or(NotShared::Wrong)?;
        let available_at = actor.now + Self::WAITS;
        let mut given = Self::given(conn, id, &to)?;
        let mut rows = vec![];
        for (record, sig) in signed {
            let read = ReshareRecord::parse(&record).ok_or(NotShared::Wrong)?;
            if !read.is_between(&talk, &from, &to) || !is_signed(&from.ed25519_pub, &record, &sig) {
                return Err(NotShared::Wrong);
            }
            // the first word stays; a copy of a row would be refused by the database
            if !given.insert(read.epoch) {
                continue;
            }
            rows.push(Self {
                conversation_id: id,
                epoch: read.epoch,
                to_ik: to.ik_id.clone(),
                from_id: actor.id,
                record,
                sig,
                created_at: actor.now,
                available_at,
            });
        }
        if !rows.is_empty() {
            on_either!(conn, |c| diesel::insert_into(epoch_reshares::table)
                .values(&rows)
                .execute(c))?;
            tell(conn, mail, actor, (&talk, &to, available_at))?;
        }
        Ok(available_at)
    }

    /// The epochs that a key was handed already.
    fn given(conn: &mut Conn, talk: ConversationId, to: &Identity) -> Result<HashSet<i32>> {
        let epochs: Vec<i32> = epoch_reshares::table
            .filter(epoch_reshares::conversation_id.eq(talk))
            .filter(epoch_reshares::to_ik.eq(&to.ik_id))
            .select(epoch_reshares::epoch)
            .load(conn)?;
        Ok(epochs.into_iter().collect())
    }

    /// Those of some epochs that a person can open by now, with whichever key they were made for.
    pub fn available(
        conn: &mut Conn,
        talk: ConversationId,
        epochs: &[i32],
        (reader, now): (UserId, Instant),
    ) -> Result<Vec<Self>> {
        if epochs.is_empty() {
            return Ok(vec![]);
        }
        Ok(epoch_reshares::table
            .inner_join(chat_identities::table.on(chat_identities::ik_id.eq(epoch_reshares::to_ik)))
            .filter(chat_identities::user_id.eq(reader))
            .filter(epoch_reshares::conversation_id.eq(talk))
            .filter(epoch_reshares::epoch.eq_any(epochs.to_vec()))
            .filter(epoch_reshares::available_at.le(now))
            .order((epoch_reshares::epoch, chat_identities::key_seq))
            .select(Self::as_select())
            .load(conn)?)
    }

    /// What the other side's key of now was not handed yet: the newest epochs, the newest first.
    pub fn missing(conn: &mut Conn, talk: &Conversation, giver: UserId) -> Result<Vec<Epoch>> {
        let Some(to) = Identity::find_current(conn, talk.other(giver))? else { return Ok(vec![]) };
        let given = Self::given(conn, talk.id, &to)?;
        let mut epochs: Vec<Epoch> = conversation_epochs::table
            .filter(conversation_epochs::conversation_id.eq(talk.id))
            .order(conversation_epochs::epoch.desc())
            .limit(1_000)
            .select(Epoch::as_select())
            .load(conn)?;
        epochs.retain(|epoch| !given.contains(&epoch.epoch));
        epochs.truncate(Self::MOST);
        Ok(epochs)
    }
}

/// At once, so that whoever has not lost a key learns that somebody says so.
fn tell(
    conn: &mut Conn,
    mail: &Mail,
    actor: &Actor,
    (talk, to, available_at): (&Conversation, &Identity, Instant),
) -> Result<()> {
    let giver = Peer::by_id(conn, actor.id)?;
    let reader = User::by_id(conn, to.user_id)?;
    let words = format!("{} lets you read your earlier messages again.", giver.name);
    let from = format!("They open from {} on.", available_at.words(&reader.local_zone()));
    let warned = "If you did not lose your key and start fresh, somebody else may be in your account: \
                  change your password, and tell us, before that.";
    let path = paths::conversation(talk.id);
    let letter = Letter::new(&words, &[&words, &from, warned])
        .with_button("Open the conversation", format!("{}{path}", mail.base_url));
    let telling = NewNotice {
        kind: "messaging.reshared",
        topic: Topic::Security,
        recipient: to.user_id,
        object: talk.id.0,
        version: i64::from(to.key_seq),
        words: words.chars().take(300).collect(),
        path,
        letter: Some(letter),
    };
    Notice::tell_reader(conn, mail, &reader, telling, actor.now)?;
    Ok(())
}
