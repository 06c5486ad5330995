//! `footing jobs list|retry`: work that failed ten times.

use clap::Subcommand;

use super::{Outcome, open};
use crate::config::Config;
use crate::jobs::Job;

#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Print the dead list
    List,
    /// Try all of it again
    Retry,
}

pub async fn run(config: Config, options: Options) -> Outcome {
    let site = open(config)?;
    match options.act {
        Act::List => {
            for job in site.db.read(|conn, _| Job::dead(conn)).await? {
                let at = job.dead_at.map_or(String::new(), |at| at.iso());
                println!("{} {at} {} {}", job.id, job.kind, job.last_error.unwrap_or_default());
            }
        }
        Act::Retry => {
            let retried = site.db.write(Job::retry_dead).await?;
            println!("{retried} jobs will be tried again");
        }
    }
    Ok(())
}
