//! `footing migrate`

use super::{Failure, Outcome, bring_up_to_date, say, standing};
use crate::config::Config;

#[derive(clap::Args)]
pub struct MigrateOptions {
    /// Change nothing; exit with 3 if the database is behind
    #[arg(long)]
    check: bool,
}

pub fn run(config: &Config, options: &MigrateOptions) -> Outcome {
    if !options.check {
        say(&format!("{} migrations done", bring_up_to_date(config)?));
        return Ok(());
    }
    match standing(config)?.pending.as_slice() {
        [] => {
            say("up to date");
            Ok(())
        }
        names => Err(Failure::not_ready(format!("behind: {}", names.join(", ")))),
    }
}
