//! `footing doctor`: what the site depends on, a line each; 1 if anything is wrong.

use super::{Failure, Outcome};
use crate::config::Config;
use crate::db;
use crate::site::Site;

pub async fn run(config: Config) -> Outcome {
    let mut bad = 0;
    let mut line = |name: &str, fine: bool, words: &str| {
        println!("{name:12} {} {words}", if fine { "ok  " } else { "FAIL" });
        bad += i32::from(!fine);
    };
    let connected = db::Target::parse(&config.database_url).and_then(|target| target.connect());
    line("database", connected.is_ok(), if config.is_sqlite() { "SQLite" } else { "PostgreSQL" });
    let pending = connected.ok().and_then(|mut conn| db::pending(&mut conn).ok());
    match pending.as_deref() {
        Some([]) => line("migrations", true, "up to date"),
        Some(names) => {
            line("migrations", false, &format!("{} to run: footing migrate", names.len()))
        }
        None => line("migrations", false, "cannot be read"),
    }
    let is_private = is_private(&config);
    line("rights", is_private, "the data folder is for its owner only");
    let https = config.base_url().starts_with("https://");
    line("public URL", https || config.is_loopback(), config.base_url());
    let clock_mark = config.clock.save().is_ok();
    line("clock", clock_mark, &config.clock.now().iso());
    match Site::open(config) {
        Ok(site) => {
            line("blobs", site.blobs.is_writable().await, "a file can be written");
            line(
                "mail",
                site.mail.is_reachable().await,
                if site.mail.folder().is_some() { "files in a folder" } else { "SMTP" },
            );
        }
        Err(error) => line("opening", false, &format!("{error:?}")),
    }
    if bad == 0 { Ok(()) } else { Err(Failure::failed(format!("{bad} things need a look"))) }
}

fn is_private(config: &Config) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(&config.data).is_ok_and(|data| data.permissions().mode() & 0o077 == 0)
}
