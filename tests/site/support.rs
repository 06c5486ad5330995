//! A whole site in a folder of its own, and the people who use it: ana, a client; ben, an
//! accountant with a complete profile; cy, another client and so the stranger; dot, an accountant
//! whose profile is incomplete; root, an admin.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, init_service};
use clap::Parser;
use footing::accountants::{Accepting, Accountant, Meeting, NewProfile, Slug, Tags};
use footing::admin::handlers::probes::Draining;
use footing::calendar_file::{FetchRefusal, Internet};
use footing::clock::{Instant, Span};
use footing::config::{Config, Folder, Settings};
use footing::db::{self, Conn};
use footing::directory::DirectoryEntry;
use footing::error::Result;
use footing::jobs::Runner;
use footing::listings::{
    Accept, Mode, Modes, NewService, Policy, PriceKind, Service, ServiceId, ServiceState,
};
use footing::money::Money;
use footing::routes::{WorkerContext, application};
use footing::site::Site;
use footing::users::{Actor, Email, NewUser, Password, Role, SignedUp, User, UserId, UserName};
use footing::work::work;
use scraper::{Html, Selector};

pub const PASSWORD: &str = "four unrelated words";
pub const HOST: &str = "localhost:8080";

type Service1 = Rc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Answer>>>>;

/// One running site.
#[derive(Clone)]
pub struct TestSite {
    pub site: Site,
    app: Service1,
    folder: Rc<tempfile::TempDir>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Microseconds from now to a Tuesday, 09:17 UTC: on every site of a test it is the same time of the
/// week, so that no test depends on when it is run.
fn until_tuesday() -> u128 {
    const SECOND: u128 = 1_000_000;
    const WEEK: u128 = 7 * 24 * 3600 * SECOND;
    // The epoch was a Thursday.
    const TUESDAY: u128 = ((5 * 24 + 9) * 60 + 17) * 60 * SECOND;
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_micros();
    (WEEK + TUESDAY - now % WEEK) % WEEK
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

impl TestSite {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With further flags of the command line.
    pub async fn start_with(flags: &[&str]) -> Self {
        let folder = Rc::new(tempfile::tempdir().unwrap());
        let url = database(folder.path());
        db::migrate(&url).unwrap();
        Self::open(folder, &url, flags).await
    }

    /// The same site as a server with other flags opens it.
    pub async fn with_flags(&self, flags: &[&str]) -> Self {
        Self::open(self.folder.clone(), &self.site.config.database_url, flags).await
    }

    async fn open(folder: Rc<tempfile::TempDir>, url: &str, flags: &[&str]) -> Self {
        let data = folder.path().join("data");
        let shift = folder.path().join("shift");
        if !shift.exists() {
            std::fs::write(&shift, until_tuesday().to_string()).unwrap();
        }
        let mut arguments = vec![
            format!("--data={}", data.display()),
            format!("--test-clock={}", shift.display()),
            format!("--database-url={url}"),
            "--workers=2".to_owned(),
        ];
        if !flags.iter().any(|flag| flag.starts_with("--secret=")) {
            arguments.push("--secret=a secret for the tests only".to_owned());
        }
        arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
        let config = config(arguments);
        let internet = Internet::MadeUp(Arc::default());
        let site = Site { internet, ..Site::open(config).await.unwrap() };
        Self::serve(folder, site).await
    }

    /// The same site with other parts.
    pub async fn with(&self, change: impl FnOnce(Site) -> Site) -> Self {
        Self::serve(self.folder.clone(), change(self.site.clone())).await
    }

    async fn serve(folder: Rc<tempfile::TempDir>, site: Site) -> Self {
        let parts =
            WorkerContext::new(site.clone(), work().schedule().clone(), Draining::default());
        let app = Rc::new(init_service(application(&parts)).await);
        let app: Service1 = Rc::new(move |request| {
            let app = app.clone();
            Box::pin(async move {
                answer(actix_web::test::try_call_service(&*app, request).await).await
            })
        });
        Self { site, app, folder }
    }

    pub async fn send(&self, request: TestRequest) -> Answer {
        (self.app)(request.to_request()).await
    }

    /// Moves the clock; nothing sleeps.
    pub fn forward(&self, span: Span) {
        let file = self.folder.path().join("shift");
        let before: i64 =
            std::fs::read_to_string(&file).ok().and_then(|t| t.parse().ok()).unwrap_or(0);
        std::fs::write(file, (before + span.as_seconds() * 1_000_000).to_string()).unwrap();
    }

    /// Where the site keeps everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Does everything that is due.
    pub async fn work(&self) {
        let runner = Runner::new(work(), self.site.clone(), self.site.db.clone());
        while runner.round().await.unwrap() > 0 {}
    }

    /// From now on this is what an address answers; nothing leaves the machine.
    pub fn answer_at(&self, url: &str, answer: std::result::Result<&str, FetchRefusal>) {
        let Internet::MadeUp(sites) = &self.site.internet else { panic!("the real internet") };
        let answer = answer.map(|text| text.as_bytes().to_vec());
        sites.lock().unwrap().insert(url.to_owned(), answer);
    }

    /// Every mail to an address that was sent so far, oldest first.
    pub async fn mails_to(&self, address: &str) -> Vec<String> {
        self.work().await;
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.site.mail.folder().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .collect();
        files.sort();
        files
            .into_iter()
            .map(|path| std::fs::read_to_string(path).unwrap().replace("=\r\n", ""))
            .filter(|mail| mail.contains(&format!("To: {address}")))
            .collect()
    }

    /// Path of the newest link mailed to an address.
    pub async fn link_to(&self, address: &str) -> String {
        let mails = self.mails_to(address).await;
        let mail = mails.last().expect("no mail came");
        let start = mail.find("http://").expect("no link in the mail");
        let link = mail[start..].split_whitespace().next().unwrap().replace("=3D", "=");
        link.strip_prefix(&format!("http://{HOST}")).unwrap().to_owned()
    }

    pub async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Conn, Instant) -> Result<T> + Send + 'static,
    ) -> T {
        self.site.db.read(look).await.unwrap()
    }

    pub async fn write<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Conn, Instant) -> Result<T> + Send + 'static,
    ) -> T {
        self.site.db.write(act).await.unwrap()
    }

    /// Somebody with a browser and no account.
    pub fn stranger(&self) -> Person {
        Person {
            site: self.clone(),
            id: UserId(0),
            email: String::new(),
            cookies: Rc::default(),
            token: Rc::default(),
        }
    }

    /// Somebody who is signed in, an accountant with an empty profile.
    pub async fn account(&self, name: &'static str, role: Role) -> Person {
        let hash = password_hash(&self.site).await;
        let email = format!("{name}@example.com");
        let address = email.clone();
        let user = self
            .write(move |conn, now| {
                let email = Email::parse(&address).unwrap();
                if role == Role::Admin {
                    return User::make_admin(conn, &email, &hash, now);
                }
                let new = NewUser {
                    email,
                    name: UserName(name[..1].to_uppercase() + &name[1..]),
                    role,
                    zone: "Europe/London".to_owned(),
                    locale: footing::locale::Locale::NEUTRAL,
                    password_hash: hash,
                };
                let SignedUp::New(user) = User::sign_up(conn, new, now)? else { panic!("twice") };
                if role == Role::Accountant {
                    Accountant::begin(conn, &user, now)?;
                }
                user.verified(conn, now)
            })
            .await;
        let person = Person { id: user.id, email, ..self.stranger() };
        person.sign_in().await.assert_status(303);
        person
    }

    pub async fn ana(&self) -> Person {
        self.account("ana", Role::Client).await
    }

    pub async fn cy(&self) -> Person {
        self.account("cy", Role::Client).await
    }

    pub async fn dot(&self) -> Person {
        self.account("dot", Role::Accountant).await
    }

    /// An accountant who is listed under this name.
    pub async fn accountant(&self, name: &'static str, shown: &'static str) -> Person {
        let person = self.account(name, Role::Accountant).await;
        self.complete(&person, shown, "vat").await;
        person
    }

    /// An admin without two-step sign-in.
    pub async fn root(&self) -> Person {
        self.account("root", Role::Admin).await
    }

    pub async fn ben(&self) -> Person {
        let ben = self.account("ben", Role::Accountant).await;
        self.complete(&ben, "Ben, Northgate Tax", "landlords").await;
        ben
    }

    /// Fills a profile so that it is listed; its service.
    pub async fn complete(
        &self,
        person: &Person,
        name: &'static str,
        specialism: &'static str,
    ) -> ServiceId {
        let id = person.id;
        self.write(move |conn, now| {
            let actor = Actor { id, role: Role::Accountant, now };
            let slug = Slug::free(conn, name, id, now)?;
            let profile = NewProfile { slug: Some(slug), ..profile(name, specialism) };
            Accountant::save(conn, &actor, &profile).unwrap();
            let service =
                Service::create(conn, &actor, &service(8_500), ServiceState::Active).unwrap();
            DirectoryEntry::refresh_stale(conn, 50, now)?;
            Ok(service.id)
        })
        .await
    }
}

pub fn profile(name: &str, specialism: &str) -> NewProfile {
    NewProfile {
        display_name: name.to_owned(),
        called: name.split([',', ' ']).next().unwrap_or(name).to_owned(),
        slug: None,
        headline: "Tax for landlords, from the first let to the last sale.".to_owned(),
        about: "I look after people who let one to ten homes and do their own books.".to_owned(),
        country: "GB".to_owned(),
        place: "Leeds".to_owned(),
        years: Some(11),
        zone: "Europe/London".to_owned(),
        accepting: Accepting::All,
        paused: false,
        tags: Tags {
            languages: vec!["en".to_owned(), "hi".to_owned()],
            specialisms: vec![specialism.to_owned()],
            ..Tags::default()
        },
        meeting: Meeting::default(),
    }
}

pub fn service(minor: i64) -> NewService {
    NewService {
        title: "First-year consultation".to_owned(),
        category: "consultation",
        description: "What you can claim, what to register for and by when.".to_owned(),
        duration: 30,
        step: None,
        buffer_before: 0,
        buffer_after: 0,
        price_kind: PriceKind::Fixed,
        price: Money::new(minor, "GBP").unwrap(),
        modes: Modes::of(&[Mode::Video]),
        accept: Accept::Request,
        policy: Policy::Standard,
        questions: vec![],
        meeting: Meeting::default(),
    }
}

async fn password_hash(site: &Site) -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return hash.clone();
    }
    let hash = site.secrets.hasher.hash(Password(PASSWORD.to_owned())).await.unwrap();
    HASH.get_or_init(|| hash).clone()
}

/// The settings that these flags mean.
pub fn config(flags: impl IntoIterator<Item = String>) -> Config {
    let arguments = std::iter::once("footing".to_owned()).chain(flags);
    Config::new(&Flags::parse_from(arguments).settings, Folder::Make).unwrap()
}

/// A SQLite file in the folder, or a database of its own on the server of `TEST_DATABASE_URL`.
pub fn database(folder: &Path) -> String {
    #[allow(clippy::disallowed_methods)] // tests are told where the server is, and nothing else
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        return format!("sqlite:{}", folder.join("footing.db").display());
    };
    static TEMPLATE: Mutex<Option<String>> = Mutex::new(None);
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let base = server.rsplit_once('/').unwrap().0;
    let run = |sql: String| {
        use diesel::connection::SimpleConnection;
        let mut conn = db::DatabaseUrl::parse(&server).unwrap().connect().unwrap();
        conn.batch_execute("SET statement_timeout = 0").unwrap();
        conn.batch_execute(&sql).unwrap();
    };
    let process = std::process::id();
    let mut template = TEMPLATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let from = template.get_or_insert_with(|| {
        let name = format!("template_{process}");
        run(format!("CREATE DATABASE {name}"));
        db::migrate(&format!("{base}/{name}")).unwrap();
        name
    });
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("test_{process}_{number}");
    run(format!("CREATE DATABASE {name} TEMPLATE {from}"));
    format!("{base}/{name}")
}

async fn answer<B: MessageBody>(
    outcome: std::result::Result<actix_web::dev::ServiceResponse<B>, actix_web::Error>,
) -> Answer {
    match outcome {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            if status == StatusCode::SWITCHING_PROTOCOLS {
                // what a socket says ends with the socket
                return Answer { status, headers, body: vec![] };
            }
            let body = actix_web::body::to_bytes(response.into_body()).await;
            let body = body.map(|bytes| bytes.to_vec()).unwrap_or_default();
            Answer { status, headers, body }
        }
        Err(error) => {
            let response = error.error_response();
            let (status, headers) = (response.status(), response.headers().clone());
            let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
            Answer { status, headers, body: body.to_vec() }
        }
    }
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Person {
    pub site: TestSite,
    pub id: UserId,
    pub email: String,
    pub cookies: Rc<RefCell<BTreeMap<String, String>>>,
    pub token: Rc<RefCell<Option<String>>>,
}

pub type Fields<'a> = &'a [(&'a str, &'a str)];

impl Person {
    fn dressed(&self, request: TestRequest) -> TestRequest {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            request.insert_header(("host", HOST)).peer_addr("127.0.0.1:5000".parse().unwrap());
        if cookies.is_empty() {
            request
        } else {
            request.insert_header(("cookie", cookies.join("; ")))
        }
    }

    pub async fn send(&self, request: TestRequest) -> Answer {
        let answer = self.site.send(self.dressed(request)).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie =
                actix_web::cookie::Cookie::parse_encoded(cookie.to_str().unwrap()).unwrap();
            let raw = cookie.encoded().to_string();
            let raw = raw.split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
            let is_over = cookie.max_age().is_some_and(|age| age.is_zero());
            match is_over {
                true => self.cookies.borrow_mut().remove(cookie.name()),
                false => self.cookies.borrow_mut().insert(cookie.name().to_owned(), raw),
            };
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    /// The token that the forms of this person carry now.
    pub async fn token(&self) -> String {
        if let Some(token) = self.token.borrow().clone() {
            return token;
        }
        let page = self.get("/login").await;
        let token = page.attribute("input[name=csrf]", "value");
        self.token.replace(Some(token.clone()));
        token
    }

    pub async fn post(&self, path: &str, fields: Fields<'_>) -> Answer {
        let token = self.token().await;
        let mut all = vec![("csrf", token.as_str())];
        all.extend(fields);
        let body = serde_html_form::to_string(&all).unwrap();
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body);
        let answer = self.send(request).await;
        // whoever comes in or leaves gets another token
        if answer.status == 303 {
            self.token.replace(None);
        }
        answer
    }

    pub async fn sign_in(&self) -> Answer {
        self.token.replace(None);
        self.post("/login", &[("email", &self.email), ("password", PASSWORD)]).await
    }

    /// The same account in another browser.
    pub fn elsewhere(&self) -> Self {
        Self { id: self.id, email: self.email.clone(), ..self.site.stranger() }
    }

    /// Posts one file as a browser does.
    pub async fn upload(&self, path: &str, field: &str, name: &str, content: &[u8]) -> Answer {
        let token = self.token().await;
        let mut body = format!(
            "--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--line\r\n\
             Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--line--\r\n");
        self.send_multipart(path, body).await
    }

    pub async fn send_multipart(&self, path: &str, body: Vec<u8>) -> Answer {
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", "multipart/form-data; boundary=line"))
            .set_payload(body);
        self.send(request).await
    }

    /// Turns two-step sign-in on and gives the secret.
    pub async fn two_steps(&self) -> footing::users::Totp {
        let page = self.get("/settings/security").await;
        let shown = page.text("[data-totp-secret]");
        let totp = totp_of(&shown);
        // the code of the step before leaves that of this step unused; where the next step begins
        // while it is on its way, it is two steps old
        let mut answer = None;
        for _ in 0..2 {
            let code = totp.code(footing::users::Totp::step(self.site.site.db.now()) - 1);
            answer = Some(self.post("/settings/totp", &[("code", &code)]).await);
            if answer.as_ref().is_some_and(|answer| answer.status == 303) {
                return totp;
            }
        }
        answer.unwrap().assert_status(303);
        totp
    }
}

pub fn totp_of(base32: &str) -> footing::users::Totp {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut held, mut bits, mut bytes) = (0_u32, 0, vec![]);
    for letter in base32.chars() {
        held = (held << 5) | u32::try_from(alphabet.find(letter).unwrap()).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap());
        }
    }
    footing::users::Totp::from_bytes(bytes.try_into().unwrap())
}

impl Answer {
    pub fn page(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.page());
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn all(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.page());
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector)
            .map(|element| {
                element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector} in {}", self.page());
        all[0].clone()
    }

    #[track_caller]
    pub fn assert_text(&self, selector: &str, part: &str) -> &Self {
        let all = self.all(selector);
        assert!(all.iter().any(|text| text.contains(part)), "{part} is not in {selector}: {all:?}");
        self
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.page());
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// What fields hold.
    pub fn values(&self, selector: &str) -> Vec<String> {
        self.attributes(selector, "value")
    }

    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let all = self.attributes(selector, name);
        assert!(!all.is_empty(), "no {selector}[{name}] in {}", self.page());
        all[0].clone()
    }

    /// A rejected form: 422, the message beside the field, and in the summary.
    #[track_caller]
    pub fn assert_rejected(&self, field: &str) -> &Self {
        self.assert_status(422);
        let message = self.text(&format!("#{field}-error"));
        self.assert_text("[role=alert]", &message);
        self
    }
}

/// Gives an account a status behind the program's back, with the decision that the database asks for
/// where it is suspended; sessions go on, as if they had signed in again.
pub fn set_status(conn: &mut Conn, id: i64, status: &str) {
    use diesel::RunQueryDsl;
    let decision = format!(
        "INSERT INTO decisions (id, outcome, target_kind, target, subject_id, restriction, scope, \
         starts_at, duration, facts, source, is_automated, ground, explanation, redress, decider, \
         is_emergency, decided_at, appeal_until) SELECT coalesce(max(id), 0) + 1000, 'restrict', \
         'account', {id}, {id}, 'suspend', 'the account', 1, 'without end', 'What was seen.', \
         'own', TRUE, '2.1', 'Why it applies.', 'How to object.', 'a rule', FALSE, 1, 2 \
         FROM decisions"
    );
    let by = match status {
        "suspended" => "(SELECT max(id) FROM decisions)",
        _ => "NULL",
    };
    let account =
        format!("UPDATE users SET status = '{status}', suspended_by = {by} WHERE id = {id}");
    let statements = if status == "suspended" { vec![decision, account] } else { vec![account] };
    for statement in statements {
        diesel::sql_query(statement).execute(conn).unwrap();
    }
}

pub fn suspend(conn: &mut Conn, id: i64) {
    set_status(conn, id, "suspended");
}
