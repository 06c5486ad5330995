//! Keys of people and of conversations: who may write to whom, logs that only grow, ways in.

use footing::clock::Span;
use footing::commands::chat_client::{Account, Entry};
use footing::seal::base64url;
use serde_json::json;

use crate::chatters::{line, pair};
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
async fn the_first_recovery_code_needs_no_proof_and_every_later_way_in_does() {
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
    post(wrap(1)).await.assert_status(201);
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
}
