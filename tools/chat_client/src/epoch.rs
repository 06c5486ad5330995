//! Epochs: the key that a while of a conversation is sealed under, handed to both by HPKE.

use rand::CryptoRng;

use super::bytes::Reader;
use super::crypto::{hpke_open, hpke_seal, is_signed, random, sha256};
use super::{Account, Hash, Identity, Refusal, Result, need};

/// A record and its maker's signature, as the server keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub record: Vec<u8>,
    pub sig: [u8; 64],
}

impl Signed {
    pub fn record_hash(&self) -> Hash {
        sha256(&[&self.record])
    }
}

/// Where an epoch stands.
#[derive(Debug, Clone, Copy)]
pub struct NewEpoch {
    pub conversation: i64,
    /// Counts from 1.
    pub epoch: u32,
    /// The hash of the record before; zero for the first.
    pub previous_hash: Hash,
    pub created_ms: u64,
}

/// An epoch that was checked, with its key.
#[derive(Debug, PartialEq, Eq)]
pub struct Epoch {
    pub creator: i64,
    pub created_ms: u64,
    pub record_hash: Hash,
    pub ek: Hash,
}

struct Member {
    user: i64,
    ik_id: Hash,
    enc: Hash,
    ct: [u8; 48],
}

impl Member {
    fn is(&self, user: i64, ik_id: &Hash) -> bool {
        self.user == user && self.ik_id == *ik_id
    }
}

fn info(place: &NewEpoch, creator: (i64, &Hash), member: (i64, &Hash)) -> Vec<u8> {
    [
        b"chat/v1/epoch-wrap".as_slice(),
        &place.conversation.to_be_bytes(),
        &place.epoch.to_be_bytes(),
        &creator.0.to_be_bytes(),
        creator.1,
        &member.0.to_be_bytes(),
        member.1,
    ]
    .concat()
}

impl NewEpoch {
    /// Makes the epoch for two members, of whom `creator` is one. Answers the record and the key.
    pub fn make(
        &self,
        creator: &Account,
        members: [&Identity; 2],
        rng: &mut impl CryptoRng,
    ) -> Result<(Signed, Hash)> {
        let ek = random(rng);
        Ok((self.record(creator, &members, &ek, rng)?, ek))
    }

    pub(super) fn record(
        &self,
        creator: &Account,
        members: &[&Identity],
        ek: &Hash,
        rng: &mut impl CryptoRng,
    ) -> Result<Signed> {
        let mut members = members.to_vec();
        members.sort_by_key(|member| member.user);
        let maker = (creator.identity.user, &creator.identity.ik_id);
        let mut record = [
            b"chat/v1/epoch\x01\x01".as_slice(),
            &self.conversation.to_be_bytes(),
            &self.epoch.to_be_bytes(),
            &maker.0.to_be_bytes(),
            maker.1,
            &self.previous_hash,
            &self.created_ms.to_be_bytes(),
            &[u8::try_from(members.len()).map_err(|_| Refusal::Limit)?],
        ]
        .concat();
        for member in members {
            let info = info(self, maker, (member.user, &member.ik_id));
            record.extend(member.user.to_be_bytes());
            record.extend(member.ik_id);
            record.extend(hpke_seal(&member.x25519_pub, &info, ek, rng)?);
        }
        Ok(Signed { sig: creator.sign(&record), record })
    }
}

impl Epoch {
    /// Checks a record against what is known and unwraps its key. `identities` are those that the
    /// two members may be named by: the current ones for a new epoch, all of an old one.
    pub fn open(
        signed: &Signed,
        conversation: i64,
        epoch: u32,
        previous_hash: &Hash,
        identities: &[Identity],
        account: &Account,
    ) -> Result<Self> {
        let mut reader = Reader(&signed.record);
        reader.label("chat/v1/epoch")?;
        reader.version()?;
        let (in_conversation, number) = (reader.id()?, reader.u32()?);
        let (creator, creator_ik) = (reader.id()?, reader.take()?);
        let (previous, created_ms) = (reader.take::<32>()?, reader.u64()?);
        let place = NewEpoch { conversation, epoch, previous_hash: previous, created_ms };
        need((in_conversation, number) == (conversation, epoch), "of another conversation")?;
        need(previous == *previous_hash, "does not follow the epoch we know")?;
        need(epoch > 1 || (epoch == 1 && previous == [0; 32]), "the first epoch follows none")?;
        let members = members(&mut reader)?;
        let known = |user: i64, ik_id: &Hash| {
            identities.iter().find(|one| one.user == user && one.ik_id == *ik_id)
        };
        let all_known = members.iter().all(|one| known(one.user, &one.ik_id).is_some());
        need(all_known, "an epoch for a key we do not know")?;
        need(members.iter().any(|one| one.is(creator, &creator_ik)), "made by somebody else")?;
        let is_signed = known(creator, &creator_ik)
            .is_some_and(|maker| is_signed(&maker.ed25519_pub, &signed.sig, &signed.record));
        need(is_signed, "not signed by its maker")?;
        let own = (account.identity.user, &account.identity.ik_id);
        let member = members.iter().find(|one| one.is(own.0, own.1));
        let member = member.ok_or(Refusal::Unverified("not for this key"))?;
        let info = info(&place, (creator, &creator_ik), own);
        let ek = hpke_open(&account.wrapping, &info, &member.enc, &member.ct)?;
        Ok(Self { creator, created_ms, record_hash: signed.record_hash(), ek })
    }
}

fn members(reader: &mut Reader<'_>) -> Result<[Member; 2]> {
    need(reader.byte()? == 2, "an epoch has two members")?;
    let mut next = || -> Result<Member> {
        Ok(Member {
            user: reader.id()?,
            ik_id: reader.take()?,
            enc: reader.take()?,
            ct: reader.take()?,
        })
    };
    let members = [next()?, next()?];
    reader.end()?;
    let [one, other] = &members;
    need(one.user < other.user, "members out of order")?;
    Ok(members)
}

/// An old epoch's key, handed to the other's new identity.
pub struct Reshare;

impl Reshare {
    pub fn make(
        conversation: i64,
        epoch: u32,
        from: &Account,
        to: &Identity,
        ek: &Hash,
        rng: &mut impl CryptoRng,
    ) -> Result<Signed> {
        let fields = Self::fields(conversation, epoch, &from.identity, to);
        let info = [b"chat/v1/reshare-wrap".as_slice(), &fields].concat();
        let wrapped = hpke_seal(&to.x25519_pub, &info, ek, rng)?;
        let record = [b"chat/v1/reshare\x01\x01".as_slice(), &fields, &wrapped].concat();
        Ok(Signed { sig: from.sign(&record), record })
    }

    fn fields(conversation: i64, epoch: u32, from: &Identity, to: &Identity) -> Vec<u8> {
        [
            conversation.to_be_bytes().as_slice(),
            &epoch.to_be_bytes(),
            &from.user.to_be_bytes(),
            &from.ik_id,
            &to.user.to_be_bytes(),
            &to.ik_id,
        ]
        .concat()
    }

    /// The epoch key, if `from` really shared this one with us.
    pub fn open(
        signed: &Signed,
        conversation: i64,
        epoch: u32,
        from: &Identity,
        account: &Account,
    ) -> Result<Hash> {
        let mut reader = Reader(&signed.record);
        reader.label("chat/v1/reshare")?;
        reader.version()?;
        let fields = Self::fields(conversation, epoch, from, &account.identity);
        need(reader.rest(fields.len())? == fields, "another key than expected")?;
        let (enc, ct) = (reader.take()?, reader.take::<48>()?);
        reader.end()?;
        need(is_signed(&from.ed25519_pub, &signed.sig, &signed.record), "not signed by its maker")?;
        let info = [b"chat/v1/reshare-wrap".as_slice(), &fields].concat();
        hpke_open(&account.wrapping, &info, &enc, &ct)
    }
}
