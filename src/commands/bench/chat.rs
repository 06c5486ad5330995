//! `footing bench chat`: messages made durable in a second, how long one takes from its POST to the
//! other side's socket, and what an idle socket weighs; each beside a bare actix-ws program that
//! does the same physical work, in the same run.

mod bare;
mod load;
mod pairs;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use self::load::{ChatLoad, Latency, SentCounts};
use self::pairs::Pair;
use super::load::memory;
use super::server::{Server, free_address};
use super::{SECRET, open};
use crate::commands::{Failure, Outcome};

pub use bare::{BareBenchOptions, run as run_bare};

#[derive(clap::Args)]
pub struct ChatBenchOptions {
    /// PostgreSQL to measure as well; must be empty
    #[arg(long)]
    postgres: Option<String>,
    /// Redis: on PostgreSQL two processes are measured too
    #[arg(long)]
    redis: Option<String>,
    /// Seconds for each figure
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many sockets are open at each step
    #[arg(long, value_delimiter = ',', default_value = "100,1000,5000")]
    sockets: Vec<usize>,
    /// Messages a second while latency is measured
    #[arg(long, default_value_t = 200)]
    rate: u64,
}

/// Connections that post at once while throughput is measured.
const POSTERS: usize = 32;

pub async fn run(options: &ChatBenchOptions) -> Outcome {
    let folder = std::env::temp_dir().join(format!("footing-bench-{}", std::process::id()));
    let outcome = measure_all(options, &folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn measure_all(options: &ChatBenchOptions, folder: &Path) -> Outcome {
    let sqlite = format!("sqlite:{}", folder.join("sqlite/footing.db").display());
    let bench = ChatBench::make("SQLite", &sqlite, &folder.join("sqlite"), options).await?;
    bench.measure(1).await?;
    if let Some(url) = &options.postgres {
        let bench = ChatBench::make("PostgreSQL", url, &folder.join("postgres"), options).await?;
        bench.measure(1).await?;
        if options.redis.is_some() {
            bench.measure(2).await?;
        }
    }
    Ok(())
}

struct ChatBench<'a> {
    name: &'static str,
    url: String,
    data: String,
    pairs: Vec<Pair>,
    sent: SentCounts,
    options: &'a ChatBenchOptions,
}

impl<'a> ChatBench<'a> {
    async fn make(
        name: &'static str,
        url: &str,
        folder: &Path,
        options: &'a ChatBenchOptions,
    ) -> Result<Self, Failure> {
        let data = folder.display().to_string();
        let site = open(url, &data).await?;
        let most = options.sockets.iter().copied().max().unwrap_or(100);
        // nobody writes more than 20 in ten seconds, so many must write
        let count = most / 2 + 400 * usize::try_from(options.seconds).unwrap_or(5);
        eprintln!("{name}: making {count} pairs with keys and a conversation each");
        let pairs = pairs::make(&site, count).await?;
        site.db.write(|conn, _| crate::db::analyze(conn)).await?;
        Ok(Self { name, url: url.to_owned(), data, pairs, sent: SentCounts::default(), options })
    }

    /// With so many processes; several hear of each other by Redis.
    async fn measure(&self, processes: usize) -> Outcome {
        println!("{}, {processes} process(es)", self.name);
        println!("{:30} {:>9} {:>8} {:>8} {:>8}", "", "msg/s", "p50 ms", "p99 ms", "KiB/idle");
        for sockets in self.options.sockets.clone() {
            let servers =
                (0..processes).map(|_| self.serve(processes > 1)).collect::<Result<Vec<_>, _>>()?;
            self.step(&servers, sockets, ("Footing", &self.sent)).await?;
            drop(servers);
            if processes == 1 {
                let server = self.bare()?;
                self.step(&[server], sockets, ("bare actix-ws", &SentCounts::default())).await?;
            }
        }
        println!();
        Ok(())
    }

    async fn step(
        &self,
        servers: &[Server],
        sockets: usize,
        (who, sent): (&str, &SentCounts),
    ) -> Outcome {
        let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
        let used = || servers.iter().map(|server| memory(server.id(), "RssAnon")).sum::<u64>();
        let load = ChatLoad { pairs: &self.pairs, addresses, sent };
        let before = used();
        let pages = load.connect(sockets).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let each = f64::from(u32::try_from(used().saturating_sub(before)).unwrap_or(0))
            / f64::from(u32::try_from(sockets).unwrap_or(1));
        let span = Duration::from_secs(self.options.seconds);
        let Latency { p50, p99 } = load.latency(&pages, self.options.rate, span).await?;
        let per_second = load.throughput(&pages, POSTERS, span).await?;
        println!(
            "{:30} {per_second:>9.0} {:>8.2} {:>8.2} {each:>8.1}",
            format!("{who}, {sockets} sockets"),
            p50.as_secs_f64() * 1000.0,
            p99.as_secs_f64() * 1000.0,
        );
        Ok(())
    }

    fn serve(&self, is_shared: bool) -> Result<Server, Failure> {
        let address = free_address()?;
        let listen = address.to_string();
        let mut arguments = vec![
            "--database-url",
            &self.url,
            "--data",
            &self.data,
            "--secret",
            SECRET,
            "--log",
            "error",
            "--listen",
            &listen,
        ];
        if let (true, Some(redis)) = (is_shared, &self.options.redis) {
            arguments.extend(["--redis-url", redis]);
        }
        arguments.extend(["serve", "--no-worker"]);
        Server::start(&arguments, address)
    }

    fn bare(&self) -> Result<Server, Failure> {
        let address = free_address()?;
        let listen = address.to_string();
        Server::start(&["bench", "bare-chat", "--at", &listen, "--url", &self.url], address)
    }
}
