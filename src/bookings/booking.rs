//! One booking, who may see it, and the lists of them.

use diesel::prelude::*;

use super::schema::{booking_terms, bookings};
use super::{By, MeetingPlace, PayMode, State, Terms};
use crate::accountants::schema::accountants;
use crate::accountants::{Accountant, called};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::listings::ServiceId;
use crate::locale::LocalZone;
use crate::seal::Seal;
use crate::users::schema::users;
use crate::users::{Actor, User, UserId, Viewer};
use crate::web::keys::CreatedRow;

crate::typed_id!(BookingId);

/// One hour of a client with an accountant, from asked for to over. Its state moves by a table that
/// the database keeps ([`State`]); while it blocks, no other of its accountant overlaps it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = bookings)]
pub struct Booking {
    pub id: BookingId,
    pub client_id: UserId,
    pub accountant_id: UserId,
    pub service_id: ServiceId,
    pub state: State,
    pub pay_mode: PayMode,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// The time with its buffers, the end not included; at most twelve hours.
    pub block_from: Instant,
    pub block_to: Instant,
    /// Until when a held or pending one keeps its time.
    pub deadline: Option<Instant>,
    pub accepted_at: Option<Instant>,
    pub requested_at: Instant,
    pub changed_at: Instant,
    /// What a clock in the accountant’s zone shows at the start, by that edition of the time zone
    /// database. If the rules change, the instant stays, and both are told of the new time.
    pub wall: String,
    pub zone: String,
    pub tz_version: String,
    /// How often its time was changed, at most three times.
    pub moves: i32,
    /// Of its calendar file: rises with every change that calendars have to hear of.
    pub sequence: i32,
    /// The start that its accountant proposes instead, and until when that can be answered.
    pub proposed_at: Option<Instant>,
    pub proposed_until: Option<Instant>,
    /// Who cancelled or declined it, or let it run out.
    pub ended_by: Option<By>,
    /// When the accountant said that the client did not come.
    pub no_show_at: Option<Instant>,
    pub complained_at: Option<Instant>,
    /// Sealed; there is one where `complained_at` is.
    pub complaint: Option<Vec<u8>>,
    pub paid_directly_at: Option<Instant>,
    pub no_show_objected_at: Option<Instant>,
    pub no_show_upheld_at: Option<Instant>,
    pub accountant_absent_at: Option<Instant>,
}

/// Every list of lines begins so; a macro, as the type of such a query has no name.
macro_rules! lines {
    () => {
        bookings::table
            .inner_join(booking_terms::table.on(booking_terms::booking_id.eq(bookings::id)))
            .inner_join(users::table.on(users::id.eq(bookings::client_id)))
            .inner_join(accountants::table.on(accountants::user_id.eq(bookings::accountant_id)))
            .select((
                Booking::as_select(),
                Terms::as_select(),
                users::name,
                accountants::display_name,
                accountants::slug,
                accountants::photo,
                accountants::called,
                accountants::place,
            ))
    };
}

/// A booking with what was agreed and the names of both.
#[derive(Debug, Clone, Queryable)]
pub struct BookingRow {
    pub booking: Booking,
    pub terms: Terms,
    pub client_name: String,
    pub accountant_name: String,
    pub slug: String,
    pub photo: Option<String>,
    pub accountant_called: String,
    /// Where the accountant is, as everybody may know.
    pub town: String,
}

/// Which side of a booking somebody is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Client,
    Accountant,
}

/// Where a list of past bookings goes on: before this start, and this id.
pub type BookingCursor = (Instant, BookingId);

impl Booking {
    pub const PAGE: i64 = 20;
    const AHEAD: i64 = 200;

    /// A booking of one's own; a stranger's is not there.
    pub fn of(conn: &mut Conn, id: BookingId, party: UserId) -> Result<Self> {
        let own = bookings::client_id.eq(party).or(bookings::accountant_id.eq(party));
        Ok(bookings::table.find(id).filter(own).select(Self::as_select()).first(conn)?)
    }

    /// The same for whoever would act on it: an admin sees the facts of it, but is no party.
    pub fn for_party(conn: &mut Conn, id: BookingId, viewer: &Viewer) -> Result<Self> {
        match Self::of(conn, id, viewer.id) {
            Err(Error::NotFound) if viewer.has_oversight() => {
                Self::by_id(conn, id)?;
                Err(Error::forbidden("That is for the client and the accountant alone."))
            }
            found => found,
        }
    }

    pub fn by_id(conn: &mut Conn, id: BookingId) -> Result<Self> {
        Ok(bookings::table.find(id).select(Self::as_select()).first(conn)?)
    }

    /// The booking as it is now, with the rows of both and of the calendar held until the commit,
    /// always in the same order: so acts on one calendar come one after another and none waits in
    /// a circle. Whoever was suspended while this waited is refused.
    pub fn held(conn: &mut Conn, id: BookingId, actor: &Actor) -> Result<Self> {
        let held = Self::held_even_suspended(conn, id, actor.id)?;
        actor.check_still_active(conn)?;
        Ok(held)
    }

    pub fn held_even_suspended(conn: &mut Conn, id: BookingId, party: UserId) -> Result<Self> {
        let booking = Self::of(conn, id, party)?;
        lock(conn, booking.client_id, booking.accountant_id)?;
        Self::of(conn, id, party)
    }

    pub fn side(&self, who: UserId) -> Side {
        if who == self.client_id { Side::Client } else { Side::Accountant }
    }

    /// The state as of now: a confirmed one past its end has taken place, and a deadline that has
    /// passed has ended a request, whether or not the sweeper came by.
    pub fn state_at(&self, now: impl std::borrow::Borrow<Instant>) -> State {
        let now = *now.borrow();
        match self.state {
            State::Confirmed if self.ends_at <= now => State::Completed,
            State::Held | State::Pending if self.deadline.is_some_and(|at| at <= now) => {
                State::Expired
            }
            state => state,
        }
    }

    pub fn duration(&self) -> Span {
        self.ends_at.elapsed_since(self.starts_at)
    }

    pub fn line(self, conn: &mut Conn) -> Result<BookingRow> {
        BookingRow::by_id(conn, self.id)
    }

    /// A viewer's own line. An admin sees the facts: what was agreed, never what was written.
    pub fn seen(conn: &mut Conn, id: BookingId, viewer: &Viewer) -> Result<BookingRow> {
        let booking = match viewer.has_oversight() {
            true => Self::by_id(conn, id)?,
            false => Self::of(conn, id, viewer.id)?,
        };
        booking.line(conn)
    }

    /// What is still to come for one person, soonest first.
    pub fn ahead(
        conn: &mut Conn,
        who: UserId,
        side: Side,
        now: Instant,
    ) -> Result<Vec<BookingRow>> {
        let mut rows = lines!()
            .filter(bookings::ends_at.gt(now))
            .filter(bookings::state.eq_any(State::BLOCKING))
            .order((bookings::starts_at, bookings::id))
            .limit(Self::AHEAD)
            .into_boxed();
        rows = match side {
            Side::Client => rows.filter(bookings::client_id.eq(who)),
            Side::Accountant => rows.filter(bookings::accountant_id.eq(who)),
        };
        let rows: Vec<BookingRow> = rows.load(conn)?;
        Ok(rows.into_iter().filter(|line| line.booking.state_at(now) != State::Expired).collect())
    }

    /// The booking that two people are about: the next that still stands, else the latest of all.
    pub fn between(
        conn: &mut Conn,
        one: UserId,
        other: UserId,
        now: Instant,
    ) -> Result<Option<Self>> {
        let pair = bookings::client_id
            .eq(one)
            .and(bookings::accountant_id.eq(other))
            .or(bookings::client_id.eq(other).and(bookings::accountant_id.eq(one)));
        let next = bookings::table
            .filter(pair)
            .filter(bookings::ends_at.gt(now).and(State::IS_BLOCKING))
            .order((bookings::starts_at, bookings::id))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        if next.is_some() {
            return Ok(next);
        }
        Ok(bookings::table
            .filter(pair)
            .order((bookings::starts_at.desc(), bookings::id.desc()))
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// What one client booked with one accountant, latest first.
    pub fn shared(conn: &mut Conn, client: UserId, accountant: UserId) -> Result<Vec<BookingRow>> {
        Ok(lines!()
            .filter(bookings::client_id.eq(client).and(bookings::accountant_id.eq(accountant)))
            .order((bookings::starts_at.desc(), bookings::id.desc()))
            .limit(5)
            .load(conn)?)
    }

    /// What is over, latest first, and where it goes on.
    pub fn past(
        conn: &mut Conn,
        who: UserId,
        side: Side,
        now: Instant,
        after: Option<BookingCursor>,
    ) -> Result<(Vec<BookingRow>, Option<BookingCursor>)> {
        let over = bookings::ends_at
            .le(now)
            .or(bookings::state.ne_all(State::BLOCKING))
            .or(bookings::state.ne(State::Confirmed).and(bookings::deadline.le(now)));
        let mut rows = lines!()
            .filter(over.assume_not_null())
            .order((bookings::starts_at.desc(), bookings::id.desc()))
            .limit(Self::PAGE + 1)
            .into_boxed();
        rows = match side {
            Side::Client => rows.filter(bookings::client_id.eq(who)),
            Side::Accountant => rows.filter(bookings::accountant_id.eq(who)),
        };
        if let Some((at, id)) = after {
            let same = bookings::starts_at.eq(at).and(bookings::id.lt(id));
            rows = rows.filter(bookings::starts_at.lt(at).or(same));
        }
        let mut rows: Vec<BookingRow> = rows.load(conn)?;
        let page = usize::try_from(Self::PAGE).unwrap_or(20);
        let has_more = rows.len() > page;
        rows.truncate(page);
        let last = rows.last().map(|line| (line.booking.starts_at, line.booking.id));
        Ok((rows, last.filter(|_| has_more)))
    }

    /// What stands in one person's calendar between two instants, on either side.
    pub fn for_feed(
        conn: &mut Conn,
        who: UserId,
        (from, to): (Instant, Instant),
    ) -> Result<Vec<(BookingRow, Side)>> {
        let rows: Vec<BookingRow> = lines!()
            .filter(bookings::client_id.eq(who).or(bookings::accountant_id.eq(who)))
            .filter(bookings::state.eq_any([State::Confirmed, State::Completed]))
            .filter(bookings::starts_at.ge(from).and(bookings::starts_at.lt(to)))
            .order((bookings::starts_at, bookings::id))
            .limit(5000)
            .load(conn)?;
        Ok(rows
            .into_iter()
            .map(|line| (line.booking.side(who), line))
            .map(|(s, l)| (l, s))
            .collect())
    }

    /// Whether a client comes back: has, or had, a booking that was not refused.
    pub fn knows(conn: &mut Conn, client: UserId, accountant: UserId) -> Result<bool> {
        let found: Option<BookingId> = bookings::table
            .filter(bookings::client_id.eq(client).and(bookings::accountant_id.eq(accountant)))
            .filter(bookings::state.eq_any([State::Confirmed, State::Completed]))
            .select(bookings::id)
            .first(conn)
            .optional()?;
        Ok(found.is_some())
    }
}

impl CreatedRow for Booking {
    type Id = BookingId;

    fn made_id(&self) -> BookingId {
        self.id
    }

    fn made_before(conn: &mut Conn, id: BookingId) -> Result<Self> {
        Self::by_id(conn, id)
    }
}

impl BookingRow {
    pub fn by_id(conn: &mut Conn, id: BookingId) -> Result<Self> {
        lines!().filter(bookings::id.eq(id)).first(conn).map_err(Error::from)
    }

    pub fn other_name(&self, side: impl std::borrow::Borrow<Side>) -> &str {
        match side.borrow() {
            Side::Client => &self.accountant_name,
            Side::Accountant => &self.client_name,
        }
    }

    /// What the accountant is called, and a client by the first name.
    pub fn accountant_called(&self) -> &str {
        called(&self.accountant_called, &self.accountant_name)
    }

    pub fn client_called(&self) -> &str {
        self.client_name.split_whitespace().next().unwrap_or(&self.client_name)
    }

    /// What this side calls the other.
    pub fn other_called(&self, side: impl std::borrow::Borrow<Side>) -> &str {
        match side.borrow() {
            Side::Client => self.accountant_called(),
            Side::Accountant => self.client_called(),
        }
    }

    /// "Tue 24 Nov 2026, 13:45–14:15 GMT".
    pub fn hours(&self, zone: &LocalZone) -> String {
        self.booking.starts_at.words_until(self.booking.ends_at, zone)
    }

    /// Where the two meet, once that is said of a booking that stands or took place.
    pub fn place(&self, seal: &Seal) -> Result<Option<MeetingPlace>> {
        let stands = matches!(self.booking.state, State::Confirmed | State::Completed);
        match stands {
            true => Ok(MeetingPlace::of(self.terms.mode, &self.terms.place(seal)?)),
            false => Ok(None),
        }
    }

    /// "13:45".
    pub fn clock(&self, zone: &LocalZone) -> String {
        self.booking.starts_at.time(zone)
    }

    /// The deadline of a request that still waits.
    pub fn waits_until(&self, now: &Instant) -> Option<Instant> {
        self.booking.deadline.filter(|_| self.booking.state_at(*now) == State::Pending)
    }
}

/// Client and accountant of a booking.
pub(super) type Parties = (User, User);

/// Both people's rows by ascending id, then the accountant's calendar. Who they are once all of it
/// is held.
pub(super) fn lock(conn: &mut Conn, client: UserId, accountant: UserId) -> Result<Parties> {
    let both = User::hold_two(conn, client, accountant)?;
    Accountant::lock(conn, accountant)?;
    Ok(both)
}
