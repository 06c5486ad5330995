//! Everything the protocol makes, as JSON: what the vectors hold, and what both languages hand to one
//! another. The browser's half of this file is `tests/browser/exchange.js`.

use rand::CryptoRng;
use serde_json::{Value, json};

use super::{array, bytes, hash, id, number, shown};
use crate::bytes::id_text;
use crate::crypto::{random, sha256};
use crate::file::Keys;
use crate::*;

/// One side of a conversation, with its log.
pub struct Person {
    pub account: Account,
    pub log: Vec<Entry>,
}

impl Person {
    pub fn new(user: i64, kinds: &[Kind], rng: &mut impl CryptoRng) -> Self {
        let mut account = Account::new(user, rng).unwrap();
        let mut log = vec![Entry::first(&account)];
        for kind in kinds {
            let next = Account::new(user, rng).unwrap();
            let head = log.last().unwrap();
            log.push(match kind {
                Kind::Rotated => Entry::rotated(&next, head, &account),
                _ => Entry::reset(&next, head),
            });
            account = next;
        }
        Self { account, log }
    }

    pub fn to_json(&self) -> Value {
        let log: Vec<Value> = self.log.iter().map(row_json).collect();
        let user = id_text(self.account.identity.user);
        json!({ "user": user, "secret": shown(self.account.secret()), "log": log })
    }

    pub fn from_json(value: &Value) -> Self {
        let user = id(&value["user"]);
        let account = Account::from_secret(user, hash(&value["secret"])).unwrap();
        let log: Vec<Entry> =
            value["log"].as_array().unwrap().iter().map(|row| row_from(user, row)).collect();
        let head = verify_log(user, &log, None).unwrap();
        assert_eq!(head.identity, account.identity, "the head is the account's identity");
        Self { account, log }
    }

    pub fn identities(&self) -> Vec<Identity> {
        self.log.iter().map(|row| row.identity).collect()
    }
}

pub fn row_json(row: &Entry) -> Value {
    json!({
        "key_seq": row.key_seq, "kind": row.kind.number(), "ik_id": shown(row.identity.ik_id),
        "x25519_pub": shown(row.identity.x25519_pub),
        "ed25519_pub": shown(row.identity.ed25519_pub),
        "self_sig": shown(row.self_sig), "prev_sig": row.prev_sig.map(shown),
        "log_hash": shown(row.log_hash),
    })
}

pub fn row_from(user: i64, row: &Value) -> Entry {
    let identity = Identity::new(user, hash(&row["x25519_pub"]), hash(&row["ed25519_pub"]));
    assert_eq!(identity.ik_id, hash(&row["ik_id"]));
    Entry {
        key_seq: number(&row["key_seq"]),
        kind: Kind::of(number(&row["kind"])).unwrap(),
        identity,
        self_sig: array(&row["self_sig"]),
        prev_sig: (!row["prev_sig"].is_null()).then(|| array(&row["prev_sig"])),
        log_hash: hash(&row["log_hash"]),
    }
}

// --- epoch and timeline -----------------------------------------------------------------------

pub fn epoch_json(new: &NewEpoch, ana: &Person, ben: &Person, rng: &mut impl CryptoRng) -> Value {
    let members = [&ben.account.identity, &ana.account.identity];
    let (signed, ek) = new.make(&ana.account, members, rng).unwrap();
    json!({
        "conversation": id_text(new.conversation), "epoch": new.epoch,
        "previous_hash": shown(new.previous_hash), "created_ms": new.created_ms,
        "record": shown(&signed.record), "sig": shown(signed.sig),
        "record_hash": shown(signed.record_hash()), "ek": shown(ek),
    })
}

pub fn signed_from(value: &Value) -> Signed {
    Signed { record: bytes(&value["record"]), sig: array(&value["sig"]) }
}

pub fn open_epoch(value: &Value, at: &Value, reader: &Person, other: &Person) -> Result<Epoch> {
    let identities = [reader.identities(), other.identities()].concat();
    let previous = hash(&at["previous_hash"]);
    let (conversation, epoch) = (id(&at["conversation"]), number(&at["epoch"]));
    let account = &reader.account;
    Epoch::open(&signed_from(value), conversation, epoch, &previous, &identities, account)
}

pub fn header_json(header: &Header) -> Value {
    json!({
        "act": header.act.number(), "conversation": id_text(header.conversation),
        "epoch": header.epoch, "sender": id_text(header.sender), "device": id_text(header.device),
        "client_msg_id": shown(header.client_msg_id), "dev_seq": header.dev_seq,
        "target": header.target, "seen_seq": header.seen_seq,
        "seen_chain": shown(header.seen_chain),
    })
}

pub fn header_from(value: &Value) -> Header {
    Header {
        act: [Act::Message, Act::Edit, Act::Delete][number::<usize>(&value["act"])],
        conversation: id(&value["conversation"]),
        epoch: number(&value["epoch"]),
        sender: id(&value["sender"]),
        device: id(&value["device"]),
        client_msg_id: array(&value["client_msg_id"]),
        dev_seq: number(&value["dev_seq"]),
        target: number(&value["target"]),
        seen_seq: number(&value["seen_seq"]),
        seen_chain: hash(&value["seen_chain"]),
    }
}

pub fn expected(header: &Header) -> Expected {
    let Header { act, conversation, epoch, sender, target, device, .. } = *header;
    Expected { act, conversation, epoch, sender, target, device: Some(device) }
}

fn check_timeline(rows: &[Value], conversation: i64, ek: &Hash) {
    let mut mark = Mark::start(conversation);
    for row in rows {
        let mut link = Link {
            seq: number(&row["seq"]),
            server_ms: number(&row["server_ms"]),
            wire_hash: hash(&row["wire_hash"]),
            chain: hash(&row["chain"]),
            header: None,
        };
        if row["wire"].is_null() {
            let (kind, about) = (number(&row["notice"]["kind"]), id(&row["notice"]["ref"]));
            assert_eq!(link.wire_hash, notice_hash(conversation, kind, about));
        } else {
            let header = header_from(&row["header"]);
            let wire = bytes(&row["wire"]);
            let opened = open(&wire, &expected(&header), ek).unwrap();
            assert_eq!(opened.header, header);
            assert_eq!(link.wire_hash, sha256(&[&wire]));
            assert_eq!(opened.kf, hash(&row["kf"]));
            assert_eq!(sha256(&[&opened.bytes]), hash(&row["payload_sha256"]));
            if let Some(body) = row["body"].as_str() {
                assert_eq!(opened.payload.body, body);
            }
            assert!(is_opening(&wire[..135], &opened.bytes, &opened.kf));
            link.header = Some(header);
        }
        assert_eq!(mark.follow(&link), [], "row {} of an honest history", link.seq);
    }
}

// --- files ------------------------------------------------------------------------------------

/// The content of a file that only its length describes.
pub fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|i| u8::try_from((i * 131 + (i >> 10) * 7) & 255).unwrap()).collect()
}

pub fn file_json(size: usize, rng: &mut impl CryptoRng) -> Value {
    let sealed = seal_file(&pattern(size), rng).unwrap();
    json!({
        "size": size, "fk": shown(sealed.fk), "header": shown(&sealed.blob[..64]),
        "root": shown(sealed.root), "blob_sha256": shown(sha256(&[&sealed.blob])),
    })
}

/// Seals the pattern again under the key that is told, and opens it.
fn check_file(value: &Value) {
    let plain = pattern(number(&value["size"]));
    let header = bytes(&value["header"]);
    let keys = Keys::new(&bytes(&value["fk"]), header[8..24].try_into().unwrap()).unwrap();
    assert_eq!(keys.header, header);
    let mut blob = header;
    let count = plain.len().div_ceil(1 << 20).max(1);
    for chunk in 0..count {
        let from = chunk << 20;
        let to = plain.len().min(from + (1 << 20));
        let number = u32::try_from(chunk).unwrap();
        blob.extend(keys.seal(number, chunk + 1 == count, &plain[from..to]).unwrap());
    }
    assert_eq!(sha256(&[&blob]), hash(&value["blob_sha256"]));
    let root = hash(&value["root"]);
    let opened = open_file(&blob, &bytes(&value["fk"]), &root, plain.len()).unwrap();
    assert!(opened == plain);
}

// --- codes, wraps, vault ----------------------------------------------------------------------

pub fn wraps_json(account: &Account, rng: &mut impl CryptoRng) -> Value {
    let mut wraps = vec![];
    for kind in WrapKind::ALL {
        let secret = match kind {
            WrapKind::Passkey => random::<32>(rng).to_vec(),
            WrapKind::Device => random::<64>(rng).to_vec(),
            WrapKind::Recovery | WrapKind::Link => random::<20>(rng).to_vec(),
        };
        let wrap = seal_wrap(kind, &secret, account, rng).unwrap();
        wraps.push(json!({
            "kind": kind.as_str(), "secret": shown(&secret), "salt": shown(wrap.salt),
            "nonce": shown(wrap.nonce), "ct": shown(&wrap.ct), "commit": shown(wrap.commit),
        }));
    }
    Value::Array(wraps)
}

pub fn wrap_from(value: &Value) -> Wrap {
    let kind = WrapKind::ALL.into_iter().find(|kind| value["kind"] == kind.as_str());
    Wrap {
        kind: kind.unwrap(),
        salt: hash(&value["salt"]),
        nonce: array(&value["nonce"]),
        ct: bytes(&value["ct"]),
        commit: hash(&value["commit"]),
    }
}

pub fn code_json(rng: &mut impl CryptoRng) -> Value {
    let code = Code::new(rng);
    json!({ "secret": shown(code.0), "text": code.to_string() })
}

pub fn vault_json(account: &Account, content: Value, rng: &mut impl CryptoRng) -> Value {
    let vault = seal_vault(account, 7, &content, rng).unwrap();
    let (nonce, ct) = (shown(vault.nonce), shown(&vault.ct));
    json!({ "version": vault.version, "nonce": nonce, "ct": ct, "content": content })
}

pub fn vault_from(value: &Value) -> Vault {
    let version = number(&value["version"]);
    Vault { version, nonce: array(&value["nonce"]), ct: bytes(&value["ct"]) }
}

pub fn reshare_json(epoch: &Value, from: &Person, to: &Person, rng: &mut impl CryptoRng) -> Value {
    let (conversation, number) = (id(&epoch["conversation"]), number(&epoch["epoch"]));
    let (from, to, ek) = (&from.account, &to.account.identity, hash(&epoch["ek"]));
    let signed = Reshare::make(conversation, number, from, to, &ek, rng).unwrap();
    json!({ "record": shown(&signed.record), "sig": shown(signed.sig) })
}

// --- all of it --------------------------------------------------------------------------------

/// Opens everything in a package, whoever made it.
pub fn check(package: &Value) {
    let [ana, ben] = ["ana", "ben"].map(|name| Person::from_json(&package["people"][name]));
    let epoch = &package["epoch"];
    for (reader, other) in [(&ana, &ben), (&ben, &ana)] {
        let opened = open_epoch(epoch, epoch, reader, other).unwrap();
        assert_eq!(opened.ek, hash(&epoch["ek"]));
        assert_eq!(opened.record_hash, hash(&epoch["record_hash"]));
        assert_eq!(opened.creator, ana.account.identity.user);
        assert_eq!(opened.created_ms, number::<u64>(&epoch["created_ms"]));
    }
    let (conversation, ek) = (id(&epoch["conversation"]), hash(&epoch["ek"]));
    check_timeline(package["timeline"].as_array().unwrap(), conversation, &ek);
    package["files"].as_array().unwrap().iter().for_each(check_file);
    for wrap in package["wraps"].as_array().unwrap() {
        let identity = &ana.account.identity;
        let opened = open_wrap(&wrap_from(wrap), &bytes(&wrap["secret"]), identity).unwrap();
        assert_eq!(opened.secret(), ana.account.secret());
    }
    let (code, text) = (&package["code"]["secret"], package["code"]["text"].as_str().unwrap());
    assert_eq!(Code::parse(text).unwrap().0, array::<20>(code));
    assert_eq!(Code(array(code)).to_string(), text);
    let vault = &package["vault"];
    assert_eq!(open_vault(&ana.account, &vault_from(vault), 7).unwrap(), vault["content"]);
    let number = number(&epoch["epoch"]);
    let reshared = signed_from(&package["reshare"]);
    let from = &ben.account.identity;
    assert_eq!(Reshare::open(&reshared, conversation, number, from, &ana.account).unwrap(), ek);
    let safety = safety_number(&ana.account.identity, &ben.account.identity).unwrap();
    assert_eq!(safety, package["safety_number"].as_str().unwrap());
}
