//! People take their messages along: sealed for a program of their own, or as an archive that the
//! operator can check.

use std::path::PathBuf;

use chat_client::{Attachment, Code, Payload, WrapKind, open_file, seal_file, seal_wrap};
use footing::commands::{chat_open, verify_export};
use footing::seal::{Seal, base64url, from_base64url};
use serde_json::{Value, json};

use crate::chatters::{Chatter, id_of, pair};
use crate::proofs::opening;
use crate::support::{PASSWORD, TestSite};

/// An archive as a browser writes it: everything stored as it is.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut parts, mut directory) = (vec![], vec![]);
    let number = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    let short = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    for (name, bytes) in files {
        let facts = [
            b"\x14\0\0\x08\0\0\0\0\x21\0\0\0\0\0".as_slice(),
            &number(bytes.len()),
            &number(bytes.len()),
            &short(name.len()),
            b"\0\0",
        ]
        .concat();
        let entry = [b"PK\x01\x02\x14\0".as_slice(), &facts, &[0; 10], &number(parts.len())];
        directory.extend([entry.concat(), name.as_bytes().to_vec()].concat());
        parts.extend([b"PK\x03\x04".as_slice(), &facts, name.as_bytes(), bytes].concat());
    }
    let count = short(files.len());
    let end = [
        b"PK\x05\x06\0\0\0\0".as_slice(),
        &count,
        &count,
        &number(directory.len()),
        &number(parts.len()),
        b"\0\0",
    ];
    [parts, directory, end.concat()].concat()
}

/// What the page puts into the archive beside what the site gave: each row's opening.
async fn conversation(reader: &Chatter, other: &Chatter, conv: &str) -> Value {
    let export = reader.person.get(&format!("/messages/export.json?conversation={conv}")).await;
    export.assert_status(200);
    let mut talk = export.json()["conversations"][0].clone();
    for row in talk["rows"].as_array_mut().unwrap() {
        if row["wire"].is_string() && row["act"] != 2 {
            let opened = opening(reader, conv, other, row["seq"].as_i64().unwrap()).await;
            row["P"] = opened["P"].clone();
            row["kf"] = opened["kf"].clone();
        }
    }
    talk
}

struct Checked<'a> {
    site: &'a TestSite,
    file: Vec<u8>,
    path: PathBuf,
}

impl Checked<'_> {
    fn found(&self, talk: &Value) -> Vec<String> {
        self.found_with(talk, &self.file)
    }

    fn found_with(&self, talk: &Value, file: &[u8]) -> Vec<String> {
        let text = talk.to_string();
        let files = [("conversation.json", text.as_bytes()), ("files/4-1-a.csv", file)];
        let some = if file.is_empty() { &files[..1] } else { &files };
        std::fs::write(&self.path, archive(some)).unwrap();
        verify_export::compare(&self.path, &self.site.site.seal).unwrap().1
    }
}

#[actix_web::test]
async fn an_archive_that_was_not_touched_fits_and_one_that_was_is_told_row_by_row() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ana.say(&conv, &ben, "Hello").await;
    ben.say(&conv, &ana, "It costs 100").await;
    ben.post(&ben.change(&conv, &ana, 2, Some("It costs 200"))).await.assert_status(201);
    let file = seal_file(b"a;b", &mut rand::rng()).unwrap();
    let id = ben.person.upload_sealed(&conv, &file.blob).await;
    let mut letter = ben.letter(&conv, &ana, "");
    let promise = Attachment::of(&file, id_of(&id), "a.csv", "text/csv");
    letter.payload = Payload::text("").with(vec![promise]);
    letter.blobs = vec![id];
    ben.post(&letter).await.assert_status(201);
    ana.person.post(&format!("/messages/{conv}/ask"), &[]).await.assert_status(303);
    let mut talk = conversation(&ana, &ben, &conv).await;
    talk["rows"][3]["files"] = json!(["files/4-1-a.csv"]);
    assert_eq!(talk["rows"].as_array().unwrap().len(), 5, "the notice is one of them");
    let content = open_file(&file.blob, &file.fk, &file.root, 3).unwrap();
    let path = site.folder().join("export.zip");
    let checked = Checked { site: &site, file: content, path };
    assert_eq!(checked.found(&talk), Vec::<String>::new());

    let said = |talk: &Value| checked.found(talk).join("; ");
    let mut bad = talk.clone();
    bad["rows"].as_array_mut().unwrap().remove(1);
    assert!(said(&bad).contains("rows 2 to 2 are left out"), "{}", said(&bad));
    let mut bad = talk.clone();
    bad["rows"].as_array_mut().unwrap().pop();
    assert!(said(&bad).contains("rows 5 to 5 are left out"), "{}", said(&bad));
    let mut bad = talk.clone();
    let mut more = bad["rows"][1].clone();
    more["seq"] = json!(6);
    bad["rows"].as_array_mut().unwrap().push(more);
    assert!(said(&bad).contains("row 6 was added"), "{}", said(&bad));
    let mut bad = talk.clone();
    bad["rows"][1]["P"] = json!(base64url(br#"{"t":"text","body":"It costs 10"}"#));
    assert_eq!(said(&bad), "row 2: its words are not those that were sent");
    let mut bad = talk.clone();
    let mut wire = from_base64url(bad["rows"][1]["wire"].as_str().unwrap()).unwrap();
    wire[170] ^= 1;
    bad["rows"][1]["wire"] = json!(base64url(&wire));
    assert_eq!(said(&bad), "row 2: its bytes were altered");
    let mut bad = talk.clone();
    bad["rows"][1]["server_ms"] = json!(1);
    assert!(said(&bad).contains("row 2 does not follow"), "{}", said(&bad));
    let mut bad = talk.clone();
    bad["rows"][4]["notice"]["kind"] = json!(2);
    assert!(said(&bad).contains("row 5: the notice"), "{}", said(&bad));
    let mut bad = talk.clone();
    bad["stamp"]["now_ms"] = json!(1);
    assert_eq!(said(&bad), "the stamp is not of this site, or was altered");
    let found = checked.found_with(&talk, b"a;c");
    assert_eq!(found, ["row 4: the file files/4-1-a.csv was altered"]);
    let mut bad = talk.clone();
    bad["rows"][3]["files"] = json!([]);
    assert_eq!(said(&bad), "the file files/4-1-a.csv was added");
    let other = verify_export::compare(&checked.path, &Seal::new("another site's secret")).unwrap();
    assert!(other.1.iter().any(|line| line.contains("not of this site")));
    std::fs::write(&checked.path, b"PK").unwrap();
    assert!(verify_export::compare(&checked.path, &site.site.seal).is_err());
}

#[actix_web::test]
async fn the_recovery_code_reads_an_export_without_a_browser() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    let code = Code::new(&mut rand::rng());
    let wrap = seal_wrap(WrapKind::Recovery, &code.0, &ana.account, &mut rand::rng()).unwrap();
    let body = json!({
        "kind": 1, "salt": base64url(&wrap.salt), "nonce": base64url(&wrap.nonce),
        "ct": base64url(&wrap.ct), "commit": base64url(&wrap.commit),
    });
    ana.person.post("/reauthenticate", &[("password", PASSWORD)]).await;
    ana.person.send_json("POST", "/messages/keys/wraps", &body).await.assert_status(201);
    ana.say(&conv, &ben, "Hello").await;
    ben.say(&conv, &ana, "Good morning").await;
    ben.say(&conv, &ana, "Gone").await;
    ben.post(&ben.change(&conv, &ana, 3, None)).await.assert_status(201);
    let export = ana.person.get("/messages/export.json").await;
    export.assert_status(200);
    assert!(!export.page().contains("Good morning"), "it is sealed");

    let lines = chat_open::read(&export.page(), &code.to_string()).unwrap();
    let text = lines.join("\n");
    for words in ["== Ana", "Ana: Hello", "Good morning", "3 ", "(deleted)", "(deletes 3)"] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    let other = Code::new(&mut rand::rng()).to_string();
    assert!(chat_open::read(&export.page(), &other).is_err());
    assert!(chat_open::read("{}", &code.to_string()).is_err());
    // each gets their own, and admins have none
    let bens = ben.person.get("/messages/export.json").await;
    assert_eq!(bens.json()["user"], ben.person.id.to_string());
    let cy = site.cy().await;
    assert_eq!(cy.get("/messages/export.json").await.json()["conversations"], json!([]));
    cy.get(&format!("/messages/export.json?conversation={conv}")).await.assert_status(404);
    cy.get(&format!("/messages/{conv}/stamp")).await.assert_status(404);
    let stamp = ana.person.get(&format!("/messages/{conv}/stamp")).await;
    assert_eq!(stamp.json()["last_seq"], 4);
}

#[actix_web::test]
async fn what_was_cleared_or_removed_keeps_its_place_in_an_export_without_its_words() {
    let site = TestSite::start().await;
    let (ana, ben, conv) = pair(&site).await;
    ben.say(&conv, &ana, "One").await;
    ana.person.post(&format!("/messages/{conv}/clear"), &[]).await.assert_status(303);
    ben.say(&conv, &ana, "Two").await;
    let talk = conversation(&ana, &ben, &conv).await;
    assert_eq!(talk["rows"][0]["wire"], Value::Null);
    assert!(talk["rows"][0]["wire_hash"].is_string() && talk["rows"][1]["wire"].is_string());
    let path = site.folder().join("export.zip");
    let checked = Checked { site: &site, file: vec![], path };
    assert_eq!(checked.found(&talk), Vec::<String>::new());
}
