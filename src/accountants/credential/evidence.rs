//! The file that comes with a claim: for its owner's moderator alone, and only as long as it is
//! needed.
//!
//! Each file has a key of its own, which lies sealed in the row. So another secret changes rows and
//! no files, and a file whose row lost its key opens for nobody, wherever a copy of it lies.

use diesel::prelude::*;

use super::{Credential, CredentialId, CredentialStatus, changed_meanwhile};
use crate::accountants::jobs::REMOVE_EVIDENCE;
use crate::accountants::schema::credentials;
use crate::blobs::Blobs;
use crate::clock::Instant;
use crate::db::{Conn, SealedColumn};
use crate::error::{Error, Result};
use crate::seal::{self, Seal};
use crate::users::UserId;
use crate::web::Chosen;

const FILE: &str = "footing/evidence/v1";
const KEY: &str = "footing/evidence-key/v1";

pub const SEALED: SealedColumn =
    SealedColumn { table: "credentials", key: "id", column: "evidence_key", purpose: KEY };

crate::word_enum! {
    /// What a file is, by its content.
    EvidenceKind { Pdf => "pdf", Jpeg => "jpeg", Png => "png" }
}

impl EvidenceKind {
    fn of(content: &[u8]) -> Option<Self> {
        let beginnings: [(&[u8], Self); 3] = [
            (b"%PDF-", Self::Pdf),
            (&[0xff, 0xd8, 0xff], Self::Jpeg),
            (b"\x89PNG\r\n\x1a\n", Self::Png),
        ];
        let found = beginnings.into_iter().find(|(begin, _)| content.starts_with(begin));
        found.map(|(_, kind)| kind)
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
        }
    }
}

/// A file that can be evidence.
pub struct EvidenceFile {
    kind: EvidenceKind,
    content: Vec<u8>,
}

impl EvidenceFile {
    pub fn read(file: Option<Chosen>, most: usize) -> Result<Self, &'static str> {
        let content = file.map(|file| file.content).ok_or("Choose a file.")?;
        if content.len() > most {
            return Err("That file is larger than 5 MB. Choose a smaller one.");
        }
        let kind = EvidenceKind::of(&content).ok_or("Choose a PDF, a JPEG or a PNG.")?;
        Ok(Self { kind, content })
    }
}

/// A file that was stored and belongs to no row yet.
#[derive(Debug, Clone)]
pub struct StoredEvidence {
    pub blob: String,
    pub sealed_key: Vec<u8>,
    pub kind: EvidenceKind,
    pub sha256: [u8; 32],
}

impl StoredEvidence {
    pub async fn store(blobs: &Blobs, seal: &Seal, file: &EvidenceFile) -> Result<Self> {
        let noise = seal::hex(&seal::random::<10>());
        let (blob, key) = (format!("evidence/{noise}"), seal::token());
        blobs.put(&blob, &Seal::new(&key).seal(FILE, &file.content)?).await?;
        Ok(Self {
            blob,
            sealed_key: seal.seal(KEY, key.as_bytes())?,
            kind: file.kind,
            sha256: seal::sha256(&file.content),
        })
    }
}

impl Credential {
    /// The file as it was sent; not there once it was deleted.
    pub async fn open_evidence(&self, blobs: &Blobs, seal: &Seal) -> Result<Vec<u8>> {
        let (Some(blob), Some(sealed)) = (&self.evidence, &self.evidence_key) else {
            return Err(Error::NotFound);
        };
        let key = String::from_utf8(seal.open(KEY, sealed)?).map_err(Error::internal)?;
        Seal::new(&key).open(FILE, &blobs.get(blob).await?)
    }

    /// The owner wants the file gone. While it waits for its check it is needed.
    pub fn remove_evidence(
        conn: &mut Conn,
        id: CredentialId,
        owner: UserId,
        now: Instant,
    ) -> Result<()> {
        let own = Self::owned(conn, id, owner)?;
        if own.status == CredentialStatus::Claimed && own.ended_at.is_none() {
            return Err(Error::conflict("It waits to be checked: remove the credential instead."));
        }
        own.forget_evidence(conn, now)
    }

    /// Takes the key away, and the file in a job; its hash stays.
    pub fn forget_evidence(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        let Some(blob) = &self.evidence else { return Ok(()) };
        let kept = credentials::table.find(self.id).filter(credentials::evidence.eq(Some(blob)));
        let gone = (
            credentials::evidence.eq(None::<String>),
            credentials::evidence_key.eq(None::<Vec<u8>>),
            credentials::evidence_until.eq(None::<Instant>),
        );
        match diesel::update(kept).set(gone).execute(conn)? {
            0 => Err(changed_meanwhile()),
            _ => REMOVE_EVIDENCE.enqueue(conn, blob.clone(), now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Result<EvidenceFile, &'static str> {
        let file = Chosen { name: "degree.pdf".to_owned(), content: content.to_vec() };
        EvidenceFile::read(Some(file), 20)
    }

    #[test]
    fn a_file_is_what_its_content_says_whatever_it_is_called() {
        let kind = |content: &[u8]| read(content).ok().map(|file| file.kind);
        assert_eq!(kind(b"%PDF-1.7 and so on"), Some(EvidenceKind::Pdf));
        assert_eq!(kind(&[0xff, 0xd8, 0xff, 0xe0]), Some(EvidenceKind::Jpeg));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Some(EvidenceKind::Png));
        assert_eq!(kind(b"<html>%PDF-</html>"), None);
        assert_eq!(kind(b"%PDF-1.7 of more bytes"), None);
        assert!(EvidenceFile::read(None, 20).is_err());
    }
}
