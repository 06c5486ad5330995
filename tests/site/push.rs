//! What is told to those who are away: an empty push after ten seconds, a mail after ten minutes.

mod mails;
mod services;

use footing::clock::Span;
use footing::notifications::PushSubscription;
use footing::seal::from_base64url;
use footing::users::UserId;
use serde_json::{Value, json};

use self::mails::mails;
use self::services::Services;
use crate::bookings::Scene;
use crate::chatters::{Chatter, pair, with_json};
use crate::support::{Answer, Person, TestSite};

const CHROME: &str = "https://fcm.googleapis.com/fcm/send/one";
const FIREFOX: &str = "https://updates.push.services.mozilla.com/wpush/v2/two";

async fn site_with_push() -> (TestSite, Services) {
    let services = Services::start().await;
    let flags = ["--vapid-subject=mailto:ops@example.com", services.flag.as_str()];
    (TestSite::start_with(&flags).await, services)
}

async fn subscribe(person: &Person, endpoint: &str) -> crate::support::Answer {
    person.send_json("POST", "/notifications/push", &json!({"endpoint": endpoint})).await
}

async fn browsers(site: &TestSite, of: UserId) -> Vec<PushSubscription> {
    site.read(move |conn, _| PushSubscription::of_people(conn, &[of])).await
}

pub async fn read(who: &Chatter, conv: &str, seq: i64) {
    let marks = json!({"delivered": seq, "read": seq});
    let path = format!("/messages/{conv}/ack");
    who.person.send_json("POST", &path, &marks).await.assert_status(204);
}

pub async fn after(site: &TestSite, span: Span) {
    site.forward(span);
    site.work().await;
}

async fn status(site: &TestSite, id: UserId, word: &'static str) {
    site.write(move |conn, _| {
        crate::support::set_status(conn, id.0, word);
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn a_browser_is_told_no_longer_once_its_session_is_ended_from_elsewhere() {
    let (site, services) = site_with_push().await;
    let (ana, ben, conv) = pair(&site).await;
    let phone = ben.person.elsewhere();
    phone.sign_in().await.assert_status(303);
    subscribe(&phone, CHROME).await.assert_status(204);
    subscribe(&ben.person, FIREFOX).await.assert_status(204);
    ben.person.post("/settings/devices/removal", &[]).await.assert_status(303);
    assert_eq!(browsers(&site, ben.person.id).await.len(), 1);
    ana.say(&conv, &ben, "Are you there?").await;
    after(&site, Span::seconds(11)).await;
    assert_eq!(services.count(), 1);
}

#[actix_web::test]
async fn a_browser_is_told_through_a_push_service_we_know_and_no_other_way() {
    let (site, _services) = site_with_push().await;
    let ana = site.ana().await;
    subscribe(&ana, CHROME).await.assert_status(204);
    subscribe(&ana, CHROME).await.assert_status(204);
    assert_eq!(browsers(&site, ana.id).await.len(), 1);
    for bad in ["http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://example.com/x", ""] {
        let refused = subscribe(&ana, bad).await;
        refused.assert_refused(422, "endpoint");
        assert!(refused.json()["words"].as_str().unwrap().len() > 20);
    }
    for bad in [json!({}), json!({"endpoint": 7}), json!({"endpoint": CHROME, "user": "x"})] {
        ana.send_json("POST", "/notifications/push", &bad).await.assert_refused(422, "shape");
    }
    for number in 0..9 {
        let endpoint = format!("https://web.push.apple.com/{number}");
        subscribe(&ana, &endpoint).await.assert_status(204);
    }
    subscribe(&ana, FIREFOX).await.assert_refused(422, "too_many");
    subscribe(&ana, CHROME).await.assert_status(204); // one of the ten
    let removal = json!({"endpoint": CHROME});
    for _ in 0..2 {
        ana.send_json("POST", "/notifications/push/removal", &removal).await.assert_status(204);
    }
    subscribe(&ana, FIREFOX).await.assert_status(204);
    assert_eq!(browsers(&site, ana.id).await.len(), 10);
}

#[actix_web::test]
async fn strangers_admins_and_forged_requests_subscribe_nothing() {
    let (site, _services) = site_with_push().await;
    let (ana, cy, root) = (site.ana().await, site.cy().await, site.root().await);
    root.two_steps().await;
    let body = json!({"endpoint": CHROME});
    for path in ["/notifications/push", "/notifications/push/removal"] {
        site.stranger().send_json("POST", path, &body).await.assert_status(401);
        root.send_json("POST", path, &body).await.assert_status(404);
        ana.send(with_json("POST", path, &body)).await.assert_refused(403, "forged");
    }
    subscribe(&ana, CHROME).await.assert_status(204);
    // what is another's cannot be taken away by who only knows its address
    cy.send_json("POST", "/notifications/push/removal", &body).await.assert_status(204);
    assert_eq!(browsers(&site, ana.id).await.len(), 1);
    // but whoever holds the browser now can be told there, and nobody else any more
    subscribe(&cy, CHROME).await.assert_status(204);
    assert!(browsers(&site, ana.id).await.is_empty());
    assert_eq!(browsers(&site, cy.id).await.len(), 1);
    status(&site, cy.id, "suspended").await;
    subscribe(&cy, FIREFOX).await.assert_status(403);
    cy.send_json("POST", "/notifications/push/removal", &body).await.assert_status(204);
    assert!(browsers(&site, cy.id).await.is_empty());
}

#[actix_web::test]
async fn without_a_subject_there_is_no_push_at_all() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    subscribe(&ben.person, CHROME).await.assert_refused(404, "not_found");
    assert!(!ben.person.get("/settings/messages").await.has("meta[name=push-key]"));
    ana.say(&conv, &ben, "Hello").await;
    after(&site, Span::minutes(1)).await;

    let (site, _services) = site_with_push().await;
    let page = site.ana().await.get("/settings/messages").await;
    let key = page.attribute("meta[name=push-key]", "content");
    assert_eq!(from_base64url(&key).unwrap().len(), 65);
    assert!(!site.stranger().get("/").await.has("meta[name=push-key]"));
}

#[actix_web::test]
async fn a_push_is_empty_and_signed_for_its_service() {
    use p256::ecdsa::signature::Verifier;
    use p256::ecdsa::{Signature, VerifyingKey};
    let (site, services) = site_with_push().await;
    let (ana, ben, conv) = pair(&site).await;
    subscribe(&ben.person, FIREFOX).await.assert_status(204);
    ana.say(&conv, &ben, "A text that nobody else learns").await;
    after(&site, Span::seconds(10)).await;

    let asked = services.asked.borrow()[0].clone();
    assert_eq!((asked.path.as_str(), asked.body.len()), ("/wpush/v2/two", 0));
    assert_eq!(asked.headers["content-length"], "0");
    assert_eq!((&*asked.headers["ttl"], &*asked.headers["urgency"]), ("86400", "normal"));
    assert!(!asked.headers.contains_key("content-encoding"));
    assert!(!asked.headers.contains_key("cookie") && !asked.headers.contains_key("referer"));

    let (token, key) = asked.headers["authorization"]
        .strip_prefix("vapid t=")
        .unwrap()
        .split_once(", k=")
        .unwrap();
    let page = ben.person.get("/settings/messages").await;
    assert_eq!(page.attribute("meta[name=push-key]", "content"), key);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let point = from_base64url(key).unwrap();
    let signature = Signature::from_slice(&from_base64url(signature).unwrap()).unwrap();
    let verifier = VerifyingKey::from_sec1_bytes(&point).unwrap();
    verifier.verify(signed.as_bytes(), &signature).unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let part = |text| -> Value { serde_json::from_slice(&from_base64url(text).unwrap()).unwrap() };
    assert_eq!(part(head), json!({"typ": "JWT", "alg": "ES256"}));
    let claims = part(claims);
    assert_eq!(claims["aud"], "https://updates.push.services.mozilla.com");
    assert_eq!(claims["sub"], "mailto:ops@example.com");
    let left = claims["exp"].as_i64().unwrap() - site.site.db.now().seconds();
    assert!((3600..86_400).contains(&left), "{left}");
}

#[actix_web::test]
async fn an_unread_stretch_is_pushed_once_to_each_browser_and_reading_cancels_it() {
    let (site, services) = site_with_push().await;
    let (ana, ben, conv) = pair(&site).await;
    subscribe(&ben.person, CHROME).await.assert_status(204);
    subscribe(&ben.person, FIREFOX).await.assert_status(204);
    ana.say(&conv, &ben, "One").await;
    after(&site, Span::seconds(8)).await;
    assert_eq!(services.count(), 0, "not before ten seconds");
    ana.say(&conv, &ben, "Two").await;
    after(&site, Span::seconds(5)).await;
    assert_eq!(services.count(), 2, "ten seconds after the first");
    ana.say(&conv, &ben, "Three").await;
    for _ in 0..3 {
        after(&site, Span::seconds(30)).await;
    }
    assert_eq!(services.count(), 2, "once while it lasts");

    // neither a deletion nor reading a part of what was told begins anew
    ana.post(&ana.change(&conv, &ben, 1, None)).await.assert_status(201);
    after(&site, Span::seconds(30)).await;
    read(&ben, &conv, 2).await;
    read(&ben, &conv, 4).await;
    let (reply, next) = (ben.say(&conv, &ana, "Yes").await, ana.say(&conv, &ben, "Four").await);
    assert_eq!((reply, next), (5, 6));
    after(&site, Span::seconds(15)).await;
    assert_eq!(services.count(), 4, "another stretch");
    assert!(services.asked.borrow().iter().all(|asked| asked.body.is_empty()));

    read(&ben, &conv, 6).await;
    let last = ana.say(&conv, &ben, "Five").await;
    site.forward(Span::seconds(9));
    read(&ben, &conv, last).await;
    after(&site, Span::seconds(60)).await;
    assert_eq!(services.count(), 4, "what is read is not told");
}

#[actix_web::test]
async fn a_booking_wakes_the_browsers_of_whom_it_concerns_and_says_what_to_whom_it_is() {
    let (site, services) = site_with_push().await;
    let scene = Scene::on(site.clone()).await;
    subscribe(&scene.ben, CHROME).await.assert_status(204);
    subscribe(&scene.ana, FIREFOX).await.assert_status(204);
    scene.ask(&scene.ana, &scene.starts[3]).await.assert_status(303);
    site.work().await;
    let paths = || -> Vec<String> {
        services.asked.borrow().iter().map(|asked| asked.path.clone()).collect()
    };
    assert!(paths().contains(&"/fcm/send/one".to_owned()), "{:?}", paths());
    let asked = services.asked.borrow()[0].clone();
    assert_eq!((asked.body.len(), &*asked.headers["topic"]), (0, "notices"));

    let shown = |answer: Answer| -> Value { serde_json::from_slice(&answer.body).unwrap() };
    let news = scene.ben.get("/notifications/push").await;
    assert_eq!(shown(news)["path"], "/notifications");
    site.stranger().get("/notifications/push").await.assert_status(401);

    // what was read meanwhile wakes nobody, nor what somebody does not want to be woken for
    let before = services.count();
    scene.ben.post("/settings/notifications", &[("requests_page", "on")]).await.assert_status(303);
    scene.ask(&scene.ana, &scene.starts[9]).await.assert_status(303);
    site.work().await;
    let to_ben = paths().iter().filter(|path| *path == "/fcm/send/one").count();
    assert_eq!(to_ben, 1, "{:?} since {before}", paths());
}

#[actix_web::test]
async fn a_push_waits_for_the_end_of_quiet_hours() {
    let (site, services) = site_with_push().await;
    let (ana, ben, conv) = pair(&site).await;
    subscribe(&ben.person, CHROME).await.assert_status(204);
    let form = [("messages_push", "on"), ("quiet_from", "09:00"), ("quiet_to", "12:00")];
    ben.person.post("/settings/notifications", &form).await.assert_status(303);
    ana.say(&conv, &ben, "One").await;
    after(&site, Span::minutes(1)).await;
    assert_eq!(services.count(), 0);
    after(&site, Span::hours(3)).await;
    assert_eq!(services.count(), 1);
    let shown = ben.person.get("/notifications/push").await;
    assert!(shown.page().contains("New message on Footing"));
}

#[actix_web::test]
async fn a_browser_that_is_gone_is_forgotten_and_a_failure_is_tried_again() {
    let (site, services) = site_with_push().await;
    let (ana, ben, conv) = pair(&site).await;
    subscribe(&ben.person, CHROME).await.assert_status(204);
    services.answers.borrow_mut().extend([503, 429]);
    ana.say(&conv, &ben, "One").await;
    after(&site, Span::seconds(10)).await;
    assert_eq!(services.count(), 1);
    assert!(browsers(&site, ben.person.id).await[0].failed_at.is_some());
    after(&site, Span::seconds(3)).await;
    after(&site, Span::seconds(5)).await;
    assert_eq!(services.count(), 3);
    assert!(browsers(&site, ben.person.id).await[0].failed_at.is_none(), "it works again");
    after(&site, Span::hours(1)).await;
    assert_eq!(services.count(), 3, "and was told once");

    for gone in [410, 404] {
        let seq = ana.say(&conv, &ben, "More").await;
        read(&ben, &conv, seq).await;
        subscribe(&ben.person, CHROME).await.assert_status(204);
        services.answers.borrow_mut().push_back(gone);
        ana.say(&conv, &ben, "And more").await;
        after(&site, Span::seconds(10)).await;
        assert!(browsers(&site, ben.person.id).await.is_empty(), "{gone}");
    }
    // what is read before the next try is not tried again
    subscribe(&ben.person, CHROME).await.assert_status(204);
    read(&ben, &conv, 5).await;
    let last = ana.say(&conv, &ben, "Last").await;
    services.answers.borrow_mut().push_back(500);
    let before = services.count();
    after(&site, Span::seconds(10)).await;
    read(&ben, &conv, last).await;
    after(&site, Span::minutes(1)).await;
    assert_eq!(services.count(), before + 1);
}

#[actix_web::test]
async fn nothing_is_told_to_those_who_are_suspended_or_locked_out() {
    let (site, services) = site_with_push().await;
    let (ana, ben, conv) = pair(&site).await;
    subscribe(&ben.person, CHROME).await.assert_status(204);
    ana.say(&conv, &ben, "One").await;
    status(&site, ben.person.id, "suspended").await;
    after(&site, Span::minutes(11)).await;
    after(&site, Span::days(2)).await;
    status(&site, ben.person.id, "disabled").await;
    after(&site, Span::days(2)).await;
    assert_eq!(services.count(), 0);
    assert!(mails(&site, &ben).await.is_empty());
}
