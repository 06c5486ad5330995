//! `footing doctor`: what the site depends on, a line each; 1 if anything is wrong.

use super::{Failure, Outcome, say, secret};
use crate::config::{Config, is_in_the_clear};
use crate::db;
use crate::error::Result;
use crate::jobs::Schedule;
use crate::payments::Inspection;
use crate::site::Site;
use crate::web::unnamed_proxy;
use crate::work::work;

/// The lines so far.
#[derive(Default)]
struct Checkup {
    bad: usize,
}

impl Checkup {
    fn line(&mut self, name: &str, is_fine: bool, words: &str) {
        say(&format!("{name:12} {} {words}", if is_fine { "ok  " } else { "FAIL" }));
        self.bad += usize::from(!is_fine);
    }
}

pub async fn run(config: Config) -> Outcome {
    let mut report = Checkup::default();
    let is_current = look_at_database(&config, &mut report);
    if is_current {
        let is_ours = secret::check(&config).await.is_ok();
        report.line("secret", is_ours, "opens what this site has sealed");
    }
    report.line("rights", is_private(&config), "the data folder is for its owner only");
    let https = config.base_url().starts_with("https://");
    report.line("public URL", https || config.is_loopback(), config.base_url());
    let clock_mark = config.clock.save().is_ok();
    report.line("clock", clock_mark, &config.clock.now().iso());
    match (is_current, Site::open(config).await) {
        (true, Ok(site)) => look_at_site(&site, &mut report).await,
        (false, Ok(_)) => {}
        (_, Err(error)) => report.line("opening", false, &format!("{error:?}")),
    }
    match report.bad {
        0 => Ok(()),
        bad => Err(Failure::failed(format!("{bad} things need a look"))),
    }
}

/// Whether the rest can be asked of it.
fn look_at_database(config: &Config, report: &mut Checkup) -> bool {
    let connected =
        db::DatabaseUrl::parse(&config.database_url).and_then(|target| target.connect());
    let name = if config.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    report.line("database", connected.is_ok(), name);
    if is_in_the_clear(&config.database_url) {
        let words = "PostgreSQL is on another host: say sslmode in DATABASE_URL";
        report.line("encryption", false, words);
    }
    let standing = connected.ok().and_then(|mut conn| db::standing(&mut conn).ok());
    let (is_fine, words) = match &standing {
        Some(standing) if !standing.unknown.is_empty() => {
            (false, "newer than this program: update Footing".to_owned())
        }
        Some(standing) if standing.pending.is_empty() => (true, "up to date".to_owned()),
        Some(standing) => (false, format!("{} to run: footing migrate", standing.pending.len())),
        None => (false, "cannot be read".to_owned()),
    };
    report.line("migrations", is_fine, &words);
    is_fine
}

async fn look_at_site(site: &Site, report: &mut Checkup) {
    let late = late(site, work().schedule().clone()).await;
    let words = match &late {
        Ok(late) if late.is_empty() => "rounds are done in time".to_owned(),
        Ok(late) => format!("nobody does {}: is a server running?", late.join(", ")),
        Err(_) => "cannot be read".to_owned(),
    };
    report.line("jobs", late.is_ok_and(|late| late.is_empty()), &words);
    if let Ok(Some(address)) = unnamed_proxy(&site.db).await {
        let words = format!(
            "requests are forwarded by {address}, which FOOTING_TRUSTED_PROXIES does not name"
        );
        report.line("proxy", false, &words);
    }
    report.line("blobs", site.blobs.is_writable().await, "a file can be written");
    look_at_payments(site, report).await;
    let kind = if site.mail.folder().is_some() { "files in a folder" } else { "SMTP" };
    report.line("mail", site.mail.is_reachable().await, kind);
}

async fn look_at_payments(site: &Site, report: &mut Checkup) {
    let Some(stripe) = site.payments.stripe() else {
        return report.line("payments", true, "off: people pay each other directly");
    };
    let wait = std::time::Duration::from_secs(10);
    let seen = Inspection::make(&stripe.settings, site.db.now(), wait).await;
    let faults = seen.faults(&stripe.settings);
    let mode = if stripe.livemode { "with a live key" } else { "in test mode" };
    match faults.is_empty() {
        true => report.line("payments", true, mode),
        false => faults.iter().for_each(|fault| report.line("payments", false, fault)),
    }
}

async fn late(site: &Site, schedule: Schedule) -> Result<Vec<&'static str>> {
    site.db.read(move |conn, now| schedule.late(conn, now)).await
}

fn is_private(config: &Config) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(&config.data).is_ok_and(|data| data.permissions().mode() & 0o077 == 0)
}
