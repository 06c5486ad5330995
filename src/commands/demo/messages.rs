//! Conversations of the demo world, sealed for real: by the protocol's second implementation, with
//! keys drawn from the seed. Their recovery codes are printed, as no browser holds these keys yet.

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::messaging::{
    Conversation, Device, Epoch, Identity, KeyWrap, Message, NewWrap, NotBegun, Participant,
    PostedMessage, Proposal, WrapKind, wire,
};
use crate::site::Site;
use crate::users::{Actor, Role, UserId};
use chat_client::{
    Account, Act, Code, Entry, Header, NewEpoch, Payload, WrapKind as Kind, chain_start, seal,
    seal_wrap,
};

/// Somebody with keys, a device and a recovery code.
struct Talker {
    actor: Actor,
    account: Account,
    device: Device,
    sent: u64,
}

/// Who says what: the client's lines are marked.
type Script = &'static [(bool, &'static str)];

const ANA: Script = &[
    (
        true,
        "Hi Ben, I let out a flat since April and a second one since June. Is the first-year consultation the right one for me?",
    ),
    (
        false,
        "Hi Ana, happy to help. Yes, that one fits. Do you have the mortgage interest certificate for each flat?",
    ),
    (true, "For the first flat, yes. For the second one the bank says next week."),
    (false, "That is early enough. And which month did the second let start, the first of June?"),
    (true, "The 14th. The tenants moved in a bit later than planned."),
    (
        false,
        "Good to know: the costs from before that day count differently. I will put it on the list.",
    ),
    (false, "The April statement of the letting agent is the one I need next."),
];

const CY: Script = &[
    (true, "Do you also look at limited companies with one property?"),
    (
        false,
        "I do. It starts with what the company has borrowed and from whom, so have that at hand.",
    ),
    (true, "Thanks, that answers it."),
];

/// Fills the conversations of ben with ana and cy; the recovery codes of ana and ben.
pub async fn talk(
    site: &Site,
    seed: u64,
    ben: UserId,
    clients: Vec<UserId>,
) -> Result<[String; 2]> {
    site.db
        .write(move |conn, now| {
            let mut rng = StdRng::seed_from_u64(seed ^ 0x6368_6174);
            let (mut ben, code_of_ben) = arrive(conn, ben, Role::Accountant, now, &mut rng)?;
            let mut codes = vec![];
            for (client, script) in clients.iter().zip([ANA, CY]) {
                let (mut other, code) = arrive(conn, *client, Role::Client, now, &mut rng)?;
                codes.push(code);
                play(conn, (&mut other, &mut ben), script, now, &mut rng)?;
            }
            let code = codes.into_iter().next().unwrap_or_default();
            Ok([code, code_of_ben])
        })
        .await
}

fn failed(refusal: impl std::fmt::Display) -> Error {
    Error::internal(refusal)
}

/// Keys, a device and a recovery code, as a browser makes them.
fn arrive(
    conn: &mut Conn,
    user: UserId,
    role: Role,
    now: Instant,
    rng: &mut StdRng,
) -> Result<(Talker, String)> {
    let actor = Actor { id: user, role, now };
    let account = Account::new(user.0, rng).map_err(failed)?;
    let entry = Entry::first(&account);
    let proposal = Proposal {
        entry: entry.bytes(&[0; 32]),
        self_sig: entry.self_sig.to_vec(),
        prev_sig: None,
    };
    Identity::add(conn, &actor, &proposal)?;
    let device = Device::create(conn, &actor, "The demo world")?;
    let code = Code::new(rng);
    let wrap = seal_wrap(Kind::Recovery, &code.0, &account, rng).map_err(failed)?;
    let new = NewWrap {
        kind: WrapKind::Recovery,
        label: String::new(),
        device: None,
        credential_id: None,
        salt: wrap.salt.to_vec(),
        nonce: wrap.nonce.to_vec(),
        ct: wrap.ct,
        key_commit: wrap.commit.to_vec(),
    };
    KeyWrap::add(conn, &actor, new)?;
    Ok((Talker { actor, account, device, sent: 0 }, code.to_string()))
}

/// Begins the conversation's first epoch and says the lines, the client's marked true.
fn play(
    conn: &mut Conn,
    (client, ben): (&mut Talker, &mut Talker),
    script: Script,
    now: Instant,
    rng: &mut StdRng,
) -> Result<()> {
    let talk = Conversation::between(conn, client.actor.id, ben.actor.id, now)?;
    let place = NewEpoch {
        conversation: talk.id.0,
        epoch: 1,
        previous_hash: [0; 32],
        created_ms: u64::try_from(now.millis()).unwrap_or(0),
    };
    let members = [&client.account.identity, &ben.account.identity];
    let (signed, ek) = place.make(&client.account, members, rng).map_err(failed)?;
    let begun = Epoch::begin(conn, &client.actor, talk.id, &signed.record, &signed.sig);
    begun.map_err(|refusal| match refusal {
        NotBegun::Failed(error) => error,
        other => failed(other),
    })?;
    ben.sent = 0;
    // spread over the time since the last notice of a booking, or over two days
    let begun = talk.last_ts.max(now - Span::days(2)).micros();
    let step = (now.micros() - begun) / (i64::try_from(script.len()).unwrap_or(1) + 1);
    for (number, (by_client, text)) in (1_i64..).zip(script) {
        let at = Instant::from_micros(begun + step * number);
        let talk = Conversation::with_member(conn, talk.id, client.actor.id)?;
        let (from, to) = if *by_client { (&mut *client, &*ben) } else { (&mut *ben, &*client) };
        from.say(conn, &talk, to.actor.id, (text, at), &ek, rng)?;
    }
    // all but the last line is read
    let talk = Conversation::with_member(conn, talk.id, client.actor.id)?;
    let marks = (talk.last_seq, talk.last_seq - 1);
    Participant::ack(conn, &talk, client.actor.id, marks, now)?;
    Participant::ack(conn, &talk, ben.actor.id, (talk.last_seq, talk.last_seq), now)?;
    Ok(())
}

impl Talker {
    fn say(
        &mut self,
        conn: &mut Conn,
        talk: &Conversation,
        receiver: UserId,
        (text, at): (&str, Instant),
        ek: &[u8; 32],
        rng: &mut StdRng,
    ) -> Result<()> {
        self.sent += 1;
        let header = Header {
            act: Act::Message,
            conversation: talk.id.0,
            epoch: 1,
            sender: self.actor.id.0,
            device: self.device.id.0,
            client_msg_id: crate::seal::random(),
            dev_seq: self.sent,
            target: 0,
            seen_seq: 0,
            seen_chain: chain_start(talk.id.0),
        };
        let sealed = seal(&header, &Payload::text(text), ek, rng).map_err(failed)?;
        let header = wire::Header::parse(&sealed.wire).ok_or_else(|| failed("no such wire"))?;
        let draft = PostedMessage { receiver, header, wire: sealed.wire, blobs: vec![] };
        let sent = Message::store(conn, talk, &draft, at)?;
        let reader = Participant::of(conn, talk.id, receiver)?;
        reader.note_news(conn, sent.link.seq, sent.link.server_ts)
    }
}
