//! `footing bench …`: measured beside the smallest program that does the same work.

mod bare;
mod booking;
mod ceiling;
mod chat;
mod directory;
mod load;
mod practices;
mod reviews;
mod server;

use clap::Parser;

use super::{Arguments, Failure, Outcome};
use crate::config::{Config, Folder};
use crate::site::Site;

/// What the servers of a bench and its own site seal with.
const SECRET: &str = "a secret for this bench only";

/// The migrated site that a bench fills; its folder is made on the way.
async fn open(url: &str, data: &str) -> Result<Site, Failure> {
    let arguments =
        ["footing", "--data", data, "--database-url", url, "--secret", SECRET, "config"];
    let settings = Arguments::try_parse_from(arguments);
    let settings = settings.map_err(|error| Failure::usage(error.to_string()))?.settings;
    let config = Config::new(&settings, Folder::Make).map_err(Failure::usage)?;
    crate::db::migrate(url)?;
    Ok(Site::open(config).await?)
}

#[derive(clap::Args)]
pub struct BenchOptions {
    #[command(subcommand)]
    what: BenchCommand,
}

#[derive(clap::Subcommand)]
enum BenchCommand {
    /// List, filtered list, search and profile page, signed out
    Directory(directory::DirectoryBenchOptions),
    /// Bookings per second, all in one calendar and spread over a thousand; the page of a service
    Booking(booking::BookingBenchOptions),
    /// Messages per second, the time to the other side's socket, memory of idle sockets
    Chat(chat::ChatBenchOptions),
    /// What a review costs until it has its place in the directory, and the list before and after
    Reviews(reviews::ReviewsBenchOptions),
    /// The bare program beside it; started by `bench chat`
    #[command(hide = true)]
    BareChat(chat::BareBenchOptions),
    /// The bare program beside it; started by `bench directory`
    #[command(hide = true)]
    Ceiling(ceiling::CeilingBenchOptions),
}

pub async fn run(options: BenchOptions) -> Outcome {
    match options.what {
        BenchCommand::Directory(options) => directory::run(&options),
        BenchCommand::Booking(options) => booking::run(&options).await,
        BenchCommand::Chat(options) => chat::run(&options).await,
        BenchCommand::Reviews(options) => reviews::run(options).await,
        BenchCommand::BareChat(options) => chat::run_bare(options).await,
        BenchCommand::Ceiling(options) => ceiling::run(options).await,
    }
}
