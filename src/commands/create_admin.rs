//! `footing create-admin EMAIL`: the only way to an admin. Prints a one-time link to choose the
//! password; two-step sign-in is set up at the first visit of `/admin`.

use super::{Failure, Outcome, open};
use crate::admin::Audit;
use crate::config::Config;
use crate::error::Result;
use crate::seal;
use crate::users::{Email, Password, Purpose, Token, User};
use crate::web::paths;

#[derive(clap::Args)]
pub struct Options {
    email: String,
}

pub async fn run(config: Config, options: Options) -> Outcome {
    let email = Email::parse(&options.email).map_err(Failure::usage)?;
    let base_url = config.base_url().to_owned();
    let site = open(config)?;
    // nobody knows this password: the link is the only way in
    let hash = site.secrets.hasher.hash(Password(seal::token())).await?;
    let made = site.db.write(move |conn, now| -> Result<String> {
        let admin = User::make_admin(conn, &email, &hash, now)?;
        Audit::note(conn, now, "operator", "admin.create", &admin.id.to_string(), "command line")?;
        Token::make(conn, admin.id, Purpose::Reset, now)
    });
    let token = made.await?;
    println!("{base_url}{}", paths::reset(&token));
    eprintln!("Open that address within 30 minutes to choose the password.");
    Ok(())
}
