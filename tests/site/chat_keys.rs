//! Keys of people and of conversations: who may write to whom, logs that only grow, ways in.

use chat_client::{Account, Entry};
use footing::clock::Span;
use footing::seal::base64url;
use serde_json::{Value, json};

use crate::chatters::{Chatter, line, pair};
use crate::support::{Person, TestSite};

#[actix_web::test]
async fn both_sides_opening_at_once_come_to_one_conversation() {
    let site = TestSite::start().await;
    let dot = site.accountant("dot", "Dot Books").await;
    let (ben, dot) = (site.ben().await.with_keys().await, dot.with_keys().await);
    let (one, two) = futures_util::join!(ben.open_with(&dot), dot.open_with(&ben));
    assert_eq!(one, two);
    assert_eq!(ben.open_with(&dot).await, one);
}

#[actix_web::test]
async fn only_listed_accountants_with_keys_are_written_to_first() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await);
    let path = |person: &Person| format!("/messages/with/{}", person.id);

    let refused = ana.person.post(&path(&ben), &[]).await;
    refused.assert_status(409).assert_text("h1", "Ben has not turned on messages");
    let asked = format!("{}/ask", path(&ben));
    ana.person.post(&asked, &[]).await.assert_status(303);
    ana.person.post(&asked, &[]).await.assert_status(303);
    let mails = site.mails_to("ben@example.com").await;
    let asks = mails.iter().filter(|mail| mail.contains("asks you to get in touch")).count();
    assert_eq!(asks, 1, "once a day");

    ana.person.post(&path(&ana.person), &[]).await.assert_status(404);
    let cy = site.cy().await;
    ana.person.post(&path(&cy), &[]).await.assert_status(404);
    ana.person.post(&path(&site.dot().await), &[]).await.assert_status(404);
    ben.post(&path(&ana.person), &[]).await.assert_status(404);
    ben.with_keys().await;
    ana.person.post(&path(&ben), &[]).await.assert_status(303);
}

#[actix_web::test]
async fn an_epoch_names_the_two_and_their_keys_of_now_and_the_first_writer_wins() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await.with_keys().await);
    let cy = site.cy().await.with_keys().await;
    let conv = ana.open_with(&ben).await;
    let (signed, ek) = ana.new_epoch(&conv, &ben, 1, [0; 32]);

    cy.post_epoch(&conv, &signed).await.assert_refused(404, "not_found");
    ben.post_epoch(&conv, &signed).await.assert_refused(422, "record");
    let wrong = [
        ana.new_epoch(&conv, &cy, 1, [0; 32]).0,
        ana.new_epoch(&conv, &ben, 2, [0; 32]).0,
        ana.new_epoch(&conv, &ben, 1, [9; 32]).0,
    ];
    for record in wrong {
        ana.post_epoch(&conv, &record).await.assert_refused(422, "record");
    }
    for at in [0, 13, 20, 40, 100, 347] {
        let mut bent = signed.clone();
        bent.record[at] ^= 1;
        ana.post_epoch(&conv, &bent).await.assert_refused(422, "record");
    }
    ana.post_epoch(&conv, &signed).await.assert_status(201);
    assert_eq!(ben.open_epoch(&conv, &ana, &signed), ek);
    let second = ben.new_epoch(&conv, &ana, 1, [0; 32]).0;
    let lost = ben.post_epoch(&conv, &second).await;
    lost.assert_status(409);
    assert_eq!(lost.json()["record"], base64url(&signed.record));
}

#[actix_web::test]
async fn a_log_only_grows_and_a_new_key_ends_old_epochs_and_ways_in() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    assert_eq!(ben.log_of(&ana).await, 1);
    let post = |body: serde_json::Value| {
        let ana = ana.person.clone();
        async move { ana.send_json("POST", "/messages/keys", &body).await }
    };
    let next = Account::new(ana.person.id.0, &mut rand::rng()).unwrap();
    let rotated = Entry::rotated(&next, &ana.entry, &ana.account);
    // a second first key, a rotation without the old key's word, another's line
    post(line(&Entry::first(&next), [0; 32])).await.assert_refused(409, "conflict");
    let mut unvouched = line(&rotated, ana.entry.log_hash);
    unvouched["prev_sig"] = json!(null);
    post(unvouched).await.assert_refused(409, "conflict");
    let stranger = Account::new(ben.person.id.0, &mut rand::rng()).unwrap();
    post(line(&Entry::rotated(&stranger, &ana.entry, &ana.account), ana.entry.log_hash))
        .await
        .assert_refused(409, "conflict");

    site.forward(Span::minutes(11));
    let body = line(&rotated, ana.entry.log_hash);
    post(body.clone()).await.assert_refused(403, "reauthenticate");
    ana.person.post("/reauthenticate", &[("password", crate::support::PASSWORD)]).await;
    post(body).await.assert_status(201);
    let answer = ben.person.get(&format!("/messages/keys/{}", ana.person.id)).await;
    assert_eq!(answer.json()["log"].as_array().unwrap().len(), 2);
    // nobody sends under the old epoch, and the old device is gone
    ben.post(&ben.letter(&conv, &ana, "Hello")).await.assert_refused(409, "stale_epoch");
    ana.post(&ana.letter(&conv, &ben, "Hello")).await.assert_refused(422, "header");
    let mails = site.mails_to("ana@example.com").await;
    assert!(mails.iter().any(|mail| mail.contains("Your encryption key was changed")));
}

#[actix_web::test]
async fn every_way_in_but_the_first_browser_needs_a_proof_and_is_mailed_as_its_end_is() {
    let site = TestSite::start().await;
    let ana = site.ana().await.with_keys().await;
    let wrap = |kind: i64| {
        json!({
            "kind": kind,
            "credential_id": (kind == 2).then(|| base64url(&[1; 16])),
            "salt": base64url(&[1; 32]),
            "nonce": base64url(&[2; 12]),
            "ct": base64url(&[3; 48]),
            "commit": base64url(&[4; 32]),
        })
    };
    let post = |body: serde_json::Value| {
        let ana = ana.person.clone();
        async move { ana.send_json("POST", "/messages/keys/wraps", &body).await }
    };
    site.forward(Span::minutes(11));
    for kind in [1, 2, 4] {
        post(wrap(kind)).await.assert_refused(403, "reauthenticate");
    }
    ana.person.post("/reauthenticate", &[("password", crate::support::PASSWORD)]).await;
    for kind in [1, 2, 4] {
        post(wrap(kind)).await.assert_status(201);
    }
    for (name, value) in
        [("salt", base64url(&[1; 31])), ("ct", base64url(&[1; 49])), ("nonce", "??".to_owned())]
    {
        let mut bent = wrap(1);
        bent[name] = json!(value);
        post(bent).await.assert_refused(422, "shape");
    }
    let known = ana.person.get("/messages/keys").await.json();
    let kinds: Vec<i64> = known["wraps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wrap| wrap["kind"].as_i64().unwrap())
        .collect();
    assert_eq!(kinds, [1, 2, 4], "one recovery code at a time");
    let mails = site.mails_to("ana@example.com").await;
    assert_eq!(mails.iter().filter(|mail| mail.contains("can now be unlocked")).count(), 3);
    // a link is good for ten minutes
    site.forward(Span::minutes(10));
    let known = ana.person.get("/messages/keys").await.json();
    assert_eq!(known["wraps"].as_array().unwrap().len(), 2);
    let passkey = format!("/messages/keys/wraps/{}", known["wraps"][1]["id"].as_str().unwrap());
    let none = json!({});
    let removal = || ana.person.send_json("DELETE", &passkey, &none);
    removal().await.assert_refused(403, "reauthenticate");
    let browser = json!({ "label": "Firefox on Linux" });
    let unlocked = ana.person.send_json("POST", "/messages/keys/devices", &browser).await;
    unlocked.assert_refused(403, "reauthenticate");
    ana.person.post("/reauthenticate", &[("password", crate::support::PASSWORD)]).await;
    removal().await.assert_status(204);
    ana.person.send_json("POST", "/messages/keys/devices", &browser).await.assert_status(201);
    let mails = site.mails_to("ana@example.com").await;
    assert!(mails.iter().any(|mail| mail.contains("can no longer be unlocked with that passkey")));
}

/// A line that nobody vouches for, as a browser makes it that has no key of the account.
fn fresh_line(of: &Chatter) -> (Value, Account) {
    let account = Account::new(of.person.id.0, &mut rand::rng()).unwrap();
    let entry = Entry::reset(&account, &of.entry);
    (line(&entry, of.entry.log_hash), account)
}

async fn is_unused(of: &Chatter) -> bool {
    of.person.get("/messages/keys").await.json()["is_unused"].as_bool().unwrap()
}

#[actix_web::test]
async fn keys_that_were_never_used_are_renewed_by_a_new_browser_without_a_question_or_a_mail() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await.with_keys().await);
    // a conversation without a message loses nothing
    let conv = ana.open_with(&ben).await;
    site.forward(Span::minutes(11));
    assert!(is_unused(&ana).await);
    let (body, _) = fresh_line(&ana);
    ana.person.send_json("POST", "/messages/keys", &body).await.assert_status(201);
    let known = ana.person.get("/messages/keys").await.json();
    assert_eq!(known["devices"].as_array().unwrap().len(), 1, "the older browser is out");
    assert_eq!(known["wraps"].as_array().unwrap().len(), 0);
    // its own wrap comes without a question as well, and only one
    let wrap = |device: &Value| {
        json!({
            "kind": 3, "device": device, "label": "Firefox on Linux", "salt": base64url(&[1; 32]),
            "nonce": base64url(&[2; 12]), "ct": base64url(&[3; 48]), "commit": base64url(&[4; 32]),
        })
    };
    let own = wrap(&known["devices"][0]["id"]);
    ana.person.send_json("POST", "/messages/keys/wraps", &own).await.assert_status(201);
    let again = ana.person.send_json("POST", "/messages/keys/wraps", &own).await;
    again.assert_refused(403, "reauthenticate");
    assert!(site.mails_to("ana@example.com").await.iter().all(|mail| !mail.contains("encryption")));
    let log = ben.person.get(&format!("/messages/keys/{}", ana.person.id)).await.json();
    assert_eq!(log["log"][1]["kind"], 2);
    let page = ben.person.get(&format!("/messages/{conv}")).await;
    page.assert_status(200);
}

#[actix_web::test]
async fn keys_that_something_depends_on_are_renewed_only_after_a_password_and_with_a_mail() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Do you take landlords?").await;
    let cy = site.cy().await.with_keys().await;
    let code = json!({
        "kind": 1,
        "salt": base64url(&[1; 32]),
        "nonce": base64url(&[2; 12]),
        "ct": base64url(&[3; 48]),
        "commit": base64url(&[4; 32]),
    });
    cy.person.send_json("POST", "/messages/keys/wraps", &code).await.assert_status(201);
    site.forward(Span::minutes(11));
    // who wrote, who was written to, who kept a code
    for one in [&ana, &ben, &cy] {
        assert!(!is_unused(one).await);
        let (body, _) = fresh_line(one);
        let refused = one.person.send_json("POST", "/messages/keys", &body).await;
        refused.assert_refused(403, "reauthenticate");
    }
    ben.person.post("/reauthenticate", &[("password", crate::support::PASSWORD)]).await;
    let (body, _) = fresh_line(&ben);
    ben.person.send_json("POST", "/messages/keys", &body).await.assert_status(201);
    let mails = site.mails_to("ben@example.com").await;
    assert!(mails.iter().any(|mail| mail.contains("Your encryption key was started fresh")));
}

#[actix_web::test]
async fn pages_say_whether_anything_would_be_lost_with_the_keys() {
    let site = TestSite::start().await;
    let keys = |person: &Person| {
        let person = person.clone();
        async move { person.get("/messages").await.attribute("meta[name=chat-user]", "data-keys") }
    };
    let ana = site.ana().await;
    assert_eq!(keys(&ana).await, "none");
    let (ana, ben) = (ana.with_keys().await, site.ben().await.with_keys().await);
    assert_eq!(keys(&ana.person).await, "unused");
    let conv = ana.open_with(&ben).await;
    ana.begin_with(&conv, &ben).await;
    assert_eq!(keys(&ben.person).await, "unused");
    ana.say(&conv, &ben, "Do you take landlords?").await;
    for one in [&ana, &ben] {
        assert_eq!(keys(&one.person).await, "unsaved");
    }
}

#[actix_web::test]
async fn a_browser_that_holds_a_key_says_when_it_was_used_and_nobody_elses_can() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await.with_keys().await);
    let path = |of: &Chatter| {
        let known = of.person.clone();
        async move {
            let own = known.get("/messages/keys").await.json();
            let device = &own["devices"][0];
            let seen = device["last_seen_at"].as_str().unwrap().to_owned();
            (format!("/messages/keys/devices/{}", device["id"].as_str().unwrap()), seen)
        }
    };
    let (device, before) = path(&ana).await;
    site.forward(Span::days(1));
    ben.person.send_json("PUT", &device, &json!({})).await.assert_refused(404, "not_found");
    ana.person.send_json("PUT", &device, &json!({})).await.assert_status(204);
    assert!(path(&ana).await.1 > before);
    let none = json!({});
    let removal = || ana.person.send_json("DELETE", &device, &none);
    removal().await.assert_refused(403, "reauthenticate");
    ana.person.post("/reauthenticate", &[("password", crate::support::PASSWORD)]).await;
    removal().await.assert_status(204);
    let mails = site.mails_to("ana@example.com").await;
    assert!(mails.iter().any(|mail| mail.contains("can no longer open your messages")));
    ana.person.send_json("PUT", &device, &json!({})).await.assert_refused(404, "not_found");
}

#[actix_web::test]
async fn a_conversation_stands_in_the_others_list_from_its_first_message_or_notice_on() {
    let site = TestSite::start().await;
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await.with_keys().await);
    let conv = ana.open_with(&ben).await;
    let line = format!("#c-{conv}");
    let lists = |person: &Person| {
        let (person, line) = (person.clone(), line.clone());
        async move {
            let (list, people) = (person.get("/messages").await, person.get("/messages/new").await);
            (list.has(&line), people.page().contains("People you talk with"))
        }
    };
    assert_eq!(lists(&ana.person).await, (true, true), "who opened it finds it again");
    assert_eq!(lists(&ben.person).await, (false, false));
    ana.person.post(&format!("/messages/{conv}/ask"), &[]).await.assert_status(303);
    assert_eq!(lists(&ben.person).await, (true, true), "a notice is enough");

    let cy = site.cy().await.with_keys().await;
    let conv = cy.open_with(&ben).await;
    let line = format!("#c-{conv}");
    assert!(!ben.person.get("/messages").await.has(&line));
    cy.begin_with(&conv, &ben).await;
    assert!(!ben.person.get("/messages").await.has(&line));
    cy.say(&conv, &ben, "Good morning").await;
    assert!(ben.person.get("/messages").await.has(&line));
}

#[actix_web::test]
async fn five_people_a_day_are_asked_to_turn_on_messages_and_the_sixth_tomorrow() {
    let site = TestSite::start().await;
    let ana = site.ana().await;
    let mut asked = vec![];
    for name in ["p1", "p2", "p3", "p4", "p5", "p6"] {
        asked.push(format!("/messages/with/{}/ask", site.accountant(name, name).await.id));
    }
    for path in &asked[..5] {
        ana.post(path, &[]).await.assert_status(303);
    }
    let refused = ana.post(&asked[5], &[]).await;
    refused.assert_status(429).assert_text("h1", "You have asked 5 people today");
    assert_eq!(refused.header("retry-after"), "86400");
    assert!(site.mails_to("p6@example.com").await.is_empty());
    ana.post(&asked[0], &[]).await.assert_status(303); // who was asked already is no sixth
    site.cy().await.post(&asked[5], &[]).await.assert_status(303);
    site.forward(Span::hours(25));
    ana.sign_in().await.assert_status(303);
    ana.post(&asked[5], &[]).await.assert_status(303);
}
