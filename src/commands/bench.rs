//! `footing bench …`: measured beside the smallest program that does the same work.

mod ceiling;
mod directory;
mod load;

use super::Outcome;

#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List, filtered list, search and profile page, signed out
    Directory(directory::Options),
    /// The bare program beside it; started by `bench directory`
    #[command(hide = true)]
    Ceiling(ceiling::Options),
}

pub async fn run(options: Options) -> Outcome {
    match options.what {
        What::Directory(options) => directory::run(&options),
        What::Ceiling(options) => ceiling::run(options).await,
    }
}
