//! One listed accountant in the directory, brought up to date when something changed.

use std::collections::HashSet;

use diesel::prelude::*;

use super::options::CountChanges;
use super::price::EntryPrice;
use super::rank::Inputs;
use super::schema::{directory_state, entries};
use super::tokens::{FilterMark, Tokens, is_plain};
use super::{Card, word_index, words};
use crate::accountants::places::Place;
use crate::accountants::{Accountant, Badge, TagKind, Tags, choices};
use crate::availability::Calendar;
use crate::bookings::{Booking, Free, NextFree};
use crate::clock::{Instant, Span};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::listings::{self, Service};
use crate::reviews::Totals;
use crate::users::{Stale, UserId};

/// What the directory keeps of a listed accountant. All of it is worked out from other tables, and can
/// be thrown away and made again.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = entries, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct DirectoryEntry {
    pub user_id: UserId,
    /// R, count of reviews, hours and age in one number; see `rank`. The greatest comes first.
    pub rank: i64,
    /// The profile’s own number.
    pub seq: i64,
    /// Words, their meanings, filters and towns, as the index holds them.
    pub tokens: String,
    /// The row of the list, as JSON.
    pub card: String,
    pub changed_at: Instant,
    /// The first free time, and the last instant at which it can be booked.
    pub free_at: Option<Instant>,
    pub free_until: Option<Instant>,
    /// When this says something else though nobody does anything.
    pub changes_at: Option<Instant>,
    /// What of it is counted among the options.
    pub options: String,
    /// Minus the score, so that the best comes first; 0 where nobody has said anything.
    pub rating: i64,
}

/// Whether all entries say what is so, or some may be marked stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    Fresh,
    Mixed,
}

impl DirectoryEntry {
    /// Brings up to `most` stale profiles up to date; how many there were.
    pub fn refresh_stale(conn: &mut Conn, most: i64, now: Instant) -> Result<usize> {
        let ids = Stale::take(conn, most)?;
        if ids.is_empty() {
            return Ok(0);
        }
        // held from here on: no other node may forget a word that is learnt now
        diesel::update(directory_state::table.find(1))
            .set(directory_state::version.eq(directory_state::version + 1))
            .execute(conn)?;
        let mut changes = CountChanges::default();
        for id in &ids {
            Self::refresh(conn, *id, now, &mut changes)?;
        }
        changes.apply(conn)?;
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
    fn refresh(
        conn: &mut Conn,
        id: UserId,
        now: Instant,
        changes: &mut CountChanges,
    ) -> Result<()> {
        let old: Option<Self> =
            entries::table.find(id).select(Self::as_select()).first(conn).optional()?;
        let before = old.as_ref().map(|old| old.options.as_str());
        if !listings::complete::is_listed(conn, id)? {
            changes.note(before, None);
            if let Some(old) = old {
                EntryPrice::replace(conn, id, &[])?;
                word_index::remove(conn, old.rank)?;
                diesel::delete(entries::table.find(id)).execute(conn)?;
                words::forget(conn, old.plain())?;
            }
            return Ok(());
        }
        let (new, tokens, prices) = Self::make(conn, id, now)?;
        EntryPrice::replace(conn, id, &prices)?;
        changes.note(before, Some(&new.options));
        if let Some(old) = &old {
            if old.rank == new.rank && old.tokens == new.tokens {
                // the words stay: time alone moved the first free hour
                diesel::update(entries::table.find(id)).set(&new).execute(conn)?;
                return Ok(());
            }
            word_index::remove(conn, old.rank)?;
            diesel::update(entries::table.find(id)).set(&new).execute(conn)?;
        } else {
            diesel::insert_into(entries::table).values(&new).execute(conn)?;
        }
        word_index::put(conn, new.rank, &new.tokens)?;
        words::learn(conn, tokens.plain())?;
        let Some(old) = old else { return Ok(()) };
        let kept: HashSet<&str> = tokens.plain().collect();
        words::forget(conn, old.plain().filter(|word| !kept.contains(word)))
    }

    /// Its words, without the marks.
    fn plain(&self) -> impl Iterator<Item = &str> {
        self.tokens.split(' ').filter(|token| is_plain(token))
    }

    fn make(conn: &mut Conn, id: UserId, now: Instant) -> Result<(Self, Tokens, Vec<EntryPrice>)> {
        let accountant = Accountant::by_id(conn, id)?;
        let tags = Tags::of(conn, id)?;
        let services = Service::active(conn, id)?;
        let next_free = NextFree::of(conn, &accountant, &services, now)?;
        let free = next_free.soonest();
        let (requests, answered) = Booking::answered(conn, id)?;
        let has_hours = Calendar::week(conn, id)?.iter().any(|windows| !windows.is_empty());
        let Totals { counted, stars, .. } = Totals::of(conn, id)?;
        let inputs = Inputs { reviews: counted, stars, requests, answered, has_hours };
        let rank = inputs.packed(accountant.number);
        let prices = EntryPrice::of(id, &services)?;
        let mut tokens = tokens_of(&accountant, &tags, &services);
        prices.iter().for_each(|price| tokens.price(price));
        let badges = Badge::of(conn, &[id], now)?;
        for badge in &badges {
            tokens.mark(FilterMark::Credential, badge.kind.as_str());
            tokens.mark(FilterMark::Credential, "any");
        }
        tokens.mark(FilterMark::Zone, &FilterMark::hours(now.hours_ahead(&accountant.zone)));
        for days in WITHIN.into_iter().filter(|days| is_within(free, *days, now)) {
            tokens.mark(FilterMark::Free, &days.to_string());
        }
        if free.is_some() {
            tokens.mark(FilterMark::Free, "any");
        }
        let card = Card::of(&accountant, &tags, &services, inputs);
        let entry = Self {
            user_id: id,
            rank,
            seq: accountant.number,
            tokens: tokens.text(),
            card: serde_json::to_string(&card).map_err(Error::internal)?,
            changed_at: accountant.updated_at,
            free_at: free.map(|free| free.at),
            free_until: free.map(|free| free.until),
            changes_at: (next_free.changes_at().into_iter())
                .chain(next_step(free, now))
                .chain(Badge::next_end(&badges))
                .min(),
            options: tokens.options(),
            rating: if counted > 0 { -inputs.score() } else { 0 },
        };
        Ok((entry, tokens, prices))
    }

    /// The greatest number of an entry.
    pub fn last_number(conn: &mut Conn) -> Result<i64> {
        let last: Option<i64> = entries::table
            .order(entries::seq.desc())
            .select(entries::seq)
            .first(conn)
            .optional()?;
        Ok(last.unwrap_or(0))
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

/// Days that the home page (two) and the filter "free within" know.
const WITHIN: [i64; 3] = [2, 7, 14];

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
    tokens.place(&accountant.place, Place::read_in(&accountant.place, &accountant.country));
    tokens.mark(FilterMark::Country, &accountant.country);
    tokens.mark(FilterMark::Accepting, accountant.accepting.as_str());
    for key in &tags.specialisms {
        tokens.mark(FilterMark::Specialism, key);
    }
    for tag in &tags.languages {
        tokens.mark(FilterMark::Language, tag.split('-').next().unwrap_or(tag));
    }
    for service in services {
        tokens.mark(FilterMark::Category, &service.category);
        for mode in listings::Modes(service.modes).list() {
            tokens.mark(FilterMark::Mode, mode.as_str());
        }
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
