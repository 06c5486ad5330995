//! People whose browser seals and opens messages, as the Rust half of the protocol does it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use actix_web::test::TestRequest;
use chat_client::{
    Account, Act, Entry, Epoch, Expected, Header, NewEpoch, Payload, Signed, chain_start, open,
    seal, verify_log,
};
use footing::seal::{base64url, from_base64url, random};
use footing::users::UserId;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestSite};

/// The conversation, the number and the key of an epoch.
type KnownEpoch = (String, u32, [u8; 32]);

/// Somebody with keys.
#[derive(Clone)]
pub struct Chatter {
    pub person: Person,
    pub account: Rc<Account>,
    pub entry: Entry,
    pub device: i64,
    dev_seq: Rc<Cell<u64>>,
    epochs: Rc<RefCell<Vec<KnownEpoch>>>,
}

/// A message before it is sent; tests bend it.
#[derive(Clone)]
pub struct Letter {
    pub header: Header,
    pub payload: Payload,
    pub ek: [u8; 32],
    pub to: UserId,
    /// Ids of the files it brings.
    pub blobs: Vec<String>,
}

pub fn id_of(text: &str) -> i64 {
    footing::db::read_id(text).unwrap()
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.page()))
    }

    /// Status and error word of a refusal.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, error: &str) -> &Self {
        self.assert_status(status);
        assert_eq!(self.json()["error"], error, "{}", self.page());
        self
    }
}

impl Person {
    pub async fn send_json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let token = self.token().await;
        self.send(with_json(method, path, body).insert_header(("x-csrf-token", token))).await
    }

    /// Makes keys as the first page of a browser with script does.
    pub async fn with_keys(&self) -> Chatter {
        let account = Account::new(self.id.0, &mut rand::rng()).unwrap();
        let entry = Entry::first(&account);
        let body = line(&entry, [0; 32]);
        let answer = self.send_json("POST", "/messages/keys", &body).await;
        answer.assert_status(201);
        let device = id_of(answer.json()["id"].as_str().unwrap());
        Chatter {
            person: self.clone(),
            account: Rc::new(account),
            entry,
            device,
            dev_seq: Rc::default(),
            epochs: Rc::default(),
        }
    }
}

pub fn with_json(method: &str, path: &str, body: &Value) -> TestRequest {
    TestRequest::default()
        .method(method.parse().unwrap())
        .uri(path)
        .insert_header(("content-type", "application/json"))
        .insert_header(("accept", "application/json"))
        .set_payload(body.to_string())
}

/// A line of the log as a browser sends it.
pub fn line(entry: &Entry, before: [u8; 32]) -> Value {
    json!({
        "entry": base64url(&entry.bytes(&before)),
        "self_sig": base64url(&entry.self_sig),
        "prev_sig": entry.prev_sig.map(|sig| base64url(&sig)),
        "label": "A test",
    })
}

impl Chatter {
    /// Opens the conversation; its id as in addresses.
    pub async fn open_with(&self, other: &Self) -> String {
        let path = format!("/messages/with/{}", other.person.id);
        let answer = self.person.post(&path, &[]).await;
        answer.assert_status(303);
        answer.location().strip_prefix("/messages/").unwrap().to_owned()
    }

    pub fn new_epoch(
        &self,
        conv: &str,
        other: &Self,
        number: u32,
        before: [u8; 32],
    ) -> (Signed, [u8; 32]) {
        let place = NewEpoch {
            conversation: id_of(conv),
            epoch: number,
            previous_hash: before,
            created_ms: 1,
        };
        let members = [&self.account.identity, &other.account.identity];
        place.make(&self.account, members, &mut rand::rng()).unwrap()
    }

    pub async fn post_epoch(&self, conv: &str, signed: &Signed) -> Answer {
        let body = json!({"record": base64url(&signed.record), "sig": base64url(&signed.sig)});
        self.person.send_json("POST", &format!("/messages/{conv}/epochs"), &body).await
    }

    /// Begins the first epoch; both keep its key.
    pub async fn begin_with(&self, conv: &str, other: &Self) -> [u8; 32] {
        let (signed, ek) = self.new_epoch(conv, other, 1, [0; 32]);
        self.post_epoch(conv, &signed).await.assert_status(201);
        for one in [self, other] {
            one.epochs.borrow_mut().push((conv.to_owned(), 1, ek));
        }
        ek
    }

    pub fn key(&self, conv: &str, number: u32) -> [u8; 32] {
        let epochs = self.epochs.borrow();
        let known = epochs.iter().find(|(of, epoch, _)| of == conv && *epoch == number);
        known.expect("no such epoch").2
    }

    /// The next message of this device, sealed on nothing seen.
    pub fn letter(&self, conv: &str, to: &Self, body: &str) -> Letter {
        let header = Header {
            act: Act::Message,
            conversation: id_of(conv),
            epoch: 1,
            sender: self.person.id.0,
            device: self.device,
            client_msg_id: random(),
            dev_seq: self.dev_seq.get() + 1,
            target: 0,
            seen_seq: 0,
            seen_chain: chain_start(id_of(conv)),
        };
        let ek = self.key(conv, 1);
        Letter { header, payload: Payload::text(body), ek, to: to.person.id, blobs: vec![] }
    }

    pub fn change(&self, conv: &str, to: &Self, target: u64, body: Option<&str>) -> Letter {
        let letter = self.letter(conv, to, body.unwrap_or(""));
        let act = if body.is_some() { Act::Edit } else { Act::Delete };
        Letter { header: Header { act, target, ..letter.header }, ..letter }
    }

    pub async fn post(&self, letter: &Letter) -> Answer {
        let body = letter.body(self.person.id);
        let answer = self.person.send_json("POST", "/send_message", &body).await;
        if answer.status == 201 {
            self.dev_seq.set(letter.header.dev_seq);
        }
        answer
    }

    /// Says something; its number.
    pub async fn say(&self, conv: &str, to: &Self, body: &str) -> i64 {
        let answer = self.post(&self.letter(conv, to, body)).await;
        answer.assert_status(201);
        answer.json()["seq"].as_i64().unwrap()
    }

    /// What `GET /get_message` answers.
    pub async fn history(&self, of: &Self, query: &str) -> Value {
        let path = format!("/get_message?user={}{query}", of.person.id);
        let answer = self.person.get(&path).await;
        answer.assert_status(200);
        answer.json()
    }

    /// The texts of a history, opened; a message that was edited under its last text.
    pub async fn read(&self, conv: &str, of: &Self) -> Vec<String> {
        let history = self.history(of, "").await;
        let rows = history["messages"].as_array().unwrap().iter();
        rows.map(|row| self.opened(conv, row)).collect()
    }

    fn opened(&self, conv: &str, row: &Value) -> String {
        if let Some(notice) = row.get("notice") {
            return format!("Footing: {}", notice["kind"].as_str().unwrap());
        }
        let edits = row["edits"].as_array().unwrap();
        let newest = edits.iter().rfind(|edit| edit["act"] == 1).unwrap_or(row);
        let Some(text) = newest["text"].as_str() else { return "(deleted)".to_owned() };
        let wire = from_base64url(text).unwrap();
        let act = if newest["act"] == 1 { Act::Edit } else { Act::Message };
        let expected = Expected {
            conversation: id_of(conv),
            sender: id_of(row["sender"].as_str().unwrap()),
            epoch: 1,
            act,
            target: if act == Act::Edit { row["seq"].as_u64().unwrap() } else { 0 },
            device: None,
        };
        open(&wire, &expected, &self.key(conv, 1)).unwrap().payload.body
    }

    /// The other side's log as the server tells it, checked.
    pub async fn log_of(&self, other: &Self) -> usize {
        let answer = self.person.get(&format!("/messages/keys/{}", other.person.id)).await;
        answer.assert_status(200);
        let entries = [other.entry];
        verify_log(other.person.id.0, &entries, None).unwrap();
        answer.json()["log"].as_array().unwrap().len()
    }

    /// Opens an epoch that the other side made.
    pub fn open_epoch(&self, conv: &str, other: &Self, signed: &Signed) -> [u8; 32] {
        let known = [self.account.identity, other.account.identity];
        Epoch::open(signed, id_of(conv), 1, &[0; 32], &known, &self.account).unwrap().ek
    }
}

impl Letter {
    pub fn wire(&self) -> Vec<u8> {
        seal(&self.header, &self.payload, &self.ek, &mut rand::rng()).unwrap().wire
    }

    pub fn body(&self, sender: UserId) -> Value {
        let mut body = body_of(sender, self.to, &self.wire());
        body["blobs"] = json!(self.blobs);
        body
    }
}

pub fn body_of(sender: UserId, receiver: UserId, wire: &[u8]) -> Value {
    json!({
        "sender": sender.to_string(),
        "receiver": receiver.to_string(),
        "text": base64url(wire),
        "blobs": [],
    })
}

/// Ana and ben with keys, a conversation and its first epoch.
pub async fn pair(site: &TestSite) -> (Chatter, Chatter, String) {
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await.with_keys().await);
    let conv = ana.open_with(&ben).await;
    ana.begin_with(&conv, &ben).await;
    (ana, ben, conv)
}
