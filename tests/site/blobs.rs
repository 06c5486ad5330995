//! Sealed files: they come in parts, go with a message, and are there for its two readers only.

use actix_web::test::TestRequest;
use diesel::prelude::*;
use footing::clock::Span;
use footing::messaging::schema::blobs as rows;
use footing::messaging::{Blob, BlobId, BlobState, ConversationId};
use footing::seal::{base64url, sha256};
use footing::users::UserId;
use serde_json::{Value, json};

use crate::chatters::{Chatter, Letter, id_of};
use crate::support::{Answer, Person, TestSite};

const PART: usize = 8 * 1024 * 1024;
/// The sealed length of nine MiB: two parts.
const NINE: usize = 64 + 9 * (1024 * 1024 + 16);

/// Ana and ben with keys, a conversation and its first epoch.
async fn pair(site: &TestSite) -> (Chatter, Chatter, String) {
    let (ana, ben) = (site.ana().await.with_keys().await, site.ben().await.with_keys().await);
    let conv = ana.open_with(&ben).await;
    ana.begin_with(&conv, &ben).await;
    (ana, ben, conv)
}

pub fn bytes(length: usize, seed: u8) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap() ^ seed).collect()
}

impl Person {
    pub async fn begin(&self, conv: &str, size: impl Into<Value>) -> Answer {
        let body = json!({"conversation": conv, "size": size.into()});
        self.send_json("POST", "/blobs", &body).await
    }

    pub async fn put(&self, id: &str, part: usize, content: &[u8]) -> Answer {
        self.put_as(id, part, content, &base64url(&sha256(content))).await
    }

    async fn put_as(&self, id: &str, part: usize, content: &[u8], hash: &str) -> Answer {
        let token = self.token().await;
        let request = part_of(id, part, content)
            .insert_header(("x-content-sha256", hash))
            .insert_header(("x-csrf-token", token));
        self.send(request).await
    }

    async fn complete(&self, id: &str) -> Answer {
        self.send_json("POST", &format!("/blobs/{id}/complete"), &json!({})).await
    }

    async fn take_back(&self, id: &str) -> Answer {
        self.send_json("DELETE", &format!("/blobs/{id}"), &json!({})).await
    }

    /// A whole file; its id.
    pub async fn upload_sealed(&self, conv: &str, content: &[u8]) -> String {
        let begun = self.begin(conv, content.len()).await;
        begun.assert_status(201);
        let id = begun.json()["id"].as_str().unwrap().to_owned();
        for (number, part) in content.chunks(PART).enumerate() {
            self.put(&id, number, part).await.assert_status(204);
        }
        self.complete(&id).await.assert_status(204);
        id
    }

    async fn stretch(&self, id: &str, range: &str) -> Answer {
        let request = TestRequest::get().uri(&format!("/blobs/{id}"));
        self.send(request.insert_header(("range", range))).await
    }
}

fn part_of(id: &str, part: usize, content: &[u8]) -> TestRequest {
    TestRequest::put()
        .uri(&format!("/blobs/{id}/parts/{part}"))
        .insert_header(("content-type", "application/octet-stream"))
        .insert_header(("accept", "application/json"))
        .set_payload(content.to_vec())
}

impl Chatter {
    pub fn with_files(&self, conv: &str, to: &Self, blobs: &[&str]) -> Letter {
        let blobs = blobs.iter().map(|id| (*id).to_owned()).collect();
        Letter { blobs, ..self.letter(conv, to, "Here they are") }
    }
}

/// What the disk holds of a file.
fn kept(site: &TestSite, id: &str) -> usize {
    let Ok(files) = std::fs::read_dir(site.folder().join("data/blobs/chat")) else { return 0 };
    let begins = id.to_ascii_lowercase();
    let name = |file: std::io::Result<std::fs::DirEntry>| file.unwrap().file_name();
    files.map(name).filter(|name| name.to_str().unwrap().starts_with(&begins)).count()
}

#[actix_web::test]
async fn a_file_comes_in_parts_and_each_may_come_again() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let (ana, ben) = (&ana.person, &ben.person);
    let content = bytes(NINE, 0);
    let (first, second) = content.split_at(PART);
    let begun = ana.begin(&conv, NINE).await;
    begun.assert_status(201);
    let begun = begun.json();
    assert_eq!((begun["parts"].as_i64(), begun["part_size"].as_i64()), (Some(2), Some(8_388_608)));
    let id = begun["id"].as_str().unwrap();
    let missing = ana.complete(id).await;
    assert_eq!(missing.assert_refused(409, "incomplete").json()["missing"], json!([0, 1]));
    ana.put_as(id, 0, first, &base64url(&[7; 32])).await.assert_refused(422, "hash");
    ana.put_as(id, 0, first, "none").await.assert_refused(422, "hash");
    ana.put(id, 0, &first[1..]).await.assert_refused(422, "length");
    ana.put(id, 1, first).await.assert_refused(422, "length");
    ana.put(id, 2, second).await.assert_refused(404, "not_found");
    assert_eq!(kept(&site, id), 0, "nothing stays of what was refused");

    ana.put(id, 1, second).await.assert_status(204);
    let missing = ana.complete(id).await;
    assert_eq!(missing.assert_refused(409, "incomplete").json()["missing"], json!([0]));
    for _ in 0..2 {
        ana.put(id, 0, first).await.assert_status(204);
    }
    ana.put(id, 0, &bytes(PART, 9)).await.assert_refused(409, "taken");
    for _ in 0..2 {
        ana.complete(id).await.assert_status(204);
    }
    ana.put(id, 0, first).await.assert_status(204);
    let (blob, owner) = (BlobId(id_of(id)), ana.id);
    let row = site.read(move |conn, _| Blob::owned(conn, blob, owner)).await;
    assert_eq!(row.sha256.as_deref(), Some(sha256(&content).as_slice()));

    let root = site.root().await;
    root.two_steps().await;
    let cy = site.cy().await;
    for other in [ben, &cy, &root] {
        other.put(id, 0, first).await.assert_refused(404, "not_found");
        other.complete(id).await.assert_refused(404, "not_found");
        other.take_back(id).await.assert_refused(404, "not_found");
    }
    for other in [&cy, &root] {
        other.begin(&conv, NINE).await.assert_refused(404, "not_found");
    }
    site.stranger().send(part_of(id, 0, first)).await.assert_status(401);
    ana.send(part_of(id, 0, first)).await.assert_refused(403, "forged");
}

#[actix_web::test]
async fn a_file_is_read_whole_or_in_stretches_by_the_two_and_by_nobody_else() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let content = bytes(NINE, 3);
    let id = ana.person.upload_sealed(&conv, &content).await;
    let path = format!("/blobs/{id}");
    for person in [&ana.person, &ben.person] {
        person.get(&path).await.assert_status(404); // not sent yet
    }
    ana.post(&ana.with_files(&conv, &ben, &[&id])).await.assert_status(201);

    for person in [&ana.person, &ben.person] {
        let whole = person.get(&path).await;
        whole.assert_status(200);
        assert!(whole.body == content);
        for (name, value) in [
            ("content-type", "application/octet-stream"),
            ("content-disposition", "attachment"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cache-control", "no-store"),
            ("accept-ranges", "bytes"),
        ] {
            assert_eq!(whole.header(name), value);
        }
        let page = person.get(&format!("/messages/{conv}")).await;
        assert_eq!(page.attribute("enc-msg", "data-blobs"), id);
    }
    for (range, first, last) in [
        ("bytes=0-9", 0, 9),
        ("bytes=8388600-8388615", PART - 8, PART + 7),
        ("bytes=-5", NINE - 5, NINE - 1),
        ("bytes=9437000-99999999", 9_437_000, NINE - 1),
    ] {
        let part = ben.person.stretch(&id, range).await;
        part.assert_status(206);
        assert_eq!(part.header("content-range"), format!("bytes {first}-{last}/{NINE}"));
        assert!(part.body == content[first..=last], "{range}");
    }
    for range in ["bytes=0-1,5-6", "bytes=x", "lines=1-2"] {
        assert_eq!(ben.person.stretch(&id, range).await.assert_status(200).body.len(), NINE);
    }
    let beyond = ben.person.stretch(&id, &format!("bytes={NINE}-")).await;
    beyond.assert_refused(416, "range");
    assert_eq!(beyond.header("content-range"), format!("bytes */{NINE}"));

    let (cy, root) = (site.cy().await, site.root().await);
    root.two_steps().await;
    for other in [&cy, &root] {
        other.get(&path).await.assert_status(404);
        other.stretch(&id, "bytes=0-9").await.assert_status(404);
    }
    site.stranger().get(&path).await.assert_status(401);
}

#[actix_web::test]
async fn a_message_brings_its_senders_own_complete_files_of_this_conversation_once() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let dot = site.accountant("dot", "Dot Books").await.with_keys().await;
    let elsewhere = ana.open_with(&dot).await;
    let small = bytes(80, 1);
    let open = ana.person.begin(&conv, 80).await.json()["id"].as_str().unwrap().to_owned();
    let others = ben.person.upload_sealed(&conv, &small).await;
    let away = ana.person.upload_sealed(&elsewhere, &small).await;
    let mut fine = vec![];
    for _ in 0..11 {
        fine.push(ana.person.upload_sealed(&conv, &small).await);
    }
    let fine: Vec<&str> = fine.iter().map(String::as_str).collect();

    let refused: [&[&str]; 8] = [
        &[&open],
        &[&others],
        &[&away],
        &["0C9K4VXT2M7QA"],
        &["../../secret"],
        &[fine[0], fine[0]],
        &[fine[0], &open],
        &fine,
    ];
    for ids in refused {
        let answer = ana.post(&ana.with_files(&conv, &ben, ids)).await;
        answer.assert_refused(422, "blobs");
    }
    let letter = ana.with_files(&conv, &ben, &fine[..10]);
    let body = letter.body(ana.person.id);
    let first = ana.person.send_json("POST", "/send_message", &body).await;
    first.assert_status(201);
    let again = ana.person.send_json("POST", "/send_message", &body).await;
    again.assert_status(200);
    assert_eq!(again.json(), first.json());
    let page = ben.person.get(&format!("/messages/{conv}")).await;
    assert_eq!(page.attribute("enc-msg", "data-blobs"), fine[..10].join(" "));

    let next = |blobs: &[&str]| {
        let mut letter = ana.with_files(&conv, &ben, blobs);
        letter.header.dev_seq = 2;
        letter
    };
    ana.post(&next(&fine[..1])).await.assert_refused(422, "blobs"); // sent already
    for body in [Some("Changed"), None] {
        let mut change = ana.change(&conv, &ben, 1, body);
        change.header.dev_seq = 2;
        change.blobs = vec![fine[10].to_owned()];
        ana.post(&change).await.assert_refused(422, "blobs");
    }
    ana.post(&next(&fine[10..])).await.assert_status(201);
}

#[actix_web::test]
async fn a_file_has_a_size_an_uploader_a_quota_and_both_must_be_able_to_write() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let largest = 52_429_664;
    ana.person.begin(&conv, largest).await.assert_status(201);
    let refused = ana.person.begin(&conv, largest + 17).await;
    assert!(refused.assert_refused(413, "file").page().contains("up to 50 MB"));
    for size in [i64::MIN, -1, 0, 64, 79, 64 + 1024 * 1024 + 17] {
        ana.person.begin(&conv, size).await.assert_refused(422, "size");
    }
    for body in [json!({}), json!({"conversation": conv, "size": "80"}), json!([])] {
        ana.person.send_json("POST", "/blobs", &body).await.assert_refused(422, "shape");
    }
    let (owner, id) = (ana.person.id, ConversationId(id_of(&conv)));
    fill(&site, owner, id, 101, BlobState::Attached).await;
    let quota = ana.person.begin(&conv, largest).await;
    assert!(quota.assert_refused(413, "quota").page().contains("5 GB"));
    ana.person.begin(&conv, 80).await.assert_status(201);

    fill(&site, ben.person.id, id, 49, BlobState::Open).await;
    let last = ben.person.begin(&conv, 80).await.json()["id"].as_str().unwrap().to_owned();
    let unsent = ben.person.begin(&conv, 80).await;
    assert!(unsent.assert_refused(413, "unsent").page().contains("50 files"));
    ben.person.take_back(&last).await.assert_status(204);
    ben.person.begin(&conv, 80).await.assert_status(201);

    ben.person.post(&format!("/messages/{conv}/block"), &[]).await.assert_status(303);
    for one in [&ana, &ben] {
        one.person.begin(&conv, 80).await.assert_refused(403, "forbidden");
    }
}

/// Rows as many large files leave them.
async fn fill(
    site: &TestSite,
    owner_id: UserId,
    conversation_id: ConversationId,
    count: usize,
    state: BlobState,
) {
    site.write(move |conn, now| {
        for _ in 0..count {
            let blob = Blob {
                id: BlobId::next(now),
                owner_id,
                conversation_id,
                size: 52_429_664,
                parts: 7,
                sha256: (state != BlobState::Open).then(|| vec![0; 32]),
                state,
                created_at: now,
            };
            diesel::insert_into(rows::table).values(&blob).execute(conn)?;
        }
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn what_was_not_sent_within_a_day_is_removed_and_what_was_sent_stays() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let content = bytes(80, 5);
    let sent = ana.person.upload_sealed(&conv, &content).await;
    ana.post(&ana.with_files(&conv, &ben, &[&sent])).await.assert_status(201);
    let unsent = ana.person.upload_sealed(&conv, &content).await;
    let open = ana.person.begin(&conv, NINE).await.json()["id"].as_str().unwrap().to_owned();
    ana.person.put(&open, 1, &bytes(NINE, 0)[PART..]).await.assert_status(204);

    site.forward(Span::hours(23));
    site.work().await;
    assert_eq!([&sent, &unsent, &open].map(|id| kept(&site, id)), [1, 1, 1]);
    site.forward(Span::minutes(61));
    site.work().await;
    assert_eq!([&sent, &unsent, &open].map(|id| kept(&site, id)), [1, 0, 0]);
    ana.person.sign_in().await.assert_status(303);
    ana.person.complete(&unsent).await.assert_refused(404, "not_found");
    ana.person.put(&open, 1, &bytes(NINE, 0)[PART..]).await.assert_refused(404, "not_found");
    assert_eq!(kept(&site, &open), 0, "a part that comes late leaves nothing");
    ben.person.sign_in().await.assert_status(303);
    assert_eq!(ben.person.get(&format!("/blobs/{sent}")).await.assert_status(200).body, content);
}

#[actix_web::test]
async fn a_deleted_message_takes_its_files_along_and_a_cancelled_file_is_gone_at_once() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let one = ana.person.upload_sealed(&conv, &bytes(80, 1)).await;
    let two = ana.person.upload_sealed(&conv, &bytes(81, 2)).await;
    ana.post(&ana.with_files(&conv, &ben, &[&one])).await.assert_status(201);
    ana.post(&ana.with_files(&conv, &ben, &[&two])).await.assert_status(201);
    ana.person.take_back(&two).await.assert_refused(409, "conflict");

    ana.post(&ana.change(&conv, &ben, 1, None)).await.assert_status(201);
    site.work().await;
    assert_eq!((kept(&site, &one), kept(&site, &two)), (0, 1));
    ben.person.get(&format!("/blobs/{one}")).await.assert_status(404);
    ben.person.get(&format!("/blobs/{two}")).await.assert_status(200);
    let page = ben.person.get(&format!("/messages/{conv}")).await;
    assert!(!page.has("#m-1[data-blobs]") && page.has("#m-2[data-blobs]"));

    let three = ana.person.upload_sealed(&conv, &bytes(82, 3)).await;
    ana.person.take_back(&three).await.assert_status(204);
    site.work().await;
    assert_eq!(kept(&site, &three), 0);
}

#[actix_web::test]
async fn the_database_keeps_files_with_the_messages_that_brought_them() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let sent = ana.person.upload_sealed(&conv, &bytes(80, 1)).await;
    ana.post(&ana.with_files(&conv, &ben, &[&sent])).await.assert_status(201);
    let unsent = ana.person.upload_sealed(&conv, &bytes(80, 1)).await;
    ben.say(&conv, &ana, "Thanks").await;
    let (talk, sent, unsent) = (id_of(&conv), id_of(&sent), id_of(&unsent));
    for statement in [
        "DELETE FROM message_blobs".to_owned(),
        "UPDATE message_blobs SET idx = 3".to_owned(),
        format!("DELETE FROM blobs WHERE id = {sent}"),
        format!("UPDATE blobs SET state = 'complete' WHERE id = {sent}"),
        format!("UPDATE blobs SET size = 81 WHERE id = {unsent}"),
        format!("UPDATE blobs SET state = 'open', sha256 = NULL WHERE id = {unsent}"),
        format!("UPDATE blobs SET owner_id = {} WHERE id = {unsent}", ben.person.id.0),
        // not attached yet, and another's message
        format!("INSERT INTO message_blobs VALUES ({talk}, 1, 1, {unsent})"),
        format!("INSERT INTO message_blobs VALUES ({talk}, 2, 0, {unsent})"),
    ] {
        let words = statement.clone();
        let done = site
            .site
            .db
            .write(move |conn, _| {
                Ok::<_, footing::error::Error>(diesel::sql_query(statement).execute(conn)?)
            })
            .await;
        assert!(done.is_err(), "{words}");
    }
}
