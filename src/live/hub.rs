//! The sockets of one process, by whose they are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, mpsc, watch};

use super::Hint;
use crate::clock::Instant;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::seal;

/// How many hints may wait for a socket.
const QUEUE: usize = 64;

/// How many sockets may wait for the database at once. The others wait for these, so that thousands
/// that come back together leave room for requests.
const LOOKING: usize = 16;

/// Why a socket must close. What still waits for it is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Signed out, locked or suspended.
    SignedOut,
    /// The server stops.
    Stopping,
    /// It did not read in time.
    Slow,
}

struct Subscriber {
    id: u64,
    session: Arc<str>,
    queue: mpsc::Sender<Hint>,
    end: watch::Sender<Option<End>>,
}

/// One socket's place. Leaving is dropping it.
pub struct Seat {
    hub: Arc<Hub>,
    person: i64,
    id: u64,
    pub queue: mpsc::Receiver<Hint>,
    pub end: watch::Receiver<Option<End>>,
}

pub struct Hub {
    node: i64,
    members: Mutex<HashMap<i64, Vec<Subscriber>>>,
    looking: Semaphore,
    last: AtomicU64,
    arrivals: governor::DefaultKeyedRateLimiter<i64>,
}

/// How often one person may connect: once a second, ten at once.
const ARRIVALS: governor::Quota = governor::Quota::per_second(nonzero(1)).allow_burst(nonzero(10));

const fn nonzero(n: u32) -> std::num::NonZeroU32 {
    match std::num::NonZeroU32::new(n) {
        Some(n) => n,
        None => std::num::NonZeroU32::MIN,
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            node: i64::from(u32::from_be_bytes(seal::random())),
            members: Mutex::default(),
            looking: Semaphore::new(LOOKING),
            last: AtomicU64::default(),
            arrivals: governor::RateLimiter::keyed(ARRIVALS),
        }
    }
}

impl Hub {
    fn members(&self) -> MutexGuard<'_, HashMap<i64, Vec<Subscriber>>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number of this process among others of the same site.
    pub fn node(&self) -> i64 {
        self.node
    }

    /// Reads for a socket, in turn with the others.
    pub async fn read<T, F>(&self, db: &Db, look: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, Instant) -> Result<T> + Send + 'static,
    {
        let _turn = self.looking.acquire().await.ok();
        db.read(look).await
    }

    pub fn may_join(&self, person: i64) -> bool {
        self.arrivals.retain_recent();
        self.arrivals.check_key(&person).is_ok()
    }

    pub(super) fn join(self: &Arc<Self>, person: i64, session: &str) -> Seat {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(None);
        let member = Subscriber { id, session: session.into(), queue, end };
        self.members().entry(person).or_default().push(member);
        Seat { hub: self.clone(), person, id, queue: waiting, end: ended }
    }

    /// Lays a hint into every queue of a person here. A full queue ends its socket.
    pub fn deliver(&self, person: i64, hint: Hint) {
        let members = self.members();
        for member in members.get(&person).into_iter().flatten() {
            if let Err(mpsc::error::TrySendError::Full(_)) = member.queue.try_send(hint) {
                member.end.send_replace(Some(End::Slow));
            }
        }
    }

    /// Ends one session's sockets, or all of a person.
    pub fn end(&self, person: i64, session: Option<&str>, why: End) {
        let members = self.members();
        for member in members.get(&person).into_iter().flatten() {
            if session.is_none_or(|session| *member.session == *session) {
                member.end.send_replace(Some(why));
            }
        }
    }

    /// Ends the sockets of some people, for a stop that is spread over a little time.
    pub fn end_all(&self, why: End, is_meant: impl Fn(i64) -> bool) {
        for (_, members) in self.members().iter().filter(|(person, _)| is_meant(**person)) {
            for member in members {
                member.end.send_replace(Some(why));
            }
        }
    }

    /// Who has a socket here.
    pub fn people(&self) -> Vec<i64> {
        self.members().keys().copied().collect()
    }

    pub fn is_here(&self, person: i64) -> bool {
        self.members().contains_key(&person)
    }

    /// How many sockets are open here.
    pub fn sockets(&self) -> usize {
        self.members().values().map(Vec::len).sum()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut members = self.hub.members();
        if let Some(own) = members.get_mut(&self.person) {
            own.retain(|member| member.id != self.id);
            if own.is_empty() {
                members.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::HintKind;

    fn hint(number: i64) -> Hint {
        Hint::new(HintKind::Row, 1, number)
    }

    #[test]
    fn every_socket_of_a_person_hears_and_nobody_else_does() {
        let hub = Arc::new(Hub::default());
        let (mut one, mut two, mut other) = (hub.join(1, "a"), hub.join(1, "b"), hub.join(2, "c"));
        hub.deliver(1, hint(7));
        assert_eq!(one.queue.try_recv().unwrap(), hint(7));
        assert_eq!(two.queue.try_recv().unwrap(), hint(7));
        assert!(other.queue.try_recv().is_err());
        drop(one);
        drop(two);
        assert!(!hub.is_here(1) && hub.is_here(2));
    }

    #[test]
    fn a_socket_that_does_not_read_is_ended_and_the_others_go_on() {
        let hub = Arc::new(Hub::default());
        let (slow, mut quick) = (hub.join(1, "a"), hub.join(1, "b"));
        for number in 0..65 {
            hub.deliver(1, hint(number));
            assert_eq!(quick.queue.try_recv().unwrap(), hint(number));
        }
        assert_eq!(*slow.end.borrow(), Some(End::Slow));
        assert_eq!(*quick.end.borrow(), None);
    }

    #[test]
    fn the_end_of_a_session_ends_its_own_sockets_only() {
        let hub = Arc::new(Hub::default());
        let (one, two) = (hub.join(1, "a"), hub.join(1, "b"));
        hub.end(1, Some("a"), End::SignedOut);
        assert_eq!(*one.end.borrow(), Some(End::SignedOut));
        assert_eq!(*two.end.borrow(), None);
        hub.end(1, None, End::SignedOut);
        assert_eq!(*two.end.borrow(), Some(End::SignedOut));
    }
}
