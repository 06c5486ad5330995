//! Calendars kept elsewhere, as far as they say when somebody is busy.

use diesel::prelude::*;

use super::notes::{self, Notes};
use super::schema::{busy_times, outside_calendars};
use super::slots::Stretch;
use crate::accountants::Accountant;
use crate::clock::{Instant, Span};
use crate::db::{Conn, SealedColumn};
use crate::error::{Error, Result};
use crate::on_either;
use crate::seal::Seal;
use crate::users::{Actor, Stale, UserId};

crate::typed_id!(OutsideId);

const PURPOSE: &str = "footing/outside-calendar/v1";

/// What of this domain is sealed.
pub const SEALED: [SealedColumn; 2] = [
    SealedColumn { table: "outside_calendars", key: "id", column: "url", purpose: PURPOSE },
    notes::SEALED,
];

/// A calendar kept elsewhere: an uploaded file, or an address that is read again and again.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = outside_calendars, treat_none_as_default_value = false)]
pub struct Outside {
    pub id: OutsideId,
    pub accountant_id: UserId,
    pub name: String,
    /// Sealed, as it may hold a secret.
    pub url: Option<Vec<u8>>,
    pub read_at: Option<Instant>,
    /// Why the last reading failed; the copy before it stands.
    pub failure: Option<String>,
    pub created_at: Instant,
    /// How many events could not be read, and what is told about them, sealed.
    pub left_out: i32,
    pub notes: Option<Vec<u8>>,
    /// When it is read next, if it has an address.
    pub due_at: Instant,
}

/// A time of one of them in which its owner is busy.
#[derive(Insertable)]
#[diesel(table_name = busy_times, treat_none_as_default_value = false)]
struct BusyTime {
    calendar_id: OutsideId,
    accountant_id: UserId,
    from_at: Instant,
    to_at: Instant,
}

/// One that was read and may be kept.
pub struct NewOutside {
    pub name: String,
    pub url: Option<Vec<u8>>,
    pub contents: Contents,
}

/// What was read of a calendar and may be kept.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    pub busy: Vec<Stretch>,
    pub left_out: i32,
    pub notes: Option<Vec<u8>>,
}

impl Contents {
    pub(super) fn new(busy: Vec<Stretch>, notes: &Notes, seal: &Seal) -> Result<Self> {
        Ok(Self { busy, left_out: notes.left_out, notes: notes.sealed(seal)? })
    }
}

impl Outside {
    pub const MOST: usize = 5;
    const AGAIN: Span = Span::minutes(30);
    /// Whoever takes one to read has so long; then it is due again.
    const LEASE: Span = Span::minutes(2);
    /// Rows of one INSERT, well below what either database binds at most.
    const AT_ONCE: usize = 1000;

    pub(super) fn sealed(seal: &Seal, url: &str) -> Result<Vec<u8>> {
        seal.seal(PURPOSE, url.as_bytes())
    }

    /// Where it is read; none of an uploaded file.
    pub fn address(&self, seal: &Seal) -> Result<Option<String>> {
        let Some(sealed) = &self.url else { return Ok(None) };
        String::from_utf8(seal.open(PURPOSE, sealed)?).map(Some).map_err(Error::internal)
    }

    /// What its owner is told of it.
    pub fn told(&self, seal: &Seal) -> Result<Notes> {
        Notes::open(seal, self.left_out, self.notes.as_deref())
    }

    pub fn of(conn: &mut Conn, id: UserId) -> Result<Vec<Self>> {
        Ok(outside_calendars::table
            .filter(outside_calendars::accountant_id.eq(id))
            .order(outside_calendars::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    pub fn create(conn: &mut Conn, actor: &Actor, new: &NewOutside) -> Result<()> {
        Accountant::lock(conn, actor.id)?;
        Accountant::owned(conn, actor.id)?;
        if Self::of(conn, actor.id)?.len() >= Self::MOST {
            return Err(Error::conflict("You have five calendars. Remove one first."));
        }
        let row = Self {
            id: OutsideId::next(actor.now),
            accountant_id: actor.id,
            name: new.name.clone(),
            url: new.url.clone(),
            read_at: Some(actor.now),
            failure: None,
            created_at: actor.now,
            left_out: new.contents.left_out,
            notes: new.contents.notes.clone(),
            due_at: actor.now + Self::AGAIN,
        };
        on_either!(conn, |c| diesel::insert_into(outside_calendars::table)
            .values(&row)
            .execute(c))?;
        row.put(conn, &new.contents.busy, actor.now)
    }

    /// Removes one's own; somebody else's is not there.
    pub fn remove(conn: &mut Conn, actor: &Actor, id: OutsideId) -> Result<()> {
        Accountant::lock(conn, actor.id)?;
        Accountant::owned(conn, actor.id)?;
        let own =
            outside_calendars::table.find(id).filter(outside_calendars::accountant_id.eq(actor.id));
        if diesel::delete(own).execute(conn)? == 0 {
            return Err(Error::NotFound);
        }
        Stale::mark(conn, actor.id, actor.now)
    }

    /// Takes up to `most` that are due for whoever asks alone, longest due first.
    pub fn lease(conn: &mut Conn, now: Instant, most: i64) -> Result<Vec<Self>> {
        let due = outside_calendars::table
            .filter(outside_calendars::url.is_not_null())
            .filter(outside_calendars::due_at.le(now))
            .order(outside_calendars::due_at)
            .limit(most);
        let found: Vec<Self> = match conn {
            Conn::Sqlite(c) => due.select(Self::as_select()).load(c)?,
            // another node must not wait for this one
            Conn::Postgres(c) => {
                due.select(Self::as_select()).for_update().skip_locked().load(c)?
            }
        };
        let ids: Vec<OutsideId> = found.iter().map(|outside| outside.id).collect();
        diesel::update(outside_calendars::table.filter(outside_calendars::id.eq_any(ids)))
            .set(outside_calendars::due_at.eq(now + Self::LEASE))
            .execute(conn)?;
        Ok(found)
    }

    /// What was read takes the place of what was there.
    pub fn renew(&self, conn: &mut Conn, new: &Contents, now: Instant) -> Result<()> {
        Accountant::lock(conn, self.accountant_id)?;
        let changed = diesel::update(outside_calendars::table.find(self.id))
            .set((
                outside_calendars::read_at.eq(Some(now)),
                outside_calendars::failure.eq(None::<String>),
                outside_calendars::left_out.eq(new.left_out),
                outside_calendars::notes.eq(&new.notes),
                outside_calendars::due_at.eq(now + Self::AGAIN),
            ))
            .execute(conn)?;
        if changed == 0 {
            return Ok(()); // removed meanwhile
        }
        self.put(conn, &new.busy, now)
    }

    /// The last copy stays; the page says why it is old.
    pub fn failed(&self, conn: &mut Conn, words: &str, now: Instant) -> Result<()> {
        let words: String = words.chars().take(300).collect();
        diesel::update(outside_calendars::table.find(self.id))
            .set((
                outside_calendars::read_at.eq(Some(now)),
                outside_calendars::failure.eq(Some(words)),
                outside_calendars::due_at.eq(now + Self::AGAIN),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Most readings bring nothing new; those write nothing, and the directory stays as it is.
    fn put(&self, conn: &mut Conn, busy: &[Stretch], now: Instant) -> Result<()> {
        let own = busy_times::table.filter(busy_times::calendar_id.eq(self.id));
        let before: Vec<Stretch> = own
            .order(busy_times::from_at)
            .select((busy_times::from_at, busy_times::to_at))
            .load(conn)?;
        if before == busy {
            return Ok(());
        }
        diesel::delete(own).execute(conn)?;
        for some in busy.chunks(Self::AT_ONCE) {
            let rows: Vec<BusyTime> = some.iter().map(|stretch| self.busy_time(*stretch)).collect();
            on_either!(conn, |c| diesel::insert_into(busy_times::table).values(&rows).execute(c))?;
        }
        Stale::mark(conn, self.accountant_id, now)
    }

    fn busy_time(&self, (from_at, to_at): Stretch) -> BusyTime {
        BusyTime { calendar_id: self.id, accountant_id: self.accountant_id, from_at, to_at }
    }
}

/// Busy times that touch a stretch of time.
pub fn busy(conn: &mut Conn, id: UserId, from: Instant, until: Instant) -> Result<Vec<Stretch>> {
    let busy = busy_times::table
        .filter(busy_times::accountant_id.eq(id))
        .filter(busy_times::to_at.gt(from).and(busy_times::from_at.lt(until)))
        .select((busy_times::from_at, busy_times::to_at));
    Ok(on_either!(conn, |c| busy.load(c))?)
}
