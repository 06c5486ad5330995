//! Scheduled work of the hours.

use futures_util::StreamExt;

use super::source::{Unread, fetched};
use super::{Outside, Stretch};
use crate::accountants::Accountant;
use crate::calendar_file::Internet;
use crate::db::Db;
use crate::error::Result;
use crate::seal::Seal;

/// At most so many in one round, so many of them at once. A site may take five seconds, and other
/// work waits for the round.
const ROUND: i64 = 32;
const AT_ONCE: usize = 16;

const SEALED: &str = "We can no longer open its address. Remove it and add it again.";

/// Reads again the calendars that were not read for half an hour. Safe to do twice at a time: the
/// later reading stands.
pub async fn read_outside(db: Db, seal: Seal, internet: Internet) -> Result<()> {
    let due = db.read(|conn, now| Outside::due(conn, now, ROUND)).await?;
    futures_util::stream::iter(due)
        .for_each_concurrent(AT_ONCE, |outside| async {
            let id = outside.id;
            if let Err(error) = read_again(&db, &seal, &internet, outside).await {
                tracing::warn!(%id, cause = ?error, "a calendar kept elsewhere was not read");
            }
        })
        .await;
    Ok(())
}

async fn read_again(db: &Db, seal: &Seal, internet: &Internet, outside: Outside) -> Result<()> {
    let owner = outside.accountant_id;
    let zone = db.read(move |conn, _| Accountant::by_id(conn, owner).map(|found| found.zone));
    let zone = zone.await?;
    let read: Result<Vec<Stretch>, String> = match outside.address(seal) {
        Ok(Some(url)) => match fetched(internet, &url, &zone, db.now()).await {
            Err(Unread::Failed(error)) => return Err(error),
            read => read.map_err(|why| why.to_string()),
        },
        Ok(None) => return Ok(()),
        Err(_) => Err(SEALED.to_owned()),
    };
    db.write(move |conn, now| match read {
        Ok(busy) => outside.renew(conn, &busy, now),
        Err(words) => outside.failed(conn, &words, now),
    })
    .await
}
