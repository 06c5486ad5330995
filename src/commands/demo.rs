//! `footing demo`: a believable world in a folder of its own, and the site that serves it.
//!
//! Everybody comes in by the verbs that visitors use, so the world holds nothing a visitor could
//! not have made. The same seed gives the same world.

mod bookings;
mod cast;
mod credentials;
mod messages;
mod money;
mod order;
mod people;
mod portraits;
mod practice_texts;
mod reviews;
mod stories;
mod world;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::lock::ServerLock;
use super::{Failure, Outcome, bring_up_to_date, open, say, serve, start_log, tell};
use crate::config::{Config, Folder, Settings};
use crate::site::Site;

#[derive(clap::Args)]
pub struct DemoOptions {
    /// Folder of the world
    #[arg(long, default_value = "./data/demo")]
    dir: PathBuf,
    /// How many accountants: 60 or 10,000
    #[arg(long, value_enum, default_value_t = Size::S)]
    size: Size,
    /// So many instead, for a bench
    #[arg(long, hide = true)]
    accountants: Option<usize>,
    /// The same seed gives the same world
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Address to serve at
    #[arg(long, value_name = "ADDR")]
    serve_at: Option<std::net::SocketAddr>,
    /// Make the world and stop
    #[arg(long)]
    no_serve: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    S,
    M,
}

impl Size {
    fn accountants(self) -> usize {
        match self {
            Self::S => 60,
            Self::M => 10_000,
        }
    }
}

/// What is printed, and kept in the folder for the next start.
#[derive(Serialize, Deserialize)]
struct SignIns {
    password: String,
    client: String,
    accountant: String,
    admin: String,
    totp_secret: String,
    /// The second admin, who answers objections to what the first decided.
    #[serde(default)]
    second: String,
    #[serde(default)]
    second_secret: String,
    #[serde(default)]
    codes: [String; 2],
}

pub async fn run(mut settings: Settings, options: DemoOptions) -> Outcome {
    if let Some(address) = options.serve_at {
        settings.listen = address;
    }
    settings.data.clone_from(&options.dir);
    let note = options.dir.join("demo.json");
    let is_own = note.exists();
    if !is_own && holds_something(&options.dir) {
        let words = format!("{} holds other data: name another folder", options.dir.display());
        return Err(Failure::failed(words));
    }
    let config = Config::new(&settings, Folder::Make).map_err(Failure::usage)?;
    start_log(if settings.log == "info" { "warn,footing::mail=info" } else { &settings.log });
    let lock = ServerLock::take(&config)?;
    if !is_own {
        bring_up_to_date(&config)?;
    }
    let site = open(config).await?;
    let sign_ins = if is_own { kept(&note)? } else { make(&site, &options, &note).await? };
    print(&sign_ins, &site);
    if options.no_serve {
        return Ok(());
    }
    serve::serve(site, lock, true).await
}

fn holds_something(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
}

fn kept(note: &Path) -> Result<SignIns, Failure> {
    let text = std::fs::read_to_string(note)?;
    serde_json::from_str(&text).map_err(|error| Failure::failed(error.to_string()))
}

/// The note comes last, so that a world cut short is not taken for a whole one.
async fn make(site: &Site, options: &DemoOptions, note: &Path) -> Result<SignIns, Failure> {
    let count = options.accountants.unwrap_or(options.size.accountants());
    let progress = progress(count);
    let printed = people::populate(site, count, options.seed, |done| match &progress {
        Some(bar) => bar.set_position(u64::try_from(done).unwrap_or(0)),
        None if done % 1000 == 0 && done > 0 => tell(&format!("{done} of {count} accountants")),
        None => {}
    });
    let people::Printed { totp_secret, second_secret, codes } = printed.await?;
    let sign_ins = SignIns {
        totp_secret,
        codes,
        password: people::PASSWORD.to_owned(),
        client: cast::CLIENT.to_owned(),
        accountant: cast::ACCOUNTANT.to_owned(),
        admin: cast::ADMIN.to_owned(),
        second: cast::SECOND_ADMIN.to_owned(),
        second_secret,
    };
    if let Some(bar) = progress {
        bar.finish_and_clear();
    }
    site.db.write(|conn, _| crate::db::analyze(conn)).await?;
    let text = serde_json::to_string_pretty(&sign_ins)
        .map_err(|error| Failure::failed(error.to_string()))?;
    std::fs::write(note, text)?;
    Ok(sign_ins)
}

fn progress(count: usize) -> Option<indicatif::ProgressBar> {
    let length = u64::try_from(count).unwrap_or(0);
    std::io::stderr().is_terminal().then(|| indicatif::ProgressBar::new(length))
}

fn print(sign_ins: &SignIns, site: &Site) {
    let SignIns { password, client, accountant, admin, totp_secret, second, second_secret, codes } =
        sign_ins;
    let [client_code, accountant_code] = codes;
    say(&format!("Open {}", site.config.base_url()));
    say("");
    say(&format!("client      {client}  {password}"));
    say(&format!("accountant  {accountant}  {password}"));
    say(&format!("admin       {admin}  {password}  {totp_secret}"));
    if !second.is_empty() {
        say(&format!("admin       {second}  {password}  {second_secret}"));
    }
    say("");
    say("The admin's last word is the secret for an authenticator app.");
    say("In a new browser, messages open with a recovery code:");
    say(&format!("  ana  {client_code}"));
    say(&format!("  ben  {accountant_code}"));
}
