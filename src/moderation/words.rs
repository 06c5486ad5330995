//! What a reported message says, read from the payload that was committed to.

use serde::Deserialize;

use crate::messaging::{BlobId, PromisedFile};
use crate::seal::from_base64url;

/// The words, and the files it brings.
#[derive(Debug, Clone, Default)]
pub struct ReportedWords {
    pub text: String,
    pub files: Vec<NamedFile>,
    /// Of another form than our pages make and show.
    pub is_strange: bool,
}

#[derive(Debug, Clone)]
pub struct NamedFile {
    pub name: String,
    /// None where what the message says of it opens nothing.
    pub promised: Option<PromisedFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    t: String,
    body: String,
    #[serde(rename = "re")]
    _answers: Option<String>,
    att: Option<Vec<PromisedAttachment>>,
}

#[derive(Deserialize)]
struct PromisedAttachment {
    id: String,
    name: String,
    size: u64,
    fk: String,
    root: String,
}

/// The most files of one message.
const MOST: usize = 10;

/// Reads a payload. What is none is shown as it is: somebody sent exactly these bytes.
pub fn of(payload: &[u8]) -> ReportedWords {
    match serde_json::from_slice::<Payload>(payload) {
        Ok(read) if read.t == "text" => ReportedWords {
            text: read.body,
            files: read.att.into_iter().flatten().take(MOST).map(named).collect(),
            is_strange: false,
        },
        _ => {
            let text = String::from_utf8_lossy(payload).into_owned();
            ReportedWords { text, files: vec![], is_strange: true }
        }
    }
}

fn named(attachment: PromisedAttachment) -> NamedFile {
    let bytes = |text: &str| from_base64url(text)?.try_into().ok();
    let promised = || {
        let id: BlobId = attachment.id.parse().ok()?;
        let (key, root) = (bytes(&attachment.fk)?, bytes(&attachment.root)?);
        Some(PromisedFile { id, key, root, size: attachment.size })
    };
    NamedFile { promised: promised(), name: attachment.name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_read_and_anything_else_shown_as_it_is() {
        let said = of(br#"{"t":"text","body":"Hello","re":"AAAA"}"#);
        assert_eq!((said.text.as_str(), said.is_strange), ("Hello", false));
        for strange in
            ["", "Hello", r#"{"t":"text","body":"a","body":"b"}"#, r#"{"t":"x","body":""}"#]
        {
            let said = of(strange.as_bytes());
            assert!(said.is_strange && said.text == strange, "{strange}");
        }
        assert!(of(&[0xff, 0xfe]).is_strange);
    }

    #[test]
    fn a_file_whose_key_is_none_stays_named() {
        let said = of(br#"{"t":"text","body":"","att":[{"id":"x","name":"a.csv","mime":"text/csv","size":3,"fk":"AA","root":"AA"}]}"#);
        assert_eq!(said.files.len(), 1);
        assert!(said.files[0].promised.is_none() && said.files[0].name == "a.csv");
    }
}
