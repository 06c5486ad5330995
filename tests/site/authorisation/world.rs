//! Three pairs of a client and an accountant, each with one of everything that two people can have
//! with each other; and those who have nothing to do with it.

use std::collections::BTreeMap;

use diesel::RunQueryDsl;
use footing::accountants::Accountant;
use footing::bookings::quotes::Enquiry;
use footing::clock::Span;
use footing::listings::Service;
use footing::seal::base64url;
use footing::users::Role;
use serde_json::{Value, json};

use super::order::{Order, warned};
use crate::blobs::bytes;
use crate::chatters::Chatter;
use crate::hours::{WEEK, offered};
use crate::profiles::png;
use crate::quotes::FORM;
use crate::support::{Person, TestSite};

/// What only a booking's two may read.
pub const NOTE: &str = "Two flats, one let";

/// Somebody with keys, and what they alone can remove.
pub struct Party {
    pub chatter: Chatter,
    pub device: String,
    pub wrap: String,
    /// Another browser they are signed in with.
    pub session: String,
    /// A file that was begun and not sent.
    pub file: String,
}

pub struct Pair {
    pub client: Party,
    pub accountant: Party,
    pub slug: String,
    pub photo: String,
    pub service: String,
    /// Services by quote: one that the client waits for an offer of, one that was offered.
    pub asked: String,
    pub enquiry: String,
    pub offer: String,
    /// An invoice of the accountant's to the client.
    pub paper: String,
    pub payment: String,
    pub conv: String,
    /// A file that was sent.
    pub sent: String,
    pub dates: String,
    pub calendar: String,
    /// Credentials: one to take back, one to look at, one whose evidence may go.
    pub claims: [String; 3],
    /// A booking for each act, in the state it asks for; a review for the reply to it.
    pub bookings: BTreeMap<&'static str, String>,
    /// Times that nobody took.
    pub free: Vec<String>,
    /// A decision about the accountant.
    pub decision: String,
}

pub struct World {
    pub site: TestSite,
    pub main: Pair,
    pub incomplete: Pair,
    pub suspended_client: Pair,
    pub suspended_accountant: Pair,
    pub cy: Party,
    pub eve: Party,
    pub root: Person,
    /// Another browser of root's.
    pub root_session: String,
    pub order: Order,
}

fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

pub fn wrap(kind: i64) -> Value {
    json!({
        "kind": kind,
        "credential_id": (kind == 2).then(|| base64url(&[1; 16])),
        "salt": base64url(&[1; 32]),
        "nonce": base64url(&[2; 12]),
        "ct": base64url(&[3; 48]),
        "commit": base64url(&[4; 32]),
    })
}

async fn another_browser(person: &Person) -> String {
    person.elsewhere().sign_in().await.assert_status(303);
    let page = person.get("/settings/devices").await;
    let form = page.attribute("[data-device] form", "action");
    form.split('/').nth(3).unwrap().to_owned()
}

impl Party {
    async fn new(person: Person) -> Self {
        let chatter = person.with_keys().await;
        let made = |answer: crate::support::Answer| {
            answer.assert_status(201);
            answer.json()["id"].as_str().unwrap().to_owned()
        };
        let wrap = made(person.send_json("POST", "/messages/keys/wraps", &wrap(1)).await);
        let label = json!({"label": "Another"});
        let device = made(person.send_json("POST", "/messages/keys/devices", &label).await);
        let session = another_browser(&person).await;
        Self { chatter, device, wrap, session, file: String::new() }
    }

    pub fn person(&self) -> &Person {
        &self.chatter.person
    }

    async fn begin_file(&mut self, conv: &str) {
        let begun = self.person().begin(conv, 80).await;
        begun.assert_status(201);
        begun.json()["id"].as_str().unwrap().clone_into(&mut self.file);
    }
}

impl World {
    pub async fn start() -> Self {
        // with a key, so that there are payouts; nobody here is ever asked for a card
        let site = TestSite::start_with(&[
            "--vapid-subject=mailto:ops@example.com",
            "--stripe-secret-key=sk_test_of_the_tests",
            "--stripe-webhook-secrets=whsec_of_the_tests",
            "--stripe-api-base=http://127.0.0.1:9",
        ])
        .await;
        let main = Pair::new(&site, "ana", "ben", "Ben, Northgate Tax").await;
        let incomplete = Pair::new(&site, "fay", "dot", "Dot Books").await;
        let suspended_client = Pair::new(&site, "sue", "gus", "Gus Ledgers").await;
        let suspended_accountant = Pair::new(&site, "hal", "sam", "Sam, Quay Street").await;
        let cy = Party::new(site.cy().await).await;
        let eve = Party::new(site.accountant("eve", "Eve Accounts").await).await;
        let root = site.root().await;
        let root_session = another_browser(&root).await;
        root.two_steps().await;
        let (dot, sue, sam) = (
            incomplete.accountant.person().id.0,
            suspended_client.client.person().id.0,
            suspended_accountant.accountant.person().id.0,
        );
        site.write(move |conn, _| {
            let unfinished = format!("UPDATE accountants SET headline = '' WHERE user_id = {dot}");
            diesel::sql_query(unfinished).execute(conn)?;
            for id in [sue, sam] {
                crate::support::suspend(conn, id);
            }
            Ok(())
        })
        .await;
        let everybody = [&main, &incomplete, &suspended_client, &suspended_accountant]
            .into_iter()
            .flat_map(|pair| [pair.client.person(), pair.accountant.person()])
            .chain([cy.person(), eve.person(), &root])
            .collect::<Vec<_>>();
        let order = Order::new(&site, &main, &everybody).await;
        Self {
            site,
            order,
            main,
            incomplete,
            suspended_client,
            suspended_accountant,
            cy,
            eve,
            root,
            root_session,
        }
    }
}

/// Acts on a booking, and whether each asks for one that stands already.
const ACTS: [(&str, bool); 10] = [
    ("acceptance", false),
    ("decline", false),
    ("cancellation", true),
    ("time", true),
    ("proposal", true),
    ("proposal/answer", true),
    ("no-show", true),
    ("complaint", true),
    ("paid-directly", true),
    ("place", true),
];

impl Pair {
    async fn new(
        site: &TestSite,
        client: &'static str,
        accountant: &'static str,
        shown: &'static str,
    ) -> Self {
        let mut client = Party::new(site.account(client, Role::Client).await).await;
        let mut accountant = Party::new(site.accountant(accountant, shown).await).await;
        let (ana, ben) = (client.person().clone(), accountant.person().clone());
        ben.post("/practice/hours", &WEEK).await.assert_status(303);
        ben.upload("/practice/photo", "photo", "me.png", &png(400, 300)).await.assert_status(303);
        let owner = ben.id;
        let (profile, service) = site
            .read(move |conn, _| {
                let service = Service::active(conn, owner)?.remove(0).id.to_string();
                Ok((Accountant::by_id(conn, owner)?, service))
            })
            .await;
        let slug = profile.slug;
        let path = format!("/accountants/{slug}/services/{service}");
        let starts = offered(&ana, &path, 4).await;
        let bookings = bookings(&ana, &ben, &service, &starts).await;
        let (payment, paper) = paper(site, &bookings["no-show"]).await;
        let (asked, enquiry, offer) = quotes(site, &ana, &ben).await;
        let (conv, sent) = conversation(&mut client, &mut accountant).await;
        let (dates, calendar) = calendars(site, &ben).await;
        let claims = credentials(site, &ben).await;
        let photo = format!("{}-96", profile.photo.unwrap());
        let free = starts[starts.len() - 20..].to_vec();
        let decision = warned(site, ben.id).await;
        Self {
            client,
            accountant,
            slug,
            photo,
            service,
            asked,
            enquiry,
            offer,
            payment,
            paper,
            conv,
            sent,
            dates,
            calendar,
            claims,
            bookings,
            free,
            decision,
        }
    }

    /// The other side for one of the two; for a stranger of either kind the side they might meet.
    pub fn other(&self, person: &Person, is_accountant: bool) -> &Party {
        let is_own = person.id == self.accountant.person().id;
        if is_own || is_accountant { &self.client } else { &self.accountant }
    }
}

/// A conversation with a file in it, and one that each is about to send.
async fn conversation(client: &mut Party, accountant: &mut Party) -> (String, String) {
    let conv = client.chatter.open_with(&accountant.chatter).await;
    client.chatter.begin_with(&conv, &accountant.chatter).await;
    let sent = client.person().upload_sealed(&conv, &bytes(80, 1)).await;
    let letter = client.chatter.with_files(&conv, &accountant.chatter, &[&sent]);
    client.chatter.post(&letter).await.assert_status(201);
    client.begin_file(&conv).await;
    accountant.begin_file(&conv).await;
    (conv, sent)
}

async fn bookings(
    ana: &Person,
    ben: &Person,
    service: &str,
    starts: &[String],
) -> BTreeMap<&'static str, String> {
    let mut bookings = BTreeMap::new();
    for (nth, (act, stands)) in (0..).zip(ACTS) {
        let start = &starts[64 + 4 * nth];
        let form = [("service", service), ("start", start), ("note", NOTE)];
        let booked = ana.post("/bookings", &form).await;
        booked.assert_status(303);
        let path = booked.location().to_owned();
        if stands {
            ben.post(&format!("{path}/acceptance"), &[]).await.assert_status(303);
        }
        if act == "proposal/answer" {
            let time = [("start", starts[starts.len() - 30].as_str())];
            ben.post(&format!("{path}/proposal"), &time).await.assert_status(303);
        }
        bookings.insert(act, last(&path));
    }
    bookings.extend(over(ana, ben).await);
    bookings
}

/// Hours that took place: one to speak of, one that the client is said to have missed, and what they
/// said of a third.
async fn over(ana: &Person, ben: &Person) -> [(&'static str, String); 3] {
    let (site, ana, ben) = (&ana.site, ana.id, ben.id);
    let review = crate::reviews::opened(site, ana, ben, 4).await;
    let (spoken, missed) = site
        .write(move |conn, now| {
            let spoken = crate::reviews::past(conn, ana, ben, Span::hours(5), now);
            let missed = crate::reviews::past(conn, ana, ben, Span::hours(9), now);
            let (at, id) = (now.micros(), missed.0);
            let marked = format!("UPDATE bookings SET no_show_at = {at} WHERE id = {id}");
            diesel::sql_query(marked).execute(conn)?;
            Ok((spoken, missed))
        })
        .await;
    let [spoken, missed] = [spoken, missed].map(|id| id.to_string());
    [("review", spoken), ("no-show/objection", missed), ("reply", review.to_string())]
}

async fn paper(site: &TestSite, booking: &str) -> (String, String) {
    let payment = crate::papers::payment(site, booking).await;
    let id = payment.id.to_string();
    let paper = site.write(move |conn, now| {
        let charge = crate::papers::movement(&payment, &format!("ch_{}", payment.id), now);
        footing::payments::issue::charged(conn, &payment, &charge, now)
    });
    (id, paper.await.id.to_string())
}

async fn quotes(site: &TestSite, ana: &Person, ben: &Person) -> (String, String, String) {
    let mut services = vec![];
    for _ in 0..2 {
        let saved = ben.post("/practice/services", &FORM).await;
        saved.assert_status(303);
        let service = last(saved.location());
        let words = [("answer", "About 200"), ("note", NOTE)];
        ana.post(&format!("/services/{service}/quote"), &words).await.assert_status(303);
        services.push(service);
    }
    let form = offer_form(site, ana);
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let made = ben.post(&format!("/services/{}/offers", services[1]), &form).await;
    made.assert_status(303);
    let owner = ben.id;
    let open = site.read(move |conn, now| Enquiry::open(conn, owner, now)).await;
    let enquiry = open[0].enquiry.id.to_string();
    (services.remove(0), enquiry, last(made.location()))
}

pub fn offer_form(site: &TestSite, client: &Person) -> Vec<(&'static str, String)> {
    let until = site.site.db.now().day("Europe/London").plus(7).to_string();
    vec![
        ("client", client.id.to_string()),
        ("amount", "400".to_owned()),
        ("duration", "90".to_owned()),
        ("text", "Accounts and the tax return".to_owned()),
        ("until", until),
    ]
}

/// A date away and a calendar kept elsewhere.
async fn calendars(site: &TestSite, ben: &Person) -> (String, String) {
    let away = site.site.db.now().day("Europe/London").plus(300).to_string();
    let form = [("first", away.as_str()), ("last", &away)];
    ben.post("/practice/hours/dates", &form).await.assert_status(303);
    let added = ben.upload("/practice/hours/calendars", "ics", "home.ics", ICS.as_bytes()).await;
    added.assert_status(303);
    let page = ben.get("/practice/hours").await;
    let id = |part: &str| {
        let form =
            page.attribute(&format!("form[action*='{part}/'][action$='/removal']"), "action");
        form.split('/').nth(4).unwrap().to_owned()
    };
    (id("dates"), id("calendars"))
}

/// Two credentials that wait, and one that was refused by a rule of the tests.
async fn credentials(site: &TestSite, ben: &Person) -> [String; 3] {
    use footing::accountants::Credential;
    use footing::decisions::{self, Restriction};
    for (number, kind) in [("1", "tax"), ("2", "auditor"), ("3", "lawyer")] {
        let number = format!("{number}-{}", ben.id);
        let form = [
            ("kind", kind),
            ("register", "A register"),
            ("number", number.as_str()),
            ("jurisdiction", "GB"),
        ];
        crate::credentials::claim(ben, &form, crate::credentials::PDF).await.assert_status(303);
    }
    let (owner, mail) = (ben.id, site.site.mail.clone());
    site.write(move |conn, now| {
        let own = Credential::of(conn, owner)?;
        let statement = super::order::by_rule(Restriction::Refuse);
        let refused = decisions::restrict(conn, &mail, own[0].target(), &statement, now)?;
        Credential::reject(conn, &refused, now)?;
        Ok([2, 1, 0].map(|at: usize| own[at].id.to_string()))
    })
    .await
}

pub const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one\r\n\
                       DTSTART:20261224T090000Z\r\nDURATION:PT30M\r\nEND:VEVENT\r\n\
                       END:VCALENDAR\r\n";
