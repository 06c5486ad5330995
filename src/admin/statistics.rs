//! How the site is doing, in figures: counted when asked, over a month.

use diesel::prelude::*;

use crate::bookings::State;
use crate::bookings::schema::bookings;
use crate::clock::{Day, Instant, Span};
use crate::db::Conn;
use crate::decisions::Outcome;
use crate::decisions::schema::decisions;
use crate::error::{Error, Result};
use crate::locale::Locale;
use crate::money::Money;
use crate::payments::schema::payments;
use crate::users::schema::users;

pub struct Statistics {
    /// New accounts of each of the last 30 days (UTC), the oldest first.
    pub sign_ups: Vec<(Day, i64)>,
    /// Bookings asked for in the last 30 days by how they stand.
    pub bookings: Vec<(State, i64)>,
    /// What was charged by card in the last 30 days: currency and minor units.
    pub volume: Vec<(String, i64)>,
    /// Decisions of the last 30 days.
    pub decisions: Vec<(Outcome, i64)>,
}

impl Statistics {
    const DAYS: i32 = 30;

    pub fn load(conn: &mut Conn, now: Instant) -> Result<Self> {
        let since = now - Span::days(Self::DAYS.into());
        Ok(Self {
            sign_ups: sign_ups(conn, now)?,
            bookings: bookings::table
                .filter(bookings::requested_at.gt(since))
                .group_by(bookings::state)
                .order(bookings::state)
                .select((bookings::state, diesel::dsl::count_star()))
                .load(conn)?,
            volume: volume(conn, since)?,
            decisions: decisions::table
                .filter(decisions::decided_at.gt(since))
                .group_by(decisions::outcome)
                .order(decisions::outcome)
                .select((decisions::outcome, diesel::dsl::count_star()))
                .load(conn)?,
        })
    }

    pub fn volume_words(&self, locale: impl AsRef<Locale>) -> Vec<String> {
        let words = |(currency, minor): &(String, i64)| Money::new(*minor, currency);
        self.volume.iter().filter_map(words).map(|money| money.words(&locale)).collect()
    }

    /// The same as a file: kind, of what, figure.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
        let mut rows = vec![["Kind".to_owned(), "Of".to_owned(), "Figure".to_owned()]];
        let row = |kind: &str, of: String, figure: String| [kind.to_owned(), of, figure];
        rows.extend(
            self.sign_ups.iter().map(|(day, n)| row("Sign-ups", day.to_string(), n.to_string())),
        );
        rows.extend(
            self.bookings
                .iter()
                .map(|(state, n)| row("Bookings", state.words().to_owned(), n.to_string())),
        );
        rows.extend(self.volume.iter().map(|(currency, minor)| {
            let amount =
                Money::new(*minor, currency).map_or(String::new(), |money| money.decimal());
            row("Charged", currency.clone(), amount)
        }));
        rows.extend(
            self.decisions
                .iter()
                .map(|(outcome, n)| row("Decisions", outcome.words().to_owned(), n.to_string())),
        );
        for row in rows {
            writer.write_record(row).map_err(Error::internal)?;
        }
        writer.into_inner().map_err(Error::internal)
    }

    /// The bars of the sign-ups: offset, height and day, in a drawing of 300 by 100.
    pub fn bars(&self) -> Vec<(i64, i64, Day, i64)> {
        let most = self.sign_ups.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
        let bar = |(place, (day, count)): (i64, &(Day, i64))| {
            (place * 10, count.saturating_mul(90) / most, *day, *count)
        };
        (0..).zip(&self.sign_ups).map(bar).collect()
    }
}

fn sign_ups(conn: &mut Conn, now: Instant) -> Result<Vec<(Day, i64)>> {
    let today = now.day("UTC");
    let first = today.plus(1 - Statistics::DAYS);
    let begin = first.begin(&crate::clock::zone("UTC"));
    let made: Vec<Instant> = users::table
        .filter(users::created_at.ge(begin))
        .order(users::created_at)
        .limit(100_000)
        .select(users::created_at)
        .load(conn)?;
    let mut days: Vec<(Day, i64)> =
        (0..Statistics::DAYS).map(|offset| (first.plus(offset), 0)).collect();
    for at in made {
        let day = at.day("UTC");
        if let Some((_, count)) = days.iter_mut().find(|(one, _)| *one == day) {
            *count += 1;
        }
    }
    Ok(days)
}

fn volume(conn: &mut Conn, since: Instant) -> Result<Vec<(String, i64)>> {
    let charged: Vec<(String, i64)> = payments::table
        .filter(payments::captured_at.gt(since))
        .order(payments::currency)
        .limit(100_000)
        .select((payments::currency, payments::amount_minor))
        .load(conn)?;
    let mut sums: Vec<(String, i64)> = vec![];
    for (currency, minor) in charged {
        match sums.last_mut() {
            Some((last, sum)) if *last == currency => *sum = sum.saturating_add(minor),
            _ => sums.push((currency, minor)),
        }
    }
    Ok(sums)
}
