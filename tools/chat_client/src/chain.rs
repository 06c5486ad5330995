//! The chain over a conversation's timeline, and what following it shows.

use std::collections::HashMap;

use super::crypto::sha256;
use super::{Hash, Header};

pub fn chain_start(conversation: i64) -> Hash {
    sha256(&[b"chat/v1/chain", &conversation.to_be_bytes()])
}

pub fn chain_next(chain: &Hash, seq: u64, server_ms: u64, wire_hash: &Hash) -> Hash {
    let (seq, server_ms) = (seq.to_be_bytes(), server_ms.to_be_bytes());
    sha256(&[b"chat/v1/chain", chain, &seq, &server_ms, wire_hash])
}

/// What stands for the wire hash of a notice from Footing.
pub fn notice_hash(conversation: i64, kind: u8, about: i64) -> Hash {
    let (conversation, about) = (conversation.to_be_bytes(), about.to_be_bytes());
    sha256(&[b"chat/v1/notice", &conversation, &[kind], &about])
}

/// One row of a timeline. A notice has no header.
#[derive(Debug, Clone)]
pub struct Link {
    pub seq: u64,
    pub server_ms: u64,
    pub wire_hash: Hash,
    pub chain: Hash,
    pub header: Option<Header>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Not the chain we know.
    Broken,
    /// This device had counted so far before.
    Replay,
    /// A message of this device may be missing.
    Gap,
    /// The sender was shown something else.
    Histories,
}

/// How far a timeline was followed, from its start.
pub struct Mark {
    seq: u64,
    chain: Hash,
    devices: HashMap<i64, u64>,
    chains: HashMap<u64, Hash>,
}

impl Mark {
    pub fn start(conversation: i64) -> Self {
        let chain = chain_start(conversation);
        Self { seq: 0, chain, devices: HashMap::new(), chains: HashMap::from([(0, chain)]) }
    }

    /// Follows the next row and says what was found.
    pub fn follow(&mut self, row: &Link) -> Vec<Finding> {
        let mut found = vec![];
        let chain = chain_next(&self.chain, row.seq, row.server_ms, &row.wire_hash);
        if row.seq != self.seq + 1 || row.chain != chain {
            found.push(Finding::Broken);
        }
        (self.seq, self.chain) = (row.seq, chain);
        if let Some(header) = &row.header {
            let before = self.devices.get(&header.device).copied().unwrap_or(0);
            if header.dev_seq <= before {
                found.push(Finding::Replay);
            } else {
                self.devices.insert(header.device, header.dev_seq);
            }
            if header.dev_seq > before + 1 {
                found.push(Finding::Gap);
            }
            let seen = self.chains.get(&header.seen_seq);
            if seen.is_none_or(|seen| *seen != header.seen_chain) {
                found.push(Finding::Histories);
            }
        }
        self.chains.insert(row.seq, chain);
        found
    }
}
