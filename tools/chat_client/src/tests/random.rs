//! A package of random content, new with each seed.

use rand::seq::IndexedRandom;
use rand::{CryptoRng, Rng, RngExt};
use serde_json::{Value, json};

use super::hash;
use super::package::*;
use super::timeline::{Timeline, Writer};
use super::vectors::attachment;
use crate::*;

pub fn package(rng: &mut impl CryptoRng) -> Value {
    let id = |rng: &mut dyn Rng| i64::try_from(rng.next_u64() >> 1).unwrap();
    let [ana, ben] = [0, 1].map(|_| Writer { user: id(rng), device: id(rng) });
    let people = [ana, ben].map(|writer| {
        let count = rng.random_range(0..3);
        let kinds: Vec<Kind> =
            (0..count).map(|_| *[Kind::Rotated, Kind::Reset].choose(rng).unwrap()).collect();
        Person::new(writer.user, &kinds, rng)
    });
    let number = rng.random_range(1..5);
    let previous_hash = if number == 1 { [0; 32] } else { rng.random() };
    let created_ms = rng.random_range(0..1 << 45);
    let new = NewEpoch { conversation: id(rng), epoch: number, previous_hash, created_ms };
    let epoch = epoch_json(&new, &people[0], &people[1], rng);
    let mut timeline = Timeline::new(new.conversation, number, hash(&epoch["ek"]));
    for _ in 0..20 {
        let writer = *[ana, ben].choose(rng).unwrap();
        match rng.random_range(0..8) {
            0 => timeline.notice(rng.random(), id(rng)),
            1 => {
                let edit = (Act::Edit, rng.random_range(1..1 << 50));
                timeline.say("edit", writer, edit, &Payload::text(&text(rng)), rng);
            }
            2 => timeline.say("delete", writer, (Act::Delete, 1), &Payload::deleted(), rng),
            _ => {
                let message = message(rng);
                timeline.say("message", writer, (Act::Message, 0), &message, rng);
            }
        }
    }
    let sizes = [rng.random_range(1..5000), rng.random_range(1 << 20..5 << 19)];
    let files: Vec<Value> = sizes.iter().map(|size| file_json(*size, rng)).collect();
    let content = json!({ "note": text(rng) });
    let [ana, ben] = &people;
    json!({
        "people": { "ana": ana.to_json(), "ben": ben.to_json() },
        "wraps": wraps_json(&ana.account, rng),
        "code": code_json(rng),
        "vault": vault_json(&ana.account, content, rng),
        "reshare": reshare_json(&epoch, ben, ana, rng),
        "safety_number": safety_number(&ana.account.identity, &ben.account.identity).unwrap(),
        "timeline": timeline.rows,
        "files": files,
        "epoch": epoch,
    })
}

fn text(rng: &mut impl CryptoRng) -> String {
    let length = 1 << rng.random_range(0..12);
    (0..length).map(|_| rng.random::<char>()).collect()
}

fn message(rng: &mut impl CryptoRng) -> Payload {
    let mut message = Payload::text(&text(rng));
    if rng.random() {
        message = message.answering(&rng.random());
    }
    if rng.random() {
        let count = rng.random_range(1..11);
        message = message.with((0..count).map(|number| attachment(number, rng)).collect());
    }
    message
}
