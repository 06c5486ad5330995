//! The fixed vectors: made from a seed, kept in `tests/vectors/chat-v1.json`, read by both languages.

use rand::CryptoRng;
use serde_json::{Value, json};

use super::package::*;
use super::timeline::{Timeline, Writer};
use super::{Seeded, hash, refused};
use crate::bytes::id_text;
use crate::*;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/chat-v1.json");
const SEED: u64 = 1;
const MIB: usize = 1 << 20;

pub const ANA: Writer = Writer { user: 0x018D_1111_1111_1111, device: 0x018D_1111_2222_2222 };
pub const BEN: Writer = Writer { user: 0x018D_3333_3333_3333, device: 0x018D_3333_4444_4444 };
const CONVERSATION: i64 = 0x018D_5555_5555_5555;
const BOOKING: i64 = 0x018D_6666_6666_6666;

/// What the file says, as it stands.
pub fn kept() -> Value {
    let text = std::fs::read_to_string(FILE).unwrap_or_else(|error| panic!("{FILE}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn make() -> Value {
    let rng = &mut Seeded::new(SEED);
    let ana = Person::new(ANA.user, &[Kind::Rotated, Kind::Reset], rng);
    let ben = Person::new(BEN.user, &[], rng);
    let new = NewEpoch {
        conversation: CONVERSATION,
        epoch: 1,
        previous_hash: [0; 32],
        created_ms: 1_795_000_000_000,
    };
    let epoch = epoch_json(&new, &ana, &ben, rng);
    let mut timeline = Timeline::new(CONVERSATION, 1, hash(&epoch["ek"]));
    fill(&mut timeline, rng);
    let files: Vec<Value> = [0, MIB, MIB + 1].iter().map(|size| file_json(*size, rng)).collect();
    let content = json!({ "pins": [{ "user": id_text(BEN.user), "key_seq": 0 }], "secrets": [] });
    json!({
        "about": "Vectors of the message protocol, version 1. Bytes are base64url without padding, \
                  ids 13 Crockford characters. Byte i of a file is (131 i + 7 (i >> 10)) mod 256.",
        "people": { "ana": ana.to_json(), "ben": ben.to_json() },
        "wraps": wraps_json(&ana.account, rng),
        "code": code_json(rng),
        "vault": vault_json(&ana.account, content, rng),
        "reshare": reshare_json(&epoch, &ben, &ana, rng),
        "safety_number": safety_number(&ana.account.identity, &ben.account.identity).unwrap(),
        "refused": refused::all(&ana, &ben, &timeline, new, rng),
        "timeline": timeline.rows,
        "files": files,
        "epoch": epoch,
    })
}

fn fill(timeline: &mut Timeline, rng: &mut impl CryptoRng) {
    let message = (Act::Message, 0);
    timeline.say("empty", ANA, message, &Payload::text(""), rng);
    timeline.say("one byte", ANA, message, &Payload::text("a"), rng);
    timeline.notice(2, BOOKING);
    let odd = Payload::text("👩‍👩‍👧‍👦 naïve\u{2028}\u{7f}\"\\\u{1}\n");
    timeline.say("emoji", BEN, message, &odd, rng);
    timeline.say("16 KiB", BEN, message, &Payload::text(&"Ω".repeat(8 * 1024)), rng);
    let file = Attachment { w: Some(640), h: Some(480), ..attachment(1, rng) };
    let answer = Payload::text("Here it is").answering(&[7; 16]).with(vec![file]);
    timeline.say("attachment", ANA, message, &answer, rng);
    timeline.say("largest", BEN, message, &largest(rng), rng);
    timeline.say("edit", ANA, (Act::Edit, 2), &Payload::text("b"), rng);
    timeline.say("delete", ANA, (Act::Delete, 1), &Payload::deleted(), rng);
    timeline.notice(5, 0);
}

pub fn attachment(number: i64, rng: &mut impl CryptoRng) -> Attachment {
    let sealed = seal_file(b"%PDF-", rng).unwrap();
    Attachment::of(&sealed, BOOKING + number, "Receipt – März.pdf", "application/pdf")
}

/// As large as a message can be: a text that doubles when it is written down, files, and thumbs that
/// fill up the rest.
fn largest(rng: &mut impl CryptoRng) -> Payload {
    let mut files: Vec<Attachment> = (0..10).map(|number| attachment(number, rng)).collect();
    let body = "\"".repeat(16 * 1024);
    for at in 0..files.len() {
        let is = Payload::text(&body).with(files.clone()).spell(Act::Message).unwrap().len();
        let left = (48 * 1024_usize).saturating_sub(is + ",\"thumb\":\"\"".len());
        if left > 0 {
            files[at].thumb = Some("A".repeat(left.min(2048)));
        }
    }
    Payload::text(&body).with(files)
}

#[test]
fn the_vectors_are_those_that_the_seed_makes() {
    let made = serde_json::to_string_pretty(&make()).unwrap() + "\n";
    if std::env::var_os("CHAT_VECTORS_REWRITE").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(made == kept, "{FILE} is not what is made; CHAT_VECTORS_REWRITE=1 writes it again");
}

#[test]
fn everything_in_the_vectors_opens() {
    check(&kept());
}

#[test]
fn the_vectors_hold_the_smallest_and_the_largest_message() {
    let kept = kept();
    let lengths: Vec<(String, usize)> = kept["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["what"].is_string())
        .map(|row| (row["what"].as_str().unwrap().to_owned(), super::bytes(&row["wire"]).len()))
        .collect();
    assert!(lengths.contains(&("empty".to_owned(), 167 + 64 + 16)), "{lengths:?}");
    assert!(lengths.contains(&("largest".to_owned(), 50_359)), "{lengths:?}");
}
