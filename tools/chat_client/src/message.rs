//! One message: header, commitment and sealed payload.

use rand::CryptoRng;

use super::bytes::Reader;
use super::crypto::{aes_open, aes_seal, hkdf, hmac, random, same, sha256};
use super::{Hash, Payload, Refusal, Result, need};

const H0: usize = 103;
const HEAD: usize = H0 + 32;
const AAD: usize = HEAD + 32;
const TAG: usize = 16;
/// `kf` and the payload's length, before the payload.
const FRAME: usize = 36;
const WIRE: usize = 50_359;

/// What a message does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Message,
    Edit,
    Delete,
}

impl Act {
    pub fn number(self) -> u8 {
        match self {
            Self::Message => 0,
            Self::Edit => 1,
            Self::Delete => 2,
        }
    }
}

/// What the server sees of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub act: Act,
    pub conversation: i64,
    pub epoch: u32,
    pub sender: i64,
    pub device: i64,
    pub client_msg_id: [u8; 16],
    /// Counts from 1 on each device and conversation.
    pub dev_seq: u64,
    /// The message that is edited or deleted; 0 for a message.
    pub target: u64,
    pub seen_seq: u64,
    pub seen_chain: Hash,
}

impl Header {
    pub(super) fn bytes(&self) -> Vec<u8> {
        [
            [1, 1, self.act.number()].as_slice(),
            &self.conversation.to_be_bytes(),
            &self.epoch.to_be_bytes(),
            &self.sender.to_be_bytes(),
            &self.device.to_be_bytes(),
            &self.client_msg_id,
            &self.dev_seq.to_be_bytes(),
            &self.target.to_be_bytes(),
            &self.seen_seq.to_be_bytes(),
            &self.seen_chain,
        ]
        .concat()
    }

    /// Reads the header of a whole wire, or of the head that a deleted message leaves.
    pub fn read(wire: &[u8]) -> Result<Self> {
        let mut reader = Reader(wire);
        reader.version()?;
        let act = match reader.byte()? {
            0 => Act::Message,
            1 => Act::Edit,
            2 => Act::Delete,
            _ => return Err(Refusal::Unverified("no such act")),
        };
        let header = Self {
            act,
            conversation: reader.id()?,
            epoch: reader.u32()?,
            sender: reader.id()?,
            device: reader.id()?,
            client_msg_id: reader.take()?,
            dev_seq: reader.u64()?,
            target: reader.u64()?,
            seen_seq: reader.u64()?,
            seen_chain: reader.take()?,
        };
        need((act == Act::Message) == (header.target == 0), "no such act")?;
        need(header.epoch > 0 && header.dev_seq > 0, "counted from 1")?;
        Ok(header)
    }
}

/// A sealed message, and what a report of it would show.
pub struct Sealed {
    pub wire: Vec<u8>,
    pub payload: Vec<u8>,
    pub kf: Hash,
}

impl Sealed {
    pub fn wire_hash(&self) -> Hash {
        sha256(&[&self.wire])
    }
}

/// Seals `payload` under the epoch key `ek`.
pub fn seal(
    header: &Header,
    payload: &Payload,
    ek: &Hash,
    rng: &mut impl CryptoRng,
) -> Result<Sealed> {
    let h0 = header.bytes();
    Header::read(&h0)?; // what could not be read back is not sent
    let payload = payload.spell(header.act)?;
    let (kf, salt) = (random(rng), random(rng));
    let commitment = commitment(&kf, &h0, &payload)?;
    let wire = assemble(&h0, &commitment, &salt, &inner(&kf, &payload)?, (ek, header.sender))?;
    Ok(Sealed { wire, payload, kf })
}

pub(super) fn commitment(kf: &Hash, h0: &[u8], payload: &[u8]) -> Result<Hash> {
    hmac(kf, &[b"chat/v1/frank", h0, payload])
}

pub(super) fn inner(kf: &Hash, payload: &[u8]) -> Result<Vec<u8>> {
    let length = u32::try_from(payload.len()).map_err(|_| Refusal::Limit)?;
    let mut inner = [kf.as_slice(), &length.to_be_bytes(), payload].concat();
    inner.resize(padded(inner.len()), 0);
    Ok(inner)
}

pub(super) fn assemble(
    h0: &[u8],
    commitment: &Hash,
    salt: &Hash,
    inner: &[u8],
    (ek, sender): (&Hash, i64),
) -> Result<Vec<u8>> {
    let aad = [h0, commitment, salt].concat();
    let (key, iv) = keys(ek, salt, sender)?;
    let sealed = aes_seal(&key, &iv, &aad, inner)?;
    Ok([aad, sealed].concat())
}

fn keys(ek: &Hash, salt: &Hash, sender: i64) -> Result<(Hash, [u8; 12])> {
    let okm: [u8; 44] = hkdf(ek, salt, &[b"chat/v1/msg", &sender.to_be_bytes()])?;
    let mut reader = Reader(&okm);
    Ok((reader.take()?, reader.take()?))
}

/// 64, 128 … 4,096, then steps of 1,024.
fn padded(length: usize) -> usize {
    if length > 4096 {
        return length.next_multiple_of(1024);
    }
    length.next_power_of_two().max(64)
}

/// What was in a wire.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    pub header: Header,
    pub payload: Payload,
    /// The payload's bytes and the key of its commitment: together an opening for a report.
    pub bytes: Vec<u8>,
    pub kf: Hash,
}

/// What a message must be to be shown where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    pub act: Act,
    pub conversation: i64,
    pub epoch: u32,
    pub sender: i64,
    pub target: u64,
    /// Checked where it is known.
    pub device: Option<i64>,
}

impl Expected {
    fn is(&self, header: &Header) -> bool {
        header.act == self.act
            && header.conversation == self.conversation
            && header.epoch == self.epoch
            && header.sender == self.sender
            && header.target == self.target
            && self.device.is_none_or(|device| device == header.device)
    }
}

/// Opens a message if it is the one expected.
pub fn open(wire: &[u8], expected: &Expected, ek: &Hash) -> Result<Opened> {
    let header = Header::read(wire)?;
    need(wire.len() > AAD + TAG + FRAME, "no message has this length")?;
    if wire.len() > WIRE {
        return Err(Refusal::Limit);
    }
    need(expected.is(&header), "another message than expected")?;
    let mut reader = Reader(wire);
    let aad = reader.rest(AAD)?;
    let sealed = reader.0;
    let mut parts = Reader(aad);
    let (h0, committed, salt) = (parts.rest(H0)?, parts.take::<32>()?, parts.take()?);
    let (key, iv) = keys(ek, &salt, header.sender)?;
    let opened = aes_open(&key, &iv, aad, sealed)?;
    let mut reader = Reader(&opened);
    let kf = reader.take()?;
    let length = usize::try_from(reader.u32()?).map_err(|_| Refusal::Limit)?;
    let bytes = reader.rest(length)?.to_vec();
    need(opened == inner(&kf, &bytes)?, "badly padded")?;
    need(same(&commitment(&kf, h0, &bytes)?, &committed), "not the text committed to")?;
    Ok(Opened { header, payload: Payload::read(&bytes, header.act)?, bytes, kf })
}

/// Whether `payload` and `kf` are what was sent under `head`, a wire's first 135 bytes.
pub fn is_opening(head: &[u8], payload: &[u8], kf: &[u8]) -> bool {
    let mut reader = Reader(head);
    let parts = reader.rest(H0).and_then(|h0| Ok((h0, reader.take::<32>()?)));
    match (parts, <Hash>::try_from(kf)) {
        (Ok((h0, committed)), Ok(kf)) => {
            commitment(&kf, h0, payload).is_ok_and(|own| same(&own, &committed))
        }
        _ => false,
    }
}
