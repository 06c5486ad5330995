//! A small Stripe of its own on this machine: it keeps what Stripe keeps and answers as Stripe's
//! documents say, and can be told to go wrong. It follows the documents, not the program.
//!
//! A key's first answer is kept, even an error of Stripe's own; the same key with something else is
//! refused. Notices are signed, and come only when a test sends them.

mod accounts;
mod disputes;
mod lists;
mod money;
mod notices;
mod objects;
mod pages;
mod records;
mod server;
mod stand;
mod storm;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use serde_json::Value;

pub use disputes::DISPUTE_FEE;
pub use money::Pending;
pub use notices::Weather;
pub use objects::Card;
pub use storm::{Dice, Storm};

pub const SECRET: &str = "whsec_of_the_tests";

/// How an answer goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The work is done, and what comes back cannot be read.
    LostAnswer,
    /// An error of Stripe's own, kept under the key; the work is done or not.
    Kept500 {
        is_done: bool,
    },
    TooMany,
    /// The key is refused.
    Unauthorised,
    /// The answer takes so long; meanwhile its key is in use.
    Stall {
        millis: u64,
    },
    /// A refusal, kept under the key.
    Refused {
        status: u16,
        code: &'static str,
    },
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub method: String,
    pub path: String,
    pub query: String,
    pub body: String,
    pub key: Option<String>,
    pub version: Option<String>,
    /// The connected account that it is asked as.
    pub account: Option<String>,
}

/// What was answered first under a key.
struct Kept {
    asked: String,
    status: u16,
    answer: Value,
    at: i64,
}

/// What Stripe keeps: objects by id, and by key what was answered first.
#[derive(Default)]
pub struct Books {
    pub objects: BTreeMap<String, Value>,
    pub requests: Vec<Recorded>,
    answers: BTreeMap<String, Kept>,
    /// Keys of requests that are not over.
    under_way: BTreeSet<String>,
    faults: VecDeque<(String, Fault)>,
    /// Faults by chance, beside those that were asked for.
    pub storm: Option<Storm>,
    /// Seconds since 1970, as the test's clock has it.
    pub now: i64,
    /// Events that nobody was told of yet.
    notices: VecDeque<String>,
    /// Currencies with a balance of their own.
    settles: Vec<String>,
    /// What Stripe takes for a refund.
    pub refund_fee: i64,
    /// How refunds go from now on, if not at once.
    pub refunds_wait: Option<Pending>,
    /// Accounts that have nothing left to take back.
    pub spent: BTreeSet<String>,
    links: BTreeMap<String, accounts::Link>,
    records: records::Records,
    last: u64,
    base: String,
}

#[derive(Clone)]
pub struct FakeStripe {
    pub base: String,
    books: Arc<Mutex<Books>>,
    server: actix_web::dev::ServerHandle,
}

impl Drop for FakeStripe {
    fn drop(&mut self) {
        if Arc::strong_count(&self.books) <= 2 {
            drop(self.server.stop(false));
        }
    }
}

impl FakeStripe {
    pub async fn start(now: i64) -> Self {
        let mut books = Books { now, ..Books::default() };
        books.settle_in(&["gbp", "eur", "usd", "chf", "jpy"]);
        let books = Arc::new(Mutex::new(books));
        let (base, server) = server::serve(books.clone());
        books.lock().unwrap().base.clone_from(&base);
        Self { base, books, server }
    }

    /// The same on a thread of its own, for tests that talk to real processes.
    pub fn start_beside(now: i64) -> Self {
        let (send, receive) = std::sync::mpsc::channel();
        #[allow(clippy::disallowed_methods)] // the processes wait for it, and not it for them
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                send.send(Self::start(now).await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        receive.recv().unwrap()
    }

    /// What is asked from now on does not come from the program, and is not written down.
    pub fn unrecorded(&self) {
        self.with(|books| books.records.end());
    }

    pub fn with<T>(&self, work: impl FnOnce(&mut Books) -> T) -> T {
        work(&mut self.books.lock().unwrap())
    }

    /// The next request to a path that holds these words goes wrong.
    pub fn fail(&self, path: &str, fault: Fault) {
        self.with(|books| books.faults.push_back((path.to_owned(), fault)));
    }

    /// Nothing goes wrong any more.
    pub fn calm(&self) {
        self.with(|books| books.faults.clear());
    }

    /// The client pays on Stripe's page: the card is held. The id of the intent.
    pub fn pay(&self, session: &str) -> String {
        self.with(|books| books.hold(session, Card { lasts: 7 * 86_400 }))
    }

    /// Everything of a kind, oldest first.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        self.with(|books| books.of_kind(kind).cloned().collect())
    }

    /// The only one of a kind.
    pub fn only(&self, kind: &str) -> Value {
        let all = self.all(kind);
        assert_eq!(all.len(), 1, "{kind}: {all:?}");
        all[0].clone()
    }

    pub fn change(&self, id: &str, field: &str, value: Value) {
        self.with(|books| books.objects.get_mut(id).unwrap()[field] = value);
    }

    /// How often something was asked for.
    pub fn asked(&self, method: &str, path: &str) -> usize {
        self.with(|books| {
            let is_it = |one: &&Recorded| one.method == method && one.path.contains(path);
            books.requests.iter().filter(is_it).count()
        })
    }

    /// A notice about an object and the header that signs it.
    pub fn notice(&self, kind: &str, object: &Value) -> (String, String) {
        self.with(|books| {
            let event = books.event(kind, object, None);
            let body = event.to_string();
            let signature = sign(&body, SECRET, books.now);
            (body, signature)
        })
    }

    /// What stands on the balance: the sum of all balance transactions after fees.
    pub fn balance(&self) -> i64 {
        self.all("balance_transaction").iter().map(|line| line["net"].as_i64().unwrap()).sum()
    }
}

/// `t=…,v1=…`, the scheme of Stripe's signatures.
pub fn sign(body: &str, secret: &str, at: i64) -> String {
    let mac = hmac_sha256(secret.as_bytes(), format!("{at}.{body}").as_bytes());
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

/// RFC 2104, written out so that the program's own way is not what it is checked against.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = footing::seal::sha256(&[pad(0x36), message.to_vec()].concat());
    footing::seal::sha256(&[pad(0x5c), inner.to_vec()].concat())
}
