//! What a message says, as JSON with exactly one spelling.

use serde::{Deserialize, Serialize};

use super::bytes::{base64url, from_base64url, id_text, read_id};
use super::{Act, Hash, Refusal, Result, SealedFile, need};

const TEXT: usize = 16 * 1024;
const PAYLOAD: usize = 48 * 1024;
const FILE: u64 = 50 << 20;
const FILES: usize = 10;
const TYPES: [&str; 19] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "application/pdf",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "video/mp4",
    "video/webm",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "text/csv",
    "text/plain",
    "application/x-ofx",
    "application/x-qif",
];

/// The fields in the order in which they are written. An edit is a text, a delete an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    t: String,
    pub body: String,
    /// The `client_msg_id` of the message this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub re: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub att: Option<Vec<Attachment>>,
}

/// What a message says about a file: its blob, its type, and the key that opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: String,
    pub name: String,
    pub mime: String,
    pub size: u64,
    pub fk: String,
    pub root: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub w: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub h: Option<u32>,
    /// Whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dur: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumb: Option<String>,
}

/// Read first, so that a newer kind of message is told from a broken one.
#[derive(Deserialize)]
struct Sort {
    t: String,
}

impl Payload {
    pub fn text(body: &str) -> Self {
        Self { t: "text".to_owned(), body: body.to_owned(), re: None, att: None }
    }

    pub fn deleted() -> Self {
        Self::text("")
    }

    pub fn answering(self, client_msg_id: &[u8; 16]) -> Self {
        Self { re: Some(base64url(client_msg_id)), ..self }
    }

    pub fn with(self, files: Vec<Attachment>) -> Self {
        Self { att: Some(files), ..self }
    }

    /// The bytes that are sealed, committed to and reported.
    pub(super) fn spell(&self, act: Act) -> Result<Vec<u8>> {
        self.check(act)?;
        let bytes = serde_json::to_vec(self).map_err(|_| Refusal::Unverified("no payload"))?;
        if bytes.len() > PAYLOAD { Err(Refusal::Limit) } else { Ok(bytes) }
    }

    pub(super) fn read(bytes: &[u8], act: Act) -> Result<Self> {
        let broken = |_| Refusal::Unverified("the payload is not as it must be");
        if bytes.len() > PAYLOAD {
            return Err(Refusal::Limit);
        }
        let sort: Sort = serde_json::from_slice(bytes).map_err(broken)?;
        if sort.t != "text" {
            return Err(Refusal::Newer);
        }
        let payload: Self = serde_json::from_slice(bytes).map_err(broken)?;
        need(payload.spell(act)? == bytes, "the payload has another spelling")?;
        Ok(payload)
    }

    fn check(&self, act: Act) -> Result<()> {
        let files = self.att.as_deref().unwrap_or_default();
        if self.body.len() > TEXT || files.len() > FILES {
            return Err(Refusal::Limit);
        }
        need(act != Act::Delete || self.body.is_empty(), "a delete has no text")?;
        let is_plain = self.re.is_none() && self.att.is_none();
        need(act == Act::Message || is_plain, "only a message answers or brings files")?;
        need(self.att.is_none() || !files.is_empty(), "an empty list of files")?;
        if let Some(re) = &self.re {
            from_base64url::<16>(re)?;
        }
        files.iter().try_for_each(Attachment::check)
    }
}

impl Attachment {
    /// Describes a sealed file whose blob is `id`.
    pub fn of(file: &SealedFile, id: i64, name: &str, mime: &str) -> Self {
        Self {
            id: id_text(id),
            name: name.to_owned(),
            mime: mime.to_owned(),
            size: u64::try_from(file.size).unwrap_or(u64::MAX),
            fk: base64url(&file.fk),
            root: base64url(&file.root),
            w: None,
            h: None,
            dur: None,
            thumb: None,
        }
    }

    pub fn keys(&self) -> Result<(Hash, Hash)> {
        Ok((from_base64url(&self.fk)?, from_base64url(&self.root)?))
    }

    fn check(&self) -> Result<()> {
        need(read_id(&self.id).is_some(), "not an id")?;
        let length = self.name.encode_utf16().count();
        need((1..=255).contains(&length), "a file without name")?;
        need(TYPES.contains(&self.mime.as_str()), "a file without type")?;
        if self.size > FILE {
            return Err(Refusal::Limit);
        }
        let is_picture = self.thumb.as_deref().is_none_or(is_base64);
        need(is_picture, "not a small picture")?;
        self.keys().map(|_| ())
    }
}

fn is_base64(text: &str) -> bool {
    let digits = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text);
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    text.len() <= 2048 && digits.bytes().all(is_digit)
}
