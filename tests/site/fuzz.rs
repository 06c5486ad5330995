//! Whatever is sent to whichever address, nothing answers 500 or more, panics or hangs.
//!
//! Real nodes are asked by every kind of person, over all lines of the table: as their pages would,
//! with something bent, and with nonsense. `FOOTING_FUZZ_REQUESTS` says how many requests; from
//! [`LONG`] on nothing may take a second. `FOOTING_FUZZ_SEED` makes the same choices again, as far
//! as answers come in the same order.

mod asks;
mod bodies;
mod calendars;
mod cast;
mod chance;
mod connection;
mod headers;
mod known;
mod pages;
mod tally;
mod values;
mod worker;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use footing::clock::Span;
use footing::routes::{RouteRow, table};

use crate::nodes::Nodes;
use crate::talkers;
use cast::Cast;
use known::Known;
use tally::Tally;
use worker::{Worker, World};

const SHORT: usize = 4_000;
/// A run of as many is meant to measure, on a machine that does nothing else.
const LONG: usize = 50_000;
const WORKERS: usize = 4;
/// After so many requests an hour is over: limits fill up again, and jobs are due.
const ROUND: usize = 500;
/// The choices of the run that belongs to every change; another is for looking further.
const SEED: u64 = 7;

fn told(name: &str) -> Option<u64> {
    #[allow(clippy::disallowed_methods)] // tests are told how long to try, and nothing else
    let told = std::env::var(name).ok();
    told.map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// What every page is reached from.
fn begin(known: &Known, cast: &Cast, lines: &[RouteRow]) {
    for nth in 0..cast.people.len() {
        for line in lines.iter().filter(|line| !line.path.contains('{')) {
            known.learn_address(nth, line.path.to_owned());
        }
        known.learn_address(nth, "/sitemap-1.xml".to_owned());
        if let Some((pair, is_ana)) = cast.sides[nth] {
            let pair = cast.pairs[pair].lock().unwrap();
            let other = if is_ana { pair.ben.person.id } else { pair.ana.person.id };
            known.learn_address(nth, format!("/messages/{}", pair.conv.id));
            for path in
                ["/messages/with/", "/messages/keys/", "/bookings/with/", "/get_message?user="]
            {
                known.learn_address(nth, format!("{path}{other}"));
            }
            let topic = footing::notifications::Topic::Offers;
            let token =
                footing::notifications::unsubscribe::token(&cast.seal, cast.person(nth).id, topic);
            known.learn_address(nth, format!("/unsubscribe/{token}"));
        }
    }
}

fn run(nodes: &Nodes, requests: usize, seed: u64) -> Tally {
    let lines = table().lines;
    let cast = Cast::start(nodes);
    cast.tend(nodes);
    let known = Known::new(&lines, cast.people.len());
    begin(&known, &cast, &lines);
    let photo = crate::profiles::png(400, 300);
    let slowest = Duration::from_secs(if requests < LONG { 15 } else { 1 });
    let world = World { nodes, cast: &cast, known: &known, lines: &lines, photo: &photo, slowest };
    let next = AtomicUsize::new(0);
    let work = |nth: u64| {
        let mut worker = Worker::new(&world, seed.wrapping_mul(1_000).wrapping_add(nth));
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= requests {
                return worker.tally;
            }
            if requests >= LONG && at.is_multiple_of(10_000) {
                println!("{at} requests so far");
            }
            if at % ROUND == ROUND - 1 {
                nodes.set_clock(nodes.now() + Span::hours(1));
                cast.tend(nodes);
            }
            worker.step(at);
        }
    };
    std::thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> =
            (0..).take(WORKERS).map(|nth| scope.spawn(move || work(nth))).collect();
        let mut sum = Tally::default();
        workers.into_iter().for_each(|worker| sum.add(worker.join().unwrap()));
        sum
    })
}

/// What the nodes complained of, besides what strangers send.
fn complaints(logs: &str) -> Vec<&str> {
    let mut after_panic = false;
    let is_one = |line: &&str| {
        let is_panic = line.contains("panicked");
        let told = is_panic || after_panic || line.contains("ERROR") || line.contains("WARN");
        after_panic = is_panic;
        told && !["request parse error", "session cookie"].iter().any(|words| line.contains(words))
    };
    logs.lines().filter(is_one).take(40).collect()
}

#[test]
fn no_request_whatever_is_in_it_brings_the_site_down_or_holds_it_up() {
    let requests = told("FOOTING_FUZZ_REQUESTS").map_or(SHORT, |many| many as usize);
    let seed = told("FOOTING_FUZZ_SEED").unwrap_or(SEED);
    println!("FOOTING_FUZZ_SEED={seed} FOOTING_FUZZ_REQUESTS={requests}");
    let (nodes, _redis) = talkers::nodes();
    let begun = Instant::now();
    let tally = run(&nodes, requests, seed);
    println!("{} requests in {:?}: {}", tally.requests, begun.elapsed(), tally.words());
    println!("nothing but refusals: {}", tally.idle());
    let logs = nodes.logs();
    println!("{}", complaints(&logs).join("\n"));
    assert!(tally.findings.is_empty(), "{}", tally.found());
    assert!(!logs.contains("panicked"), "{logs}");
    assert!(tally.done() * 5 > requests, "too little got through");
    nodes.assert_whole();
}
