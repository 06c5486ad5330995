//! People of the real processes who seal messages, and the sockets of their pages.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use chat_client::{Account, Act, Entry, Header, NewEpoch, Payload, Signed, chain_start, seal};
use footing::messaging::{Conversation, Device, Epoch, Identity, Proposal};
use footing::seal::{base64url, random};
use footing::users::{Actor, Role};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket};

use crate::chatters::body_of;
use crate::nodes::{Nodes, Person};
pub use crate::redis_server::Redis;
use crate::wire::Reply;

/// The site as these tests need it: one process on SQLite, two and a Redis on PostgreSQL.
pub fn nodes() -> (Nodes, Option<Redis>) {
    #[allow(clippy::disallowed_methods)] // tests are told where the server is, and nothing else
    let is_many = std::env::var("TEST_DATABASE_URL").is_ok();
    let redis = is_many.then(Redis::start);
    let flags: Vec<String> =
        redis.iter().map(|redis| format!("--redis-url={}", redis.url)).collect();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    (Nodes::start_with(&flags), redis)
}

/// Somebody with keys and a page.
pub struct Talker {
    pub person: Person,
    account: Account,
    device: i64,
    sent: u64,
}

/// Two people, their conversation and its key.
pub struct Pair {
    pub ana: Talker,
    pub ben: Talker,
    pub conv: Conversation,
    epoch: u32,
    record_hash: [u8; 32],
    ek: [u8; 32],
}

/// An epoch that the server has not seen.
pub struct ProposedEpoch {
    pub body: Value,
    record_hash: [u8; 32],
    ek: [u8; 32],
}

impl Pair {
    pub fn of(nodes: &Nodes) -> Self {
        let ana = nodes.client();
        let practice = nodes.practice(&[crate::support::service(8_500)], Default::default());
        let ben = nodes.at_desk(&practice);
        let (ana, ben) =
            (Talker::of(nodes, ana, Role::Client), Talker::of(nodes, ben, Role::Accountant));
        let conv = nodes.act(|conn, now| {
            Conversation::between(conn, ana.person.id, ben.person.id, now).unwrap()
        });
        let mut pair = Self { ana, ben, conv, epoch: 0, record_hash: [0; 32], ek: [0; 32] };
        pair.begin_epoch(nodes);
        pair
    }

    /// From now on they write under another key.
    pub fn begin_epoch(&mut self, nodes: &Nodes) {
        self.epoch += 1;
        let place = NewEpoch {
            conversation: self.conv.id.0,
            epoch: self.epoch,
            previous_hash: self.record_hash,
            created_ms: 1,
        };
        let members = [&self.ana.account.identity, &self.ben.account.identity];
        let (signed, ek) = place.make(&self.ana.account, members, &mut rand::rng()).unwrap();
        nodes.act(|conn, now| {
            let actor = Actor { id: self.ana.person.id, role: Role::Client, now };
            Epoch::begin(conn, &actor, self.conv.id, &signed.record, &signed.sig).unwrap();
        });
        (self.ek, self.record_hash) = (ek, footing::seal::sha256(&signed.record));
    }

    /// What would be the next epoch, as a script sends it.
    pub fn propose_epoch(&self, by_ana: bool) -> ProposedEpoch {
        let place = NewEpoch {
            conversation: self.conv.id.0,
            epoch: self.epoch + 1,
            previous_hash: self.record_hash,
            created_ms: 1,
        };
        let maker = if by_ana { &self.ana.account } else { &self.ben.account };
        let members = [&self.ana.account.identity, &self.ben.account.identity];
        let (Signed { record, sig }, ek) = place.make(maker, members, &mut rand::rng()).unwrap();
        let body = json!({"record": base64url(&record), "sig": base64url(&sig)});
        ProposedEpoch { body, record_hash: footing::seal::sha256(&record), ek }
    }

    /// It was taken.
    pub fn take_epoch(&mut self, proposed: &ProposedEpoch) {
        self.epoch += 1;
        (self.ek, self.record_hash) = (proposed.ek, proposed.record_hash);
    }

    /// The last letter of one of the two was refused: it does not count.
    pub fn take_back(&mut self, by_ana: bool) {
        let from = if by_ana { &mut self.ana } else { &mut self.ben };
        from.sent -= 1;
    }

    /// The body of the next message of one of the two; it counts as sent.
    pub fn letter(&mut self, by_ana: bool, text: &str) -> Value {
        let (from, to) =
            if by_ana { (&mut self.ana, &self.ben) } else { (&mut self.ben, &self.ana) };
        from.sent += 1;
        let header = Header {
            act: Act::Message,
            conversation: self.conv.id.0,
            epoch: self.epoch,
            sender: from.person.id.0,
            device: from.device,
            client_msg_id: random(),
            dev_seq: from.sent,
            target: 0,
            seen_seq: 0,
            seen_chain: chain_start(self.conv.id.0),
        };
        let wire = seal(&header, &Payload::text(text), &self.ek, &mut rand::rng()).unwrap().wire;
        body_of(from.person.id, to.person.id, &wire)
    }

    pub fn say(&mut self, nodes: &Nodes, nth: usize, by_ana: bool, text: &str) -> Reply {
        let body = self.letter(by_ana, text);
        let from = if by_ana { &self.ana } else { &self.ben };
        let reply = nodes.post_json(nth, &from.person, "/send_message", &body).unwrap();
        assert_eq!(reply.status, 201, "{reply:?}");
        reply
    }

    /// How many rows there are, if only Ana writes.
    pub fn sent(&self) -> i64 {
        i64::try_from(self.ana.sent).unwrap()
    }

    pub fn sub(&self, after: i64) -> String {
        format!(r#"{{"t":"sub","conv":"{}","after":{after}}}"#, self.conv.id)
    }
}

impl Talker {
    fn of(nodes: &Nodes, person: Person, role: Role) -> Self {
        let account = Account::new(person.id.0, &mut rand::rng()).unwrap();
        let entry = Entry::first(&account);
        let id = person.id;
        let device = nodes.act(|conn, now| {
            let actor = Actor { id, role, now };
            let proposal = Proposal {
                entry: entry.bytes(&[0; 32]),
                self_sig: entry.self_sig.to_vec(),
                prev_sig: None,
            };
            Identity::add(conn, &actor, &proposal).unwrap();
            Device::create(conn, &actor, "A test").unwrap().id.0
        });
        Self { person, account, device, sent: 0 }
    }
}

/// One page's socket.
pub struct Socket(WebSocket<TcpStream>);

/// What came over it.
#[derive(Debug, Clone)]
pub enum Heard {
    Frame(Value),
    Markup(String),
    Closed(u16),
}

impl Nodes {
    /// Opens a socket as a page of the site does; or the status it was refused with, 0 where nobody
    /// answers.
    pub fn connect_page(&self, nth: usize, person: &Person) -> Result<Socket, u16> {
        let origin = format!("http://{}", self.find_address(nth).map_err(|_| 0_u16)?);
        self.connect_from(nth, Some(person), Some(&origin))
    }

    pub fn connect_from(
        &self,
        nth: usize,
        person: Option<&Person>,
        origin: Option<&str>,
    ) -> Result<Socket, u16> {
        let address = self.find_address(nth).map_err(|_| 0_u16)?;
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        if let Some(person) = person {
            request.headers_mut().insert("cookie", person.cookies.parse().unwrap());
        }
        let stream = TcpStream::connect(address).map_err(|_| 0_u16)?;
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        match tokio_tungstenite::tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(tokio_tungstenite::tungstenite::HandshakeError::Failure(Error::Http(answer))) => {
                Err(answer.status().as_u16())
            }
            Err(_) => Err(0),
        }
    }
}

/// A page's socket whose bytes a test writes itself.
pub struct Bytes(pub TcpStream);

impl Bytes {
    pub fn connect(nodes: &Nodes, person: &Person) -> Self {
        let address = nodes.address(0);
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(
            stream,
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
             Cookie: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            person.cookies
        )
        .unwrap();
        let mut head = vec![];
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Self(stream)
    }

    /// The code of the close that comes, whatever comes before it.
    pub fn wait_for_close(&mut self) -> u16 {
        loop {
            let mut head = [0; 2];
            self.0.read_exact(&mut head).expect("a close");
            let length = match head[1] {
                126 => {
                    let mut long = [0; 2];
                    self.0.read_exact(&mut long).unwrap();
                    usize::from(u16::from_be_bytes(long))
                }
                short => usize::from(short),
            };
            let mut content = vec![0; length];
            self.0.read_exact(&mut content).unwrap();
            if head[0] == 0x88 {
                return content
                    .get(..2)
                    .map_or(1005, |code| u16::from_be_bytes(code.try_into().unwrap()));
            }
        }
    }
}

impl Socket {
    pub fn say(&mut self, text: &str) {
        let _ = self.0.send(Message::text(text));
    }

    /// How many bytes the network keeps for it while it does not read.
    pub fn hold(&self, bytes: usize) {
        socket2::SockRef::from(self.0.get_ref()).set_recv_buffer_size(bytes).unwrap();
    }

    pub fn send(&mut self, message: Message) {
        let _ = self.0.send(message);
    }

    /// The next thing said within so long; pings are answered on the way.
    pub fn hear_within(&mut self, patience: Duration) -> Option<Heard> {
        let end = Instant::now() + patience;
        loop {
            let left = end.checked_duration_since(Instant::now())?;
            let left = left.max(Duration::from_millis(1));
            self.0.get_ref().set_read_timeout(Some(left)).unwrap();
            match self.0.read() {
                Ok(Message::Text(text)) if text.starts_with('{') => {
                    return Some(Heard::Frame(serde_json::from_str(&text).unwrap()));
                }
                Ok(Message::Text(text)) => return Some(Heard::Markup(text.to_string())),
                Ok(Message::Close(reason)) => {
                    let code = reason.map_or(CloseCode::Status, |reason| reason.code);
                    return Some(Heard::Closed(code.into()));
                }
                Ok(_) => {}
                Err(Error::Io(error))
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) =>
                {
                    return None;
                }
                Err(_) => return Some(Heard::Closed(1006)),
            }
        }
    }

    /// Listens until something fits.
    pub fn wait_for<T>(&mut self, what: &str, fits: impl Fn(&Heard) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(15);
        let mut heard = vec![];
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            let Some(next) = self.hear_within(left) else { break };
            if let Some(found) = fits(&next) {
                return found;
            }
            heard.push(next);
            if matches!(heard.last(), Some(Heard::Closed(_))) {
                break;
            }
        }
        let heard: Vec<String> =
            heard.iter().map(|one| format!("{one:?}").chars().take(200).collect()).collect();
        panic!("{what} was not heard, but {heard:#?}");
    }

    pub fn wait_for_close(&mut self) -> u16 {
        self.wait_for("a close", |heard| match heard {
            Heard::Closed(code) => Some(*code),
            _ => None,
        })
    }

    pub fn wait_for_markup(&mut self) -> String {
        self.wait_for("rows", |heard| match heard {
            Heard::Markup(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// The numbers of the rows in the next markup.
    pub fn wait_for_rows(&mut self) -> Vec<i64> {
        rows_in(&self.wait_for_markup())
    }

    pub fn wait_for_frame(&mut self, kind: &str) -> Value {
        self.wait_for(kind, |heard| match heard {
            Heard::Frame(frame) if frame["t"] == kind => Some(frame.clone()),
            _ => None,
        })
    }
}

pub fn rows_in(markup: &str) -> Vec<i64> {
    // with the blank: a `data-id` is drawn at random and may begin with the same two letters
    let ids = markup.split(" id=\"m-").skip(1);
    let number = |rest: &str| rest.split('"').next().unwrap().parse();
    ids.map(|rest| number(rest).unwrap_or_else(|_| panic!("no number: {rest}"))).collect()
}
