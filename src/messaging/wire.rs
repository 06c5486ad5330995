//! What the server reads of a sealed message, and the chain it lays over a timeline.
//!
//! A wire is made in the sender's browser. Its first 135 bytes, the head, are in clear and bound to
//! the ciphertext behind them; this module takes them apart and judges their shape. It holds no key
//! and opens nothing. Layout and chain: version 1 of the chat protocol, integers big-endian.

use super::{ConversationId, DeviceId};
use crate::clock::Instant;
use crate::seal::sha256;
use crate::users::UserId;

/// Bytes of the head: header and commitment.
pub const HEAD: usize = 135;
/// Head and salt; behind them stands the ciphertext with its tag.
const CLEAR: usize = HEAD + 32;
const TAG: usize = 16;
/// The longest wire: a padded payload of 48 KiB and its key.
pub const MOST: usize = CLEAR + TAG + 49 * 1024;

crate::number_enum! {
    /// What a row of the timeline does.
    Act { Message = 0, Edit = 1, Delete = 2 }
}

/// What stands in clear at the front of a wire.
#[derive(Debug, Clone)]
pub struct Header {
    pub act: Act,
    pub conversation: ConversationId,
    pub epoch: i32,
    pub sender: UserId,
    pub device: DeviceId,
    pub client_msg_id: [u8; 16],
    pub dev_seq: i64,
    /// The message that an edit or a delete is about.
    pub target_seq: Option<i64>,
    /// The newest row that the sender had seen, and the chain there.
    pub seen_seq: i64,
    pub seen_chain: [u8; 32],
}

impl Header {
    /// `None` for anything that no browser of ours makes, whatever its key.
    pub fn parse(wire: &[u8]) -> Option<Self> {
        let sealed = wire.len().checked_sub(CLEAR + TAG)?;
        if wire.len() > MOST || !is_padded(sealed) {
            return None;
        }
        let mut bytes = Bytes(wire);
        let ([1, 1], [act]) = (bytes.take::<2>()?, bytes.take::<1>()?) else { return None };
        let act = Act::of(act.into())?;
        let conversation = ConversationId(bytes.number()?);
        let epoch = i32::try_from(u32::from_be_bytes(bytes.take()?)).ok()?;
        let (sender, device) = (UserId(bytes.number()?), DeviceId(bytes.number()?));
        let client_msg_id = bytes.take()?;
        let (dev_seq, target_seq, seen_seq) = (bytes.number()?, bytes.number()?, bytes.number()?);
        if (act == Act::Message) != (target_seq == 0) {
            return None;
        }
        let target_seq = (act != Act::Message).then_some(target_seq);
        let seen_chain = bytes.take()?;
        Some(Self {
            act,
            conversation,
            epoch,
            sender,
            device,
            client_msg_id,
            dev_seq,
            target_seq,
            seen_seq,
            seen_chain,
        })
    }
}

/// Whether plaintexts come in this length: 64 doubled up to 4,096, then whole kilobytes.
fn is_padded(length: usize) -> bool {
    match length {
        0..64 => false,
        64..=4096 => length.is_power_of_two(),
        _ => length.is_multiple_of(1024),
    }
}

/// Reads from the front.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    /// Never negative: ids and counts have their highest bit free.
    fn number(&mut self) -> Option<i64> {
        i64::try_from(u64::from_be_bytes(self.take()?)).ok()
    }
}

/// The value of the chain before the first row.
pub fn chain_start(conversation: ConversationId) -> [u8; 32] {
    sha256(&[b"chat/v1/chain", conversation.0.to_be_bytes().as_slice()].concat())
}

/// The value after row `seq`: whoever changes, drops or swaps a row changes all that follow.
pub fn chain_next(before: &[u8], seq: i64, at: Instant, wire_hash: &[u8]) -> [u8; 32] {
    let (seq, millis) = (seq.to_be_bytes(), at.millis().to_be_bytes());
    sha256(&[b"chat/v1/chain", before, &seq, &millis, wire_hash].concat())
}

/// What stands in the chain for a notice from Footing, which has no wire.
pub fn notice_hash(conversation: ConversationId, kind: u8, about: i64) -> [u8; 32] {
    let (conversation, about) = (conversation.0.to_be_bytes(), about.to_be_bytes());
    sha256(&[b"chat/v1/notice", conversation.as_slice(), &[kind], &about].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(length: usize) -> Vec<u8> {
        let mut wire = vec![0; length];
        wire[0] = 1;
        wire[1] = 1;
        wire
    }

    #[test]
    fn a_wire_of_a_length_that_no_padding_makes_is_refused() {
        for fine in [64, 128, 4096, 5120, 49 * 1024] {
            assert!(Header::parse(&wire(CLEAR + TAG + fine)).is_some(), "{fine}");
        }
        for wrong in [0, 32, 65, 96, 4097, 4608, 50 * 1024] {
            assert!(Header::parse(&wire(CLEAR + TAG + wrong)).is_none(), "{wrong}");
        }
        assert!(Header::parse(&[]).is_none());
        assert!(Header::parse(&wire(20)).is_none());
    }

    #[test]
    fn only_edits_and_deletes_have_a_target() {
        let mut wire = wire(MOST);
        wire[62] = 7;
        assert!(Header::parse(&wire).is_none());
        wire[2] = 1;
        assert_eq!(Header::parse(&wire).unwrap().target_seq, Some(7));
        wire[2] = 3;
        assert!(Header::parse(&wire).is_none());
    }

    #[test]
    fn another_version_or_suite_and_numbers_beyond_63_bits_are_refused() {
        for at in [0, 1] {
            let mut wire = wire(MOST);
            wire[at] = 2;
            assert!(Header::parse(&wire).is_none());
        }
        for at in [3, 11, 15, 23, 47, 55, 63] {
            let mut wire = wire(MOST);
            wire[at] = 0x80;
            assert!(Header::parse(&wire).is_none(), "byte {at}");
        }
    }
}
