//! A conversation as it grows, row by row.

use rand::CryptoRng;
use serde_json::{Value, json};

use super::package::header_json;
use super::shown;
use crate::bytes::id_text;
use crate::crypto::{random, sha256};
use crate::*;

/// Who writes: their id and their device's.
#[derive(Clone, Copy)]
pub struct Writer {
    pub user: i64,
    pub device: i64,
}

pub struct Timeline {
    pub conversation: i64,
    pub epoch: u32,
    pub ek: Hash,
    pub rows: Vec<Value>,
    chains: Vec<Hash>,
    devices: Vec<i64>,
}

impl Timeline {
    pub fn new(conversation: i64, epoch: u32, ek: Hash) -> Self {
        let chains = vec![chain_start(conversation)];
        Self { conversation, epoch, ek, rows: vec![], chains, devices: vec![] }
    }

    fn seq(&self) -> u64 {
        u64::try_from(self.chains.len()).unwrap()
    }

    fn push(&mut self, wire_hash: Hash, mut row: Value) {
        let (seq, server_ms) = (self.seq(), 1_795_000_000_000 + 1001 * self.seq());
        let chain = chain_next(self.chains.last().unwrap(), seq, server_ms, &wire_hash);
        row["seq"] = json!(seq);
        row["server_ms"] = json!(server_ms);
        row["wire_hash"] = shown(wire_hash);
        row["chain"] = shown(chain);
        self.rows.push(row);
        self.chains.push(chain);
    }

    pub fn notice(&mut self, kind: u8, about: i64) {
        let row = json!({ "notice": { "kind": kind, "ref": id_text(about) } });
        self.push(notice_hash(self.conversation, kind, about), row);
    }

    /// The header of the writer's next message, having seen the row before.
    pub fn header(
        &self,
        writer: Writer,
        act: Act,
        target: u64,
        rng: &mut impl CryptoRng,
    ) -> Header {
        let before = self.devices.iter().filter(|device| **device == writer.device).count();
        Header {
            act,
            conversation: self.conversation,
            epoch: self.epoch,
            sender: writer.user,
            device: writer.device,
            client_msg_id: random(rng),
            dev_seq: u64::try_from(before + 1).unwrap(),
            target,
            seen_seq: self.seq() - 1,
            seen_chain: *self.chains.last().unwrap(),
        }
    }

    pub fn say(
        &mut self,
        what: &str,
        writer: Writer,
        (act, target): (Act, u64),
        payload: &Payload,
        rng: &mut impl CryptoRng,
    ) {
        let header = self.header(writer, act, target, rng);
        let sealed = seal(&header, payload, &self.ek, rng).unwrap();
        let mut row = json!({
            "what": what, "header": header_json(&header), "wire": shown(&sealed.wire),
            "kf": shown(sealed.kf), "payload_sha256": shown(sha256(&[&sealed.payload])),
        });
        if payload.body.len() < 200 {
            row["body"] = json!(payload.body);
        }
        self.devices.push(writer.device);
        self.push(sealed.wire_hash(), row);
    }
}
