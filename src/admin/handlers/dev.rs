//! `/dev`: only while the site can be reached from this machine alone.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::admin::pages::{ComponentsPage, MailsPage, ShownMail};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::web::Reply;

fn only_here(reply: &Reply) -> Result<()> {
    if reply.shell().is_loopback { Ok(()) } else { Err(Error::NotFound) }
}

pub async fn components(reply: Reply) -> Result<HttpResponse> {
    only_here(&reply)?;
    reply.page(&ComponentsPage)
}

pub async fn mail(reply: Reply, mail: Data<Mail>) -> Result<HttpResponse> {
    only_here(&reply)?;
    let files = mail.newest_files(20).await?;
    reply.page(&MailsPage { mails: files.iter().map(|file| shown(file)).collect() })
}

/// The text part of a mail and its links.
fn shown(eml: &str) -> ShownMail {
    let eml = eml.replace("\r\n", "\n");
    let header = |name: &str| {
        let line = eml.lines().take_while(|line| !line.is_empty());
        let found = line.filter_map(|line| line.strip_prefix(name)).next();
        found.unwrap_or("").trim().to_owned()
    };
    let part = eml.split("\n\n").skip_while(|piece| !piece.contains("text/plain")).skip(1);
    let text: Vec<&str> = part.take_while(|piece| !piece.contains("text/html")).collect();
    let text = unquoted(&text.join("\n\n"));
    let text = text.split("\n--").next().unwrap_or("").trim().to_owned();
    let links = text
        .split_whitespace()
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .map(str::to_owned)
        .collect();
    ShownMail { to: header("To:"), subject: header("Subject:"), text, links }
}

/// Quoted-printable (RFC 2045, 6.7) back to text.
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = vec![];
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.as_bytes());
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or("");
            }
            None => {
                bytes.push(b'=');
                rest = after;
            }
        }
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}
