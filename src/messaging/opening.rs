//! What one of the two shows of a sealed message: its words, and the key that they were committed
//! to with.
//!
//! Encryption alone does not bind a message to one text; the commitment in its head does. So a
//! report is checked against the head as it was stored when the message came, and whoever shows other
//! words than those that were sent is found out. Only whoever opened the message has that key.

use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::schema::messages;
use super::wire::{Act, HEAD};
use super::{ConversationId, Message, SealedMessage};
use crate::db::Conn;
use crate::error::Result;

const LABEL: &[u8] = b"chat/v1/frank";
/// Bytes of the head before the commitment.
const HEADER: usize = 103;

/// The words of one row and their key.
#[derive(Debug, Clone)]
pub struct Opening {
    pub seq: i64,
    pub payload: Vec<u8>,
    pub key: [u8; 32],
}

impl Opening {
    /// The longest payload.
    pub const MOST: usize = 48 * 1024;

    /// Whether this is what was sent under a head; takes as long whether or not it is.
    pub fn fits(&self, head: &[u8]) -> bool {
        let Some((header, commitment)) = head.split_at_checked(HEADER) else { return false };
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key) else {
            return false;
        };
        for part in [LABEL, header, &self.payload] {
            mac.update(part);
        }
        head.len() == HEAD && mac.verify_slice(commitment).is_ok()
    }
}

impl Message {
    /// The rows that some openings show, in their order. `None` if a single one does not fit: no
    /// message or edit of this conversation, or other words than were sent.
    pub fn opened_by(
        conn: &mut Conn,
        talk: ConversationId,
        openings: &[Opening],
    ) -> Result<Option<Vec<SealedMessage>>> {
        let seqs: Vec<i64> = openings.iter().map(|one| one.seq).collect();
        let rows = Self::among(conn, talk, &seqs)?;
        let fitting = openings.iter().map(|opening| {
            let row = rows.iter().find(|row| row.link.seq == opening.seq)?;
            let is_shown = row.act != Act::Delete && opening.fits(&row.head);
            is_shown.then(|| row.clone())
        });
        Ok(fitting.collect())
    }

    /// Some sealed rows of a conversation, in no order.
    pub fn among(
        conn: &mut Conn,
        talk: ConversationId,
        seqs: &[i64],
    ) -> Result<Vec<SealedMessage>> {
        let rows: Vec<Self> = messages::table
            .filter(messages::conversation_id.eq(talk).and(messages::seq.eq_any(seqs.to_vec())))
            .select(Self::as_select())
            .load(conn)?;
        Ok(rows.into_iter().filter_map(Self::into_sealed).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{Rng, RngExt, SeedableRng};

    /// As a sender's browser makes it, written once more from the description of the protocol.
    fn commit(opening: &Opening, header: &[u8]) -> Vec<u8> {
        let block = |pad: u8| {
            let mut block = vec![pad; 64];
            block.iter_mut().zip(opening.key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        let message = [LABEL, header, opening.payload.as_slice()].concat();
        let inner = crate::seal::sha256(&[block(0x36), message].concat());
        let outer = crate::seal::sha256(&[block(0x5c), inner.to_vec()].concat());
        [header, outer.as_slice()].concat()
    }

    fn honest(rng: &mut StdRng) -> (Opening, Vec<u8>) {
        let mut header = vec![0; HEADER];
        let mut payload = vec![0; rng.random_range(0..400)];
        let mut key = [0; 32];
        for bytes in [header.as_mut_slice(), payload.as_mut_slice(), key.as_mut_slice()] {
            rng.fill_bytes(bytes);
        }
        let opening = Opening { seq: 1, payload, key };
        let head = commit(&opening, &header);
        (opening, head)
    }

    #[test]
    fn a_thousand_honest_openings_fit_and_ten_thousand_altered_ones_do_not() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut other = honest(&mut rng);
        for _ in 0..1_000 {
            let (opening, head) = honest(&mut rng);
            assert!(opening.fits(&head));
            for _ in 0..8 {
                let (mut bad, mut bad_head) = (opening.clone(), head.clone());
                let bit = 1 << rng.random_range(0..8);
                match rng.random_range(0..3) {
                    0 => bad_head[rng.random_range(0..HEAD)] ^= bit,
                    1 => bad.key[rng.random_range(0..32)] ^= bit,
                    _ if bad.payload.is_empty() => bad.payload.push(0),
                    _ => bad.payload[rng.random_range(0..opening.payload.len())] ^= bit,
                }
                assert!(!bad.fits(&bad_head), "a bit was turned");
            }
            let mut longer = opening.clone();
            longer.payload.push(b' ');
            assert!(!longer.fits(&head), "something was added");
            assert!(!opening.fits(&other.1) && !other.0.fits(&head), "two were swapped");
            other = (opening, head);
        }
    }

    #[test]
    fn a_head_that_was_cut_or_grew_fits_nothing() {
        let (opening, head) = honest(&mut StdRng::seed_from_u64(1));
        for length in 0..HEAD {
            assert!(!opening.fits(&head[..length]), "{length}");
        }
        assert!(!opening.fits(&[head.as_slice(), &[0]].concat()));
    }

    #[test]
    fn what_the_second_implementation_seals_fits_and_both_refuse_the_same() {
        use chat_client as client;
        let mut rng = rand::rng();
        let header = client::Header {
            act: client::Act::Message,
            conversation: 3,
            epoch: 1,
            sender: 5,
            device: 6,
            client_msg_id: [7; 16],
            dev_seq: 1,
            target: 0,
            seen_seq: 0,
            seen_chain: [9; 32],
        };
        let payload = client::Payload::text("I know where you live");
        let sealed = client::seal(&header, &payload, &[1; 32], &mut rng).unwrap();
        let head = &sealed.wire[..HEAD];
        let own = Opening { seq: 1, payload: sealed.payload.clone(), key: sealed.kf };
        assert!(own.fits(head));
        let mut other = own.clone();
        other.payload[12] ^= 1;
        assert!(!other.fits(head) && !client::is_opening(head, &other.payload, &other.key));
        assert!(client::is_opening(head, &own.payload, &own.key));
    }
}
