//! A message is reported with proof of what it said, read by an admin, removed, and shown again.

use chat_client::{Act, Attachment, Expected, Header, Payload, SealedFile, open, seal_file};
use footing::clock::Span;
use footing::seal::{base64url, from_base64url};
use serde_json::{Value, json};

use crate::chatters::{Chatter, id_of, pair};
use crate::database::raw;
use crate::nodes::number;
use crate::reports::{admin, again, decide, news, waiting};
use crate::support::{Answer, TestSite};

const THREAT: &str = "I know where you live";

/// What a page holds of a row once it has opened it.
pub async fn opening(reader: &Chatter, conv: &str, of: &Chatter, seq: i64) -> Value {
    let history = reader.history(of, "").await;
    let rows = history["messages"].as_array().unwrap().iter();
    let all = rows.flat_map(|row| {
        let edits = row["edits"].as_array().unwrap().iter();
        [(row, row)].into_iter().chain(edits.map(move |edit| (row, edit)))
    });
    let (target, row) = all.into_iter().find(|(_, row)| row["seq"] == seq).expect("no such row");
    let wire = from_base64url(row["text"].as_str().expect("no text")).unwrap();
    let header = Header::read(&wire).unwrap();
    let expected = Expected {
        conversation: id_of(conv),
        sender: id_of(target["sender"].as_str().unwrap()),
        epoch: 1,
        act: header.act,
        target: if header.act == Act::Message { 0 } else { target["seq"].as_u64().unwrap() },
        device: None,
    };
    let opened = open(&wire, &expected, &reader.key(conv, 1)).unwrap();
    json!({"seq": seq, "P": base64url(&opened.bytes), "kf": base64url(&opened.kf)})
}

pub async fn report(who: &Chatter, conv: &str, items: Value) -> Answer {
    let note = "He threatens me in my own messages.";
    let body = json!({"reason": "threat", "note": note, "good_faith": true, "items": items});
    who.person.send_json("POST", &format!("/messages/{conv}/report"), &body).await
}

async fn count(site: &TestSite, table: &'static str) -> i64 {
    let sql = format!("SELECT count(*) AS number FROM {table}");
    site.read(move |conn, _| Ok(number(conn, &sql))).await
}

/// How many rows of reports, items and cases there are.
async fn kept(site: &TestSite) -> i64 {
    count(site, "reports").await
        + count(site, "message_report_items").await
        + count(site, "cases").await
        + count(site, "reported_messages").await
}

#[actix_web::test]
async fn a_reported_message_is_read_as_verified_with_its_context_and_nothing_beside_it() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    ana.say(&conv, &ben, "Where is my refund?").await;
    ben.say(&conv, &ana, "A secret between them").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    let items = json!([opening(&ana, &conv, &ben, seq).await, opening(&ana, &conv, &ben, 1).await]);
    report(&ana, &conv, items).await.assert_status(201);
    assert!(site.mails_to(&ana.person.email).await.iter().any(|mail| mail.contains("your report")));

    let case = waiting(&root, "case").await;
    let page = root.get(&case).await;
    page.assert_text("[data-message=reported]", THREAT);
    page.assert_text("[data-message=reported]", "Verified: this exact text was sent by Ben");
    page.assert_text("[data-message=context]", "Where is my refund?");
    page.assert_text(".shown__gap", "1 message not shown here");
    assert!(!page.page().contains("A secret between them"));
    assert!(!page.has("[data-lacks-proof]"));
    // every look is a row of the log, and no other way leads into the conversation
    let looks = count(&site, "audit_log WHERE action = 'case.view'").await;
    root.get(&case).await.assert_status(200);
    decide(&root, &case, "hide").await.assert_status(422);
    assert_eq!(count(&site, "audit_log WHERE action = 'case.view'").await, looks + 2);
    root.get(&format!("/messages/{conv}")).await.assert_status(404);
    // what is kept of it is sealed
    assert_eq!(count(&site, "message_report_items WHERE opening IS NOT NULL").await, 2);
}

#[actix_web::test]
async fn a_forged_cut_swapped_or_replayed_opening_is_refused_and_nothing_is_kept() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let first = ben.say(&conv, &ana, "Hello").await;
    let second = ben.say(&conv, &ana, THREAT).await;
    let (one, two) =
        (opening(&ana, &conv, &ben, first).await, opening(&ana, &conv, &ben, second).await);
    let with = |item: &Value, name: &str, value: Value| {
        let mut item = item.clone();
        item[name] = value;
        item
    };
    let forged = base64url(br#"{"t":"text","body":"I know where you Live"}"#);
    let said = from_base64url(two["P"].as_str().unwrap()).unwrap();
    let key = from_base64url(two["kf"].as_str().unwrap()).unwrap();
    let longer = base64url(&[key.as_slice(), &[0]].concat());
    let padded = format!("{}=", two["kf"].as_str().unwrap());
    for (what, items) in [
        ("forged", json!([with(&two, "P", json!(forged))])),
        ("cut", json!([with(&two, "P", json!(base64url(&said[..said.len() - 1])))])),
        ("swapped", json!([with(&two, "P", one["P"].clone())])),
        ("another key", json!([with(&two, "kf", one["kf"].clone())])),
        ("replayed as another row", json!([with(&two, "seq", json!(first))])),
        ("no row", json!([with(&two, "seq", json!(99))])),
        ("one bad beside a good", json!([two, with(&one, "P", json!(forged))])),
        ("a key of 31 bytes", json!([with(&two, "kf", json!(base64url(&key[..31])))])),
        ("a key of 33 bytes", json!([with(&two, "kf", json!(longer))])),
        ("padded", json!([with(&two, "kf", json!(padded))])),
        ("the same twice", json!([two, two])),
        ("none", json!([])),
        ("21", json!(vec![two.clone(); 21])),
        ("another shape", json!([{"seq": second, "P": 7, "kf": ""}])),
    ] {
        let answer = report(&ana, &conv, items).await;
        assert_eq!(answer.status, 422, "{what}: {}", answer.page());
        assert_eq!(kept(&site).await, 0, "{what}");
    }
    // a notice and a delete say nothing that could be reported
    report(&ana, &conv, json!([two])).await.assert_status(201);
}

#[actix_web::test]
async fn nobody_but_the_two_reports_here_and_nobody_their_own_or_another_conversations() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let cy = site.cy().await.with_keys().await;
    let root = admin(&site, "root").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    let item = opening(&ana, &conv, &ben, seq).await;
    report(&cy, &conv, json!([item])).await.assert_status(404);
    let path = format!("/messages/{conv}/report");
    let body = json!({"reason": "threat", "note": "", "good_faith": true, "items": [item]});
    root.send_json("POST", &path, &body).await.assert_status(404);
    for outsider in [&cy.person, &root] {
        outsider.get(&path).await.assert_status(404);
        outsider.post(&path, &[]).await.assert_status(404);
    }
    report(&ben, &conv, json!([item])).await.assert_refused(422, "own");
    // the same words, shown as those of another conversation
    let theirs = cy.open_with(&ben).await;
    cy.begin_with(&theirs, &ben).await;
    cy.say(&theirs, &ben, THREAT).await;
    report(&cy, &theirs, json!([item])).await.assert_refused(422, "opening");
    assert_eq!(kept(&site).await, 0);
    // what is missing in the form is said, too
    let body = json!({"reason": "", "note": "", "good_faith": false, "items": [item]});
    ana.person.send_json("POST", &path, &body).await.assert_refused(422, "form");
}

#[actix_web::test]
async fn what_was_deleted_or_edited_can_be_reported_by_whoever_saw_it() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    let seq = ben.say(&conv, &ana, "You will pay for this").await;
    let first = opening(&ana, &conv, &ben, seq).await;
    ben.post(&ben.change(&conv, &ana, 1, Some(THREAT))).await.assert_status(201);
    let edit = opening(&ana, &conv, &ben, 2).await;
    ben.post(&ben.change(&conv, &ana, 1, None)).await.assert_status(201);
    report(&ana, &conv, json!([edit, first])).await.assert_status(201);
    let page = root.get(&waiting(&root, "case").await).await;
    for words in
        [THREAT, "You will pay", "It changed an earlier text", "Edited later", "Deleted by"]
    {
        assert!(page.page().contains(words), "{words}");
    }
    // the delete itself says nothing
    let delete = json!({"seq": 3, "P": edit["P"], "kf": edit["kf"]});
    report(&ana, &conv, json!([delete])).await.assert_refused(422, "opening");
}

#[actix_web::test]
async fn a_report_without_its_messages_is_marked_and_never_enough_alone() {
    let site = TestSite::start().await;
    let (ana, _, conv) = pair(&site).await;
    let (root, mod_) = (admin(&site, "root").await, admin(&site, "mod").await);
    let path = format!("/messages/{conv}/report");
    ana.person.get(&path).await.assert_text("h1", "Report Ben");
    ana.person.post(&path, &[("note", "Hm")]).await.assert_status(422);
    let form = [("reason", "threat"), ("note", "He threatens me there."), ("good_faith", "yes")];
    ana.person.post(&path, &form).await.assert_status(303);
    let case = waiting(&root, "case").await;
    let page = root.get(&case).await;
    page.assert_text("[data-unverified]", "Not verified");
    page.assert_text("[data-lacks-proof]", "no ground by itself");
    assert_eq!(page.attributes("input[name=decision]", "value"), ["keep"]);
    for restriction in ["warn", "suspend"] {
        let answer = decide(&root, &case, restriction).await;
        answer.assert_status(422).assert_text("#decision-error", "no ground by itself");
    }
    decide(&root, &case, "keep").await.assert_status(303);
    // and not on appeal either
    ana.person.post(&format!("{}/appeal", news(&ana.person).await), &[]).await.assert_status(303);
    let appeal = waiting(&mod_, "appeal").await;
    decide(&mod_, &appeal, "restore").await.assert_status(409);
}

#[actix_web::test]
async fn a_message_is_removed_for_both_and_comes_back_as_it_was_when_that_was_wrong() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let (root, mod_) = (admin(&site, "root").await, admin(&site, "mod").await);
    ana.say(&conv, &ben, "Hello").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    report(&ana, &conv, json!([opening(&ana, &conv, &ben, seq).await])).await.assert_status(201);
    let before = ana.history(&ben, "").await["messages"][1].clone();
    let case = waiting(&root, "case").await;
    decide(&root, &case, "remove").await.assert_status(303);
    for (reader, other) in [(&ana, &ben), (&ben, &ana)] {
        let read = reader.read(&conv, other).await;
        assert_eq!(read, ["Hello", "(deleted)", "Footing: message-removed"]);
        let pane = reader.person.get(&format!("/messages/{conv}")).await;
        assert!(
            pane.has("#m-2[data-removed]")
                && !pane.page().contains(before["text"].as_str().unwrap())
        );
        let since = reader.person.get(&format!("/messages/{conv}/since?after_seq=2")).await;
        assert!(since.has("#m-2[data-removed]") && since.has("#m-3"), "{}", since.page());
    }
    let mails = site.mails_to(&ben.person.email).await;
    assert!(mails.iter().any(|mail| mail.contains("Your message was removed")));
    // gone is gone for its sender: nothing can be changed under the decision
    ben.post(&ben.change(&conv, &ana, 2, Some("Nothing"))).await.assert_refused(422, "change");

    ben.person.post(&format!("{}/appeal", news(&ben.person).await), &[]).await.assert_status(303);
    let appeal = waiting(&mod_, "appeal").await;
    decide(&mod_, &appeal, "restore").await.assert_status(303);
    let read = ana.read(&conv, &ben).await;
    assert_eq!(read[1..], [THREAT, "Footing: message-removed", "Footing: message-shown-again"]);
    let after = ana.history(&ben, "").await["messages"][1].clone();
    assert_eq!(after, before);
    let since = ana.person.get(&format!("/messages/{conv}/since?after_seq=3")).await;
    assert!(since.has("#m-2:not([data-removed])"));
    ben.post(&ben.change(&conv, &ana, 2, Some("Sorry"))).await.assert_status(201);
}

#[actix_web::test]
async fn an_emergency_hides_a_message_until_a_full_decision_or_72_hours() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    report(&ana, &conv, json!([opening(&ana, &conv, &ben, seq).await])).await.assert_status(201);
    let case = waiting(&root, "case").await;
    root.post(&format!("{case}/emergency"), &[("ground", "2.1")]).await.assert_status(303);
    assert_eq!(ana.read(&conv, &ben).await[0], "(deleted)");
    site.forward(Span::hours(73));
    site.work().await;
    ana.person.sign_in().await.assert_status(303);
    assert_eq!(ana.read(&conv, &ben).await[0], THREAT);

    let root = again(&site, &root).await;
    root.post(&format!("{case}/emergency"), &[("ground", "2.1")]).await.assert_status(303);
    decide(&root, &case, "remove").await.assert_status(303);
    let read = ana.read(&conv, &ben).await;
    // said once, not that it is back and gone in one moment
    assert_eq!(read.len(), 4, "{read:?}");
    site.forward(Span::hours(80));
    site.work().await;
    ana.person.sign_in().await.assert_status(303);
    assert_eq!(ana.read(&conv, &ben).await[0], "(deleted)");
}

#[actix_web::test]
async fn words_and_removed_texts_go_thirty_days_after_nobody_can_object() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    report(&ana, &conv, json!([opening(&ana, &conv, &ben, seq).await])).await.assert_status(201);
    let case = waiting(&root, "case").await;
    decide(&root, &case, "remove").await.assert_status(303);
    let words = "message_report_items WHERE opening IS NOT NULL";
    for (days, left) in [(180, 1), (32, 1), (5, 0)] {
        site.forward(Span::days(days));
        site.work().await;
        assert_eq!(count(&site, words).await, left, "{days}");
        assert_eq!(count(&site, "removed_wires").await, left, "{days}");
    }
    let root = again(&site, &root).await;
    root.get(&case).await.assert_text("[data-message]", "nobody can object any more");
    ana.person.sign_in().await.assert_status(303);
    assert_eq!(ana.read(&conv, &ben).await[0], "(deleted)");
}

#[actix_web::test]
async fn an_objection_that_waits_keeps_the_words() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    report(&ana, &conv, json!([opening(&ana, &conv, &ben, seq).await])).await.assert_status(201);
    decide(&root, &waiting(&root, "case").await, "remove").await.assert_status(303);
    ben.person.post(&format!("{}/appeal", news(&ben.person).await), &[]).await.assert_status(303);
    site.forward(Span::days(400));
    site.work().await;
    assert_eq!(count(&site, "message_report_items WHERE opening IS NOT NULL").await, 1);
    assert_eq!(count(&site, "removed_wires").await, 1);
}

#[actix_web::test]
async fn a_second_case_that_is_over_takes_no_text_from_an_objection_that_waits() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    let opened = json!([opening(&ana, &conv, &ben, seq).await]);
    report(&ana, &conv, opened.clone()).await.assert_status(201);
    decide(&root, &waiting(&root, "case").await, "remove").await.assert_status(303);
    ben.person.post(&format!("{}/appeal", news(&ben.person).await), &[]).await.assert_status(303);
    report(&ana, &conv, opened).await.assert_status(201);
    decide(&root, &waiting(&root, "case").await, "keep").await.assert_status(303);
    site.forward(Span::days(400));
    site.work().await;
    assert_eq!(count(&site, "message_report_items WHERE opening IS NOT NULL").await, 1);
    assert_eq!(count(&site, "removed_wires").await, 1);
}

#[actix_web::test]
async fn the_database_gives_a_removed_text_back_unchanged_or_not_at_all() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    let seq = ben.say(&conv, &ana, THREAT).await;
    report(&ana, &conv, json!([opening(&ana, &conv, &ben, seq).await])).await.assert_status(201);
    let take_out = "UPDATE messages SET removed_by = 7 WHERE seq = 1";
    assert!(raw(&site, take_out.to_owned()).await.is_err(), "removed, and still shown");
    decide(&root, &waiting(&root, "case").await, "remove").await.assert_status(303);
    for statement in [
        "UPDATE messages SET removed_by = NULL WHERE seq = 1",
        "UPDATE messages SET removed_by = NULL, deleted_at = NULL WHERE seq = 1",
        "UPDATE messages SET removed_by = NULL, deleted_at = NULL, wire = (SELECT signature.wire FROM \
         (SELECT wire FROM messages WHERE seq = 2) AS signature) WHERE seq = 1",
    ] {
        assert!(raw(&site, statement.to_owned()).await.is_err(), "{statement}");
    }
    // nor is what was laid aside another, nor anything laid aside that was not said
    for statement in [
        "UPDATE removed_wires SET wire = substr(wire, 2)",
        "UPDATE removed_wires SET target_seq = 9",
        "INSERT INTO removed_wires SELECT conversation_id, 2, 2, wire, removed_at FROM removed_wires",
    ] {
        let refused = raw(&site, statement.to_owned()).await.expect_err(statement);
        assert!(refused.contains("removed_wire_kept"), "{refused}");
    }
}

#[actix_web::test]
async fn files_of_a_reported_message_are_looked_at_one_by_one() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let root = admin(&site, "root").await;
    let sealed = |length: usize| seal_file(&vec![7; length], &mut rand::rng()).unwrap();
    let files = [sealed(3 << 20), sealed(5), sealed(0)];
    let mut ids = vec![];
    for file in &files {
        ids.push(ben.person.upload_sealed(&conv, &file.blob).await);
    }
    let promise = |file: &SealedFile, id: &String, name: &str| {
        Attachment::of(file, id_of(id), name, "text/csv")
    };
    let other = SealedFile { root: [1; 32], ..sealed(5) };
    let mut letter = ben.letter(&conv, &ana, "");
    let promised = vec![
        promise(&files[0], &ids[0], "whole.csv"),
        promise(&other, &ids[1], "other.csv"),
        promise(&files[2], &ids[2], "gone.csv"),
    ];
    letter.payload = Payload::text("").with(promised);
    letter.blobs.clone_from(&ids);
    ben.post(&letter).await.assert_status(201);
    let kept = footing::messaging::Blob::key(footing::messaging::BlobId(id_of(&ids[2])), 0);
    site.site.blobs.remove(&kept).await.unwrap();

    report(&ana, &conv, json!([opening(&ana, &conv, &ben, 1).await])).await.assert_status(201);
    let case = waiting(&root, "case").await;
    root.get(&case).await.assert_text("[data-file=checking]", "whole.csv: being checked");
    site.work().await;
    let page = root.get(&case).await;
    for (state, name) in [("verified", "whole.csv"), ("differs", "other.csv"), ("gone", "gone.csv")]
    {
        page.assert_text(&format!("[data-file={state}]"), name);
    }
    // with the message its files go, and come back
    decide(&root, &case, "remove").await.assert_status(303);
    let blob = format!("/blobs/{}", ids[0]);
    ana.person.get(&blob).await.assert_status(404);
    let mod_ = admin(&site, "mod").await;
    ben.person.post(&format!("{}/appeal", news(&ben.person).await), &[]).await.assert_status(303);
    decide(&mod_, &waiting(&mod_, "appeal").await, "restore").await.assert_status(303);
    ana.person.get(&blob).await.assert_status(200);
}
