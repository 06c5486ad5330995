//! One listed accountant in the directory, brought up to date when something changed.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::rank::Inputs;
use super::schema::{directory_state, entries};
use super::tokens::{Mark, Tokens};
use super::{Card, words};
use crate::accountants::{Accountant, TagKind, Tags, choices};
use crate::bookings::{Booking, Free, Outlook};
use crate::clock::{Instant, Span};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::{self, PriceKind, Service};
use crate::users::{Stale, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = entries, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Entry {
    pub user_id: UserId,
    pub rank: i64,
    pub seq: i64,
    pub currency: Option<String>,
    pub price_minor: Option<i64>,
    pub tokens: String,
    pub card: String,
    pub changed_at: Instant,
    /// The first free time, and the last instant at which it can be booked.
    pub free_at: Option<Instant>,
    pub free_until: Option<Instant>,
    /// When this says something else though nobody does anything.
    pub changes_at: Option<Instant>,
}

/// Whether all entries say what is so, or some may be marked stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    Fresh,
    Mixed,
}

impl Entry {
    /// Brings up to `most` stale profiles up to date; how many there were.
    pub fn refresh_stale(conn: &mut Conn, most: i64, now: Instant) -> Result<usize> {
        let ids = Stale::take(conn, most)?;
        for id in &ids {
            Self::refresh(conn, *id, now)?;
        }
        if !ids.is_empty() {
            diesel::update(directory_state::table.find(1))
                .set(directory_state::version.eq(directory_state::version + 1))
                .execute(conn)?;
        }
        Ok(ids.len())
    }

    /// Marks up to `most` entries that say something else by now; how many there were.
    pub fn mark_changed(conn: &mut Conn, most: i64, now: Instant) -> Result<usize> {
        let changed = entries::table.filter(entries::changes_at.le(now)).order(entries::changes_at);
        let ids: Vec<UserId> = changed.limit(most).select(entries::user_id).load(conn)?;
        for id in &ids {
            Stale::mark(conn, *id, now)?;
        }
        let marked = entries::table.filter(entries::user_id.eq_any(ids.clone()));
        diesel::update(marked).set(entries::changes_at.eq(None::<Instant>)).execute(conn)?;
        Ok(ids.len())
    }

    /// Looks at the directory after up to 50 stale profiles were brought up to date. Costs one
    /// question more when nothing is stale, and spares the judgement of each row. A page is never
    /// failed by that: with a full disk it shows what is there.
    pub async fn look<T, F>(db: &Db, look: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn, Instant, Stand) -> Result<T> + Clone + Send + 'static,
    {
        let first = look.clone();
        let seen = db.read(move |conn, now| -> Result<Option<T>> {
            if Stale::exist(conn)? { Ok(None) } else { first(conn, now, Stand::Fresh).map(Some) }
        });
        if let Some(seen) = seen.await? {
            return Ok(seen);
        }
        if let Err(error) = db.write(|conn, now| Self::refresh_stale(conn, 50, now)).await {
            tracing::warn!(cause = ?error, "the directory was not brought up to date");
        }
        db.read(move |conn, now| look(conn, now, Stand::Mixed)).await
    }

    /// Makes the entry anew from the tables, or removes it when the profile is not listed.
    pub fn refresh(conn: &mut Conn, id: UserId, now: Instant) -> Result<()> {
        let old: Option<Self> =
            entries::table.find(id).select(Self::as_select()).first(conn).optional()?;
        if !listings::complete::is_listed(conn, id)? {
            if let Some(old) = old {
                unindex(conn, old.rank)?;
                diesel::delete(entries::table.find(id)).execute(conn)?;
            }
            return Ok(());
        }
        let seq = match &old {
            Some(old) => old.seq,
            None => next_seq(conn)?,
        };
        let (new, tokens) = Self::make(conn, id, seq, now)?;
        if let Some(old) = &old {
            if old.rank == new.rank && old.tokens == new.tokens {
                // the words stay: time alone moved the first free hour
                diesel::update(entries::table.find(id)).set(&new).execute(conn)?;
                return Ok(());
            }
            unindex(conn, old.rank)?;
            diesel::update(entries::table.find(id)).set(&new).execute(conn)?;
        } else {
            diesel::insert_into(entries::table).values(&new).execute(conn)?;
        }
        index(conn, new.rank, &new.tokens)?;
        words::learn(conn, tokens.plain())
    }

    fn make(conn: &mut Conn, id: UserId, seq: i64, now: Instant) -> Result<(Self, Tokens)> {
        let accountant = Accountant::by_id(conn, id)?;
        let tags = Tags::of(conn, id)?;
        let services = Service::active(conn, id)?;
        let outlook = Outlook::of(conn, &accountant, &services, now)?;
        let free = outlook.soonest();
        let (requests, answered) = Booking::answered(conn, id)?;
        let inputs = Inputs { requests, answered, ..Inputs::default() };
        let mut tokens = tokens_of(&accountant, &tags, &services);
        for days in WITHIN.into_iter().filter(|days| is_within(free, *days, now)) {
            tokens.mark(Mark::Free, &days.to_string());
        }
        let priced = services.iter().find(|service| service.price_kind != PriceKind::Quote);
        let card = Card::of(&accountant, &tags, &services, inputs);
        let entry = Self {
            user_id: id,
            rank: inputs.packed(seq),
            seq,
            currency: priced.map(|service| service.currency.clone()),
            price_minor: priced.map(|service| service.price_minor),
            tokens: tokens.text(),
            card: serde_json::to_string(&card).map_err(Error::internal)?,
            changed_at: accountant.updated_at,
            free_at: free.map(|free| free.at),
            free_until: free.map(|free| free.until),
            changes_at: outlook.changes_at().into_iter().chain(next_step(free, now)).min(),
        };
        Ok((entry, tokens))
    }

    /// Slugs and dates of one file of the sitemap: the entries numbered after `from` up to `to`.
    pub fn sitemap(conn: &mut Conn, from: i64, to: i64) -> Result<Vec<(String, Instant)>> {
        let rows: Vec<(String, Instant)> = entries::table
            .filter(entries::seq.gt(from).and(entries::seq.le(to)))
            .order(entries::seq)
            .select((entries::card, entries::changed_at))
            .load(conn)?;
        Ok(rows
            .into_iter()
            .filter_map(|(card, at)| Some((serde_json::from_str::<Card>(&card).ok()?.slug, at)))
            .collect())
    }

    pub fn last_seq(conn: &mut Conn) -> Result<i64> {
        Ok(directory_state::table.find(1).select(directory_state::last_seq).first(conn)?)
    }

    /// Grows with every change of an entry.
    pub fn version(conn: &mut Conn) -> Result<i64> {
        Ok(directory_state::table.find(1).select(directory_state::version).first(conn)?)
    }

    /// How many entries there are; counts them, so for admins and tests only.
    pub fn count(conn: &mut Conn) -> Result<i64> {
        Ok(entries::table.count().get_result(conn)?)
    }
}

/// Days that the filter "free within" knows.
const WITHIN: [i64; 2] = [7, 14];

fn is_within(free: Option<Free>, days: i64, now: Instant) -> bool {
    free.is_some_and(|free| free.at < now + Span::days(days))
}

/// When the first free time comes within the next of those.
fn next_step(free: Option<Free>, now: Instant) -> Option<Instant> {
    let at = free?.at;
    let steps = WITHIN.into_iter().map(|days| at - Span::days(days) + Span::seconds(1));
    steps.filter(|step| *step > now).min()
}

fn tokens_of(accountant: &Accountant, tags: &Tags, services: &[Service]) -> Tokens {
    let mut tokens = Tokens::default();
    tokens.name(&accountant.display_name);
    tokens.place(&accountant.place);
    tokens.mark(Mark::Country, &accountant.country);
    tokens.mark(Mark::Accepting, accountant.accepting.as_str());
    for key in &tags.specialisms {
        tokens.mark(Mark::Specialism, key);
    }
    for tag in &tags.languages {
        tokens.mark(Mark::Language, tag.split('-').next().unwrap_or(tag));
    }
    for service in services {
        tokens.mark(Mark::Category, &service.category);
        for mode in listings::Modes(service.modes).list() {
            tokens.mark(Mark::Mode, mode.as_str());
        }
    }
    if let Some(priced) = services.iter().find(|service| service.price_kind != PriceKind::Quote) {
        tokens.price(&priced.currency, priced.price_minor);
    }
    tokens.words(&accountant.headline);
    tokens.words(choices::country_name(&accountant.country));
    for kind in [TagKind::Specialism, TagKind::Language, TagKind::Industry, TagKind::Software] {
        tokens.words(&tags.words(kind).join(" "));
    }
    for key in &tags.specialisms {
        tokens.words(key);
    }
    for service in services {
        tokens.words(&service.title);
        tokens.words(service.category_words());
    }
    tokens.words(&accountant.about);
    tokens
}

/// Numbers are given in order; the row stays locked until the commit.
fn next_seq(conn: &mut Conn) -> Result<i64> {
    diesel::update(directory_state::table.find(1))
        .set(directory_state::last_seq.eq(directory_state::last_seq + 1))
        .execute(conn)?;
    Entry::last_seq(conn)
}

/// SQLite keeps the words in a table of their own; PostgreSQL in an index of `entries`.
fn index(conn: &mut Conn, rank: i64, tokens: &str) -> Result<()> {
    if let Conn::Sqlite(sqlite) = conn {
        diesel::sql_query("INSERT INTO entry_words (rowid, tokens) VALUES ($1, $2)")
            .bind::<BigInt, _>(rank)
            .bind::<Text, _>(tokens)
            .execute(sqlite)?;
    }
    Ok(())
}

fn unindex(conn: &mut Conn, rank: i64) -> Result<()> {
    if let Conn::Sqlite(sqlite) = conn {
        diesel::sql_query("DELETE FROM entry_words WHERE rowid = $1")
            .bind::<BigInt, _>(rank)
            .execute(sqlite)?;
    }
    Ok(())
}
