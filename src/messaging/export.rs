//! What one of the two takes along: their rows as they are stored, still sealed, and a stamp by which
//! the operator can tell later that nothing was added, altered or left out.

use super::{Conversation, ConversationId};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::seal::Seal;
use crate::users::UserId;
use diesel::prelude::*;

use super::schema::conversations;

const PURPOSE: &str = "footing/export-stamp/v1";

/// Where a conversation ended at an instant, under the site's secret.
#[derive(Debug, Clone)]
pub struct Stamp {
    pub last_seq: i64,
    pub chain: Vec<u8>,
    pub now_ms: i64,
    pub hash: Vec<u8>,
}

impl Stamp {
    pub fn of(seal: &Seal, talk: &Conversation, now: Instant) -> Self {
        let (last_seq, chain, now_ms) = (talk.last_seq, talk.last_chain.clone(), now.millis());
        let hash = seal.hash(PURPOSE, &Self::head(talk.id, last_seq, &chain, now_ms)).to_vec();
        Self { last_seq, chain, now_ms, hash }
    }

    /// Whether this site made it, under whichever of its secrets.
    pub fn is_ours(&self, seal: &Seal, talk: ConversationId) -> bool {
        let head = Self::head(talk, self.last_seq, &self.chain, self.now_ms);
        seal.matches(PURPOSE, &head, &self.hash)
    }

    fn head(talk: ConversationId, last_seq: i64, chain: &[u8], now_ms: i64) -> Vec<u8> {
        let (talk, last_seq, now_ms) =
            (talk.0.to_be_bytes(), last_seq.to_be_bytes(), now_ms.to_be_bytes());
        [b"chat/v1/head".as_slice(), &talk, &last_seq, chain, &now_ms].concat()
    }
}

impl Conversation {
    /// All of a person's, the oldest first.
    pub fn all_of(conn: &mut Conn, member: UserId) -> Result<Vec<Self>> {
        let own = conversations::low_user_id.eq(member).or(conversations::high_user_id.eq(member));
        Ok(conversations::table
            .filter(own)
            .order(conversations::id)
            .select(Self::as_select())
            .load(conn)?)
    }
}
