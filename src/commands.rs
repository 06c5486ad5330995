//! The subcommands, above all domains. Results go to stdout, words to stderr.
//!
//! Exit codes: 0 fine, 1 failure, 2 usage or configuration, 3 not ready.

mod audit;
#[cfg(feature = "tools")]
mod bench;
#[cfg(feature = "tools")]
pub mod chat_open;
mod config;
mod create_admin;
#[cfg(feature = "tools")]
pub mod demo;
mod doctor;
mod jobs;
mod lock;
mod migrate;
#[cfg(feature = "tools")]
mod past_hour;
mod payments;
mod routes;
mod secret;
mod serve;
mod user;
pub mod verify_export;
mod zip;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{Config, Folder, Settings};
use crate::db::SchemaState;
use crate::error::Error;
use crate::payments::recorded;
use crate::site::Site;
use crate::users::Email;

/// Footing, the marketplace where people find an accountant they can trust.
#[derive(Parser)]
#[command(name = "footing", version, about)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site (SQLite is migrated first)
    Serve(serve::ServeOptions),
    /// Do the jobs in a process of its own
    Worker,
    /// Make a believable world in a folder of its own, and serve it
    #[cfg(feature = "tools")]
    Demo(demo::DemoOptions),
    /// Bring the database up to date
    Migrate(migrate::MigrateOptions),
    /// Make an admin, and print a link to choose the password
    CreateAdmin(create_admin::CreateAdminOptions),
    /// The operator's lock on an account
    User(user::UserOptions),
    /// Print every address
    Routes(routes::RoutesOptions),
    /// Show every setting and where it came from
    Config,
    /// Check what the site depends on, a line each
    Doctor,
    /// Look at jobs that failed for good, try them again, or discard them
    Jobs(jobs::JobsOptions),
    /// Prove that the log of what admins did is as it was written
    Audit(audit::AuditOptions),
    /// Look after the books, and ask Stripe how things stand
    Payments(payments::PaymentsOptions),
    /// Bring everything that is sealed under the newest secret
    Secret(secret::SecretOptions),
    /// Check a conversation that somebody took along: whether it is what was stored here
    VerifyExport(verify_export::VerifyExportOptions),
    /// Read one's own messages without a browser, from what /messages/export.json gave
    #[cfg(feature = "tools")]
    ChatOpen(chat_open::ChatOpenOptions),
    /// Measure, beside the smallest program that does the same work
    #[cfg(feature = "tools")]
    Bench(bench::BenchOptions),
}

/// Why a command ended badly, as its exit code and the words for the terminal.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    words: String,
}

impl Failure {
    pub fn usage(words: impl Into<String>) -> Self {
        Self { code: 2, words: words.into() }
    }

    pub fn not_ready(words: impl Into<String>) -> Self {
        Self { code: 3, words: words.into() }
    }

    pub fn failed(words: impl Into<String>) -> Self {
        Self { code: 1, words: words.into() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let words = match &error {
            Error::Internal(cause) => cause.clone(),
            other => other.to_string(),
        };
        Self::failed(words)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

pub type Outcome = Result<(), Failure>;

/// Runs what the arguments say.
pub fn run() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let outcome = actix_web::rt::System::new().block_on(dispatch(arguments, &matches));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&format!("footing: {}", failure.words));
            ExitCode::from(failure.code)
        }
    }
}

async fn dispatch(arguments: Arguments, matches: &clap::ArgMatches) -> Outcome {
    let settings = arguments.settings;
    match arguments.command {
        // these need no folder
        Command::Routes(options) => return routes::run(&options),
        #[cfg(feature = "tools")]
        Command::Demo(options) => return demo::run(settings, options).await,
        #[cfg(feature = "tools")]
        Command::Bench(options) => return bench::run(options).await,
        Command::Config => return config::run(&settings, matches),
        #[cfg(feature = "tools")]
        Command::ChatOpen(options) => return chat_open::run(&options),
        _ => {}
    }
    let folder = match &arguments.command {
        Command::Serve(_) | Command::Migrate(_) => Folder::Make,
        Command::CreateAdmin(options) if options.new => Folder::Make,
        _ => Folder::MustExist,
    };
    let config = Config::new(&settings, folder).map_err(Failure::usage)?;
    start_log(&config.log);
    match arguments.command {
        Command::Serve(options) => serve::run(config, options).await,
        Command::Worker => serve::work_only(config).await,
        Command::Migrate(options) => migrate::run(&config, &options),
        Command::CreateAdmin(options) => create_admin::run(config, options).await,
        Command::User(options) => user::run(config, options).await,
        Command::Doctor => doctor::run(config).await,
        Command::Jobs(options) => jobs::run(config, options).await,
        Command::Audit(options) => audit::run(config, options).await,
        Command::Payments(options) => payments::run(config, options).await,
        Command::Secret(options) => secret::run(config, options).await,
        Command::VerifyExport(options) => verify_export::run(&config, &options),
        Command::Routes(_) | Command::Config => Ok(()),
        #[cfg(feature = "tools")]
        Command::Demo(_) | Command::Bench(_) | Command::ChatOpen(_) => Ok(()),
    }
}

/// Opens a site whose database is up to date. No command migrates one that it has not made.
pub async fn open(config: Config) -> Result<Site, Failure> {
    require_up_to_date(&config)?;
    secret::check(&config).await?;
    let site = Site::open(config).await?;
    if site.payments.mode().is_some() && site.db.read(|conn, _| recorded::is_there(conn)).await? {
        return Err(Failure::usage(
            "This demo holds recorded payments; make another folder".to_owned(),
        ));
    }
    Ok(site)
}

/// Runs the migrations that have not run; how many.
fn bring_up_to_date(config: &Config) -> Result<usize, Failure> {
    standing(config)?;
    Ok(crate::db::migrate(&config.database_url)?)
}

/// How the database compares with this program, which must not be the older of the two.
fn standing(config: &Config) -> Result<SchemaState, Failure> {
    let mut conn = crate::db::DatabaseUrl::parse(&config.database_url)?.connect()?;
    let standing = crate::db::standing(&mut conn)?;
    match standing.unknown.last() {
        None => Ok(standing),
        Some(version) => Err(Failure::not_ready(format!(
            "the database is newer than this program ({version}): update Footing"
        ))),
    }
}

fn require_up_to_date(config: &Config) -> Outcome {
    match standing(config)?.pending.len() {
        0 => Ok(()),
        n => Err(Failure::not_ready(format!(
            "the database is {n} migrations behind: run `footing migrate`"
        ))),
    }
}

/// Where libraries tell of malformed requests as if they were errors of ours: any stranger could
/// fill the log with them. A filter that names one of these is stronger.
const STRANGERS: &str = "actix_http::h1::dispatcher=off,actix_http::h1::decoder=off,\
    actix_http::ws=off,actix_multipart=off,actix_session::middleware=off";

/// Lines for people on a terminal, JSON elsewhere. Words go to stderr.
pub fn start_log(filter: &str) {
    use std::io::IsTerminal;
    let filter = tracing_subscriber::EnvFilter::try_new(format!("{STRANGERS},{filter}"))
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{STRANGERS},info")));
    // a log that nobody reads any more is no reason to panic
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    // tests start many sites in one process: the first log stays
    let _ = match std::io::stderr().is_terminal() {
        true => log.with_target(false).try_init(),
        false => log.json().flatten_event(true).try_init(),
    };
}

/// An address on the command line.
fn email(text: &str) -> Result<Email, String> {
    Email::parse(text).map_err(str::to_owned)
}

/// A line of results. Whoever reads them may have seen enough and left: that is no failure.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line of words, to whoever still listens.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
