//! `footing payments check|reconcile`: whether the books are in order, and what Stripe says now.

use clap::Subcommand;

use super::{Failure, Outcome, open, say};
use crate::config::Config;
use crate::payments::{Gateway, When, Worker, audit};

#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Look whether every journal balances and every payment is what the books say
    Check,
    /// Send what waits, ask Stripe about everything that is open, and name what is left
    Reconcile {
        /// Once, and then end
        #[arg(long, required = true)]
        once: bool,
    },
}

pub async fn run(config: Config, options: Options) -> Outcome {
    let site = open(config).await?;
    let (wrong, fine) = match options.act {
        Act::Check => (site.db.read(|conn, _| audit::check(conn)).await?, "the books are in order"),
        Act::Reconcile { .. } => match site.payments {
            Gateway::Disabled => (vec![], "payments are off"),
            Gateway::Stripe(gateway) => {
                let worker = Worker::new(site.db, site.mail, gateway);
                (worker.reconcile_all(When::Now).await?, "nothing is left to do")
            }
        },
    };
    if wrong.is_empty() {
        say(fine);
        return Ok(());
    }
    wrong.iter().for_each(|line| say(line));
    Err(Failure::failed(format!("{} things are not in order", wrong.len())))
}
