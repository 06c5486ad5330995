//! `footing chat-open export.json`: reads one's own messages without a browser, with the recovery code.
//!
//! Everything comes from the file; the site is not asked, and the code leaves this machine nowhere.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use super::{Failure, Outcome, say, tell};
use crate::clock::Instant;
use crate::db::read_id;
use crate::seal::from_base64url;
use chat_client::{
    Account, Act, Code, Entry, Epoch, Expected, Hash, Header, Identity, Kind, Reshare, Signed,
    Vault, Wrap, WrapKind, open, open_vault, open_wrap, verify_log,
};

#[derive(clap::Args)]
pub struct ChatOpenOptions {
    /// What /messages/export.json gave; the recovery code is read from the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Deserialize)]
struct SavedMessages {
    user: String,
    name: String,
    log: SavedKeyLog,
    wraps: Vec<SavedWrap>,
    vault: Option<KeptVault>,
    conversations: Vec<SavedTalk>,
}

#[derive(Deserialize)]
struct SavedKeyLog {
    user: String,
    log: Vec<SavedKey>,
}

#[derive(Deserialize)]
struct SavedKey {
    key_seq: u32,
    kind: u8,
    entry: String,
    self_sig: String,
    prev_sig: Option<String>,
    log_hash: String,
}

#[derive(Deserialize)]
struct SavedWrap {
    kind: i64,
    ik_id: String,
    salt: String,
    nonce: String,
    commit: String,
    ct: String,
}

#[derive(Deserialize)]
struct KeptVault {
    version: u64,
    nonce: String,
    ct: String,
}

#[derive(Deserialize)]
struct SavedTalk {
    conversation: String,
    peer_name: String,
    peer: String,
    peer_log: SavedKeyLog,
    epochs: Vec<KeptEpoch>,
    rows: Vec<SavedMessageRow>,
}

#[derive(Deserialize)]
struct KeptEpoch {
    epoch: u32,
    record: String,
    sig: String,
    reshare: Option<KeptReshare>,
}

#[derive(Deserialize)]
struct KeptReshare {
    record: String,
    sig: String,
}

#[derive(Deserialize)]
struct SavedMessageRow {
    seq: u64,
    server_ms: i64,
    act: i16,
    sender: Option<String>,
    target: Option<u64>,
    epoch: Option<u32>,
    wire: Option<String>,
    #[serde(default)]
    removed: bool,
    notice: Option<Value>,
}

fn odd(what: &str) -> Failure {
    Failure::failed(format!("the file is no export of messages: {what}"))
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], Failure> {
    let bytes = from_base64url(text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| odd("bytes of another length"))
}

fn id(text: &str) -> Result<i64, Failure> {
    read_id(text).ok_or_else(|| odd("no id"))
}

pub fn run(options: &ChatOpenOptions) -> Outcome {
    let mut text = String::new();
    std::fs::File::open(&options.file)?.read_to_string(&mut text)?;
    tell("Recovery code:");
    let mut code = String::new();
    std::io::stdin().lock().read_line(&mut code)?;
    read(&text, &code)?.iter().for_each(|line| say(line));
    Ok(())
}

/// The lines of all conversations.
pub fn read(text: &str, code: &str) -> Result<Vec<String>, Failure> {
    let export: SavedMessages =
        serde_json::from_str(text).map_err(|error| odd(&error.to_string()))?;
    let keys = Keyring::open(&export, code)?;
    let mut lines = vec![];
    for talk in &export.conversations {
        lines.push(format!("== {} and {} ==", export.name, talk.peer_name));
        lines.extend(keys.read(&export, talk)?);
    }
    Ok(lines)
}

/// One's own accounts, the current one first, and every identity they ever had.
struct Keyring {
    accounts: Vec<Account>,
    identities: Vec<Identity>,
}

impl SavedKeyLog {
    fn checked(&self) -> Result<Vec<Entry>, Failure> {
        let user = id(&self.user)?;
        let mut log = vec![];
        for line in &self.log {
            let entry: [u8; 122] = bytes(&line.entry)?;
            let (x25519, rest) = entry.get(25..89).unwrap_or_default().split_at(32);
            let key = |bytes: &[u8]| -> Result<Hash, Failure> {
                bytes.try_into().map_err(|_| odd("no key"))
            };
            log.push(Entry {
                key_seq: line.key_seq,
                kind: Kind::of(line.kind).ok_or_else(|| odd("a kind of key"))?,
                identity: Identity::new(user, key(x25519)?, key(rest)?),
                self_sig: bytes(&line.self_sig)?,
                prev_sig: line.prev_sig.as_deref().map(bytes).transpose()?,
                log_hash: bytes(&line.log_hash)?,
            });
        }
        verify_log(user, &log, None).map_err(refused)?;
        Ok(log)
    }
}

fn refused(refusal: chat_client::Refusal) -> Failure {
    Failure::failed(refusal.to_string())
}

impl Keyring {
    fn open(export: &SavedMessages, code: &str) -> Result<Self, Failure> {
        let log = export.log.checked()?;
        let identities: Vec<Identity> = log.iter().map(|entry| entry.identity).collect();
        let code = Code::parse(code).map_err(refused)?;
        let mut opened = None;
        for kept in export.wraps.iter().filter(|kept| kept.kind == 1) {
            let ik_id: Hash = bytes(&kept.ik_id)?;
            let Some(identity) = identities.iter().find(|one| one.ik_id == ik_id) else { continue };
            let wrap = Wrap {
                kind: WrapKind::Recovery,
                salt: bytes(&kept.salt)?,
                nonce: bytes(&kept.nonce)?,
                ct: from_base64url(&kept.ct).unwrap_or_default(),
                commit: bytes(&kept.commit)?,
            };
            opened = opened.or(open_wrap(&wrap, &code.0, identity).ok());
        }
        let current = opened.ok_or_else(|| {
            Failure::failed(
                "this code opens nothing here: it may have been replaced by a newer one",
            )
        })?;
        let mut keys = Self { accounts: vec![current], identities };
        keys.add_earlier(export, &log)?;
        Ok(keys)
    }

    /// Earlier secrets lie in the vault.
    fn add_earlier(&mut self, export: &SavedMessages, log: &[Entry]) -> Result<(), Failure> {
        let (Some(kept), Some(current)) = (&export.vault, self.accounts.first()) else {
            return Ok(());
        };
        let vault = Vault {
            version: kept.version,
            nonce: bytes(&kept.nonce)?,
            ct: from_base64url(&kept.ct).unwrap_or_default(),
        };
        let Ok(content) = open_vault(current, &vault, 0) else {
            tell(
                "The vault does not open with this key: what was sealed for earlier keys stays shut.",
            );
            return Ok(());
        };
        let secrets = content.get("secrets").and_then(Value::as_object).cloned();
        let user = current.identity.user;
        for secret in secrets.unwrap_or_default().values().filter_map(Value::as_str) {
            let account = Account::from_secret(user, bytes(secret)?).map_err(refused)?;
            if log.iter().any(|entry| entry.identity.ik_id == account.identity.ik_id) {
                self.accounts.push(account);
            }
        }
        Ok(())
    }

    fn read(&self, export: &SavedMessages, talk: &SavedTalk) -> Result<Vec<String>, Failure> {
        let conversation = id(&talk.conversation)?;
        let epochs = self.epochs(conversation, talk)?;
        let mut lines = vec![];
        for row in &talk.rows {
            let at = Instant::from_millis(row.server_ms).iso();
            let who = match &row.sender {
                None => "Footing",
                Some(sender) if *sender == export.user => &export.name,
                Some(sender) if *sender == talk.peer => &talk.peer_name,
                Some(_) => "Somebody else",
            };
            let words = Self::words(conversation, row, &epochs);
            lines.push(format!("{} {at} {who}: {words}", row.seq));
        }
        Ok(lines)
    }

    fn words(conversation: i64, row: &SavedMessageRow, epochs: &HashMap<u32, Hash>) -> String {
        if let Some(notice) = &row.notice {
            return format!("(notice {notice})");
        }
        let Some(wire) = row.wire.as_deref().and_then(from_base64url) else {
            return if row.removed { "(removed after a report)" } else { "(deleted)" }.to_owned();
        };
        let Some(key) = row.epoch.and_then(|epoch| epochs.get(&epoch)) else {
            return "(locked: it was sealed for a key that was lost)".to_owned();
        };
        match Self::open_row(conversation, row, &wire, key) {
            None => "(could not be verified)".to_owned(),
            Some(words) => words,
        }
    }

    fn open_row(
        conversation: i64,
        row: &SavedMessageRow,
        wire: &[u8],
        key: &Hash,
    ) -> Option<String> {
        let act = Header::read(wire).ok()?.act;
        let expected = Expected {
            conversation,
            sender: read_id(row.sender.as_deref()?)?,
            epoch: row.epoch?,
            act,
            target: row.target.unwrap_or(0),
            device: None,
        };
        let payload = open(wire, &expected, key).ok()?.payload;
        let files: Vec<String> =
            payload.att.iter().flatten().map(|file| format!("[{}]", file.name)).collect();
        let said = [vec![payload.body], files].concat().join(" ");
        Some(match (act, row.act) {
            (Act::Edit, 1) => format!("(changes {}) {said}", expected.target),
            (Act::Delete, 2) => format!("(deletes {})", expected.target),
            (Act::Message, 0) => said.trim().to_owned(),
            _ => return None,
        })
    }

    /// The keys of the epochs that one of one's own opens, or that the other handed over again.
    fn epochs(&self, conversation: i64, talk: &SavedTalk) -> Result<HashMap<u32, Hash>, Failure> {
        let peers: Vec<Identity> =
            talk.peer_log.checked()?.iter().map(|entry| entry.identity).collect();
        let known = [self.identities.as_slice(), &peers].concat();
        let (mut before, mut keys) = ([0; 32], HashMap::new());
        for kept in &talk.epochs {
            let signed = signed(&kept.record, &kept.sig)?;
            let own = self.accounts.iter().find_map(|account| {
                Epoch::open(&signed, conversation, kept.epoch, &before, &known, account).ok()
            });
            let again = || {
                let kept_again = kept.reshare.as_ref()?;
                let again = self::signed(&kept_again.record, &kept_again.sig).ok()?;
                let mut pairs =
                    peers.iter().flat_map(|peer| self.accounts.iter().map(move |own| (peer, own)));
                pairs.find_map(|(peer, own)| {
                    Reshare::open(&again, conversation, kept.epoch, peer, own).ok()
                })
            };
            if let Some(key) = own.map(|epoch| epoch.ek).or_else(again) {
                keys.insert(kept.epoch, key);
            }
            before = signed.record_hash();
        }
        Ok(keys)
    }
}

fn signed(record: &str, sig: &str) -> Result<Signed, Failure> {
    let record = from_base64url(record).ok_or_else(|| odd("no record"))?;
    Ok(Signed { record, sig: bytes(sig)? })
}
