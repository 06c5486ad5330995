//! `footing verify-export FILE`: whether a conversation that somebody took along is what was stored here.
//!
//! Recomputes the chain over its rows, the commitment of each text, the hash of each file, and the stamp
//! under the site's secret. What does not fit is named row by row.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::zip::Archive;
use super::{Failure, Outcome, say};
use crate::clock::Instant;
use crate::config::Config;
use crate::db::read_id;
use crate::messaging::wire::{chain_next, chain_start, notice_hash};
use crate::messaging::{ConversationId, Opening, Stamp};
use crate::seal::{Seal, from_base64url, sha256};

#[derive(clap::Args)]
pub struct VerifyExportOptions {
    /// The archive as the page wrote it
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Deserialize)]
struct SavedConversation {
    conversation: String,
    stamp: SavedStamp,
    rows: Vec<SavedRow>,
}

#[derive(Deserialize)]
struct SavedStamp {
    last_seq: i64,
    chain: String,
    now_ms: i64,
    stamp: String,
}

#[derive(Deserialize)]
struct SavedRow {
    seq: i64,
    server_ms: i64,
    wire: Option<String>,
    head: Option<String>,
    wire_hash: String,
    chain: String,
    #[serde(rename = "P")]
    payload: Option<String>,
    kf: Option<String>,
    notice: Option<SavedNotice>,
    /// Names in the archive, in the order of the message's files.
    #[serde(default)]
    files: Vec<String>,
}

#[derive(Deserialize)]
struct SavedNotice {
    kind: i16,
    about: String,
}

/// What the words of a message promise of its files.
#[derive(Deserialize, Default)]
struct Promises {
    #[serde(default)]
    att: Vec<PromisedRoot>,
}

#[derive(Deserialize)]
struct PromisedRoot {
    root: String,
}

/// What was found: words, row by row.
#[derive(Default)]
struct Findings(Vec<String>);

pub fn run(config: &Config, options: &VerifyExportOptions) -> Outcome {
    let (rows, found) = compare(&options.file, &Seal::new(&config.secret))?;
    if found.is_empty() {
        say(&format!("{rows} rows: nothing was added, altered or left out"));
        return Ok(());
    }
    found.iter().for_each(|line| say(line));
    Err(Failure::failed(format!("{} things do not fit", found.len())))
}

/// How many rows there are, and what does not fit.
pub fn compare(file: &Path, seal: &Seal) -> Result<(usize, Vec<String>), Failure> {
    let mut archive = Archive::open(file)?;
    let text = archive
        .read("conversation.json")?
        .ok_or_else(|| Failure::failed("there is no conversation.json in it"))?;
    let export: SavedConversation = serde_json::from_slice(&text)
        .map_err(|error| Failure::failed(format!("conversation.json: {error}")))?;
    let talk = read_id(&export.conversation)
        .ok_or_else(|| Failure::failed("conversation.json names no conversation"))?;
    let mut findings = Findings::default();
    findings.check_stamp(seal, talk, &export);
    findings.check_chain(talk, &export);
    for row in &export.rows {
        findings.check_row(talk, row);
        findings.check_files(&mut archive, row)?;
    }
    findings.check_names(&archive, &export);
    Ok((export.rows.len(), findings.0))
}

fn hash(text: &str) -> Option<[u8; 32]> {
    from_base64url(text)?.try_into().ok()
}

impl Findings {
    fn add(&mut self, words: impl Into<String>) {
        self.0.push(words.into());
    }

    fn check_stamp(&mut self, seal: &Seal, talk: i64, export: &SavedConversation) {
        let SavedStamp { last_seq, now_ms, .. } = export.stamp;
        let bytes = |text: &str| from_base64url(text).unwrap_or_default();
        let (chain, hash) = (bytes(&export.stamp.chain), bytes(&export.stamp.stamp));
        let stamp = Stamp { last_seq, chain, now_ms, hash };
        if !stamp.is_ours(seal, ConversationId(talk)) {
            self.add("the stamp is not of this site, or was altered");
        }
    }

    /// Rows in their order, each tied to the one before, up to the one that the stamp names.
    fn check_chain(&mut self, talk: i64, export: &SavedConversation) {
        let (mut before, mut expected) = (Some(chain_start(ConversationId(talk))), 1);
        for row in &export.rows {
            if row.seq > expected {
                self.add(format!("rows {expected} to {} are left out", row.seq - 1));
                before = None;
            } else if row.seq < expected {
                self.add(format!("row {} stands twice or out of order", row.seq));
            }
            if row.seq > export.stamp.last_seq {
                self.add(format!("row {} was added: the stamp ends before it", row.seq));
            }
            let (wire_hash, chain) = (hash(&row.wire_hash), hash(&row.chain));
            let next = before.zip(wire_hash).map(|(before, wire_hash)| {
                chain_next(&before, row.seq, Instant::from_millis(row.server_ms), &wire_hash)
            });
            if chain.is_none() || (before.is_some() && next != chain) {
                self.add(format!("row {} does not follow the one before it", row.seq));
            }
            (before, expected) = (chain, row.seq + 1);
        }
        if expected <= export.stamp.last_seq {
            self.add(format!("rows {expected} to {} are left out", export.stamp.last_seq));
        }
        let end = export.rows.iter().find(|row| row.seq == export.stamp.last_seq);
        if end.is_some_and(|end| end.chain != export.stamp.chain) {
            self.add("the rows do not end where the stamp says: one or more were altered");
        }
    }

    /// The row's bytes, and the words that are said to be in them.
    fn check_row(&mut self, talk: i64, row: &SavedRow) {
        let seq = row.seq;
        let stored = hash(&row.wire_hash);
        if let Some(notice) = &row.notice {
            let kind = u8::try_from(notice.kind).unwrap_or(0);
            let about = read_id(&notice.about).unwrap_or(0);
            if stored != Some(notice_hash(ConversationId(talk), kind, about)) {
                self.add(format!("row {seq}: the notice is not the one that was posted"));
            }
            return;
        }
        let wire = row.wire.as_deref().map(|wire| from_base64url(wire).unwrap_or_default());
        if wire.as_ref().is_some_and(|wire| stored != Some(sha256(wire))) {
            self.add(format!("row {seq}: its bytes were altered"));
        }
        let head = row.head.as_deref().and_then(from_base64url);
        let head = wire.as_ref().and_then(|wire| wire.get(..135).map(<[u8]>::to_vec)).or(head);
        let (Some(payload), Some(kf)) = (&row.payload, &row.kf) else { return };
        let opening = from_base64url(payload).zip(hash(kf)).zip(head);
        let fits =
            opening.is_some_and(|((payload, key), head)| Opening { seq, payload, key }.fits(&head));
        if !fits {
            self.add(format!("row {seq}: its words are not those that were sent"));
        }
    }

    /// Files that no message brought.
    fn check_names(&mut self, archive: &Archive, export: &SavedConversation) {
        let own = ["conversation.html", "conversation.json"];
        let brought: Vec<&String> = export.rows.iter().flat_map(|row| &row.files).collect();
        for name in archive.names() {
            if !own.contains(&name) && !brought.iter().any(|one| *one == name) {
                self.add(format!("the file {name} was added"));
            }
        }
    }

    fn check_files(&mut self, archive: &mut Archive, row: &SavedRow) -> Result<(), Failure> {
        let Some(payload) = row.payload.as_deref().and_then(from_base64url) else { return Ok(()) };
        let words: Promises = serde_json::from_slice(&payload).unwrap_or_default();
        for (file, name) in words.att.iter().zip(&row.files) {
            // empty: it could not be fetched when the archive was written
            if name.is_empty() {
                continue;
            }
            let mut roots = Sha256::new();
            let found = archive.pieces(name, 1 << 20, |piece| roots.update(sha256(piece)))?;
            if found == Some(0) {
                roots.update(sha256(b""));
            }
            let root: [u8; 32] = roots.finalize().into();
            match found {
                None => self.add(format!("row {}: the file {name} is left out", row.seq)),
                Some(_) if hash(&file.root) != Some(root) => {
                    self.add(format!("row {}: the file {name} was altered", row.seq));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}
