//! What must be refused, is.

use serde_json::Value;

use super::package::*;
use super::timeline::Timeline;
use super::vectors::{ANA, BEN, kept};
use super::{Seeded, bytes, code_of, hash, id};
use crate::*;

fn list<'a>(kept: &'a Value, name: &str) -> &'a Vec<Value> {
    kept["refused"][name].as_array().unwrap()
}

#[test]
fn a_message_that_breaks_a_rule_is_refused_though_its_keys_are_right() {
    let kept = kept();
    let ek = hash(&kept["epoch"]["ek"]);
    let standard = header_from(&kept["timeline"][0]["header"]);
    for refused in list(&kept, "wires") {
        let wire = bytes(&refused["wire"]);
        let header = Header::read(&wire).unwrap_or(standard);
        let refusal = open(&wire, &expected(&header), &ek).unwrap_err();
        assert_eq!(code_of(refusal), refused["code"].as_str().unwrap(), "{}", refused["what"]);
    }
}

#[test]
fn a_record_that_breaks_a_rule_is_refused_though_it_is_signed() {
    let kept = kept();
    let [ana, ben] = ["ana", "ben"].map(|name| Person::from_json(&kept["people"][name]));
    for refused in list(&kept, "epochs") {
        let refusal = open_epoch(refused, &kept["epoch"], &ben, &ana).unwrap_err();
        assert_eq!(code_of(refusal), refused["code"].as_str().unwrap(), "{}", refused["what"]);
    }
}

#[test]
fn a_log_that_does_not_hold_together_is_refused() {
    let kept = kept();
    for refused in list(&kept, "logs") {
        let user = id(&refused["user"]);
        let rows: Vec<Entry> =
            refused["rows"].as_array().unwrap().iter().map(|row| row_from(user, row)).collect();
        let pin = (!refused["pin"].is_null()).then(|| row_from(user, &refused["pin"]));
        assert!(verify_log(user, &rows, pin.as_ref()).is_err(), "{}", refused["what"]);
    }
}

#[test]
fn a_bit_turned_anywhere_in_a_message_hides_it() {
    let rng = &mut Seeded::new(2);
    let timeline = Timeline::new(5, 1, [7; 32]);
    let header = timeline.header(ANA, Act::Message, 0, rng);
    let sealed = seal(&header, &Payload::text("Hello"), &timeline.ek, rng).unwrap();
    assert!(open(&sealed.wire, &expected(&header), &timeline.ek).is_ok());
    for at in 0..sealed.wire.len() {
        let mut wire = sealed.wire.clone();
        wire[at] ^= 1;
        let header = Header::read(&wire).unwrap_or(header);
        assert!(open(&wire, &expected(&header), &timeline.ek).is_err(), "byte {at}");
    }
    for cut in 0..sealed.wire.len() {
        assert!(open(&sealed.wire[..cut], &expected(&header), &timeline.ek).is_err());
    }
}

#[test]
fn a_message_is_not_shown_where_it_does_not_belong() {
    let rng = &mut Seeded::new(3);
    let timeline = Timeline::new(5, 1, [7; 32]);
    let header = timeline.header(ANA, Act::Edit, 4, rng);
    let sealed = seal(&header, &Payload::text("Hello"), &timeline.ek, rng).unwrap();
    let good = expected(&header);
    for other in [
        Expected { act: Act::Delete, ..good },
        Expected { conversation: 6, ..good },
        Expected { epoch: 2, ..good },
        Expected { sender: BEN.user, ..good },
        Expected { target: 5, ..good },
        Expected { device: Some(BEN.device), ..good },
    ] {
        assert!(open(&sealed.wire, &other, &timeline.ek).is_err(), "{other:?}");
    }
    assert!(open(&sealed.wire, &good, &[8; 32]).is_err());
    assert!(open(&sealed.wire, &good, &timeline.ek).is_ok());
}

#[test]
fn an_opening_has_a_key_of_32_bytes_and_the_very_text() {
    let rng = &mut Seeded::new(4);
    let timeline = Timeline::new(5, 1, [7; 32]);
    let header = timeline.header(ANA, Act::Message, 0, rng);
    let Sealed { wire, payload, kf } =
        seal(&header, &Payload::text("Hello"), &timeline.ek, rng).unwrap();
    let head = &wire[..135];
    assert!(is_opening(head, &payload, &kf));
    assert!(!is_opening(head, &payload, &kf[..31]));
    assert!(!is_opening(head, &payload, &[kf.as_slice(), &[0]].concat()));
    assert!(!is_opening(head, &Payload::text("Hallo").spell(Act::Message).unwrap(), &kf));
    assert!(!is_opening(&head[..134], &payload, &kf));
}

#[test]
fn what_cannot_be_read_is_not_sealed() {
    let rng = &mut Seeded::new(5);
    let timeline = Timeline::new(5, 1, [7; 32]);
    let header = timeline.header(ANA, Act::Message, 0, rng);
    let mut refused = |header: Header, payload: &Payload| {
        seal(&header, payload, &timeline.ek, rng).map(|_| ()).unwrap_err()
    };
    let text = Payload::text("a");
    assert_eq!(refused(header, &Payload::text(&"a".repeat(16 * 1024 + 1))), Refusal::Limit);
    let eleven = (0..11).map(|n| super::vectors::attachment(n, &mut Seeded::new(6))).collect();
    assert_eq!(refused(header, &text.clone().with(eleven)), Refusal::Limit);
    let fat = Attachment {
        thumb: Some("A".repeat(2049)),
        ..super::vectors::attachment(1, &mut Seeded::new(6))
    };
    refused(header, &text.clone().with(vec![fat]));
    refused(Header { dev_seq: 0, ..header }, &text);
    refused(Header { target: 1, ..header }, &text);
    refused(Header { act: Act::Delete, target: 1, ..header }, &text);
}

#[test]
fn a_timeline_that_was_tampered_with_is_noticed() {
    let kept = kept();
    let conversation = id(&kept["epoch"]["conversation"]);
    let links: Vec<Link> = kept["timeline"].as_array().unwrap()[..4].iter().map(link).collect();
    let follow = |change: &dyn Fn(&mut Vec<Link>)| {
        let mut links = links.clone();
        change(&mut links);
        let mut mark = Mark::start(conversation);
        links.iter().flat_map(|link| mark.follow(link)).collect::<Vec<_>>()
    };
    assert_eq!(follow(&|_| {}), []);
    let swapped = follow(&|links| links.swap(0, 1));
    assert!(swapped.contains(&Finding::Broken), "{swapped:?}");
    let left_out = follow(&|links| {
        links.remove(1);
    });
    assert!(left_out.contains(&Finding::Broken), "{left_out:?}");
    assert!(follow(&|links| links[1].server_ms += 1).contains(&Finding::Broken));
    assert!(follow(&|links| links[2].wire_hash[0] ^= 1).contains(&Finding::Broken));
    let headed =
        |change: fn(&mut Header)| follow(&|links| change(links[1].header.as_mut().unwrap()));
    assert_eq!(headed(|header| header.dev_seq = 1), [Finding::Replay]);
    assert_eq!(headed(|header| header.dev_seq = 3), [Finding::Gap]);
    assert_eq!(headed(|header| header.seen_chain[0] ^= 1), [Finding::Histories]);
    assert_eq!(headed(|header| header.seen_seq = 9), [Finding::Histories]);
}

fn link(row: &Value) -> Link {
    Link {
        seq: super::number(&row["seq"]),
        server_ms: super::number(&row["server_ms"]),
        wire_hash: hash(&row["wire_hash"]),
        chain: hash(&row["chain"]),
        header: row["header"].is_object().then(|| header_from(&row["header"])),
    }
}

#[test]
fn a_file_whose_chunks_are_cut_added_or_swapped_is_refused() {
    let rng = &mut Seeded::new(7);
    let plain = pattern((2 << 20) + 5);
    let SealedFile { blob, fk, root, size } = seal_file(&plain, rng).unwrap();
    assert!(open_file(&blob, &fk, &root, size).is_ok());
    let chunk = (1 << 20) + 16;
    let (first, second) = (64..64 + chunk, 64 + chunk..64 + 2 * chunk);
    let swapped =
        [&blob[..64], &blob[second.clone()], &blob[first.clone()], &blob[second.end..]].concat();
    assert!(open_file(&swapped, &fk, &root, size).is_err());
    let cut = [&blob[..64], &blob[first.clone()], &blob[second.end..]].concat();
    assert!(open_file(&cut, &fk, &root, size - (1 << 20)).is_err());
    assert!(open_file(&blob[..second.end], &fk, &root, 2 << 20).is_err());
    let added = [&blob[..first.end], &blob[first.clone()], &blob[first.end..]].concat();
    assert!(open_file(&added, &fk, &root, size + (1 << 20)).is_err());
    for at in (0..64).chain([70, blob.len() - 1]) {
        let mut turned = blob.clone();
        turned[at] ^= 1;
        assert!(open_file(&turned, &fk, &root, size).is_err(), "byte {at}");
    }
    assert!(open_file(&blob, &[9; 32], &root, size).is_err(), "a second key");
    assert!(open_file(&blob, &fk[..31], &root, size).is_err());
    assert!(open_file(&blob, &fk, &[9; 32], size).is_err(), "another content");
}

#[test]
fn a_wrong_code_says_so_and_a_foreign_wrap_opens_nothing() {
    let rng = &mut Seeded::new(8);
    let [ana, ben] = [ANA, BEN].map(|who| Account::new(who.user, rng).unwrap());
    let (code, other) = (Code::new(rng), Code::new(rng));
    let wrap = seal_wrap(WrapKind::Recovery, &code.0, &ana, rng).unwrap();
    let refused = |wrap: &Wrap, secret: &[u8], identity| {
        open_wrap(wrap, secret, identity).map(|_| ()).unwrap_err()
    };
    assert_eq!(refused(&wrap, &other.0, &ana.identity), Refusal::WrongSecret);
    let as_link = Wrap { kind: WrapKind::Link, ..wrap.clone() };
    assert_eq!(refused(&as_link, &code.0, &ana.identity), Refusal::WrongSecret);
    refused(&wrap, &code.0, &ben.identity);
    let mut turned = wrap.clone();
    turned.ct[0] ^= 1;
    refused(&turned, &code.0, &ana.identity);

    for text in list(&kept(), "codes") {
        let text = text.as_str().unwrap();
        assert!(Code::parse(text).is_err_and(|error| error == Refusal::WrongCode), "{text}");
    }
    let shown = code.to_string();
    let sloppy = shown.to_lowercase().replace('-', " – ").replace('0', "o").replace('1', "l");
    assert!(Code::parse(&sloppy).is_ok_and(|read| read == code));
    let slip = if shown.starts_with('7') { "8" } else { "7" };
    assert!(Code::parse(&format!("{slip}{}", &shown[1..])).is_err());
}

#[test]
fn an_older_vault_or_that_of_another_version_is_refused() {
    let rng = &mut Seeded::new(9);
    let [ana, ben] = [ANA, BEN].map(|who| Account::new(who.user, rng).unwrap());
    let vault = seal_vault(&ana, 4, &serde_json::json!({ "pins": [] }), rng).unwrap();
    assert!(open_vault(&ana, &vault, 4).is_ok());
    assert_eq!(open_vault(&ana, &vault, 5), Err(Refusal::Rollback));
    assert!(open_vault(&ana, &Vault { version: 5, ..vault.clone() }, 4).is_err());
    assert!(open_vault(&ben, &vault, 4).is_err());
    let large = Value::String("a".repeat(256 * 1024));
    assert_eq!(seal_vault(&ana, 1, &large, rng), Err(Refusal::Limit));
}

#[test]
fn a_reshared_key_is_taken_only_from_whom_and_for_what_it_says() {
    let rng = &mut Seeded::new(10);
    let [ana, ben, cy] = [1, 2, 3].map(|user| Account::new(user, rng).unwrap());
    let signed = Reshare::make(5, 1, &ben, &ana.identity, &[7; 32], rng).unwrap();
    assert_eq!(Reshare::open(&signed, 5, 1, &ben.identity, &ana), Ok([7; 32]));
    assert!(Reshare::open(&signed, 5, 1, &ben.identity, &cy).is_err());
    assert!(Reshare::open(&signed, 5, 1, &cy.identity, &ana).is_err());
    assert!(Reshare::open(&signed, 6, 1, &ben.identity, &ana).is_err());
    assert!(Reshare::open(&signed, 5, 2, &ben.identity, &ana).is_err());
    let forged = Signed { sig: cy.sign(&signed.record), ..signed.clone() };
    assert!(Reshare::open(&forged, 5, 1, &ben.identity, &ana).is_err());
    let mut newer = signed.record.clone();
    newer[16] = 2;
    let newer = Signed { sig: ben.sign(&newer), record: newer };
    assert_eq!(Reshare::open(&newer, 5, 1, &ben.identity, &ana), Err(Refusal::Newer));
}

#[test]
fn low_order_points_are_refused_as_keys_and_as_encapsulations() {
    let rng = &mut Seeded::new(11);
    let ana = Account::new(1, rng).unwrap();
    for point in list(&kept(), "points") {
        let weak = Identity::new(2, hash(point), [1; 32]);
        assert!(Reshare::make(5, 1, &ana, &weak, &[7; 32], rng).is_err(), "{point}");
        let mut signed = Reshare::make(5, 1, &ana, &ana.identity, &[7; 32], rng).unwrap();
        signed.record[109..141].copy_from_slice(&hash(point));
        let signed = Signed { sig: ana.sign(&signed.record), ..signed };
        assert!(Reshare::open(&signed, 5, 1, &ana.identity, &ana).is_err(), "{point}");
    }
}
