//! `footing bench reviews`: what a review costs from its opening to its place in the directory, and
//! whether the list is as quick after many of them as before.

use std::time::{Duration, Instant as Moment};

use super::practices::{clients, practices};
use crate::clock::{Instant, Span};
use crate::commands::past_hour::past_hour;
use crate::commands::{Failure, Outcome};
use crate::db::{Conn, Db};
use crate::directory::{DirectoryCounts, DirectoryEntry, Filters, Search, Stand};
use crate::error::Result;
use crate::listings::Service;
use crate::mail::Mail;
use crate::reviews::{Review, ReviewWords, ShownAs, WrittenReview};
use crate::seal::Seal;
use crate::users::{Actor, Role, UserId};

#[derive(clap::Args)]
pub struct ReviewsBenchOptions {
    /// PostgreSQL to measure as well; an empty one
    #[arg(long)]
    postgres: Option<String>,
    #[arg(long, default_value_t = 1_000)]
    accountants: usize,
    /// How many reviews open, each followed by a new place in the directory
    #[arg(long, default_value_t = 10_000)]
    reviews: usize,
}

pub async fn run(options: ReviewsBenchOptions) -> Outcome {
    let folder = std::env::temp_dir().join(format!("footing-bench-{}", std::process::id()));
    let sqlite = format!("sqlite:{}", folder.join("footing.db").display());
    let outcome = measure_both(&options, &sqlite, &folder.display().to_string()).await;
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn measure_both(options: &ReviewsBenchOptions, sqlite: &str, folder: &str) -> Outcome {
    measure("SQLite", sqlite, folder, options).await?;
    match &options.postgres {
        Some(url) => measure("PostgreSQL", url, folder, options).await,
        None => Ok(()),
    }
}

async fn measure(name: &str, url: &str, folder: &str, options: &ReviewsBenchOptions) -> Outcome {
    let site = super::open(url, folder).await?;
    eprintln!("{name}: making {} accountants", options.accountants);
    let made = practices(&site.db, "Practice", options.accountants, 30).await?;
    let asked = clients(&site.db, 500).await?;
    let before = list_p50(&site.db).await?;
    let mut spent = Spent::default();
    let batches = options.reviews.div_ceil(BATCH);
    for batch in 0..batches {
        let pairs: Vec<(UserId, UserId)> = (0..BATCH)
            .filter_map(|nth| {
                let at = batch * BATCH + nth;
                let practice = made.get(at % made.len().max(1))?;
                // another client whenever the same accountant comes again
                let client = asked.get((at / made.len().max(1) + at) % asked.len().max(1))?;
                Some((client.id, practice.id))
            })
            .collect();
        let mail = site.mail.clone();
        let act = move |conn: &mut Conn, now| review_all(conn, &mail, &pairs, now);
        spent.add(site.db.write(act).await?);
    }
    crate::directory::jobs::refresh_stale(site.db.clone()).await?;
    let after = list_p50(&site.db).await?;
    report(name, options, &spent, (before, after));
    Ok(())
}

const BATCH: usize = 50;

/// Time and how many.
#[derive(Debug, Default)]
struct Spent {
    writing: Duration,
    opening: Duration,
    ranking: Duration,
    count: u32,
}

impl Spent {
    fn add(&mut self, other: Self) {
        self.writing += other.writing;
        self.opening += other.opening;
        self.ranking += other.ranking;
        self.count += other.count;
    }
}

/// Each is written, opens, and gives its accountant a new place, one after the other.
fn review_all(
    conn: &mut Conn,
    mail: &Mail,
    pairs: &[(UserId, UserId)],
    now: Instant,
) -> Result<Spent> {
    let mut spent = Spent::default();
    for (nth, (client, accountant)) in (0..).zip(pairs) {
        let Some(service) = Service::active(conn, *accountant)?.into_iter().next() else {
            continue;
        };
        let start = now - Span::days(16) - Span::minutes(nth);
        let booking = past_hour(conn, (*client, *accountant), &service, start)?;
        let actor = Actor { id: *client, role: Role::Client, now: booking.ends_at };
        let begun = Moment::now();
        Review::write(conn, mail, &actor, booking.id, &words(nth))?;
        spent.writing += begun.elapsed();
        let begun = Moment::now();
        Review::open_due(conn, mail, 10, now)?;
        spent.opening += begun.elapsed();
        let begun = Moment::now();
        DirectoryEntry::refresh_stale(conn, 10, now)?;
        spent.ranking += begun.elapsed();
        spent.count += 1;
    }
    Ok(spent)
}

fn words(nth: i64) -> WrittenReview {
    WrittenReview::Client(ReviewWords {
        stars: if nth % 7 == 0 { 3 } else { 5 },
        knowledge: None,
        clarity: None,
        punctuality: None,
        words: "Clear from the first minute, and on time.".to_owned(),
        shown_as: ShownAs::Verified,
        is_incentive: false,
    })
}

/// The middle of 300 looks at the first page of the directory.
async fn list_p50(db: &Db) -> Result<Duration, Failure> {
    let counts = DirectoryCounts::default();
    let mut times = vec![];
    for _ in 0..300 {
        let counts = counts.clone();
        let begun = Moment::now();
        let looked = db.read(move |conn, now| -> Result<usize> {
            let filters = Filters::read("", &Seal::new("bench"));
            let counts = counts.as_of(conn)?;
            let options = counts.options(conn)?;
            let search = Search::new(&filters, Stand::Fresh, now);
            Ok(search.run(conn, &counts, &options)?.cards.len())
        });
        looked.await?;
        times.push(begun.elapsed());
    }
    times.sort();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

fn report(
    name: &str,
    options: &ReviewsBenchOptions,
    spent: &Spent,
    (before, after): (Duration, Duration),
) {
    let each = |part: Duration| (part / spent.count.max(1)).as_micros();
    println!("{name}, {} accountants, {} reviews", options.accountants, spent.count);
    println!("  writing           {:>8} µs each", each(spent.writing));
    println!(
        "  opening           {:>8} µs each, with signs, notices and totals",
        each(spent.opening)
    );
    println!("  a new place       {:>8} µs each", each(spent.ranking));
    println!("  list p50 before   {:>8} µs", before.as_micros());
    println!("  list p50 after    {:>8} µs", after.as_micros());
}
