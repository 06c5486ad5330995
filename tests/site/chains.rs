//! What a browser needs to follow the chain of a conversation, and what ties its epochs together.

use footing::clock::Span;
use footing::error::Result;
use footing::messaging::wire::Header;
use footing::messaging::{Conversation, ConversationId, Message, Participant, PostedMessage};
use footing::seal::from_base64url;
use footing::users::{Actor, Role};
use serde_json::{Value, json};

use crate::chatters::{Chatter, id_of, pair};
use crate::support::TestSite;

async fn chain(of: &Chatter, conv: &str, after: i64) -> Vec<Value> {
    let answer = of.person.get(&format!("/messages/{conv}/chain?after_seq={after}")).await;
    answer.assert_status(200);
    answer.json()["rows"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn every_row_is_given_to_the_chain_and_what_was_cleared_only_as_hashes() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    for text in ["One", "Two", "Three"] {
        ana.say(&conv, &ben, text).await;
    }
    ben.person.post(&format!("/messages/{conv}/clear"), &[]).await.assert_status(303);
    // what stands behind the page is one bare row
    let page = ben.person.get(&format!("/messages/{conv}")).await;
    assert_eq!(page.attributes("enc-link", "data-seq"), ["3"]);
    assert!(page.attributes("enc-link", "data-head").is_empty());
    ana.post(&ana.change(&conv, &ben, 3, Some("Drei"))).await.assert_status(201);
    ana.say(&conv, &ben, "Five").await;

    let rows = chain(&ben, &conv, 0).await;
    let seqs: Vec<i64> = rows.iter().map(|row| row["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
    for (row, is_shown) in rows.iter().zip([false, false, false, true, true]) {
        assert!(row["wh"].is_string() && row["chain"].is_string() && row["ts"].is_i64());
        assert_eq!((row["ct"].is_string(), row["head"].is_string()), (is_shown, is_shown));
    }
    assert_eq!(chain(&ben, &conv, 3).await.len(), 2);
    let page = ben.person.get(&format!("/messages/{conv}")).await;
    assert_eq!(page.attributes("enc-link", "data-seq"), ["4"], "the row before the first shown");
    let since = ben.person.get(&format!("/messages/{conv}/since?after_seq=1")).await;
    assert_eq!(since.attributes("enc-link", "data-seq"), ["2", "3", "4"]);
    assert!(since.has("#m-5") && !since.has("#m-3"));
    assert!(chain(&ana, &conv, 0).await.iter().all(|row| row["ct"].is_string()));
}

#[actix_web::test]
async fn an_epoch_is_given_with_its_record_and_ten_an_hour_are_begun_by_one_sender() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Under the first").await;
    site.forward(Span::seconds(1));
    let one = ben.person.get(&format!("/messages/{conv}/epochs/1")).await;
    one.assert_status(200);
    assert_eq!(one.json()["epoch"], 1);
    let none = ben.person.get(&format!("/messages/{conv}/epochs/2")).await;
    none.assert_status(404);

    let mut record = from_base64url(one.json()["record"].as_str().unwrap()).unwrap();
    for number in 2..=11 {
        let (next, _) = ana.new_epoch(&conv, &ben, number, footing::seal::sha256(&record));
        let answer = ana.post_epoch(&conv, &next).await;
        if number == 11 {
            answer.assert_refused(429, "too_many");
        } else {
            answer.assert_status(201);
            record = next.record;
        }
    }
    let (theirs, _) = ben.new_epoch(&conv, &ana, 11, footing::seal::sha256(&record));
    ben.post_epoch(&conv, &theirs).await.assert_status(201);
    let current = ana.person.get(&format!("/messages/{conv}/epochs")).await.json();
    assert_eq!((&current["current"], &current["after_seq"]), (&json!(11), &json!(1)));
    site.forward(Span::hours(1));
    let (next, _) = ana.new_epoch(&conv, &ben, 12, footing::seal::sha256(&theirs.record));
    ana.post_epoch(&conv, &next).await.assert_status(201);
}

#[actix_web::test]
async fn a_message_that_is_being_written_while_its_reader_acknowledges_is_counted() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Read").await;
    let wire = ana.letter(&conv, &ben, "Unread").wire();
    let (id, receiver, now) = (ConversationId(id_of(&conv)), ben.person.id, site.site.db.now());
    let actor = Actor { id: ana.person.id, role: Role::Client, now };
    let (stored, is_stored) = std::sync::mpsc::channel();
    let db = site.site.db.clone();
    let held = actix_web::rt::spawn(async move {
        let sending = db.write(move |conn, _| -> Result<()> {
            let header = Header::parse(&wire).unwrap();
            Message::send(conn, &actor, &PostedMessage { receiver, header, wire, blobs: vec![] })
                .unwrap();
            stored.send(()).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(800));
            Ok(())
        });
        sending.await
    });
    while is_stored.try_recv().is_err() {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let marks = json!({"delivered": 1, "read": 1});
    let ack = format!("/messages/{conv}/ack");
    ben.person.send_json("POST", &ack, &marks).await.assert_status(204);
    held.await.unwrap().unwrap();
    let unread = site.site.db.read(move |conn, _| -> Result<_> {
        let talk = Conversation::with_member(conn, id, receiver)?;
        Participant::unread(conn, receiver, Some(talk.id))
    });
    assert_eq!(unread.await.unwrap(), 1);
}
