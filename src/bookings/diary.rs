//! What stands in an accountant's calendar, and what it leaves free.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::bookings;
use super::{Booking, BookingId, PayPlan, State};
use crate::accountants::{Accepting, Accountant};
use crate::availability::{
    Availability, BookingLimits, Calendar, Occupancy, Shape, Stretch, outside,
};
use crate::clock::{Day, Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::listings::{Accept, Service};
use crate::on_either;
use crate::users::UserId;

/// A card that was charged can be refunded for long enough only if the start is not too far.
const MOST_DAYS_PAID: i32 = 60;

/// Hours that an hour which somebody must answer first lies ahead.
const ANSWERED: i64 = 2;

/// Who looks, and for what. An offer is made for one client and one service.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    pub accountant: &'a Accountant,
    pub shape: Shape,
    /// Hours that lie at least before the start, whatever the calendar says.
    pub least_notice: i64,
    /// Days that the start lies ahead at most, whatever the calendar says.
    pub most_days: i32,
    pub client: Option<UserId>,
    /// A booking that is to be moved does not bar itself.
    pub except: Option<BookingId>,
}

impl<'a> Asking<'a> {
    pub fn about(accountant: &'a Accountant, service: &Service, client: Option<UserId>) -> Self {
        Self {
            accountant,
            shape: shape(service),
            least_notice: if service.accept == Accept::Request { ANSWERED } else { 0 },
            most_days: i32::MAX,
            client,
            except: None,
        }
    }

    /// What somebody must answer first lies two hours ahead, an hour of them for the answer.
    #[must_use]
    pub fn answered(self) -> Self {
        Self { least_notice: self.least_notice.max(ANSWERED), ..self }
    }

    /// What is paid by card starts later, and not too late: three hours to sixty days ahead.
    #[must_use]
    pub fn paid_by(self, plan: PayPlan) -> Self {
        match plan {
            PayPlan::Online => {
                Self { least_notice: self.least_notice.max(3), most_days: MOST_DAYS_PAID, ..self }
            }
            _ => self,
        }
    }

    /// The same for an hour that moves: it stays within sixty days of its charge.
    #[must_use]
    pub fn paid_since(self, charged_at: Option<Instant>, now: Instant) -> Self {
        let asking = self.paid_by(PayPlan::Online);
        let gone = charged_at.map_or(0, |at| now.elapsed_since(at).as_seconds().div_euclid(86_400));
        let left = i64::from(MOST_DAYS_PAID) - gone - 1;
        let most_days = match charged_at {
            None => MOST_DAYS_PAID,
            Some(_) => i32::try_from(left.max(0)).unwrap_or(0),
        };
        Self { most_days, ..asking }
    }

    /// All that can be offered from now on.
    pub fn offer(self, conn: &mut Conn, now: Instant) -> Result<Availability> {
        // a day more than the horizon: dates here and there begin at other instants
        self.offer_beside(conn, now, |horizon| (now, now + Span::days(i64::from(horizon) + 2)))
    }

    /// What decides about one start: of a calendar that is full for a year, only what lies there.
    pub fn offer_at(self, conn: &mut Conn, start: Instant, now: Instant) -> Result<Availability> {
        let Shape { duration, before, after, .. } = self.shape;
        self.offer_beside(conn, now, |_| (start - before, start + duration + after))
    }

    /// The offer beside what is taken in a stretch that may depend on the horizon.
    pub fn offer_beside(
        self,
        conn: &mut Conn,
        now: Instant,
        stretch: impl FnOnce(i32) -> Stretch,
    ) -> Result<Availability> {
        let id = self.accountant.user_id;
        let today = now.day(&self.accountant.zone);
        let calendar = Calendar::of(conn, id)?;
        let rules = Calendar::rules(conn, self.accountant, today)?;
        let limits = calendar.limits();
        let horizon = calendar.horizon_days.min(self.most_days);
        let (from, until) = stretch(horizon);
        let mut stretches = self.blocking(conn, (from, until), now)?;
        stretches.extend(outside::busy(conn, id, from, until)?);
        let mut taken =
            Occupancy { stretches: Occupancy::joined(stretches), ..Occupancy::default() };
        self.count(conn, limits, today, now, &mut taken)?;
        Ok(Availability {
            rules,
            limits,
            notice: calendar.notice().max(Span::hours(self.least_notice)),
            horizon,
            shape: self.shape,
            taken,
            now,
        })
    }

    fn blocking(
        self,
        conn: &mut Conn,
        (from, until): Stretch,
        now: Instant,
    ) -> Result<Vec<Stretch>> {
        let except = self.except.unwrap_or(BookingId(0));
        let blocking = bookings::table
            .filter(bookings::accountant_id.eq(self.accountant.user_id))
            .filter(State::IS_BLOCKING)
            .filter(bookings::id.ne(except))
            .filter(bookings::deadline.is_null().or(bookings::deadline.gt(now)))
            // none lasts longer than half a day
            .filter(bookings::block_from.gt(from - Span::hours(12)))
            .filter(bookings::block_from.lt(until))
            .select((bookings::block_from, bookings::block_to));
        Ok(on_either!(conn, |c| blocking.load(c))?)
    }

    /// Counts only what a limit asks for.
    fn count(
        self,
        conn: &mut Conn,
        limits: BookingLimits,
        today: Day,
        now: Instant,
        taken: &mut Occupancy,
    ) -> Result<()> {
        let id = self.accountant.user_id;
        let except = self.except.unwrap_or(BookingId(0));
        let zone = crate::clock::zone(&self.accountant.zone);
        let counted = bookings::state
            .eq_any([State::Held, State::Pending, State::Confirmed, State::Completed])
            .and(bookings::deadline.is_null().or(bookings::deadline.gt(now)))
            .and(bookings::id.ne(except));
        if limits.per_day.is_some() || limits.per_week.is_some() {
            let since = now - Span::days(i64::from(today.weekday()) + 1);
            let starts: Vec<Instant> = bookings::table
                .filter(bookings::accountant_id.eq(id).and(bookings::starts_at.ge(since)))
                .filter(counted.clone())
                .select(bookings::starts_at)
                .load(conn)?;
            for day in starts.into_iter().map(|at| at.day_in(&zone)) {
                *taken.per_day.entry(day).or_insert(0) += 1;
                *taken.per_week.entry(day.monday()).or_insert(0) += 1;
            }
        }
        if limits.new_per_month.is_some() {
            let firsts: Vec<(UserId, Option<Instant>)> = bookings::table
                .filter(bookings::accountant_id.eq(id))
                .filter(counted)
                .group_by(bookings::client_id)
                .select((bookings::client_id, diesel::dsl::min(bookings::starts_at)))
                .load(conn)?;
            taken.is_new_client =
                self.client.is_none_or(|client| firsts.iter().all(|(known, _)| *known != client));
            taken.new_per_month = months(firsts.into_iter().filter_map(|(_, at)| at), &zone);
        }
        Ok(())
    }
}

fn months(firsts: impl Iterator<Item = Instant>, zone: &jiff::tz::TimeZone) -> HashMap<Day, i64> {
    let mut months = HashMap::new();
    for month in firsts.map(|at| at.day_in(zone).month()) {
        *months.entry(month).or_insert(0) += 1;
    }
    months
}

pub fn shape(service: &Service) -> Shape {
    let minutes = |n: i32| Span::minutes(n.into());
    Shape {
        duration: minutes(service.duration),
        step: minutes(service.step.unwrap_or(service.duration)),
        before: minutes(service.buffer_before),
        after: minutes(service.buffer_after),
    }
}

/// A booking that moves keeps its own length and buffers, whatever the service says now.
pub fn shape_of(booking: &Booking, service: &Service) -> Shape {
    Shape {
        duration: booking.duration(),
        before: booking.starts_at.elapsed_since(booking.block_from),
        after: booking.block_to.elapsed_since(booking.ends_at),
        ..shape(service)
    }
}

/// Whether the accountant takes this client at all; nobody is known before signing in.
pub fn takes(conn: &mut Conn, accountant: &Accountant, client: Option<UserId>) -> Result<bool> {
    match (accountant.accepting, client) {
        (Accepting::All, _) => Ok(true),
        (Accepting::None, _) | (Accepting::Known, None) => Ok(false),
        (Accepting::Known, Some(client)) => Booking::knows(conn, client, accountant.user_id),
    }
}
