//! How often a secret may be tried. Buckets live in this process; nothing is ever locked for good.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::error::{Error, Result};

/// Lets the buckets drain by our own clock, which tests move.
#[derive(Debug, Clone)]
struct Ticks(Clock);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(u64::try_from(self.0.now().micros()).unwrap_or(0).saturating_mul(1000))
    }
}

type Keyed = RateLimiter<
    String,
    DefaultKeyedStateStore<String>,
    Ticks,
    NoOpMiddleware<<Ticks as GovernorClock>::Instant>,
>;

/// The buckets: each account (or known browser of it), each network, and everybody together.
#[derive(Clone)]
pub struct Limits {
    clock: Ticks,
    account: Arc<Keyed>,
    network: Arc<Keyed>,
    everybody: Arc<Keyed>,
}

impl Limits {
    pub fn new(clock: Clock) -> Self {
        let clock = Ticks(clock);
        let bucket = |burst: u32, refill: Duration| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            let quota = Quota::with_period(refill).unwrap_or(Quota::per_second(burst));
            Arc::new(Keyed::new(
                quota.allow_burst(burst),
                DefaultKeyedStateStore::default(),
                clock.clone(),
            ))
        };
        Self {
            account: bucket(10, Duration::from_secs(60)),
            network: bucket(30, Duration::from_secs(10)),
            everybody: bucket(1000, Duration::from_millis(5)),
            clock,
        }
    }

    /// Counts one try, before the secret is looked at.
    pub fn count(&self, account: &str, network: &str) -> Result<()> {
        self.drain(&self.account, account)?;
        self.drain(&self.network, network)?;
        self.drain(&self.everybody, "everybody")
    }

    fn drain(&self, bucket: &Keyed, key: &str) -> Result<()> {
        bucket.check_key(&key.to_owned()).map_err(|full| {
            let wait = full.wait_time_from(self.clock.now());
            Error::TooMany(wait.as_secs().max(1))
        })
    }

    /// Forgets buckets that are full again; a job calls it.
    pub fn tidy(&self) {
        for bucket in [&self.account, &self.network, &self.everybody] {
            bucket.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_tried_ten_times_and_then_once_a_minute_while_others_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits::new(Clock::system(folder.path()));
        for _ in 0..10 {
            limits.count("ana", "192.0.2.0/24").unwrap();
        }
        let refused = limits.count("ana", "198.51.100.0/24").unwrap_err();
        assert!(matches!(refused, Error::TooMany(seconds) if (1..=60).contains(&seconds)));
        limits.count("ben", "198.51.100.0/24").unwrap();
    }
}
