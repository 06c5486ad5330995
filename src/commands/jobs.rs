//! `footing jobs list|retry|discard`: work that failed ten times.

use clap::Subcommand;

use super::{Failure, Outcome, open, say};
use crate::config::Config;
use crate::jobs::{Job, JobId, JobSelection};

const NONE: &str = "there is no dead job of this number";

#[derive(clap::Args)]
pub struct JobsOptions {
    #[command(subcommand)]
    act: JobsCommand,
}

#[derive(Subcommand)]
enum JobsCommand {
    /// Print the dead list
    List,
    /// Try it again: one job, those of a kind, or all
    Retry {
        /// Number of the job, as `list` prints it
        id: Option<JobId>,
        /// All dead jobs of this kind
        #[arg(long, conflicts_with = "id")]
        kind: Option<String>,
    },
    /// Take one job off the dead list for good
    Discard {
        /// Number of the job, as `list` prints it
        id: JobId,
    },
}

pub async fn run(config: Config, options: JobsOptions) -> Outcome {
    let site = open(config).await?;
    match options.act {
        JobsCommand::List => {
            for job in site.db.read(|conn, _| Job::dead(conn)).await? {
                let at = job.dead_at.map_or(String::new(), |at| at.iso());
                say(&format!(
                    "{} {at} {} {}",
                    job.id,
                    job.kind,
                    job.last_error.unwrap_or_default()
                ));
            }
        }
        JobsCommand::Retry { id, kind } => {
            let which = match (id, kind) {
                (Some(id), _) => JobSelection::One(id),
                (None, Some(kind)) => JobSelection::Kind(kind),
                (None, None) => JobSelection::All,
            };
            let is_one = matches!(which, JobSelection::One(_));
            let retried = site.db.write(move |conn, now| Job::retry(conn, &which, now)).await?;
            if is_one && retried == 0 {
                return Err(Failure::failed(NONE));
            }
            say(&format!("{retried} jobs will be tried again"));
        }
        JobsCommand::Discard { id } => {
            if !site.db.write(move |conn, _| Job::discard(conn, id)).await? {
                return Err(Failure::failed(NONE));
            }
            say("discarded");
        }
    }
    Ok(())
}
