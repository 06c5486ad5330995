//! Real processes of Footing on one database, one on SQLite and two on PostgreSQL, and people who
//! talk to them over HTTP. The test itself writes to the database as one more node would.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, RwLock};
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use footing::accountants::{Accountant, NewProfile, Slug};
use footing::availability::{BookingLimits, Calendar, NewHours, Window};
use footing::clock::{Clock, Instant, Span};
use footing::db::{Conn, DatabaseUrl};
use footing::listings::{NewService, Service, ServiceId, ServiceState};
use footing::mail::Mail;
use footing::seal::Seal;
use footing::users::{Actor, Email, Hasher, NewUser, Password, Role, SignedUp, User};
use footing::users::{UserId, UserName};

pub use crate::wire::{Reply, at_once};

use crate::support::{PASSWORD, config, database, profile};
use crate::wire::has_begun;

/// How often each race is run; `FOOTING_RACE_ROUNDS` says otherwise.
pub fn rounds() -> usize {
    #[allow(clippy::disallowed_methods)] // tests are told how long to try, and nothing else
    let told = std::env::var("FOOTING_RACE_ROUNDS").ok();
    told.map_or(3, |text| text.parse().expect("FOOTING_RACE_ROUNDS is a number"))
}

pub const SECRET: &str = "a secret for the tests only";

struct Node {
    child: Child,
    address: SocketAddr,
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Nodes {
    /// Each may end and come back while others talk to it.
    nodes: Vec<RwLock<Option<Node>>>,
    flags: Vec<String>,
    url: String,
    clock: Clock,
    made: AtomicUsize,
    folder: tempfile::TempDir,
}

/// Somebody signed in: a browser's cookies and the token of its forms.
#[derive(Clone)]
pub struct Person {
    pub id: UserId,
    pub cookies: String,
    pub token: String,
}

/// An accountant who works around the clock, and their services.
pub struct Practice {
    pub id: UserId,
    pub services: Vec<ServiceId>,
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Nodes {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(flags: &[&str]) -> Self {
        Self::start_on(|_| flags.iter().map(|flag| (*flag).to_owned()).collect())
    }

    /// With flags that depend on where the database is.
    pub fn start_on(flags: impl FnOnce(&str) -> Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = database(folder.path());
        footing::db::migrate(&url).unwrap();
        let flags = flags(&url);
        std::fs::create_dir(folder.path().join("test")).unwrap();
        let clock = Clock::shifted(&folder.path().join("test"), folder.path().join("shift"));
        let count = if url.starts_with("sqlite:") { 1 } else { 2 };
        let nodes = Self {
            nodes: (0..count).map(|_| RwLock::default()).collect(),
            flags,
            made: AtomicUsize::new(0),
            url,
            clock,
            folder,
        };
        (0..count).for_each(|nth| nodes.restart(nth));
        nodes
    }

    pub fn count(&self) -> usize {
        self.nodes.len()
    }

    /// Ends a node at once, as `kill -9` does.
    pub fn end(&self, nth: usize) {
        self.nodes[nth].write().unwrap().as_mut().unwrap().child.kill().unwrap();
    }

    /// Asks a node to stop, and waits until it has.
    pub fn stop(&self, nth: usize) {
        let mut node = self.nodes[nth].write().unwrap().take().unwrap();
        Command::new("kill").arg(node.child.id().to_string()).status().unwrap();
        assert!(node.child.wait().unwrap().success());
    }

    /// Starts it on the data folder that it had.
    pub fn restart(&self, nth: usize) {
        *self.nodes[nth].write().unwrap() = None;
        let node = (0..5).find_map(|_| self.launch(nth)).expect("the node starts; see its log");
        *self.nodes[nth].write().unwrap() = Some(node);
    }

    /// `None` when another program took the port. A node that answers has begun whole: one may
    /// take its database away, or ask it to stop.
    fn launch(&self, nth: usize) -> Option<Node> {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = self.folder.path().join(format!("log-{nth}"));
        let log = File::options().append(true).create(true).open(log).unwrap();
        let child = self
            .program(&["serve"], &format!("node-{nth}"))
            .env("FOOTING_LISTEN", address.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut node = Node { child, address };
        for _ in 0..1500 {
            let answers = has_begun(address);
            if node.child.try_wait().unwrap().is_some() {
                return None;
            }
            if answers {
                return Some(node);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// The program with what all nodes share, and a data folder of its own.
    pub fn program(&self, act: &[&str], data: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_footing"));
        program
            .args(act)
            .args(&self.flags)
            .env("FOOTING_DATA", self.folder.path().join(data))
            .env("FOOTING_TEST_CLOCK", self.folder.path().join("shift"))
            .env("FOOTING_SECRET", SECRET)
            // so that fifty people can sign in from one machine
            .env("FOOTING_TRUSTED_PROXIES", "127.0.0.1")
            .env("FOOTING_WORKERS", "2")
            .env("FOOTING_LOG", "warn")
            .env("DATABASE_URL", &self.url)
            .env_remove("FOOTING_PUBLIC_URL")
            .env_remove("MAIL_URL");
        program
    }

    /// What a node has written to its log.
    pub fn log(&self, nth: usize) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("log-{nth}"))).unwrap()
    }

    /// Its memory, in MiB, without the program itself, which is large when built for tests.
    pub fn memory(&self, nth: usize) -> u64 {
        let node = self.nodes[nth].read().unwrap();
        let id = node.as_ref().unwrap().child.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Moves the clock of every node so that `to` is now. Backwards, nobody must notice.
    pub fn set_clock(&self, to: Instant) {
        let elsewhere = tempfile::tempdir().unwrap();
        let system = Clock::system(elsewhere.path()).now();
        let next = self.folder.path().join("shift.next");
        std::fs::write(&next, to.elapsed_since(system).micros().to_string()).unwrap();
        std::fs::rename(next, self.folder.path().join("shift")).unwrap();
    }

    pub fn connect(&self) -> Conn {
        DatabaseUrl::parse(&self.url).unwrap().connect().unwrap()
    }

    /// Acts in one transaction on a connection of its own.
    pub fn act<T>(&self, work: impl FnOnce(&mut Conn, Instant) -> T) -> T {
        let mut conn = self.connect();
        let is_sqlite = matches!(conn, Conn::Sqlite(_));
        conn.batch_execute(if is_sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" }).unwrap();
        let done = work(&mut conn, self.now());
        conn.batch_execute("COMMIT").unwrap();
        done
    }

    /// Whether SQLite's file is whole; a server looks after its own.
    pub fn assert_whole(&self) {
        if self.url.starts_with("sqlite:") {
            let sql = "SELECT count(*) AS number FROM pragma_integrity_check \
                       WHERE integrity_check = 'ok'";
            assert_eq!(self.number(sql), 1, "the database is damaged");
        }
    }

    /// Mail of the test's own, into a folder that nobody reads.
    pub fn mail(&self) -> Mail {
        let data = self.folder.path().join("test");
        let arguments =
            [format!("--data={}", data.display()), "--secret=for this test only".into()];
        Mail::open(&config(arguments), Seal::new("for this test only")).unwrap()
    }

    pub fn number(&self, sql: &str) -> i64 {
        number(&mut self.connect(), sql)
    }

    /// What every race ends with: no two that block a calendar meet.
    #[track_caller]
    pub fn assert_no_overlap(&self) {
        let blocking = "IN ('held', 'pending', 'confirmed')";
        let overlaps = self.number(&format!(
            "SELECT count(*) AS number FROM bookings a JOIN bookings b \
             ON a.accountant_id = b.accountant_id AND a.id < b.id \
             AND a.block_from < b.block_to AND b.block_from < a.block_to \
             WHERE a.state {blocking} AND b.state {blocking}"
        ));
        assert_eq!(overlaps, 0, "bookings overlap");
    }

    /// Ends what waits for an answer, so that the next round finds clients free to ask.
    pub fn clear(&self) {
        self.assert_no_overlap();
        self.act(|conn, _| {
            conn.batch_execute("UPDATE bookings SET state = 'cancelled' WHERE state = 'pending'")
                .unwrap();
        });
    }

    /// Bookings that block this calendar.
    pub fn blocking(&self, practice: &Practice) -> i64 {
        self.number(&format!(
            "SELECT count(*) AS number FROM bookings WHERE accountant_id = {} \
             AND state IN ('held', 'pending', 'confirmed')",
            practice.id.0
        ))
    }

    pub fn sign_up(&self, role: Role) -> (User, String) {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let email = format!("{}{number}@example.com", role.as_str());
        let new = NewUser {
            email: Email::parse(&email).unwrap(),
            name: UserName(format!("Somebody {number}")),
            role,
            zone: "UTC".to_owned(),
            locale: footing::locale::Locale::NEUTRAL,
            password_hash: password_hash(),
        };
        let user = self.act(|conn, now| {
            let SignedUp::New(user) = User::sign_up(conn, new, now).unwrap() else { panic!() };
            if role == Role::Accountant {
                Accountant::begin(conn, &user, now).unwrap();
            }
            user.verified(conn, now).unwrap()
        });
        (user, email)
    }

    pub fn make_admin(&self) -> (UserId, String) {
        let email = "root@example.com".to_owned();
        let address = Email::parse(&email).unwrap();
        let make = |conn: &mut Conn, now| User::make_admin(conn, &address, &password_hash(), now);
        (self.act(|conn, now| make(conn, now).unwrap()).id, email)
    }

    /// What the nodes have written into their logs.
    pub fn logs(&self) -> String {
        let read = |nth| std::fs::read(self.folder.path().join(format!("log-{nth}"))).unwrap();
        let logs: Vec<u8> = (0..self.count()).flat_map(read).collect();
        String::from_utf8_lossy(&logs).into_owned()
    }

    pub fn clients(&self, count: usize) -> Vec<Person> {
        (0..count).map(|_| self.client()).collect()
    }

    pub fn client(&self) -> Person {
        let (user, email) = self.sign_up(Role::Client);
        self.sign_in(user.id, &email)
    }

    pub fn sign_in(&self, id: UserId, email: &str) -> Person {
        let shown = self.ask(0, None, "GET", "/login", &[]);
        let stranger = Person { id, cookies: shown.cookies(""), token: shown.token() };
        let form = [("email", email), ("password", PASSWORD)];
        let answer = self.post(0, &stranger, "/login", &form);
        assert_eq!(answer.status, 303, "{answer:?}");
        let cookies = answer.cookies(&stranger.cookies);
        let person = Person { id, cookies, token: String::new() };
        let shown = self.ask(0, Some(&person), "GET", "/login", &[]);
        Person { token: shown.token(), ..person }
    }

    /// A new accountant with these services, and how many hours they take.
    pub fn practice(&self, services: &[NewService], limits: BookingLimits) -> Practice {
        let (user, _) = self.sign_up(Role::Accountant);
        self.act(|conn, now| {
            let actor = Actor { id: user.id, role: Role::Accountant, now };
            let slug = Slug::free(conn, &user.name, user.id, now).unwrap();
            Accountant::save(conn, &actor, &all_day(&user.name, Some(slug))).unwrap();
            let day = vec![Window::new(0, Window::END).unwrap()];
            let week = std::array::from_fn(|_| day.clone());
            let hours = NewHours { zone: "UTC".to_owned(), notice: 0, horizon: 60, limits, week };
            Calendar::save(conn, &actor, &hours).unwrap();
            let make = |new| Service::create(conn, &actor, new, ServiceState::Active).unwrap().id;
            Practice { id: user.id, services: services.iter().map(make).collect() }
        })
    }

    /// The accountant with a browser.
    pub fn at_desk(&self, practice: &Practice) -> Person {
        let email = self.act(|conn, _| User::by_id(conn, practice.id).unwrap().email);
        self.sign_in(practice.id, &email)
    }

    pub fn address(&self, nth: usize) -> SocketAddr {
        self.find_address(nth).unwrap()
    }

    pub fn find_address(&self, nth: usize) -> std::io::Result<SocketAddr> {
        let away = || std::io::Error::other("the node is away");
        let node = self.nodes[nth % self.nodes.len()].read().unwrap();
        Ok(node.as_ref().ok_or_else(away)?.address)
    }
}

pub fn number(conn: &mut Conn, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Number>(conn).unwrap().number
}

pub fn all_day(name: &str, slug: Option<Slug>) -> NewProfile {
    NewProfile { slug, zone: "UTC".to_owned(), ..profile(name, "landlords") }
}

/// A time of the fourth day from now: 10:00 and so many minutes.
pub fn at(nodes: &Nodes, minutes: i64) -> Instant {
    let day = Span::days(1).micros();
    let midnight = Instant::from_micros(nodes.now().micros().div_euclid(day) * day);
    midnight + Span::days(4) + Span::minutes(600 + minutes)
}

fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    let make = || {
        let hasher = Hasher::new().unwrap();
        let hash = hasher.hash(Password(PASSWORD.to_owned()));
        actix_web::rt::System::new().block_on(hash).unwrap()
    };
    HASH.get_or_init(make).clone()
}
