//! What somebody sends to an address: what is there for its holes, and a form that would do.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use footing::clock::Span;
use footing::notifications::{Topic, unsubscribe};
use footing::routes::RouteRow;
use footing::seal::base64url;
use footing::users::{Confirmation, Continuation, Email, NewUser, Role, SignedUp, User, UserName};
use serde_json::{Value, json};

use super::world::{ICS, Pair, Party, World, offer_form, wrap};
use crate::blobs::bytes;
use crate::chatters::line as log_line;
use crate::credentials::PDF;
use crate::hours::WEEK;
use crate::profiles::{png, valid};
use crate::quotes::FORM;
use crate::reviews::{MARKS, STARS};
use crate::support::{Answer, Fields, HOST, PASSWORD, Person, TestSite};

/// Somebody in one column of the table, before the things of one pair.
#[derive(Clone)]
pub struct Asker<'a> {
    pub person: Person,
    /// None for whoever has no inbox.
    pub party: Option<&'a Party>,
    pub is_accountant: bool,
    pub pair: &'a Pair,
    pub world: &'a World,
    pub tokens: &'a Tokens,
}

/// What links in mails hold, each of somebody who has nothing else to do with it.
pub struct Tokens {
    pub verify: String,
    pub reset: String,
    pub feed: String,
    pub unsubscribe: String,
}

impl Tokens {
    pub async fn new(world: &World) -> Self {
        let site = &world.site;
        let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let form = [
            ("role", "client"),
            ("name", "Zoe"),
            ("email", "zoe@example.com"),
            ("password", PASSWORD),
            ("zone", "Europe/London"),
        ];
        site.stranger().post("/signup", &form).await.assert_status(303);
        let verify = last(&site.link_to("zoe@example.com").await);
        let email = [("email", "ana@example.com")];
        site.stranger().post("/password/forgot", &email).await.assert_status(303);
        let reset = last(&site.link_to("ana@example.com").await);
        let gus = world.suspended_client.accountant.person();
        let page = gus.post("/settings/calendar/token", &[]).await;
        let address = page.page();
        let feeds = address.split("/calendar/").filter_map(|part| part.split_once(".ics"));
        let feed = feeds.map(|(token, _)| token).find(|token| !token.contains(['"', ' ']));
        let cy = world.cy.person().id;
        let unsubscribe = unsubscribe::token(&site.site.seal, cy, Topic::Reviews);
        Self { verify, reset, feed: feed.unwrap().to_owned(), unsubscribe }
    }
}

impl Asker<'_> {
    /// Something of the asker's own; a stranger tries what is another's.
    fn own(&self, of: fn(&Party) -> &String) -> String {
        of(self.party.unwrap_or(&self.pair.client)).clone()
    }

    fn id(&self, line: &RouteRow) -> String {
        let (path, pair) = (line.path, self.pair);
        let act = match path.strip_prefix("/bookings/{id}/") {
            // nothing of these is to be paid by card
            None | Some("pay" | "paid" | "papers" | "invoice" | "refund") => "no-show",
            Some("review/withdrawal") => "review",
            Some(act) => act,
        };
        match path {
            _ if path.starts_with("/bookings/") => pair.bookings[act].clone(),
            _ if path.starts_with("/accountants/") => pair.service.clone(),
            _ if path.contains("/services/") => pair.asked.clone(),
            _ if path.starts_with("/reviews/") => pair.bookings["reply"].clone(),
            _ if path.starts_with("/papers/") => pair.paper.clone(),
            _ if path.starts_with("/admin/payments/") => pair.payment.clone(),
            _ if path.starts_with("/admin/reports/") => self.world.order.case.clone(),
            _ if path.starts_with("/admin/complaints/") => self.world.order.complaint.clone(),
            _ if path.starts_with("/admin/appeals/") => self.world.order.appeal.clone(),
            _ if path.starts_with("/admin/users/") => self.world.order.victim.clone(),
            _ if path.starts_with("/admin/jobs/") => self.world.order.job.clone(),
            _ if path.starts_with("/decisions/") => pair.decision.clone(),
            _ if path.starts_with("/offers/") => pair.offer.clone(),
            _ if path.starts_with("/enquiries/") => pair.enquiry.clone(),
            "/practice/credentials/{id}/evidence/removal" => pair.claims[2].clone(),
            _ if path.starts_with("/admin/credentials/") => pair.claims[1].clone(),
            _ if path.contains("/credentials/") => pair.claims[0].clone(),
            _ if path.contains("/dates/") => pair.dates.clone(),
            _ if path.contains("/calendars/") => pair.calendar.clone(),
            "/messages/keys/wraps/{id}" => self.own(|party| &party.wrap),
            "/messages/keys/devices/{id}" => self.own(|party| &party.device),
            "/blobs/{id}" if line.method == Method::GET => pair.sent.clone(),
            _ if path.starts_with("/blobs/") => match self.party {
                Some(party) if !party.file.is_empty() => party.file.clone(),
                _ => pair.client.file.clone(),
            },
            _ => pair.conv.clone(),
        }
    }

    /// The address with what is there in its holes.
    pub fn path(&self, line: &RouteRow) -> String {
        let (path, pair, tokens) = (line.path, self.pair, self.tokens);
        let user = match path.starts_with("/messages/with/") {
            true => self.world.main.accountant.person().id,
            false => pair.other(&self.person, self.is_accountant).person().id,
        };
        let name = match path {
            "/photos/{name}" => pair.photo.clone(),
            _ => footing::web::assets::address("css/app.css").rsplit('/').next().unwrap().into(),
        };
        let token = match path {
            "/verify/{token}" | "/verify/{token}/refusal" => &tokens.verify,
            "/password/reset/{token}" => &tokens.reset,
            "/unsubscribe/{token}" => &tokens.unsubscribe,
            _ => &tokens.feed,
        };
        let handle = match self.person.id == self.world.root.id {
            true => self.world.root_session.clone(),
            false => self.own(|party| &party.session),
        };
        let query = if path == "/get_message" { format!("?user={user}") } else { String::new() };
        path.replace("{slug}", &pair.slug)
            .replace("{id}", &self.id(line))
            .replace("{user}", &user.to_string())
            .replace("{name}", &name)
            .replace("{token}", token)
            .replace("{handle}", &handle)
            .replace("{file}", "1")
            .replace("{n}", "0")
            .replace("{number}", "1")
            .replace("{service}", &pair.service)
            + &query
    }

    pub async fn ask(&self, line: &RouteRow, situation: &str) -> Answer {
        let (path, person) = (self.path(line), &self.person);
        match (&line.method, line.path) {
            (method, _) if situation == "who reported" => {
                let (decision, token) = &self.world.order.kept;
                // whoever is signed in needs none
                let token = if person.id.0 == 0 { token } else { "" };
                match *method == Method::GET {
                    true => person.get(&format!("/decisions/{decision}?token={token}")).await,
                    false => {
                        let path = format!("/decisions/{decision}/appeal");
                        person.post(&path, &[("token", token)]).await
                    }
                }
            }
            (&Method::GET, "/ws") => person.send(handshake()).await,
            (&Method::GET, _) => person.get(&path).await,
            (_, "/blobs/{id}/parts/{n}") => {
                let id = path.split('/').nth(2).unwrap().to_owned();
                person.put(&id, 0, &bytes(80, 2)).await
            }
            (&Method::POST, "/verify/{token}/refusal") => {
                let token = waiting(&self.world.site).await;
                person.post(&format!("/verify/{token}/refusal"), &[]).await
            }
            (_, "/practice/photo") => person.upload(&path, "photo", "me.png", &png(400, 300)).await,
            (_, "/practice/credentials") => {
                crate::credentials::claim(person, &crate::credentials::CLAIM, PDF).await
            }
            (_, "/practice/hours/calendars") => {
                person.upload(&path, "ics", "work.ics", ICS.as_bytes()).await
            }
            (method, _) if line.is_script => {
                person.send_json(method.as_str(), &path, &self.json(line, situation)).await
            }
            _ => {
                let form = self.form(line.path);
                let form: Vec<_> = form.iter().map(|(name, value)| (*name, &**value)).collect();
                person.post(&path, &form).await
            }
        }
    }

    fn json(&self, line: &RouteRow, situation: &str) -> Value {
        let pair = self.pair;
        match line.path {
            "/messages/keys" => match self.party {
                Some(party) => log_line(&party.chatter.entry, [0; 32]),
                None => json!({}),
            },
            "/messages/keys/wraps" => wrap(2),
            "/messages/keys/devices" => json!({"label": "A third"}),
            "/messages/keys/vault" => json!({
                "version": 0,
                "ik_id": base64url(&[1; 32]),
                "nonce": base64url(&[1; 12]),
                "ct": base64url(&[1; 40]),
            }),
            "/messages/{id}/epochs" => {
                json!({"record": base64url(&[1; 348]), "sig": base64url(&[1; 64])})
            }
            "/messages/{id}/reshares" => json!({"reshares": [
                {"record": base64url(&[1; 189]), "sig": base64url(&[1; 64])},
            ]}),
            "/messages/{id}/ack" => json!({"delivered": 1, "read": 1}),
            "/send_message" => self.message(situation == "in another's name"),
            "/blobs" => json!({"conversation": pair.conv, "size": 80}),
            "/notifications/push" | "/notifications/push/removal" => {
                let id = self.person.id;
                json!({"endpoint": format!("https://web.push.apple.com/{id}")})
            }
            _ => json!({}),
        }
    }

    /// One's own next message; of a stranger one that a party sealed.
    fn message(&self, is_forged: bool) -> Value {
        let pair = self.pair;
        let sealer = match self.person.id == pair.accountant.person().id {
            true => &pair.accountant,
            false => &pair.client,
        };
        let to = pair.other(sealer.person(), false);
        let letter = sealer.chatter.letter(&pair.conv, &to.chatter, "Hello");
        let sender = if is_forged { to.person().id } else { self.person.id };
        letter.body(sender)
    }

    fn about_an_hour(&self, path: &str) -> Fields<'static> {
        match path {
            "/reviews/{id}/reply" => &[("text", "Thank you for writing")],
            _ if self.is_accountant => MARKS,
            _ => STARS,
        }
    }

    fn form(&self, path: &str) -> Vec<(&'static str, String)> {
        let (pair, site) = (self.pair, &self.world.site);
        let fixed = |fields: &[(&'static str, &str)]| {
            fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        let away = site.site.db.now() + Span::days(310);
        let away = away.day("Europe/London").to_string();
        match path {
            "/bookings" => fixed(&[("service", &pair.service), ("start", &pair.free[0])]),
            "/bookings/{id}/time" => fixed(&[("start", &pair.free[4])]),
            "/bookings/{id}/proposal" => fixed(&[("start", &pair.free[8])]),
            "/bookings/{id}/proposal/answer" => fixed(&[("answer", "decline")]),
            "/bookings/{id}/place" => fixed(&[("place", "https://meet.example.org/ben")]),
            "/bookings/{id}/refund" => fixed(&[("amount", "10")]),
            "/practice/payouts/account" => fixed(&[("country", "GB")]),
            _ if path.starts_with("/admin/payments/") => {
                fixed(&[("reason", "To see who may"), ("amount", "1")])
            }
            "/reports" => {
                let url = format!("/accountants/{}", pair.slug);
                let note = "It says what is not so.";
                let form = [("url", url.as_str()), ("reason", "fraud"), ("note", note)];
                fixed(&[form.as_slice(), &[("good_faith", "yes")]].concat())
            }
            _ if path.starts_with("/admin/") && !path.contains("payments") => of_admins(path),
            "/bookings/{id}/complaint" => fixed(&[("reason", "Nobody came for the whole hour")]),
            "/messages/{id}/report" | "/reviews/{id}/report" => {
                let note = ("note", "It advertises a lot.");
                fixed(&[("reason", "spam"), note, ("good_faith", "yes")])
            }
            "/bookings/{id}/review" | "/reviews/{id}/reply" => fixed(self.about_an_hour(path)),
            "/services/{id}/quote" => fixed(&[("answer", "About 200")]),
            "/services/{id}/offers" => offer_form(site, pair.client.person()),
            "/practice/profile" => fixed(&valid()),
            "/practice/hours" => fixed(&WEEK),
            "/practice/hours/dates" => fixed(&[("first", &away), ("last", &away)]),
            "/practice/services" | "/practice/services/{id}" => fixed(&FORM),
            "/practice/services/{id}/state" => fixed(&[("state", "active")]),
            "/practice/billing" => {
                fixed(&[("legal_name", "Northgate Tax Ltd"), ("legal_address", "Leeds")])
            }
            "/settings/profile" => {
                fixed(&[("name", "Somebody"), ("zone", "Europe/London"), ("locale", "en-GB")])
            }
            "/settings/messages" => fixed(&[("mail_mode", "soon"), ("share_presence", "on")]),
            "/reauthenticate" => fixed(&[("password", PASSWORD)]),
            "/settings/totp" => fixed(&[("code", "000000")]),
            "/password/forgot" => fixed(&[("email", "nobody@example.com")]),
            _ => vec![],
        }
    }
}

/// What an admin sends about anything but money.
fn of_admins(path: &str) -> Vec<(&'static str, String)> {
    match path {
        "/admin/users/{id}/role" => {
            vec![("role", "admin".to_owned()), ("reason", "To help out".to_owned())]
        }
        "/admin/appeals/{id}/decision" => statement("uphold"),
        "/admin/complaints/{id}/decision" => statement("release"),
        "/admin/credentials/{id}/decision" => statement("refuse"),
        _ if path.starts_with("/admin/reports/") => statement("keep"),
        _ => statement(""),
    }
}

/// A decision with its reasons.
fn statement(decision: &str) -> Vec<(&'static str, String)> {
    let fields = [
        ("decision", decision),
        ("ground", "2.3"),
        ("facts", "What was seen there."),
        ("explanation", "Why that section applies."),
    ];
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

/// The token of somebody who has just signed up.
async fn waiting(site: &TestSite) -> String {
    let seal = site.site.seal.clone();
    site.write(move |conn, now| {
        let address = format!("waiting{}@example.com", now.micros());
        let new = NewUser {
            email: Email::parse(&address).unwrap(),
            name: UserName("Somebody".to_owned()),
            role: Role::Client,
            zone: "UTC".to_owned(),
            locale: footing::locale::Locale::NEUTRAL,
            password_hash: String::new(),
        };
        let SignedUp::New(user) = User::sign_up(conn, new, now)? else { panic!("twice") };
        Ok(Confirmation::make(conn, &seal, &user, &Continuation::default(), now)?.token)
    })
    .await
}

fn handshake() -> TestRequest {
    TestRequest::get()
        .uri("/ws")
        .insert_header(("origin", format!("http://{HOST}")))
        .insert_header(("connection", "upgrade"))
        .insert_header(("upgrade", "websocket"))
        .insert_header(("sec-websocket-version", "13"))
        .insert_header(("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="))
}
