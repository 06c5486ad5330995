//! Keys of earlier messages are handed to somebody who lost theirs: told at once, opened a day later.

use chat_client::{Account, Entry, Reshare, Signed};
use footing::clock::Span;
use footing::seal::{base64url, from_base64url};
use serde_json::{Value, json};

use crate::chatters::{Chatter, id_of, line, pair};
use crate::database::raw;
use crate::support::{Answer, PASSWORD, TestSite};

/// Ana starts fresh: a key that nobody vouches for.
async fn start_fresh(ana: &Chatter) -> (Account, Entry) {
    let account = Account::new(ana.person.id.0, &mut rand::rng()).unwrap();
    let entry = Entry::reset(&account, &ana.entry);
    ana.person.post("/reauthenticate", &[("password", PASSWORD)]).await;
    let body = line(&entry, ana.entry.log_hash);
    ana.person.send_json("POST", "/messages/keys", &body).await.assert_status(201);
    (account, entry)
}

fn shared(by: &Chatter, conv: &str, epoch: u32, to: &Account) -> Signed {
    let ek = by.key(conv, 1);
    Reshare::make(id_of(conv), epoch, &by.account, &to.identity, &ek, &mut rand::rng()).unwrap()
}

async fn hand_over(by: &Chatter, conv: &str, signed: &[Signed]) -> Answer {
    let reshares: Vec<Value> = signed
        .iter()
        .map(|one| json!({"record": base64url(&one.record), "sig": base64url(&one.sig)}))
        .collect();
    let body = json!({"reshares": reshares});
    by.person.send_json("POST", &format!("/messages/{conv}/reshares"), &body).await
}

#[actix_web::test]
async fn a_new_key_gets_the_old_epochs_a_day_after_its_owner_was_told() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ben.say(&conv, &ana, "Before").await;
    let (fresh, _) = start_fresh(&ana).await;
    let path = format!("/messages/{conv}/reshares");
    let missing = ben.person.get(&path).await;
    assert_eq!(missing.json()["epochs"].as_array().unwrap().len(), 1);

    let signed = shared(&ben, &conv, 1, &fresh);
    hand_over(&ben, &conv, std::slice::from_ref(&signed)).await.assert_status(201);
    let told = |mails: Vec<String>| {
        mails.iter().filter(|mail| mail.contains("earlier messages again")).count()
    };
    assert_eq!(told(site.mails_to(&ana.person.email).await), 1);
    // again, and twice in one breath, is fine and told once
    hand_over(&ben, &conv, &[signed.clone(), signed]).await.assert_status(201);
    assert_eq!(told(site.mails_to(&ana.person.email).await), 1);
    assert_eq!(ben.person.get(&path).await.json()["epochs"], json!([]));
    // and neither changed nor taken back, by raw SQL either
    for sql in ["UPDATE epoch_reshares SET available_at = 9", "DELETE FROM epoch_reshares"] {
        let refused = raw(&site, sql.to_owned()).await.expect_err(sql);
        assert!(refused.contains("reshare_kept"), "{refused}");
    }

    let pane = format!("/messages/{conv}");
    site.forward(Span::minutes(23 * 60 + 59));
    assert!(!ana.person.get(&pane).await.has("enc-epoch[data-reshare]"), "before the day is over");
    site.forward(Span::minutes(2));
    ana.person.sign_in().await.assert_status(303);
    let page = ana.person.get(&pane).await;
    let record = from_base64url(&page.attribute("enc-epoch", "data-reshare")).unwrap();
    let sig = from_base64url(&page.attribute("enc-epoch", "data-reshare-sig")).unwrap();
    let got = Signed { record, sig: sig.try_into().unwrap() };
    let opened = Reshare::open(&got, id_of(&conv), 1, &ben.account.identity, &fresh).unwrap();
    assert_eq!(opened, ben.key(&conv, 1));
    // the giver's page has no use for it
    ben.person.sign_in().await.assert_status(303);
    assert!(!ben.person.get(&pane).await.has("enc-epoch[data-reshare]"));
}

#[actix_web::test]
async fn a_key_that_is_bent_foreign_or_for_an_older_key_is_not_handed_over() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let cy = site.cy().await.with_keys().await;
    ben.say(&conv, &ana, "Before").await;
    let old = shared(&ben, &conv, 1, &ana.account);
    let (fresh, _) = start_fresh(&ana).await;
    let good = shared(&ben, &conv, 1, &fresh);
    let mut bent = good.clone();
    bent.record[150] ^= 1;
    let ek = ben.key(&conv, 1);
    let make = |conversation, epoch, from: &Account, to: &Account| {
        Reshare::make(conversation, epoch, from, &to.identity, &ek, &mut rand::rng()).unwrap()
    };
    for (what, signed) in [
        ("for the key that was lost", vec![old]),
        ("bent", vec![bent]),
        ("of an epoch to come", vec![make(id_of(&conv), 2, &ben.account, &fresh)]),
        ("of no epoch", vec![make(id_of(&conv), 0, &ben.account, &fresh)]),
        ("of another conversation", vec![make(id_of(&conv) + 1, 1, &ben.account, &fresh)]),
        ("signed by another", vec![make(id_of(&conv), 1, &cy.account, &fresh)]),
        ("for another", vec![make(id_of(&conv), 1, &ben.account, &cy.account)]),
        ("one bad beside a good", vec![good.clone(), make(id_of(&conv), 2, &ben.account, &fresh)]),
        ("none", vec![]),
    ] {
        let answer = hand_over(&ben, &conv, &signed).await;
        assert_eq!(answer.status, 422, "{what}");
    }
    hand_over(&cy, &conv, std::slice::from_ref(&good)).await.assert_status(404);
    cy.person.get(&format!("/messages/{conv}/reshares")).await.assert_status(404);
    hand_over(&ben, &conv, &[good]).await.assert_status(201);
}
