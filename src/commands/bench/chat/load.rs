//! Pages that listen and connections that post.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::pairs::{Pair, PairSide};
use crate::commands::Failure;

pub struct ChatLoad<'a> {
    pub pairs: &'a [Pair],
    pub addresses: Vec<SocketAddr>,
    pub sent: &'a SentCounts,
}

/// Open sockets: when the message they wait for was posted, and how long each took.
#[derive(Default)]
pub struct OpenSockets {
    posted: Mutex<HashMap<i64, Instant>>,
    took: Mutex<Vec<Duration>>,
    count: usize,
}

pub struct Latency {
    pub p50: Duration,
    pub p99: Duration,
}

/// How many messages each side of each conversation has sent so far: a device counts on.
#[derive(Default)]
pub struct SentCounts(Mutex<HashMap<(i64, usize), u64>>);

impl SentCounts {
    fn next_of(&self, conversation: i64, by: usize) -> u64 {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = sent.entry((conversation, by)).or_default();
        *count += 1;
        *count
    }

    /// The last row of a conversation, of which both sides wrote some.
    fn last_of(&self, conversation: i64) -> u64 {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        [0, 1].iter().filter_map(|by| sent.get(&(conversation, *by))).sum()
    }
}

impl ChatLoad<'_> {
    fn address(&self, number: usize) -> Result<SocketAddr, Failure> {
        let nth = number % self.addresses.len().max(1);
        self.addresses.get(nth).copied().ok_or_else(|| Failure::failed("no server"))
    }

    /// One socket for each side of the first pairs, each following its conversation.
    pub async fn connect(&self, sockets: usize) -> Result<Arc<OpenSockets>, Failure> {
        let pages = Arc::new(OpenSockets { count: sockets / 2, ..OpenSockets::default() });
        let sides = self
            .pairs
            .iter()
            .take(sockets / 2)
            .flat_map(|pair| pair.sides.iter().map(move |side| (pair, side)));
        let sides: Vec<_> = sides.enumerate().collect();
        for some in sides.chunks(50) {
            let opened = some
                .iter()
                .map(|(number, (pair, side))| self.open(*number, pair, side, pages.clone()));
            join_all(opened).await.into_iter().collect::<Result<Vec<()>, _>>()?;
        }
        Ok(pages)
    }

    async fn open(
        &self,
        number: usize,
        pair: &Pair,
        side: &PairSide,
        pages: Arc<OpenSockets>,
    ) -> Result<(), Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::failed(error.to_string());
        let address = self.address(number)?;
        let path = format!("ws://{address}/ws?conv={}", pair.name);
        let mut request = path.into_client_request().map_err(|error| failed(&error))?;
        for (name, value) in
            [("origin", format!("http://{address}")), ("cookie", side.cookies.clone())]
        {
            let value = value.parse().map_err(|_| failed(&"no header"))?;
            request.headers_mut().insert(name, value);
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .map_err(|error| failed(&error))?;
        let after = self.sent.last_of(pair.conversation);
        let follow = format!(r#"{{"t":"sub","conv":"{}","after":{after}}}"#, pair.name);
        socket.send(Message::text(follow)).await.map_err(|error| failed(&error))?;
        let conversation = pair.conversation;
        let is_peer = pair.sides.get(1).is_some_and(|peer| peer.id == side.id);
        crate::live::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message
                    && is_peer
                    && !text.starts_with('{')
                {
                    pages.arrived(conversation);
                }
            }
        });
        Ok(())
    }

    /// Posts at a steady rate; how long until the other side's page had it.
    pub async fn latency(
        &self,
        pages: &Arc<OpenSockets>,
        rate: u64,
        span: Duration,
    ) -> Result<Latency, Failure> {
        let mut tick =
            tokio::time::interval(Duration::from_secs(1) / u32::try_from(rate).unwrap_or(1));
        let mut lines = vec![];
        for number in 0..16 {
            lines.push(Arc::new(tokio::sync::Mutex::new(
                KeptConnection::open(self.address(number)?).await?,
            )));
        }
        let (mut posts, begun) = (tokio::task::JoinSet::new(), Instant::now());
        for number in 0.. {
            tick.tick().await;
            // nobody writes more than 20 in ten seconds
            if begun.elapsed() >= span || number >= pages.count * 18 {
                break;
            }
            let pair = self.pairs.get(number % pages.count.max(1));
            let (Some(pair), Some(line)) = (pair, lines.get(number % lines.len())) else { break };
            let body = pair.body(0, self.sent.next_of(pair.conversation, 0))?;
            let Some(from) = pair.sides.first() else { break };
            let text = post(&pair.name, from, &body);
            let (line, pages, conversation) = (line.clone(), pages.clone(), pair.conversation);
            posts.spawn_local(async move {
                let mut line = line.lock().await;
                pages.post(conversation);
                line.send(&text).await
            });
        }
        for answered in posts.join_all().await {
            answered?;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut took = pages.took.lock().unwrap_or_else(PoisonError::into_inner);
        took.sort_unstable();
        let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
        if took.is_empty() {
            return Err(Failure::failed("no message arrived"));
        }
        Ok(Latency { p50: at(50), p99: at(99) })
    }

    /// Posts as fast as answers come. What one person may write in ten seconds is soon reached, so it
    /// is the pairs without pages that write, if there are enough of them.
    pub async fn throughput(
        &self,
        pages: &OpenSockets,
        posters: usize,
        span: Duration,
    ) -> Result<f64, Failure> {
        let rest = self.pairs.get(pages.count..).filter(|rest| rest.len() >= 1000);
        let pairs = rest.unwrap_or(self.pairs);
        let (next, done) = (AtomicUsize::new(0), AtomicU64::new(0));
        let begun = Instant::now();
        let one = async |poster: usize| -> Result<(), Failure> {
            let mut line = KeptConnection::open(self.address(poster)?).await?;
            while begun.elapsed() < span {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let (at, by) = (number / 2 % pairs.len(), number % 2);
                let Some(pair) = pairs.get(at) else { break };
                let body = pair.body(by, self.sent.next_of(pair.conversation, by))?;
                let Some(from) = pair.sides.get(by) else { break };
                line.send(&post(&pair.name, from, &body)).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let all = join_all((0..posters).map(one)).await;
        all.into_iter().collect::<Result<Vec<()>, _>>()?;
        let done = u32::try_from(done.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        Ok(f64::from(done) / begun.elapsed().as_secs_f64())
    }
}

impl OpenSockets {
    fn post(&self, conversation: i64) {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        posted.insert(conversation, Instant::now());
    }

    fn arrived(&self, conversation: i64) {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = posted.remove(&conversation) {
            let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
            took.push(at.elapsed());
        }
    }
}

fn post(conversation: &str, from: &PairSide, body: &str) -> String {
    format!(
        "POST /send_message HTTP/1.1\r\nHost: HOST\r\nX-Conversation: {conversation}\r\n\
         Cookie: {}\r\nX-CSRF-Token: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        from.cookies,
        from.csrf,
        body.len()
    )
}

/// A kept connection.
struct KeptConnection {
    stream: BufReader<TcpStream>,
    host: String,
}

impl KeptConnection {
    async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), host: address.to_string() })
    }

    /// Anything but a 201 is a failure of the bench.
    async fn send(&mut self, request: &str) -> Result<(), Failure> {
        let request = request.replacen("HOST", &self.host, 1);
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let (mut line, mut length, mut status) = (String::new(), 0_usize, String::new());
        loop {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                return Err(Failure::failed("the server hung up"));
            }
            if status.is_empty() {
                status = line.trim().to_owned();
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        match status.contains(" 201 ") {
            true => Ok(()),
            false => Err(Failure::failed(format!("{status}: {}", String::from_utf8_lossy(&body)))),
        }
    }
}
