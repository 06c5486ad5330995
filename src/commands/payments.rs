//! `footing payments check|reconcile`: whether the books are in order, and what Stripe says now.

use clap::Subcommand;

use super::{Failure, Outcome, open, say};
use crate::config::Config;
use crate::payments::{Gateway, Urgency, Worker, audit};

#[derive(clap::Args)]
pub struct PaymentsOptions {
    #[command(subcommand)]
    act: PaymentsCommand,
}

#[derive(Subcommand)]
enum PaymentsCommand {
    /// Look whether every journal balances and every payment is what the books say
    Check,
    /// Send what waits, ask Stripe about everything that is open, and name what is left
    Reconcile {
        /// Once, and then end
        #[arg(long, required = true)]
        once: bool,
    },
}

pub async fn run(config: Config, options: PaymentsOptions) -> Outcome {
    let site = open(config).await?;
    let (wrong, fine) = match options.act {
        PaymentsCommand::Check => {
            (site.db.read(|conn, _| audit::check(conn)).await?, "the books are in order")
        }
        PaymentsCommand::Reconcile { .. } => match site.payments {
            Gateway::Disabled => (vec![], "payments are off"),
            Gateway::Stripe(gateway) => {
                let worker = Worker::new(site.db, site.mail, gateway);
                (worker.reconcile_all(Urgency::Now).await?, "nothing is left to do")
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
