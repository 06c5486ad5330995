//! Sealed messages: taken once, in order, by the two they belong to and nobody else.

use footing::clock::Span;
use footing::seal::random;
use serde_json::json;

use crate::chatters::{Chatter, body_of, id_of, pair, with_json};
use crate::support::{Person, TestSite};

#[actix_web::test]
async fn a_sealed_message_is_stored_and_read_by_the_other_side_only() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let cy = site.cy().await;

    assert_eq!(ana.say(&conv, &ben, "Do you take landlords?").await, 1);
    assert_eq!(ben.say(&conv, &ana, "Yes, ten of them.").await, 2);
    assert_eq!(ben.read(&conv, &ana).await, ["Do you take landlords?", "Yes, ten of them."]);
    assert_eq!(ana.read(&conv, &ben).await, ["Do you take landlords?", "Yes, ten of them."]);

    ana.person.get(&format!("/messages/{conv}")).await.assert_status(200);
    for path in [format!("/messages/{conv}"), format!("/messages/{conv}/since?after_seq=0")] {
        cy.get(&path).await.assert_status(404);
    }
    cy.get(&format!("/get_message?user={}", ben.person.id)).await.assert_status(404);
    cy.get(&format!("/messages/keys/{}", ben.person.id)).await.assert_status(404);
    let root = site.root().await;
    root.two_steps().await;
    root.get(&format!("/messages/{conv}")).await.assert_status(404);
    root.get("/messages").await.assert_status(404);
}

#[actix_web::test]
async fn a_message_goes_out_in_ones_own_name_only() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let cy = site.cy().await.with_keys().await;
    let letter = ana.letter(&conv, &ben, "Hello");

    let as_ana = letter.body(ana.person.id);
    cy.person.send_json("POST", "/send_message", &as_ana).await.assert_refused(403, "sender");
    let as_cy = body_of(cy.person.id, ben.person.id, &letter.wire());
    cy.person.send_json("POST", "/send_message", &as_cy).await.assert_refused(404, "not_found");
    // ana's conversation and device in ben's hands
    let replayed = body_of(ben.person.id, ana.person.id, &letter.wire());
    ben.person.send_json("POST", "/send_message", &replayed).await.assert_refused(422, "header");
    site.stranger().send(with_json("POST", "/send_message", &as_ana)).await.assert_status(401);
    ana.person
        .send(with_json("POST", "/send_message", &as_ana))
        .await
        .assert_refused(403, "forged");
    assert!(ben.read(&conv, &ana).await.is_empty());
}

#[actix_web::test]
async fn the_same_message_again_gets_the_first_answer_and_other_bytes_under_its_id_a_409() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let letter = ana.letter(&conv, &ben, "Once");
    let body = letter.body(ana.person.id);

    let first = ana.person.send_json("POST", "/send_message", &body).await;
    first.assert_status(201);
    for _ in 0..3 {
        let again = ana.person.send_json("POST", "/send_message", &body).await;
        again.assert_status(200);
        assert_eq!(again.json(), first.json());
    }
    // other bytes: sealed anew
    ana.post(&letter).await.assert_refused(409, "reused_id");
    site.forward(Span::days(365));
    ana.person.sign_in().await.assert_status(303);
    ana.person.send_json("POST", "/send_message", &body).await.assert_status(200);
    assert_eq!(ben_rows(&site, &conv).await, 1);
}

async fn ben_rows(site: &TestSite, conv: &str) -> i64 {
    use diesel::prelude::*;
    use footing::messaging::schema::messages;
    let conv = id_of(conv);
    site.read(move |conn, _| {
        Ok(messages::table.filter(messages::conversation_id.eq(conv)).count().get_result(conn)?)
    })
    .await
}

#[actix_web::test]
async fn one_id_sent_100_times_at_once_is_one_row() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.person.token().await;
    let body = ana.letter(&conv, &ben, "Once").body(ana.person.id);
    let tries = (0..100).map(|_| ana.person.send_json("POST", "/send_message", &body));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
    assert_eq!(ben_rows(&site, &conv).await, 1);
}

#[actix_web::test]
async fn what_is_no_sealed_message_is_refused_with_nothing_written() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let wire = ana.letter(&conv, &ben, "Hello").wire();
    let send = |body: serde_json::Value| {
        let ana = ana.person.clone();
        async move { ana.send_json("POST", "/send_message", &body).await }
    };
    let id = |who: &Chatter| who.person.id;
    let plain = body_of(id(&ana), id(&ben), b"just text");
    send(plain).await.assert_refused(422, "shape");
    send(json!({"sender": "x"})).await.assert_refused(422, "shape");
    send(json!("text")).await.assert_refused(422, "shape");
    let mut more = body_of(id(&ana), id(&ben), &wire);
    more["role"] = json!("admin");
    send(more).await.assert_refused(422, "shape");
    for cut in [0, 1, 102, 134, 166, wire.len() - 1] {
        send(body_of(id(&ana), id(&ben), &wire[..cut])).await.assert_refused(422, "shape");
    }
    let mut other = wire.clone();
    other[0] = 2;
    send(body_of(id(&ana), id(&ben), &other)).await.assert_refused(422, "shape");
    let mut files = body_of(id(&ana), id(&ben), &wire);
    files["blobs"] = json!(["0C9K4VXT2M7QA"]);
    send(files).await.assert_refused(422, "blobs");
    send(body_of(id(&ana), id(&ben), &vec![1; 80_000])).await.assert_refused(413, "size");
    send(body_of(id(&ana), id(&ana), &wire)).await.assert_refused(404, "not_found");
    assert_eq!(ben_rows(&site, &conv).await, 0);
}

#[actix_web::test]
async fn each_check_of_a_header_has_its_answer() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "One").await;
    let fine = ana.letter(&conv, &ben, "Two");
    let bent = |bend: &dyn Fn(&mut chat_client::Header)| {
        let mut letter = fine.clone();
        letter.header.client_msg_id = random();
        bend(&mut letter.header);
        letter
    };
    let device = ben.device;
    ana.post(&bent(&|h| h.device = device)).await.assert_refused(422, "header");
    ana.post(&bent(&|h| h.conversation += 1)).await.assert_refused(422, "header");
    ana.post(&bent(&|h| h.epoch = 2)).await.assert_refused(409, "stale_epoch");
    for wrong in [1, 3, 99] {
        let refused = ana.post(&bent(&|h| h.dev_seq = wrong)).await;
        assert_eq!(refused.assert_refused(409, "dev_seq").json()["dev_seq"], 2);
    }
    ana.post(&bent(&|h| h.seen_chain = [7; 32])).await.assert_refused(422, "chain_mismatch");
    ana.post(&bent(&|h| h.seen_seq = 1)).await.assert_refused(422, "chain_mismatch");
    ana.post(&bent(&|h| h.seen_seq = 50)).await.assert_refused(422, "chain_mismatch");
    ana.post(&fine).await.assert_status(201);
}

#[actix_web::test]
async fn the_chain_and_the_numbers_can_be_computed_again_from_what_is_told() {
    use chat_client::{chain_next, chain_start};
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
        ben.say(&conv, &ana, text).await;
    }
    let history = ben.history(&ana, "").await;
    let mut chain = chain_start(id_of(&conv));
    let mut before = 0;
    for (at, row) in history["messages"].as_array().unwrap().iter().enumerate() {
        let hash = |name: &str| -> [u8; 32] {
            let bytes = footing::seal::from_base64url(row[name].as_str().unwrap()).unwrap();
            bytes.try_into().unwrap()
        };
        let (seq, at_ms) = (row["seq"].as_u64().unwrap(), row["server_ts"].as_u64().unwrap());
        assert_eq!(seq, u64::try_from(at).unwrap() + 1);
        assert!(at_ms > before, "times rise");
        before = at_ms;
        chain = chain_next(&chain, seq, at_ms, &hash("wire_hash"));
        assert_eq!(chain, hash("chain"));
    }
}

#[actix_web::test]
async fn edits_and_deletes_are_the_senders_own_for_a_day_and_strike_the_text() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "The fist").await;
    ana.say(&conv, &ben, "The second").await;
    ana.post(&ana.change(&conv, &ben, 1, Some("The first"))).await.assert_status(201);
    assert_eq!(ben.read(&conv, &ana).await, ["The first", "The second"]);

    ben.post(&ben.change(&conv, &ana, 1, Some("Not yours"))).await.assert_refused(422, "change");
    ana.post(&ana.change(&conv, &ben, 3, Some("An edit"))).await.assert_refused(422, "change");
    ana.post(&ana.change(&conv, &ben, 99, None)).await.assert_refused(422, "change");
    ana.post(&ana.change(&conv, &ben, 1, None)).await.assert_status(201);
    assert_eq!(ben.read(&conv, &ana).await, ["(deleted)", "The second"]);
    let history = ben.history(&ana, "").await;
    let row = &history["messages"][0];
    assert!(row["text"].is_null() && row["edits"][0]["text"].is_null(), "{row}");
    assert!(row["wire_hash"].is_string() && row["chain"].is_string());
    ana.post(&ana.change(&conv, &ben, 1, Some("Again"))).await.assert_refused(422, "change");

    for number in 0..10 {
        let text = format!("Edit {number}");
        ana.post(&ana.change(&conv, &ben, 2, Some(&text))).await.assert_status(201);
        site.forward(Span::seconds(5));
    }
    ana.post(&ana.change(&conv, &ben, 2, Some("Eleventh"))).await.assert_refused(422, "change");
    site.forward(Span::hours(24));
    ana.post(&ana.change(&conv, &ben, 2, None)).await.assert_refused(422, "change");
    assert_eq!(ben.read(&conv, &ana).await, ["(deleted)", "Edit 9"]);
}

#[actix_web::test]
async fn a_block_and_a_suspension_end_writing_with_the_same_words() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Hello").await;
    let words = "You cannot write in this conversation.";
    let path = |act: &str| format!("/messages/{conv}/{act}");

    site.cy().await.post(&path("block"), &[]).await.assert_status(404);
    ben.person.post(&path("block"), &[]).await.assert_status(303);
    for (one, other) in [(&ana, &ben), (&ben, &ana)] {
        let refused = one.post(&one.letter(&conv, other, "Still?")).await;
        assert_eq!(refused.assert_refused(403, "forbidden").json()["words"], words);
    }
    assert_eq!(ana.read(&conv, &ben).await, ["Hello"]);
    ben.person.post(&path("unblock"), &[]).await.assert_status(303);
    ana.say(&conv, &ben, "Thanks").await;

    suspend(&site, &ben.person).await;
    for (one, other) in [(&ana, &ben), (&ben, &ana)] {
        let refused = one.post(&one.letter(&conv, other, "Still?")).await;
        assert_eq!(refused.assert_refused(403, "forbidden").json()["words"], words);
    }
    // who is suspended can still read
    assert_eq!(ben.read(&conv, &ana).await, ["Hello", "Thanks"]);
}

async fn suspend(site: &TestSite, person: &Person) {
    let id = person.id.0;
    site.write(move |conn, _| {
        crate::support::suspend(conn, id);
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn a_flood_is_told_to_wait_and_goes_on_afterwards() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for number in 0..20 {
        ana.say(&conv, &ben, &format!("Message {number}")).await;
    }
    let refused = ana.post(&ana.letter(&conv, &ben, "One too many")).await;
    refused.assert_status(429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    site.forward(Span::seconds(11));
    ana.say(&conv, &ben, "Later").await;
    // the other side has its own measure
    ben.say(&conv, &ana, "Slowly").await;
}
