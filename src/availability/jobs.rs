//! Scheduled work of the hours.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant as Moment;

use super::source::{CalendarOwner, CalendarReader, UnreadCalendar};
use super::{Contents, Outside};
use crate::accountants::Accountant;
use crate::error::Result;

/// So many are fetched at a time: each may take five seconds, nearly all of them spent waiting.
const AT_ONCE: usize = 32;
/// Places that become free are filled together, so that a slow site costs few questions.
const TOGETHER: usize = 4;
/// A round takes on no more after this, so that all of it ends before the runner's deadline.
const TAKES_ON: Duration = Duration::from_secs(45);

const SEALED: &str = "We can no longer open its address. Remove it and add it again.";

/// Reads again the calendars that are due, until none is left or the round has gone on for long; the
/// next round goes on. Nodes share them: whoever takes one has it alone.
pub async fn read_outside(reader: CalendarReader) -> Result<()> {
    let begun = Moment::now();
    let mut under_way = FuturesUnordered::new();
    let mut may_be_more = true;
    loop {
        let free = AT_ONCE - under_way.len();
        if may_be_more && free >= TOGETHER && begun.elapsed() < TAKES_ON {
            let most = i64::try_from(free).unwrap_or(1);
            let due = reader.db.write(move |conn, now| Outside::lease(conn, now, most)).await?;
            may_be_more = due.len() == free;
            under_way.extend(due.into_iter().map(|outside| read_or_warn(&reader, outside)));
        }
        if under_way.next().await.is_none() {
            return Ok(());
        }
    }
}

async fn read_or_warn(reader: &CalendarReader, outside: Outside) {
    let id = outside.id;
    if let Err(error) = read_again(reader, outside).await {
        tracing::warn!(%id, cause = ?error, "a calendar kept elsewhere was not read");
    }
}

async fn read_again(reader: &CalendarReader, outside: Outside) -> Result<()> {
    let id = outside.accountant_id;
    let zone = reader.db.read(move |conn, _| Accountant::local_zone(conn, id));
    let owner = CalendarOwner { id, zone: zone.await? };
    let read: Result<Contents, String> = match outside.address(&reader.seal) {
        Ok(Some(url)) => match reader.fetch(owner, &url).await {
            Err(UnreadCalendar::Failed(error)) => return Err(error),
            read => read.map_err(|why| why.to_string()),
        },
        Ok(None) => return Ok(()),
        Err(_) => Err(SEALED.to_owned()),
    };
    let keep = move |conn: &mut _, now| match read {
        Ok(new) => outside.renew(conn, &new, now),
        Err(words) => outside.failed(conn, &words, now),
    };
    reader.db.write(keep).await
}
