//! The settings, from flags and variables, checked once at start.
//!
//! [`Settings`] is what was written; [`Config`] what it means: the public origins, the folder made
//! with mode 0700, the secret made at first start. A wrong setting ends the program with status 2.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::seal;

/// Every flag has a variable of the same name; a flag beats a variable.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Address to listen on
    #[arg(long, env = "FOOTING_LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,
    /// Addresses people use, separated by commas; the first stands in mails
    #[arg(long, env = "FOOTING_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// Folder of the database, the files and the mails
    #[arg(long, env = "FOOTING_DATA", default_value = "./data", global = true)]
    pub data: PathBuf,
    /// sqlite:PATH or postgres://…; without it a SQLite file in the data folder
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// redis://…: several nodes tell each other what has changed; without it one node
    #[arg(long, env = "REDIS_URL", global = true, hide_env_values = true)]
    pub redis_url: Option<String>,
    /// file:PATH; without it a folder in the data folder
    #[arg(long, env = "BLOBS_URL", global = true)]
    pub blobs_url: Option<String>,
    /// smtp://user:pass@host:port, smtps://… or file:PATH
    #[arg(long, env = "MAIL_URL", global = true, hide_env_values = true)]
    pub mail_url: Option<String>,
    /// Sender of mails
    #[arg(long, env = "MAIL_FROM", global = true)]
    pub mail_from: Option<String>,
    /// Seals what is stored; a comma list rotates: the first seals, all open
    #[arg(long, env = "FOOTING_SECRET", global = true, hide_env_values = true)]
    pub secret: Option<String>,
    /// mailto: or https: address for push services to reach you; without it there is no push
    #[arg(long, env = "VAPID_SUBJECT", global = true)]
    pub vapid_subject: Option<String>,
    /// Proxies whose forwarded address is believed, separated by commas
    #[arg(long, env = "FOOTING_TRUSTED_PROXIES", global = true)]
    pub trusted_proxies: Option<String>,
    /// Threads that answer requests; without it one for each core
    #[arg(long, env = "FOOTING_WORKERS", global = true)]
    pub workers: Option<usize>,
    /// Level of the log, or a filter such as info,footing=debug
    #[arg(long, env = "FOOTING_LOG", default_value = "info", global = true)]
    pub log: String,
    /// File whose content (microseconds) is added to the clock
    #[cfg(feature = "test-clock")]
    #[arg(long, env = "FOOTING_TEST_CLOCK", global = true)]
    pub test_clock: Option<PathBuf>,
    /// Listener on this machine that stands for every push service
    #[cfg(feature = "test-clock")]
    #[arg(long, env = "FOOTING_TEST_PUSH", global = true)]
    pub test_push: Option<SocketAddr>,
}

/// The settings after they were checked and their defaults filled in.
#[derive(Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub origins: Vec<Origin>,
    pub data: PathBuf,
    pub database_url: String,
    pub redis_url: Option<String>,
    pub blobs: PathBuf,
    pub mail_url: String,
    pub mail_from: String,
    pub secret: String,
    pub vapid_subject: Option<String>,
    #[cfg(feature = "test-clock")]
    pub test_push: Option<SocketAddr>,
    pub trusted_proxies: Vec<std::net::IpAddr>,
    pub workers: usize,
    pub log: String,
    pub clock: Clock,
}

/// `https://host:port` as a browser writes it in `Origin`, and its host as in `Host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub url: String,
    pub host: String,
}

impl Origin {
    /// Plain http is for loopback addresses only: session cookies are `Secure`.
    pub fn parse(url: &str) -> Result<Self, String> {
        let url = url.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, host) = url.split_once("://").ok_or(format!("{url} is no URL"))?;
        let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |p| p.0);
        let loopback = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        match scheme {
            _ if host.is_empty() || host.contains(['/', '@', '?', '#']) => {
                Err(format!("{url} must be a scheme and a host, nothing more"))
            }
            "https" => Ok(Self { host: host.to_owned(), url }),
            "http" if loopback => Ok(Self { host: host.to_owned(), url }),
            "http" => Err(format!("{url}: plain http is served on loopback addresses only")),
            _ => Err(format!("{url} must begin with https://")),
        }
    }

    pub fn is_loopback(&self) -> bool {
        self.url.starts_with("http://") || self.host.starts_with("localhost")
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

impl Config {
    /// Checks the settings and makes the data folder. The words of an `Err` are for the terminal.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let urls = settings.public_url.clone().unwrap_or(format!("http://{}", settings.listen));
        let origins = urls.split(',').map(Origin::parse).collect::<Result<Vec<_>, _>>()?;
        make_private_folder(&settings.data).map_err(|error| {
            format!("the data folder {} cannot be made: {error}", settings.data.display())
        })?;
        let in_data = |name: &str| settings.data.join(name);
        let sqlite = format!("sqlite:{}", in_data("footing.db").display());
        let database_url = settings.database_url.clone().unwrap_or(sqlite);
        let secret = secret(settings, &database_url)?;
        Ok(Self {
            listen: settings.listen,
            data: settings.data.clone(),
            database_url,
            redis_url: settings.redis_url.clone(),
            blobs: folder_of(settings.blobs_url.as_deref(), in_data("blobs"))?,
            mail_url: settings
                .mail_url
                .clone()
                .unwrap_or(format!("file:{}", in_data("mail").display())),
            mail_from: settings.mail_from.clone().unwrap_or_else(|| sender(&origins)),
            secret,
            vapid_subject: settings.vapid_subject.as_deref().map(vapid_subject).transpose()?,
            #[cfg(feature = "test-clock")]
            test_push: test_push(settings)?,
            trusted_proxies: proxies(settings.trusted_proxies.as_deref())?,
            workers: settings.workers.unwrap_or_else(cores).clamp(1, 256),
            log: settings.log.clone(),
            clock: clock(settings),
            origins,
        })
    }

    /// The address that mails and canonical links begin with.
    pub fn base_url(&self) -> &str {
        self.origins.first().map_or("", |origin| origin.url.as_str())
    }

    /// Whether only this machine can reach the site; `/dev` answers then.
    pub fn is_loopback(&self) -> bool {
        self.origins.iter().all(Origin::is_loopback)
    }

    pub fn is_sqlite(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }
}

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

#[cfg(not(feature = "test-clock"))]
fn clock(settings: &Settings) -> Clock {
    Clock::system(&settings.data)
}

#[cfg(feature = "test-clock")]
fn clock(settings: &Settings) -> Clock {
    match &settings.test_clock {
        Some(file) => Clock::shifted(&settings.data, file.clone()),
        None => Clock::system(&settings.data),
    }
}

#[cfg(feature = "test-clock")]
fn test_push(settings: &Settings) -> Result<Option<SocketAddr>, String> {
    match settings.test_push {
        Some(listener) if !listener.ip().is_loopback() => {
            Err("FOOTING_TEST_PUSH must be an address of this machine".into())
        }
        listener => Ok(listener),
    }
}

/// A folder that only its owner reads: it holds keys, mails and the database.
pub fn make_private_folder(path: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn folder_of(url: Option<&str>, default: PathBuf) -> Result<PathBuf, String> {
    match url.map(|url| url.strip_prefix("file:")) {
        None => Ok(default),
        Some(Some(path)) => Ok(PathBuf::from(path.trim_start_matches("//"))),
        Some(None) => Err("BLOBS_URL must begin with file:".into()),
    }
}

fn sender(origins: &[Origin]) -> String {
    let host = origins.first().map_or("localhost", |origin| origin.host.as_str());
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let bare = name.starts_with('[') || name.chars().all(|c| c.is_ascii_digit() || c == '.');
    format!("Footing <no-reply@{}>", if bare { "localhost" } else { name })
}

/// Push services write to it when something is wrong with our pushes; they refuse what is neither.
fn vapid_subject(given: &str) -> Result<String, String> {
    let rest = given.strip_prefix("mailto:").filter(|address| address.contains('@'));
    let rest = rest.or_else(|| given.strip_prefix("https://"));
    match rest.filter(|rest| !rest.is_empty() && !given.contains(char::is_whitespace)) {
        Some(_) => Ok(given.to_owned()),
        None => Err("VAPID_SUBJECT must be mailto:name@host or an address with https://".into()),
    }
}

fn proxies(list: Option<&str>) -> Result<Vec<std::net::IpAddr>, String> {
    let given = list.unwrap_or("").split(',').map(str::trim).filter(|part| !part.is_empty());
    given.map(|ip| ip.parse().map_err(|_| format!("{ip} is no address of a proxy"))).collect()
}

/// One node makes its own secret; several on PostgreSQL must be given the same.
fn secret(settings: &Settings, database_url: &str) -> Result<String, String> {
    match &settings.secret {
        Some(given) if given.split(',').any(|secret| secret.trim().len() < 16) => {
            Err("FOOTING_SECRET needs at least 16 characters".into())
        }
        Some(given) => Ok(given.clone()),
        None if !database_url.starts_with("sqlite:") => {
            Err("FOOTING_SECRET is needed with a database server, equal on every node".into())
        }
        None => kept_secret(&settings.data.join("secret")).map_err(|error| error.to_string()),
    }
}

fn kept_secret(file: &Path) -> Result<String> {
    use std::io::Write;
    if let Ok(kept) = fs::read_to_string(file) {
        return Ok(kept.trim().to_owned());
    }
    let made = seal::token();
    let mut options = fs::OpenOptions::new();
    let mut handle = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| Error::internal(format!("{}: {error}", file.display())))?;
    handle.write_all(made.as_bytes())?;
    handle.sync_all()?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_addresses_only() {
        assert!(Origin::parse("http://127.0.0.1:8080").is_ok());
        assert!(Origin::parse("http://[::1]:8080/").is_ok());
        assert_eq!(Origin::parse("https://footing.example").unwrap().host, "footing.example");
        for bad in ["http://footing.example", "ftp://x", "footing.example", "https://a/b"] {
            assert!(Origin::parse(bad).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn mails_come_from_the_public_host_and_from_localhost_for_a_bare_address() {
        let from = |url| sender(&[Origin::parse(url).unwrap()]);
        assert_eq!(from("http://127.0.0.1:8080"), "Footing <no-reply@localhost>");
        assert_eq!(from("https://footing.example"), "Footing <no-reply@footing.example>");
    }
}
