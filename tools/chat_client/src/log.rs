//! The identity log: every key somebody ever had, each tied to the one before.

use super::crypto::{is_signed, sha256};
use super::{Account, Hash, Identity, Refusal, Result, need};

/// How a key came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    First,
    Rotated,
    Reset,
}

impl Kind {
    pub fn number(self) -> u8 {
        match self {
            Self::First => 0,
            Self::Rotated => 1,
            Self::Reset => 2,
        }
    }

    pub fn of(number: u8) -> Option<Self> {
        [Self::First, Self::Rotated, Self::Reset].into_iter().find(|kind| kind.number() == number)
    }
}

/// One row of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub key_seq: u32,
    pub kind: Kind,
    pub identity: Identity,
    pub self_sig: [u8; 64],
    pub prev_sig: Option<[u8; 64]>,
    pub log_hash: Hash,
}

fn bytes_of(key_seq: u32, kind: Kind, identity: &Identity, previous: &Hash) -> Vec<u8> {
    [
        b"chat/v1/idlog".as_slice(),
        &identity.user.to_be_bytes(),
        &key_seq.to_be_bytes(),
        &identity.x25519_pub,
        &identity.ed25519_pub,
        previous,
        &[kind.number()],
    ]
    .concat()
}

impl Entry {
    /// The first row of an account's log.
    pub fn first(account: &Account) -> Self {
        Self::signed(account, 0, Kind::First, &[0; 32], None)
    }

    /// The row of a key that `previous`, the account of `head`, hands over to.
    pub fn rotated(account: &Account, head: &Self, previous: &Account) -> Self {
        Self::signed(account, head.key_seq + 1, Kind::Rotated, &head.log_hash, Some(previous))
    }

    /// The row of a key made after the one of `head` was lost.
    pub fn reset(account: &Account, head: &Self) -> Self {
        Self::signed(account, head.key_seq + 1, Kind::Reset, &head.log_hash, None)
    }

    /// The row as it was signed, after one with this hash.
    pub fn bytes(&self, previous: &Hash) -> Vec<u8> {
        bytes_of(self.key_seq, self.kind, &self.identity, previous)
    }

    pub(super) fn signed(
        account: &Account,
        key_seq: u32,
        kind: Kind,
        previous_hash: &Hash,
        previous: Option<&Account>,
    ) -> Self {
        let entry = bytes_of(key_seq, kind, &account.identity, previous_hash);
        Self {
            key_seq,
            kind,
            identity: account.identity,
            self_sig: account.sign(&entry),
            prev_sig: previous.map(|previous| previous.sign(&entry)),
            log_hash: sha256(&[&entry]),
        }
    }
}

/// Checks a whole log of `user`, and that it goes on from `pin`, if there is one. The head stands
/// last; it must be there.
pub fn verify_log(user: i64, log: &[Entry], pin: Option<&Entry>) -> Result<Entry> {
    let mut before: Option<&Entry> = None;
    for (key_seq, row) in (0_u32..).zip(log) {
        let own = Identity::new(user, row.identity.x25519_pub, row.identity.ed25519_pub);
        need(own == row.identity && row.key_seq == key_seq, "a key out of order")?;
        need((row.kind == Kind::First) == (key_seq == 0), "a key out of order")?;
        let previous_hash = before.map_or([0; 32], |before| before.log_hash);
        let entry = bytes_of(key_seq, row.kind, &own, &previous_hash);
        need(row.log_hash == sha256(&[&entry]), "a key with another hash")?;
        need(is_signed(&own.ed25519_pub, &row.self_sig, &entry), "a key that did not sign itself")?;
        let handed_over = match (row.kind, before, &row.prev_sig) {
            (Kind::Rotated, Some(before), Some(signature)) => {
                is_signed(&before.identity.ed25519_pub, signature, &entry)
            }
            (Kind::Rotated, _, _) => false,
            (_, _, signature) => signature.is_none(),
        };
        need(handed_over, "a key that the one before did not sign")?;
        before = Some(row);
    }
    if let Some(pin) = pin {
        let pinned = log.iter().find(|row| row.key_seq == pin.key_seq);
        let is_ours = pinned.is_some_and(|row| {
            row.log_hash == pin.log_hash && row.identity.ik_id == pin.identity.ik_id
        });
        need(is_ours, "the log does not go on from the key we know")?;
    }
    before.copied().ok_or(Refusal::Unverified("no key"))
}
