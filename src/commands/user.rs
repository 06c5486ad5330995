//! `footing user disable|enable|reset-totp EMAIL`: the operator's hand, each with an audit row.

use clap::Subcommand;

use super::{Failure, Outcome, open};
use crate::admin::Audit;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::users::{Email, Session, Totp, User};

#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand, Clone)]
enum Act {
    /// No sign-in, no listing; sessions end at once
    Disable { email: String },
    /// Ends the lock
    Enable { email: String },
    /// Takes two-step sign-in off, for somebody who lost phone and codes
    ResetTotp { email: String },
}

pub async fn run(config: Config, options: Options) -> Outcome {
    let act = options.act;
    let typed = match &act {
        Act::Disable { email } | Act::Enable { email } | Act::ResetTotp { email } => email,
    };
    let email = Email::parse(typed).map_err(Failure::usage)?;
    let site = open(config)?;
    let done = site.db.write(move |conn, now| -> Result<&'static str> {
        let user = User::find_by_email(conn, &email)?
            .ok_or(Error::conflict("There is no account with this address."))?;
        let name = match act {
            Act::Disable { .. } => {
                User::set_disabled(conn, user.id, true, now)?;
                "user.disable"
            }
            Act::Enable { .. } => {
                User::set_disabled(conn, user.id, false, now)?;
                "user.enable"
            }
            Act::ResetTotp { .. } => {
                Totp::turn_off(conn, user.id)?;
                Session::end_all(conn, user.id)?;
                "user.reset-totp"
            }
        };
        Audit::note(conn, now, "operator", name, &user.id.to_string(), "command line")?;
        Ok(name)
    });
    println!("{}: done", done.await?);
    Ok(())
}
