//! `footing user disable|enable|reset-totp EMAIL`: the operator's hand, each with an audit row.

use clap::Subcommand;

use super::{Outcome, open, say};
use crate::audit::Audit;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::users::{Email, Session, Totp, User};

#[derive(clap::Args)]
pub struct UserOptions {
    #[command(subcommand)]
    act: UserCommand,
}

#[derive(Subcommand, Clone)]
enum UserCommand {
    /// No sign-in, no listing; sessions end at once
    Disable {
        #[arg(value_parser = super::email)]
        email: Email,
    },
    /// Ends the lock
    Enable {
        #[arg(value_parser = super::email)]
        email: Email,
    },
    /// Takes two-step sign-in off, for somebody who lost phone and codes
    ResetTotp {
        #[arg(value_parser = super::email)]
        email: Email,
    },
}

pub async fn run(config: Config, options: UserOptions) -> Outcome {
    let act = options.act;
    let (UserCommand::Disable { email }
    | UserCommand::Enable { email }
    | UserCommand::ResetTotp { email }) = act.clone();
    let site = open(config).await?;
    let done = site.db.write(move |conn, now| -> Result<&'static str> {
        let user = User::find_by_email(conn, &email)?
            .ok_or(Error::conflict("There is no account with this address."))?;
        let name = match act {
            UserCommand::Disable { .. } => {
                User::disable(conn, user.id, now)?;
                "user.disable"
            }
            UserCommand::Enable { .. } => {
                User::enable(conn, user.id, now)?;
                "user.enable"
            }
            UserCommand::ResetTotp { .. } => {
                Totp::turn_off(conn, user.id)?;
                Session::end_all(conn, user.id)?;
                "user.reset-totp"
            }
        };
        Audit::note(conn, now, "operator", name, &user.id.to_string(), "command line")?;
        Ok(name)
    });
    say(&format!("{}: done", done.await?));
    Ok(())
}
