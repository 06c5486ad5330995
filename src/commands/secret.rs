//! `footing secret reseal`: everything that is sealed comes under the newest secret, so that the older
//! ones can go. And the proof, at every start, that the secret is this site's.

use clap::Subcommand;

use super::{Failure, Outcome, open, say};
use crate::clock::Instant;
use crate::config::Config;
use crate::db::{Conn, Db, KeptValue, SealedColumn};
use crate::error::Result;
use crate::notifications::PUSH_KEY;
use crate::seal::Seal;
use crate::site::Site;
use crate::users::{RecoveryCodes, Session};
use crate::{accountants, availability, bookings, listings, mail, moderation, payments, users};

const CHECK: KeptValue = KeptValue("secret.check");
const PURPOSE: &str = "footing/secret-check/v1";
const KNOWN: &[u8] = b"footing";
/// Rows of one transaction: others write in between.
const BATCH: i64 = 200;

#[derive(clap::Args)]
pub struct SecretOptions {
    #[command(subcommand)]
    act: SecretCommand,
}

#[derive(Subcommand)]
enum SecretCommand {
    /// Seal everything under the first of the secrets; may be broken off and begun again
    Reseal,
}

/// Every column that is sealed under the site's secret.
fn columns() -> impl Iterator<Item = SealedColumn> {
    let lists: [&[SealedColumn]; 8] = [
        &users::SEALED,
        &mail::SEALED,
        &accountants::SEALED,
        &listings::SEALED,
        &availability::SEALED,
        &bookings::SEALED,
        &payments::SEALED,
        &moderation::SEALED,
    ];
    lists.into_iter().flatten().copied()
}

/// Whether the secrets open what this site has sealed. The first start seals the value that later
/// ones open; a site of before that value is asked for the newest of what it holds.
fn prove(conn: &mut Conn, seal: &Seal, now: Instant) -> Result<bool> {
    if let Some(sealed) = CHECK.find(conn)? {
        return Ok(seal.open(PURPOSE, &sealed).is_ok());
    }
    for column in columns() {
        if column.opens_newest(conn, seal)? == Some(false) {
            return Ok(false);
        }
    }
    let kept = CHECK.keep_first(conn, &seal.seal(PURPOSE, KNOWN)?, now)?;
    Ok(seal.open(PURPOSE, &kept).is_ok())
}

/// Refuses to go on with another site's secret: what it seals from then on nobody could open. Comes
/// before the site is opened, which opens what is sealed.
pub async fn check(config: &Config) -> Outcome {
    let db = Db::open(&config.database_url, 1, config.clock.clone())?;
    let seal = Seal::new(&config.secret);
    match db.write(move |conn, now| prove(conn, &seal, now)).await? {
        true => Ok(()),
        false => Err(Failure::not_ready(
            "FOOTING_SECRET is not the secret of this site: what is sealed cannot be opened",
        )),
    }
}

pub async fn run(config: Config, options: SecretOptions) -> Outcome {
    let SecretCommand::Reseal = options.act;
    let site = open(config).await?;
    let mut unreadable = 0;
    for column in columns() {
        unreadable += reseal(&site, column).await?;
    }
    reseal_kept(&site).await?;
    tell_when_old_may_go(&site, unreadable).await
}

async fn reseal(site: &Site, column: SealedColumn) -> Result<usize, Failure> {
    let (mut after, mut changed, mut unreadable) = (i64::MIN, 0, 0);
    loop {
        let seal = site.seal.clone();
        let batch = site.db.write(move |conn, _| column.reseal(conn, &seal, after, BATCH)).await?;
        changed += batch.changed;
        unreadable += batch.unreadable;
        match batch.last {
            Some(last) => after = last,
            None => break,
        }
    }
    say(&format!("{}.{}: {changed} sealed anew", column.table, column.column));
    Ok(unreadable)
}

/// The values that stand by their names.
async fn reseal_kept(site: &Site) -> Result<()> {
    for (value, purpose) in [(CHECK, PURPOSE), (PUSH_KEY.0, PUSH_KEY.1)] {
        let seal = site.seal.clone();
        site.db
            .write(move |conn, now| match value.find(conn)? {
                Some(sealed) if !seal.is_newest(purpose, &sealed) => {
                    let plain = seal.open(purpose, &sealed)?;
                    value.replace(conn, &seal.seal(purpose, &plain)?, now)
                }
                _ => Ok(()),
            })
            .await?;
    }
    Ok(())
}

/// Hashes cannot be made anew: they go as their owners come by.
async fn tell_when_old_may_go(site: &Site, unreadable: usize) -> Outcome {
    if unreadable > 0 {
        say(&format!(
            "{unreadable} values were opened by none of the secrets and stay as they are."
        ));
    }
    let mark = site.seal.mark();
    let (people, last) = site
        .db
        .read(move |conn, now| -> Result<_> {
            Ok((RecoveryCodes::people_with_older(conn, &mark)?, Session::last_end(conn, now)?))
        })
        .await?;
    say("Everything sealed is under the newest secret.");
    if let Some(last) = last {
        say(&format!(
            "Sessions take it over at their next page; the last one that may not have ends on {}. \
             Without the older secret it is signed out.",
            last.date()
        ));
    }
    match people {
        0 => say("No recovery code hangs on an older secret: it may go."),
        _ => say(&format!(
            "Recovery codes of {people} people work only with an older secret: keep it until they \
             have made new ones, or they must be given new ones by you.",
        )),
    }
    Ok(())
}
