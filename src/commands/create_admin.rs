//! `footing create-admin EMAIL`: the only way to an admin. Prints a one-time link to choose the
//! password; two-step sign-in is set up at the first visit of `/admin`.

use std::io::{BufRead, IsTerminal};

use super::{Failure, Outcome, bring_up_to_date, open, say, tell};
use crate::audit::Audit;
use crate::config::Config;
use crate::db::DatabaseUrl;
use crate::error::Result;
use crate::seal;
use crate::site::Site;
use crate::users::{Email, Password, Purpose, Role, Token, User};
use crate::web::paths;

#[derive(clap::Args)]
pub struct CreateAdminOptions {
    #[arg(value_parser = super::email)]
    email: Email,
    /// For a site that is not there yet: make its folder and database first
    #[arg(long)]
    pub new: bool,
    /// Raise an account that exists without asking
    #[arg(long)]
    yes: bool,
}

pub async fn run(config: Config, options: CreateAdminOptions) -> Outcome {
    if options.new && is_nothing_there(&config) {
        bring_up_to_date(&config)?;
    }
    let base_url = config.base_url().to_owned();
    let site = open(config).await?;
    let email = options.email;
    if let Some(known) = find(&site, &email).await? {
        confirm(&known, options.yes)?;
    }
    // nobody knows this password: the link is the only way in
    let hash = site.secrets.hasher.hash(Password(seal::token())).await?;
    let made = site.db.write(move |conn, now| -> Result<String> {
        let admin = User::make_admin(conn, &email, &hash, now)?;
        Audit::note(conn, now, "operator", "admin.create", &admin.id.to_string(), "command line")?;
        Token::make(conn, admin.id, Purpose::Reset, now)
    });
    let token = made.await?;
    say(&format!("{base_url}{}", paths::reset(&token)));
    tell("Open that address within 30 minutes to choose the password.");
    Ok(())
}

fn is_nothing_there(config: &Config) -> bool {
    match DatabaseUrl::parse(&config.database_url) {
        Ok(DatabaseUrl::Sqlite(path)) => !std::path::Path::new(&path).exists(),
        _ => false,
    }
}

async fn find(site: &Site, email: &Email) -> Result<Option<User>> {
    let email = email.clone();
    site.db.read(move |conn, _| User::find_by_email(conn, &email)).await
}

/// Says what will happen to the account, and goes on only if the operator means it.
fn confirm(known: &User, is_sure: bool) -> Outcome {
    let who = match known.role {
        Role::Admin => "This admin",
        _ => "This account becomes an admin. It",
    };
    tell(&format!(
        "{} exists. {who} is signed out everywhere and the password stops working; \
         the link that is printed chooses a new one.",
        known.email
    ));
    if is_sure {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("say --yes if that is what you want"));
    }
    tell("Go on? Type yes:");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    match answer.trim() {
        "yes" => Ok(()),
        _ => Err(Failure::failed("nothing was changed")),
    }
}
