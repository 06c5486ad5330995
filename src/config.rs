//! The settings, from flags and variables, checked once at start.
//!
//! [`Settings`] is what was written; [`Config`] what it means: the public origins, the folder, made
//! with mode 0700 by those who may make one ([`Folder`]), the secret made at first start. A wrong
//! setting ends the program with status 2.

mod operator;
mod origin;
mod secret;
mod servers;
mod stripe;

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

pub use operator::Operator;
pub use origin::Origin;
pub use servers::{Proxies, is_in_the_clear};
pub use stripe::{CURRENCIES, StripeSettings};

use crate::clock::Clock;
use crate::error::Result;

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
    /// File that holds DATABASE_URL
    #[arg(long, env = "DATABASE_URL_FILE", global = true)]
    pub database_url_file: Option<PathBuf>,
    /// redis://… or rediss://…: several nodes tell each other what has changed; without it one node
    #[arg(long, env = "REDIS_URL", global = true, hide_env_values = true)]
    pub redis_url: Option<String>,
    /// file:PATH; without it a folder in the data folder
    #[arg(long, env = "BLOBS_URL", global = true)]
    pub blobs_url: Option<String>,
    /// smtp://user:pass@host:port (STARTTLS required unless on this machine or ?tls=none), smtps://… or file:PATH
    #[arg(long, env = "MAIL_URL", global = true, hide_env_values = true)]
    pub mail_url: Option<String>,
    /// File that holds MAIL_URL
    #[arg(long, env = "MAIL_URL_FILE", global = true)]
    pub mail_url_file: Option<PathBuf>,
    /// Sender of mails
    #[arg(long, env = "MAIL_FROM", global = true)]
    pub mail_from: Option<String>,
    /// Seals what is stored; a comma list rotates: the first seals, all open
    #[arg(long, env = "FOOTING_SECRET", global = true, hide_env_values = true)]
    pub secret: Option<String>,
    /// File that holds FOOTING_SECRET
    #[arg(long, env = "FOOTING_SECRET_FILE", global = true)]
    pub secret_file: Option<PathBuf>,
    /// mailto: or https: address for push services to reach you; without it there is no push
    #[arg(long, env = "VAPID_SUBJECT", global = true)]
    pub vapid_subject: Option<String>,
    /// Key of Stripe's: sk_ or rk_, then test_ or live_; without it people pay each other directly
    #[arg(long, env = "STRIPE_SECRET_KEY", global = true, hide_env_values = true)]
    pub stripe_secret_key: Option<String>,
    /// File that holds STRIPE_SECRET_KEY
    #[arg(long, env = "STRIPE_SECRET_KEY_FILE", global = true)]
    pub stripe_secret_key_file: Option<PathBuf>,
    /// 1 to 8 secrets of Stripe's endpoints (whsec_…), separated by commas
    #[arg(long, env = "STRIPE_WEBHOOK_SECRETS", global = true, hide_env_values = true)]
    pub stripe_webhook_secrets: Option<String>,
    /// File that holds STRIPE_WEBHOOK_SECRETS
    #[arg(long, env = "STRIPE_WEBHOOK_SECRETS_FILE", global = true)]
    pub stripe_webhook_secrets_file: Option<PathBuf>,
    /// Another address than Stripe's, with a test key only: https, or http on this machine
    #[arg(long, env = "STRIPE_API_BASE", global = true)]
    pub stripe_api_base: Option<String>,
    /// What Footing keeps of a price paid by card, in hundredths of a percent; without it 500
    #[arg(long, env = "COMMISSION_BPS", global = true)]
    pub commission_bps: Option<String>,
    /// VAT contained in that, in hundredths of a percent; without it 0
    #[arg(long, env = "COMMISSION_VAT_BPS", global = true)]
    pub commission_vat_bps: Option<String>,
    /// Currencies that can be paid by card, of EUR, USD, GBP, CHF and JPY; without it all
    #[arg(long, env = "PAYMENT_CURRENCIES", global = true)]
    pub payment_currencies: Option<String>,
    /// true: what is paid by card can only be booked with accountants who can be paid so
    #[arg(long, env = "PAYMENTS_REQUIRED", global = true)]
    pub payments_required: Option<String>,
    /// Who runs the site; needed, with the address, beside a live key
    #[arg(long, env = "FOOTING_OPERATOR_NAME", global = true)]
    pub operator_name: Option<String>,
    /// Where they are, in one line
    #[arg(long, env = "FOOTING_OPERATOR_ADDRESS", global = true)]
    pub operator_address: Option<String>,
    /// Their VAT number
    #[arg(long, env = "FOOTING_OPERATOR_VAT_ID", global = true)]
    pub operator_vat_id: Option<String>,
    /// How to reach them: an address of mail or of an https page
    #[arg(long, env = "FOOTING_OPERATOR_CONTACT", global = true)]
    pub operator_contact: Option<String>,
    /// Proxies whose forwarded address is believed: addresses and networks (CIDR), separated by commas
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
    /// None where people pay each other directly.
    pub stripe: Option<StripeSettings>,
    pub operator: Operator,
    #[cfg(feature = "test-clock")]
    pub test_push: Option<SocketAddr>,
    pub trusted_proxies: Proxies,
    pub workers: usize,
    pub log: String,
    pub clock: Clock,
}

/// Whether the data folder may be made. Only who begins a site may; a mistyped folder must not become
/// an empty site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    Make,
    MustExist,
    /// Nothing in it is needed.
    Untouched,
}

impl Config {
    /// Checks the settings. The words of an `Err` are for the terminal.
    pub fn new(settings: &Settings, folder: Folder) -> Result<Self, String> {
        let urls = settings.public_url.clone().unwrap_or_else(|| own_urls(settings.listen));
        let origins = urls.split(',').map(Origin::parse).collect::<Result<Vec<_>, _>>()?;
        let in_data = |name: &str| settings.data.join(name);
        let sqlite = format!("sqlite:{}", in_data("footing.db").display());
        let url = settings.database_url.as_deref();
        let url = secret::given("DATABASE_URL", url, settings.database_url_file.as_deref())?;
        let database_url = url.unwrap_or(sqlite);
        servers::database_url(&database_url)?;
        settings.redis_url.as_deref().map(servers::redis_url).transpose()?;
        let mail = settings.mail_url.as_deref();
        let mail = secret::given("MAIL_URL", mail, settings.mail_url_file.as_deref())?;
        let mail = mail.unwrap_or(format!("file:{}", in_data("mail").display()));
        check_log(&settings.log)?;
        let trusted_proxies = Proxies::parse(settings.trusted_proxies.as_deref().unwrap_or(""))?;
        let blobs = folder_of(settings.blobs_url.as_deref(), in_data("blobs"))?;
        let vapid_subject = settings.vapid_subject.as_deref().map(vapid_subject).transpose()?;
        let operator = Operator::read(settings)?;
        let stripe = StripeSettings::read(settings, &origins, &operator)?;
        prepare(settings, &database_url, folder)?;
        Ok(Self {
            listen: settings.listen,
            data: settings.data.clone(),
            redis_url: settings.redis_url.clone(),
            blobs,
            mail_url: servers::mail_url(mail)?,
            mail_from: settings.mail_from.clone().unwrap_or_else(|| sender(&origins)),
            secret: secret::secret(settings, &database_url, folder)?,
            database_url,
            vapid_subject,
            stripe,
            operator,
            #[cfg(feature = "test-clock")]
            test_push: test_push(settings)?,
            trusted_proxies,
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

    /// The public name of the site, without a port: what it calls itself to other servers.
    pub fn public_name(&self) -> &str {
        self.origins.first().map_or("localhost", Origin::name)
    }

    /// Whether only this machine can reach the site; `/dev` answers then.
    pub fn is_loopback(&self) -> bool {
        self.listen.ip().is_loopback() && self.origins.iter().all(Origin::is_loopback)
    }

    pub fn is_sqlite(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }
}

/// `localhost` and loopback addresses, in the spelling of addresses.
fn is_this_machine(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Makes the folder, or sees that there is one of a site.
fn prepare(settings: &Settings, database_url: &str, folder: Folder) -> Result<(), String> {
    match folder {
        Folder::Untouched => return Ok(()),
        Folder::MustExist => {}
        Folder::Make => {
            return make_private_folder(&settings.data).map_err(|error| {
                format!("the data folder {} cannot be made: {error}", settings.data.display())
            });
        }
    }
    let is_ours = match database_url.strip_prefix("sqlite:") {
        Some(file) => Path::new(file.trim_start_matches("//")).is_file(),
        None => settings.data.is_dir(),
    };
    if is_ours { Ok(()) } else { Err(not_ours(settings)) }
}

/// What is said where there is no site.
pub fn not_ours(settings: &Settings) -> String {
    let folder = settings.data.display();
    format!("there is no site in {folder}. Is FOOTING_DATA set? `footing serve` makes a new one")
}

/// A level, or a filter of the log. A word that is no level would be taken for the name of a module.
fn check_log(filter: &str) -> Result<(), String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let is_known = |part: &str| {
        part.contains(['=', ':', '[']) || LEVELS.contains(&part.to_ascii_lowercase().as_str())
    };
    let is_fine = filter.split(',').map(str::trim).all(is_known)
        && tracing_subscriber::EnvFilter::try_new(filter).is_ok();
    match is_fine {
        true => Ok(()),
        false => Err(format!("FOOTING_LOG: {filter} is no level and no filter of the log")),
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

/// Where browsers find a site that names no address: this machine by its name, which stands in mails
/// and is printed, and by its number.
fn own_urls(listen: SocketAddr) -> String {
    match listen.ip().is_loopback() {
        true => format!("http://localhost:{},http://{listen}", listen.port()),
        false => format!("http://{listen}"),
    }
}

fn sender(origins: &[Origin]) -> String {
    let name = origins.first().map_or("localhost", Origin::name);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_level_is_no_filter() {
        for good in ["info", "warn,footing::mail=info", "INFO", "footing=debug"] {
            assert!(check_log(good).is_ok(), "{good}");
        }
        for bad in ["loud", "", "info,verbose", "footing=loud", "=", "info,=,"] {
            assert!(check_log(bad).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn mails_come_from_the_public_host_and_from_localhost_for_a_bare_address() {
        let from = |url| sender(&[Origin::parse(url).unwrap()]);
        assert_eq!(from("http://127.0.0.1:8080"), "Footing <no-reply@localhost>");
        assert_eq!(from("https://footing.example"), "Footing <no-reply@footing.example>");
    }
}
