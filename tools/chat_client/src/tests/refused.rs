//! What no client may take, made by somebody who holds the keys and breaks the rules.

use rand::CryptoRng;
use serde_json::{Value, json};

use super::package::{Person, row_json};
use super::shown;
use super::timeline::Timeline;
use super::vectors::{ANA, BEN};
use crate::bytes::id_text;
use crate::crypto::random;
use crate::message::{assemble, commitment, inner};
use crate::*;

/// Points of X25519 with which every shared secret is zero.
const LOW_ORDER: [&str; 7] = [
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA",
    "X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEVc",
    "7P_______________________________________38",
    "7f_______________________________________38",
    "7v_______________________________________38",
];

pub fn all(
    ana: &Person,
    ben: &Person,
    timeline: &Timeline,
    new: NewEpoch,
    rng: &mut impl CryptoRng,
) -> Value {
    let zeros = ["0000"; 9].join("-");
    json!({
        "wires": wires(timeline, rng),
        "epochs": epochs(ana, ben, new, rng),
        "logs": logs(rng),
        "codes": ["", zeros, "U".repeat(36), "é".repeat(18)],
        "points": LOW_ORDER,
    })
}

fn wires(timeline: &Timeline, rng: &mut impl CryptoRng) -> Vec<Value> {
    let mut wires = payloads(timeline, rng);
    let header = timeline.header(ANA, Act::Message, 0, rng);
    let mut add = |what: &str, code: &str, wire: Vec<u8>| {
        wires.push(json!({ "what": what, "code": code, "wire": shown(wire) }));
    };
    let (kf, salt) = (random(rng), random(rng));
    let pack = |h0: &[u8], committed: &Hash, inner: &[u8]| {
        assemble(h0, committed, &salt, inner, (&timeline.ek, ANA.user)).unwrap()
    };
    let payload = Payload::text("Hello").spell(Act::Message).unwrap();
    let good = inner(&kf, &payload).unwrap();
    let h0 = header.bytes();
    let committed = commitment(&kf, &h0, &payload).unwrap();
    add("another text is committed to", "unverified", pack(&h0, &random(rng), &good));
    let mut padding = good.clone();
    *padding.last_mut().unwrap() = 1;
    add("something is hidden in the padding", "unverified", pack(&h0, &committed, &padding));
    let longer = [good.as_slice(), &vec![0; good.len()]].concat();
    add("more padding than needed", "unverified", pack(&h0, &committed, &longer));
    let mut length = good.clone();
    length[32] = 0xff;
    add("a length beyond the end", "unverified", pack(&h0, &committed, &length));
    add("no room for a length", "unverified", pack(&h0, &committed, &good[..30]));
    for (what, code, at, byte) in [
        ("a newer version", "newer", 0, 2),
        ("a newer suite", "newer", 1, 2),
        ("an unknown act", "unverified", 2, 3),
        ("a message with a target", "unverified", 62, 1),
        ("an edit without target", "unverified", 2, 1),
        ("an id that is no id", "unverified", 3, 0x80),
        ("no epoch", "unverified", 14, 0),
        ("a number that is out of range", "unverified", 47, 1),
    ] {
        let mut h0 = h0.clone();
        h0[at] = byte;
        let committed = commitment(&kf, &h0, &payload).unwrap();
        add(what, code, pack(&h0, &committed, &good));
    }
    let large = vec![0; 51 * 1024];
    add("larger than any message", "limit", pack(&h0, &committed, &large));
    wires
}

/// Payloads with the right commitment that are still not to be shown.
fn payloads(timeline: &Timeline, rng: &mut impl CryptoRng) -> Vec<Value> {
    let long = json!({ "t": "text", "body": "a".repeat(16 * 1024 + 1) }).to_string();
    let list = [
        ("a blank in the JSON", "unverified", Act::Message, r#"{"t":"text", "body":"a"}"#),
        ("a field said twice", "unverified", Act::Message, r#"{"t":"text","body":"a","body":"b"}"#),
        ("a field in another place", "unverified", Act::Message, r#"{"body":"a","t":"text"}"#),
        ("a field too many", "unverified", Act::Message, r#"{"t":"text","body":"a","to":"b"}"#),
        ("an escape too many", "unverified", Act::Message, r#"{"t":"text","body":"\u0061"}"#),
        ("half a character", "unverified", Act::Message, r#"{"t":"text","body":"\ud800"}"#),
        ("no text", "unverified", Act::Message, r#"{"t":"text"}"#),
        ("no JSON", "unverified", Act::Message, "Hello"),
        ("no object", "unverified", Act::Message, "null"),
        ("no kind", "unverified", Act::Message, "{}"),
        ("a newer kind", "newer", Act::Message, r#"{"t":"poll","options":[]}"#),
        ("a text that is too long", "limit", Act::Message, &long),
        ("nothing attached", "unverified", Act::Message, r#"{"t":"text","body":"","att":[]}"#),
        ("a short answer id", "unverified", Act::Message, r#"{"t":"text","body":"","re":"AA"}"#),
        ("a null", "unverified", Act::Message, r#"{"t":"text","body":"","re":null}"#),
        ("an edit that answers", "unverified", Act::Edit, r#"{"t":"text","body":"","re":"AA"}"#),
        ("a delete with words", "unverified", Act::Delete, r#"{"t":"text","body":"a"}"#),
    ];
    let mut wires = vec![];
    for (what, code, act, payload) in list {
        let header = timeline.header(ANA, act, u64::from(act.number()), rng);
        let (kf, salt) = (random(rng), random(rng));
        let h0 = header.bytes();
        let committed = commitment(&kf, &h0, payload.as_bytes()).unwrap();
        let inner = inner(&kf, payload.as_bytes()).unwrap();
        let wire = assemble(&h0, &committed, &salt, &inner, (&timeline.ek, ANA.user)).unwrap();
        wires.push(json!({ "what": what, "code": code, "wire": shown(wire) }));
    }
    wires
}

fn epochs(ana: &Person, ben: &Person, new: NewEpoch, rng: &mut impl CryptoRng) -> Vec<Value> {
    let cy = Person::new(ANA.user + 1, &[], rng);
    let [a, b, c] = [ana, ben, &cy].map(|person| &person.account.identity);
    let old = &ana.log[0].identity;
    let foreign = Identity { x25519_pub: c.x25519_pub, ..*b };
    let elsewhere = NewEpoch { conversation: new.conversation + 1, ..new };
    let later = NewEpoch { epoch: 2, ..new };
    let stale = NewEpoch { previous_hash: random(rng), ..new };
    let newer = |mut signed: Signed, at: usize| {
        signed.record[at] = 2;
        Signed { sig: ana.account.sign(&signed.record), ..signed }
    };
    let ek = random(rng);
    let mut record = |place: &NewEpoch, by: &Person, members: &[&Identity]| {
        place.record(&by.account, members, &ek, rng).unwrap()
    };
    let good = record(&new, ana, &[a, b]);
    let unknown = Identity { ik_id: ek, ..*a };
    let list = vec![
        ("one member", "unverified", record(&new, ana, &[b])),
        ("three members", "unverified", record(&new, ana, &[a, b, c])),
        ("twice the same member", "unverified", record(&new, ben, &[b, b])),
        ("a stranger among the members", "unverified", record(&new, ben, &[b, c])),
        ("a stranger made it", "unverified", record(&new, &cy, &[a, b])),
        ("a key that nobody announced", "unverified", record(&new, ben, &[&unknown, b])),
        ("wrapped for another key", "unverified", record(&new, ana, &[a, &foreign])),
        ("made under a key that is no member", "unverified", record(&new, ana, &[old, b])),
        ("another conversation", "unverified", record(&elsewhere, ana, &[a, b])),
        ("another epoch", "unverified", record(&later, ana, &[a, b])),
        ("it follows another record", "unverified", record(&stale, ana, &[a, b])),
        (
            "signed by another",
            "unverified",
            Signed { sig: ben.account.sign(&good.record), ..good.clone() },
        ),
        ("a newer version", "newer", newer(good.clone(), 13)),
        ("a newer suite", "newer", newer(good, 14)),
    ];
    list.into_iter()
        .map(|(what, code, Signed { record, sig })| {
            json!({ "what": what, "code": code, "record": shown(record), "sig": shown(sig) })
        })
        .collect()
}

fn logs(rng: &mut impl CryptoRng) -> Vec<Value> {
    let [one, two, other] = [0, 1, 2].map(|_| Account::new(BEN.user, rng).unwrap());
    let first = Entry::first(&one);
    let rotated = Entry::rotated(&two, &first, &one);
    let reset = Entry::reset(&two, &first);
    let foreign = Entry::rotated(&two, &first, &other);
    let late = Entry::signed(&two, 1, Kind::First, &first.log_hash, None);
    let early = Entry::signed(&two, 0, Kind::Reset, &[0; 32], None);
    let loose = Entry::signed(&two, 1, Kind::Reset, &[9; 32], None);
    let gap = Entry::signed(&two, 2, Kind::Reset, &first.log_hash, None);
    let pin = Entry::first(&other);
    let list = vec![
        ("no rows", vec![], None),
        (
            "a rotated key that the old one did not sign",
            vec![first, Entry { prev_sig: None, ..rotated }],
            None,
        ),
        ("a rotated key that a foreign one signed", vec![first, foreign], None),
        (
            "a reset key with a signature of the old one",
            vec![first, Entry { prev_sig: rotated.prev_sig, ..reset }],
            None,
        ),
        (
            "a key that did not sign itself",
            vec![first, Entry { self_sig: first.self_sig, ..reset }],
            None,
        ),
        ("a second first key", vec![first, late], None),
        ("a log that begins with a reset", vec![early], None),
        ("a row that follows another", vec![first, loose], None),
        ("a row that is left out", vec![first, gap], None),
        ("another first key than the pinned", vec![first, reset], Some(pin)),
        ("shorter than what is pinned", vec![first], Some(reset)),
    ];
    list.into_iter()
        .map(|(what, rows, pin)| {
            let rows: Vec<Value> = rows.iter().map(row_json).collect();
            let pin = pin.as_ref().map(row_json);
            json!({ "what": what, "user": id_text(BEN.user), "rows": rows, "pin": pin })
        })
        .collect()
}
