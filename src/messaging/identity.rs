//! The log of a person's public keys. It only grows, and each line vouches for itself.
//!
//! A line is signed by its own key; one of kind *rotated* by the key before it as well, one of kind
//! *reset* cannot be, which is why the other side must accept it. Browsers pin what they have seen
//! and refuse a log that does not extend it. Layout: version 1 of the chat protocol.

use diesel::prelude::*;
use ed25519_dalek::{Signature, VerifyingKey};

use super::schema::{chat_devices, chat_identities, chat_key_wraps, conversations, messages};
use super::{Conversation, WrapKind};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on_either;
use crate::seal::sha256;
use crate::users::{Actor, UserId};

crate::number_enum! {
    /// The first key of an account, one that its predecessor vouches for, one after everything was
    /// lost.
    IdentityKind { First = 0, Rotated = 1, Reset = 2 }
}

/// One line of somebody’s log of public keys. `ik_id` names the key: a hash over user and both
/// halves; `log_hash` is that of the line, which the next one holds.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chat_identities, treat_none_as_default_value = false)]
pub struct Identity {
    pub user_id: UserId,
    /// From 0, without gaps.
    pub key_seq: i32,
    pub ik_id: Vec<u8>,
    pub x25519_pub: Vec<u8>,
    pub ed25519_pub: Vec<u8>,
    pub kind: IdentityKind,
    pub self_sig: Vec<u8>,
    /// By the key before, of a rotated one alone.
    pub prev_sig: Option<Vec<u8>>,
    pub log_hash: Vec<u8>,
    pub created_at: Instant,
}

/// A line as a browser proposes it.
pub struct Proposal {
    pub entry: Vec<u8>,
    pub self_sig: Vec<u8>,
    pub prev_sig: Option<Vec<u8>>,
}

impl Proposal {
    /// Whether it says that everything before was lost.
    pub fn is_reset(&self) -> bool {
        self.entry.last().copied().and_then(kind_of) == Some(IdentityKind::Reset)
    }
}

/// Bytes of a line: label, user, number, two keys, hash of the line before, kind.
const ENTRY: usize = 122;
const LABEL: &[u8] = b"chat/v1/idlog";

/// The last byte of a line.
fn kind_of(byte: u8) -> Option<IdentityKind> {
    IdentityKind::of(byte.into())
}

/// Strict: no key of small order, no second spelling of a signature.
pub(super) fn is_signed(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = key.try_into().ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
    let signature = Signature::from_slice(signature).ok();
    key.zip(signature)
        .is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
}

impl Identity {
    pub fn find_current(conn: &mut Conn, user: UserId) -> Result<Option<Self>> {
        Ok(chat_identities::table
            .filter(chat_identities::user_id.eq(user))
            .order(chat_identities::key_seq.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// All lines, the first key first.
    pub fn log(conn: &mut Conn, user: UserId) -> Result<Vec<Self>> {
        Ok(chat_identities::table
            .filter(chat_identities::user_id.eq(user))
            .order(chat_identities::key_seq)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Whether nothing would be lost with this key: there is no way in but the browsers that hold it,
    /// and not one sealed message from or to the account.
    pub fn is_unused(conn: &mut Conn, user: UserId) -> Result<bool> {
        use diesel::dsl::exists;
        let ways = chat_key_wraps::table
            .filter(chat_key_wraps::user_id.eq(user))
            .filter(chat_key_wraps::kind.ne(WrapKind::Device));
        let own = conversations::low_user_id.eq(user).or(conversations::high_user_id.eq(user));
        let sealed = conversations::table
            .inner_join(messages::table.on(messages::conversation_id.eq(conversations::id)))
            .filter(own.and(messages::sender_id.is_not_null()));
        let is_used: (bool, bool) =
            on_either!(conn, |c| diesel::select((exists(ways), exists(sealed))).get_result(c))?;
        Ok(is_used == (false, false))
    }

    /// The same for an act that builds on it: nobody writes to this person until it is done.
    pub fn is_unused_for_now(conn: &mut Conn, actor: &Actor) -> Result<bool> {
        crate::db::lock(conn, "users", "id", actor.id.0)?;
        Conversation::hold_all(conn, actor.id)?;
        Self::is_unused(conn, actor.id)
    }

    /// Whether this person's first browser is being set up, or one that renews unused keys: no way in
    /// has been made under the key of now, and either no browser was here before or nothing would
    /// be lost.
    pub fn is_set_up_now(conn: &mut Conn, actor: &Actor) -> Result<bool> {
        use diesel::dsl::exists;
        crate::db::lock(conn, "users", "id", actor.id.0)?;
        let ways = chat_key_wraps::table.filter(chat_key_wraps::user_id.eq(actor.id));
        if diesel::select(exists(ways)).get_result(conn)? {
            return Ok(false);
        }
        let known = chat_devices::table.filter(chat_devices::user_id.eq(actor.id));
        let devices: i64 = known.count().get_result(conn)?;
        Ok(devices <= 1 || Self::is_unused_for_now(conn, actor)?)
    }

    /// Adds the next line. A later key takes every earlier wrap and device with it.
    pub fn add(conn: &mut Conn, actor: &Actor, proposal: &Proposal) -> Result<Self> {
        crate::db::lock(conn, "users", "id", actor.id.0)?;
        let before = Self::find_current(conn, actor.id)?;
        let identity = read(actor, before.as_ref(), proposal)
            .ok_or_else(|| Error::conflict("These keys do not follow those we know."))?;
        diesel::insert_into(chat_identities::table).values(&identity).execute(conn)?;
        if before.is_some() {
            diesel::delete(chat_key_wraps::table.filter(chat_key_wraps::user_id.eq(actor.id)))
                .execute(conn)?;
            let devices = chat_devices::table
                .filter(chat_devices::user_id.eq(actor.id).and(chat_devices::revoked_at.is_null()));
            diesel::update(devices)
                .set(chat_devices::revoked_at.eq(Some(actor.now)))
                .execute(conn)?;
            Conversation::outdate_epochs(conn, actor.id)?;
        }
        Ok(identity)
    }

    pub fn is_reset(&self) -> bool {
        self.kind == IdentityKind::Reset
    }

    /// The line as it was signed.
    pub fn entry(&self, before: &[u8]) -> Vec<u8> {
        let kind = u8::try_from(self.kind.number()).unwrap_or(0);
        let (user, seq) = (self.user_id.0.to_be_bytes(), self.key_seq.to_be_bytes());
        [LABEL, &user, &seq, &self.x25519_pub, &self.ed25519_pub, before, &[kind]].concat()
    }
}

/// The line if it is this person's next, signed as its kind demands.
fn read(actor: &Actor, before: Option<&Identity>, proposal: &Proposal) -> Option<Identity> {
    let entry: &[u8; ENTRY] = proposal.entry.as_slice().try_into().ok()?;
    let rest = entry.strip_prefix(LABEL)?;
    let (user, rest) = rest.split_first_chunk::<8>()?;
    let (key_seq, rest) = rest.split_first_chunk::<4>()?;
    let (x25519, rest) = rest.split_first_chunk::<32>()?;
    let (ed25519, rest) = rest.split_first_chunk::<32>()?;
    let (prev_hash, rest) = rest.split_first_chunk::<32>()?;
    let kind = rest.first().copied().and_then(kind_of)?;
    let known_hash = before.map_or(vec![0; 32], |known| known.log_hash.clone());
    let next = before.map_or(0, |known| known.key_seq + 1);
    let follows = i64::from_be_bytes(*user) == actor.id.0
        && i32::from_be_bytes(*key_seq) == next
        && prev_hash.as_slice() == known_hash
        && (kind == IdentityKind::First) == before.is_none();
    let is_vouched = match (kind, before, &proposal.prev_sig) {
        (IdentityKind::Rotated, Some(known), Some(sig)) => {
            is_signed(&known.ed25519_pub, entry, sig)
        }
        (IdentityKind::Rotated, ..) => false,
        (_, _, sig) => sig.is_none(),
    };
    if !follows || !is_vouched || !is_signed(ed25519, entry, &proposal.self_sig) {
        return None;
    }
    Some(Identity {
        user_id: actor.id,
        key_seq: next,
        ik_id: sha256(&[b"chat/v1/ik".as_slice(), user, x25519, ed25519].concat()).to_vec(),
        x25519_pub: x25519.to_vec(),
        ed25519_pub: ed25519.to_vec(),
        kind,
        self_sig: proposal.self_sig.clone(),
        prev_sig: proposal.prev_sig.clone(),
        log_hash: sha256(entry).to_vec(),
        created_at: actor.now,
    })
}
