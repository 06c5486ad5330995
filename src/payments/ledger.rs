//! The books: [`post`] is the only writer, and nothing written is ever changed.
//!
//! A journal is known by what moved the money and by its kind. The same again does nothing, so that a
//! notice may come twice and a process may die between any two statements; the same with other lines
//! is refused and told, because then one of the two is wrong.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::journals::{Account, Journal, JournalKind, PostingLine};
use super::schema::{journals, postings};
use crate::bookings::BookingId;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on_either;

crate::typed_id!(JournalId);

#[derive(Insertable)]
#[diesel(table_name = journals)]
struct JournalRow<'a> {
    id: JournalId,
    source_id: &'a str,
    kind: JournalKind,
    livemode: bool,
    at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = postings, treat_none_as_default_value = false)]
struct PostingRow<'a> {
    journal_id: JournalId,
    line: i32,
    account: Account,
    booking_id: Option<BookingId>,
    currency: &'a str,
    amount_minor: i64,
}

/// Whether something was written: false for what stands there already, and for what moves nothing.
///
/// # Errors
/// An internal one if the same movement stands there with other lines: nothing is written, and the
/// operator must look.
pub fn post(conn: &mut Conn, journal: &Journal, now: Instant) -> Result<bool> {
    if journal.lines().is_empty() {
        return Ok(false);
    }
    let movement = &journal.movement;
    if let Some(known) = find(conn, &movement.source_id, journal.kind)? {
        return match known.is_same(journal) {
            true => Ok(false),
            false => Err(Error::internal(format!(
                "the books say otherwise of {} {}",
                journal.kind.as_str(),
                movement.source_id
            ))),
        };
    }
    let id = JournalId::next(now);
    for (line, (account, amount_minor)) in (1..).zip(journal.lines().iter().copied()) {
        let row = PostingRow {
            journal_id: id,
            line,
            account,
            booking_id: movement.booking,
            currency: &movement.currency,
            amount_minor,
        };
        on_either!(conn, |c| diesel::insert_into(postings::table).values(row).execute(c))?;
    }
    // last, as the database looks at the lines when the journal comes
    let row = JournalRow {
        id,
        source_id: &movement.source_id,
        kind: journal.kind,
        livemode: movement.livemode,
        at: movement.at,
    };
    on_either!(conn, |c| diesel::insert_into(journals::table).values(row).execute(c))?;
    Ok(true)
}

/// Whether a movement stands in the books.
pub fn has(conn: &mut Conn, source_id: &str, kind: JournalKind) -> Result<bool> {
    Ok(find(conn, source_id, kind)?.is_some())
}

/// A journal as it stands in the books.
struct Entered {
    livemode: bool,
    currency: Option<String>,
    booking: Option<BookingId>,
    lines: Vec<PostingLine>,
}

impl Entered {
    fn is_same(&self, journal: &Journal) -> bool {
        let movement = &journal.movement;
        self.livemode == movement.livemode
            && self.currency.as_ref() == Some(&movement.currency)
            && self.booking == movement.booking
            && self.lines == journal.lines()
    }
}

fn find(conn: &mut Conn, source_id: &str, kind: JournalKind) -> Result<Option<Entered>> {
    let found: Option<(JournalId, bool)> = journals::table
        .filter(journals::source_id.eq(source_id).and(journals::kind.eq(kind)))
        .select((journals::id, journals::livemode))
        .first(conn)
        .optional()?;
    let Some((id, livemode)) = found else { return Ok(None) };
    let rows: Vec<(Account, i64, String, Option<BookingId>)> = postings::table
        .filter(postings::journal_id.eq(id))
        .order(postings::line)
        .select((
            postings::account,
            postings::amount_minor,
            postings::currency,
            postings::booking_id,
        ))
        .load(conn)?;
    let first = rows.first().map(|(_, _, currency, booking)| (currency.clone(), *booking));
    let (currency, booking) =
        first.map_or((None, None), |(currency, booking)| (Some(currency), booking));
    let lines = rows.into_iter().map(|(account, amount, ..)| (account, amount)).collect();
    Ok(Some(Entered { livemode, currency, booking, lines }))
}

/// What stands on each account, in minor units of each currency, debits above zero.
pub fn balances(conn: &mut Conn, livemode: bool) -> Result<Vec<(Account, String, i64)>> {
    sums(conn, livemode, None)
}

/// The same for one booking.
pub fn of_booking(
    conn: &mut Conn,
    booking: BookingId,
    livemode: bool,
) -> Result<Vec<(Account, String, i64)>> {
    sums(conn, livemode, Some(booking))
}

fn sums(
    conn: &mut Conn,
    livemode: bool,
    booking: Option<BookingId>,
) -> Result<Vec<(Account, String, i64)>> {
    let mut rows = postings::table
        .inner_join(journals::table.on(journals::id.eq(postings::journal_id)))
        .filter(journals::livemode.eq(livemode))
        .group_by((postings::account, postings::currency))
        .order((postings::account, postings::currency))
        .select((
            postings::account,
            postings::currency,
            sql::<BigInt>("CAST(SUM(amount_minor) AS BIGINT)"),
        ))
        .into_boxed();
    if let Some(booking) = booking {
        rows = rows.filter(postings::booking_id.eq(booking));
    }
    Ok(rows.load(conn)?)
}

/// What is wrong with the books themselves, in words; none if they are in order.
pub fn check(conn: &mut Conn) -> Result<Vec<String>> {
    let unbalanced: Vec<(JournalId, String)> = postings::table
        .group_by((postings::journal_id, postings::currency))
        .having(sql::<Bool>("SUM(amount_minor) <> 0"))
        .select((postings::journal_id, postings::currency))
        .limit(100)
        .load(conn)?;
    let orphans: Vec<JournalId> = postings::table
        .left_join(journals::table.on(journals::id.eq(postings::journal_id)))
        .filter(journals::id.is_null())
        .select(postings::journal_id)
        .distinct()
        .limit(100)
        .load(conn)?;
    let unbalanced = unbalanced
        .into_iter()
        .map(|(id, currency)| format!("journal {id}: {currency} does not balance"));
    let orphans = orphans.into_iter().map(|id| format!("journal {id}: lines without a journal"));
    Ok(unbalanced.chain(orphans).collect())
}
