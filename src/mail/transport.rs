//! How a mail leaves: by SMTP, or as a file in a folder.

use std::path::{Path, PathBuf};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as File, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::Letter;
use crate::config::{Config, make_private_folder};
use crate::error::{Error, Result};
use crate::seal::Seal;

/// Longest that a server may take to greet us.
const ANSWER: std::time::Duration = std::time::Duration::from_secs(10);

/// Where mail goes, as `MAIL_URL` says.
#[derive(Clone)]
pub enum Transport {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

/// The post office: outbox and transport.
#[derive(Clone)]
pub struct Mail {
    seal: Seal,
    transport: Transport,
    from: Mailbox,
    host: String,
    /// What links begin with; never taken from a request.
    pub base_url: String,
}

/// Why a mail did not leave. Neither names an address: both are kept and logged.
#[derive(Debug)]
pub(super) enum Unsent {
    /// The other side will never take it; its code.
    Refused(String),
    /// Worth another try; the cause.
    NotNow(String),
}

impl From<Error> for Unsent {
    fn from(error: Error) -> Self {
        Self::NotNow(format!("{error:?}"))
    }
}

/// Whether mail can be addressed so (RFC 5321), and its header read again: not a machine by its
/// number, as in `a@[127.0.0.1]`. More is written in forms than can be sent to.
pub fn is_writable(address: &str) -> bool {
    let is_readable = |to| Mailbox::new(None, to).to_string().parse::<Mailbox>().is_ok();
    address.parse::<Address>().is_ok_and(is_readable)
}

impl Mail {
    /// What opens and seals what goes out.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    pub fn open(config: &Config, seal: Seal) -> Result<Self> {
        let from: Mailbox = config
            .mail_from
            .parse()
            .map_err(|error| Error::internal(format!("MAIL_FROM: {error}")))?;
        let transport = match config.mail_url.strip_prefix("file:") {
            Some(folder) => {
                let folder = PathBuf::from(folder);
                make_private_folder(&folder)?;
                Transport::Folder(folder)
            }
            None => Transport::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.mail_url)
                    .map_err(|error| Error::internal(format!("MAIL_URL: {error}")))?
                    .hello_name(ClientId::Domain(config.public_name().to_owned()))
                    .timeout(Some(std::time::Duration::from_secs(10)))
                    .build(),
            ),
        };
        let host = from.email.domain().to_owned();
        Ok(Self { seal, transport, from, host, base_url: config.base_url().to_owned() })
    }

    /// The address that mails come from.
    pub fn sender(&self) -> String {
        self.from.email.to_string()
    }

    pub(super) async fn send(
        &self,
        address: &str,
        letter: &Letter,
        id: &str,
    ) -> Result<(), Unsent> {
        // its words would repeat the address
        let to = address.parse().map_err(|_| Unsent::Refused("no address".to_owned()))?;
        let message = self.message(to, letter, id)?;
        match &self.transport {
            Transport::Folder(folder) => {
                write_eml(folder, id, &message.formatted()).await?;
                let link = letter.button.as_ref().map_or("", |(_, address)| address.as_str());
                tracing::info!(subject = letter.subject, link, "a mail was written to the folder");
                Ok(())
            }
            Transport::Smtp(relay) => match relay.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(unsent(relay, &error).await),
            },
        }
    }

    fn message(&self, to: Address, letter: &Letter, id: &str) -> Result<Message> {
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .multipart(body(letter)?)
            .map_err(Error::internal)?;
        let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let headers = message.headers_mut();
        // nobody's "I am on holiday" comes back (RFC 3834)
        headers.insert_raw(header("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(address) = &letter.unsubscribe {
            headers.insert_raw(header("List-Unsubscribe", format!("<{address}>")));
            let by_post = "List-Unsubscribe=One-Click".to_owned();
            headers.insert_raw(header("List-Unsubscribe-Post", by_post));
        }
        Ok(message)
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
            Transport::Smtp(relay) => answers(relay).await,
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

/// Whether the server greets us and takes our sign-in. One that is silent does not.
async fn answers(relay: &AsyncSmtpTransport<Tokio1Executor>) -> bool {
    let test = tokio::time::timeout(ANSWER, relay.test_connection()).await;
    matches!(test, Ok(Ok(true)))
}

/// Only a server that takes our mail otherwise refuses this one for good; one that turns us away at
/// the door will have us again once it is set right. What it said may name the recipient and stays
/// unsaid.
async fn unsent(
    relay: &AsyncSmtpTransport<Tokio1Executor>,
    error: &lettre::transport::smtp::Error,
) -> Unsent {
    match error.status() {
        Some(code) if error.is_permanent() && answers(relay).await => {
            Unsent::Refused(code.to_string())
        }
        Some(code) => Unsent::NotNow(format!("the mail server answered {code}")),
        None if error.is_timeout() => Unsent::NotNow("the mail server is silent".to_owned()),
        None if error.is_tls() => Unsent::NotNow("no TLS with the mail server".to_owned()),
        None => Unsent::NotNow("the mail server cannot be reached".to_owned()),
    }
}

/// Text and HTML to choose from, and beside them what is attached. An entry for the calendar is a
/// choice of its own, too, as programs offer to add only that; of several there is no choosing.
fn body(letter: &Letter) -> Result<MultiPart> {
    let mut words = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, letter.text()?))
        .singlepart(part(ContentType::TEXT_HTML, letter.html()?));
    if let Some(entry) = letter.attachment.as_ref().filter(|entry| entry.is_calendar()) {
        let kind = ContentType::parse(&entry.content_type).map_err(Error::internal)?;
        words = words.singlepart(part(kind, entry.body.clone()));
    }
    let mut attachments = letter.attachments().peekable();
    if attachments.peek().is_none() {
        return Ok(words);
    }
    let mut mixed = MultiPart::mixed().multipart(words);
    for entry in attachments {
        // a file to save, and not the same entry a second time
        let kind = if entry.is_calendar() { "application/ics" } else { &entry.content_type };
        let kind = ContentType::parse(kind).map_err(Error::internal)?;
        mixed = mixed.singlepart(File::new(entry.name.clone()).body(entry.body.clone(), kind));
    }
    Ok(mixed)
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
