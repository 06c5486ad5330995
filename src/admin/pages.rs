//! Pages of the admins, and the two that help a person alone with the program.

use askama::Template;

use crate::clock::Instant;
use crate::jobs::Counts;
use crate::mail::{MailCounts, RefusedMail};

/// How the site is doing.
#[derive(Template)]
#[template(path = "admin/admin.html")]
pub struct AdminPage {
    pub people: i64,
    pub today: i64,
    pub week: i64,
    pub listed: i64,
    pub jobs: Counts,
    pub mails: MailCounts,
    pub refused: Vec<RefusedMail>,
    /// Rounds that nobody does.
    pub late: Vec<&'static str>,
    pub dead: Vec<Dead>,
    pub zone: String,
}

/// A job that failed for good.
pub struct Dead {
    pub id: String,
    pub kind: String,
    pub at: Instant,
    pub cause: String,
}

#[derive(Template)]
#[template(path = "dev/components.html")]
pub struct ComponentsPage;

/// The newest mails of the folder: subject, text, links.
#[derive(Template)]
#[template(path = "dev/mails.html")]
pub struct MailsPage {
    pub mails: Vec<ShownMail>,
}

pub struct ShownMail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub links: Vec<String>,
}
