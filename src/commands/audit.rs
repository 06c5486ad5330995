//! `footing audit verify`: whether the log is as it was written, from its first row to its last.

use clap::Subcommand;

use super::{Failure, Outcome, open, say};
use crate::audit::{Audit, Verified};
use crate::config::Config;

#[derive(clap::Args)]
pub struct AuditOptions {
    #[command(subcommand)]
    act: AuditCommand,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Read the whole chain; exits 1 and names the first row that does not fit
    Verify {
        /// The hash of a head that was mailed: it must still be in the log
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
}

pub async fn run(config: Config, options: AuditOptions) -> Outcome {
    let site = open(config).await?;
    let AuditCommand::Verify { head } = options.act;
    match site.db.read(|conn, _| Audit::verify(conn)).await? {
        Verified::Broken { seq } => {
            return Err(Failure::failed(format!("row {seq} of the log is missing or was changed")));
        }
        Verified::Whole(whole) => say(&format!("{} rows, head {}", whole.rows, whole.hex())),
    }
    let Some(head) = head else { return Ok(()) };
    let known = site.db.read(move |conn, _| Audit::has_hash(conn, &head)).await?;
    match known {
        true => say("the head that was mailed is in it"),
        false => {
            return Err(Failure::failed("the head that was mailed is not in the log: it was cut"));
        }
    }
    Ok(())
}
