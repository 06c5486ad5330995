//! `footing bench booking`: bookings per second, durable, beside what the same database and the
//! same queue can take of bare rows in the same run; and the page of a service in a full calendar.

use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use futures_util::future::join_all;

use super::practices::{Practice, clients, outside, practices};
use super::server::{Server, free_address};
use super::{SECRET, bare, load, open};
use crate::bookings::{Booking, BookingRefusal, Notifier, Wish};
use crate::clock::Span;
use crate::commands::{Failure, Outcome};
use crate::db::Conn;
use crate::error::Error;
use crate::site::Site;
use crate::users::{Actor, Viewer};
use crate::web::keys::SentForm;

#[derive(clap::Args)]
pub struct BookingBenchOptions {
    /// PostgreSQL to measure as well; must be empty
    #[arg(long)]
    postgres: Option<String>,
    /// Seconds for each figure at most
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Clients who book at once
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// Runs of which the median is printed
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

/// A client may wait for ten answers.
const OPEN: usize = 10;
const CLIENTS: usize = 4_000;
const ACCOUNTANTS: usize = 1_000;
const FULL: usize = 5_000;

/// One run: how many a second, and how long a client waited.
#[derive(Clone, Copy, Default)]
struct BookingMeasurement {
    per_second: f64,
    p99: Duration,
    longest: Duration,
}

pub async fn run(options: &BookingBenchOptions) -> Outcome {
    let folder = std::env::temp_dir().join(format!("footing-bench-{}", std::process::id()));
    let outcome = measure_all(options, &folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn measure_all(options: &BookingBenchOptions, folder: &Path) -> Outcome {
    let sqlite = format!("sqlite:{}", folder.join("sqlite/footing.db").display());
    measure("SQLite", &sqlite, &folder.join("sqlite"), options).await?;
    if let Some(url) = &options.postgres {
        measure("PostgreSQL", url, &folder.join("postgres"), options).await?;
    }
    Ok(())
}

async fn measure(name: &str, url: &str, folder: &Path, options: &BookingBenchOptions) -> Outcome {
    let data = folder.display().to_string();
    let bench = BookingBench { site: open(url, &data).await?, options };
    eprintln!("{name}: making {ACCOUNTANTS} accountants and {CLIENTS} clients");
    let people = clients(&bench.site.db, CLIENTS).await?;
    let spread = practices(&bench.site.db, "spread", ACCOUNTANTS, 30).await?;
    let one = practices(&bench.site.db, "one", 1, 5).await?;
    bench.site.db.write(|conn, _| crate::db::analyze(conn)).await?;

    println!("{name}, {} clients, median of {} runs", options.clients, options.runs);
    println!("{:34} {:>9} {:>8} {:>11}", "", "a second", "p99 ms", "longest ms");
    let row = bench.bare("bare: one row as long", &[260]).await?;
    let rows = bench.bare("bare: the eight rows of a booking", &bare::ALIKE).await?;
    for (what, practices) in [("one calendar", &one), ("a thousand calendars", &spread)] {
        let booked = bench.median(async || bench.bookings(practices, &people).await).await?;
        print(&format!("bookings, {what}"), booked);
        println!(
            "{:34} {:>8.0}% of one bare row, {:.0}% of the eight",
            "",
            100.0 * booked.per_second / row.per_second,
            100.0 * booked.per_second / rows.per_second,
        );
    }
    bench.page(url, &data, &people).await
}

struct BookingBench<'a> {
    site: Site,
    options: &'a BookingBenchOptions,
}

impl BookingBench<'_> {
    async fn median(
        &self,
        mut once: impl AsyncFnMut() -> Result<BookingMeasurement, Failure>,
    ) -> Result<BookingMeasurement, Failure> {
        let mut runs = vec![];
        for _ in 0..self.options.runs.max(1) {
            runs.push(once().await?);
        }
        runs.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
        let longest = runs.iter().map(|run| run.longest).max().unwrap_or_default();
        let median = runs.get(runs.len() / 2).copied().unwrap_or_default();
        // the longest wait of all runs: a median would hide it
        Ok(BookingMeasurement { longest, ..median })
    }

    /// Every client does one thing after the other until the time or the things are over.
    async fn all<F>(
        &self,
        most: usize,
        once: impl Fn(usize) -> F,
    ) -> Result<BookingMeasurement, Failure>
    where
        F: Future<Output = Result<(), Failure>>,
    {
        let (next, span) = (AtomicUsize::new(0), Duration::from_secs(self.options.seconds));
        let begun = Instant::now();
        let one = async || -> Result<Vec<Duration>, Failure> {
            let mut waits = vec![];
            while begun.elapsed() < span {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= most {
                    break;
                }
                let asked = Instant::now();
                once(number).await?;
                waits.push(asked.elapsed());
            }
            Ok(waits)
        };
        let each = join_all((0..self.options.clients).map(|_| one())).await;
        let elapsed = begun.elapsed();
        let mut waits = vec![];
        for mine in each {
            waits.extend(mine?);
        }
        waits.sort_unstable();
        let done = u32::try_from(waits.len()).unwrap_or(u32::MAX);
        Ok(BookingMeasurement {
            per_second: f64::from(done) / elapsed.as_secs_f64(),
            p99: waits.get(waits.len() * 99 / 100).copied().unwrap_or_default(),
            longest: waits.last().copied().unwrap_or_default(),
        })
    }

    async fn bare(
        &self,
        what: &str,
        lengths: &'static [usize],
    ) -> Result<BookingMeasurement, Failure> {
        let db = &self.site.db;
        let once = async || -> Result<BookingMeasurement, Failure> {
            db.write(|conn, _| bare::make(conn)).await?;
            let write = |number| async move { Ok(bare::write(db, number, lengths).await?) };
            let measured = self.all(usize::MAX, write).await;
            db.write(|conn, _| bare::drop(conn)).await?;
            measured
        };
        let measured = self.median(once).await?;
        print(what, measured);
        Ok(measured)
    }

    /// Each booking takes a time that nobody else wants; afterwards all are taken back, so that
    /// the next run finds the same calendars.
    async fn bookings(
        &self,
        practices: &[Practice],
        people: &[Viewer],
    ) -> Result<BookingMeasurement, Failure> {
        let minutes = if practices.len() == 1 { 5 } else { 30 };
        let ask = |number: usize| self.book(practices, people, number, minutes);
        let measured = self.all(people.len() * OPEN, ask).await?;
        self.check().await?;
        let clear = "UPDATE bookings SET state = 'cancelled' WHERE state = 'pending'";
        self.site.db.write(move |conn, _| Ok::<_, Error>(conn.batch_execute(clear)?)).await?;
        Ok(measured)
    }

    async fn book(
        &self,
        practices: &[Practice],
        people: &[Viewer],
        number: usize,
        minutes: i64,
    ) -> Outcome {
        let nobody = || Failure::failed("there is nobody to book with");
        let who = people.get(number / OPEN).ok_or_else(nobody)?;
        let practice = practices.get(number % practices.len()).ok_or_else(nobody)?;
        let nth = i64::try_from(number / practices.len()).unwrap_or(0);
        let now = self.site.db.now();
        let day = Span::days(1).micros();
        let midnight = now.micros().div_euclid(day) * day;
        let start = crate::clock::Instant::from_micros(midnight) + Span::days(2);
        let wish = Wish {
            service: practice.service,
            start: start + Span::minutes(nth * minutes),
            mode: None,
            phone: String::new(),
            note: Some(vec![7; 120]),
            answers: None,
            quote: None,
            online: None,
            form: SentForm {
                key: format!("{:0>20}{number:0>6}", now.micros()),
                body: format!("{number}"),
            },
        };
        let mail = self.site.mail.clone();
        let act = move |conn: &mut Conn, actor: &Actor| {
            Booking::request(conn, actor, &Notifier(&mail), &wish)
        };
        match who.act(&self.site.db, act).await {
            Ok(_) => Ok(()),
            Err(BookingRefusal::Failed(error)) => Err(error.into()),
            Err(refusal) => Err(Failure::failed(format!("booking {number}: {refusal}"))),
        }
    }

    /// Fails unless every calendar is free of overlaps.
    async fn check(&self) -> Outcome {
        #[derive(QueryableByName)]
        struct OverlapCount {
            #[diesel(sql_type = BigInt)]
            overlaps: i64,
        }
        const QUERY: &str = "SELECT count(*) AS overlaps FROM (SELECT block_from, \
            lag(block_to) OVER (PARTITION BY accountant_id ORDER BY block_from) AS before \
            FROM bookings WHERE state IN ('held', 'pending', 'confirmed')) AS each \
            WHERE block_from < before";
        let found: OverlapCount = self
            .site
            .db
            .read(|conn, _| Ok::<_, Error>(diesel::sql_query(QUERY).get_result(conn)?))
            .await?;
        match found.overlaps {
            0 => Ok(()),
            some => Err(Failure::failed(format!("{some} bookings overlap"))),
        }
    }

    /// The page that shows the times of an accountant with much in the calendar.
    async fn page(&self, url: &str, data: &str, people: &[Viewer]) -> Outcome {
        let full = practices(&self.site.db, "full", 1, 30).await?;
        let practice = full.first().ok_or(Failure::failed("nobody has a full calendar"))?;
        // two of three half hours stay free
        let taken = join_all((0..self.options.clients).map(async |client| -> Outcome {
            for number in (client..FULL).step_by(self.options.clients) {
                self.book(&full, people, number, 90).await?;
            }
            Ok(())
        }));
        taken.await.into_iter().collect::<Outcome>()?;
        outside(&self.site.db, practice).await?;
        self.check().await?;
        println!("no overlap after any run");
        self.site.db.write(|conn, _| crate::db::analyze(conn)).await?;

        let address = free_address()?;
        let listen = address.to_string();
        let arguments = [
            "--database-url",
            url,
            "--data",
            data,
            "--secret",
            SECRET,
            "--log",
            "error",
            "--listen",
            &listen,
            "serve",
            "--no-worker",
        ];
        let server = Server::start(&arguments, address)?;
        let paths = [crate::web::paths::public_service(&practice.slug, practice.service)];
        println!("page of a service, {FULL} bookings ahead and three calendars elsewhere");
        println!("{:34} {:>9} {:>8} {:>8} {:>11}", "", "req/s", "p50 ms", "p99 ms", "CPU µs/req");
        for readers in [1, 8] {
            load::run(server.id(), address, &paths, readers, Duration::from_secs(1))?;
            let span = Duration::from_secs(self.options.seconds);
            let page = load::run(server.id(), address, &paths, readers, span)?;
            println!(
                "{:34} {:>9.0} {:>8.2} {:>8.2} {:>11}",
                format!("{readers} at once"),
                page.per_second,
                page.p50.as_secs_f64() * 1000.0,
                page.p99.as_secs_f64() * 1000.0,
                page.cpu.as_micros()
            );
        }
        println!();
        Ok(())
    }
}

fn print(what: &str, measured: BookingMeasurement) {
    println!(
        "{what:34} {:>9.0} {:>8.1} {:>11.1}",
        measured.per_second,
        measured.p99.as_secs_f64() * 1000.0,
        measured.longest.as_secs_f64() * 1000.0
    );
}
