//! When an accountant is next free, service by service, for somebody who is not known yet: what
//! the directory and the public profile show.

use super::diary::{self, Asking};
use crate::accountants::{Accepting, Accountant};
use crate::availability::{Availability, Calendar, Slot};
use crate::clock::{Instant, Span};
use crate::db::Conn;
use crate::error::Result;
use crate::listings::{Service, ServiceId};

/// What is free, as of one instant.
pub struct NextFree {
    /// In the order of the services; one by quote has no times.
    firsts: Vec<(ServiceId, Option<Free>)>,
    /// Times of the first service that has any.
    few: Vec<Slot>,
    /// Without a free time: when there may be one, though nobody does anything.
    tomorrow: Option<Instant>,
}

/// The first free time, and the last instant at which it can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Free {
    pub at: Instant,
    pub until: Instant,
}

impl NextFree {
    const FEW: usize = 3;

    /// Reads the calendar once, whatever the number of services.
    pub fn of(
        conn: &mut Conn,
        accountant: &Accountant,
        services: &[Service],
        now: Instant,
    ) -> Result<Self> {
        let mut next_free = Self { firsts: vec![], few: vec![], tomorrow: None };
        let bookable: Vec<&Service> = services.iter().filter(|one| !one.is_quote()).collect();
        let Some(first) = bookable.first() else { return Ok(next_free) };
        if accountant.accepting != Accepting::All {
            return Ok(next_free);
        }
        let notice = Calendar::of(conn, accountant.user_id)?.notice();
        let mut offer = Asking::about(accountant, first, None).offer(conn, now)?;
        if offer.rules.is_never() {
            return Ok(next_free);
        }
        for service in bookable {
            let asking = Asking::about(accountant, service, None);
            offer.shape = diary::shape(service);
            offer.notice = notice.max(Span::hours(asking.least_notice));
            next_free.add(service.id, &offer);
        }
        let zone = crate::clock::zone(&accountant.zone);
        next_free.tomorrow = Some(now.day_in(&zone).plus(1).begin(&zone));
        Ok(next_free)
    }

    fn add(&mut self, service: ServiceId, offer: &Availability) {
        let first = offer.next(offer.now);
        if let (Some(first), true) = (first, self.few.is_empty()) {
            let next = |slot: &Slot| offer.next(slot.start + Span::seconds(1));
            self.few = std::iter::successors(Some(first), next).take(Self::FEW).collect();
        }
        let free = first.map(|slot| Free { at: slot.start, until: slot.start - offer.notice });
        self.firsts.push((service, free));
    }

    /// The first free time of one service.
    pub fn first(&self, id: &ServiceId) -> Option<Instant> {
        let found = self.firsts.iter().find(|(service, _)| service == id);
        found.and_then(|(_, free)| free.map(|free| free.at))
    }

    /// The first of all services.
    pub fn soonest(&self) -> Option<Free> {
        self.firsts.iter().filter_map(|(_, free)| *free).min()
    }

    /// The first service with free times, and its next three.
    pub fn few(&self) -> Option<(ServiceId, &[Slot])> {
        let first = self.firsts.iter().find(|(_, free)| free.is_some());
        first.map(|(service, _)| (*service, self.few.as_slice()))
    }

    /// When this says something else though nobody did anything.
    pub fn changes_at(&self) -> Option<Instant> {
        let lapse = self.soonest().map(|free| free.until + Span::seconds(1));
        lapse.or(self.tomorrow)
    }
}
