//! Tells open pages that something has changed. A push is only a hint: the table is the truth.
//!
//! [`Live`] carries hints of a few words, never content, to every socket of a person: within one
//! process by its [`Hub`], between several by Redis as well. A hint may be lost, doubled or late;
//! whoever gets one loads what it names, and catches up by asking. Each socket has a bounded queue,
//! and one that does not read is closed, so that a slow reader costs nobody else anything.
//!
//! Not here: what a hint means, who may follow what, and the socket itself (`messaging`).

mod hint;
mod hub;
mod relay;

pub use hint::{Hint, HintKind};
pub use hub::{End, Hub, Seat};
pub use relay::Relay;

use std::sync::Arc;

use actix_web::rt::task::JoinHandle;

/// How hints travel, as `REDIS_URL` says.
#[derive(Clone)]
pub enum Live {
    Local(Arc<Hub>),
    Redis(Arc<Hub>, Relay),
}

impl Live {
    pub fn local() -> Self {
        Self::Local(Arc::new(Hub::default()))
    }

    pub fn redis(url: &str) -> crate::error::Result<Self> {
        let hub = Arc::new(Hub::default());
        let relay = Relay::open(url, hub.clone())?;
        Ok(Self::Redis(hub, relay))
    }

    pub fn hub(&self) -> &Arc<Hub> {
        match self {
            Self::Local(hub) | Self::Redis(hub, _) => hub,
        }
    }

    /// Tells every socket of these people, here and on the other nodes. After the commit only.
    pub fn publish(&self, people: &[i64], hint: Hint) {
        for person in people {
            self.hub().deliver(*person, hint);
            if let Self::Redis(_, relay) = self {
                relay.publish(*person, hint);
            }
        }
    }

    /// A place for one socket, with its queue.
    pub fn join(&self, person: i64, session: &str) -> Seat {
        if let Self::Redis(_, relay) = self {
            relay.follow(person);
        }
        self.hub().join(person, session)
    }

    /// False while other nodes cannot be reached: hints of theirs are then looked up more often.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Local(_) => true,
            Self::Redis(_, relay) => relay.is_up(),
        }
    }

    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Redis(..))
    }
}

/// Runs something beside the requests of this worker until it ends.
#[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
pub fn spawn(task: impl Future<Output = ()> + 'static) -> JoinHandle<()> {
    actix_web::rt::spawn(task)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_is_reached_with_tls_where_its_address_asks_for_it() {
        assert!(Live::redis("rediss://redis.example:6380").is_ok());
        assert!(Live::redis("http://redis.example").is_err());
    }
}
