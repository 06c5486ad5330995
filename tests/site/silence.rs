//! Work goes on when others fall silent: a mail server that accepts and says nothing, a round or a job
//! that never ends, Redis.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use footing::clock::Span;
use footing::error::Error;
use footing::jobs::{Job, JobKind, Runner, Work};
use footing::mail::{Letter, Outgoing, Timing};
use tokio::sync::watch;

use crate::freezer::Freezer;
use crate::mail_server::{MailServer, Mood, Stage};
use crate::nodes::{Nodes, at};
use crate::races::{NO_LIMITS, ask, booking, half_hour};
use crate::support::TestSite;
use crate::talkers::Redis;

const STUCK: JobKind<String> = JobKind::new("test.stuck");
const STUCK_TOO: JobKind<String> = JobKind::new("test.stuck-too");
const QUICK: JobKind<String> = JobKind::new("test.quick");

/// How often each thing was done.
#[derive(Clone, Default)]
struct Tally {
    round: Arc<AtomicUsize>,
    quick: Arc<AtomicUsize>,
    stuck: Arc<AtomicUsize>,
}

fn work_with_silence() -> Work<Tally> {
    let count = |counter: &Arc<AtomicUsize>| counter.fetch_add(1, Ordering::SeqCst);
    Work::<Tally>::default()
        .on(&STUCK, move |tally: Tally, _| async move {
            count(&tally.stuck);
            std::future::pending().await
        })
        .on(&STUCK_TOO, move |tally: Tally, _| async move {
            count(&tally.stuck);
            std::future::pending().await
        })
        .on(&QUICK, move |tally: Tally, _| async move {
            count(&tally.quick);
            Ok(())
        })
        .every("test.stuck-round", Span::seconds(1), |_| std::future::pending())
        .every("test.panic", Span::seconds(1), |_| async { panic!("on purpose") })
        .every("test.round", Span::seconds(1), move |tally: Tally| async move {
            count(&tally.round);
            Ok(())
        })
}

#[actix_web::test]
async fn a_job_or_round_that_never_ends_stops_no_other_and_is_dropped_at_its_deadline() {
    let site = TestSite::start().await;
    site.write(|conn, now| {
        STUCK.enqueue(conn, "a".to_owned(), now)?;
        QUICK.enqueue(conn, "b".to_owned(), now)
    })
    .await;
    let (tally, db) = (Tally::default(), site.site.db.clone());
    let runner = Runner::new(work_with_silence(), tally.clone(), db)
        .with_times(Duration::from_millis(1500), Duration::from_millis(300));
    let (tell, told) = watch::channel(false);
    let running = actix_web::rt::spawn(runner.run(told));
    let begun = Instant::now();
    while tally.stuck.load(Ordering::SeqCst) < 2 || tally.round.load(Ordering::SeqCst) < 3 {
        assert!(begun.elapsed() < Duration::from_secs(30), "work stood still");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(tally.quick.load(Ordering::SeqCst), 1);
    let told = Instant::now();
    tell.send(true).unwrap();
    running.await.unwrap();
    assert!(told.elapsed() < Duration::from_secs(2), "what was begun is dropped after a while");
    // what was dropped is given back at once
    let runner = Runner::new(Work::<()>::default(), (), site.site.db.clone());
    site.forward(Span::seconds(60));
    assert_eq!(runner.round().await.unwrap(), 1);
}

#[actix_web::test]
async fn work_that_takes_its_process_with_it_each_time_keeps_no_other_from_its_turn() {
    let site = TestSite::start().await;
    site.write(|conn, now| {
        (0..4).try_for_each(|n| STUCK.enqueue(conn, n.to_string(), now))?;
        (0..4).try_for_each(|n| STUCK_TOO.enqueue(conn, n.to_string(), now))?;
        QUICK.enqueue(conn, "b".to_owned(), now)
    })
    .await;
    let tally = Tally::default();
    let (_tell, told) = watch::channel(false);
    let live = || {
        let runner = Runner::new(work_with_silence(), tally.clone(), site.site.db.clone());
        actix_web::rt::spawn(runner.run(told.clone()))
    };
    let first = live();
    let begun = Instant::now();
    while tally.stuck.load(Ordering::SeqCst) < 8 {
        assert!(begun.elapsed() < Duration::from_secs(10), "every place is taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(tally.quick.load(Ordering::SeqCst), 0, "there was no place for it");
    // as a kill does: nothing is given back
    first.abort();
    site.forward(Span::minutes(2));
    let second = live();
    let begun = Instant::now();
    while tally.quick.load(Ordering::SeqCst) == 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "what ends its process comes first again"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    second.abort();
}

#[actix_web::test]
async fn jobs_of_one_kind_that_hang_leave_room_for_the_other_kinds() {
    let site = TestSite::start().await;
    site.write(|conn, now| {
        (0..40).try_for_each(|n| STUCK.enqueue(conn, n.to_string(), now))?;
        QUICK.enqueue(conn, "b".to_owned(), now)
    })
    .await;
    let tally = Tally::default();
    let runner = Runner::new(work_with_silence(), tally.clone(), site.site.db.clone())
        .with_times(Duration::from_secs(60), Duration::from_millis(300));
    let (tell, told) = watch::channel(false);
    let running = actix_web::rt::spawn(runner.run(told));
    let begun = Instant::now();
    while tally.quick.load(Ordering::SeqCst) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "one kind holds up all others");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tell.send(true).unwrap();
    running.await.unwrap();
}

#[actix_web::test]
async fn a_round_that_nobody_does_is_told_by_the_probe_which_stays_well() {
    let site = TestSite::start().await;
    site.work().await;
    let is_named = |answer: crate::support::Answer| {
        answer.assert_status(200);
        String::from_utf8(answer.body).unwrap().contains("\"jobs\"")
    };
    assert!(!is_named(site.stranger().get("/readyz").await));
    site.forward(Span::minutes(4));
    assert!(is_named(site.stranger().get("/readyz").await));
    site.work().await;
    assert!(!is_named(site.stranger().get("/readyz").await));
}

#[test]
fn a_silent_mail_server_stops_nothing_else_and_no_stop() {
    std::thread::scope(|scope| {
        for stage in [Stage::Accept, Stage::Ehlo, Stage::Rcpt, Stage::Data] {
            scope.spawn(move || silent_after(stage));
        }
    });
}

/// Bookings expire in time meanwhile, the program stops when told, and the mail goes once after all.
fn silent_after(stage: Stage) {
    let server = MailServer::start(Mood::SilentAfter(stage));
    let nodes = Nodes::start_with(&[&server.flag()]);
    let (ana, ben) = (nodes.client(), nodes.practice(&[half_hour()], NO_LIMITS));
    let path = ask(&nodes, 0, &ana, ben.services[0], at(&nodes, 0)).location;
    nodes.set_clock(booking(&nodes, &path).deadline.unwrap());
    let begun = Instant::now();
    while booking(&nodes, &path).state.as_str() != "expired" {
        assert!(begun.elapsed() < Duration::from_secs(45), "{stage:?}: the request stood for ever");
        std::thread::sleep(Duration::from_millis(200));
    }
    for nth in 0..nodes.count() {
        let told = Instant::now();
        nodes.stop(nth);
        assert!(told.elapsed() < Duration::from_secs(10), "{stage:?}: {:?}", told.elapsed());
    }
    server.turn(Mood::Takes);
    (0..nodes.count()).for_each(|nth| nodes.restart(nth));
    // leases and pauses run by the clock that the test moves
    let begun = Instant::now();
    let about_expiry = || {
        let mails = server.mails();
        mails.iter().filter(|mail| mail.content.contains("lapsed")).count()
    };
    while about_expiry() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{stage:?}: {:?}", server.mails());
        nodes.set_clock(nodes.now() + Span::seconds(30));
        std::thread::sleep(Duration::from_millis(500));
    }
    std::thread::sleep(Duration::from_secs(2));
    let mails = server.mails();
    let ids: std::collections::BTreeSet<_> = mails
        .iter()
        .filter_map(|mail| mail.content.lines().find(|line| line.starts_with("Message-ID")))
        .collect();
    assert_eq!(ids.len(), mails.len(), "{stage:?}: a mail went twice");
}

#[actix_web::test]
async fn a_job_that_panics_counts_as_failed() {
    const PANICS: JobKind<String> = JobKind::new("test.panics");
    let site = TestSite::start().await;
    site.write(|conn, now| PANICS.enqueue(conn, "x".to_owned(), now)).await;
    let work = Work::<()>::default()
        .on(&PANICS, |(), _| async { if true { panic!("on purpose") } else { Err(Error::Busy) } });
    let runner = Runner::new(work, (), site.site.db.clone());
    for _ in 0..Job::TRIES {
        runner.round().await.unwrap();
        site.forward(Span::minutes(20));
    }
    let dead = site.read(|conn, _| Job::dead(conn)).await;
    assert!(dead[0].last_error.as_ref().unwrap().contains("panicked"));
}

#[actix_web::test]
async fn a_mail_that_waits_for_a_silent_server_does_not_hold_up_other_jobs() {
    let server = MailServer::start(Mood::SilentAfter(Stage::Ehlo));
    let site = TestSite::start_with(&[&server.flag()]).await;
    let mail = site.site.mail.clone();
    site.write(move |conn, now| {
        for version in 0..30 {
            let outgoing = Outgoing {
                kind: "test",
                recipient: "ana@example.com",
                address: "ana@example.com",
                object: 7,
                version,
                letter: Letter::new("Hello", &["One line."]),
                timing: Timing::AtOnce,
            };
            mail.enqueue(conn, now, &outgoing)?;
        }
        QUICK.enqueue(conn, "b".to_owned(), now)
    })
    .await;
    #[derive(Clone)]
    struct Both(footing::site::Site, Tally);
    let work = Work::<Both>::default()
        .on(&footing::mail::SEND, |Both(site, _), id| async move {
            site.mail.deliver(&site.db, id).await
        })
        .on(&QUICK, |Both(_, tally), _| async move {
            tally.quick.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
    let tally = Tally::default();
    let runner = Runner::new(work, Both(site.site.clone(), tally.clone()), site.site.db.clone())
        .with_times(Duration::from_secs(60), Duration::from_millis(200));
    let (tell, told) = watch::channel(false);
    let running = actix_web::rt::spawn(runner.run(told));
    let begun = Instant::now();
    while tally.quick.load(Ordering::SeqCst) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "the job waited for the mails");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tell.send(true).unwrap();
    running.await.unwrap();
}

/// Asks until the answer is as wanted, or for so long.
fn wait_until(what: &str, seconds: u64, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(seconds), "{what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_silent_redis_is_named_by_the_probe_and_in_the_log_and_costs_no_page() {
    if !is_on_postgres() {
        return; // one node has none
    }
    let redis = Redis::start();
    let upstream = redis.url.strip_prefix("redis://").unwrap().parse().unwrap();
    let freezer = Freezer::to(upstream);
    let flag = format!("--redis-url=redis://{}", freezer.address);
    let nodes = Nodes::start_with(&[&flag, "--log=info"]);
    let probe = || nodes.ask(0, None, "GET", "/readyz", &[]);
    wait_until("Redis is not reached", 10, || !probe().body.contains("redis"));
    freezer.freeze();
    wait_until("nobody noticed", 30, || probe().body.contains("redis"));
    assert_eq!(probe().status, 200);
    let begun = Instant::now();
    assert_eq!(nodes.ask(0, None, "GET", "/accountants", &[]).status, 200);
    assert!(begun.elapsed() < Duration::from_secs(2));
    freezer.thaw();
    wait_until("Redis does not come back", 30, || !probe().body.contains("redis"));
    let log = nodes.log(0);
    let at = |words: &str| log.rfind(words).unwrap_or_else(|| panic!("{words}: {log}"));
    assert!(at("Redis is lost") < at("Redis is reached"));
    freezer.freeze();
    for nth in 0..nodes.count() {
        let told = Instant::now();
        nodes.stop(nth);
        assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    }
}

#[test]
fn a_silent_database_is_told_in_time_and_holds_up_no_stop() {
    if !is_on_postgres() {
        return; // a file is not silent
    }
    let mut freezer = None;
    let nodes = Nodes::start_on(|url| {
        let (head, rest) = url.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let way =
            Freezer::to(std::net::ToSocketAddrs::to_socket_addrs(server).unwrap().next().unwrap());
        let flag = format!("--database-url={head}@{}/{name}", way.address);
        freezer = Some(way);
        vec![flag]
    });
    let freezer = freezer.unwrap();
    assert_eq!(nodes.ask(0, None, "GET", "/readyz", &[]).status, 200);
    freezer.freeze();
    let begun = Instant::now();
    let try_ask = |path| nodes.try_ask(0, None, "GET", path, &[]).unwrap();
    let probe = try_ask("/readyz");
    assert!(probe.status == 503 && probe.body.contains("database"), "{probe:?}");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    let page = try_ask("/accountants");
    assert_eq!(page.status, 503, "{page:?}");
    let told = Instant::now();
    nodes.stop(1);
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    freezer.thaw();
    wait_until("the node does not recover", 30, || try_ask("/accountants").status == 200);
}

#[allow(clippy::disallowed_methods)] // tests are told where the server is, and nothing else
fn is_on_postgres() -> bool {
    std::env::var("TEST_DATABASE_URL").is_ok()
}
