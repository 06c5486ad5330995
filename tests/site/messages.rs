//! Sealed messages: taken once, in order, by the two they belong to and nobody else.

use footing::clock::Span;
use footing::commands::chat_client::{Account, Entry};
use footing::seal::{base64url, random};
use serde_json::json;

use crate::chatters::{Chatter, body_of, id_of, line, with_json};
use crate::support::{Person, TestSite};

/// Ana and ben with keys, a conversation and its first epoch.
async fn pair(site: &TestSite) -> (Chatter, Chatter, String) {
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await.with_keys().await);
    let conv = ana.open_with(&ben).await;
    ana.begin_with(&conv, &ben).await;
    (ana, ben, conv)
}

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
    let bent = |bend: &dyn Fn(&mut footing::commands::chat_client::Header)| {
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
    use footing::commands::chat_client::{chain_next, chain_start};
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
async fn paging_by_time_neither_repeats_nor_skips_even_at_one_frozen_instant() {
    use footing::messaging::{Conversation, ConversationId, Draft, Message, wire::Header};
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let wires: Vec<Vec<u8>> = (1..=200)
        .map(|number| {
            let mut letter = ana.letter(&conv, &ben, &format!("Number {number}"));
            letter.header.dev_seq = number;
            letter.wire()
        })
        .collect();
    let (receiver, id) = (ben.person.id, ConversationId(id_of(&conv)));
    let sender = ana.person.id;
    site.write(move |conn, now| {
        for wire in wires {
            let talk = Conversation::with_member(conn, id, sender)?;
            let header = Header::parse(&wire).unwrap();
            Message::store(conn, &talk, &Draft { receiver, header, wire }, now)?;
        }
        Ok(())
    })
    .await;
    site.forward(Span::seconds(60));
    let mut texts = vec![];
    let mut before = String::new();
    loop {
        let page = ben.history(&ana, &format!("&screen_size=40{before}")).await;
        let rows = page["messages"].as_array().unwrap();
        texts.splice(0..0, rows.iter().map(|row| row["seq"].as_i64().unwrap()));
        let Some(next) = page["next_before_timestamp"].as_i64() else { break };
        before = format!("&before_timestamp={next}");
        assert_eq!(rows.len(), 40);
        // what comes meanwhile is newer than any cursor
        if texts.len() == 80 {
            ben.say(&conv, &ana, "In between").await;
        }
    }
    assert_eq!(texts, (1..=200).collect::<Vec<_>>());
}

#[actix_web::test]
async fn every_parameter_of_a_history_has_its_meaning() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
        site.forward(Span::seconds(1));
    }
    let count = |query: &'static str| {
        let (ana, ben) = (ana.clone(), ben.clone());
        async move { ben.history(&ana, query).await["messages"].as_array().unwrap().len() }
    };
    for (query, expected) in [
        ("", 3),
        ("&screen_size=2", 2),
        ("&screen_size=0", 1),
        ("&screen_size=-7", 1),
        ("&screen_size=100000", 3),
        ("&before_timestamp=0", 0),
        ("&before_timestamp=-5", 0),
        ("&before_timestamp=99999999999999", 3),
        ("&before_timestamp=2999-01-01T00:00:00%2B01:00", 3),
        ("&before_timestamp=1999-01-01T00:00:00Z", 0),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    let path = |query: &str| format!("/get_message?user={}{query}", ana.person.id);
    for query in [
        "&screen_size=x",
        "&screen_size=1.5",
        "&before_timestamp=yesterday",
        "&before_timestamp=2026-11-25T10:00:00",
    ] {
        ben.person.get(&path(query)).await.assert_refused(422, "shape");
    }
    let own = format!("/get_message?user={}", ben.person.id);
    ben.person.get(&own).await.assert_status(404);
    ben.person.get("/get_message?user=nobody").await.assert_status(404);
    ben.person.get("/get_message").await.assert_status(404);
    site.stranger().get(&path("")).await.assert_status(401);
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
    use diesel::prelude::*;
    use footing::users::Status;
    use footing::users::schema::users;
    let id = person.id;
    site.write(move |conn, _| {
        diesel::update(users::table.find(id))
            .set(users::status.eq(Status::Suspended))
            .execute(conn)?;
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

#[actix_web::test]
async fn marks_move_forward_only_and_unread_counts_the_others_messages() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
    }
    let unread = |who: &Chatter| {
        let who = who.person.clone();
        async move { who.get("/messages").await.all("#conversations .count").join("") }
    };
    let ack = |delivered: i64, read: i64| {
        let (ben, conv) = (ben.person.clone(), conv.clone());
        async move {
            let body = json!({"delivered": delivered, "read": read});
            ben.send_json("POST", &format!("/messages/{conv}/ack"), &body).await
        }
    };
    assert_eq!(unread(&ben).await, "3 unread");
    assert_eq!(unread(&ana).await, "");
    ana.post(&ana.change(&conv, &ben, 3, None)).await.assert_status(201);
    assert_eq!(unread(&ben).await, "2 unread");
    ack(3, 1).await.assert_status(204);
    assert_eq!(unread(&ben).await, "1 unread");
    ack(0, 0).await.assert_status(204);
    ack(-4, i64::MAX).await.assert_status(204);
    assert_eq!(unread(&ben).await, "");
    let body = json!({"delivered": 1, "read": 1});
    let path = format!("/messages/{conv}/ack");
    site.cy().await.send_json("POST", &path, &body).await.assert_status(404);
    // the mark of what was read is shown to the other side, unless one of them hides it
    let shown = |page: crate::support::Answer| page.attributes("main", "data-read");
    assert_eq!(shown(ana.person.get(&format!("/messages/{conv}")).await).len(), 1);
    for (hider, fields) in [(&ben, [("mail_mode", "soon"), ("share_presence", "on")])] {
        hider.person.post("/settings/messages", &fields).await.assert_status(303);
    }
    assert!(shown(ana.person.get(&format!("/messages/{conv}")).await).is_empty());
    assert!(shown(ben.person.get(&format!("/messages/{conv}")).await).is_empty());
}

#[actix_web::test]
async fn clearing_hides_the_past_from_oneself_and_from_nobody_else() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Old").await;
    ben.person.post(&format!("/messages/{conv}/clear"), &[]).await.assert_status(303);
    ana.say(&conv, &ben, "New").await;
    assert_eq!(ben.read(&conv, &ana).await, ["New"]);
    assert_eq!(ana.read(&conv, &ben).await, ["Old", "New"]);
    assert!(!ben.person.get(&format!("/messages/{conv}")).await.has("#m-1"));
    assert!(!ben.person.get(&format!("/messages/{conv}/since?after_seq=0")).await.has("#m-1"));
}

#[actix_web::test]
async fn a_page_that_fell_behind_gets_what_it_missed_in_order_and_each_row_once() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
    }
    ana.post(&ana.change(&conv, &ben, 1, Some("First"))).await.assert_status(201);
    let since = |after: i64| {
        let (ben, conv) = (ben.person.clone(), conv.clone());
        async move { ben.get(&format!("/messages/{conv}/since?after_seq={after}")).await.page() }
    };
    let ids = |page: String| -> Vec<String> {
        page.split("id=\"m-")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(since(0).await), ["1", "2", "3"]);
    // an edit comes inside the row it is about
    assert_eq!(ids(since(3).await), ["1"]);
    assert_eq!(ids(since(4).await), Vec::<String>::new());
    assert!(since(2).await.contains("data-last=\"4\""));
}

#[actix_web::test]
async fn no_row_of_a_timeline_can_be_changed_removed_or_put_in_between() {
    use diesel::RunQueryDsl;
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "One").await;
    for statement in [
        "UPDATE messages SET server_ts = server_ts + 1000",
        "UPDATE messages SET sender_id = NULL",
        "UPDATE messages SET chain = wire_hash",
        "UPDATE messages SET seq = 5",
        "DELETE FROM messages",
        "UPDATE conversation_epochs SET epoch = 9",
        "DELETE FROM conversation_epochs",
        "UPDATE chat_identities SET kind = 2",
        "DELETE FROM chat_identities",
        "UPDATE conversations SET last_seq = 0",
        "UPDATE conversation_participants SET read_seq = -1",
        "INSERT INTO messages (conversation_id, seq, act, wire_hash, chain, server_ts, notice_kind, \
         notice_ref) SELECT conversation_id, 9, 0, wire_hash, chain, server_ts + 1000, 1, 1 \
         FROM messages",
        "INSERT INTO messages (conversation_id, seq, act, wire_hash, chain, server_ts) \
         SELECT conversation_id, 2, 0, wire_hash, chain, server_ts + 1000 FROM messages",
    ] {
        let done = site
            .site
            .db
            .write(move |conn, _| {
                Ok::<_, footing::error::Error>(diesel::sql_query(statement).execute(conn)?)
            })
            .await;
        assert!(done.is_err(), "{statement}");
    }
    assert_eq!(ben.read(&conv, &ana).await, ["One"]);
}

/// All that the site keeps: the database, and every file of its folder, mails among them.
async fn everything_kept(site: &TestSite) -> Vec<u8> {
    use diesel::prelude::*;
    use diesel::sql_types::{Nullable, Text};
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Nullable<Text>)]
        text: Option<String>,
    }
    let mut kept = vec![];
    let mut folders = vec![site.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => kept.extend(std::fs::read(path).unwrap()),
            }
        }
    }
    if !site.site.db.is_sqlite() {
        let dump = site.read(|conn, _| {
            let all =
                |conn: &mut footing::db::Conn, sql: String| -> footing::error::Result<Vec<Found>> {
                    Ok(diesel::sql_query(sql).load(conn)?)
                };
            let tables = "SELECT table_name::text AS text FROM information_schema.tables \
                          WHERE table_schema = current_schema()";
            let mut dump = String::new();
            for table in all(conn, tables.to_owned())?.into_iter().filter_map(|found| found.text) {
                let rows = format!("SELECT string_agg(t::text, ' ') AS text FROM {table} t");
                dump.extend(all(conn, rows)?.into_iter().filter_map(|found| found.text));
            }
            Ok(dump)
        });
        kept.extend(dump.await.into_bytes());
    }
    kept
}

#[actix_web::test]
async fn of_200_known_texts_database_files_and_mails_hold_none() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let needles: Vec<String> =
        (0..200).map(|number| format!("canary {number:03} sings in the mine")).collect();
    for (number, text) in needles.iter().enumerate() {
        let (from, to) = if number % 2 == 0 { (&ana, &ben) } else { (&ben, &ana) };
        from.say(&conv, to, text).await;
        site.forward(Span::seconds(12));
    }
    ana.post(&ana.change(&conv, &ben, 1, Some("canary 999 sings in the mine"))).await;
    site.forward(Span::minutes(30));
    site.mails_to("ben@example.com").await;
    let page = ben.person.get(&format!("/messages/{conv}")).await.page();
    let kept = [everything_kept(&site).await, page.into_bytes()].concat();
    let holds = |needle: &[u8]| kept.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"Europe/London"), "the search finds what is there");
    let hex: String = b"sings in the mine".iter().map(|byte| format!("{byte:02x}")).collect();
    for needle in [b"sings in the mine".as_slice(), b"canary", hex.as_bytes()] {
        assert!(!holds(needle), "{}", String::from_utf8_lossy(needle));
    }
    // every one of them carries these words, so none is there; and the two read them all
    assert_eq!(needles.iter().filter(|text| text.contains("sings in the mine")).count(), 200);
    assert_eq!(
        ben.history(&ana, "&screen_size=200").await["messages"].as_array().unwrap().len(),
        200
    );
}
