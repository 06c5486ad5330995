//! People in pairs, each signed in, with keys, and with a conversation whose epoch has begun.

use crate::clock::{Instant, Span};
use crate::commands::Failure;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::messaging::{Conversation, Device, Epoch, Identity, NotBegun, Proposal};
use crate::routes::cookies_of;
use crate::seal::{Seal, base64url, random, token, token_hash};
use crate::site::Site;
use crate::users::{Actor, Email, NewUser, Role, Session, SignedUp, User, UserId, UserName};
use chat_client::{Account, Act, Entry, Header, NewEpoch, Payload, chain_start, seal};

const BATCH: usize = 50;

/// One side.
pub struct PairSide {
    pub id: UserId,
    pub cookies: String,
    pub csrf: String,
    pub device: i64,
}

pub struct Pair {
    pub conversation: i64,
    /// As in addresses.
    pub name: String,
    pub sides: [PairSide; 2],
    ek: [u8; 32],
}

pub async fn make(site: &Site, count: usize) -> Result<Vec<Pair>, Failure> {
    let mut made = vec![];
    while made.len() < count {
        let (from, to) = (made.len(), count.min(made.len() + BATCH));
        let seal = site.seal.clone();
        let batch = move |conn: &mut Conn, now| -> Result<Vec<Pair>> {
            (from..to).map(|number| pair(conn, &seal, number, now)).collect()
        };
        made.extend(site.db.write(batch).await?);
    }
    Ok(made)
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::internal(cause)
}

fn pair(conn: &mut Conn, seal: &Seal, number: usize, now: Instant) -> Result<Pair> {
    let (one, own) = side(conn, seal, &format!("one{number}"), now)?;
    let (two, other) = side(conn, seal, &format!("two{number}"), now)?;
    let talk = Conversation::between(conn, one.id, two.id, now)?;
    let place = NewEpoch {
        conversation: talk.id.0,
        epoch: 1,
        previous_hash: [0; 32],
        created_ms: u64::try_from(now.millis()).unwrap_or(0),
    };
    let members = [&own.identity, &other.identity];
    let (signed, ek) = place.make(&own, members, &mut rand::rng()).map_err(failed)?;
    let actor = Actor { id: one.id, role: Role::Client, now };
    let begun = Epoch::begin(conn, &actor, talk.id, &signed.record, &signed.sig);
    begun.map_err(|refusal| match refusal {
        NotBegun::Failed(error) => error,
        other => failed(other),
    })?;
    Ok(Pair { conversation: talk.id.0, name: talk.id.to_string(), sides: [one, two], ek })
}

fn side(conn: &mut Conn, seal: &Seal, name: &str, now: Instant) -> Result<(PairSide, Account)> {
    let new = NewUser {
        email: Email::parse(&format!("{name}@example.org")).map_err(failed)?,
        name: UserName(name.to_owned()),
        role: Role::Client,
        zone: "Europe/London".to_owned(),
        locale: crate::locale::Locale::NEUTRAL,
        password_hash: "nobody signs in".to_owned(),
    };
    let SignedUp::New(user) = User::sign_up(conn, new, now)? else {
        return Err(failed(format!("{name} is there already; is the database empty?")));
    };
    let user = user.verified(conn, now)?;
    let actor = Actor { id: user.id, role: user.role, now };
    let account = Account::new(user.id.0, &mut rand::rng()).map_err(failed)?;
    let entry = Entry::first(&account);
    let proposal = Proposal {
        entry: entry.bytes(&[0; 32]),
        self_sig: entry.self_sig.to_vec(),
        prev_sig: None,
    };
    Identity::add(conn, &actor, &proposal)?;
    let device = Device::create(conn, &actor, "A bench")?.id.0;
    let key = token();
    let session = Session {
        key_hash: token_hash(&key),
        user_id: Some(user.id),
        label: "A bench".to_owned(),
        address: "127.0.0.0/24".to_owned(),
        state: format!(r#"{{"user":"{}"}}"#, user.id.0),
        created_at: now,
        last_seen_at: now,
        expires_at: now + Span::days(1),
    };
    session.insert(conn)?;
    let (cookies, csrf) = cookies_of(seal, &key, user.id);
    Ok((PairSide { id: user.id, cookies, csrf, device }, account))
}

impl Pair {
    /// The body of a message: the `number`th of a side, counted from 1.
    pub fn body(&self, by: usize, number: u64) -> Result<String, Failure> {
        let (from, to) = match (&self.sides, by) {
            ([one, two], 0) => (one, two),
            ([one, two], _) => (two, one),
        };
        let header = Header {
            act: Act::Message,
            conversation: self.conversation,
            epoch: 1,
            sender: from.id.0,
            device: from.device,
            client_msg_id: random(),
            dev_seq: number,
            target: 0,
            seen_seq: 0,
            seen_chain: chain_start(self.conversation),
        };
        let text = Payload::text("The April statement is the one I need next.");
        let sealed = seal(&header, &text, &self.ek, &mut rand::rng())
            .map_err(|refusal| Failure::failed(refusal.to_string()))?;
        Ok(format!(
            r#"{{"sender":"{}","receiver":"{}","text":"{}","blobs":[]}}"#,
            from.id,
            to.id,
            base64url(&sealed.wire)
        ))
    }
}
