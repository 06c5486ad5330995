//! How a mail leaves: by SMTP, or as a file in a folder.

use std::path::{Path, PathBuf};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as File, Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{Attachment, Letter};
use crate::config::{Config, make_private_folder};
use crate::error::{Error, Result};
use crate::seal::Seal;

/// Where mail goes, as `MAIL_URL` says.
#[derive(Clone)]
pub enum Transport {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

/// The post office: outbox and transport.
#[derive(Clone)]
pub struct Mail {
    pub(super) seal: Seal,
    transport: Transport,
    from: Mailbox,
    host: String,
    /// What links begin with; never taken from a request.
    pub base_url: String,
}

impl Mail {
    pub fn open(config: &Config, seal: Seal) -> Result<Self> {
        let transport = match config.mail_url.strip_prefix("file:") {
            Some(folder) => {
                let folder = PathBuf::from(folder);
                make_private_folder(&folder)?;
                Transport::Folder(folder)
            }
            None => Transport::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.mail_url)
                    .map_err(|error| Error::internal(format!("MAIL_URL: {error}")))?
                    .timeout(Some(std::time::Duration::from_secs(10)))
                    .build(),
            ),
        };
        let from: Mailbox = config
            .mail_from
            .parse()
            .map_err(|error| Error::internal(format!("MAIL_FROM: {error}")))?;
        let host = from.email.domain().to_owned();
        Ok(Self { seal, transport, from, host, base_url: config.base_url().to_owned() })
    }

    /// The address that mails come from.
    pub fn sender(&self) -> String {
        self.from.email.to_string()
    }

    pub(super) async fn send(&self, recipient: &str, letter: &Letter, id: &str) -> Result<()> {
        let to = recipient.parse().map_err(Error::internal)?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .multipart(body(letter)?)
            .map_err(Error::internal)?;
        if let Some(address) = &letter.unsubscribe {
            let header =
                |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
            let headers = message.headers_mut();
            headers.insert_raw(header("List-Unsubscribe", format!("<{address}>")));
            let by_post = "List-Unsubscribe=One-Click".to_owned();
            headers.insert_raw(header("List-Unsubscribe-Post", by_post));
        }
        match &self.transport {
            Transport::Folder(folder) => {
                write_eml(folder, id, &message.formatted()).await?;
                let link = letter.button.as_ref().map_or("", |(_, address)| address.as_str());
                tracing::info!(subject = letter.subject, link, "a mail was written to the folder");
                Ok(())
            }
            Transport::Smtp(relay) => {
                relay.send(message).await.map(|_| ()).map_err(Error::internal)
            }
        }
    }

    /// The folder that mails are written to, if they are files.
    pub fn folder(&self) -> Option<&Path> {
        match &self.transport {
            Transport::Folder(folder) => Some(folder),
            Transport::Smtp(_) => None,
        }
    }

    /// Whether mail can leave now; `doctor` asks.
    pub async fn is_reachable(&self) -> bool {
        match &self.transport {
            Transport::Folder(folder) => folder.is_dir(),
            Transport::Smtp(relay) => relay.test_connection().await.unwrap_or(false),
        }
    }

    /// The newest mails of the folder as text, newest first, at most `most`.
    pub async fn newest_files(&self, most: usize) -> Result<Vec<String>> {
        let Some(folder) = self.folder() else { return Ok(vec![]) };
        let mut names = vec![];
        let mut entries = tokio::fs::read_dir(folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            names.push(entry.path());
        }
        names.retain(|path| path.extension().is_some_and(|end| end == "eml"));
        names.sort_unstable_by(|a, b| b.cmp(a)); // ids grow with time
        let mut mails = vec![];
        for path in names.into_iter().take(most) {
            mails.push(tokio::fs::read_to_string(path).await?);
        }
        Ok(mails)
    }
}

/// Text and HTML to choose from, and beside them what is attached.
fn body(letter: &Letter) -> Result<MultiPart> {
    let words = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, letter.text()?))
        .singlepart(part(ContentType::TEXT_HTML, letter.html()?));
    let Some(Attachment { name, content_type, body }) = &letter.attachment else {
        return Ok(words);
    };
    let kind = ContentType::parse(content_type).map_err(Error::internal)?;
    let file = File::new(name.clone()).body(body.clone(), kind);
    Ok(MultiPart::mixed().multipart(words).singlepart(file))
}

fn part(kind: ContentType, body: String) -> SinglePart {
    SinglePart::builder().header(kind).body(body)
}

async fn write_eml(folder: &Path, id: &str, content: &[u8]) -> Result<()> {
    let draft = folder.join(format!(".{id}"));
    tokio::fs::write(&draft, content).await?;
    tokio::fs::rename(draft, folder.join(format!("{id}.eml"))).await?;
    Ok(())
}
