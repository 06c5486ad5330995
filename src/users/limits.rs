//! How often a secret may be tried, and how often a stranger may make us hash or mail. Buckets live in
//! this process; nothing is ever locked for good.
//!
//! A bucket is one instant (GCRA, ITU-T I.371): when it will be full again. A library would do but for
//! one thing: a try that was right is given back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::{Clock, Instant, Span};
use crate::error::{Error, Result};

/// Buckets of one size, each under its key.
struct Buckets {
    burst: i64,
    /// How long one try takes to come back.
    refill: Span,
    full_at: Mutex<HashMap<String, Instant>>,
}

impl Buckets {
    fn new(burst: i64, refill: Span) -> Self {
        Self { burst, refill, full_at: Mutex::default() }
    }

    fn full_at(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, key: &str, now: Instant) -> Result<()> {
        let mut buckets = self.full_at();
        let full_at = buckets.get(key).copied().unwrap_or(now).max(now) + self.refill;
        let room = now + self.refill.times(self.burst);
        if full_at > room {
            let wait = full_at.elapsed_since(room).as_seconds() + 1;
            return Err(Error::TooMany(u64::try_from(wait).unwrap_or(1)));
        }
        buckets.insert(key.to_owned(), full_at);
        Ok(())
    }

    fn give_back(&self, key: &str) {
        if let Some(full_at) = self.full_at().get_mut(key) {
            *full_at = *full_at - self.refill;
        }
    }

    fn forget_full(&self, now: Instant) {
        let mut buckets = self.full_at();
        buckets.retain(|_, full_at| *full_at > now);
        buckets.shrink_to_fit();
    }
}

/// The buckets: each account (or known browser of it), each network, and everybody together.
#[derive(Clone)]
pub struct RateLimits {
    clock: Clock,
    account: Arc<Buckets>,
    network: Arc<Buckets>,
    /// Forms that are kept for a network's visitors until they sign in.
    forms: Arc<Buckets>,
    /// Reports of a network's visitors who are signed out.
    reports: Arc<Buckets>,
    everybody: Arc<Buckets>,
}

impl RateLimits {
    pub fn new(clock: Clock) -> Self {
        let buckets = |burst, refill| Arc::new(Buckets::new(burst, refill));
        Self {
            account: buckets(10, Span::seconds(60)),
            network: buckets(30, Span::seconds(10)),
            forms: buckets(30, Span::seconds(10)),
            reports: buckets(10, Span::minutes(6)),
            everybody: buckets(1000, Span::millis(5)),
            clock,
        }
    }

    /// Counts one try, before the secret is looked at.
    ///
    /// # Errors
    /// [`Error::TooMany`] when a bucket is empty.
    pub fn count(&self, account: &str, network: &str) -> Result<()> {
        let now = self.clock.now();
        self.account.take(account, now)?;
        self.network.take(network, now)?;
        self.everybody.take("everybody", now)
    }

    /// The try was right: neither the account nor its network has one less.
    pub fn give_back(&self, account: &str, network: &str) {
        self.account.give_back(account);
        self.network.give_back(network);
    }

    /// Counts what costs us a hash or a mail and proves nothing, such as signing up.
    ///
    /// # Errors
    /// [`Error::TooMany`] when the network's bucket, or everybody's, is empty.
    pub fn count_network(&self, network: &str) -> Result<()> {
        let now = self.clock.now();
        self.network.take(network, now)?;
        self.everybody.take("everybody", now)
    }

    /// Counts a form that is kept for a visitor; it proves nothing and must not hinder a sign-in.
    ///
    /// # Errors
    /// [`Error::TooMany`] when the network's bucket for them is empty.
    pub fn count_form(&self, network: &str) -> Result<()> {
        self.forms.take(network, self.clock.now())
    }

    /// Counts one report of a visitor who is signed out.
    ///
    /// # Errors
    /// [`Error::TooMany`] when the network sent ten within an hour.
    pub fn count_report(&self, network: &str) -> Result<()> {
        self.reports.take(network, self.clock.now())
    }

    /// Forgets buckets that are full again; a job calls it.
    pub fn tidy(&self) {
        let now = self.clock.now();
        for buckets in [&self.account, &self.network, &self.forms, &self.reports, &self.everybody] {
            buckets.forget_full(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_tried_ten_times_and_then_once_a_minute_while_others_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let limits = RateLimits::new(Clock::system(folder.path()));
        for _ in 0..10 {
            limits.count("ana", "192.0.2.0/24").unwrap();
        }
        let refused = limits.count("ana", "198.51.100.0/24").unwrap_err();
        assert!(matches!(refused, Error::TooMany(seconds) if (1..=60).contains(&seconds)));
        limits.count("ben", "198.51.100.0/24").unwrap();
    }

    #[test]
    fn a_right_try_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let limits = RateLimits::new(Clock::system(folder.path()));
        for _ in 0..100 {
            limits.count("ana", "192.0.2.0/24").unwrap();
            limits.give_back("ana", "192.0.2.0/24");
        }
        for _ in 0..10 {
            limits.count("ana", "192.0.2.0/24").unwrap();
        }
        assert!(
            limits.count("ana", "192.0.2.0/24").is_err(),
            "giving back makes no room of its own"
        );
    }

    #[test]
    fn buckets_that_are_full_again_take_no_memory() {
        let buckets = Buckets::new(10, Span::seconds(60));
        let now = Instant::from_micros(0);
        buckets.take("ana", now).unwrap();
        buckets.forget_full(now + Span::seconds(59));
        assert_eq!(buckets.full_at().len(), 1);
        buckets.forget_full(now + Span::seconds(60));
        assert_eq!(buckets.full_at().len(), 0);
    }
}
