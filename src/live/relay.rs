//! Hints between nodes: one Redis channel a person, followed while that person has a socket here.
//!
//! Redis holds nothing, and its loss costs nothing but time: a node that cannot reach it says so
//! ([`Relay::is_up`]), and the rows are then looked up every second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use redis::aio::PubSub;
use tokio::sync::mpsc;

use super::{Hint, Hub};
use crate::db::start_thread;
use crate::error::{Error, Result};
use crate::seal;

/// What waits to be said to Redis; more is dropped, as hints may be lost.
const QUEUE: usize = 10_000;
const PAUSE: Duration = Duration::from_millis(500);
const TIMEOUT: Duration = Duration::from_secs(2);
/// A node says something to itself so often. Not hearing it means that Redis, though connected, is
/// silent.
const BEAT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(15);

#[derive(Clone)]
pub struct Relay {
    said: mpsc::Sender<(i64, Hint)>,
    followed: mpsc::UnboundedSender<i64>,
    is_up: Arc<AtomicBool>,
}

/// Both directions of one node, each with a connection of its own that it makes again when lost.
struct RelayConnection {
    client: redis::Client,
    hub: Arc<Hub>,
    node: String,
    is_up: Arc<AtomicBool>,
}

/// What one node says to itself.
fn own_channel(node: &str) -> String {
    format!("footing:node:{node}")
}

fn channel(person: i64) -> String {
    format!("footing:{person}")
}

impl Relay {
    /// Connects when a runtime is there, on a thread of its own: a relay outlives every worker.
    pub(super) fn open(url: &str, hub: Arc<Hub>) -> Result<Self> {
        let client = redis::Client::open(url).map_err(Error::internal)?;
        let (said, to_say) = mpsc::channel(QUEUE);
        let (followed, to_follow) = mpsc::unbounded_channel();
        let is_up = Arc::new(AtomicBool::new(false));
        let node = seal::token().chars().take(8).collect();
        let line = Arc::new(RelayConnection { client, hub, node, is_up: is_up.clone() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        start_thread("relay", move || {
            let both = async { tokio::join!(line.say(to_say), line.hear(to_follow)) };
            runtime.block_on(both);
        })?;
        Ok(Self { said, followed, is_up })
    }

    pub(super) fn publish(&self, person: i64, hint: Hint) {
        let _ = self.said.try_send((person, hint));
    }

    pub(super) fn follow(&self, person: i64) {
        let _ = self.followed.send(person);
    }

    pub fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }
}

impl RelayConnection {
    /// Publishes what waits, many at once. What cannot be said is dropped.
    async fn say(&self, mut waiting: mpsc::Receiver<(i64, Hint)>) {
        let mut connection = None;
        let mut batch = vec![];
        let mut beats = tokio::time::interval(BEAT);
        loop {
            tokio::select! {
                count = waiting.recv_many(&mut batch, 100) => if count == 0 { return },
                _ = beats.tick() => {}
            }
            if connection.is_none() {
                let opening = self.client.get_multiplexed_async_connection();
                connection = tokio::time::timeout(TIMEOUT, opening).await.ok().and_then(Result::ok);
            }
            let mut pipe = redis::pipe();
            pipe.publish(own_channel(&self.node), "").ignore();
            for (person, hint) in batch.drain(..) {
                let said = format!("{} {}", self.node, hint.write());
                pipe.publish(channel(person), said).ignore();
            }
            let Some(open) = &mut connection else { continue };
            let sending = pipe.query_async::<()>(open);
            if !tokio::time::timeout(TIMEOUT, sending).await.is_ok_and(|sent| sent.is_ok()) {
                connection = None;
            }
        }
    }

    /// Follows the channels of everybody with a socket here, and starts over when cut off.
    async fn hear(&self, mut to_follow: mpsc::UnboundedReceiver<i64>) {
        loop {
            if let Ok(Ok(mut channels)) =
                tokio::time::timeout(TIMEOUT, self.client.get_async_pubsub()).await
            {
                let followed = self.follow_all(&mut channels).await;
                if followed.is_ok() {
                    self.turn(true);
                    self.listen(channels, &mut to_follow).await;
                }
            }
            self.turn(false);
            if to_follow.is_closed() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Notes how things stand, and says each change once.
    fn turn(&self, is_up: bool) {
        if self.is_up.swap(is_up, Ordering::Relaxed) == is_up {
            return;
        }
        if is_up {
            tracing::info!("Redis is reached: nodes tell each other what has changed");
        } else {
            tracing::warn!("Redis is lost: what other nodes changed is looked up every second");
        }
    }

    async fn follow_all(&self, channels: &mut PubSub) -> redis::RedisResult<()> {
        let mut names: Vec<String> = self.hub.people().into_iter().map(channel).collect();
        names.push(own_channel(&self.node));
        channels.subscribe(names).await
    }

    async fn listen(&self, channels: PubSub, to_follow: &mut mpsc::UnboundedReceiver<i64>) {
        let (mut sink, mut stream) = channels.split();
        let mut heard = tokio::time::Instant::now();
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(heard + SILENCE) => return,
                person = to_follow.recv() => {
                    let Some(person) = person else { return };
                    if sink.subscribe(channel(person)).await.is_err() {
                        return;
                    }
                }
                message = stream.next() => {
                    let Some(message) = message else { return };
                    heard = tokio::time::Instant::now();
                    let name = message.get_channel_name().to_owned();
                    let person: Option<i64> =
                        name.strip_prefix("footing:").and_then(|person| person.parse().ok());
                    let Some(person) = person else { continue };
                    if !self.hub.is_here(person) {
                        let _ = sink.unsubscribe(name).await;
                        continue;
                    }
                    let said: String = message.get_payload().unwrap_or_default();
                    let Some((node, hint)) = said.split_once(' ') else { continue };
                    // what this node said, its own sockets have heard
                    if let (false, Some(hint)) = (node == self.node, Hint::read(hint)) {
                        self.hub.deliver(person, hint);
                    }
                }
            }
        }
    }
}
