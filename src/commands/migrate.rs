//! `footing migrate`

use super::{Failure, Outcome};
use crate::config::Config;
use crate::db;

#[derive(clap::Args)]
pub struct Options {
    /// Change nothing; exit with 3 if the database is behind
    #[arg(long)]
    check: bool,
}

pub fn run(config: &Config, options: &Options) -> Outcome {
    if options.check {
        let mut conn = db::Target::parse(&config.database_url)?.connect()?;
        let pending = db::pending(&mut conn)?;
        return match pending.as_slice() {
            [] => {
                println!("up to date");
                Ok(())
            }
            names => Err(Failure::not_ready(format!("behind: {}", names.join(", ")))),
        };
    }
    println!("{} migrations done", db::migrate(&config.database_url)?);
    Ok(())
}
